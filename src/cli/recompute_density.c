// SPDX-License-Identifier: BSD-3-Clause
/*
 * Steps by exact1d computed anew, by code that shares nothing with the solvers: plain sums in long
 * double, straight from the formulas of docs/theory.md. Simple on purpose.
 *
 *     gap = E(m) + E*(-q) + <q, m>,    q_j = mean over cell j of psi + t,
 *     psi' = (y - T(y)) / tau, T the monotone map from after back to before whose cut makes psi
 *     periodic on the circle; t the shift that makes the gap least
 *
 * It is the objective less a lower bound of its minimum, for convex energies, whatever t and the cut:
 * a search that ends early can only make it larger.
 */
#include "recompute.h"

#include "recompute_root.h"
#include "text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#define CUT_SHARE 1e-6L // of the total: where the cut is sought first, about 0
#define ENOUGH 1e-12L   // of the mean price: how well the shift of prices is found
#define GOLDEN 0.61803398874989484820L
#define GOLDEN_STEPS 120 // where the gap has no slope

typedef long double real;

/* Two densities on the same cells, as cumulative masses at the edges, [n + 1] each. */
typedef struct pair {
    size_t n;
    bool circle;
    real h;
    real total;
    const real *before;
    const real *after; // scaled to the total of before
} pair;

/* The cell of cumulative mass u, for cumulative masses c; a cell that is not empty where possible. It
   may be the cell near. */
static size_t cell_of(size_t n, const real *c, real u, size_t near)
{
    if (c[near] <= u && u < c[near + 1]) {
        return near;
    }
    size_t low = 0;
    size_t high = n;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        *(c[middle] <= u ? &low : &high) = middle;
    }
    return low;
}

/* What one sweep over a cell of after finds: the integrals of T, of (y - T)^2 mu and, for the mean
   of the potential, of (1 - t) (y - T) over the cell in units of its width; the cell of before where
   it ended. */
typedef struct sweep {
    size_t near;
    real map;
    real square;
    real weighted;
} sweep;

/* Add the piece of a cell where y goes from y0 to y1 (from the cell's left edge, in lengths) and T
   from t0 to t1, both linear. */
static void add_piece(const pair *p, size_t j, real y0, real y1, real t0, real t1, sweep *sum)
{
    const real left = (real)j * p->h;
    const real width = y1 - y0;
    const real d0 = left + y0 - t0;
    const real d1 = left + y1 - t1;
    const real mu = (p->after[j + 1] - p->after[j]) / p->h;
    const real w0 = 1.0L - y0 / p->h;
    const real w1 = 1.0L - y1 / p->h;
    sum->map += width * (t0 + t1) / 2.0L;
    sum->square += mu * width * (d0 * d0 + d0 * d1 + d1 * d1) / 3.0L;
    sum->weighted += width * (2.0L * w0 * d0 + w0 * d1 + w1 * d0 + 2.0L * w1 * d1) / 6.0L;
}

/* Cell j of after, with the cut a: T(y) is where before has the cumulative mass of y plus a. */
static void sweep_cell(const pair *p, size_t j, real a, sweep *sum)
{
    const real mass = p->after[j + 1] - p->after[j];
    real u = p->after[j] + a;
    const real end = p->after[j + 1] + a;
    real turns = p->circle ? floorl(u / p->total) : 0.0L;
    size_t i = cell_of(p->n, p->before, u - turns * p->total, sum->near);
    real y0 = 0.0L;
    const real length = (real)p->n * p->h;
    for (;;) {
        const real shift = turns * p->total;
        const real lower = p->before[i] + shift;
        const real upper = p->before[i + 1] + shift;
        const real width = upper - lower;
        const bool last = upper >= end || (!p->circle && i + 1 == p->n);
        const real stop = last ? end : fmaxl(upper, u);
        const real y1 = last ? p->h : (stop - p->after[j] - a) / mass * p->h;
        const real place = (real)i * p->h + turns * length;
        const real s0 = width > 0.0L ? fminl(fmaxl((u - lower) / width, 0.0L), 1.0L) : 1.0L;
        const real s1 = width > 0.0L ? fminl(fmaxl((stop - lower) / width, 0.0L), 1.0L) : 1.0L;
        if (y1 > y0) {
            add_piece(p, j, y0, y1, place + s0 * p->h, place + s1 * p->h, sum);
            y0 = y1;
        }
        if (last) {
            sum->near = i;
            return;
        }
        u = stop;
        if (++i == p->n) {
            i = 0;
            turns += 1.0L;
        }
    }
}

// The integral of T - y over the circle: grows with the cut.
static real imbalance(void *context, real a)
{
    const pair *p = context;
    sweep sum = {0, 0.0L, 0.0L, 0.0L};
    const real length = (real)p->n * p->h;
    for (size_t j = 0; j < p->n; j++) {
        sweep_cell(p, j, a, &sum);
    }
    return sum.map - length * length / 2.0L;
}

static real find_cut(pair *p)
{
    const real width = CUT_SHARE * p->total;
    return p->circle ? recompute_root(imbalance, p, -width, width, p->total * LDBL_EPSILON) : 0.0L;
}

// Means over the cells of the potential psi with the cut a, from psi = 0 at edge 0; returns W2 squared.
static real potential(pair *p, real tau, real a, real *mean)
{
    const real drift = p->circle ? -imbalance(p, a) / ((real)p->n * p->h) : 0.0L; // rounding
    real edge = 0.0L;
    real w2 = 0.0L;
    size_t near = 0;
    for (size_t j = 0; j < p->n; j++) {
        sweep sum = {near, 0.0L, 0.0L, 0.0L};
        sweep_cell(p, j, a, &sum);
        const real left = (real)j * p->h;
        const real whole = left * p->h + p->h * p->h / 2.0L - sum.map; // integral of y - T
        mean[j] = edge + (sum.weighted - drift * p->h / 2.0L) / tau;
        edge += (whole - drift * p->h) / tau;
        w2 += sum.square;
        near = sum.near;
    }
    return w2;
}

/* What masses that are rounded to doubles, as those of a file are, may do to a bound of first order by
   the means q of the potential: the whole variation of what shifting T by an ulp of the total does
   to them. Over cells that were almost empty, or across empty ones, a potential of short steps turns
   on masses far below that. more: [n] scratch. */
static real rounding_of(pair *p, real tau, real a, const real *q, real *more)
{
    real variation = 0.0L;
    (void)potential(p, tau, a + (real)DBL_EPSILON * p->total, more);
    for (size_t j = 0; j + 1 < p->n; j++) {
        variation += fabsl((more[j + 1] - q[j + 1]) - (more[j] - q[j]));
    }
    return p->total * variation;
}

/* The energy in units in which h sum v = 1, v = w / (h sum w), so that small s costs no digits:
   with U = (1/s) log h sum v mu^s it is -c U, or -(c/theta) X_1 exp(theta U). */
typedef struct unit {
    const cli_claim *claim;
    real *log_v; // [n]
    real x1;     // X of the uniform density 1; level only
} unit;

static unit make_unit(const cli_claim *claim)
{
    unit u = {claim, cli_alloc(claim->n, sizeof(real)), 0.0L};
    real weight = 0.0L;
    for (size_t i = 0; i < claim->n; i++) {
        weight += (real)claim->cell * (real)claim->weights[i];
    }
    for (size_t i = 0; i < claim->n; i++) {
        u.log_v[i] = logl((real)claim->weights[i] / weight);
    }
    u.x1 = (real)claim->scale * powl(weight, 1.0L / (real)claim->exponent);
    return u;
}

// (1/power) log h sum v exp(power x_i): the mean of x for power 0, the largest for infinity.
static real log_mean(const unit *u, real power, const real *x)
{
    real sum = 0.0L;
    if (isinf(power)) {
        sum = -INFINITY;
        for (size_t i = 0; i < u->claim->n; i++) {
            sum = fmaxl(sum, x[i]);
        }
        return sum;
    }
    for (size_t i = 0; i < u->claim->n; i++) {
        const real share = (real)u->claim->cell * expl(u->log_v[i]);
        sum += share * (power == 0.0L ? x[i] : expm1l(power * x[i]));
    }
    return power == 0.0L ? sum : log1pl(sum) / power;
}

static real energy_of(const unit *u, const real *log_density)
{
    const cli_claim *claim = u->claim;
    const real c = (real)claim->c;
    const real theta = (real)claim->theta;
    const real mean = log_mean(u, (real)claim->s, log_density);
    return claim->level ? -c / theta * u->x1 * expl(theta * mean) : -c * mean;
}

/* E*(-q) = sup over masses of -<q, m> - E(m), +inf unless all q > 0. x: [n] scratch. *mass: of the
   masses where it is reached, for s < 1: its slope in the shift, but for the sign. */
static real conjugate(const unit *u, const real *q, real shift, real *x, real *mass)
{
    const cli_claim *claim = u->claim;
    const real s = (real)claim->s;
    const real c = (real)claim->c;
    const real theta = (real)claim->theta;
    const real power = s == 1.0L ? (real)INFINITY : s / (1.0L - s);
    *mass = INFINITY;
    for (size_t i = 0; i < claim->n; i++) {
        if (!(q[i] + shift > 0.0L)) {
            return INFINITY;
        }
        x[i] = u->log_v[i] - logl(q[i] + shift);
    }
    const real mean = log_mean(u, power, x);
    const real budget = claim->level ? expl((logl(c * u->x1) + theta * mean) / (1.0L - theta)) : c;
    real sum = 0.0L;
    for (size_t i = 0; i < claim->n && s != 1.0L; i++) {
        const real share = (real)claim->cell * expl(u->log_v[i] + power * (x[i] - mean));
        sum += share / (q[i] + shift);
    }
    *mass = budget * sum;
    return claim->level ? budget * (1.0L / theta - 1.0L) : -c + c * logl(c) + c * mean;
}

// The search for the best shift t: E*(-(q + t)) + t M, its slope, and the least of all tried.
typedef struct prices {
    const unit *u;
    const real *q;
    real total;
    real *x; // [n]
    real least;
} prices;

static real cost_of_shift(prices *p, real t, real *slope)
{
    real mass = 0.0L;
    const real value = conjugate(p->u, p->q, t, p->x, &mass) + t * p->total;
    *slope = p->total - mass;
    p->least = fminl(p->least, value);
    return value;
}

static real slope_of_shift(void *context, real t)
{
    real slope = 0.0L;
    (void)cost_of_shift(context, t, &slope);
    return slope;
}

/* For s = 1, without a slope: between where the cheapest is free and where all prices are above twice
   the mean at the masses after, so that the best state has less mass than M. */
static void try_shifts(prices *p, real low, real high)
{
    real slope = 0.0L;
    real inner = high - GOLDEN * (high - low);
    real outer = low + GOLDEN * (high - low);
    real at_inner = cost_of_shift(p, inner, &slope);
    real at_outer = cost_of_shift(p, outer, &slope);
    for (int k = 0; k < GOLDEN_STEPS && high > low; k++) {
        if (at_inner <= at_outer) {
            high = outer;
            outer = inner;
            at_outer = at_inner;
            inner = high - GOLDEN * (high - low);
            at_inner = cost_of_shift(p, inner, &slope);
        } else {
            low = inner;
            inner = outer;
            at_inner = at_outer;
            outer = low + GOLDEN * (high - low);
            at_outer = cost_of_shift(p, outer, &slope);
        }
    }
}

/* min over t of E*(-(q + t)) + t M: convex in t. At the best state q + t is -e, so that t lies about
   where it is so at the masses after. e: [n] dE/dm there. */
static real least_conjugate(const unit *u, const real *q, const double *e, real mean_price,
                            real total, real *x)
{
    prices p = {u, q, total, x, INFINITY};
    real least = INFINITY;
    real low = INFINITY;
    real high = -INFINITY;
    for (size_t i = 0; i < u->claim->n; i++) {
        least = fminl(least, q[i]);
        low = fminl(low, -(real)e[i] - q[i]);
        high = fmaxl(high, -(real)e[i] - q[i]);
    }
    if (u->claim->s < 1.0) {
        (void)slope_of_shift(&p,
                             recompute_root(slope_of_shift, &p, low, high, ENOUGH * mean_price));
    } else {
        try_shifts(&p, -least, 2.0L * mean_price - least);
    }
    return p.least;
}

// Cumulative masses, scaled to a total unless it is 0; returns the total found.
static real accumulate(size_t n, const double *mass, real total, real *edges)
{
    real sum = 0.0L;
    for (size_t i = 0; i < n; i++) {
        sum += (real)mass[i];
    }
    const real scale = total > 0.0L ? total / sum : 1.0L;
    real run = 0.0L;
    edges[0] = 0.0L;
    for (size_t i = 0; i < n; i++) {
        run += (real)mass[i];
        edges[i + 1] = i + 1 == n ? scale * sum : scale * run;
    }
    return scale * sum;
}

// log mu of cumulative masses.
static void log_densities(const cli_claim *claim, const real *edges, real *x)
{
    for (size_t i = 0; i < claim->n; i++) {
        x[i] = logl((edges[i + 1] - edges[i]) / (real)claim->cell);
    }
}

void recompute_exact1d(const cli_claim *claim, double tau, const double *before,
                       const double *after, cli_finding *finding)
{
    const size_t n = claim->n;
    real *edges = cli_alloc(2 * (n + 1), sizeof *edges);
    real *q = cli_alloc(2 * n, sizeof *q);
    double *e = cli_alloc(n, sizeof *e);
    unit u = make_unit(claim);
    const real total = accumulate(n, before, 0.0L, edges);
    (void)accumulate(n, after, total, edges + n + 1);
    pair p = {n, claim->circle, (real)claim->cell, total, edges, edges + n + 1};
    finding->energy_before = recompute_energy(claim, before, NULL);
    finding->energy_after = recompute_energy(claim, after, e);
    const real cut = find_cut(&p);
    const real w2 = potential(&p, (real)tau, cut, q);
    finding->rounding = (double)rounding_of(&p, (real)tau, cut, q, q + n);
    real paired = 0.0L;
    real pull = 0.0L;
    real slopes = 0.0L; // <e + q, m>, and the least of e + q
    real least = INFINITY;
    real high = -INFINITY; // of q, and the lowest
    real low = INFINITY;
    for (size_t j = 0; j < n; j++) {
        const real m = p.after[j + 1] - p.after[j];
        high = fmaxl(high, q[j]);
        low = fminl(low, q[j]);
        paired += q[j] * m;
        pull += m > 0.0L ? m * fabsl((real)e[j]) : 0.0L;
        slopes += m > 0.0L ? m * ((real)e[j] + q[j]) : 0.0L;
        least = fminl(least, (real)e[j] + q[j]);
    }
    finding->first_order = (double)(slopes - total * least);
    log_densities(claim, p.after, q + n);
    const real energy = energy_of(&u, q + n);
    finding->gap =
        (double)(energy + paired + least_conjugate(&u, q, e, pull / total, total, q + n));
    finding->cost_rounding = DBL_EPSILON * (double)(total * (high - low));
    finding->transport_cost = (double)w2;
    finding->step_cost = (double)(w2 / (2.0L * (real)tau));
    finding->objective = finding->step_cost + finding->energy_after;
    finding->pull = (double)pull + finding->step_cost;
    free(edges);
    free(q);
    free(e);
    free(u.log_v);
}
