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
    double beta;
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
    bool exact1d;
    bool debiased;
    bool fv;
} cli_claim;

/* What was found for a step. */
typedef struct cli_finding {
    double energy_before;
    double energy_after;
    double step_cost;        // sum c P of the plan found
    double transport_cost;   // sum D P of the plan found; NaN if only its step_cost is known
    double objective;        // step_cost + E, + eps sum P log P if entropic
    double columns_error;    // L1 of the masses against the columns of the plan, over the total
    double columns_rounding; // what rounding of exponents brings into that
    double potential_error;  // of phi - dE/dm, relative: the largest if exact, the mean if entropic
    double gap;              // R below: for a convex energy, the objective less a lower bound
    double pull;             // sum m |dE/dm| + step_cost: what the gap is the difference of
    double first_order;      // exact1d: the bound of the gap by dE/dm alone, of first order
    double rounding;         // exact1d: what rounding of the masses on file may do to the bounds
    double cost_rounding;    // exact1d: and to step_cost
    double move;             // the most that a unit of mass gains by leaving its place; exact only
} cli_finding;

/* What was found for a state. */
typedef struct cli_state {
    double energy;
    double consumption;
    double profit_min;
    double profit_max;
} cli_state;

/* Cost of moving one unit from i to j in a step of tau; squared: the ground cost alone. */
double recompute_squared(const cli_claim *claim, size_t i, size_t j);
double recompute_cost(const cli_claim *claim, size_t i, size_t j, double tau);

/* Weight of the entropy in a step of tau; 0 for exact steps. */
double recompute_epsilon(const cli_claim *claim, double tau);

/* Energy at masses m; variation [n] or NULL. */
double recompute_energy(const cli_claim *claim, const double *mass, double *variation);

/* Energy, aggregate consumption and the range of profit rates at masses m. */
void recompute_state(const cli_claim *claim, const double *mass, cli_state *state);

/* The entropic step: its plan from the potential phi, its values and its gap. */
void recompute_entropic(const cli_claim *claim, double tau, const double *before,
                        const double *after, const double *phi, cli_finding *finding);

/* The exact step, given the cost of a feasible plan from before to after. */
void recompute_exact(const cli_claim *claim, double tau, const double *before, const double *after,
                     const double *phi, double plan_cost, cli_finding *finding);

/* potential_error: of phi - dE/dm after the step, the largest, relative to the mean
   |dE/dm| or to the cell's own, whichever is larger. */
void recompute_shift(const cli_claim *claim, const double *after, const double *phi,
                     cli_finding *finding);

/* The step between densities, by W2 of piecewise constant ones; without reallocation costs. */
void recompute_exact1d(const cli_claim *claim, double tau, const double *before,
                       const double *after, cli_finding *finding);

/* The finite-volume step, whose mobility is the mean of two neighbours' densities of the masses
   mobility; any reallocation cost but hard. */
void recompute_fv(const cli_claim *claim, double tau, const double *before, const double *mobility,
                  const double *after, cli_finding *finding);

#endif
