// SPDX-License-Identifier: BSD-3-Clause
/* Kernels over rows and columns of an entropic plan; sums compensated, in lanes. Internal. */
#ifndef JKO_SRC_OT_PLAN_ROWS_H
#define JKO_SRC_OT_PLAN_ROWS_H

#include "base/sum.h"

#include <stddef.h>

/* Rows that jko_i_plan_add_group() takes, and arrays [n] that it adds to. */
#define JKO_I_PLAN_GROUP ((size_t)4)
#define JKO_I_PLAN_SUMS ((size_t)4)

typedef struct jko_i_plan_sums {
    jko_i_sum mass;
    jko_i_sum cost;
} jko_i_plan_sums;

/* out_j = exp((f + g_j - c_j) / eps), n terms; 0 where that is below 1e-304, as where f or
   g_j is -inf or c_j is +inf. */
void jko_i_plan_exp(size_t n, double f, const double *g, const double *c, double eps, double *out);

/* Add the n masses, >= 0, and their products with c, which may be +inf where the mass is 0. */
void jko_i_plan_add(size_t n, const double *mass, const double *c, jko_i_plan_sums *sums);

/* out_j = x mass_j y_j, n terms. out may be mass. */
void jko_i_plan_scale(size_t n, double x, const double *mass, const double *y, double *out);

/* Add a group of rows [n] to the columns: sums [4][n] are the sum of column j and its rounding
   errors, and the same for x_i times row i. */
void jko_i_plan_add_group(size_t n, const double *rows, const double *x, double *sums);

#endif
