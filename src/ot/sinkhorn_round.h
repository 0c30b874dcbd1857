// SPDX-License-Identifier: BSD-3-Clause
/* From entropic potentials to a feasible plan and bounds. Internal. */
#ifndef JKO_SRC_OT_SINKHORN_ROUND_H
#define JKO_SRC_OT_SINKHORN_ROUND_H

#include "problem.h"

#include <jko/ot.h>
#include <stdbool.h>

/* Workspace for problems of one shape. */
typedef struct jko_i_rounding {
    double *x;           // [m], factors of rows, at most 1
    double *y;           // [n], of columns
    double *row_sum;     // [m], of the iterate, then of the returned plan
    double *column_sum;  // [n]
    double *row_cost;    // [m]
    double *row_rest;    // [m], mass that the scaled-down plan leaves
    double *column_rest; // [n]
} jko_i_rounding;

/* O(m + n) memory; false without memory (free it then too). */
bool jko_i_rounding_create(jko_i_rounding *work, size_t m, size_t n);
void jko_i_rounding_free(jko_i_rounding *work);

/*
 * Round P_ij = exp((f_i + g_j - C_ij) / eps) to exact marginals, and certify.
 *
 * from_f [m], from_g [n]: potentials of the iterate, -inf where there is no mass. plan [m][n] or
 * NULL, f [m], g [n]: set, as the report's bounds, errors, transport_cost and entropic_value.
 * Six passes over the arcs, three of them with exponentials; no m n array but the plan.
 */
void jko_i_rounding_solve(jko_i_rounding *work, const jko_i_ot_problem *problem, double eps,
                          const double *from_f, const double *from_g, double *plan, double *f,
                          double *g, jko_ot_report *report);

#endif
