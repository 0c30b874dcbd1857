// SPDX-License-Identifier: BSD-3-Clause
/* What elementary functions have beyond their tangent, to full relative accuracy near it: certified
   gaps are sums of such terms. Internal. */
#ifndef JKO_SRC_BASE_REMAINDER_H
#define JKO_SRC_BASE_REMAINDER_H

#include <math.h>

#define JKO_I_REMAINDER_SMALL 1e-2 // below it by series: the difference would lose 1e-14 or more

/* exp(x) - 1 - x >= 0. */
static inline double jko_i_exp_remainder(double x)
{
    if (fabs(x) >= JKO_I_REMAINDER_SMALL) {
        return expm1(x) - x;
    }
    return 0.5 * x * x * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0))));
}

/* x - log(1 + x) >= 0, x > -1. */
static inline double jko_i_log_remainder(double x)
{
    if (fabs(x) >= JKO_I_REMAINDER_SMALL) {
        return x - log1p(x);
    }
    double sum = 0.0;
    for (int k = 8; k >= 2; k--) {
        sum = 1.0 / (double)k - x * sum;
    }
    return x * x * sum;
}

/* ((1 + x)^(-b) - 1 + b x) / b >= 0 for b >= -1, x >= -1; its limit x - log(1 + x) at b = 0. */
static inline double jko_i_power_remainder(double b, double x)
{
    if (b == 0.0) {
        return jko_i_log_remainder(x);
    }
    if (fabs(x) * (1.0 + fabs(b)) >= JKO_I_REMAINDER_SMALL) {
        return expm1(-b * log1p(x)) / b + x;
    }
    // (b + 1) x^2 / 2 (1 - (b + 2) x / 3 (1 - (b + 3) x / 4 (...)))
    double sum = 1.0;
    for (int k = 8; k >= 3; k--) {
        sum = 1.0 - (b + (double)k - 1.0) * x / (double)k * sum;
    }
    return 0.5 * (b + 1.0) * x * x * sum;
}

#endif
