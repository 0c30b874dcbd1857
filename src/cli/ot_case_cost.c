// SPDX-License-Identifier: BSD-3-Clause
/*
 * The costs of a transport case.
 *
 * Squared distances are the library's own; what it has no grid for is written out as a matrix.
 */
#include "ot_case.h"

#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

double *ot_case_moved(const ot_case *c, const ot_case_side *side, double shift)
{
    double *x = cli_alloc(side->n * c->dim, sizeof *x);
    for (size_t i = 0; i < side->n * c->dim; i++) {
        x[i] = side->x[i] + shift;
    }
    return x;
}

static jko_status create_squared(jko_cost **out, const ot_case *c, const ot_case_side *from,
                                 const ot_case_side *to, double shift)
{
    double *x = ot_case_moved(c, from, shift);
    double *y = ot_case_moved(c, to, shift);
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    const double *period = c->period > 0.0 ? &c->period : NULL;
    jko_status status = jko_grid_create_points(&source, from->n, c->dim, x, period);
    if (status >= 0) {
        status = jko_grid_create_points(&target, to->n, c->dim, y, period);
    }
    if (status >= 0) {
        status = jko_cost_create_squared(out, source, target);
    }
    jko_grid_free(target);
    jko_grid_free(source);
    free(y);
    free(x);
    return status;
}

// The cost of going from bin i of a side to bin j of another, from the numbers of the file.
static double entry(const ot_case *c, const ot_case_side *from, size_t i, const ot_case_side *to,
                    size_t j, double shift)
{
    if (c->matrix != NULL) {
        // To the first side, or from the second: the other way round.
        const bool turned = from == &c->b;
        return c->matrix[turned ? j * c->b.n + i : i * c->b.n + j];
    }
    if (c->cost == OT_CASE_ABS) {
        return fabs((from->x[i] + shift) - (to->x[j] + shift));
    }
    double sum = 0.0;
    for (size_t k = 0; k < c->dim; k++) {
        double d = (from->x[i * c->dim + k] + shift) - (to->x[j * c->dim + k] + shift);
        d = c->period > 0.0 ? remainder(d, c->period) : d;
        sum += d * d;
    }
    return sum;
}

jko_status ot_case_create_cost(jko_cost **out, const ot_case *c, const ot_case_side *from,
                               const ot_case_side *to, double shift)
{
    if (c->scale == 1.0 && c->matrix == NULL && c->cost != OT_CASE_ABS) {
        return create_squared(out, c, from, to, shift);
    }
    if (from->n > SIZE_MAX / sizeof(double) / to->n) {
        return JKO_ERR_TOO_LARGE;
    }
    double *matrix = cli_alloc(from->n * to->n, sizeof *matrix);
    for (size_t i = 0; i < from->n; i++) {
        for (size_t j = 0; j < to->n; j++) {
            const double cost = entry(c, from, i, to, j, shift);
            // A forbidden arc stays one, whatever the factor.
            matrix[i * to->n + j] = cost == INFINITY ? cost : c->scale * cost;
        }
    }
    const jko_status status = jko_cost_create_matrix(out, from->n, to->n, matrix);
    free(matrix);
    return status;
}
