// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/sum.c: against exact integers, cancellation known by hand, and long double.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/sum.h"
#include "support/close.h"

static void sum_of_integers_is_exact(void **state)
{
    (void)state;
    enum { N = 4000 };
    double x[N];
    jko_t_random random = {1};
    int64_t want = 0;
    for (size_t i = 0; i < N; i++) {
        // Up to 2^52, of both signs: partial sums pass 2^60, where a plain sum rounds.
        const int64_t integer = (int64_t)jko_t_integer(&random, (size_t)1 << 53) - (1LL << 51);
        x[i] = (double)integer;
        want += integer;
    }
    assert_true(jko_i_sum_array(N, x) == (double)want);
}

static void sum_that_cancels_keeps_the_rest(void **state)
{
    (void)state;
    const double x[] = {1.0, 1e100, 1.0, -1e100}; // Neumaier's example: 0 by Kahan's sum
    assert_true(jko_i_sum_array(4, x) == 2.0);
    assert_true(jko_i_sum_array(0, x) == 0.0);
}

static void sum_with_infinity_is_infinite(void **state)
{
    (void)state;
    const double up[] = {1.0, INFINITY, 2.0};
    const double down[] = {-INFINITY, 1.0};
    const double both[] = {-INFINITY, INFINITY};
    const double overflow[] = {1e308, 1e308};
    assert_true(jko_i_sum_array(3, up) == INFINITY);
    assert_true(jko_i_sum_array(2, down) == -INFINITY);
    assert_true(isnan(jko_i_sum_array(2, both)));
    assert_true(jko_i_sum_array(2, overflow) == INFINITY);
}

static void dot_keeps_the_rounding_of_products(void **state)
{
    (void)state;
    // (1 + e)(1 - e) - 1 = -e^2 with e = 2^-30: lost by a rounded product.
    const double x[] = {1.0 + 0x1p-30, -1.0};
    const double y[] = {1.0 - 0x1p-30, 1.0};
    assert_true(jko_i_dot(2, x, y) == -0x1p-60);
}

static void dot_agrees_with_long_double(void **state)
{
    (void)state;
    enum { N = 1000 };
    double x[N];
    double y[N];
    jko_t_random random = {2};
    long double want = 0.0L;
    for (size_t i = 0; i < N; i++) {
        x[i] = jko_t_exponential(&random);
        y[i] = jko_t_exponential(&random);
        want += (long double)x[i] * (long double)y[i];
    }
    assert_close_rel(jko_i_dot(N, x, y), (double)want, 2.3e-16);
}

static void dot_that_overflows_is_infinite(void **state)
{
    (void)state;
    const double x[] = {1e200, 1.0};
    const double y[] = {1e200, -1.0};
    assert_true(jko_i_dot(2, x, y) == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sum_of_integers_is_exact),
        cmocka_unit_test(sum_that_cancels_keeps_the_rest),
        cmocka_unit_test(sum_with_infinity_is_infinite),
        cmocka_unit_test(dot_keeps_the_rounding_of_products),
        cmocka_unit_test(dot_agrees_with_long_double),
        cmocka_unit_test(dot_that_overflows_is_infinite),
    };
    return cmocka_run_group_tests_name("base/sum", tests, NULL, NULL);
}
