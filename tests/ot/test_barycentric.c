// SPDX-License-Identifier: BSD-3-Clause
/*
 * The barycentric map: plans whose map is known, the seam of a circle, bad input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/jko.h>
#include <math.h>

// A row with one target goes there; one with two, to their weighted mean; one without mass stays.
static void barycentric_map_is_the_weighted_mean(void **state)
{
    (void)state;
    const double x[] = {0.0, 0.0, 5.0, 5.0, -3.0, 2.0};
    const double y[] = {1.0, 2.0, 3.0, 6.0};
    const double plan[] = {0.25, 0.0, 0.125, 0.375, 0.0, 0.0};
    const double map[] = {1.0, 2.0, 2.5, 5.0, -3.0, 2.0};
    double got[6];
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    assert_int_equal(jko_grid_create_points(&source, 3, 2, x, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, 2, 2, y, NULL), JKO_OK);
    assert_int_equal(jko_ot_barycentric_map(source, target, plan, got), JKO_OK);
    for (size_t k = 0; k < 6; k++) {
        assert_close_abs(got[k], map[k], 1e-15);
    }
    jko_grid_free(source);
    jko_grid_free(target);
}

// Across the seam the shorter way counts: from 0 a quarter back and none is an eighth back.
static void barycentric_map_on_circle_takes_shorter_way(void **state)
{
    (void)state;
    const double plan[] = {0.5, 0.0, 0.0, 0.5, 0.0, 1.0, 0.0, 0.0,
                           0.0, 0.0, 0.0, 2.0, 1.0, 0.0, 0.0, 1.0};
    const double map[] = {-0.125, 0.25, 0.75, 0.875};
    double got[4];
    jko_grid *circle = NULL;
    assert_int_equal(jko_grid_create_circle(&circle, 4, 1.0), JKO_OK);
    assert_int_equal(jko_ot_barycentric_map(circle, circle, plan, got), JKO_OK);
    for (size_t k = 0; k < 4; k++) {
        assert_close_abs(got[k], map[k], 1e-15);
    }
    jko_grid_free(circle);
}

// Identity: the mean of the map under a is the mean of b, for any plan.
static void barycentric_map_keeps_the_mean(void **state)
{
    (void)state;
    jko_t_random random = {3};
    double x[8];
    double y[6];
    double plan[48];
    double map[8];
    double from = 0.0;
    double to = 0.0;
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    for (size_t k = 0; k < 48; k++) {
        plan[k] = jko_t_exponential(&random);
        x[k % 8] = jko_t_uniform(&random);
        y[k % 6] = jko_t_uniform(&random);
    }
    assert_int_equal(jko_grid_create_points(&source, 8, 1, x, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, 6, 1, y, NULL), JKO_OK);
    assert_int_equal(jko_ot_barycentric_map(source, target, plan, map), JKO_OK);
    for (size_t k = 0; k < 48; k++) {
        from += plan[k] * map[k / 6];
        to += plan[k] * y[k % 6];
    }
    assert_close_rel(from, to, 1e-13);
    jko_grid_free(source);
    jko_grid_free(target);
}

static void barycentric_map_bad_input_is_refused(void **state)
{
    (void)state;
    const double x[] = {0.0, 1.0, 2.0, 3.0};
    double plan[] = {1.0, 0.0, 0.0, 1.0};
    double map[] = {-7.0, -7.0};
    jko_grid *line = NULL;
    jko_grid *circle = NULL;
    jko_grid *plane = NULL;
    assert_int_equal(jko_grid_create_line(&line, 2, 1.0), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&circle, 2, 1.0), JKO_OK);
    assert_int_equal(jko_grid_create_points(&plane, 2, 2, x, NULL), JKO_OK);
    assert_int_equal(jko_ot_barycentric_map(NULL, line, plan, map), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_barycentric_map(line, line, NULL, map), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_barycentric_map(line, line, plan, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_barycentric_map(line, circle, plan, map), JKO_ERR_SHAPE);
    assert_int_equal(jko_ot_barycentric_map(line, plane, plan, map), JKO_ERR_SHAPE);
    plan[2] = -1.0;
    assert_int_equal(jko_ot_barycentric_map(line, line, plan, map), JKO_ERR_NEGATIVE_MASS);
    plan[2] = NAN;
    assert_int_equal(jko_ot_barycentric_map(line, line, plan, map), JKO_ERR_NONFINITE);
    assert_close_abs(map[0], -7.0, 0.0);
    assert_close_abs(map[1], -7.0, 0.0);
    jko_grid_free(line);
    jko_grid_free(circle);
    jko_grid_free(plane);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(barycentric_map_is_the_weighted_mean),
        cmocka_unit_test(barycentric_map_on_circle_takes_shorter_way),
        cmocka_unit_test(barycentric_map_keeps_the_mean),
        cmocka_unit_test(barycentric_map_bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("ot/barycentric", tests, NULL, NULL);
}
