// SPDX-License-Identifier: BSD-3-Clause
/* The workspace of the exact step, shared by its files. Internal. */
#ifndef JKO_SRC_JKO_EXACT_H
#define JKO_SRC_JKO_EXACT_H

#include "step.h"

/* Rows are the sources of positive mass: row k is source source[k], k < rows. */
struct jko_i_exact {
    size_t n;
    size_t rows;
    size_t *source;    // [n]
    size_t *pivot;     // [n]
    double *arcs;      // what the arrays [n][n] below point into
    double *plan;      // P [rows][n], the iterate; after a step the answer
    double *slack;     // S [rows][n] > 0, the reduced costs
    double *dplan;     // direction of P
    double *dslack;    // direction of S
    double *best;      // plan of the smallest gap
    double *hessian;   // H [n][n]
    double *laplacian; // Sigma [n][n], the arcs' response
    double *system;    // I + Sigma H, factored in place
    double *vectors;   // what the arrays [n] below point into
    double *f;         // potential of the rows
    double *df;
    double *m;       // column sums of plan
    double *dm;      // direction of m
    double *e;       // dE/dm at m
    double *y;       // H dm
    double *row_sum; // of theta, and other sums over rows
    double *target;  // right-hand side
    double *trial_e; // e at a trial step
    double *scratch; // [3][n]
    double total;    // mass
    double scale;    // energy per unit of mass, the unit of S and e
};

/* Column sums of a plan over the rows in work, in row order. */
void jko_i_exact_columns(const jko_i_exact *work, const double *plan, double *m);

/* sum_ij P_ij (c_ij + e_j - min_k (c_ik + e_k)): the Frank-Wolfe gap, a sum of terms >= 0. e_j counts
   as 0 where zero_empty is not NULL and zero_empty[j] is 0. */
double jko_i_exact_gap(const jko_flow *flow, const double *plan, const double *e,
                       const double *zero_empty);

/* Newton's direction towards P_ij S_ij = target a_i at the iterate: dplan, dslack, df, dm.
   JKO_ERR_NUMERIC if the system cannot be factored. exact_newton.c */
jko_status jko_i_exact_direction(jko_flow *flow, const jko_energy *energy, double target);

/* Go along that direction as far as is safe, to P, S, f, m and e; *step: how far, at most 1.
   JKO_ERR_NUMERIC if the numbers are lost. exact_advance.c */
jko_status jko_i_exact_advance(jko_flow *flow, const jko_energy *energy, double target,
                               double *step);

/* From the interior iterate in work->best, with e at its columns in work->e, to one whose idle arcs
   are exactly 0, into plan; false if a row would be left without an arc. exact_clean.c */
bool jko_i_exact_clean(const jko_flow *flow, double *plan);

#endif
