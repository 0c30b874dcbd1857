// SPDX-License-Identifier: BSD-3-Clause
/* Bounds that prove a transport cost. Internal. */
#ifndef JKO_SRC_OT_CERTIFICATE_H
#define JKO_SRC_OT_CERTIFICATE_H

#include "problem.h"

/*
 * Make potentials feasible on all arcs, f_i + g_j <= C_ij, rows and columns without mass included.
 *
 * Two c-transforms: f from g over the columns with mass, then g from f over all rows. Feasible
 * potentials only grow where there is mass.
 *
 * f [m]: set. g [n]: in, finite where b > 0; set everywhere. O(m n) time, no memory.
 */
void jko_i_certificate_close(const jko_i_ot_problem *problem, double *f, double *g);

/*
 * A certified lower bound of the transport cost: a.f + b.g, compensated, less an allowance.
 *
 * f [m], g [n]: feasible to rounding, as jko_i_certificate_close() leaves them. row_sum [m],
 * column_sum [n]: marginals of a plan; the allowance covers the rounding of the potentials and of
 * those marginals, so that the bound is never above the cost of that plan.
 */
double jko_i_certificate_lower(const jko_i_ot_problem *problem, const double *f, const double *g,
                               const double *row_sum, const double *column_sum);

/* sum_i |x_i - y_i|, compensated, n terms. */
double jko_i_certificate_l1(size_t n, const double *x, const double *y);

#endif
