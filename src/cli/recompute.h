// SPDX-License-Identifier: BSD-3-Clause
/* The numbers of a step computed anew, by code that shares nothing with the solvers. */
#ifndef JKO_SRC_CLI_RECOMPUTE_H
#define JKO_SRC_CLI_RECOMPUTE_H

#include <stdbool.h>
#include <stddef.h>

/* What a run claims to have solved, as read from its files. */
typedef struct cli_claim {
    size_t n;
    // where mass lives
    bool circle;
    bool line;
    double cell;
    double length;
    const double *cost; // [n][n] squared distances, or NULL on grids
    // energy
    bool level;
    double s;
    double c;
    double theta;
    double exponent;
    double scale;
    const double *weights; // [n]
    // cost of a step
    const char *reallocation;
    double reallocation_cost;
    double epsilon; // 0 unless given
    double blur;    // 0 unless given
    bool entropic;
} cli_claim;

/* What was found for a step. */
typedef struct cli_finding {
    double energy_before;
    double energy_after;
    double step_cost;      // sum c P of the plan found
    double transport_cost; // sum D P of the plan found; entropic only
    double columns_error;  // L1 of the masses against the columns of the plan, over the total
    double gap;            // primal less dual bound
    double stationarity;   // R; exact step only
} cli_finding;

/* Cost of moving one unit from i to j in a step of tau; squared: the ground cost alone. */
double recompute_squared(const cli_claim *claim, size_t i, size_t j);
double recompute_cost(const cli_claim *claim, size_t i, size_t j, double tau);

/* Energy at masses m; variation [n] or NULL. */
double recompute_energy(const cli_claim *claim, const double *mass, double *variation);

/* E*(-q), q > 0. */
double recompute_conjugate(const cli_claim *claim, const double *q);

/* The entropic step: its plan from the potential phi, and its primal and dual values. */
void recompute_entropic(const cli_claim *claim, double tau, const double *before,
                        const double *after, const double *phi, cli_finding *finding);

/* The exact step, given the cost of a feasible plan from before to after. */
void recompute_exact(const cli_claim *claim, double tau, const double *before, const double *after,
                     double plan_cost, cli_finding *finding);

#endif
