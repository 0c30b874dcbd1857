// SPDX-License-Identifier: BSD-3-Clause
/* The exact step between piecewise-constant densities on a line or circle. Internal. */
#ifndef JKO_SRC_JKO_EXACT1D_H
#define JKO_SRC_JKO_EXACT1D_H

#include "base/chain.h"
#include "jko/step.h"
#include "ot/rotation.h"

/*
 * The iterate: masses p of the cells and the mass `offset` left of edge 0, in the numbering of the
 * source quantile; edge j has M_j = offset + p_0 + ... + p_{j-1} to its left. On a circle all n
 * edges move, on a line the n - 1 inner ones.
 */
typedef struct jko_i_exact1d_point {
    double *p;        // [n] > 0
    double *low;      // [n] what rounding took from p
    double *e;        // [n] dE/dm
    double *pull;     // [n] derivative of the step's cost, up to a constant
    jko_i_sum offset; //
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
    bool extrapolated;         // whether source is set already, for a step of second order
    jko_i_quantile behind;     // of the state before that one
    jko_i_rotation rotation;   // from it to the state
    jko_i_bent_cost cost;      // the step's cost by displacement in cells, smoothed from below
    jko_i_bent_cost exact;     // without smoothing; not read if cost is plain
    jko_i_exact1d_point here;  // the iterate
    jko_i_exact1d_point there; // a trial
    double value;              // the cost without smoothing at the last certificate
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

/* Derivative of the objective at a point along the last direction. */
double jko_i_exact1d_slope(const jko_i_exact1d *work, const jko_i_exact1d_point *at);

/* What ends a minimisation: a certified gap of at most `relative` times the energy released since
   `before`, or `absolute`; else that many iterations. */
typedef struct jko_i_exact1d_goal {
    double before;
    double relative;
    double absolute;
    int64_t iterations;
    bool smoothed; // whether it is the gap of the smoothed cost
} jko_i_exact1d_goal;

/* Minimise E + the cost of getting there from work->source, from the masses and offset in
   work->here, which is the answer on return; *gap and *shift: its certified gap, and t of the
   potential t - work->here.pull (dual_gap.h). JKO_OK, JKO_STALLED, JKO_NOT_CONVERGED, JKO_CANCELLED
   or JKO_TIME_LIMIT; errors. exact1d.c */
jko_status jko_i_exact1d_minimise(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                  const jko_i_exact1d_goal *goal, double *gap, double *shift);

/* high + low + x as a rounded sum and what rounding took. */
void jko_i_exact1d_add(double high, double low, double x, double *to_high, double *to_low);

/* The costs of a step of the flow: work->exact, and work->cost smoothed over displacements of
   share times the one at which the cost's two parts are alike; share 0 for a plain cost. */
void jko_i_exact1d_set_cost(const jko_flow *flow, jko_i_exact1d *work, double share);

/* From an answer for the cost smoothed by share to one for a smoothing that the goal can do
   with: lowers it by a factor at a time. JKO_LOCKED where flow->start is an answer. exact1d_kink.c */
jko_status jko_i_exact1d_sharpen(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                 double share, double lower, const jko_i_exact1d_goal *goal,
                                 double *gap, double *shift);

#endif
