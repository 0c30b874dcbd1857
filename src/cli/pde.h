// SPDX-License-Identifier: BSD-3-Clause
/*
 * The equation of the theory by the method of lines: densities on cells, continuous in time.
 *
 *     d mu / dt = - d/dx ( mu V(P) ),    P = -d/dx dE/dmu,    (46) to (48) of docs/theory.md
 *
 * Knows the economy by its weights, s and c only, so that it is a check on the library's own.
 */
#ifndef JKO_SRC_CLI_PDE_H
#define JKO_SRC_CLI_PDE_H

#include "run.h"

typedef struct pde_model {
    size_t n;
    bool circle;
    double h;
    double s;
    double c;        // of E = -(c/s) log Z
    const double *w; // [n]
    bool level;      // E = -(c/theta) X in its place: P times X
    double exponent; // X = scale Z^(1/exponent)
    double scale;
    double beta;
    const scenario_pde *how;
    double *work; // [4][n]
} pde_model;

/* What an integration did. */
typedef struct pde_counts {
    long steps;
    long rates; // evaluations of the right-hand side
    long jacobians;
    long failures; // steps tried again with a smaller one
} pde_counts;

/* A model of a run, whose weights w [n] are the caller's; free its work. False where the equation
   has no solution (s >= 1), with a message. */
bool pde_model_init(pde_model *model, const cli_run *run, double *w);

/* The right-hand side at densities mu [n]; false where one is not > 0. pde_rate.c */
bool pde_rate(const pde_model *model, const double *mu, double *rate);

/* Profit-rate gradients of the scheme: the largest in size. */
double pde_largest_slope(const pde_model *model, const double *mu);

/* Entries of the Jacobian of the conservative scheme, without its part of rank one: the change of
   1/Z. Cells i - 1, i, i + 1 of row i are put into row [3]. pde_jacobian.c */
typedef struct pde_faces {
    double flux_left;  // derivative of a face's flux in the cell on its left
    double flux_right; // and on its right
} pde_faces;

/* The derivatives at the face between cells i and i + 1 (cyclic), from densities and g [n]. */
pde_faces pde_face(const pde_model *model, const double *mu, const double *g, size_t i);

/* g_i = w_i mu_i^(s-1)/Z [n], times X for the level scaling; false where a density is not > 0. */
bool pde_g(const pde_model *model, const double *mu, double *g);

/* V(P) and its derivative. */
double pde_speed(const scenario_pde *how, double force);
double pde_speed_slope(const scenario_pde *how, double force);

/*
 * Integrate from the initial state through run->scenario->time; states and times are put on record
 * as a run's steps. counts [times + 1], from 0 for the start. Exit code; interrupted runs end with
 * run->cancelled. CLI_UNSUPPORTED in a build without SUNDIALS. pde_cvode.c, pde_without.c
 */
int pde_integrate(cli_run *run, pde_model *model, pde_counts *counts);

/* The integrator and its version, or NULL. */
const char *pde_integrator(void);

/* The files of the run beside trajectory and figure. pde_files.c */
#define PDE_TIMES "times.csv"
#define PDE_STATES "densities.npy"
#define PDE_FORMAT "jko-run-pde-1"
int pde_write_times(const cli_run *run, const pde_model *model, const pde_counts *counts,
                    const char *folder);
int pde_write_states(const cli_run *run, const char *folder);
int pde_write_json(const cli_run *run, const pde_model *model, const pde_counts *counts,
                   const char *folder, const char *const *outputs);

#endif
