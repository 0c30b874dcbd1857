// SPDX-License-Identifier: BSD-3-Clause
/* Monotone transport of a density to a quantile, summed exactly. Internal. */
#ifndef JKO_SRC_OT_PAIRING_H
#define JKO_SRC_OT_PAIRING_H

#include "ot/quantile.h"

#define JKO_I_BENDS 2 // most bends of the derivative of a cost on one side of 0

/*
 * A convex cost C(rho) of moving by rho cells, even, with a derivative that is piecewise linear:
 * where |rho| lies in [at[i-1], at[i]), at[-1] = 0 and at[2] infinite,
 *
 *     C = start[i] + base[i] |rho| + slope[i] rho^2 / 2.
 */
typedef struct jko_i_bent_cost {
    double at[JKO_I_BENDS];
    double start[JKO_I_BENDS + 1];
    double base[JKO_I_BENDS + 1];
    double slope[JKO_I_BENDS + 1];
    bool plain; // C = slope[0] rho^2 / 2 everywhere
} jko_i_bent_cost;

/* C = slope rho^2 / 2. */
jko_i_bent_cost jko_i_plain_cost(double slope);

/* C = slope rho^2 / 2 + kink |rho|, the kink smoothed from below where |rho| < width. */
jko_i_bent_cost jko_i_kinked_cost(double slope, double kink, double width);

/* C = kink |rho| up to |rho| = kink / slope, its tangent parabola of that slope beyond; the kink
   smoothed from below where |rho| < width < kink / slope. */
jko_i_bent_cost jko_i_hull_cost(double slope, double kink, double width);

/*
 * What the pairing of a density with a quantile comes to. With X the quantile of the density (cells
 * of width 1 whose edges are the whole numbers), rho = X - Q, and u in [0, 1] the place in a cell:
 */
typedef struct jko_i_pairing {
    double value;       // int C(rho) dt over all mass
    double square;      // int rho^2 dt
    double drift;       // int C'(rho) dx over all cells: -d value / d offset
    double stiffness;   // d2 value / d offset^2
    double farthest;    // largest |rho|
    double *pull;       // [n] int C'(rho) du in each cell
    double *pull_end;   // [n] int u C'(rho) du
    double *diag_left;  // [n] int (1-u)^2 C''(rho) dQ/dt du: second derivative by the mass left of
                        // the cell's left edge; jumps of Q count as C' over the jump. NULL: none
    double *mixed;      // [n] the same with u (1-u): the mixed one
    double *diag_right; // [n] with u^2: by the mass left of its right edge
    double *shift;      // [n + 1] rho at the edges, or NULL
    jko_i_quantile *beyond; // filled with X + weight (X - Q), or NULL; room for the pieces of both
    double weight;          //
} jko_i_pairing;

/*
 * Pair masses p >= 0 of n cells with a quantile of the same total; low [n], or NULL: what rounding
 * took from p, which displacements of 1e-12 cells are made of. The left edge of cell 0 has mass
 * offset to its left: 0 on a line; on a circle any number, and its best value makes the drift 0.
 * The derivative of value by the mass left of edge j is -(pull_end[j-1] + pull[j] - pull_end[j]).
 */
void jko_i_pair(const jko_i_quantile *q, const jko_i_bent_cost *cost, size_t n, const double *p,
                const double *low, jko_i_sum offset, jko_i_pairing *out);

/* C'(rho). */
double jko_i_bent_derivative(const jko_i_bent_cost *cost, double rho);

/* The potential of a pairing, d value / d p_j up to a constant, which is chosen so that it is 0 at
   cell 0: potential [n], from the pulls. */
void jko_i_pair_potential(size_t n, const jko_i_pairing *pairing, double *potential);

#endif
