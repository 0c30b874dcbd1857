// SPDX-License-Identifier: BSD-3-Clause
/*
 * The transport solver's interface: settings, bad input, statuses, what stays untouched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"

#include <float.h>

static const double unit_matrix[] = {0.0, 1.0, 2.0, 3.0, 0.5, 1.0};

static jko_cost *unit_cost(void)
{
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 3, unit_matrix), JKO_OK);
    return cost;
}

// A field without a default would keep the sentinel's bytes.
static void ot_settings_default_sets_every_field(void **state)
{
    (void)state;
    jko_ot_settings settings;
    jko_ot_settings other;
    memset(&settings, 0x5a, sizeof settings);
    memset(&other, 0xa5, sizeof other);
    jko_ot_settings_default(&settings);
    jko_ot_settings_default(&other);
    assert_int_equal(settings.struct_size, sizeof settings);
    assert_int_equal(settings.method, JKO_OT_AUTO);
    assert_close_abs(settings.epsilon, 0.0, 0.0);
    assert_close_abs(settings.tolerance, 0.0, 0.0);
    assert_int_equal(settings.max_iterations, 100000);
    assert_close_abs(settings.time_limit, 0.0, 0.0);
    assert_int_equal(settings.threads, 0);
    assert_null(settings.progress);
    assert_null(settings.user);
    assert_int_equal(other.method, settings.method);
    assert_int_equal(other.threads, settings.threads);
}

static void ot_settings_init_writes_no_further_than_size(void **state)
{
    (void)state;
    jko_ot_settings settings;
    memset(&settings, 0x5a, sizeof settings);
    jko_ot_settings_init(&settings, offsetof(jko_ot_settings, tolerance));
    assert_int_equal(settings.struct_size, offsetof(jko_ot_settings, tolerance));
    unsigned char bytes[sizeof(double)];
    memcpy(bytes, &settings.tolerance, sizeof bytes);
    for (size_t k = 0; k < sizeof bytes; k++) {
        assert_int_equal(bytes[k], 0x5a);
    }
}

static void expect_refused(const jko_ot_settings *settings, jko_status status, const char *name)
{
    jko_cost *cost = unit_cost();
    jko_ot *ot = (jko_ot *)cost; // anything but NULL
    assert_int_equal(jko_ot_create(&ot, cost, settings), status);
    assert_null(ot);
    assert_true(strstr(jko_error_detail(), name) != NULL);
    jko_cost_free(cost);
}

static void ot_create_bad_setting_is_named(void **state)
{
    (void)state;
    jko_ot_settings s;
    jko_ot_settings_default(&s);
    s.method = (jko_ot_method)17;
    expect_refused(&s, JKO_ERR_ARGUMENT, "method");
    jko_ot_settings_default(&s);
    s.tolerance = -1e-9;
    expect_refused(&s, JKO_ERR_ARGUMENT, "tolerance");
    s.tolerance = NAN;
    expect_refused(&s, JKO_ERR_ARGUMENT, "tolerance");
    jko_ot_settings_default(&s);
    s.max_iterations = 0;
    expect_refused(&s, JKO_ERR_ARGUMENT, "max_iterations");
    jko_ot_settings_default(&s);
    s.time_limit = -1.0;
    expect_refused(&s, JKO_ERR_ARGUMENT, "time_limit");
    s.time_limit = NAN;
    expect_refused(&s, JKO_ERR_ARGUMENT, "time_limit");
    jko_ot_settings_default(&s);
    s.threads = -1;
    expect_refused(&s, JKO_ERR_ARGUMENT, "threads");
    jko_ot_settings_default(&s);
    s.struct_size = 8;
    expect_refused(&s, JKO_ERR_ARGUMENT, "struct_size");
}

static void ot_create_bad_epsilon_is_refused(void **state)
{
    (void)state;
    const double bad[] = {-1.0, NAN, INFINITY, 2e-12}; // the largest cost is 3
    jko_ot_settings s;
    jko_ot_settings_default(&s);
    s.method = JKO_OT_SINKHORN;
    for (size_t k = 0; k < 4; k++) {
        s.epsilon = bad[k];
        expect_refused(&s, JKO_ERR_EPSILON, "epsilon");
    }
}

static void ot_create_null_is_refused(void **state)
{
    (void)state;
    jko_cost *cost = unit_cost();
    jko_ot *ot = NULL;
    assert_int_equal(jko_ot_create(NULL, cost, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_create(&ot, NULL, NULL), JKO_ERR_ARGUMENT);
    jko_ot_free(NULL);
    jko_cost_free(cost);
}

static void expect_untouched(jko_ot *ot, const double *a, const double *b, jko_status status)
{
    double plan[6];
    jko_ot_report report = {.struct_size = sizeof report, .upper = -7.0};
    for (size_t k = 0; k < 6; k++) {
        plan[k] = -7.0;
    }
    assert_int_equal(jko_ot_solve(ot, a, b, plan, &report), status);
    for (size_t k = 0; k < 6; k++) {
        assert_close_abs(plan[k], -7.0, 0.0);
    }
    assert_close_abs(report.upper, -7.0, 0.0);
    assert_true(jko_error_detail()[0] != '\0');
}

static void ot_solve_bad_masses_leave_everything_untouched(void **state)
{
    (void)state;
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN};
    const double a[] = {0.5, 0.5};
    const double b[] = {0.25, 0.25, 0.5};
    const double nan_b[] = {0.25, NAN, 0.5};
    const double inf_a[] = {INFINITY, 0.5};
    const double negative[] = {-0.5, 1.5};
    const double zero[] = {0.0, 0.0};
    const double more[] = {0.25, 0.25, 0.502};
    jko_cost *cost = unit_cost();
    for (size_t k = 0; k < 2; k++) {
        jko_ot *ot = NULL;
        double f[2];
        double g[3];
        double f_before[2];
        double g_before[3];
        jko_ot_settings s;
        jko_ot_settings_default(&s);
        s.method = methods[k];
        assert_int_equal(jko_ot_create(&ot, cost, &s), JKO_OK);
        assert_int_equal(jko_ot_get_potentials(ot, f, g), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_ot_solve(ot, a, b, NULL, NULL), JKO_OK);
        assert_int_equal(jko_ot_get_potentials(ot, f_before, g_before), JKO_OK);
        expect_untouched(ot, NULL, b, JKO_ERR_ARGUMENT);
        expect_untouched(ot, a, NULL, JKO_ERR_ARGUMENT);
        expect_untouched(NULL, a, b, JKO_ERR_ARGUMENT);
        expect_untouched(ot, a, nan_b, JKO_ERR_NONFINITE);
        expect_untouched(ot, inf_a, b, JKO_ERR_NONFINITE);
        expect_untouched(ot, negative, b, JKO_ERR_NEGATIVE_MASS);
        expect_untouched(ot, zero, b, JKO_ERR_ZERO_MASS);
        expect_untouched(ot, a, more, JKO_ERR_MASS_MISMATCH);
        assert_int_equal(jko_ot_get_potentials(ot, f, g), JKO_OK);
        assert_same_bits(2, f, f_before);
        assert_same_bits(3, g, g_before);
        jko_ot_free(ot);
    }
    jko_cost_free(cost);
}

// Costs near the end of the range would overflow when added up.
static void ot_solve_overflowing_costs_are_refused(void **state)
{
    (void)state;
    const double matrix[] = {1e308, -1e308, 0.0, 1e308};
    const double mass[] = {1.0, 1.0};
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, matrix), JKO_OK);
    assert_int_equal(jko_ot_create(&ot, cost, NULL), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, mass, mass, NULL, NULL), JKO_ERR_NUMERIC);
    assert_true(strstr(jko_error_detail(), "unit") != NULL);
    jko_ot_free(ot);
    jko_cost_free(cost);
}

static void ot_solve_short_report_is_refused_long_one_kept(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.5};
    const double b[] = {0.25, 0.25, 0.5};
    struct {
        jko_ot_report report;
        double later;
    } longer = {.report = {.struct_size = sizeof longer}, .later = -7.0};
    jko_ot_report report = {.struct_size = 16};
    jko_cost *cost = unit_cost();
    jko_ot *ot = NULL;
    assert_int_equal(jko_ot_create(&ot, cost, NULL), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, a, b, NULL, &report), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_solve(ot, a, b, NULL, &longer.report), JKO_OK);
    assert_int_equal(longer.report.struct_size, sizeof longer);
    assert_close_abs(longer.later, -7.0, 0.0);
    jko_ot_free(ot);
    jko_cost_free(cost);
}

// By hand: row 0 fills columns 0 and 1, row 1 fills column 2: 0.25 * 0 + 0.25 * 1 + 0.5 * 1.
static void ot_report_says_all(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.5};
    const double b[] = {0.25, 0.25, 0.5};
    jko_cost *cost = unit_cost();
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    assert_int_equal(jko_ot_create(&ot, cost, NULL), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, a, b, NULL, &report), JKO_OK);
    assert_int_equal(report.status, JKO_OK);
    assert_int_equal(report.method, JKO_OT_SIMPLEX); // AUTO took it
    assert_close_rel(report.transport_cost, 0.75, 1e-15);
    assert_true(isnan(report.entropic_value) && isnan(report.solver_objective));
    assert_close_abs(report.epsilon, 0.0, 0.0);
    assert_true(report.seconds >= 0.0);
    jko_ot_free(ot);
    jko_cost_free(cost);
}

static void ot_auto_takes_sinkhorn_past_four_million_arcs(void **state)
{
    (void)state;
    jko_grid *circle = NULL;
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings s;
    jko_ot_report report = {.struct_size = sizeof report};
    double *mass = calloc(2001, sizeof *mass);
    assert_non_null(mass);
    mass[3] = 1.0;
    assert_int_equal(jko_grid_create_circle(&circle, 2001, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, circle, circle), JKO_OK);
    jko_ot_settings_default(&s);
    s.max_iterations = 1;
    assert_int_equal(jko_ot_create(&ot, cost, &s), JKO_OK);
    assert_true(jko_ot_solve(ot, mass, mass, NULL, &report) >= 0);
    assert_int_equal(report.method, JKO_OT_SINKHORN);
    jko_ot_free(ot);
    jko_cost_free(cost);
    jko_grid_free(circle);
    free(mass);
}

// Totals within 1e-6 are the same total: b is scaled to that of a.
static void ot_solve_nearly_equal_totals_scales_b(void **state)
{
    (void)state;
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN};
    for (size_t k = 0; k < 2; k++) {
        jko_ot_settings s;
        jko_ot_report report;
        instance t = instance_create(2, 3);
        jko_ot_settings_default(&s);
        s.method = methods[k];
        s.epsilon = 1.0;
        t.cost = unit_cost();
        t.a[0] = 0.5;
        t.a[1] = 0.5;
        t.total = 1.0;
        const double share[] = {0.25, 0.25, 0.5};
        for (size_t j = 0; j < 3; j++) {
            t.b[j] = share[j] * (1.0 + 9e-7);
        }
        assert_int_equal(instance_solve(&t, &s, &report), JKO_OK);
        memcpy(t.b, share, sizeof share);
        instance_check(&t, &report);
        instance_free(&t);
    }
}

// A tolerance that no double meets: the answer is optimal, the proof short of it.
static void ot_exact_gap_above_tolerance_is_stalled(void **state)
{
    (void)state;
    jko_t_random random = {1};
    jko_ot_settings s;
    jko_ot_report report;
    instance t = instance_random(30, 30, INSTANCE_POINTS, &random);
    jko_ot_settings_default(&s);
    s.tolerance = 1e-25;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_STALLED);
    instance_check_exact(&t, &report, 1e-15);
    instance_free(&t);
}

static void ot_exact_limits_leave_valid_bounds(void **state)
{
    (void)state;
    jko_t_random random = {1};
    jko_ot_settings s;
    jko_ot_report report;
    instance t = instance_random(40, 30, INSTANCE_ZEROS, &random);
    jko_ot_settings_default(&s);
    s.max_iterations = 4;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_NOT_CONVERGED);
    assert_int_equal(report.iterations, 4);
    assert_true(report.gap > 0.0);
    instance_check(&t, &report);
    jko_ot_settings_default(&s);
    s.time_limit = 1e-9;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_TIME_LIMIT);
    instance_check(&t, &report);
    instance_free(&t);
}

static int stop_at_once(void *user, int64_t iteration, double error)
{
    ++*(int *)user;
    assert_int_equal(iteration, 0);
    assert_true(error > 0.0);
    return 1;
}

static void ot_exact_progress_cancels(void **state)
{
    (void)state;
    jko_t_random random = {1};
    int calls = 0;
    jko_ot_settings s;
    jko_ot_report report;
    instance t = instance_random(40, 30, INSTANCE_ZEROS, &random);
    jko_ot_settings_default(&s);
    s.progress = stop_at_once;
    s.user = &calls;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_CANCELLED);
    assert_int_equal(calls, 1);
    instance_check(&t, &report);
    instance_free(&t);
}

// A second solve owes nothing to the first.
static void ot_solver_used_again_gives_same_bits(void **state)
{
    (void)state;
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN};
    for (size_t k = 0; k < 2; k++) {
        jko_t_random random = {1};
        jko_ot_settings s;
        jko_ot *ot = NULL;
        double first[20 * 25];
        instance t = instance_random(20, 25, INSTANCE_ZEROS, &random);
        instance u = instance_random(20, 25, INSTANCE_PLAIN, &random);
        jko_ot_settings_default(&s);
        s.method = methods[k];
        s.epsilon = 0.05;
        assert_int_equal(jko_ot_create(&ot, t.cost, &s), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, t.a, t.b, first, NULL), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, u.a, u.b, t.plan, NULL), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, NULL), JKO_OK);
        assert_same_bits(20 * 25, t.plan, first);
        jko_ot_free(ot);
        instance_free(&t);
        instance_free(&u);
    }
}

static void ot_method_names_are_those_of_the_command_line(void **state)
{
    (void)state;
    assert_string_equal(jko_ot_method_name(JKO_OT_AUTO), "auto");
    assert_string_equal(jko_ot_method_name(JKO_OT_LP), "lp");
    assert_string_equal(jko_ot_method_name(JKO_OT_SINKHORN), "sinkhorn");
    assert_string_equal(jko_ot_method_name(JKO_OT_SIMPLEX), "simplex");
    assert_string_equal(jko_ot_method_name((jko_ot_method)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ot_settings_default_sets_every_field),
        cmocka_unit_test(ot_settings_init_writes_no_further_than_size),
        cmocka_unit_test(ot_create_bad_setting_is_named),
        cmocka_unit_test(ot_create_bad_epsilon_is_refused),
        cmocka_unit_test(ot_create_null_is_refused),
        cmocka_unit_test(ot_solve_bad_masses_leave_everything_untouched),
        cmocka_unit_test(ot_solve_overflowing_costs_are_refused),
        cmocka_unit_test(ot_solve_short_report_is_refused_long_one_kept),
        cmocka_unit_test(ot_report_says_all),
        cmocka_unit_test(ot_auto_takes_sinkhorn_past_four_million_arcs),
        cmocka_unit_test(ot_solve_nearly_equal_totals_scales_b),
        cmocka_unit_test(ot_exact_gap_above_tolerance_is_stalled),
        cmocka_unit_test(ot_exact_limits_leave_valid_bounds),
        cmocka_unit_test(ot_exact_progress_cancels),
        cmocka_unit_test(ot_solver_used_again_gives_same_bits),
        cmocka_unit_test(ot_method_names_are_those_of_the_command_line),
    };
    return cmocka_run_group_tests_name("ot/ot", tests, NULL, NULL);
}
