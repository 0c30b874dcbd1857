// SPDX-License-Identifier: BSD-3-Clause
/* Sums that do not depend on the number of threads, compensated where digits matter. Internal. */
#ifndef JKO_SRC_BASE_SUM_H
#define JKO_SRC_BASE_SUM_H

#include <math.h>
#include <stddef.h>

/* A running sum with the rounding errors carried along (Knuth; Neumaier 1974): the error is about one
   rounding of the result plus n^2 eps^2 of the sum of absolute values. */
typedef struct jko_i_sum {
    double high; // the sum as rounded
    double low;  // what rounding took away
} jko_i_sum;

static inline void jko_i_sum_add(jko_i_sum *sum, double x)
{
    // Knuth's two-sum: the same error without a branch.
    const double t = sum->high + x;
    const double z = t - sum->high;
    sum->low += (sum->high - (t - z)) + (x - z);
    sum->high = t;
}

/* Add x * y, the rounding error of the product included. */
static inline void jko_i_sum_add_product(jko_i_sum *sum, double x, double y)
{
    const double p = x * y;
    jko_i_sum_add(sum, p);
    if (isfinite(p)) {
        sum->low += fma(x, y, -p);
    }
}

/* Add another sum. */
static inline void jko_i_sum_join(jko_i_sum *sum, const jko_i_sum *other)
{
    jko_i_sum_add(sum, other->high);
    sum->low += other->low;
}

/* The value. An infinite sum stays infinite: its low part would be NaN. */
static inline double jko_i_sum_value(const jko_i_sum *sum)
{
    return isfinite(sum->high) ? sum->high + sum->low : sum->high;
}

/* sum of x_i, n terms, as it was added up. */
jko_i_sum jko_i_sum_in_two(size_t n, const double *x);

/* sum of x_i, and sum of x_i y_i, n terms, compensated. */
double jko_i_sum_array(size_t n, const double *x);
double jko_i_dot(size_t n, const double *x, const double *y);

#endif
