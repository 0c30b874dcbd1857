// SPDX-License-Identifier: BSD-3-Clause
/*
 * The transport LP: its cap, its limits, and builds without GLPK.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#include <pthread.h>

static jko_ot_settings lp_settings(void)
{
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_LP;
    return settings;
}

static void lp_without_glpk_is_unsupported(void **state)
{
    (void)state;
    jko_t_random random = {1};
    const jko_ot_settings settings = lp_settings();
    instance t = instance_random(3, 3, INSTANCE_PLAIN, &random);
    jko_ot *ot = NULL;
    const jko_status status = jko_ot_create(&ot, t.cost, &settings);
    assert_int_equal(status, jko_i_lp_exists() ? JKO_OK : JKO_ERR_UNSUPPORTED);
    assert_true((ot != NULL) == jko_i_lp_exists());
    jko_ot_free(ot);
    instance_free(&t);
}

static void need_glpk(void)
{
    if (!jko_i_lp_exists()) {
        skip();
    }
}

// 501 by 500 cells are 250,500 arcs; one cell less on the one side and it is solved.
static void lp_past_cap_is_too_large(void **state)
{
    (void)state;
    need_glpk();
    jko_grid *line = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings settings = lp_settings();
    jko_ot_report report = {.struct_size = sizeof report, .upper = -7.0};
    instance t = instance_create(501, 501);
    assert_int_equal(jko_grid_create_line(&line, 501, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&t.cost, line, line), JKO_OK);
    for (size_t i = 0; i < 501; i++) {
        t.a[i] = t.b[i] = 1.0;
    }
    t.plan[0] = -7.0;
    assert_int_equal(jko_ot_create(&ot, t.cost, &settings), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t.a, t.b, t.plan, &report), JKO_ERR_TOO_LARGE);
    assert_true(strstr(jko_error_detail(), "250000") != NULL);
    assert_close_abs(t.plan[0], -7.0, 0.0);
    assert_close_abs(report.upper, -7.0, 0.0);
    assert_int_equal(jko_ot_get_potentials(ot, t.f, t.g), JKO_ERR_ARGUMENT);
    jko_ot_free(ot);
    jko_grid_free(line);
    instance_free(&t);
}

static void lp_iteration_limit_leaves_valid_bounds(void **state)
{
    (void)state;
    need_glpk();
    jko_t_random random = {2};
    jko_ot_report report;
    jko_ot_settings settings = lp_settings();
    instance t = instance_random(30, 40, INSTANCE_POINTS, &random);
    settings.max_iterations = 7;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_NOT_CONVERGED);
    assert_int_equal(report.iterations, 7);
    assert_int_equal(report.status, JKO_NOT_CONVERGED);
    assert_true(report.gap > 0.0);
    instance_check(&t, &report);
    instance_free(&t);
}

typedef struct witness {
    pthread_t caller;
    int calls;
    int limit;
} witness;

static int watch(void *user, int64_t iteration, double error)
{
    witness *w = user;
    (void)iteration;
    (void)error;
    assert_true(pthread_equal(pthread_self(), w->caller));
    return ++w->calls >= w->limit;
}

static void lp_progress_is_called_on_calling_thread_and_cancels(void **state)
{
    (void)state;
    need_glpk();
    jko_t_random random = {2};
    jko_ot_report report;
    jko_ot_settings settings = lp_settings();
    instance t = instance_random(60, 60, INSTANCE_POINTS, &random);
    settings.progress = watch;
    for (int limit = 1; limit <= 2; limit++) {
        witness w = {pthread_self(), 0, limit};
        settings.user = &w;
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_CANCELLED);
        assert_int_equal(w.calls, limit);
        assert_int_equal(report.iterations, 50 * (limit - 1));
        instance_check(&t, &report);
    }
    instance_free(&t);
}

static void lp_time_limit_stops(void **state)
{
    (void)state;
    need_glpk();
    jko_t_random random = {2};
    jko_ot_report report;
    jko_ot_settings settings = lp_settings();
    instance t = instance_random(60, 60, INSTANCE_POINTS, &random);
    settings.time_limit = 1e-9;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_TIME_LIMIT);
    instance_check(&t, &report);
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lp_without_glpk_is_unsupported),
        cmocka_unit_test(lp_past_cap_is_too_large),
        cmocka_unit_test(lp_iteration_limit_leaves_valid_bounds),
        cmocka_unit_test(lp_progress_is_called_on_calling_thread_and_cancels),
        cmocka_unit_test(lp_time_limit_stops),
    };
    return cmocka_run_group_tests_name("ot/lp", tests, NULL, NULL);
}
