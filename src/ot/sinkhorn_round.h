// SPDX-License-Identifier: BSD-3-Clause
/* From entropic potentials to a feasible plan and bounds. Internal. */
#ifndef JKO_SRC_OT_SINKHORN_ROUND_H
#define JKO_SRC_OT_SINKHORN_ROUND_H

#include "problem.h"
#include "product.h"
#include "route.h"

#include <jko/ot.h>
#include <stdbool.h>

/* Parts of the rows, whatever the number of threads. */
#define JKO_I_ROUNDING_PARTS ((size_t)8)

/* Workspace for problems of one shape. */
typedef struct jko_i_rounding {
    double *x;             // [m], factors of rows, at most 1
    double *y;             // [n], of columns
    double *row_sum;       // [m], of the iterate, then of the returned plan
    double *column_sum;    // [n]
    double *row_cost;      // [m]
    double *plain_cost;    // [m], of the iterate
    double *row_rest;      // [m], mass that the scaled-down plan leaves
    double *column_rest;   // [n]
    double *part;          // [parts][8 n], column sums of each part, and rows at hand
    jko_i_route route;     // where arcs are forbidden
    jko_i_product product; // between grids
} jko_i_rounding;

/* An iterate P_ij = exp((f_i + g_j - C_ij) / eps), C the cost of `moved`. */
typedef struct jko_i_rounding_input {
    const jko_i_ot_problem *problem; // as the caller set it
    const jko_i_ot_problem *moved;   // all its costs less shift, some more arcs forbidden
    double shift;
    double eps;
    const double *f;              // [m], -inf where there is no mass
    const double *g;              // [n]
    const double *kernel;         // [m][n], or NULL for none,
    const jko_i_scaling *scaling; // and the potentials absorbed in it
} jko_i_rounding_input;

/* O(m + n) memory, O(m n) where arcs are forbidden; false without memory (free it then too). */
bool jko_i_rounding_create(jko_i_rounding *work, const jko_cost *cost);
void jko_i_rounding_free(jko_i_rounding *work);

/*
 * Round an iterate to exact marginals, and certify.
 *
 * plan [m][n] or NULL, f [m], g [n]: set, as the report's bounds, errors and values. Four passes
 * over the arcs, two of them with exponentials, or none where the iterate is a product; the plan is
 * written in one, row by row. No m n array but the plan, unless arcs are forbidden.
 */
void jko_i_rounding_solve(jko_i_rounding *work, const jko_i_rounding_input *input, double *plan,
                          double *f, double *g, jko_ot_report *report);

#endif
