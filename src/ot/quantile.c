// SPDX-License-Identifier: BSD-3-Clause
/*
 * Quantiles of piecewise-constant densities.
 *
 * Masses to the left are kept as a rounded sum and what rounding took away: the difference of two
 * of them is then right to its own last digit, which small displacements need.
 */
#include "ot/quantile.h"

#include "base/alloc.h"

#include <string.h>

#define SLACK 1e-12 // of a cell

bool jko_i_quantile_create(jko_i_quantile *q, size_t room)
{
    memset(q, 0, sizeof *q);
    q->room = room;
    q->mass = jko_i_alloc(room, sizeof *q->mass);
    q->edge = jko_i_alloc(room, sizeof *q->edge);
    q->lead = jko_i_alloc(room, sizeof *q->lead);
    q->width = jko_i_alloc(room, sizeof *q->width);
    q->slope = jko_i_alloc(room, sizeof *q->slope);
    q->begin = jko_i_alloc(room + 1, sizeof *q->begin);
    return q->mass != NULL && q->edge != NULL && q->lead != NULL && q->width != NULL &&
           q->slope != NULL && q->begin != NULL;
}

void jko_i_quantile_free(jko_i_quantile *q)
{
    jko_i_free(q->mass);
    jko_i_free(q->edge);
    jko_i_free(q->lead);
    jko_i_free(q->width);
    jko_i_free(q->slope);
    jko_i_free(q->begin);
    memset(q, 0, sizeof *q);
}

void jko_i_quantile_clear(jko_i_quantile *q, double lap)
{
    q->count = 0;
    q->lap = lap;
    q->total = (jko_i_sum){0.0, 0.0};
    q->begin[0] = q->total;
}

void jko_i_quantile_add(jko_i_quantile *q, double mass, double edge, double lead, double width)
{
    if (!(mass > 0.0)) {
        return;
    }
    const size_t k = q->count++;
    q->mass[k] = mass;
    q->edge[k] = edge;
    q->lead[k] = lead;
    q->width[k] = width;
    q->slope[k] = width / mass;
    jko_i_sum_add(&q->total, mass);
    q->begin[k + 1] = q->total;
}

bool jko_i_quantile_rises(jko_i_quantile *q)
{
    for (size_t k = 0; k < q->count; k++) {
        double gap = INFINITY; // from the left end of this piece to that of the next
        if (k + 1 < q->count) {
            gap = (q->edge[k + 1] - q->edge[k]) + (q->lead[k + 1] - q->lead[k]);
        } else if (q->lap > 0.0) { // the first one, a round later
            gap = (q->edge[0] + q->lap - q->edge[k]) + (q->lead[0] - q->lead[k]);
        }
        if (!(q->width[k] >= -SLACK && gap >= q->width[k] - SLACK)) {
            return false;
        }
        q->width[k] = fmax(q->width[k], 0.0);
        q->slope[k] = q->width[k] / q->mass[k];
    }
    return true;
}

void jko_i_quantile_cells(jko_i_quantile *q, size_t m, const double *a, size_t n, bool circle)
{
    const double width = (double)n / (double)m;
    // i n / m in whole numbers, by its quotient and remainder: no product that might overflow.
    size_t edge = 0;
    size_t rest = 0;
    jko_i_quantile_clear(q, circle ? (double)n : 0.0);
    for (size_t i = 0; i < m; i++) {
        jko_i_quantile_add(q, a[i], (double)edge, (double)rest / (double)m, width);
        edge += n / m;
        rest += n % m;
        if (rest >= m) {
            rest -= m;
            edge++;
        }
    }
}
