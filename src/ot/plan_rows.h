// SPDX-License-Identifier: BSD-3-Clause
/* Kernels over rows and columns of an entropic plan; sums compensated, in lanes. Internal. */
#ifndef JKO_SRC_OT_PLAN_ROWS_H
#define JKO_SRC_OT_PLAN_ROWS_H

#include "base/sum.h"

#include <stddef.h>

/* Columns that jko_i_plan_columns() sums at most. */
#define JKO_I_PLAN_COLUMNS ((size_t)32)

typedef struct jko_i_plan_sums {
    jko_i_sum mass;
    jko_i_sum cost;
} jko_i_plan_sums;

/* out_j = exp((f + g_j - c_j) / eps), n terms; 0 where that is below 1e-304, as where f or
   g_j is -inf or c_j is +inf. */
void jko_i_plan_exp(size_t n, double f, const double *g, const double *c, double eps, double *out);

/* Add the n masses, >= 0, and their products with c, which may be +inf where the mass is 0. */
void jko_i_plan_add(size_t n, const double *mass, const double *c, jko_i_plan_sums *sums);

/* Add the n masses to sums->mass, and their products with x to sums->cost. */
void jko_i_plan_add_scaled(size_t n, const double *mass, const double *x, jko_i_plan_sums *sums);

/* out_j = x mass_j y_j, n terms. out may be mass. */
void jko_i_plan_scale(size_t n, double x, const double *mass, const double *y, double *out);

/* Sums of `count` columns of the m rows at plan, each `stride` after the one before, and sums of the
   rows times x [m]. */
void jko_i_plan_columns(size_t m, size_t stride, const double *plan, const double *x, size_t count,
                        double *sum, double *scaled);

#endif
