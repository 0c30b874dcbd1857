// SPDX-License-Identifier: BSD-3-Clause
/*
 * The cells of one side in the order of their places.
 *
 * Places on the circle are reduced to one period about 0, which is exact.
 */
#include "sorted.h"

#include "base/order.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

// x in [-period / 2, period / 2), exactly.
static double reduce(double x, double period)
{
    if (period == 0.0) {
        return x;
    }
    // Mostly x is there already, or one period away, and then the difference is exact.
    const double half = 0.5 * period;
    if (x >= -half && x < half) {
        return x;
    }
    if (x >= half && x < period) {
        return x - period;
    }
    const double r = remainder(x, period);
    return r == 0.5 * period ? -r : r;
}

// Places within one period, without a division; false if some are farther away.
static bool reduce_all(size_t n, const double *x, double period, double *to)
{
    const double half = 0.5 * period;
    if (!jko_i_vector_is_within(n, x, -half, period)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        to[i] = x[i] - (x[i] >= half ? period : 0.0); // exact
    }
    return true;
}

// By which number of cells a grid that is sorted, but begins elsewhere, is turned; or JKO_I_NO_TURN.
static size_t find_turn(size_t n, const double *key)
{
    const size_t falls = jko_i_vector_count_falls(n, key);
    if (falls != 1 || !(key[n - 1] < key[0])) {
        return falls == 0 ? 0 : JKO_I_NO_TURN;
    }
    size_t low = 0; // not below the first key
    size_t high = n - 1;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (key[middle] < key[0]) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return high;
}

void jko_i_sorted_arrange(const jko_i_sorted *s, const double *by_cell, double *by_place)
{
    if (s->turn != JKO_I_NO_TURN) {
        memcpy(by_place, by_cell + s->turn, (s->n - s->turn) * sizeof *by_place);
        memcpy(by_place + s->n - s->turn, by_cell, s->turn * sizeof *by_place);
        return;
    }
    for (size_t r = 0; r < s->n; r++) {
        by_place[r] = by_cell[s->order[r]];
    }
}

void jko_i_sorted_sort(jko_i_sorted *s, const double *x, double period, double *work,
                       size_t *order_work)
{
    if (period == 0.0 || !reduce_all(s->n, x, period, work)) {
        for (size_t i = 0; i < s->n; i++) {
            work[i] = reduce(x[i], period);
        }
    }
    s->turn = find_turn(s->n, work);
    s->ordered = s->turn == JKO_I_NO_TURN;
    if (s->ordered) {
        jko_i_order(s->n, work, s->order, order_work);
    }
    jko_i_sorted_arrange(s, work, s->place);
}

void jko_i_sorted_copy(jko_i_sorted *s, const jko_i_sorted *from)
{
    s->turn = from->turn;
    s->ordered = from->ordered;
    memcpy(s->place, from->place, s->n * sizeof *s->place);
    if (s->ordered) {
        memcpy(s->order, from->order, s->n * sizeof *s->order);
    }
}

void jko_i_sorted_complete(jko_i_sorted *s)
{
    for (size_t r = 0; r < s->n && !s->ordered; r++) {
        s->order[r] = r < s->n - s->turn ? r + s->turn : r - (s->n - s->turn);
    }
    s->ordered = true;
}

size_t jko_i_sorted_cell(const jko_i_sorted *s, size_t r)
{
    if (s->turn == JKO_I_NO_TURN) {
        return s->order[r];
    }
    return r < s->n - s->turn ? r + s->turn : r - (s->n - s->turn);
}

// The farthest column on a circle is the one before or behind the antipode of the row, which goes
// round as the row does; the pair that comes nearest to that is the farthest of all.
double jko_i_sorted_farthest(const jko_i_ground *ground, const jko_i_sorted *x,
                             const jko_i_sorted *y)
{
    const double period = ground->period;
    const double half = 0.5 * period;
    double least = INFINITY;
    size_t row = 0;
    size_t column = 0;
    size_t k = 0;
    for (size_t i = 0; i < x->n && least > 0.0; i++) {
        const double at = x->place[i];
        const double antipode = at < 0.0 ? at + half : at - half;
        k = i > 0 && at >= 0.0 && x->place[i - 1] < 0.0 ? 0 : k;
        while (k < y->n && y->place[k] < antipode) {
            k++;
        }
        const size_t behind = k < y->n ? k : 0;
        const size_t before = k > 0 ? k - 1 : y->n - 1;
        const double to_behind = y->place[behind] - antipode + (k < y->n ? 0.0 : period);
        const double to_before = antipode - y->place[before] + (k > 0 ? 0.0 : period);
        const double nearest = to_behind < to_before ? to_behind : to_before;
        if (nearest < least) {
            least = nearest;
            row = i;
            column = to_behind < to_before ? behind : before;
        }
    }
    return jko_i_ground_between(ground, x->place[row], y->place[column]);
}

void jko_i_sorted_spread(const jko_i_sorted *s, const jko_i_lap *lap, const double *by_entry,
                         double *by_cell)
{
    const size_t n = s->n;
    if (s->turn != JKO_I_NO_TURN) {
        const size_t first = (lap->first + s->turn) % n;
        memcpy(by_cell + first, by_entry, (n - first) * sizeof *by_cell);
        memcpy(by_cell, by_entry + (n - first), first * sizeof *by_cell);
        return;
    }
    for (size_t k = 0; k < lap->wrap; k++) {
        by_cell[s->order[lap->first + k]] = by_entry[k];
    }
    for (size_t k = lap->wrap; k < n; k++) {
        by_cell[s->order[k - lap->wrap]] = by_entry[k];
    }
}
