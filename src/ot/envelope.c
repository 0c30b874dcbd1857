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

#define MARGIN 1e-6 // of a period, beyond what copies can reach

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

// The stack for the squared cost: sites, and their laps plus 1, so that nothing is divided.
typedef struct parabolas {
    const jko_i_ground *ground;
    const double *y;
    const double *weight;
    size_t *site;
    size_t *lap;
    size_t height;
    double from; // where the top begins to rule, as seen from its place; -inf for the lowest
} parabolas;

// How far entry k, a site and its lap, lies to the right of entry t of the stack.
static inline double right_of(const parabolas *e, size_t t, size_t site, size_t lap)
{
    return jko_i_ground_difference(e->ground, e->y[site], e->y[e->site[t]],
                                   (int)e->lap[t] - (int)lap);
}

// Where entry t begins to rule, seen from its place, given entry t - 1.
static double find_from(const parabolas *e, size_t t)
{
    if (t == 0) {
        return -INFINITY;
    }
    const double left = right_of(e, t - 1, e->site[t], e->lap[t]);
    return 0.5 * ((e->weight[e->site[t - 1]] - e->weight[e->site[t]]) / left - left);
}

// Add a copy, after those that it hides have gone. Crossings are measured from the place of the top.
static void add_copy(parabolas *e, size_t site, size_t lap)
{
    const double w = e->weight[site];
    double from = -INFINITY;
    for (bool first = true; e->height > 0; first = false) {
        const size_t top = e->height - 1;
        const double right = right_of(e, top, site, lap);
        const double w_top = e->weight[e->site[top]];
        if (right > 0.0) {
            const double slope = (w_top - w) / right;
            if (top == 0 || 0.5 * (slope + right) > e->from) {
                from = 0.5 * (slope - right);
                break;
            }
        } else if (first && w <= w_top) {
            return; // the same place, and no lower
        }
        e->height--;
        e->from = e->height > 0 ? find_from(e, e->height - 1) : -INFINITY;
    }
    e->site[e->height] = site;
    e->lap[e->height++] = lap;
    e->from = from;
}

static double reach_of(const parabolas *e, double x, size_t t)
{
    return jko_i_ground_difference(e->ground, x, e->y[e->site[t]], (int)e->lap[t] - 1);
}

// The least at each query over the copy that rules there and its neighbours, as roundings may have
// chosen among them.
static void read_parabolas(const parabolas *e, size_t queries, const double *x, double *least)
{
    size_t t = 0;
    double gap = e->height > 1 ? right_of(e, 0, e->site[1], e->lap[1]) : 0.0;
    for (size_t q = 0; q < queries; q++) {
        double here = reach_of(e, x[q], t);
        double w = e->weight[e->site[t]];
        double lowest = t > 0 ? reach_of(e, x[q], t - 1) : here;
        lowest = lowest * lowest - (t > 0 ? e->weight[e->site[t - 1]] : w);
        while (t + 1 < e->height) {
            const double next = reach_of(e, x[q], t + 1);
            const double w_next = e->weight[e->site[t + 1]];
            // The difference of two costs, not of their roundings.
            if (!(gap * (next + here) >= w - w_next)) {
                lowest = fmin(lowest, next * next - w_next);
                break;
            }
            lowest = here * here - w;
            here = next;
            w = w_next;
            t++;
            gap = t + 1 < e->height ? right_of(e, t, e->site[t + 1], e->lap[t + 1]) : 0.0;
        }
        least[q] = fmin(lowest, here * here - w);
    }
}

static void transform_squared(const jko_i_ground *ground, size_t queries, const double *x,
                              size_t sites, const double *y, const double *weight, size_t *stack,
                              size_t *first, double *least)
{
    parabolas e = {ground, y, weight, stack, first, 0, -INFINITY};
    // No shortest arc is longer than half a period: copies farther from all queries are left out.
    const double reach = (0.5 + MARGIN) * ground->period;
    for (size_t j = 0; j < sites && ground->period > 0.0; j++) {
        if (y[j] - ground->period >= x[0] - reach) {
            add_copy(&e, j, 0);
        }
    }
    for (size_t j = 0; j < sites; j++) {
        add_copy(&e, j, 1);
    }
    for (size_t j = 0; j < sites && ground->period > 0.0; j++) {
        if (y[j] + ground->period <= x[queries - 1] + reach) {
            add_copy(&e, j, 2);
        }
    }
    read_parabolas(&e, queries, x, least);
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
        transform_squared(ground, queries, x, sites, y, weight, stack, first, least);
    } else {
        transform_convex(&e, copies, queries, x, first, least);
    }
}
