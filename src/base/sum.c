// SPDX-License-Identifier: BSD-3-Clause
/*
 * Compensated sums of arrays (Neumaier 1974; Ogita, Rump and Oishi 2005 for the dot product).
 */
#include "base/sum.h"

double jko_i_sum_array(size_t n, const double *x)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        jko_i_sum_add(&sum, x[i]);
    }
    return jko_i_sum_value(&sum);
}

double jko_i_dot(size_t n, const double *x, const double *y)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        jko_i_sum_add_product(&sum, x[i], y[i]);
    }
    return jko_i_sum_value(&sum);
}
