// SPDX-License-Identifier: BSD-3-Clause
/*
 * Compensated sums of arrays (Neumaier 1974; Ogita, Rump and Oishi 2005 for the dot product), in
 * lanes of a fixed number, as one addition waits for the one before.
 */
#include "base/sum.h"

#define LANES ((size_t)4)

static double join(jko_i_sum *lanes)
{
    for (size_t k = 1; k < LANES; k++) {
        jko_i_sum_join(lanes, lanes + k);
    }
    return jko_i_sum_value(lanes);
}

double jko_i_sum_array(size_t n, const double *x)
{
    jko_i_sum lanes[LANES] = {{0.0, 0.0}};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            jko_i_sum_add(lanes + k, x[i + k]);
        }
    }
    for (; i < n; i++) {
        jko_i_sum_add(lanes, x[i]);
    }
    return join(lanes);
}

double jko_i_dot(size_t n, const double *x, const double *y)
{
    jko_i_sum lanes[LANES] = {{0.0, 0.0}};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            jko_i_sum_add_product(lanes + k, x[i + k], y[i + k]);
        }
    }
    for (; i < n; i++) {
        jko_i_sum_add_product(lanes, x[i], y[i]);
    }
    return join(lanes);
}
