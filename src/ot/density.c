// SPDX-License-Identifier: BSD-3-Clause
/*
 * The squared distance of two piecewise-constant densities on a line or circle.
 */
#include "base/alloc.h"
#include "base/sized.h"
#include "base/status.h"
#include "measure/grid.h"
#include "ot/rotation.h"

#include <jko/density.h>
#include <jko/measure.h>
#include <string.h>

struct jko_density {
    size_t m;
    size_t n;
    bool circle;
    double cell;      // width of a cell of the target
    double *b;        // [n] target masses, of the source's total
    double *means;    // [n] potential
    jko_i_quantile q; // of the source
    jko_i_rotation rotation;
};

#define LEAST_REPORT (offsetof(jko_density_report, iterations) + sizeof(int64_t))

static jko_status check_grids(const jko_grid *source, const jko_grid *target)
{
    if (source == NULL || target == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", source == NULL ? "source" : "target");
    }
    if (source->kind == JKO_GRID_POINTS || target->kind == JKO_GRID_POINTS) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the %s grid is points, which have no cells; use a line or circle",
                          source->kind == JKO_GRID_POINTS ? "source" : "target");
    }
    if (source->kind != target->kind || source->length != target->length) {
        return jko_i_fail(
            JKO_ERR_SHAPE,
            "the source grid is a %s of length %.17g, the target a %s of length %.17g; "
            "they must agree",
            source->kind == JKO_GRID_CIRCLE ? "circle" : "line", source->length,
            target->kind == JKO_GRID_CIRCLE ? "circle" : "line", target->length);
    }
    return JKO_OK;
}

jko_status jko_density_create(jko_density **out, const jko_grid *source, const jko_grid *target)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a density pointer");
    }
    *out = NULL;
    const jko_status status = check_grids(source, target);
    if (status < 0) {
        return status;
    }
    jko_density *density = jko_i_alloc(1, sizeof *density);
    if (density == NULL) {
        return jko_i_fail_memory("a density workspace");
    }
    density->m = source->n;
    density->n = target->n;
    density->circle = target->kind == JKO_GRID_CIRCLE;
    density->cell = jko_grid_cell(target);
    density->b = jko_i_alloc(target->n, sizeof *density->b);
    density->means = jko_i_alloc(target->n, sizeof *density->means);
    const bool quantile = jko_i_quantile_create(&density->q, source->n);
    const bool rotation = jko_i_rotation_create(&density->rotation, target->n);
    if (density->b == NULL || density->means == NULL || !quantile || !rotation) {
        jko_density_free(density);
        return jko_i_fail_memory("a density workspace");
    }
    *out = density;
    return JKO_OK;
}

// The potential with mean 0 and the slopes, in units of length.
static void write_potential(jko_density *density, double *potential, double *slope)
{
    const size_t n = density->n;
    const double cell = density->cell;
    if (potential != NULL) {
        jko_i_pair_potential(n, &density->rotation.pairing, density->means);
        const double mean = jko_i_sum_array(n, density->means) / (double)n;
        for (size_t j = 0; j < n; j++) {
            potential[j] = cell * cell * (density->means[j] - mean);
        }
    }
    for (size_t j = 0; slope != NULL && j <= n; j++) {
        slope[j] = 2.0 * cell * density->rotation.pairing.shift[j];
    }
}

jko_status jko_density_distance(jko_density *density, const double *a, const double *b,
                                double *potential, double *slope, jko_density_report *report)
{
    double total_a = 0.0;
    double total_b = 0.0;
    if (density == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "density is NULL");
    }
    if (report != NULL && report->struct_size < LEAST_REPORT) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "report->struct_size is %zu; set it to sizeof *report before the call",
                          report->struct_size);
    }
    const jko_status status =
        jko_measure_check_pair(density->m, a, density->n, b, &total_a, &total_b);
    if (status < 0) {
        return status;
    }
    for (size_t j = 0; j < density->n; j++) {
        density->b[j] = total_a == total_b ? b[j] : b[j] * (total_a / total_b);
    }
    const jko_i_bent_cost cost = jko_i_plain_cost(2.0);
    jko_i_rotation *r = &density->rotation;
    jko_i_quantile_cells(&density->q, density->m, a, density->n, density->circle);
    r->offset = 0.0;
    jko_i_rotation_find(&density->q, &cost, density->n, density->b, r);
    write_potential(density, potential, slope);
    const double square = density->cell * density->cell;
    jko_density_report filled = {.struct_size = sizeof filled, .status = JKO_OK};
    filled.value = square * r->pairing.value;
    filled.lower = square * r->lower;
    filled.gap = filled.value - filled.lower;
    filled.rotation = r->offset;
    filled.iterations = r->trials;
    if (report != NULL) {
        jko_i_sized_write(report, &filled, sizeof filled);
    }
    return JKO_OK;
}

void jko_density_free(jko_density *density)
{
    if (density != NULL) {
        jko_i_rotation_free(&density->rotation);
        jko_i_quantile_free(&density->q);
        jko_i_free(density->b);
        jko_i_free(density->means);
        jko_i_free(density);
    }
}
