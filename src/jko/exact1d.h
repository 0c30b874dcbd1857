// SPDX-License-Identifier: BSD-3-Clause
/* The exact step between piecewise-constant densities on a line or circle. Internal. */
#ifndef JKO_SRC_JKO_EXACT1D_H
#define JKO_SRC_JKO_EXACT1D_H

#include "base/chain.h"
#include "jko/step.h"
#include "ot/pairing.h"

/*
 * The iterate: masses p of the cells and the mass `offset` left of edge 0, in the numbering of the
 * source quantile; edge j has M_j = offset + p_0 + ... + p_{j-1} to its left. On a circle all n
 * edges move, on a line the n - 1 inner ones.
 */
typedef struct jko_i_exact1d_point {
    double *p;        // [n] > 0
    double *e;        // [n] dE/dm
    double *pull;     // [n] derivative of the step's cost, up to a constant
    double offset;    //
    double energy;    // E
    double objective; // E + the step's cost
    jko_i_pairing pairing;
} jko_i_exact1d_point;

typedef struct jko_i_exact1d {
    size_t n;
    size_t first; // edge of the first unknown: 0 on a circle, 1 on a line
    bool circle;
    double cell; // width of a cell
    jko_i_quantile source;
    jko_i_bent_cost cost;      // the step's cost by displacement in cells
    jko_i_exact1d_point here;  // the iterate
    jko_i_exact1d_point there; // a trial
    double *storage;           // what the arrays below lie in
    double *diagonal;          // [n] of the energy's Hessian
    double *vector;            // [n] of its rank-one part
    double *ground;            // [n] Newton's matrix as springs, by unknowns: to the ground
    double *link;              // [n] and from one to the next
    jko_i_chain factor;        // its factors
    double *sides;             // [n][JKO_I_CHAIN_SIDES] right-hand sides and solutions
    double *steps;             // [n][JKO_I_CHAIN_SIDES] differences of these
    double *force;             // [n] -dF/dM by edge
    double *move;              // [n] Newton's change of M, by edge; 0 at the fixed edge of a line
    double *change;            // [n] of p
    double *scratch;           // [3 n]
    double *dense;    // [2][n][n], or NULL: Hessian and Newton's matrix, if it has no parts
    size_t *pivot;    // [n] with it
    double decrement; // of the last direction: predicts twice the excess
} jko_i_exact1d;

jko_i_exact1d *jko_i_exact1d_create(size_t n, bool circle, double cell, bool dense);
void jko_i_exact1d_free(jko_i_exact1d *work);

/* Newton's direction at work->here into work->change and *turn, the change of offset.
   JKO_ERR_NUMERIC if the system cannot be factored. exact1d_newton.c */
jko_status jko_i_exact1d_direction(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                   double *turn);

/* What ends a minimisation: a certified gap of at most `relative` times the energy released since
   `before`, or `absolute`; else that many iterations. */
typedef struct jko_i_exact1d_goal {
    double before;
    double relative;
    double absolute;
    int64_t iterations;
} jko_i_exact1d_goal;

/* Minimise E + the cost of getting there from work->source, from the masses and offset in
   work->here, which is the answer on return; *gap and *shift: its certified gap, and t of the
   potential t - work->here.pull (dual_gap.h). JKO_OK, JKO_STALLED, JKO_NOT_CONVERGED, JKO_CANCELLED
   or JKO_TIME_LIMIT; errors. exact1d.c */
jko_status jko_i_exact1d_minimise(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                  const jko_i_exact1d_goal *goal, double *gap, double *shift);

#endif
