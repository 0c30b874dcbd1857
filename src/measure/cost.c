// SPDX-License-Identifier: BSD-3-Clause
/*
 * Ground costs, stored so that every row and every column is contiguous.
 *
 * A matrix is kept with its transpose. Between a line or circle and itself the cost depends on
 * j - i only, and a table of 2n - 1 numbers serves every row and column: O(n) memory. Costs that
 * are computed whenever they are wanted are made in cost_power.c.
 */
#include "measure/cost.h"

#include "base/alloc.h"
#include "base/status.h"
#include "base/vector.h"
#include "measure/grid.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define TILE ((size_t)16)

static bool is_toeplitz(const jko_cost *cost)
{
    return cost->row_stride < 0;
}

size_t jko_i_cost_storage_length(const jko_cost *cost)
{
    if (jko_i_cost_is_computed(cost)) {
        return 0;
    }
    return is_toeplitz(cost) ? 2 * cost->n - 1 : 2 * cost->m * cost->n;
}

static void place(jko_cost *cost, bool toeplitz)
{
    if (toeplitz) {
        // Symmetric in j - i: column j has the same numbers as row j.
        cost->rows = cost->columns = cost->storage + (cost->n - 1);
        cost->row_stride = cost->column_stride = -1;
    } else {
        cost->rows = cost->storage;
        cost->columns = cost->storage + cost->m * cost->n;
        cost->row_stride = (ptrdiff_t)cost->n;
        cost->column_stride = (ptrdiff_t)cost->m;
    }
}

static jko_status create(jko_cost **out, size_t m, size_t n, bool toeplitz)
{
    size_t arcs = 0;
    size_t bytes = 0;
    if (!jko_i_mul_size(m, n, &arcs) || !jko_i_mul_size(arcs, 2 * sizeof(double), &bytes)) {
        return jko_i_fail(JKO_ERR_TOO_LARGE, "a cost of %zu by %zu overflows", m, n);
    }
    jko_cost *cost = jko_i_alloc(1, sizeof *cost);
    if (cost == NULL) {
        return jko_i_fail_memory("a cost");
    }
    cost->m = m;
    cost->n = n;
    cost->storage = jko_i_alloc_unset(toeplitz ? 2 * n - 1 : 2 * arcs, sizeof *cost->storage);
    if (cost->storage == NULL) {
        jko_i_free(cost);
        return jko_i_fail_memory("the entries of a cost");
    }
    place(cost, toeplitz);
    *out = cost;
    return JKO_OK;
}

jko_cost *jko_i_cost_like(const jko_cost *cost)
{
    jko_cost *copy = NULL;
    if (create(&copy, cost->m, cost->n, is_toeplitz(cost)) < 0) {
        return NULL;
    }
    memset(copy->storage, 0, jko_i_cost_storage_length(copy) * sizeof *copy->storage);
    return copy;
}

static void set_range(jko_cost *cost, const jko_i_vector_range *range)
{
    cost->forbidden = range->has_infinity;
    cost->max = range->size;
    cost->min = isfinite(range->least) ? range->least : 0.0;
}

static void find_range(jko_cost *cost)
{
    const size_t count = is_toeplitz(cost) ? 2 * cost->n - 1 : cost->m * cost->n;
    jko_i_vector_range range;
    jko_i_vector_find_range(count, cost->storage, &range);
    set_range(cost, &range);
}

static void set_entry(jko_cost *cost, size_t i, size_t j, double value)
{
    cost->storage[i * cost->n + j] = value;
    cost->storage[cost->m * cost->n + j * cost->m + i] = value;
}

jko_status jko_i_cost_check_grids(const jko_grid *source, const jko_grid *target)
{
    if (source == NULL || target == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", source == NULL ? "source" : "target");
    }
    if (source->dim != target->dim) {
        return jko_i_fail(JKO_ERR_SHAPE, "source has dimension %zu and target %zu", source->dim,
                          target->dim);
    }
    for (size_t axis = 0; axis < source->dim; axis++) {
        const double p = jko_i_grid_period(source, axis);
        const double q = jko_i_grid_period(target, axis);
        if (p != q) {
            return jko_i_fail(JKO_ERR_SHAPE,
                              "along axis %zu source has period %g and target %g (0 is none)", axis,
                              p, q);
        }
    }
    return JKO_OK;
}

jko_status jko_cost_create_squared(jko_cost **out, const jko_grid *source, const jko_grid *target)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a cost pointer");
    }
    *out = NULL;
    jko_status status = jko_i_cost_check_grids(source, target);
    if (status < 0) {
        return status;
    }
    const bool toeplitz = source->kind != JKO_GRID_POINTS && source->kind == target->kind &&
                          source->n == target->n && source->length == target->length;
    jko_cost *cost = NULL;
    status = create(&cost, source->n, target->n, toeplitz);
    if (status < 0) {
        return status;
    }
    for (size_t i = 0; i < (toeplitz ? 1 : cost->m); i++) {
        for (size_t j = 0; j < cost->n; j++) {
            const double d2 = jko_i_grid_squared_distance(source, i, target, j);
            if (toeplitz) {
                cost->storage[cost->n - 1 + j] = d2;
                cost->storage[cost->n - 1 - j] = d2;
            } else {
                set_entry(cost, i, j, d2);
            }
        }
    }
    find_range(cost);
    if (!isfinite(cost->max) || cost->forbidden) {
        jko_cost_free(cost);
        return jko_i_fail(JKO_ERR_NUMERIC, "a squared distance overflows; use a larger unit");
    }
    *out = cost;
    return JKO_OK;
}

// Tile by tile, so that both sides stay in the cache, and along the rows that are written: a store
// takes a line of the cache for itself, where loads from many lines can be under way at once.
static void transpose(size_t m, size_t n, const double *from, double *to)
{
    for (size_t i = 0; i < m; i += TILE) {
        for (size_t j = 0; j < n; j += TILE) {
            for (size_t l = j; l < n && l < j + TILE; l++) {
                for (size_t k = i; k < m && k < i + TILE; k++) {
                    to[l * m + k] = from[k * n + l];
                }
            }
        }
    }
}

// *range: that of the entries.
static jko_status check_matrix(size_t m, size_t n, const double *matrix, jko_i_vector_range *range)
{
    jko_i_vector_find_range(m * n, matrix, range);
    if (!range->has_other) {
        return JKO_OK;
    }
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            const double c = matrix[i * n + j];
            if (!isfinite(c) && c != INFINITY) {
                return jko_i_fail(JKO_ERR_NONFINITE,
                                  "the cost at (%zu, %zu) is %g; costs must be finite, or +inf to "
                                  "forbid an arc",
                                  i, j, c);
            }
        }
    }
    return JKO_OK;
}

jko_status jko_cost_create_matrix(jko_cost **out, size_t m, size_t n, const double *matrix)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a cost pointer");
    }
    *out = NULL;
    if (m == 0 || n == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "the cost has %zu rows and %zu columns", m, n);
    }
    if (matrix == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "matrix is NULL");
    }
    jko_cost *cost = NULL;
    jko_status status = create(&cost, m, n, false);
    jko_i_vector_range range;
    if (status >= 0) {
        status = check_matrix(m, n, matrix, &range);
    }
    if (status < 0) {
        jko_cost_free(cost);
        return status;
    }
    memcpy(cost->storage, matrix, m * n * sizeof *matrix);
    transpose(m, n, matrix, cost->storage + m * n);
    set_range(cost, &range);
    *out = cost;
    return JKO_OK;
}

void jko_cost_free(jko_cost *cost)
{
    if (cost != NULL) {
        if (!cost->shared) {
            jko_i_free(cost->x);
            jko_i_free(cost->y);
            jko_i_free(cost->period);
        }
        jko_i_free(cost->storage);
        jko_i_free(cost);
    }
}

size_t jko_cost_rows(const jko_cost *cost)
{
    return cost == NULL ? 0 : cost->m;
}

size_t jko_cost_columns(const jko_cost *cost)
{
    return cost == NULL ? 0 : cost->n;
}

double jko_cost_get(const jko_cost *cost, size_t i, size_t j)
{
    if (cost == NULL || i >= cost->m || j >= cost->n) {
        return NAN;
    }
    return jko_i_cost_entry(cost, i, j);
}

double jko_cost_max(const jko_cost *cost)
{
    return cost == NULL ? 0.0 : cost->max;
}
