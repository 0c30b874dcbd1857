// SPDX-License-Identifier: BSD-3-Clause
/*
 * The barycentric map of a plan: where the mass of each source goes on average.
 *
 * T_i = x_i + sum_j P_ij d_ij / sum_j P_ij, with d_ij the way from x_i to y_j, the shorter one
 * along a periodic axis. O(m n dim).
 *
 * Source: Peyre and Cuturi, Computational Optimal Transport (2019), remark 4.11.
 */
#include "base/status.h"
#include "base/sum.h"
#include "measure/grid.h"

#include <jko/ot.h>
#include <math.h>

static double coordinate(const jko_grid *grid, size_t i, size_t axis)
{
    if (grid->kind == JKO_GRID_POINTS) {
        return grid->points[i * grid->dim + axis];
    }
    return (double)i * jko_grid_cell(grid);
}

static jko_status check(const jko_grid *source, const jko_grid *target, const double *plan,
                        const double *map)
{
    if (source == NULL || target == NULL || plan == NULL || map == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL",
                          source == NULL   ? "source"
                          : target == NULL ? "target"
                          : plan == NULL   ? "plan"
                                           : "map");
    }
    if (source->dim != target->dim) {
        return jko_i_fail(JKO_ERR_SHAPE, "source has dimension %zu and target %zu", source->dim,
                          target->dim);
    }
    for (size_t axis = 0; axis < source->dim; axis++) {
        if (jko_i_grid_period(source, axis) != jko_i_grid_period(target, axis)) {
            return jko_i_fail(JKO_ERR_SHAPE, "along axis %zu source and target differ in period",
                              axis);
        }
    }
    for (size_t i = 0; i < source->n; i++) {
        for (size_t j = 0; j < target->n; j++) {
            const double mass = plan[i * target->n + j];
            if (!isfinite(mass) || mass < 0.0) {
                return jko_i_fail(mass < 0.0 ? JKO_ERR_NEGATIVE_MASS : JKO_ERR_NONFINITE,
                                  "the plan at (%zu, %zu) is %g; masses are finite and >= 0", i, j,
                                  mass);
            }
        }
    }
    return JKO_OK;
}

static double mean_position(const jko_grid *source, size_t i, const jko_grid *target, size_t axis,
                            const double *row)
{
    const double period = jko_i_grid_period(source, axis);
    const double x = coordinate(source, i, axis);
    jko_i_sum moved = {0.0, 0.0};
    jko_i_sum mass = {0.0, 0.0};
    for (size_t j = 0; j < target->n; j++) {
        const double way = coordinate(target, j, axis) - x;
        jko_i_sum_add(&mass, row[j]);
        jko_i_sum_add_product(&moved, row[j], period > 0.0 ? remainder(way, period) : way);
    }
    const double sum = jko_i_sum_value(&mass);
    return sum > 0.0 ? x + jko_i_sum_value(&moved) / sum : x;
}

jko_status jko_ot_barycentric_map(const jko_grid *source, const jko_grid *target,
                                  const double *plan, double *map)
{
    const jko_status status = check(source, target, plan, map);
    if (status < 0) {
        return status;
    }
    for (size_t i = 0; i < source->n; i++) {
        for (size_t axis = 0; axis < source->dim; axis++) {
            map[i * source->dim + axis] =
                mean_position(source, i, target, axis, plan + i * target->n);
        }
    }
    return JKO_OK;
}
