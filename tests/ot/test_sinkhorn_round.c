// SPDX-License-Identifier: BSD-3-Clause
/*
 * Rounding an entropic iterate to a feasible plan, however bad the iterate is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/sinkhorn_round.h"

// Potentials far from any solution: the plan is feasible and the bounds are valid all the same.
static void rounding_arbitrary_potentials_gives_feasible_plan(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 40; seed++) {
        jko_t_random random = {seed};
        const size_t m = 1 + jko_t_integer(&random, 15);
        const size_t n = 1 + jko_t_integer(&random, 15);
        instance t = instance_random(m, n, (instance_kind)(seed % INSTANCE_KINDS), &random);
        const jko_i_ot_problem problem = {t.cost, t.a, t.b, t.total, 1};
        jko_ot_report report = {.struct_size = sizeof report};
        jko_i_rounding work;
        double f[15];
        double g[15];
        for (size_t i = 0; i < m; i++) {
            f[i] = t.a[i] > 0.0 ? 2.0 * jko_t_uniform(&random) - 1.0 : -INFINITY;
        }
        for (size_t j = 0; j < n; j++) {
            g[j] = t.b[j] > 0.0 ? 2.0 * jko_t_uniform(&random) - 1.0 : -INFINITY;
        }
        assert_true(jko_i_rounding_create(&work, t.cost));
        const jko_i_rounding_input input = {&problem, &problem, 0.0, 0.3, f, g, NULL, NULL};
        jko_i_rounding_solve(&work, &input, t.plan, t.f, t.g, &report);
        instance_check(&t, &report);
        assert_true(isfinite(report.entropic_value));
        jko_i_rounding_free(&work);
        instance_free(&t);
    }
}

// An iterate with nothing in it at all: the rest is everything, and the plan is a b^T / total.
static void rounding_vanished_iterate_gives_product(void **state)
{
    (void)state;
    jko_t_random random = {3};
    instance t = instance_random(3, 4, INSTANCE_PLAIN, &random);
    const jko_i_ot_problem problem = {t.cost, t.a, t.b, t.total, 1};
    const double f[] = {-1e4, -1e4, -1e4};
    const double g[] = {0.0, 0.0, 0.0, 0.0};
    jko_ot_report report = {.struct_size = sizeof report};
    jko_i_rounding work;
    assert_true(jko_i_rounding_create(&work, t.cost));
    const jko_i_rounding_input input = {&problem, &problem, 0.0, 1.0, f, g, NULL, NULL};
    jko_i_rounding_solve(&work, &input, t.plan, t.f, t.g, &report);
    instance_check(&t, &report);
    for (size_t k = 0; k < 12; k++) {
        assert_close_rel(t.plan[k], t.a[k / 4] * t.b[k % 4] / t.total, 1e-14);
    }
    assert_close_rel(report.row_error, t.total, 1e-14);
    assert_close_rel(report.column_error, t.total, 1e-14);
    jko_i_rounding_free(&work);
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_arbitrary_potentials_gives_feasible_plan),
        cmocka_unit_test(rounding_vanished_iterate_gives_product),
    };
    return cmocka_run_group_tests_name("ot/sinkhorn_round", tests, NULL, NULL);
}
