// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/measure/cost.c: the compact and the dense form agree, rows and columns are what they
 * say, and each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/cost.h"
#include "support/close.h"

#include <math.h>
#include <string.h>

/* The grid of n points at i h in one dimension, with a period or 0. */
static jko_grid *as_points(size_t n, double h, double period)
{
    double points[64];
    jko_grid *grid = NULL;
    for (size_t i = 0; i < n; i++) {
        points[i] = (double)i * h;
    }
    assert_int_equal(jko_grid_create_points(&grid, n, 1, points, &period), JKO_OK);
    return grid;
}

/* Every entry by jko_cost_get, rows and columns of both forms of the same cost. */
static void check_same(const jko_cost *compact, const jko_cost *dense, size_t n, double tolerance)
{
    assert_true(jko_cost_rows(compact) == n && jko_cost_columns(compact) == n);
    assert_true(jko_i_cost_storage_length(compact) == 2 * n - 1);
    assert_true(jko_i_cost_storage_length(dense) == 2 * n * n);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const double c = jko_cost_get(compact, i, j);
            assert_close_abs(c, jko_cost_get(dense, i, j), tolerance);
            assert_true(jko_i_cost_row(compact, i)[j] == c);
            assert_true(jko_i_cost_column(compact, j)[i] == c);
            assert_true(jko_i_cost_column(dense, j)[i] == jko_i_cost_row(dense, i)[j]);
            assert_true(jko_cost_get(compact, j, i) == c);
        }
    }
    assert_close_rel(jko_cost_max(compact), jko_cost_max(dense), 1e-15);
    assert_true(compact->min == 0.0 && dense->min == 0.0);
}

static void compact_cost_agrees_with_the_matrix_of_points(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 2, 3, 8, 33};
    for (size_t k = 0; k < 5; k++) {
        const size_t n = sizes[k];
        jko_grid *grids[2] = {NULL, NULL};
        assert_int_equal(jko_grid_create_line(&grids[0], n, 3.0), JKO_OK);
        assert_int_equal(jko_grid_create_circle(&grids[1], n, 3.0), JKO_OK);
        for (size_t kind = 0; kind < 2; kind++) {
            jko_grid *points = as_points(n, 3.0 / (double)n, kind == 0 ? 0.0 : 3.0);
            jko_cost *compact = NULL;
            jko_cost *dense = NULL;
            assert_int_equal(jko_cost_create_squared(&compact, grids[kind], grids[kind]), JKO_OK);
            assert_int_equal(jko_cost_create_squared(&dense, points, points), JKO_OK);
            // Positions i h and j h round before they are subtracted.
            check_same(compact, dense, n, 4e-15);
            jko_cost_free(compact);
            jko_cost_free(dense);
            jko_grid_free(points);
            jko_grid_free(grids[kind]);
        }
    }
}

static void circle_cost_has_known_entries(void **state)
{
    (void)state;
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    const double want[] = {0.0, 1.0, 4.0, 9.0, 4.0, 1.0};
    assert_int_equal(jko_grid_create_circle(&grid, 6, 6.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 6; j++) {
            assert_true(jko_cost_get(cost, i, j) == want[(6 + j - i) % 6]);
        }
    }
    assert_true(jko_cost_max(cost) == 9.0);
    jko_cost_free(cost);
    jko_grid_free(grid);
}

// Two lines of different cells: rectangular, entries by hand.
static void cost_between_two_lines_is_rectangular(void **state)
{
    (void)state;
    jko_grid *coarse = NULL;
    jko_grid *fine = NULL;
    jko_cost *cost = NULL;
    assert_int_equal(jko_grid_create_line(&coarse, 2, 2.0), JKO_OK);
    assert_int_equal(jko_grid_create_line(&fine, 4, 2.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, coarse, fine), JKO_OK);
    const double want[2][4] = {{0.0, 0.25, 1.0, 2.25}, {1.0, 0.25, 0.0, 0.25}};
    assert_true(jko_cost_rows(cost) == 2 && jko_cost_columns(cost) == 4);
    for (size_t i = 0; i < 2; i++) {
        assert_same_bits(4, jko_i_cost_row(cost, i), want[i]);
    }
    for (size_t j = 0; j < 4; j++) {
        const double column[] = {want[0][j], want[1][j]};
        assert_same_bits(2, jko_i_cost_column(cost, j), column);
    }
    jko_cost_free(cost);
    jko_grid_free(coarse);
    jko_grid_free(fine);
}

static void matrix_is_copied_with_its_transpose(void **state)
{
    (void)state;
    double matrix[] = {1.0, -2.0, 3.0, 4.0, 5.0, -7.5};
    const double row[] = {4.0, 5.0, -7.5};
    const double column[] = {3.0, -7.5};
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 3, matrix), JKO_OK);
    matrix[3] = 99.0;
    assert_same_bits(3, jko_i_cost_row(cost, 1), row);
    assert_same_bits(2, jko_i_cost_column(cost, 2), column);
    assert_true(jko_cost_max(cost) == 7.5 && cost->min == -7.5);
    assert_true(isnan(jko_cost_get(cost, 2, 0)) && isnan(jko_cost_get(cost, 0, 3)));
    jko_cost_free(cost);
}

static void cost_like_another_has_its_shape(void **state)
{
    (void)state;
    const double matrix[] = {1.0, 2.0};
    jko_grid *grid = NULL;
    jko_cost *made[2] = {NULL, NULL};
    assert_int_equal(jko_grid_create_line(&grid, 5, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&made[0], grid, grid), JKO_OK);
    assert_int_equal(jko_cost_create_matrix(&made[1], 1, 2, matrix), JKO_OK);
    for (size_t k = 0; k < 2; k++) {
        jko_cost *like = jko_i_cost_like(made[k]);
        assert_non_null(like);
        assert_true(like->m == made[k]->m && like->n == made[k]->n);
        assert_true(jko_i_cost_storage_length(like) == jko_i_cost_storage_length(made[k]));
        for (size_t l = 0; l < jko_i_cost_storage_length(like); l++) {
            assert_true(like->storage[l] == 0.0);
            like->storage[l] = made[k]->storage[l] + 1.0;
        }
        for (size_t i = 0; i < like->m; i++) {
            for (size_t j = 0; j < like->n; j++) {
                assert_true(jko_cost_get(like, i, j) == jko_cost_get(made[k], i, j) + 1.0);
                assert_true(jko_i_cost_column(like, j)[i] == jko_cost_get(like, i, j));
            }
        }
        jko_cost_free(like);
        jko_cost_free(made[k]);
    }
    jko_grid_free(grid);
}

static void grids_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const double points[] = {0.0, 0.0, 1.0, 1.0};
    const double far[] = {1e200, -1e200};
    jko_grid *line = NULL;
    jko_grid *circle = NULL;
    jko_grid *longer = NULL;
    jko_grid *plane = NULL;
    jko_grid *remote = NULL;
    jko_cost *cost = (jko_cost *)&cost; // any pointer that is not NULL
    assert_int_equal(jko_grid_create_line(&line, 3, 1.0), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&circle, 3, 1.0), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&longer, 3, 2.0), JKO_OK);
    assert_int_equal(jko_grid_create_points(&plane, 2, 2, points, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&remote, 2, 1, far, NULL), JKO_OK);
    assert_int_equal(jko_cost_create_squared(NULL, line, line), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_squared(&cost, NULL, line), JKO_ERR_ARGUMENT);
    assert_null(cost);
    assert_int_equal(jko_cost_create_squared(&cost, line, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_squared(&cost, line, plane), JKO_ERR_SHAPE);
    assert_non_null(strstr(jko_error_detail(), "dimension"));
    assert_int_equal(jko_cost_create_squared(&cost, line, circle), JKO_ERR_SHAPE);
    assert_int_equal(jko_cost_create_squared(&cost, circle, longer), JKO_ERR_SHAPE);
    assert_non_null(strstr(jko_error_detail(), "period"));
    assert_int_equal(jko_cost_create_squared(&cost, remote, remote), JKO_ERR_NUMERIC);
    assert_null(cost);
    jko_grid_free(line);
    jko_grid_free(circle);
    jko_grid_free(longer);
    jko_grid_free(plane);
    jko_grid_free(remote);
}

static void matrices_out_of_range_are_refused(void **state)
{
    (void)state;
    const double matrix[] = {1.0, 2.0, 3.0, 4.0};
    const double nan[] = {1.0, 2.0, NAN, 4.0};
    const double negative[] = {1.0, 2.0, 3.0, -INFINITY};
    jko_cost *cost = (jko_cost *)&cost;
    assert_int_equal(jko_cost_create_matrix(NULL, 2, 2, matrix), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_matrix(&cost, 0, 2, matrix), JKO_ERR_EMPTY);
    assert_null(cost);
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 0, matrix), JKO_ERR_EMPTY);
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, nan), JKO_ERR_NONFINITE);
    assert_non_null(strstr(jko_error_detail(), "(1, 0)"));
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, negative), JKO_ERR_NONFINITE);
    assert_int_equal(jko_cost_create_matrix(&cost, SIZE_MAX, 2, matrix), JKO_ERR_TOO_LARGE);
    assert_int_equal(jko_cost_create_matrix(&cost, SIZE_MAX / 8, 2, matrix), JKO_ERR_TOO_LARGE);
    assert_null(cost);
}

// +inf forbids an arc; the largest cost is that of the others.
static void matrix_with_forbidden_arcs_is_kept(void **state)
{
    (void)state;
    const double forbidden[] = {1.0, INFINITY, -3.0, 2.0};
    const double none[] = {INFINITY};
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, forbidden), JKO_OK);
    assert_true(jko_cost_get(cost, 0, 1) == INFINITY && jko_cost_get(cost, 1, 0) == -3.0);
    assert_true(jko_cost_max(cost) == 3.0 && cost->min == -3.0 && cost->forbidden);
    assert_true(jko_i_cost_column(cost, 1)[0] == INFINITY);
    jko_cost_free(cost);
    assert_int_equal(jko_cost_create_matrix(&cost, 1, 1, none), JKO_OK);
    assert_true(jko_cost_max(cost) == 0.0 && cost->min == 0.0 && cost->forbidden);
    jko_cost_free(cost);
}

static void questions_to_null_are_answered(void **state)
{
    (void)state;
    assert_true(jko_cost_rows(NULL) == 0 && jko_cost_columns(NULL) == 0);
    assert_true(isnan(jko_cost_get(NULL, 0, 0)) && jko_cost_max(NULL) == 0.0);
    jko_cost_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compact_cost_agrees_with_the_matrix_of_points),
        cmocka_unit_test(circle_cost_has_known_entries),
        cmocka_unit_test(cost_between_two_lines_is_rectangular),
        cmocka_unit_test(matrix_is_copied_with_its_transpose),
        cmocka_unit_test(cost_like_another_has_its_shape),
        cmocka_unit_test(grids_that_do_not_fit_are_refused),
        cmocka_unit_test(matrices_out_of_range_are_refused),
        cmocka_unit_test(matrix_with_forbidden_arcs_is_kept),
        cmocka_unit_test(questions_to_null_are_answered),
    };
    return cmocka_run_group_tests_name("measure/cost", tests, NULL, NULL);
}
