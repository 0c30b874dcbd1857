// SPDX-License-Identifier: BSD-3-Clause
/*
 * The squared cost along a pair of staircases, in vectors.
 *
 * Differences of places are rounded once, whatever their laps, as in ground.h, and a change of the
 * cost over a step is a product, so that no costs are subtracted. Sums are compensated, in lanes of
 * a fixed number, so they are the same on every machine.
 *
 * Source: Ogita, Rump and Oishi, SIAM J. Sci. Comput. 26 (2005), for the sums.
 */
#include "base/clones.h"
#include "lap.h"

#include <math.h>
#include <string.h>

#define LANES ((size_t)16)

JKO_I_PART void two_sum(double a, double b, double *sum, double *error)
{
    const double s = a + b;
    const double t = s - a;
    *error = (a - (s - t)) + (b - t);
    *sum = s;
}

// x - y + turn, rounded about once; turn is a whole number of periods.
JKO_I_PART double apart(double x, double y, double turn)
{
    double d = 0.0;
    double low = 0.0;
    double lower = 0.0;
    two_sum(x, -y, &d, &low);
    two_sum(d, turn, &d, &lower);
    return d + (low + lower);
}

// Sums in lanes, and sizes that bound their rounding.
typedef struct lanes {
    double high[LANES];
    double low[LANES];
    double size[LANES];
} lanes;

JKO_I_PART void add_lane(double *high, double *low, double x)
{
    const double t = *high + x;
    const double z = t - *high;
    *low += (*high - (t - z)) + (x - z);
    *high = t;
}

static jko_i_sum join(const double *high, const double *low)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t q = 0; q < LANES; q++) {
        jko_i_sum_add(&sum, high[q]);
        sum.low += low[q];
    }
    return sum;
}

// By how many periods entry `own` is ahead of entry `other`, as a length.
static double turn_between(double period, const jko_i_lap *own, size_t k, const jko_i_lap *other,
                           size_t j)
{
    const int laps = own->lap + (k >= own->wrap) - other->lap - (j >= other->wrap);
    return (double)laps * period;
}

// The first k < n with near[k] >= wrap, or n; near ascends.
static size_t find_wrap(size_t n, const uint32_t *near, size_t wrap)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (near[middle] < wrap) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// Entries over which nothing goes round, so that turns are the same.
typedef struct range {
    size_t begin;
    size_t end;
    double before; // turn of an entry against the other side's
    double behind; // of the next one
    double step;   // of the next one against it
} range;

// The range that begins at r->end, up to count; jump: where the other side goes round.
static void next_range(range *r, double period, size_t count, const jko_i_lap *own,
                       const jko_i_lap *other, size_t jump)
{
    const size_t stops[] = {own->wrap - 1, own->wrap, jump};
    r->begin = r->end;
    r->end = count;
    for (size_t k = 0; k < sizeof stops / sizeof *stops; k++) {
        r->end = stops[k] > r->begin && stops[k] < r->end ? stops[k] : r->end;
    }
    const size_t seen = r->begin < jump ? 0 : other->wrap;
    r->before = turn_between(period, own, r->begin, other, seen);
    r->behind = turn_between(period, own, r->begin + 1, other, seen);
    r->step = r->behind - r->before;
}

JKO_I_PART void change(const range *r, double from, double to, double seen, double *term,
                       double *size)
{
    const double step = apart(to, from, r->step);
    const double before = apart(from, seen, r->before);
    const double behind = apart(to, seen, r->behind);
    *term = step * (before + behind);
    *size = step * (fabs(before) + fabs(behind));
}

// The same where nothing is turned, in fewer operations.
JKO_I_PART void plain_change(double from, double to, double seen, double *term, double *size)
{
    const double before = from - seen;
    const double behind = to - seen;
    *term = (to - from) * (before + behind);
    *size = (to - from) * (fabs(before) + fabs(behind));
}

JKO_I_PART void change_block(const range *r, bool plain, size_t count, const double *own,
                             const uint32_t *near, const double *other, double *terms,
                             double *sizes)
{
    double seen[LANES];
    for (size_t q = 0; q < count; q++) {
        seen[q] = other[near[q]];
    }
    for (size_t q = 0; q < count; q++) {
        if (plain) {
            plain_change(own[q], own[q + 1], seen[q], terms + q, sizes + q);
        } else {
            change(r, own[q], own[q + 1], seen[q], terms + q, sizes + q);
        }
    }
}

JKO_I_PART void sum_range(const range *r, bool plain, const double *own, const uint32_t *near,
                          const double *other, lanes *to)
{
    lanes l = *to; // in registers
    size_t k = r->begin;
    double terms[LANES] = {0.0};
    double sizes[LANES] = {0.0};
    for (; k + LANES <= r->end; k += LANES) {
        change_block(r, plain, LANES, own + k, near + k, other, terms, sizes);
        for (size_t q = 0; q < LANES; q++) {
            add_lane(l.high + q, l.low + q, terms[q]);
            l.size[q] += sizes[q];
        }
    }
    change_block(r, plain, r->end - k, own + k, near + k, other, terms, sizes);
    for (size_t q = 0; q < r->end - k; q++) {
        add_lane(l.high + q, l.low + q, terms[q]);
        l.size[q] += sizes[q];
    }
    *to = l;
}

static JKO_I_CLONES void sum_plain(const range *r, const double *own, const uint32_t *near,
                                   const double *other, lanes *to)
{
    sum_range(r, true, own, near, other, to);
}

static JKO_I_CLONES void sum_turned(const range *r, const double *own, const uint32_t *near,
                                    const double *other, lanes *to)
{
    sum_range(r, false, own, near, other, to);
}

JKO_I_PART void keep_range(const range *r, bool plain, const double *own, const uint32_t *near,
                           const double *other, double *terms, double *to)
{
    double lanes_of_size[LANES] = {0.0};
    double sizes[LANES] = {0.0};
    size_t k = r->begin;
    for (; k + LANES <= r->end; k += LANES) {
        change_block(r, plain, LANES, own + k, near + k, other, terms + k, sizes);
        for (size_t q = 0; q < LANES; q++) {
            lanes_of_size[q] += sizes[q];
        }
    }
    change_block(r, plain, r->end - k, own + k, near + k, other, terms + k, sizes);
    for (size_t q = 0; q < r->end - k; q++) {
        lanes_of_size[q] += sizes[q];
    }
    for (size_t q = 0; q < LANES; q++) {
        *to += lanes_of_size[q];
    }
}

static JKO_I_CLONES void keep_plain(const range *r, const double *own, const uint32_t *near,
                                    const double *other, double *terms, double *size)
{
    keep_range(r, true, own, near, other, terms, size);
}

static JKO_I_CLONES void keep_turned(const range *r, const double *own, const uint32_t *near,
                                     const double *other, double *terms, double *size)
{
    keep_range(r, false, own, near, other, terms, size);
}

static bool is_plain(const range *r)
{
    return r->before == 0.0 && r->behind == 0.0;
}

jko_i_sum jko_i_lap_slope(double period, const jko_i_lap *own, const jko_i_lap *other)
{
    const size_t jump = find_wrap(own->n, own->near, other->wrap);
    lanes l = {{0.0}, {0.0}, {0.0}};
    range r = {0, 0, 0.0, 0.0, 0.0};
    while (r.end < own->n) {
        next_range(&r, period, own->n, own, other, jump);
        (is_plain(&r) ? sum_plain : sum_turned)(&r, own->place, own->near, other->place, &l);
    }
    return join(l.high, l.low);
}

double jko_i_lap_changes(double period, const jko_i_lap *own, const jko_i_lap *other, double *terms)
{
    const size_t jump = find_wrap(own->n, own->near, other->wrap);
    double size = 0.0;
    range r = {0, 0, 0.0, 0.0, 0.0};
    while (r.end + 1 < own->n) {
        next_range(&r, period, own->n - 1, own, other, jump);
        (is_plain(&r) ? keep_plain : keep_turned)(&r, own->place, own->near, other->place, terms,
                                                  &size);
    }
    return size;
}

double jko_i_lap_change(double period, const jko_i_lap *own, size_t k, const jko_i_lap *other,
                        size_t j, double *size)
{
    range r = {k, k + 1, 0.0, 0.0, 0.0};
    double term = 0.0;
    double more = 0.0;
    r.before = turn_between(period, own, k, other, j);
    r.behind = turn_between(period, own, k + 1, other, j);
    r.step = r.behind - r.before;
    change(&r, own->place[k], own->place[k + 1], other->place[j], &term, &more);
    *size += more;
    return term;
}

double jko_i_lap_apart(double period, const jko_i_lap *rows, size_t k, const jko_i_lap *columns,
                       size_t j)
{
    return apart(rows->place[k], columns->place[j], turn_between(period, rows, k, columns, j));
}

JKO_I_PART void cost_block(double turn, size_t count, size_t t, const double *x, const double *y,
                           const uint32_t *row, double *costs)
{
    double from[LANES];
    double to[LANES];
    for (size_t q = 0; q < count; q++) {
        from[q] = x[row[q]];
    }
    for (size_t q = 0; q < count; q++) {
        to[q] = y[(uint32_t)(t + q) - row[q]];
    }
    for (size_t q = 0; q < count; q++) {
        const double d = apart(from[q], to[q], turn);
        costs[q] = d * d;
    }
}

// Steps begin to end, over which nothing goes round.
static JKO_I_CLONES void add_costs(double turn, size_t begin, size_t end, const double *x,
                                   const double *y, const uint32_t *row, const double *mass,
                                   lanes *to)
{
    lanes l = *to; // in registers
    double costs[LANES] = {0.0};
    for (size_t t = begin; t < end; t += LANES) {
        const size_t count = end - t < LANES ? end - t : LANES;
        if (count == LANES) {
            cost_block(turn, LANES, t, x, y, row + t, costs);
        } else {
            cost_block(turn, count, t, x, y, row + t, costs);
        }
        double moved[LANES] = {0.0};
        memcpy(moved, mass + t, count * sizeof *moved);
        for (size_t q = 0; q < LANES; q++) {
            const double product = moved[q] * costs[q];
            l.low[q] += fma(moved[q], costs[q], -product);
            add_lane(l.high + q, l.low + q, product);
        }
    }
    *to = l;
}

// The first step of which the column is at least wrap.
static size_t find_column(size_t steps, const uint32_t *row, size_t wrap)
{
    size_t low = 0;
    size_t high = steps;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (middle - row[middle] < wrap) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

jko_i_sum jko_i_lap_cost(double period, const jko_i_lap *rows, const jko_i_lap *columns,
                         const uint32_t *row, const double *mass)
{
    const size_t steps = rows->n + columns->n - 1;
    const size_t one = find_wrap(steps, row, rows->wrap);
    const size_t other = find_column(steps, row, columns->wrap);
    const size_t stops[] = {0, one < other ? one : other, one < other ? other : one, steps};
    lanes l = {{0.0}, {0.0}, {0.0}};
    for (size_t k = 0; k < 3; k++) {
        if (stops[k] < stops[k + 1]) {
            const size_t at = row[stops[k]];
            const double turn = turn_between(period, rows, at, columns, stops[k] - at);
            add_costs(turn, stops[k], stops[k + 1], rows->place, columns->place, row, mass, &l);
        }
    }
    return join(l.high, l.low);
}
