// SPDX-License-Identifier: BSD-3-Clause
/*
 * Steps between densities computed anew, by code that shares nothing with the solvers: plain sums
 * in long double, straight from the formulas of docs/theory.md. Slow and simple on purpose.
 *
 *     exact1d   gap = E(m) + E*(-q) + <q, m>,    q_j = mean over cell j of psi + t,
 *               psi' = (y - T(y)) / tau, T the monotone map from after back to before whose cut
 *               makes psi periodic on the circle; t the shift that makes the gap least
 *     fv        gap = P - D(e) = h/(2 tau) sum (F + tau mu De)^2 / mu,    e = dE/dm after
 *
 * Both are the objective less a lower bound of its minimum, for convex energies.
 */
#include "recompute.h"

#include "text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CUT_BISECTIONS 200
#define GOLDEN 0.61803398874989484820L
#define GOLDEN_STEPS 120

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

// The cell of cumulative mass u, for cumulative masses c; a cell that is not empty where possible.
static size_t cell_of(size_t n, const real *c, real u)
{
    size_t low = 0;
    size_t high = n;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        *(c[middle] <= u ? &low : &high) = middle;
    }
    return low;
}

/* What one sweep over a cell of after finds: the integrals of T, of (y - T)^2 mu and, for the mean
   of the potential, of (1 - t) (y - T) over the cell in units of its width. */
typedef struct sweep {
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
    size_t i = cell_of(p->n, p->before, u - turns * p->total);
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
            return;
        }
        u = stop;
        if (++i == p->n) {
            i = 0;
            turns += 1.0L;
        }
    }
}

// The integral of y - T over the circle: falls as the cut grows.
static real imbalance(const pair *p, real a)
{
    sweep sum = {0.0L, 0.0L, 0.0L};
    const real length = (real)p->n * p->h;
    for (size_t j = 0; j < p->n; j++) {
        sweep_cell(p, j, a, &sum);
    }
    return length * length / 2.0L - sum.map;
}

static real find_cut(const pair *p)
{
    real low = -p->total;
    real high = p->total;
    real at_low = imbalance(p, low);
    real at_high = imbalance(p, high);
    for (int k = 0; p->circle && k < CUT_BISECTIONS; k++) {
        // The secant, held off the ends of the bracket, and every third time the middle.
        const real share = k % 3 == 2 || !(at_low > at_high) ? 0.5L : at_low / (at_low - at_high);
        const real a = low + fminl(fmaxl(share, 1e-3L), 0.999L) * (high - low);
        if (a <= low || a >= high) {
            break;
        }
        const real here = imbalance(p, a);
        if (here == 0.0L) {
            return a;
        }
        *(here > 0.0L ? &low : &high) = a;
        *(here > 0.0L ? &at_low : &at_high) = here;
    }
    return p->circle ? low + (high - low) / 2.0L : 0.0L;
}

// Means over the cells of the potential psi with the cut a, from psi = 0 at edge 0; returns W2 squared.
static real potential(const pair *p, real tau, real a, real *mean)
{
    const real drift = p->circle ? imbalance(p, a) / ((real)p->n * p->h) : 0.0L; // rounding
    real edge = 0.0L;
    real w2 = 0.0L;
    for (size_t j = 0; j < p->n; j++) {
        sweep sum = {0.0L, 0.0L, 0.0L};
        sweep_cell(p, j, a, &sum);
        const real left = (real)j * p->h;
        const real whole = left * p->h + p->h * p->h / 2.0L - sum.map; // integral of y - T
        mean[j] = edge + (sum.weighted - drift * p->h / 2.0L) / tau;
        edge += (whole - drift * p->h) / tau;
        w2 += sum.square;
    }
    return w2;
}

/* What masses that are rounded to doubles, as those of a file are, may do to a bound of first order by
   the means q of the potential: the whole variation of what shifting T by an ulp of the total does
   to them. Over cells that were almost empty, or across empty ones, a potential of short steps turns
   on masses far below that. more: [n] scratch. */
static real rounding_of(const pair *p, real tau, real a, const real *q, real *more)
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

// E*(-q) = sup over masses of -<q, m> - E(m), +inf unless all q > 0. x: [n] scratch.
static real conjugate(const unit *u, const real *q, real shift, real *x)
{
    const cli_claim *claim = u->claim;
    const real s = (real)claim->s;
    const real c = (real)claim->c;
    const real theta = (real)claim->theta;
    for (size_t i = 0; i < claim->n; i++) {
        if (!(q[i] + shift > 0.0L)) {
            return INFINITY;
        }
        x[i] = u->log_v[i] - logl(q[i] + shift);
    }
    const real mean = log_mean(u, s == 1.0L ? (real)INFINITY : s / (1.0L - s), x);
    if (!claim->level) {
        return -c + c * logl(c) + c * mean;
    }
    const real budget = expl((logl(c * u->x1) + theta * mean) / (1.0L - theta));
    return budget * (1.0L / theta - 1.0L);
}

/* min over t of E*(-(q + t)) + t M: convex in t. What a state costs at prices q is c in the log
   scaling, whatever the prices, and falls with them in the other: where all of them are above twice
   the mean at the masses after, the best state has less mass than M. */
static real least_conjugate(const unit *u, const real *q, real mean_price, real total, real *x)
{
    const cli_claim *claim = u->claim;
    real least = INFINITY;
    for (size_t i = 0; i < claim->n; i++) {
        least = fminl(least, q[i]);
    }
    real low = -least;
    real high = 2.0L * mean_price - least;
    real inner = high - GOLDEN * (high - low);
    real outer = low + GOLDEN * (high - low);
    real at_inner = conjugate(u, q, inner, x) + inner * total;
    real at_outer = conjugate(u, q, outer, x) + outer * total;
    for (int k = 0; k < GOLDEN_STEPS && high > low; k++) {
        if (at_inner <= at_outer) {
            high = outer;
            outer = inner;
            at_outer = at_inner;
            inner = high - GOLDEN * (high - low);
            at_inner = conjugate(u, q, inner, x) + inner * total;
        } else {
            low = inner;
            inner = outer;
            at_inner = at_outer;
            outer = low + GOLDEN * (high - low);
            at_outer = conjugate(u, q, outer, x) + outer * total;
        }
    }
    return fminl(at_inner, at_outer);
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
    const pair p = {n, claim->circle, (real)claim->cell, total, edges, edges + n + 1};
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
    finding->gap = (double)(energy + paired + least_conjugate(&u, q, pull / total, total, q + n));
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

// What moving at speed v costs per unit of time and mass, and what it yields at the slope p.
static real cost_of_speed(const cli_claim *claim, real v)
{
    const real k = (real)claim->reallocation_cost;
    const real speed = fabsl(v);
    if (strcmp(claim->reallocation, "soft") == 0) {
        return v * v / 2.0L + k * speed;
    }
    if (strcmp(claim->reallocation, "hull") == 0) {
        return speed <= k ? k * speed : (v * v + k * k) / 2.0L;
    }
    return v * v / 2.0L;
}

static real yield_of_slope(const cli_claim *claim, real slope)
{
    const real k = (real)claim->reallocation_cost;
    const real p = fabsl(slope);
    if (strcmp(claim->reallocation, "soft") == 0) {
        return p > k ? (p - k) * (p - k) / 2.0L : 0.0L;
    }
    if (strcmp(claim->reallocation, "hull") == 0) {
        return p > k ? (p * p - k * k) / 2.0L : 0.0L;
    }
    return p * p / 2.0L;
}

/* sum over the faces of tau h mobility [c(v) + yield(De) + v De], every term >= 0; the sum of the
   first is *cost, of 2 tau v^2/2 alone *square. flux at the left edge of cell 0 is given. */
static real face_gap(const cli_claim *claim, real tau, const real *change, const double *mobility,
                     const double *e, real flux, real *cost, real *square)
{
    const size_t n = claim->n;
    const real h = (real)claim->cell;
    real gap = 0.0L;
    *cost = 0.0L;
    *square = 0.0L;
    for (size_t j = 0; j < n; j++) { // the face at the right edge of cell j
        flux -= change[j];
        if (!claim->circle && j + 1 == n) {
            break;
        }
        const size_t right = j + 1 == n ? 0 : j + 1;
        const real m = ((real)mobility[j] + (real)mobility[right]) / (2.0L * h);
        const real slope = ((real)e[right] - (real)e[j]) / h;
        if (!(m > 0.0L)) {
            continue; // nothing is there, nothing moves
        }
        const real v = flux / (tau * m);
        const real weight = tau * h * m;
        *cost += weight * cost_of_speed(claim, v);
        *square += 2.0L * tau * weight * v * v / 2.0L;
        gap += weight * (cost_of_speed(claim, v) + yield_of_slope(claim, slope) + v * slope);
    }
    return gap;
}

void recompute_fv(const cli_claim *claim, double tau, const double *before, const double *mobility,
                  const double *after, cli_finding *finding)
{
    const size_t n = claim->n;
    real *change = cli_alloc(n, sizeof *change);
    double *e = cli_alloc(n, sizeof *e);
    real cost = 0.0L;
    real square = 0.0L;
    real low = 0.0L;
    real high = 0.0L;
    finding->energy_before = recompute_energy(claim, before, NULL);
    finding->energy_after = recompute_energy(claim, after, e);
    finding->pull = 0.0;
    for (size_t j = 0; j < n; j++) {
        change[j] = (real)after[j] - (real)before[j];
        low -= fabsl(change[j]);
        high += fabsl(change[j]);
        finding->pull += after[j] * fabs(e[j]);
    }
    // On the circle the masses leave the flux open by a constant: the least gap there is.
    for (int k = 0; claim->circle && k < GOLDEN_STEPS && high > low; k++) {
        const real inner = high - GOLDEN * (high - low);
        const real outer = low + GOLDEN * (high - low);
        const real at_inner =
            face_gap(claim, (real)tau, change, mobility, e, inner, &cost, &square);
        const real at_outer =
            face_gap(claim, (real)tau, change, mobility, e, outer, &cost, &square);
        *(at_inner <= at_outer ? &high : &low) = at_inner <= at_outer ? outer : inner;
    }
    const real flux = claim->circle ? low + (high - low) / 2.0L : 0.0L;
    finding->gap = (double)face_gap(claim, (real)tau, change, mobility, e, flux, &cost, &square);
    finding->transport_cost = (double)square;
    finding->step_cost = (double)cost;
    finding->objective = finding->step_cost + finding->energy_after;
    finding->pull += finding->step_cost;
    free(change);
    free(e);
}

void recompute_shift(const cli_claim *claim, const double *after, const double *phi,
                     cli_finding *finding)
{
    double *e = cli_alloc(claim->n, sizeof *e);
    double size = 0.0;
    double total = 0.0;
    (void)recompute_energy(claim, after, e);
    for (size_t j = 0; j < claim->n; j++) {
        size += after[j] * fabs(e[j]);
        total += after[j];
    }
    finding->potential_error = 0.0;
    for (size_t j = 0; j < claim->n; j++) {
        // Masses on file are rounded: what that does to a slope is relative to the slope itself. Written
        // so that a NaN counts.
        const double scale = fmax(size / total, fabs(e[j]));
        const double error = phi[j] == e[j] ? 0.0 : fabs(phi[j] - e[j]) / scale;
        if (!(error <= finding->potential_error)) {
            finding->potential_error = isnan(error) ? INFINITY : error;
        }
    }
    free(e);
}
