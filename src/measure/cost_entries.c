// SPDX-License-Identifier: BSD-3-Clause
/*
 * Entries of computed costs: the inner loops.
 *
 * One pass for each axis over a piece that fits in the first cache, or one for two axes, then one
 * for the power. Powers other than 1 and 2 take pow(), which no vector unit helps with here: its
 * results must not depend on where in a vector an entry stands.
 */
#include "cost_entries.h"

#include "base/clones.h"
#include "measure/cost.h"

#include <math.h>
#include <stdbool.h>

double jko_i_cost_of_square(double square, double power)
{
    if (power == 2.0) {
        return square;
    }
    return power == 1.0 ? sqrt(square) : pow(square, 0.5 * power);
}

// Add the squares of the differences along one axis, or set them. Restricted pointers, or the
// compiler asks before each piece whether they overlap.
static void add_axis(bool set, size_t count, double x, const double *restrict y, double period,
                     double *restrict out)
{
    if (period > 0.0) {
        for (size_t k = 0; k < count; k++) {
            const double d = fabs(x - y[k]);
            const double other = period - d;
            const double shorter = other < d ? other : d;
            out[k] = set ? shorter * shorter : out[k] + shorter * shorter;
        }
    } else if (set) {
        for (size_t k = 0; k < count; k++) {
            const double d = x - y[k];
            out[k] = d * d;
        }
    } else {
        for (size_t k = 0; k < count; k++) {
            const double d = x - y[k];
            out[k] += d * d;
        }
    }
}

static JKO_I_CLONES void set_plane(size_t count, double x0, double x1, const double *restrict y0,
                                   const double *restrict y1, double *restrict out)
{
    for (size_t k = 0; k < count; k++) {
        const double d0 = x0 - y0[k];
        const double d1 = x1 - y1[k];
        out[k] = d0 * d0 + d1 * d1;
    }
}

// From point `at` of one side to `count` points of the other. x [dim][nx], y [dim][ny].
static void compute(const jko_cost *cost, const double *x, size_t nx, size_t at, const double *y,
                    size_t ny, size_t first, size_t count, double *out)
{
    const double power = cost->power;
    if (cost->dim == 2 && cost->period[0] == 0.0 && cost->period[1] == 0.0) {
        set_plane(count, x[at], x[nx + at], y + first, y + ny + first, out);
    } else {
        for (size_t axis = 0; axis < cost->dim; axis++) {
            add_axis(axis == 0, count, x[axis * nx + at], y + axis * ny + first, cost->period[axis],
                     out);
        }
    }
    if (power == 1.0) {
        for (size_t k = 0; k < count; k++) {
            out[k] = sqrt(out[k]);
        }
    } else if (power != 2.0) {
        for (size_t k = 0; k < count; k++) {
            out[k] = pow(out[k], 0.5 * power);
        }
    }
    if (cost->shift != 0.0) {
        for (size_t k = 0; k < count; k++) {
            out[k] -= cost->shift;
        }
    }
}

void jko_i_cost_compute_row(const jko_cost *cost, size_t i, size_t first, size_t count, double *out)
{
    compute(cost, cost->x, cost->m, i, cost->y, cost->n, first, count, out);
}

void jko_i_cost_compute_column(const jko_cost *cost, size_t j, size_t first, size_t count,
                               double *out)
{
    compute(cost, cost->y, cost->n, j, cost->x, cost->m, first, count, out);
}
