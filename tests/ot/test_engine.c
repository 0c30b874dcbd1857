// SPDX-License-Identifier: BSD-3-Clause
/*
 * The engines of entropic transport: one problem, one answer; a choice is kept to and reported; the
 * same bits at any number of threads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/jko.h>
#include <math.h>
#include <string.h>

#define PI 3.14159265358979323846

enum { N = 128, LARGE = 500 };

static jko_cost *make_cost(size_t n, bool matrix)
{
    static double c[LARGE * LARGE];
    jko_grid *grid = NULL;
    jko_cost *circle = NULL;
    jko_cost *cost = NULL;
    assert_int_equal(jko_grid_create_circle(&grid, n, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&circle, grid, grid), JKO_OK);
    jko_grid_free(grid);
    if (!matrix) {
        return circle;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            c[i * n + j] = jko_cost_get(circle, i, j);
        }
    }
    jko_cost_free(circle);
    assert_int_equal(jko_cost_create_matrix(&cost, n, n, c), JKO_OK);
    return cost;
}

static void fill(size_t n, double *a, double *b)
{
    for (size_t i = 0; i < n; i++) {
        const double at = 2.0 * PI * (double)i / (double)n;
        a[i] = (1.0 + 0.5 * cos(at)) / (double)n;
        b[i] = (1.0 + 0.3 * sin(2.0 * at)) / (double)n;
    }
}

// Solve with an engine; returns the status of create or of the solve.
static jko_status solve(const jko_cost *cost, double share, jko_ot_engine engine, int threads,
                        double *plan, jko_ot_report *report)
{
    const size_t n = jko_cost_rows(cost);
    double a[LARGE];
    double b[LARGE];
    jko_ot *ot = NULL;
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.epsilon = share * jko_cost_max(cost);
    settings.engine = engine;
    settings.threads = threads;
    report->struct_size = sizeof *report;
    fill(n, a, b);
    jko_status status = jko_ot_create(&ot, cost, &settings);
    status = status < 0 ? status : jko_ot_solve(ot, a, b, plan, report);
    jko_ot_free(ot);
    return status;
}

static void engines_agree(void **state)
{
    (void)state;
    for (int matrix = 0; matrix < 2; matrix++) {
        jko_cost *cost = make_cost(N, matrix == 1);
        for (double share = 1e-1; share > 5e-4; share /= 10.0) {
            jko_ot_report want = {0};
            assert_int_equal(solve(cost, share, JKO_OT_ENGINE_LOG, 1, NULL, &want), JKO_OK);
            assert_int_equal(want.engine, JKO_OT_ENGINE_LOG);
            for (int e = JKO_OT_ENGINE_AUTO; e <= JKO_OT_ENGINE_NEWTON; e++) {
                jko_ot_report got = {0};
                const jko_status status = solve(cost, share, (jko_ot_engine)e, 1, NULL, &got);
                if (status == JKO_ERR_UNSUPPORTED) {
                    continue;
                }
                assert_int_equal(status, JKO_OK);
                assert_at_most(got.accuracy, 1e-9);
                // The dual value errs by the square of the marginal errors, others by themselves.
                assert_close_rel(got.dual_value, want.dual_value, 1e-11);
                assert_true(got.lower <= want.upper && want.lower <= got.upper);
                // Digits last at large epsilon; what a choice makes way for is the log domain.
                assert_true(e == JKO_OT_ENGINE_AUTO || got.engine == (jko_ot_engine)e ||
                            (share < 5e-2 && got.engine == JKO_OT_ENGINE_LOG));
                assert_true(got.engine != JKO_OT_ENGINE_AUTO);
            }
        }
        jko_cost_free(cost);
    }
}

static void engines_that_a_cost_does_not_have_are_refused(void **state)
{
    (void)state;
    jko_cost *grid = make_cost(N, false);
    jko_cost *matrix = make_cost(N, true);
    jko_cost *small = make_cost(16, true);
    jko_ot_report r = {0};
    assert_int_equal(solve(grid, 0.1, JKO_OT_ENGINE_ABSORBED, 1, NULL, &r), JKO_ERR_UNSUPPORTED);
    assert_non_null(strstr(jko_error_detail(), "absorbed"));
    assert_int_equal(solve(matrix, 0.1, JKO_OT_ENGINE_BANDED, 1, NULL, &r), JKO_ERR_UNSUPPORTED);
    assert_int_equal(solve(matrix, 0.1, JKO_OT_ENGINE_FOURIER, 1, NULL, &r), JKO_ERR_UNSUPPORTED);
    assert_int_equal(solve(small, 0.1, JKO_OT_ENGINE_ABSORBED, 1, NULL, &r), JKO_ERR_UNSUPPORTED);
    assert_int_equal(solve(grid, 0.1, (jko_ot_engine)6, 1, NULL, &r), JKO_ERR_ARGUMENT);
    assert_int_equal(solve(grid, 0.1, (jko_ot_engine)-1, 1, NULL, &r), JKO_ERR_ARGUMENT);
    if (jko_feature("fftw") == NULL) {
        assert_int_equal(solve(grid, 0.1, JKO_OT_ENGINE_FOURIER, 1, NULL, &r), JKO_ERR_UNSUPPORTED);
    }
    jko_cost_free(grid);
    jko_cost_free(matrix);
    jko_cost_free(small);
}

static void engines_give_the_same_bits_at_any_number_of_threads(void **state)
{
    (void)state;
    static double one[LARGE * LARGE];
    static double many[LARGE * LARGE];
    for (int matrix = 0; matrix < 2; matrix++) {
        jko_cost *cost = make_cost(LARGE, matrix == 1);
        for (int e = JKO_OT_ENGINE_LOG; e <= JKO_OT_ENGINE_NEWTON; e++) {
            jko_ot_report r = {0};
            const jko_status status = solve(cost, 1e-2, (jko_ot_engine)e, 1, one, &r);
            if (status == JKO_ERR_UNSUPPORTED) {
                continue;
            }
            assert_int_equal(status, JKO_OK);
            assert_int_equal(solve(cost, 1e-2, (jko_ot_engine)e, 3, many, &r), JKO_OK);
            assert_same_bits(LARGE * LARGE, many, one);
        }
        jko_cost_free(cost);
    }
}

static void engines_have_names(void **state)
{
    (void)state;
    assert_string_equal(jko_ot_engine_name(JKO_OT_ENGINE_AUTO), "auto");
    assert_string_equal(jko_ot_engine_name(JKO_OT_ENGINE_LOG), "log");
    assert_string_equal(jko_ot_engine_name(JKO_OT_ENGINE_ABSORBED), "absorbed");
    assert_string_equal(jko_ot_engine_name(JKO_OT_ENGINE_BANDED), "banded");
    assert_string_equal(jko_ot_engine_name(JKO_OT_ENGINE_FOURIER), "fourier");
    assert_string_equal(jko_ot_engine_name(JKO_OT_ENGINE_NEWTON), "newton");
    assert_string_equal(jko_ot_engine_name((jko_ot_engine)6), "unknown");
    assert_string_equal(jko_ot_engine_name((jko_ot_engine)-1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_agree),
        cmocka_unit_test(engines_that_a_cost_does_not_have_are_refused),
        cmocka_unit_test(engines_give_the_same_bits_at_any_number_of_threads),
        cmocka_unit_test(engines_have_names),
    };
    return cmocka_run_group_tests_name("ot/engine", tests, NULL, NULL);
}
