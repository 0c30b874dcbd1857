// SPDX-License-Identifier: BSD-3-Clause
/*
 * Grids: equal cells on a line or circle, and points in R^d.
 *
 * A line or circle keeps three numbers; points keep a copy of their coordinates.
 */
#include "measure/grid.h"

#include "base/alloc.h"
#include "base/status.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static jko_status create_cells(jko_grid **out, jko_grid_kind kind, size_t n, double length,
                               const char *what)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a grid pointer");
    }
    *out = NULL;
    if (n == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "n is 0; a grid needs at least one cell");
    }
    if (!isfinite(length) || length <= 0.0 || length / (double)n <= 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is %g; it must be a finite number > 0", what,
                          length);
    }
    jko_grid *grid = jko_i_alloc(1, sizeof *grid);
    if (grid == NULL) {
        return jko_i_fail_memory("a grid");
    }
    grid->kind = kind;
    grid->n = n;
    grid->dim = 1;
    grid->length = length;
    *out = grid;
    return JKO_OK;
}

jko_status jko_grid_create_line(jko_grid **out, size_t n, double length)
{
    return create_cells(out, JKO_GRID_LINE, n, length, "length");
}

jko_status jko_grid_create_circle(jko_grid **out, size_t n, double circumference)
{
    return create_cells(out, JKO_GRID_CIRCLE, n, circumference, "circumference");
}

static jko_status check_points(size_t n, size_t dim, const double *points, const double *period)
{
    for (size_t k = 0; k < n * dim; k++) {
        if (!isfinite(points[k])) {
            return jko_i_fail(JKO_ERR_NONFINITE,
                              "coordinate %zu of point %zu is %g; positions must be finite",
                              k % dim, k / dim, points[k]);
        }
    }
    for (size_t k = 0; period != NULL && k < dim; k++) {
        if (!isfinite(period[k]) || period[k] < 0.0) {
            return jko_i_fail(JKO_ERR_ARGUMENT,
                              "period of axis %zu is %g; it must be finite and > 0, or 0 for none",
                              k, period[k]);
        }
    }
    return JKO_OK;
}

jko_status jko_grid_create_points(jko_grid **out, size_t n, size_t dim, const double *points,
                                  const double *period)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a grid pointer");
    }
    *out = NULL;
    size_t count = 0;
    if (n == 0 || dim == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "%s is 0; a grid needs at least one point and one axis",
                          n == 0 ? "n" : "dim");
    }
    if (points == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "points is NULL");
    }
    if (!jko_i_mul_size(n, dim, &count)) {
        return jko_i_fail(JKO_ERR_TOO_LARGE, "%zu points with %zu coordinates overflow", n, dim);
    }
    jko_status status = check_points(n, dim, points, period);
    if (status < 0) {
        return status;
    }

    jko_grid *grid = jko_i_alloc(1, sizeof *grid);
    if (grid == NULL) {
        return jko_i_fail_memory("a grid");
    }
    grid->kind = JKO_GRID_POINTS;
    grid->n = n;
    grid->dim = dim;
    grid->points = jko_i_alloc(count, sizeof *grid->points);
    grid->period = jko_i_alloc(dim, sizeof *grid->period);
    if (grid->points == NULL || grid->period == NULL) {
        jko_grid_free(grid);
        return jko_i_fail_memory("the points of a grid");
    }
    memcpy(grid->points, points, count * sizeof *points);
    if (period != NULL) {
        memcpy(grid->period, period, dim * sizeof *period);
    }
    *out = grid;
    return JKO_OK;
}

void jko_grid_free(jko_grid *grid)
{
    if (grid != NULL) {
        jko_i_free(grid->points);
        jko_i_free(grid->period);
        jko_i_free(grid);
    }
}

size_t jko_grid_size(const jko_grid *grid)
{
    return grid == NULL ? 0 : grid->n;
}

jko_grid_kind jko_grid_get_kind(const jko_grid *grid)
{
    return grid->kind;
}

size_t jko_grid_dimension(const jko_grid *grid)
{
    return grid == NULL ? 0 : grid->dim;
}

double jko_grid_cell(const jko_grid *grid)
{
    return grid == NULL || grid->kind == JKO_GRID_POINTS ? 0.0 : grid->length / (double)grid->n;
}

jko_status jko_grid_get_position(const jko_grid *grid, size_t i, double *position)
{
    if (grid == NULL || position == NULL || i >= grid->n) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s",
                          grid == NULL       ? "grid is NULL"
                          : position == NULL ? "position is NULL"
                                             : "the index is past the last cell");
    }
    if (grid->kind == JKO_GRID_POINTS) {
        memcpy(position, grid->points + i * grid->dim, grid->dim * sizeof *position);
    } else {
        position[0] = (double)i * jko_grid_cell(grid);
    }
    return JKO_OK;
}

double jko_i_grid_period(const jko_grid *grid, size_t axis)
{
    if (grid->kind == JKO_GRID_POINTS) {
        return grid->period[axis];
    }
    return grid->kind == JKO_GRID_CIRCLE ? grid->length : 0.0;
}

double jko_i_grid_coordinate(const jko_grid *grid, size_t i, size_t axis)
{
    if (grid->kind == JKO_GRID_POINTS) {
        return grid->points[i * grid->dim + axis];
    }
    return (double)i * jko_grid_cell(grid);
}

double jko_i_grid_squared_distance(const jko_grid *a, size_t i, const jko_grid *b, size_t j)
{
    double sum = 0.0;
    for (size_t axis = 0; axis < a->dim; axis++) {
        double d = jko_i_grid_coordinate(a, i, axis) - jko_i_grid_coordinate(b, j, axis);
        const double period = jko_i_grid_period(a, axis);
        if (period > 0.0) {
            d = remainder(d, period); // exact: the difference to the nearest multiple
        }
        sum += d * d;
    }
    return sum;
}
