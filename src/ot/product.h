// SPDX-License-Identifier: BSD-3-Clause
/* An entropic iterate as a product, without an exponential for each entry. Internal. */
#ifndef JKO_SRC_OT_PRODUCT_H
#define JKO_SRC_OT_PRODUCT_H

#include "scaling.h"

#include <stdbool.h>

/* Rows whose sums are taken together. */
#define JKO_I_PRODUCT_GROUP ((size_t)4)

/* P_ij = u_i K_ij v_j. */
typedef struct jko_i_product {
    size_t m;
    size_t n;
    double *table;       // [4 + 2 n - 1], K between grids, which depends on j - i; NULL: no grids
    const double *first; // row 0 of K
    ptrdiff_t stride;    // from row to row: -1 in the table, n in a matrix
    double *u;           // [m], 0 without mass; NULL: not used
    double *v;           // [n]
    double *scaled; // [max(m, n)], factors of the rows, then of the columns, of the scaled plan
    double least;   // a sum of K with u or v below it may have lost terms that count
} jko_i_product;

/* What a row of the scaled plan sums up to. */
typedef struct jko_i_product_sums {
    double mass;
    double cost;
    double rest;  // cost of what columns lack
    double plain; // cost of the row before it was scaled
} jko_i_product_sums;

/* O(m + n) memory for stored costs, none for others; false without memory (free it then too). */
bool jko_i_product_create(jko_i_product *work, const jko_cost *cost);
void jko_i_product_free(jko_i_product *work);

/* P_ij = exp((f_i + g_j - C_ij) / eps) between grids, f and g -inf where there is no mass. False if
   there is no such product, or its factors leave the range of normal numbers. */
bool jko_i_product_set_table(jko_i_product *work, const jko_cost *cost, double eps, const double *f,
                             const double *g);

/* The same from a kernel [m][n] with the potentials of `scaling` absorbed, which is the caller's. */
bool jko_i_product_set_kernel(jko_i_product *work, const double *kernel,
                              const jko_i_scaling *scaling, double eps, const double *f,
                              const double *g);

/* Sums [m] of the `count` rows from `first` on; false if one of them lost digits in K. */
bool jko_i_product_sum_rows(const jko_i_product *work, size_t first, size_t count, double *sums);

/* Scale the rows by x [m], those from `first` on: for the sums of columns. */
void jko_i_product_scale_rows(jko_i_product *work, size_t first, size_t count, const double *x);

/* Of the table: sums [n] of the `count` columns from `first` on, as they are and with rows scaled;
   false likewise. */
bool jko_i_product_sum_columns(const jko_i_product *work, size_t first, size_t count, double *sums,
                               double *scaled);

/* Of a matrix: add `count` rows from `first` on, without v, to the columns. sums [4][n] are as
   those of jko_i_plan_add_group(). */
void jko_i_product_add_rows(const jko_i_product *work, size_t first, size_t count, double *sums);

/* Scale the columns by y [n]: for the rows, which take their own factors. */
void jko_i_product_scale_columns(jko_i_product *work, const double *y);

/* out_j = x P_ij y_j, [n], and what it sums up to with the costs c [n] of row i, all finite; rest
   [n]: what columns lack. */
jko_i_product_sums jko_i_product_row(const jko_i_product *work, size_t i, double x, const double *c,
                                     const double *rest, double *out);

#endif
