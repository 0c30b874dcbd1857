// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/plan_rows.c: rows and columns of every length against long double, with masses of
 * zero and forbidden arcs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/plan_rows.h"
#include "support/close.h"

#include <math.h>

enum { MAX = 150 };

static void plan_row_is_exponentials(void **state)
{
    (void)state;
    jko_t_random random = {31};
    const double eps = 0.01;
    for (size_t n = 1; n <= MAX; n++) {
        double g[MAX];
        double c[MAX];
        double out[MAX];
        for (size_t j = 0; j < n; j++) {
            g[j] = j % 7 == 3 ? -INFINITY : jko_t_uniform(&random);
            c[j] = j % 11 == 5 ? INFINITY : jko_t_uniform(&random);
        }
        jko_i_plan_exp(n, 0.1, g, c, eps, out);
        for (size_t j = 0; j < n; j++) {
            const double t = (0.1 + g[j] - c[j]) / eps;
            assert_close_rel(out[j], t > -700.0 ? exp(t) : 0.0, 5e-16 + 3e-16 * fabs(t));
        }
        jko_i_plan_exp(n, -INFINITY, g, c, eps, out);
        for (size_t j = 0; j < n; j++) {
            assert_true(out[j] == 0.0);
        }
    }
}

// Terms of very different sizes: a plain sum would lose digits.
static void plan_sums_are_compensated(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {32};
    for (size_t n = 1; n <= MAX; n++) {
        double mass[MAX];
        double c[MAX];
        long double sum = 0.0L;
        long double cost = 0.0L;
        jko_i_plan_sums sums = {{0.0, 0.0}, {0.0, 0.0}};
        for (size_t j = 0; j < n; j++) {
            mass[j] = j % 5 == 2 ? 0.0 : pow(10.0, -16.0 * jko_t_uniform(&random));
            c[j] = j % 5 == 2 ? INFINITY : jko_t_uniform(&random);
            sum += mass[j];
            cost += mass[j] > 0.0 ? (long double)(mass[j] * c[j]) : 0.0L;
        }
        jko_i_plan_add(n, mass, c, &sums);
        assert_close_rel(jko_i_sum_value(&sums.mass), (double)sum, 1.2e-16);
        assert_close_rel(jko_i_sum_value(&sums.cost), (double)cost, 1.2e-16);
    }
}

// Many groups: the sums are right to the rounding of a group's terms.
static void plan_groups_add_to_each_column(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {33};
    enum { GROUPS = 50 };
    for (size_t n = 1; n <= 40; n++) {
        double sums[4 * 40] = {0.0};
        long double want[40] = {0.0L};
        long double want_scaled[40] = {0.0L};
        for (size_t k = 0; k < GROUPS; k++) {
            double rows[4 * 40];
            double x[4];
            for (size_t i = 0; i < 4; i++) {
                x[i] = jko_t_uniform(&random);
                for (size_t j = 0; j < n; j++) {
                    rows[i * n + j] = pow(10.0, -16.0 * jko_t_uniform(&random));
                    want[j] += rows[i * n + j];
                    want_scaled[j] += x[i] * rows[i * n + j];
                }
            }
            jko_i_plan_add_group(n, rows, x, sums);
        }
        for (size_t j = 0; j < n; j++) {
            assert_close_rel(sums[j] + sums[n + j], (double)want[j], 4e-16);
            assert_close_rel(sums[2 * n + j] + sums[3 * n + j], (double)want_scaled[j], 4e-16);
        }
    }
}

static void plan_scale_is_a_product(void **state)
{
    (void)state;
    const double y[] = {1.0, 0.5, 0.0};
    double mass[] = {2.0, 3.0, 5.0};
    const double want[] = {0.5, 0.375, 0.0};
    jko_i_plan_scale(3, 0.25, mass, y, mass);
    assert_same_bits(3, mass, want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan_row_is_exponentials),
        cmocka_unit_test(plan_sums_are_compensated),
        cmocka_unit_test(plan_groups_add_to_each_column),
        cmocka_unit_test(plan_scale_is_a_product),
    };
    return cmocka_run_group_tests_name("ot/plan_rows", tests, NULL, NULL);
}
