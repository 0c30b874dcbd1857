// SPDX-License-Identifier: BSD-3-Clause
/*
 * Costs computed whenever they are wanted: powers of distances, from coordinates alone.
 *
 * Coordinates are kept axis by axis, so that a piece of a row is a few passes over contiguous
 * numbers. On a periodic axis they are kept within half a period of 0, so that two differ by less
 * than a period, and the shorter way round is a minimum of two numbers. An entry has the same bits
 * in every piece: sums run in the order of the axes.
 */
#include "base/alloc.h"
#include "base/status.h"
#include "cost_entries.h"
#include "measure/cost.h"
#include "measure/grid.h"

#include <math.h>

// Distances outside these lose digits, or are lost, when they are squared.
#define SHORTEST 1e-140
#define LONGEST 1e150

static double *copy_coordinates(const jko_grid *grid)
{
    double *x = jko_i_alloc(grid->n * grid->dim, sizeof *x);
    for (size_t axis = 0; x != NULL && axis < grid->dim; axis++) {
        const double period = jko_i_grid_period(grid, axis);
        for (size_t i = 0; i < grid->n; i++) {
            const double at = jko_i_grid_coordinate(grid, i, axis);
            x[axis * grid->n + i] = period > 0.0 ? remainder(at, period) : at; // exact
        }
    }
    return x;
}

static double *copy_periods(const jko_grid *grid)
{
    double *period = jko_i_alloc(grid->dim, sizeof *period);
    for (size_t axis = 0; period != NULL && axis < grid->dim; axis++) {
        period[axis] = jko_i_grid_period(grid, axis);
    }
    return period;
}

// The largest difference of two coordinates along any axis.
static double find_extent(const jko_cost *cost)
{
    double extent = 0.0;
    for (size_t axis = 0; axis < cost->dim; axis++) {
        double low = INFINITY;
        double high = -INFINITY;
        for (size_t i = 0; i < cost->m + cost->n; i++) {
            const double at =
                i < cost->m ? cost->x[axis * cost->m + i] : cost->y[axis * cost->n + (i - cost->m)];
            low = fmin(low, at);
            high = fmax(high, at);
        }
        extent = fmax(extent, high - low);
    }
    return extent;
}

static jko_status find_range(jko_cost *cost)
{
    const double extent = find_extent(cost);
    if (extent > 0.0 && !(extent >= SHORTEST && extent <= LONGEST)) {
        return jko_i_fail(
            JKO_ERR_NUMERIC,
            "distances of up to %g lose digits when squared; use a unit in which they "
            "are between %g and %g",
            extent, SHORTEST, LONGEST);
    }
    const double power = cost->power;
    double buffer[JKO_I_PIECE];
    double least = INFINITY;
    double largest = 0.0;
    cost->power = 2.0;
    for (size_t i = 0; i < cost->m; i++) {
        for (size_t j = 0; j < cost->n; j += JKO_I_PIECE) {
            const size_t count = jko_i_cost_piece(cost, cost->n, j);
            jko_i_cost_compute_row(cost, i, j, count, buffer);
            for (size_t k = 0; k < count; k++) {
                least = buffer[k] < least ? buffer[k] : least;
                largest = buffer[k] > largest ? buffer[k] : largest;
            }
        }
    }
    cost->power = power;
    cost->min = jko_i_cost_of_square(least, power);
    cost->max = jko_i_cost_of_square(largest, power);
    if (!isfinite(cost->max)) {
        return jko_i_fail(JKO_ERR_NUMERIC,
                          "a distance of %g to the power %g overflows; use a larger unit",
                          sqrt(largest), power);
    }
    return JKO_OK;
}

jko_status jko_cost_create_power(jko_cost **out, const jko_grid *source, const jko_grid *target,
                                 double power)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a cost pointer");
    }
    *out = NULL;
    jko_status status = jko_i_cost_check_grids(source, target);
    if (status < 0) {
        return status;
    }
    if (!isfinite(power) || power < 1.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "power is %g; it must be a finite number >= 1", power);
    }
    size_t coordinates = 0;
    if (!jko_i_mul_size(source->n, source->dim, &coordinates) ||
        !jko_i_mul_size(target->n, target->dim, &coordinates)) {
        return jko_i_fail(JKO_ERR_TOO_LARGE, "%zu and %zu points with %zu coordinates overflow",
                          source->n, target->n, source->dim);
    }
    jko_cost *cost = jko_i_alloc(1, sizeof *cost);
    if (cost == NULL) {
        return jko_i_fail_memory("a cost");
    }
    cost->m = source->n;
    cost->n = target->n;
    cost->dim = source->dim;
    cost->power = power;
    cost->x = copy_coordinates(source);
    cost->y = copy_coordinates(target);
    cost->period = copy_periods(source);
    if (cost->x == NULL || cost->y == NULL || cost->period == NULL) {
        status = jko_i_fail_memory("the coordinates of a cost");
    } else {
        status = find_range(cost);
    }
    if (status < 0) {
        jko_cost_free(cost);
        return status;
    }
    *out = cost;
    return JKO_OK;
}

jko_cost *jko_i_cost_share(const jko_cost *cost, double shift)
{
    jko_cost *copy = jko_i_alloc(1, sizeof *copy);
    if (copy != NULL) {
        *copy = *cost;
        copy->shared = true;
        copy->shift += shift;
        copy->min -= shift;
        copy->max = fmax(fabs(copy->min), fabs(cost->max - shift));
    }
    return copy;
}
