// SPDX-License-Identifier: BSD-3-Clause
/* An entropic iterate between grids as a product, without an exponential for each entry. Internal. */
#ifndef JKO_SRC_OT_PRODUCT_H
#define JKO_SRC_OT_PRODUCT_H

#include "measure/cost.h"

#include <stdbool.h>

/* P_ij = u_i K_(j - i) v_j, K symmetric in j - i. */
typedef struct jko_i_product {
    size_t n;
    double *kernel; // [4 + 2 n - 1], room before the cost's table; NULL: not used
    double *spent;  // likewise, K C
    double *u;      // [n], 0 without mass
    double *v;      // [n]
    double *scaled; // [n], factors of the rows, then of the columns, of the scaled plan
    double least;   // a sum of K with u or v below it may have lost terms that count
} jko_i_product;

/* What a row of a plan sums up to. */
typedef struct jko_i_product_sums {
    double mass;
    double cost;
    double rest; // cost of what columns lack
} jko_i_product_sums;

/* O(n) memory for costs that are a table, none for others; false without memory (free it then
   too). */
bool jko_i_product_create(jko_i_product *work, const jko_cost *cost);
void jko_i_product_free(jko_i_product *work);

/* P_ij = exp((f_i + g_j - C_ij) / eps), f and g -inf where there is no mass. False if there is no
   such product, or its factors leave the range of normal numbers. */
bool jko_i_product_set(jko_i_product *work, const jko_cost *cost, double eps, const double *f,
                       const double *g);

/* Sums and costs [n] of the `count` rows from `first` on; false if one of them lost digits in K. */
bool jko_i_product_sum_rows(const jko_i_product *work, size_t first, size_t count, double *sums,
                            double *costs);

/* Scale the rows by x [n]: for the sums of columns. */
void jko_i_product_scale_rows(jko_i_product *work, const double *x);

/* Sums [n] of the `count` columns from `first` on, as they are and with rows scaled; likewise. */
bool jko_i_product_sum_columns(const jko_i_product *work, size_t first, size_t count, double *sums,
                               double *scaled);

/* Scale the columns by y [n]: for the rows, which take their own factors. */
void jko_i_product_scale_columns(jko_i_product *work, const double *y);

/* out_j = x P_ij y_j, [n], and what it sums up to with the costs c [n] of row i; rest [n]: what
   columns lack. */
jko_i_product_sums jko_i_product_row(const jko_i_product *work, size_t i, double x, const double *c,
                                     const double *rest, double *out);

#endif
