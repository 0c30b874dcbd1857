// SPDX-License-Identifier: BSD-3-Clause
/*
 * Entropic transport: closed forms, statuses, small epsilon.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"

static jko_ot_settings entropic(double epsilon)
{
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.epsilon = epsilon;
    settings.tolerance = 1e-12;
    return settings;
}

// With C = u + v every plan costs the same, and the product a b^T / total has KL 0.
static void sinkhorn_separable_cost_gives_product(void **state)
{
    (void)state;
    const double matrix[] = {1.0, 3.0, -2.0, 0.0, 5.0, 7.0}; // u = (1, -2, 5), v = (0, 2)
    const jko_ot_settings settings = entropic(0.5);
    jko_ot_report report;
    instance t = instance_create(3, 2);
    assert_int_equal(jko_cost_create_matrix(&t.cost, 3, 2, matrix), JKO_OK);
    const double a[] = {1.0, 2.0, 3.0};
    const double b[] = {2.5, 3.5};
    memcpy(t.a, a, sizeof a);
    memcpy(t.b, b, sizeof b);
    t.total = 6.0;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
    instance_check(&t, &report);
    for (size_t k = 0; k < 6; k++) {
        assert_close_rel(t.plan[k], a[k / 2] * b[k % 2] / 6.0, 1e-12);
    }
    const double value = 1.0 * 1.0 - 2.0 * 2.0 + 5.0 * 3.0 + 2.0 * 3.5;
    assert_close_rel(report.entropic_value, value, 1e-12);
    assert_close_rel(report.transport_cost, value, 1e-12);
    assert_close_rel(report.lower, value, 1e-12);
    instance_free(&t);
}

// 2 by 2, equal masses: p = mass of one diagonal entry solves p / (1/2 - p) = exp(1 / eps).
static void sinkhorn_two_by_two_meets_closed_form(void **state)
{
    (void)state;
    const double matrix[] = {0.0, 1.0, 1.0, 0.0};
    for (double eps = 4.0; eps > 0.05; eps /= 2.0) {
        const jko_ot_settings settings = entropic(eps);
        jko_ot_report report;
        instance t = instance_create(2, 2);
        assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 2, matrix), JKO_OK);
        t.a[0] = t.a[1] = t.b[0] = t.b[1] = 0.5;
        t.total = 1.0;
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
        const double q = 0.5 / (1.0 + exp(1.0 / eps)); // off the diagonal
        assert_close_rel(t.plan[1], q, 1e-11);
        assert_close_rel(report.transport_cost, 2.0 * q, 1e-11);
        const double kl = 2.0 * q * log(4.0 * q) + 2.0 * (0.5 - q) * log(4.0 * (0.5 - q));
        assert_close_rel(report.entropic_value, 2.0 * q + eps * kl, 1e-11);
        instance_free(&t);
    }
}

// Masses of total s and 1: value and plan scale with s.
static void sinkhorn_scaled_masses_scale_value(void **state)
{
    (void)state;
    const jko_ot_settings settings = entropic(0.05);
    jko_t_random random = {4};
    jko_ot_report one;
    jko_ot_report many;
    instance t = instance_random(12, 9, INSTANCE_ZEROS, &random);
    assert_int_equal(instance_solve(&t, &settings, &one), JKO_OK);
    for (size_t i = 0; i < 12; i++) {
        t.a[i] *= 1024.0;
    }
    for (size_t j = 0; j < 9; j++) {
        t.b[j] *= 1024.0;
    }
    t.total *= 1024.0;
    assert_int_equal(instance_solve(&t, &settings, &many), JKO_OK);
    assert_close_rel(many.entropic_value, 1024.0 * one.entropic_value, 1e-11);
    assert_close_rel(many.transport_cost, 1024.0 * one.transport_cost, 1e-11);
    instance_free(&t);
}

// All costs moved by c move both values by c times the mass, also to below 0.
static void sinkhorn_shifted_cost_shifts_value(void **state)
{
    (void)state;
    const jko_ot_settings settings = entropic(0.1);
    jko_ot_report report[2];
    for (int k = 0; k < 2; k++) {
        jko_t_random random = {6};
        double matrix[42];
        instance t = instance_random(7, 6, INSTANCE_PLAIN, &random);
        for (size_t l = 0; l < 42; l++) {
            matrix[l] = jko_cost_get(t.cost, l / 6, l % 6) - 3.0 * k;
        }
        jko_cost_free(t.cost);
        assert_int_equal(jko_cost_create_matrix(&t.cost, 7, 6, matrix), JKO_OK);
        assert_int_equal(instance_solve(&t, &settings, &report[k]), JKO_OK);
        instance_check(&t, &report[k]);
        report[k].entropic_value += 3.0 * k * t.total;
        report[k].lower += 3.0 * k * t.total;
        instance_free(&t);
    }
    assert_close_rel(report[1].entropic_value, report[0].entropic_value, 1e-10);
    assert_close_rel(report[1].lower, report[0].lower, 1e-9);
}

// A constant far from 0 beside the costs is taken out before it costs digits: the plan is the same,
// the values move by it. Costs are whole multiples of 2^-20, so that the sum is exact.
static void sinkhorn_large_offset_keeps_plan(void **state)
{
    (void)state;
    const double offset[] = {0.0, 0x1p24, -0x1p24};
    jko_ot_settings settings = entropic(1e-3);
    jko_ot_report report[3];
    double plan[3][60];
    for (size_t k = 0; k < 3; k++) {
        jko_t_random random = {12};
        double matrix[60];
        instance t = instance_random(10, 6, INSTANCE_ZEROS, &random);
        for (size_t l = 0; l < 60; l++) {
            matrix[l] = (double)jko_t_integer(&random, 1 << 20) * 0x1p-20 + offset[k];
        }
        jko_cost_free(t.cost);
        assert_int_equal(jko_cost_create_matrix(&t.cost, 10, 6, matrix), JKO_OK);
        assert_int_equal(instance_solve(&t, &settings, &report[k]), JKO_OK);
        instance_check(&t, &report[k]);
        memcpy(plan[k], t.plan, sizeof plan[k]);
        for (size_t l = 0; l < 60; l++) {
            assert_close_abs(plan[k][l], plan[0][l], 1e-11 * t.total);
        }
        // The iterate's mass is off by 1e-12 of the total at most, and pays the constant too; the
        // dual value and the returned plan have all the mass, and a few roundings of the sum.
        const double moved = offset[k] * t.total;
        const double off = 1e-12 * fabs(moved) + 1e-11;
        const double rounding = 4e-16 * fabs(moved) + 1e-11;
        assert_close_abs(report[k].entropic_value - moved, report[0].entropic_value, off);
        assert_close_abs(report[k].neg_entropy_value - moved, report[0].neg_entropy_value, off);
        assert_close_abs(report[k].entropic_cost - moved, report[0].entropic_cost, off);
        assert_close_abs(report[k].dual_value - moved, report[0].dual_value, rounding);
        assert_close_abs(report[k].transport_cost - moved, report[0].transport_cost,
                         rounding + fabs(offset[k]) * report[k].plan_error);
        instance_free(&t);
    }
}

// Potentials of the same problem, or of the exact one: next to nothing is left to do. Potentials
// of no use cost some iterations and change nothing; they are used once.
static void sinkhorn_warm_start_saves_iterations(void **state)
{
    (void)state;
    jko_t_random random = {21};
    const jko_ot_settings settings = entropic(2e-3);
    jko_ot *ot = NULL;
    double g[25];
    double wild[25];
    double first[20 * 25];
    jko_ot_report cold = {.struct_size = sizeof cold};
    jko_ot_report warm = {.struct_size = sizeof warm};
    instance t = instance_random(20, 25, INSTANCE_POINTS, &random);
    t.b[4] += t.b[3];
    t.b[3] = 0.0;
    assert_int_equal(jko_ot_create(&ot, t.cost, &settings), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, first, &cold), JKO_OK);
    assert_int_equal(jko_ot_get_entropic_potentials(ot, NULL, g), JKO_OK);
    assert_int_equal(jko_ot_set_potentials(ot, g), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, &warm), JKO_OK);
    assert_true(cold.iterations > 20 && warm.iterations <= 2);
    assert_close_rel(warm.entropic_value, cold.entropic_value, 1e-12);
    t.a[0] *= 1.001;
    t.b[0] += t.a[0] / 1.001 * 0.001;
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, NULL, &cold), JKO_OK);
    assert_int_equal(jko_ot_set_potentials(ot, g), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, NULL, &warm), JKO_OK);
    assert_true(2 * warm.iterations < cold.iterations);
    for (size_t j = 0; j < 25; j++) {
        wild[j] = j % 3 == 0 ? (double)INFINITY : 100.0 * jko_t_uniform(&random);
    }
    assert_int_equal(jko_ot_set_potentials(ot, wild), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, &warm), JKO_OK);
    assert_close_rel(warm.entropic_value, cold.entropic_value, 1e-11);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, &warm), JKO_OK);
    assert_int_equal(warm.iterations, cold.iterations);
    wild[7] = NAN;
    assert_int_equal(jko_ot_set_potentials(ot, wild), JKO_ERR_NONFINITE);
    assert_int_equal(jko_ot_set_potentials(ot, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_set_potentials(NULL, g), JKO_ERR_ARGUMENT);
    jko_ot_free(ot);
    instance_free(&t);
}

// P = exp((f + g - C) / eps) a b / total with the potentials; a.f + b.g is the value; and a cell
// without mass has the potential from which a little mass there would start.
static void sinkhorn_potentials_give_plan_and_value(void **state)
{
    (void)state;
    jko_t_random random = {22};
    const double eps = 0.05;
    const jko_ot_settings settings = entropic(eps);
    jko_ot *ot = NULL;
    double f[12];
    double g[9];
    double after[12];
    jko_ot_report report = {.struct_size = sizeof report};
    instance t = instance_random(12, 9, INSTANCE_ZEROS, &random);
    t.a[1] += t.a[2];
    t.a[2] = 0.0;
    assert_int_equal(jko_ot_create(&ot, t.cost, &settings), JKO_OK);
    assert_int_equal(jko_ot_get_entropic_potentials(ot, f, g), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, &report), JKO_OK);
    assert_int_equal(jko_ot_get_entropic_potentials(ot, f, g), JKO_OK);
    double dual = 0.0;
    for (size_t k = 0; k < 12 * 9; k++) {
        const double exponent = (f[k / 9] + g[k % 9] - jko_cost_get(t.cost, k / 9, k % 9)) / eps;
        assert_close_abs(t.plan[k], exp(exponent) * t.a[k / 9] * t.b[k % 9] / t.total,
                         1e-11 * t.total);
    }
    for (size_t i = 0; i < 12; i++) {
        dual += t.a[i] * f[i] + (i < 9 ? t.b[i] * g[i] : 0.0);
    }
    assert_close_rel(dual, report.entropic_value, 1e-11);
    assert_close_rel(report.dual_value, report.entropic_value, 1e-11);
    t.a[2] = 1e-9 * t.a[1];
    t.a[1] -= t.a[2];
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, &report), JKO_OK);
    assert_int_equal(jko_ot_get_entropic_potentials(ot, after, NULL), JKO_OK);
    assert_close_abs(after[2] - after[1], f[2] - f[1], 1e-7);
    jko_ot_free(ot);
    jko_ot_settings exact;
    jko_ot_settings_default(&exact);
    assert_int_equal(jko_ot_create(&ot, t.cost, &exact), JKO_OK);
    assert_int_equal(jko_ot_get_entropic_potentials(ot, f, g), JKO_ERR_UNSUPPORTED);
    assert_int_equal(jko_ot_set_potentials(ot, g), JKO_ERR_UNSUPPORTED);
    assert_int_equal(jko_ot_get_entropic_potentials(NULL, f, g), JKO_ERR_ARGUMENT);
    jko_ot_free(ot);
    instance_free(&t);
}

// At the smallest epsilon potentials resolve the exponents to 1e-4 only: no false convergence.
static void sinkhorn_smallest_epsilon_is_never_falsely_converged(void **state)
{
    (void)state;
    jko_t_random random = {8};
    jko_ot_report report;
    instance t = instance_random(10, 10, INSTANCE_POINTS, &random);
    jko_ot_settings settings = entropic(1e-12 * jko_cost_max(t.cost));
    settings.max_iterations = 3000;
    const jko_status status = instance_solve(&t, &settings, &report);
    assert_true(status == JKO_STALLED || status == JKO_NOT_CONVERGED);
    instance_check(&t, &report);
    instance_free(&t);
}

// One cell on each side: converged at once but for the rounding of the exponent, which at this
// epsilon is above the tolerance.
static void sinkhorn_error_below_rounding_is_stalled(void **state)
{
    (void)state;
    const double matrix[] = {1.0, 0.3, 0.7, 0.9};
    jko_ot_settings settings = entropic(1e-9);
    jko_ot_report report;
    instance t = instance_create(2, 2);
    assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 2, matrix), JKO_OK);
    t.a[0] = 0.3;
    t.a[1] = 0.7;
    t.b[0] = 0.6;
    t.b[1] = 0.4;
    t.total = 1.0;
    settings.tolerance = 1e-15;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_STALLED);
    assert_true(report.row_error + report.column_error > 1e-15);
    assert_true(report.row_error + report.column_error < 1e-5);
    instance_check(&t, &report);
    instance_free(&t);
}

static void sinkhorn_iteration_limit_leaves_valid_bounds(void **state)
{
    (void)state;
    jko_t_random random = {9};
    jko_ot_report report;
    instance t = instance_random(20, 30, INSTANCE_ZEROS, &random);
    jko_ot_settings settings = entropic(1e-4);
    for (int64_t limit = 1; limit <= 64; limit *= 4) {
        settings.max_iterations = limit;
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_NOT_CONVERGED);
        assert_int_equal(report.iterations, limit);
        assert_true(report.epsilon >= 1e-4);
        instance_check(&t, &report);
    }
    instance_free(&t);
}

static int stop_at_third(void *user, int64_t iteration, double error)
{
    ++*(int *)user;
    assert_true(error >= 0.0);
    return iteration >= 3;
}

static void sinkhorn_progress_cancels(void **state)
{
    (void)state;
    jko_t_random random = {9};
    jko_ot_report report;
    int calls = 0;
    instance t = instance_random(20, 30, INSTANCE_ZEROS, &random);
    jko_ot_settings settings = entropic(1e-4);
    settings.progress = stop_at_third;
    settings.user = &calls;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_CANCELLED);
    assert_int_equal(report.iterations, 3);
    assert_int_equal(calls, 3);
    instance_check(&t, &report);
    instance_free(&t);
}

static void sinkhorn_time_limit_stops(void **state)
{
    (void)state;
    jko_t_random random = {9};
    jko_ot_report report;
    instance t = instance_random(20, 30, INSTANCE_ZEROS, &random);
    jko_ot_settings settings = entropic(1e-4);
    settings.time_limit = 1e-9;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_TIME_LIMIT);
    assert_int_equal(report.iterations, 1);
    instance_check(&t, &report);
    instance_free(&t);
}

// Convergence to the exact cost as epsilon falls: within eps log(min(m, n)) of it.
static void sinkhorn_cost_tends_to_exact_cost(void **state)
{
    (void)state;
    jko_t_random random = {10};
    jko_ot_report exact;
    jko_ot_report report;
    instance t = instance_random(15, 12, INSTANCE_POINTS, &random);
    assert_int_equal(instance_solve(&t, NULL, &exact), JKO_OK);
    for (double eps = 0.1; eps > 5e-4; eps /= 10.0) {
        jko_ot_settings settings = entropic(eps);
        settings.tolerance = 1e-9;
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
        assert_at_most(report.transport_cost - exact.upper, eps * log(12.0) * t.total);
        assert_at_most(exact.upper - 1e-8, report.transport_cost);
    }
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sinkhorn_separable_cost_gives_product),
        cmocka_unit_test(sinkhorn_two_by_two_meets_closed_form),
        cmocka_unit_test(sinkhorn_scaled_masses_scale_value),
        cmocka_unit_test(sinkhorn_shifted_cost_shifts_value),
        cmocka_unit_test(sinkhorn_large_offset_keeps_plan),
        cmocka_unit_test(sinkhorn_warm_start_saves_iterations),
        cmocka_unit_test(sinkhorn_potentials_give_plan_and_value),
        cmocka_unit_test(sinkhorn_smallest_epsilon_is_never_falsely_converged),
        cmocka_unit_test(sinkhorn_error_below_rounding_is_stalled),
        cmocka_unit_test(sinkhorn_iteration_limit_leaves_valid_bounds),
        cmocka_unit_test(sinkhorn_progress_cancels),
        cmocka_unit_test(sinkhorn_time_limit_stops),
        cmocka_unit_test(sinkhorn_cost_tends_to_exact_cost),
    };
    return cmocka_run_group_tests_name("ot/sinkhorn_log", tests, NULL, NULL);
}
