// SPDX-License-Identifier: BSD-3-Clause
/*
 * Monotone transport between a density and a quantile: one walk over the breakpoints of both.
 *
 * Within a cell of mass p the place u has the mass M + p u to its left, so between breakpoints
 *
 *     rho(u) = (j - edge_k) + u - lead_k - slope_k f,     f = M + p u - begin_k,
 *
 * is linear, and all integrals are polynomials. M is carried with the error of its rounding, f is a
 * difference of two such sums, and both places are measured from the nearer end: displacements far
 * below a cell keep their digits.
 *
 * Source: docs/theory.md, section "The step between densities".
 */
#include "ot/pairing.h"

#include <string.h>

jko_i_bent_cost jko_i_plain_cost(double slope)
{
    jko_i_bent_cost cost = {.at = {INFINITY, INFINITY}, .plain = true};
    cost.slope[0] = cost.slope[1] = cost.slope[2] = slope;
    return cost;
}

jko_i_bent_cost jko_i_kinked_cost(double slope, double kink, double width)
{
    jko_i_bent_cost cost = {.at = {width, INFINITY}};
    cost.slope[0] = width > 0.0 ? slope + kink / width : slope;
    for (size_t i = 1; i <= JKO_I_BENDS; i++) {
        cost.slope[i] = slope;
        cost.base[i] = kink;
        cost.start[i] = -0.5 * kink * width;
    }
    return cost;
}

jko_i_bent_cost jko_i_hull_cost(double slope, double kink, double width)
{
    const double end = kink / slope;
    jko_i_bent_cost cost = {.at = {width, end}};
    cost.slope[0] = width > 0.0 ? kink / width : 0.0;
    cost.base[1] = kink;
    cost.start[1] = -0.5 * kink * width;
    cost.slope[2] = slope;
    cost.start[2] = 0.5 * kink * (end - width);
    return cost;
}

// Sums over one cell.
typedef struct cell {
    double value;
    double square;
    double pull;
    double pull_end;
    double left;
    double mixed;
    double right;
    double farthest;
} cell;

double jko_i_bent_derivative(const jko_i_bent_cost *cost, double rho)
{
    const double size = fabs(rho);
    const size_t i = size < cost->at[0] ? 0 : size < cost->at[1] ? 1 : 2;
    return copysign(cost->base[i] + cost->slope[i] * size, rho);
}

// Add the part [u, u + w] of a cell, where rho goes from a to b and C has one formula, piece i.
static inline void add_smooth(cell *sum, const jko_i_bent_cost *cost, size_t i, double u, double w,
                              double a, double b, double slope)
{
    const double half = 0.5 * w;
    const double c = u + half;
    const double third = w * w * (1.0 / 12.0);
    const double mean = 0.5 * (a + b);
    const double square = w * (mean * mean + (b - a) * (b - a) * (1.0 / 12.0));
    const double k = cost->slope[i];
    double force = k * mean;
    const double tilt = k * (b - a);
    sum->square += square;
    sum->value += 0.5 * k * square;
    if (i > 0) {
        // Both ends lie on one side of 0; an end may be 0 itself.
        force += copysign(cost->base[i], mean);
        sum->value += w * (cost->start[i] + cost->base[i] * fabs(mean));
    }
    sum->pull += w * force;
    sum->pull_end += w * (c * force) + half * half * tilt * (1.0 / 3.0);
    const double bent = k * slope * w;
    sum->left += bent * ((1.0 - c) * (1.0 - c) + third);
    sum->mixed += bent * (c * (1.0 - c) - third);
    sum->right += bent * (c * c + third);
}

// The same where C may bend on the way: rho is cut at the bends and at 0.
static void add_bent(cell *sum, const jko_i_bent_cost *cost, double u, double w, double a, double b,
                     double slope)
{
    const double all[2 * JKO_I_BENDS + 1] = {-cost->at[1], -cost->at[0], 0.0, cost->at[0],
                                             cost->at[1]};
    const double rise = b > a ? 1.0 : -1.0;
    double at = u;
    double rho = a;
    for (size_t m = 0; m < sizeof all / sizeof all[0]; m++) {
        const double bend = rise > 0.0 ? all[m] : all[sizeof all / sizeof all[0] - 1 - m];
        if (!(rise * (bend - rho) > 0.0 && rise * (b - bend) > 0.0)) {
            continue;
        }
        const double next = u + w * ((bend - a) / (b - a));
        const double middle = 0.5 * fabs(rho + bend);
        const size_t i = middle < cost->at[0] ? 0 : middle < cost->at[1] ? 1 : 2;
        add_smooth(sum, cost, i, at, next - at, rho, bend, slope);
        at = next;
        rho = bend;
    }
    const double middle = 0.5 * fabs(rho + b);
    const size_t i = middle < cost->at[0] ? 0 : middle < cost->at[1] ? 1 : 2;
    add_smooth(sum, cost, i, at, u + w - at, rho, b, slope);
}

// Where a walk stands: piece k, in a round of the circle, and the masses left of its two ends.
typedef struct place {
    const jko_i_quantile *q;
    size_t k;
    double lap; // rounds gone, times the cells of one
    jko_i_sum before;
    jko_i_sum after;
} place;

static void next_piece(place *at)
{
    at->k++;
    if (at->k == at->q->count) {
        at->k = 0;
        at->lap += at->q->lap;
    }
    at->before = at->after;
    if (at->lap == 0.0) {
        at->after = at->q->begin[at->k + 1];
    } else {
        jko_i_sum_add(&at->after, at->q->mass[at->k]);
    }
}

static bool has_next(const place *at)
{
    return at->k + 1 < at->q->count || at->q->lap > 0.0;
}

static double less(const jko_i_sum *a, const jko_i_sum *b)
{
    return (a->high - b->high) + (a->low - b->low);
}

// The last piece that begins at or before the mass offset, which may lie rounds from the first.
static place find(const jko_i_quantile *q, const jko_i_sum *from)
{
    place at = {.q = q};
    const double total = jko_i_sum_value(&q->total);
    const double offset = jko_i_sum_value(from);
    if (q->lap > 0.0 && (offset < 0.0 || offset >= total)) {
        const double rounds = floor(offset / total);
        at.lap = rounds * q->lap;
        jko_i_sum_add_product(&at.before, rounds, q->total.high);
        jko_i_sum_add_product(&at.before, rounds, q->total.low);
    }
    const double inside = less(from, &at.before);
    size_t high = q->count - 1;
    while (at.k < high) {
        const size_t middle = at.k + (high - at.k + 1) / 2;
        if (jko_i_sum_value(&q->begin[middle]) <= inside) {
            at.k = middle;
        } else {
            high = middle - 1;
        }
    }
    jko_i_sum_add(&at.before, q->begin[at.k].high);
    jko_i_sum_add(&at.before, q->begin[at.k].low);
    at.after = at.before;
    jko_i_sum_add(&at.after, q->mass[at.k]);
    return at;
}

// A place from both sides, each right to its last digit: u + v = 1 in the cell, f + g the mass of
// the piece.
typedef struct spot {
    double u;
    double v;
    double f;
    double g;
} spot;

// rho there: the whole numbers first, so that what is left may be small.
static inline double shift_at(const place *at, double j, const spot *s)
{
    const jko_i_quantile *q = at->q;
    const bool right = s->u > s->v;
    const bool late = s->f > s->g;
    const double cells = (j - (q->edge[at->k] + at->lap)) + (right ? 1.0 : 0.0);
    const double ends = cells - (q->lead[at->k] + (late ? q->width[at->k] : 0.0));
    const double within = q->slope[at->k] * (late ? s->g : -s->f);
    return ends + ((right ? -s->v : s->u) + within);
}

// The spot of an edge of a cell in the piece where the walk stands.
static inline spot edge_spot(const place *at, const jko_i_sum *edge, bool right)
{
    const double mass = at->q->mass[at->k];
    const double f = less(edge, &at->before);
    const double g = less(&at->after, edge);
    return (spot){.u = right ? 1.0 : 0.0,
                  .v = right ? 0.0 : 1.0,
                  .f = fmin(fmax(f, 0.0), mass),
                  .g = fmin(fmax(g, 0.0), mass)};
}

// A jump of the quantile at place u of a cell of mass p bends the cost by the change of C'.
static void add_jump(cell *sum, const jko_i_bent_cost *cost, double u, double v, double p, double a,
                     double b)
{
    const double bent = (jko_i_bent_derivative(cost, a) - jko_i_bent_derivative(cost, b)) / p;
    sum->left += bent * v * v;
    sum->mixed += bent * u * v;
    sum->right += bent * u * u;
}

// Pair cell j of mass p, whose edges have the masses from and to at their left.
static cell pair_cell(place *at, const jko_i_bent_cost *cost, double j, double p,
                      const jko_i_sum *from, const jko_i_sum *to, jko_i_pairing *out,
                      double *end_shift)
{
    const jko_i_quantile *q = at->q;
    cell sum = {0};
    while (less(from, &at->after) > 0.0 && has_next(at)) {
        next_piece(at);
    }
    spot here = edge_spot(at, from, false);
    double rho = shift_at(at, j, &here);
    for (;;) {
        const double ahead = less(to, &at->after);
        const bool last = !(ahead > 0.0) || !has_next(at);
        spot end = edge_spot(at, to, true);
        if (!last) {
            const double v = fmin(ahead / p, 1.0);
            end = (spot){.u = fmin(fmax(less(&at->after, from) / p, here.u), 1.0),
                         .v = v,
                         .f = q->mass[at->k],
                         .g = 0.0};
        }
        const double end_rho = shift_at(at, j, &end);
        const double w = fmax(end.u > end.v ? here.v - end.v : end.u - here.u, 0.0);
        if (cost->plain) {
            add_smooth(&sum, cost, 0, here.u, w, rho, end_rho, q->slope[at->k]);
        } else {
            add_bent(&sum, cost, here.u, w, rho, end_rho, q->slope[at->k]);
        }
        sum.farthest = fmax(sum.farthest, fmax(fabs(rho), fabs(end_rho)));
        if (out->beyond != NULL) {
            const double rise = out->weight * (end_rho - rho);
            jko_i_quantile_add(out->beyond, p * w, j, here.u + out->weight * rho, w + rise);
        }
        if (last) {
            *end_shift = end_rho;
            return sum;
        }
        next_piece(at);
        here = (spot){.u = end.u, .v = end.v, .f = 0.0, .g = q->mass[at->k]};
        rho = shift_at(at, j, &here);
        if (rho != end_rho) {
            add_jump(&sum, cost, here.u, here.v, p, end_rho, rho);
        }
    }
}

void jko_i_pair(const jko_i_quantile *q, const jko_i_bent_cost *cost, size_t n, const double *p,
                const double *low, jko_i_sum offset, jko_i_pairing *out)
{
    jko_i_sum value = {0.0, 0.0};
    jko_i_sum square = {0.0, 0.0};
    jko_i_sum drift = {0.0, 0.0};
    jko_i_sum from = offset;
    double stiffness = 0.0;
    double farthest = 0.0;
    place at = find(q, &offset);
    if (out->beyond != NULL) {
        jko_i_quantile_clear(out->beyond, q->lap);
    }
    if (out->shift != NULL) {
        const spot first = edge_spot(&at, &from, false);
        out->shift[0] = shift_at(&at, 0.0, &first);
    }
    for (size_t j = 0; j < n; j++) {
        jko_i_sum to = from;
        double end_shift = 0.0;
        jko_i_sum_add(&to, p[j]);
        to.low += low != NULL ? low[j] : 0.0;
        const cell sum = pair_cell(&at, cost, (double)j, p[j], &from, &to, out, &end_shift);
        jko_i_sum_add(&value, p[j] * sum.value);
        jko_i_sum_add(&square, p[j] * sum.square);
        jko_i_sum_add(&drift, sum.pull);
        out->pull[j] = sum.pull;
        out->pull_end[j] = sum.pull_end;
        farthest = fmax(farthest, sum.farthest);
        stiffness += sum.left + 2.0 * sum.mixed + sum.right;
        if (out->diag_left != NULL) {
            out->diag_left[j] = sum.left;
            out->mixed[j] = sum.mixed;
            out->diag_right[j] = sum.right;
        }
        if (out->shift != NULL) {
            out->shift[j + 1] = end_shift;
        }
        from = to;
    }
    out->value = jko_i_sum_value(&value);
    out->square = jko_i_sum_value(&square);
    out->drift = jko_i_sum_value(&drift);
    out->stiffness = stiffness;
    out->farthest = farthest;
}

void jko_i_pair_potential(size_t n, const jko_i_pairing *pairing, double *potential)
{
    jko_i_sum sum = {0.0, 0.0};
    potential[0] = 0.0;
    for (size_t j = 1; j < n; j++) {
        jko_i_sum_add(&sum, pairing->pull_end[j - 1]);
        jko_i_sum_add(&sum, pairing->pull[j] - pairing->pull_end[j]);
        potential[j] = jko_i_sum_value(&sum);
    }
}
