// SPDX-License-Identifier: BSD-3-Clause
/* Exact transport on a line or circle, with its certificate. Internal. */
#ifndef JKO_SRC_OT_MONOTONE_H
#define JKO_SRC_OT_MONOTONE_H

#include "problem.h"

#include <jko/ot.h>

typedef struct jko_i_monotone jko_i_monotone;

/*
 * Solver for cells at x [m] and y [n], in any order, finite. period 0: a line. power >= 1.
 *
 * O(m + n) memory; sorts. NULL without memory.
 */
jko_i_monotone *jko_i_monotone_create(size_t m, const double *x, size_t n, const double *y,
                                      double period, double power);
void jko_i_monotone_free(jko_i_monotone *monotone);

/* The largest cost between a cell of x and one of y; not finite if costs overflow. */
double jko_i_monotone_max_cost(const jko_i_monotone *monotone);

/*
 * Solve. Of the problem's cost only the sizes and the largest entry are read.
 *
 * tolerance: on the gap, as a share of the largest cost times the total. plan [m][n] or NULL,
 * f [m], g [n]: set. report: bounds, errors and iterations are filled in.
 *
 * JKO_OK; JKO_STALLED if the gap is above tolerance; JKO_NOT_CONVERGED, JKO_TIME_LIMIT,
 * JKO_CANCELLED: stopped, with a feasible plan and valid bounds.
 */
jko_status jko_i_monotone_solve(jko_i_monotone *monotone, const jko_i_ot_problem *problem,
                                const jko_i_ot_limits *limits, double tolerance, double *plan,
                                double *f, double *g, jko_ot_report *report);

/* The arcs of the last plan: *count of them, and unless NULL their ends and masses. */
void jko_i_monotone_arcs(const jko_i_monotone *monotone, size_t *count, size_t *from, size_t *to,
                         double *mass);

#endif
