// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/measure/grid.c: positions, cells, distances by hand, and each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/grid.h"
#include "support/close.h"

#include <math.h>
#include <string.h>

static void line_and_circle_sample_at_i_h(void **state)
{
    (void)state;
    jko_grid *line = NULL;
    jko_grid *circle = NULL;
    assert_int_equal(jko_grid_create_line(&line, 8, 2.0), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&circle, 5, 1.0), JKO_OK);
    assert_int_equal(jko_grid_get_kind(line), JKO_GRID_LINE);
    assert_int_equal(jko_grid_get_kind(circle), JKO_GRID_CIRCLE);
    assert_true(jko_grid_size(line) == 8 && jko_grid_size(circle) == 5);
    assert_true(jko_grid_dimension(line) == 1 && jko_grid_dimension(circle) == 1);
    assert_true(jko_grid_cell(line) == 0.25);
    assert_close_rel(jko_grid_cell(circle), 0.2, 1e-16);
    for (size_t i = 0; i < 8; i++) {
        double x = NAN;
        assert_int_equal(jko_grid_get_position(line, i, &x), JKO_OK);
        assert_true(x == 0.25 * (double)i);
    }
    jko_grid_free(line);
    jko_grid_free(circle);
}

static void points_are_copied(void **state)
{
    (void)state;
    double points[] = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
    double period[] = {0.0, 10.0};
    double x[2] = {NAN, NAN};
    jko_grid *grid = NULL;
    assert_int_equal(jko_grid_create_points(&grid, 3, 2, points, period), JKO_OK);
    points[4] = period[1] = 99.0;
    assert_int_equal(jko_grid_get_position(grid, 2, x), JKO_OK);
    assert_true(x[0] == 4.0 && x[1] == 5.0);
    assert_true(jko_grid_size(grid) == 3 && jko_grid_dimension(grid) == 2);
    assert_true(jko_grid_cell(grid) == 0.0);
    assert_int_equal(jko_grid_get_kind(grid), JKO_GRID_POINTS);
    assert_true(jko_i_grid_period(grid, 0) == 0.0 && jko_i_grid_period(grid, 1) == 10.0);
    jko_grid_free(grid);
}

static void circle_distance_is_the_shorter_arc(void **state)
{
    (void)state;
    jko_grid *grid = NULL;
    assert_int_equal(jko_grid_create_circle(&grid, 8, 8.0), JKO_OK);
    const double want[] = {0.0, 1.0, 4.0, 9.0, 16.0, 9.0, 4.0, 1.0};
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            assert_true(jko_i_grid_squared_distance(grid, i, grid, j) == want[(8 + j - i) % 8]);
        }
    }
    jko_grid_free(grid);
}

static void periodic_axis_wraps_positions_outside_it(void **state)
{
    (void)state;
    // 0.25 apart modulo 1 along the first axis, 3 along the second, which does not wrap.
    const double points[] = {-3.875, 0.0, 7.375, 3.0};
    const double period[] = {1.0, 0.0};
    jko_grid *wrapped = NULL;
    jko_grid *plain = NULL;
    assert_int_equal(jko_grid_create_points(&wrapped, 2, 2, points, period), JKO_OK);
    assert_int_equal(jko_grid_create_points(&plain, 2, 2, points, NULL), JKO_OK);
    assert_true(jko_i_grid_squared_distance(wrapped, 0, wrapped, 1) == 0.0625 + 9.0);
    assert_true(jko_i_grid_squared_distance(wrapped, 1, wrapped, 0) == 0.0625 + 9.0);
    assert_true(jko_i_grid_squared_distance(plain, 0, plain, 1) == 11.25 * 11.25 + 9.0);
    jko_grid_free(wrapped);
    jko_grid_free(plain);
}

static void cells_out_of_range_are_refused(void **state)
{
    (void)state;
    const double lengths[] = {0.0, -1.0, NAN, INFINITY};
    jko_grid *grid = (jko_grid *)&grid; // any pointer that is not NULL
    assert_int_equal(jko_grid_create_line(NULL, 3, 1.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_grid_create_circle(NULL, 3, 1.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_grid_create_line(&grid, 0, 1.0), JKO_ERR_EMPTY);
    assert_null(grid);
    assert_int_equal(jko_grid_create_circle(&grid, 0, 1.0), JKO_ERR_EMPTY);
    for (size_t k = 0; k < 4; k++) {
        grid = (jko_grid *)&grid;
        assert_int_equal(jko_grid_create_line(&grid, 3, lengths[k]), JKO_ERR_ARGUMENT);
        assert_null(grid);
        assert_non_null(strstr(jko_error_detail(), "length"));
        assert_int_equal(jko_grid_create_circle(&grid, 3, lengths[k]), JKO_ERR_ARGUMENT);
        assert_non_null(strstr(jko_error_detail(), "circumference"));
    }
    // A cell that rounds to 0.
    assert_int_equal(jko_grid_create_line(&grid, SIZE_MAX, 1e-310), JKO_ERR_ARGUMENT);
}

static void points_out_of_range_are_refused(void **state)
{
    (void)state;
    const double points[] = {0.0, 1.0, 2.0, 3.0};
    const double nan[] = {0.0, 1.0, 2.0, NAN};
    const double infinite[] = {0.0, -INFINITY, 2.0, 3.0};
    const double periods[][2] = {{1.0, -1.0}, {NAN, 0.0}, {INFINITY, 0.0}};
    jko_grid *grid = (jko_grid *)&grid;
    assert_int_equal(jko_grid_create_points(NULL, 2, 2, points, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_grid_create_points(&grid, 0, 2, points, NULL), JKO_ERR_EMPTY);
    assert_null(grid);
    assert_int_equal(jko_grid_create_points(&grid, 2, 0, points, NULL), JKO_ERR_EMPTY);
    assert_int_equal(jko_grid_create_points(&grid, 2, 2, NULL, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_grid_create_points(&grid, 2, 2, nan, NULL), JKO_ERR_NONFINITE);
    assert_non_null(strstr(jko_error_detail(), "coordinate 1 of point 1"));
    assert_int_equal(jko_grid_create_points(&grid, 2, 2, infinite, NULL), JKO_ERR_NONFINITE);
    assert_int_equal(jko_grid_create_points(&grid, SIZE_MAX, 2, points, NULL), JKO_ERR_TOO_LARGE);
    for (size_t k = 0; k < 3; k++) {
        assert_int_equal(jko_grid_create_points(&grid, 2, 2, points, periods[k]), JKO_ERR_ARGUMENT);
        assert_non_null(strstr(jko_error_detail(), k == 0 ? "axis 1" : "axis 0"));
    }
    assert_null(grid);
}

static void questions_to_null_or_past_the_end_are_answered(void **state)
{
    (void)state;
    double x = 7.0;
    jko_grid *grid = NULL;
    assert_int_equal(jko_grid_create_line(&grid, 2, 1.0), JKO_OK);
    assert_int_equal(jko_grid_get_position(grid, 2, &x), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_grid_get_position(NULL, 0, &x), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_grid_get_position(grid, 0, NULL), JKO_ERR_ARGUMENT);
    assert_true(x == 7.0);
    assert_true(jko_grid_size(NULL) == 0 && jko_grid_dimension(NULL) == 0);
    assert_true(jko_grid_cell(NULL) == 0.0);
    jko_grid_free(grid);
    jko_grid_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_and_circle_sample_at_i_h),
        cmocka_unit_test(points_are_copied),
        cmocka_unit_test(circle_distance_is_the_shorter_arc),
        cmocka_unit_test(periodic_axis_wraps_positions_outside_it),
        cmocka_unit_test(cells_out_of_range_are_refused),
        cmocka_unit_test(points_out_of_range_are_refused),
        cmocka_unit_test(questions_to_null_or_past_the_end_are_answered),
    };
    return cmocka_run_group_tests_name("measure/grid", tests, NULL, NULL);
}
