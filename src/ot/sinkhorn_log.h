// SPDX-License-Identifier: BSD-3-Clause
/* Entropic transport in the log domain. Internal. */
#ifndef JKO_SRC_OT_SINKHORN_LOG_H
#define JKO_SRC_OT_SINKHORN_LOG_H

#include "problem.h"

#include <jko/ot.h>

/* Workspace for problems of one shape. */
typedef struct jko_i_sinkhorn jko_i_sinkhorn;

/* O(m + n) memory, 4 n^2 bytes up to 4096 by 4096, touched if Newton's method takes over, and 9 m n
   for matrices past 4096 arcs; more where arcs are forbidden or costs are far from 0 beside their
   range. NULL without memory. The cost must outlive the workspace. */
jko_i_sinkhorn *jko_i_sinkhorn_create(const jko_cost *cost);
void jko_i_sinkhorn_free(jko_i_sinkhorn *work);

/* Keep to an engine; false if this workspace does not have it. */
bool jko_i_sinkhorn_choose(jko_i_sinkhorn *work, jko_ot_engine engine);

/*
 * Solve  min <C, P> + eps KL(P | a b^T / total)  and round to a feasible plan.
 *
 * eps: at least 1e-12 max |C|. tolerance: L1 error of the marginals, as a share of the total.
 * plan [m][n] or NULL, f [m], g [n]: set; f and g are feasible for the unregularised problem.
 * problem: its cost is that of the workspace. report: bounds, errors, values,
 * epsilon, engine and iterations are filled in.
 *
 * JKO_OK; JKO_STALLED: rounding allows no smaller error; JKO_NOT_CONVERGED, JKO_TIME_LIMIT,
 * JKO_CANCELLED: stopped, perhaps at a larger epsilon, which the report then has;
 * JKO_ERR_INFEASIBLE where forbidden arcs leave no plan.
 */
jko_status jko_i_sinkhorn_solve(jko_i_sinkhorn *work, const jko_i_ot_problem *problem,
                                const jko_i_ot_limits *limits, double eps, double tolerance,
                                double *plan, double *f, double *g, jko_ot_report *report);

/* Start the next solve from g [n], in units of cost, as jko_i_sinkhorn_potentials() gives it. */
jko_status jko_i_sinkhorn_start(jko_i_sinkhorn *work, const double *g);

/*
 * The entropic potentials of the last solve, f [m] and g [n] or NULL:
 * P_ij = exp((f_i + g_j - C_ij) / eps) a_i b_j / total. Cells without mass included; +inf where no
 * allowed arc leads to mass.
 */
void jko_i_sinkhorn_potentials(const jko_i_sinkhorn *work, double *f, double *g);

#endif
