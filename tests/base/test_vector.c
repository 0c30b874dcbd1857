// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/vector.c: every length about that of a vector and of a block, against long
 * double and against the C library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vector.h"
#include "support/close.h"

#include <math.h>

enum { MAX = 200 };

static void vector_sums_and_adds_every_length(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {21};
    for (size_t n = 0; n <= MAX; n++) {
        double x[MAX + 1];
        double y[MAX + 1];
        long double sum = 0.0L;
        long double size = 0.0L;
        for (size_t i = 0; i <= n; i++) {
            x[i] = jko_t_uniform(&random) - 0.5;
            y[i] = jko_t_uniform(&random);
            sum += i < n ? (long double)x[i] * y[i] : 0.0L;
            size += i < n ? fabsl((long double)x[i] * y[i]) : 0.0L;
        }
        assert_close_abs(jko_i_vector_dot(n, x, y), (double)sum, 1e-15 * (double)size);
        long double distance = 0.0L;
        for (size_t i = 0; i < n; i++) {
            distance += fabsl((long double)x[i] * y[i] - y[i]);
        }
        assert_close_rel(jko_i_vector_distance(n, x, y, y), (double)distance, 1e-15);
        const double last = y[n];
        double want[MAX];
        for (size_t i = 0; i < n; i++) {
            want[i] = y[i] + 0.3 * x[i];
        }
        jko_i_vector_add(n, 0.3, x, y);
        assert_same_bits(n, y, want);
        assert_true(y[n] == last);
    }
}

static void vector_exp_and_log_agree_with_the_library(void **state)
{
    (void)state;
    jko_t_random random = {22};
    for (size_t n = 0; n <= MAX; n++) {
        double x[MAX + 1];
        double out[MAX + 1];
        for (size_t i = 0; i <= n; i++) {
            x[i] = 1300.0 * jko_t_uniform(&random) - 650.0;
            out[i] = 7.0;
        }
        jko_i_vector_exp(n, x, out);
        for (size_t i = 0; i < n; i++) {
            assert_close_rel(out[i], exp(x[i]), 5e-16);
        }
        assert_true(out[n] == 7.0);
        jko_i_vector_log(n, out, out);
        for (size_t i = 0; i < n; i++) {
            assert_close_abs(out[i], x[i], 1e-15 * (1.0 + fabs(x[i])));
        }
        assert_true(out[n] == 7.0);
    }
}

static void vector_exp_of_far_exponents_is_nothing(void **state)
{
    (void)state;
    const double x[] = {-699.0, -700.0, -701.0, -745.0, -1e300, -INFINITY, 0.0};
    double out[7];
    jko_i_vector_exp(7, x, out);
    assert_close_rel(out[0], exp(-699.0), 5e-16);
    for (size_t i = 1; i < 6; i++) {
        assert_true(out[i] == 0.0);
    }
    assert_true(out[6] == 1.0);
}

// A number of each kind at every place.
static void vector_range_sees_every_place(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2 * 32 + 3; n++) {
        for (size_t at = 0; at < n; at++) {
            double x[MAX];
            jko_i_vector_range range;
            for (size_t i = 0; i < n; i++) {
                x[i] = 1.0;
            }
            x[at] = -2.0;
            jko_i_vector_find_range(n, x, &range);
            assert_true(range.least == -2.0 && range.size == 2.0);
            assert_false(range.has_infinity || range.has_other);
            x[at] = INFINITY;
            jko_i_vector_find_range(n, x, &range);
            assert_true(range.least == (n > 1 ? 1.0 : INFINITY));
            assert_true(range.size == (n > 1 ? 1.0 : 0.0));
            assert_true(range.has_infinity && !range.has_other);
            x[at] = -INFINITY;
            jko_i_vector_find_range(n, x, &range);
            assert_true(!range.has_infinity && range.has_other);
            x[at] = NAN;
            jko_i_vector_find_range(n, x, &range);
            assert_true(!range.has_infinity && range.has_other);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vector_sums_and_adds_every_length),
        cmocka_unit_test(vector_exp_and_log_agree_with_the_library),
        cmocka_unit_test(vector_exp_of_far_exponents_is_nothing),
        cmocka_unit_test(vector_range_sees_every_place),
    };
    return cmocka_run_group_tests_name("base/vector", tests, NULL, NULL);
}
