// SPDX-License-Identifier: BSD-3-Clause
/*
 * c-transforms in one dimension: the lower envelope of one copy of the cost for each site.
 *
 * Two copies whose sites are y < z cross once, the one of z being lower to the right of there, as
 * the cost is convex. So the sites whose copies make up the envelope form a stack, kept while the
 * sites are added from the left. For the squared cost, crossings have a formula, and a site goes
 * when it would rule over an empty interval; both ends of that interval are computed from
 * differences of neighbours alone, so a common offset of all places costs no digits. For other
 * costs the crossing of a new site with the top one is searched among the queries.
 *
 * On a circle the sites are laid out three times, as no shortest arc leaves the neighbouring laps.
 *
 * Source: Felzenszwalb and Huttenlocher, Theory of Computing 8 (2012), section 2; for other costs
 * Galil and Park, Theoretical Computer Science 92 (1992), section 3.
 *
 * x: query, y: site, w: weight of a site.
 */
#include "envelope.h"

#include <stdbool.h>

typedef struct envelope {
    const jko_i_ground *ground;
    size_t sites;
    int first_lap; // of copy 0
    const double *y;
    const double *weight;
    size_t *stack; // copies of sites, numbered by lap and then by site
    size_t height;
} envelope;

// x minus the place of a copy.
static double reach(const envelope *e, double x, size_t copy)
{
    const int lap = e->first_lap + (int)(copy / e->sites);
    return jko_i_ground_difference(e->ground, x, e->y[copy % e->sites], lap);
}

static double weight_of(const envelope *e, size_t copy)
{
    return e->weight[copy % e->sites];
}

// How far the place of copy k lies to the right of that of copy j, j <= k.
static double between(const envelope *e, size_t j, size_t k)
{
    const int laps = (int)(k / e->sites) - (int)(j / e->sites);
    return jko_i_ground_difference(e->ground, e->y[k % e->sites], e->y[j % e->sites], -laps);
}

// Squared cost: whether the top of the stack is below its neighbours nowhere, once k is added.
// Crossings are measured from the place of the top.
static bool is_hidden(const envelope *e, size_t k)
{
    const size_t top = e->stack[e->height - 1];
    const double right = between(e, top, k);
    if (!(right > 0.0)) {
        return true; // same place, smaller weight: checked by the caller
    }
    if (e->height == 1) {
        return false;
    }
    const size_t below = e->stack[e->height - 2];
    const double left = between(e, below, top);
    const double from = 0.5 * ((weight_of(e, below) - weight_of(e, top)) / left - left);
    const double to = 0.5 * ((weight_of(e, top) - weight_of(e, k)) / right + right);
    return to <= from;
}

static void stack_parabolas(envelope *e, size_t copies)
{
    for (size_t k = 0; k < copies; k++) {
        if (e->height > 0) {
            const size_t top = e->stack[e->height - 1];
            if (!(between(e, top, k) > 0.0) && weight_of(e, k) <= weight_of(e, top)) {
                continue;
            }
        }
        while (e->height > 0 && is_hidden(e, k)) {
            e->height--;
        }
        e->stack[e->height++] = k;
    }
}

// Whether copy k, right of copy j, is at least as low at x. The difference of two costs, not of
// their roundings.
static bool is_past_crossing(const envelope *e, double x, size_t j, size_t k)
{
    const double drop =
        jko_i_ground_rise(e->ground, reach(e, x, k), reach(e, x, j), between(e, j, k));
    return drop >= weight_of(e, j) - weight_of(e, k);
}

static double value(const envelope *e, double x, size_t copy)
{
    return jko_i_ground_cost(e->ground, reach(e, x, copy)) - weight_of(e, copy);
}

// The least over copy t of the stack and its neighbours, as roundings may have chosen among them.
static double least_near(const envelope *e, double x, size_t t)
{
    double least = value(e, x, e->stack[t]);
    if (t > 0) {
        least = fmin(least, value(e, x, e->stack[t - 1]));
    }
    if (t + 1 < e->height) {
        least = fmin(least, value(e, x, e->stack[t + 1]));
    }
    return least;
}

static void transform_squared(envelope *e, size_t copies, size_t queries, const double *x,
                              double *least)
{
    size_t t = 0;
    stack_parabolas(e, copies);
    for (size_t q = 0; q < queries; q++) {
        while (t + 1 < e->height && is_past_crossing(e, x[q], e->stack[t], e->stack[t + 1])) {
            t++;
        }
        least[q] = least_near(e, x[q], t);
    }
}

// The first query from `low` on where copy k is at least as low as copy j; `queries` if none.
static size_t find_crossing(const envelope *e, size_t low, size_t queries, const double *x,
                            size_t j, size_t k)
{
    size_t high = queries;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (is_past_crossing(e, x[middle], j, k)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

// first[t]: the first query where copy stack[t] rules.
static void transform_convex(envelope *e, size_t copies, size_t queries, const double *x,
                             size_t *first, double *least)
{
    for (size_t k = 0; k < copies; k++) {
        size_t start = 0;
        while (e->height > 0) {
            const size_t top = e->stack[e->height - 1];
            const double at = x[first[e->height - 1]];
            if (!is_past_crossing(e, at, top, k)) {
                start = find_crossing(e, first[e->height - 1] + 1, queries, x, top, k);
                break;
            }
            e->height--;
        }
        if (start < queries) {
            first[e->height] = start;
            e->stack[e->height++] = k;
        }
    }
    size_t t = 0;
    for (size_t q = 0; q < queries; q++) {
        t += t + 1 < e->height && first[t + 1] == q;
        least[q] = least_near(e, x[q], t);
    }
}

void jko_i_envelope(const jko_i_ground *ground, size_t queries, const double *x, size_t sites,
                    const double *y, const double *weight, size_t *stack, size_t *first,
                    double *least)
{
    const bool circle = ground->period > 0.0;
    const size_t copies = circle ? 3 * sites : sites;
    envelope e = {ground, sites, circle ? -1 : 0, y, weight, stack, 0};
    if (ground->power == 2.0) {
        transform_squared(&e, copies, queries, x, least);
    } else {
        transform_convex(&e, copies, queries, x, first, least);
    }
}
