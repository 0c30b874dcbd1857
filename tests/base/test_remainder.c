// SPDX-License-Identifier: BSD-3-Clause
/* Remainders beyond the tangent against long double and against exact series. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/remainder.h"
#include "support/close.h"

static const double points[] = {-0.9,   -0.5,  -0.1, -0.0101, -0.0099, -1e-3,  -1e-5, 0.0,
                                1e-300, 1e-12, 1e-5, 1e-3,    0.0099,  0.0101, 0.2,   3.0};

// By the series in long double, to more terms than can matter; |b x| < 1 and |x| < 1.
static long double power_series(long double b, long double x)
{
    long double term = (b + 1.0L) * x * x / 2.0L;
    long double sum = term;
    for (int k = 3; k < 400; k++) {
        term *= -(b + (long double)k - 1.0L) * x / (long double)k;
        sum += term;
    }
    return sum;
}

static void exponential(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        long double term = (long double)points[i] * points[i] / 2.0L;
        long double sum = term;
        for (int k = 3; k < 60; k++) {
            term *= (long double)points[i] / (long double)k;
            sum += term;
        }
        assert_close_rel(jko_i_exp_remainder(points[i]), (double)sum, 1e-13);
    }
}

static void logarithm(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        const double x = points[i];
        const double want =
            fabs(x) < 0.5 ? (double)power_series(0.0L, x) : (double)(x - log1pl((long double)x));
        assert_close_rel(jko_i_log_remainder(x), want, 1e-13);
        assert_true(jko_i_power_remainder(0.0, x) == jko_i_log_remainder(x));
    }
}

static void power(void **state)
{
    (void)state;
    const double exponents[] = {-0.99, -0.75, -0.3, -1e-9, 1e-9, 0.04, 1.0, 3.0, 99.0};
    for (size_t e = 0; e < sizeof exponents / sizeof exponents[0]; e++) {
        for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
            const double b = exponents[e];
            const double x = points[i];
            const double want =
                fabs(b * x) < 0.5 && fabs(x) < 0.5
                    ? (double)power_series(b, x)
                    : (double)((expm1l(-(long double)b * log1pl(x)) + (long double)b * x) / b);
            // The difference keeps the digits of x itself.
            assert_close_abs(jko_i_power_remainder(b, x), want,
                             1e-13 * want +
                                 4e-16 * fabs(x) *
                                     (fabs(x) * (1.0 + fabs(b)) >= JKO_I_REMAINDER_SMALL));
        }
        assert_close_rel(jko_i_power_remainder(exponents[e], 1e-200), 0.0, 0.0);
    }
    // b = 1: x^2 / (1 + x); b = -1: linear, so nothing.
    assert_close_rel(jko_i_power_remainder(1.0, 1e-9), 1e-18 / (1.0 + 1e-9), 1e-15);
    assert_true(jko_i_power_remainder(-1.0, 1e-3) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponential),
        cmocka_unit_test(logarithm),
        cmocka_unit_test(power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
