// SPDX-License-Identifier: BSD-3-Clause
/* The workspace of the entropic step, shared by its two files. Internal. */
#ifndef JKO_SRC_JKO_ENTROPIC_H
#define JKO_SRC_JKO_ENTROPIC_H

#include "step.h"

#include "base/anderson.h"

struct jko_i_entropic {
    jko_i_anderson *anderson;
    double *vectors;  // what the arrays [n] below point into, [12][n]
    double *p;        // potential of the columns, -phi
    double *next;     // its image under one iteration
    double *lse;      // log sum exp of each row at p
    double *q;        // potential of the rows
    double *log_r;    // log of K^T v
    double *log_m;    // log of the proximal map at r
    double *plan_m;   // column sums of the plan at p
    double *row_part; // log sum exp of each row at another potential
    double *best;     // p of the smallest error
    double *scratch;  // [5][n], and pivot [n]: for what follows
    size_t *pivot;
    double *matrix;  // [n][n]: for energies without a proximal map, else NULL
    double *arcs;    // what the arrays [n][n] below point into, NULL where n is large
    double *hessian; // for Newton's method, entropic_newton.c
    double *laplacian;
    double *system;
    double *direction; // [n], likewise the next two
    double *from;      // p at the beginning of an iteration
    double *plain;     // and its image
};

/* One iteration from work->p: fills lse, log_r, plan_m (the plan's columns), log_m and next, and sets
   *error, the L1 distance of the plan's columns to the proximal map's masses over the total. */
jko_status jko_i_entropic_iterate(jko_flow *flow, const jko_energy *energy, double *error);

/* Newton's method with epsilon scaling, from anew; the potential of the smallest error is left in
   work->best, and *error is set to that error. JKO_OK at the floor of the error; or a limit.
   flow->epsilon is as before. Needs work->arcs. */
jko_status jko_i_entropic_newton(jko_flow *flow, const jko_energy *energy, double *error);

/* lse_i = log sum_j exp((p_j - c_ij)/eps) for all rows. */
void jko_i_entropic_rows(const jko_flow *flow, const double *p, double *lse);

/* The Frank-Wolfe gap at work->p and its row sums work->lse, for the plan's columns m and the
   variation e there. */
double jko_i_entropic_gap(jko_flow *flow, const double *m, const double *e);

/* The plan of work->p: flow->mass, its rows work->lse, its costs and its entropy. */
void jko_i_entropic_finish(jko_flow *flow, jko_i_solution *solution);

#endif
