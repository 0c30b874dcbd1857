// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/logsumexp.c: rows against long double, with -inf, far blocks and every length
 * about a block's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/logsumexp.h"
#include "support/close.h"

#include <math.h>

enum { MAX = 1000 };

static long double reference(size_t n, const double *p, const double *c, double eps)
{
    long double top = -INFINITY;
    long double sum = 0.0L;
    for (size_t j = 0; j < n; j++) {
        top = fmaxl(top, (long double)p[j] - (long double)c[j]);
    }
    for (size_t j = 0; j < n; j++) {
        sum += expl(((long double)p[j] - (long double)c[j] - top) / (long double)eps);
    }
    return top / (long double)eps + logl(sum);
}

static void lse_of_random_rows_agrees_with_long_double(void **state)
{
    (void)state;
    jko_t_random random = {3};
    for (size_t n = 1; n <= 200; n++) {
        double p[MAX];
        double c[MAX];
        const double eps = pow(10.0, -4.0 * jko_t_uniform(&random));
        for (size_t j = 0; j < n; j++) {
            p[j] = jko_t_uniform(&random);
            c[j] = jko_t_uniform(&random);
        }
        // p - c rounds at 1e-16; divided by eps that is the error of an exponent.
        assert_close_abs(jko_i_row_lse(n, p, c, eps), (double)reference(n, p, c, eps),
                         4e-16 / eps + 2e-15);
    }
}

// A parabola much wider than its kernel: most blocks are left out.
static void lse_of_a_narrow_kernel_leaves_out_nothing_that_counts(void **state)
{
    (void)state;
    jko_t_need_long_double();
    double p[MAX] = {0.0};
    double c[MAX];
    const double eps[] = {1e-6, 1e-5, 1e-4, 1e-3};
    for (size_t centre = 0; centre < MAX; centre += 111) {
        for (size_t j = 0; j < MAX; j++) {
            const double d = ((double)j - (double)centre) / MAX;
            c[j] = d * d;
        }
        for (size_t k = 0; k < 4; k++) {
            assert_close_abs(jko_i_row_lse(MAX, p, c, eps[k]), (double)reference(MAX, p, c, eps[k]),
                             1e-15);
        }
    }
}

static void lse_skips_minus_infinity(void **state)
{
    (void)state;
    double p[MAX];
    double c[MAX];
    double alone[2] = {0.3, -0.2};
    double cost[2] = {0.1, 0.4};
    for (size_t j = 0; j < MAX; j++) {
        p[j] = -INFINITY;
        c[j] = 1.0;
    }
    assert_true(jko_i_row_lse(MAX, p, c, 0.1) == -INFINITY);
    assert_true(jko_i_row_max(MAX, p, c) == -INFINITY);
    p[70] = alone[0];
    c[70] = cost[0];
    p[999] = alone[1];
    c[999] = cost[1];
    const double want = jko_i_row_lse(2, alone, cost, 0.1);
    assert_close_rel(want, (double)reference(2, alone, cost, 0.1), 1e-15);
    const double got = jko_i_row_lse(MAX, p, c, 0.1);
    assert_close_rel(got, want, 2e-16);
    assert_true(jko_i_row_max(MAX, p, c) == 0.3 - 0.1);
}

static void lse_far_from_zero_neither_overflows_nor_underflows(void **state)
{
    (void)state;
    const double c[] = {0.0, 0.0};
    const double high[] = {1e6, 1e6};
    const double low[] = {-1e6, -1e6};
    assert_close_rel(jko_i_row_lse(2, high, c, 1e-3), 1e9 + log(2.0), 1e-16);
    assert_close_rel(jko_i_row_lse(2, low, c, 1e-3), -1e9 + log(2.0), 1e-16);
}

static void accumulate_adds_scaled_kernels(void **state)
{
    (void)state;
    jko_t_random random = {4};
    double p[MAX];
    double c[MAX];
    double out[MAX];
    const double eps = 1e-3;
    for (size_t j = 0; j < MAX; j++) {
        const double d = ((double)j - 400.0) / MAX;
        p[j] = j % 97 == 0 ? -INFINITY : 1e-3 * jko_t_uniform(&random);
        c[j] = d * d;
        out[j] = 2.0;
    }
    const double shift = jko_i_row_lse(MAX, p, c, eps);
    jko_i_row_accumulate(MAX, p, c, eps, shift, 3.0, out);
    double sum = 0.0;
    for (size_t j = 0; j < MAX; j++) {
        const long double term =
            expl(((long double)p[j] - (long double)c[j]) / (long double)eps - (long double)shift);
        assert_close_abs(out[j], (double)(2.0L + 3.0L * term), 1e-14);
        sum += out[j] - 2.0;
    }
    assert_close_rel(sum, 3.0, 1e-12); // shift is the row's own: the kernel sums to 1
}

// Shares add up to the mass, and are those of the number returned.
static void share_adds_up_to_the_mass(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {5};
    for (size_t n = 1; n <= 200; n++) {
        double p[MAX];
        double c[MAX];
        double out[MAX];
        long double sum = 0.0L;
        const double eps = pow(10.0, -3.0 * jko_t_uniform(&random));
        for (size_t j = 0; j < n; j++) {
            p[j] = j % 9 == 4 ? -INFINITY : 40.0 * jko_t_uniform(&random);
            c[j] = jko_t_uniform(&random);
        }
        const double f = jko_i_row_share(n, p, c, eps, 0.7, out);
        assert_close_abs(f, eps * (log(0.7) - (double)reference(n, p, c, eps)), 4e-14);
        for (size_t j = 0; j < n; j++) {
            const double t = (double)(((long double)f + p[j] - c[j]) / eps);
            sum += out[j];
            assert_close_abs(out[j], exp(t), 0.7 * (2e-14 / eps));
        }
        assert_close_rel((double)sum, 0.7, 2e-14 / eps);
    }
    const double none[] = {-INFINITY, -INFINITY};
    const double c[] = {0.0, 1.0};
    double out[] = {1.0, 1.0};
    assert_true(jko_i_row_share(2, none, c, 0.1, 0.7, out) == INFINITY);
    assert_true(out[0] == 0.0 && out[1] == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lse_of_random_rows_agrees_with_long_double),
        cmocka_unit_test(lse_of_a_narrow_kernel_leaves_out_nothing_that_counts),
        cmocka_unit_test(lse_skips_minus_infinity),
        cmocka_unit_test(lse_far_from_zero_neither_overflows_nor_underflows),
        cmocka_unit_test(accumulate_adds_scaled_kernels),
        cmocka_unit_test(share_adds_up_to_the_mass),
    };
    return cmocka_run_group_tests_name("base/logsumexp", tests, NULL, NULL);
}
