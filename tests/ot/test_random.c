// SPDX-License-Identifier: BSD-3-Clause
/*
 * Random transport problems, the exact methods against each other and against their proofs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#define PROBLEMS 200
#define LARGEST ((size_t)60)
#define SEED 20240611ULL

// Run one random problem and have its seed printed if it fails.
typedef void (*body)(instance *t, instance_kind kind);

static void run_one(unsigned long long seed, instance_kind kind, body check)
{
    jko_t_random random = {seed};
    const size_t m = 1 + jko_t_integer(&random, LARGEST);
    const size_t n = jko_t_integer(&random, 3) == 0 ? m : 1 + jko_t_integer(&random, LARGEST);
    instance t = instance_random(m, n, kind, &random);
    check(&t, kind);
    instance_free(&t);
}

static void run_all(unsigned long long seed, int count, bool wide, body check)
{
    print_message("seeds %llu to %llu\n", seed, seed + (unsigned long long)count - 1);
    for (int k = 0; k < count; k++) {
        const instance_kind kind =
            wide ? INSTANCE_FIFTEEN_ORDERS : (instance_kind)(k % INSTANCE_KINDS);
        run_one(seed + (unsigned long long)k, kind, check);
    }
}

static jko_ot_report solve_exactly(instance *t, jko_ot_method method)
{
    jko_ot_settings settings;
    jko_ot_report report;
    jko_ot_settings_default(&settings);
    settings.method = method;
    assert_int_equal(instance_solve(t, &settings, &report), JKO_OK);
    assert_int_equal(report.method, method);
    instance_check_exact(t, &report, 1e-12);
    return report;
}

// The value that all agree on; where it is 0, rounding of sums of masses times costs remains.
static void check_agreement(instance *t, instance_kind kind)
{
    (void)kind;
    const double rounding = 1e-15 * jko_cost_max(t->cost) * t->total;
    const jko_ot_report simplex = solve_exactly(t, JKO_OT_SIMPLEX);
    assert_true(isnan(simplex.solver_objective));
    assert_at_most(simplex.gap, 1e-9 * fabs(simplex.upper) + rounding);
    if (jko_i_lp_exists()) {
        const jko_ot_report lp = solve_exactly(t, JKO_OT_LP);
        assert_close_abs(lp.upper, simplex.upper, 1e-9 * fabs(simplex.upper) + rounding);
        assert_close_abs(lp.solver_objective, simplex.upper, 1e-9 * fabs(simplex.upper) + rounding);
    }
}

// GLPK, the plan and the potentials agree to 1e-9 of the value.
static void random_problems_methods_agree(void **state)
{
    (void)state;
    run_all(SEED, PROBLEMS, false, check_agreement);
}

static void check_wide(instance *t, instance_kind kind)
{
    (void)kind;
    (void)solve_exactly(t, JKO_OT_SIMPLEX);
    if (jko_i_lp_exists()) {
        (void)solve_exactly(t, JKO_OT_LP);
    }
}

// GLPK's own answer is not to be trusted here; the certificate is.
static void random_problems_fifteen_orders_have_small_gap(void **state)
{
    (void)state;
    run_all(SEED + 1000, 100, true, check_wide);
}

static void check_bracket(instance *t, instance_kind kind)
{
    (void)kind;
    const jko_ot_report exact = solve_exactly(t, JKO_OT_SIMPLEX);
    const double rounding = 1e-14 * jko_cost_max(t->cost) * t->total;
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.max_iterations = 300;
    for (double share = 1.0; share > 0.5e-5; share /= 10.0) {
        jko_ot_report report;
        settings.epsilon = share * (jko_cost_max(t->cost) > 0.0 ? jko_cost_max(t->cost) : 1.0);
        assert_true(instance_solve(t, &settings, &report) >= 0);
        instance_check(t, &report);
        assert_at_most(report.lower, exact.upper + rounding);
        assert_at_most(exact.lower, report.upper + rounding);
        if (report.status == JKO_OK) {
            assert_at_most(report.row_error + report.column_error, 1e-9 * t->total);
        }
    }
}

// Converged or stopped, the bounds of the entropic method enclose the exact value.
static void random_problems_sinkhorn_brackets_exact_value(void **state)
{
    (void)state;
    run_all(SEED + 2000, 25, false, check_bracket);
}

static void check_swap(instance *t, instance_kind kind)
{
    (void)kind;
    instance swapped = instance_create(t->n, t->m);
    double *matrix = calloc(t->m * t->n, sizeof *matrix);
    assert_non_null(matrix);
    for (size_t i = 0; i < t->m; i++) {
        for (size_t j = 0; j < t->n; j++) {
            matrix[j * t->m + i] = jko_cost_get(t->cost, i, j);
        }
    }
    memcpy(swapped.a, t->b, t->n * sizeof *t->b);
    memcpy(swapped.b, t->a, t->m * sizeof *t->a);
    swapped.total = t->total;
    assert_int_equal(jko_cost_create_matrix(&swapped.cost, t->n, t->m, matrix), JKO_OK);
    const jko_ot_report forth = solve_exactly(t, JKO_OT_SIMPLEX);
    const jko_ot_report back = solve_exactly(&swapped, JKO_OT_SIMPLEX);
    assert_close_abs(back.upper, forth.upper, 1e-14 * jko_cost_max(t->cost) * t->total);
    free(matrix);
    instance_free(&swapped);
}

// Identity: (b, a, C transposed) has the same value.
static void random_problems_swapped_have_same_value(void **state)
{
    (void)state;
    run_all(SEED + 3000, 40, false, check_swap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems_methods_agree),
        cmocka_unit_test(random_problems_fifteen_orders_have_small_gap),
        cmocka_unit_test(random_problems_sinkhorn_brackets_exact_value),
        cmocka_unit_test(random_problems_swapped_have_same_value),
    };
    return cmocka_run_group_tests_name("ot/random", tests, NULL, NULL);
}
