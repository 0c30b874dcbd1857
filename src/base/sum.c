// SPDX-License-Identifier: BSD-3-Clause
/*
 * Compensated sums of arrays (Neumaier 1974; Ogita, Rump and Oishi 2005 for the dot product), in
 * lanes of a fixed number, as one addition waits for the one before.
 */
#include "base/sum.h"

#include "base/clones.h"

#include <float.h>

#define LANES ((size_t)16)

typedef struct lanes {
    double high[LANES];
    double low[LANES];
} lanes;

static inline void add(lanes *l, size_t k, double x)
{
    const double t = l->high[k] + x;
    const double z = t - l->high[k];
    l->low[k] += (l->high[k] - (t - z)) + (x - z);
    l->high[k] = t;
}

static inline void add_product(lanes *l, size_t k, double x, double y)
{
    const double p = x * y;
    const double error = fma(x, y, -p);
    add(l, k, p);
    l->low[k] += fabs(p) <= DBL_MAX ? error : 0.0;
}

static jko_i_sum join(const lanes *l)
{
    jko_i_sum sum = {l->high[0], l->low[0]};
    for (size_t k = 1; k < LANES; k++) {
        const jko_i_sum other = {l->high[k], l->low[k]};
        jko_i_sum_join(&sum, &other);
    }
    return sum;
}

static JKO_I_CLONES void add_array(lanes *l, size_t n, const double *x)
{
    lanes own = *l; // in registers
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            add(&own, k, x[i + k]);
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        add(&own, k, x[i + k]);
    }
    *l = own;
}

static JKO_I_CLONES void add_products(lanes *l, size_t n, const double *x, const double *y)
{
    lanes own = *l;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            add_product(&own, k, x[i + k], y[i + k]);
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        add_product(&own, k, x[i + k], y[i + k]);
    }
    *l = own;
}

jko_i_sum jko_i_sum_in_two(size_t n, const double *x)
{
    lanes l = {{0.0}, {0.0}};
    add_array(&l, n, x);
    return join(&l);
}

double jko_i_sum_array(size_t n, const double *x)
{
    const jko_i_sum sum = jko_i_sum_in_two(n, x);
    return jko_i_sum_value(&sum);
}

double jko_i_dot(size_t n, const double *x, const double *y)
{
    lanes l = {{0.0}, {0.0}};
    add_products(&l, n, x, y);
    const jko_i_sum sum = join(&l);
    return jko_i_sum_value(&sum);
}
