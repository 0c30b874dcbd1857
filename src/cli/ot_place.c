// SPDX-License-Identifier: BSD-3-Clause
/*
 * Where masses lie, as positions; and costs that are powers of their distances.
 *
 * Costs take the memory of the coordinates, but for the entropic methods while a matrix is small.
 */
#include "ot_place.h"

#include "cli.h"
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Entries up to which the entropic methods get a matrix: 64 MiB, as it is kept twice.
#define LARGEST_MATRIX ((size_t)1 << 22)

static double *copy(size_t count, const double *values)
{
    double *made = cli_alloc(count, sizeof *made);
    memcpy(made, values, count * sizeof *made);
    return made;
}

int ot_place_cells(ot_place *out, const ground *where, double power, masses *a, masses *b)
{
    *out = (ot_place){.power = power};
    const int code = ground_check_cells(where, a, b);
    if (code != CLI_OK) {
        return code;
    }
    jko_grid *grid = NULL;
    const jko_status status = where->circle ? jko_grid_create_circle(&grid, a->n, where->length)
                                            : jko_grid_create_line(&grid, a->n, where->length);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    out->m = out->n = a->n;
    out->dim = 1;
    out->x = cli_alloc(a->n, sizeof *out->x);
    for (size_t i = 0; i < a->n; i++) {
        (void)jko_grid_get_position(grid, i, &out->x[i]);
    }
    out->y = copy(a->n, out->x);
    out->period = cli_alloc(1, sizeof *out->period);
    out->period[0] = where->circle ? where->length : 0.0;
    jko_grid_free(grid);
    return CLI_OK;
}

// One number for all axes, or one for each.
static int read_periods(ot_place *place, const char *text)
{
    size_t count = 0;
    const char *at = text;
    place->period = cli_alloc(place->dim, sizeof *place->period);
    while (at != NULL) {
        const size_t length = strcspn(at, ",");
        char *one = cli_copy_length(at, length);
        double period = 0.0;
        int code = cli_number("--period", one, &period);
        free(one);
        if (code == CLI_OK && !(isfinite(period) && period >= 0.0)) {
            code = cli_fail(CLI_INVALID, "--period needs finite numbers >= 0, not \"%s\"", text);
        }
        if (code != CLI_OK) {
            return code;
        }
        for (size_t k = count; k < place->dim && (count == 0 || k == count); k++) {
            place->period[k] = period;
        }
        count++;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    if (count != 1 && count != place->dim) {
        return cli_fail(CLI_INVALID,
                        "--period gives %zu numbers for %zu coordinates; give one for all, or one "
                        "for each (0 for none)",
                        count, place->dim);
    }
    return CLI_OK;
}

int ot_place_points(ot_place *out, const points *a, const points *b, const char *period,
                    double power)
{
    *out = (ot_place){.m = a->m.n, .n = b->m.n, .dim = a->dim, .power = power};
    int code = points_check_same(a, b);
    if (code != CLI_OK) {
        return code;
    }
    out->x = copy(out->m * out->dim, a->x);
    out->y = copy(out->n * out->dim, b->x);
    return read_periods(out, period != NULL ? period : "0");
}

// The entries of a computed cost as a matrix, or the library's own where it has one.
static jko_status create_matrix(jko_cost **out, const jko_grid *source, const jko_grid *target,
                                double power)
{
    if (power == 2.0) {
        return jko_cost_create_squared(out, source, target);
    }
    jko_cost *computed = NULL;
    jko_status status = jko_cost_create_power(&computed, source, target, power);
    if (status < 0) {
        return status;
    }
    const size_t m = jko_grid_size(source);
    const size_t n = jko_grid_size(target);
    double *matrix = cli_alloc(m * n, sizeof *matrix);
    for (size_t k = 0; k < m * n; k++) {
        matrix[k] = jko_cost_get(computed, k / n, k % n);
    }
    status = jko_cost_create_matrix(out, m, n, matrix);
    free(matrix);
    jko_cost_free(computed);
    return status;
}

// Points of one of the two sides.
typedef struct side {
    size_t n;
    const double *x; // [n][dim]
} side;

// A matrix is faster for the entropic methods while it is small; from then on, and for exact ones,
// costs are computed when they are wanted.
static jko_status create_cost(jko_cost **out, const ot_place *place, bool entropic, side from,
                              side to)
{
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    jko_status status = jko_grid_create_points(&source, from.n, place->dim, from.x, place->period);
    if (status >= 0) {
        status = jko_grid_create_points(&target, to.n, place->dim, to.x, place->period);
    }
    if (status >= 0 && entropic && from.n <= LARGEST_MATRIX / to.n) {
        status = create_matrix(out, source, target, place->power);
    } else if (status >= 0) {
        status = jko_cost_create_power(out, source, target, place->power);
    }
    jko_grid_free(target);
    jko_grid_free(source);
    return status;
}

static jko_status need_cost(ot_place *place, bool entropic)
{
    const side from = {place->m, place->x};
    const side to = {place->n, place->y};
    return place->cost != NULL ? JKO_OK : create_cost(&place->cost, place, entropic, from, to);
}

jko_status ot_place_solver(jko_ot **out, ot_place *place, bool exact,
                           const jko_ot_settings *settings)
{
    *out = NULL;
    if (place->dim == 1 && (exact || settings->method == JKO_OT_AUTO)) {
        jko_ot_settings own = *settings;
        own.method = JKO_OT_MONOTONE;
        return jko_ot_create_1d(out, place->m, place->x, place->n, place->y, place->period[0],
                                place->power, &own);
    }
    const jko_status status = need_cost(place, settings->method == JKO_OT_SINKHORN);
    return status < 0 ? status : jko_ot_create(out, place->cost, settings);
}

jko_status ot_place_divergence(ot_place *place, const jko_ot_settings *settings, const double *a,
                               const double *b, jko_ot_divergence_report *report)
{
    const side from = {place->m, place->x};
    const side to = {place->n, place->y};
    jko_cost *aa = NULL;
    jko_cost *bb = NULL;
    jko_status status = need_cost(place, true);
    // A cost as given is among the same bins on both sides.
    if (status >= 0 && place->dim > 0) {
        status = create_cost(&aa, place, true, from, from);
    }
    if (status >= 0 && place->dim > 0) {
        status = create_cost(&bb, place, true, to, to);
    }
    if (status >= 0) {
        status = jko_ot_divergence(place->cost, place->dim > 0 ? aa : place->cost,
                                   place->dim > 0 ? bb : place->cost, settings, a, b, NULL, NULL,
                                   report);
    }
    jko_cost_free(bb);
    jko_cost_free(aa);
    return status;
}

void ot_place_free(ot_place *place)
{
    free(place->x);
    free(place->y);
    free(place->period);
    jko_cost_free(place->cost);
    *place = (ot_place){0};
}
