// SPDX-License-Identifier: BSD-3-Clause
/*
 * The exact step between piecewise-constant densities: damped Newton with a certificate.
 *
 *     min over masses p of  T(p) + E(p),    T the cost of monotone transport from the old density
 *
 * is convex in p, and T is differentiable with a potential that is known exactly. So each iterate
 * has its own bound (dual_gap.h), and the iteration ends when that is small enough. Steps stay short
 * of empty cells; a line search on the objective guards them while the decrement is larger than
 * what rounding leaves of differences of objectives.
 *
 * Source: docs/theory.md, section "The step between densities".
 */
#include "jko/exact1d.h"

#include "base/alloc.h"
#include "base/status.h"
#include "base/sum.h"
#include "jko/dual_gap.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define BOUNDARY 0.99 // of the way to an empty cell
#define TRIALS 40
#define UPTURN 0.3          // of the slope at the start of a step
#define LEAST_SHARE 0.1     // of a step that was too long, and most
#define MOST_SHARE 0.9      //
#define NO_COMPARISON 1e-10 // of the objective: below it differences are rounding
#define PATIENCE 4          // iterations without a smaller gap
#define FINER 0.5           // of the tolerance: what is aimed at
#define TRY 10.0            // times the tolerance: expected gaps up to it are worth certifying
#define FIRST_RATE 1e-2     // by which the first full step is expected to shrink the decrement
#define LAST_CHANGE 3e-5    // of a mass, relative, in the last step: the next one is its square
#define TURNS 6             // corrections of the rotation before a certificate

#define ARRAYS (33 + 2 * JKO_I_CHAIN_SIDES) // of n numbers

static double *take(double **from, size_t n)
{
    double *array = *from;
    *from += n;
    return array;
}

static void place_point(jko_i_exact1d_point *at, double **from, size_t n)
{
    at->p = take(from, n);
    at->low = take(from, n);
    at->e = take(from, n);
    at->pull = take(from, n);
    at->pairing.pull = take(from, n);
    at->pairing.pull_end = take(from, n);
    at->pairing.diag_left = take(from, n);
    at->pairing.mixed = take(from, n);
    at->pairing.diag_right = take(from, n);
    at->pairing.shift = take(from, n + 1);
}

jko_i_exact1d *jko_i_exact1d_create(size_t n, bool circle, double cell, bool dense)
{
    jko_i_exact1d *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    work->n = n;
    work->circle = circle;
    work->first = circle ? 0 : 1;
    work->cell = cell;
    // The extrapolated quantile has the breakpoints of two densities, and the seam of the circle.
    const bool quantiles =
        jko_i_quantile_create(&work->source, 2 * n + 2) && jko_i_quantile_create(&work->behind, n);
    const bool rotation = jko_i_rotation_create(&work->rotation, n);
    work->storage = jko_i_alloc(n + 1, ARRAYS * sizeof(double));
    bool good = quantiles && rotation && work->storage != NULL;
    if (dense) {
        work->dense = jko_i_alloc(2 * n, n * sizeof(double));
        work->pivot = jko_i_alloc(n, sizeof *work->pivot);
        good = good && work->dense != NULL && work->pivot != NULL;
    }
    if (!good) {
        jko_i_exact1d_free(work);
        return NULL;
    }
    double *next = work->storage;
    place_point(&work->here, &next, n);
    place_point(&work->there, &next, n);
    double **const arrays[] = {&work->diagonal,      &work->vector,     &work->ground,
                               &work->link,          &work->force,      &work->move,
                               &work->change,        &work->factor.own, &work->factor.share,
                               &work->factor.inverse};
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++) {
        *arrays[k] = take(&next, n);
    }
    work->sides = take(&next, JKO_I_CHAIN_SIDES * n);
    work->steps = take(&next, JKO_I_CHAIN_SIDES * n);
    work->scratch = take(&next, 3 * n);
    return work;
}

void jko_i_exact1d_free(jko_i_exact1d *work)
{
    if (work != NULL) {
        jko_i_quantile_free(&work->source);
        jko_i_quantile_free(&work->behind);
        jko_i_rotation_free(&work->rotation);
        jko_i_free(work->storage);
        jko_i_free(work->dense);
        jko_i_free(work->pivot);
        jko_i_free(work);
    }
}

// Costs, energy and their derivatives at the masses and offset of a point.
static jko_status evaluate(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                           jko_i_exact1d_point *at)
{
    jko_i_pair(&work->source, &work->cost, work->n, at->p, at->low, at->offset, &at->pairing);
    const jko_status status = jko_i_energy_eval(flow, energy, at->p, &at->energy, at->e);
    at->objective = at->energy + at->pairing.value;
    return status;
}

// How far along the direction the masses stay positive, at most 1.
static double room(const jko_i_exact1d *work)
{
    double step = 1.0 / BOUNDARY;
    for (size_t j = 0; j < work->n; j++) {
        if (work->change[j] < 0.0) {
            step = fmin(step, -work->here.p[j] / work->change[j]);
        }
    }
    return fmin(BOUNDARY * step, 1.0);
}

static void swap(jko_i_exact1d *work)
{
    const jko_i_exact1d_point kept = work->here;
    work->here = work->there;
    work->there = kept;
}

// The largest relative change of a mass that the direction asks for.
static double largest_change(const jko_i_exact1d *work)
{
    double largest = 0.0;
    for (size_t j = 0; j < work->n; j++) {
        largest = fmax(largest, fabs(work->change[j]) / work->here.p[j]);
    }
    return largest;
}

void jko_i_exact1d_add(double high, double low, double x, double *to_high, double *to_low)
{
    jko_i_sum sum = {high, low};
    jko_i_sum_add(&sum, x);
    *to_high = sum.high + sum.low;
    *to_low = (sum.high - *to_high) + sum.low;
}

/* Go along the direction, *step of it. The objective is convex along it, and its slope is far more
   accurate than differences of it: steps end where the slope has not turned up by much. */
static jko_status advance(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                          double turn, double *step)
{
    const jko_i_exact1d_point *from = &work->here;
    jko_i_exact1d_point *to = &work->there;
    const double size = fabs(from->energy) + from->pairing.value;
    const bool compare = !(work->decrement <= NO_COMPARISON * size);
    *step = room(work);
    for (int k = 0; k < TRIALS; k++) {
        for (size_t j = 0; j < work->n; j++) {
            jko_i_exact1d_add(from->p[j], from->low[j], *step * work->change[j], &to->p[j],
                              &to->low[j]);
        }
        to->offset = from->offset;
        jko_i_sum_add(&to->offset, *step * turn);
        const jko_status status = evaluate(flow, work, energy, to);
        if (status < 0) {
            return status;
        }
        const double slope = jko_i_exact1d_slope(work, to);
        const bool lower = !compare || to->objective <= from->objective;
        if (lower && slope <= UPTURN * work->decrement) {
            swap(work);
            return JKO_OK;
        }
        // Where a straight line between the slopes is 0.
        const double share = work->decrement / (work->decrement + slope);
        *step *= share > LEAST_SHARE ? fmin(share, MOST_SHARE) : LEAST_SHARE;
    }
    return JKO_STALLED;
}

/* The certified gap of the iterate. A rotation that is not the best yet counts by the derivative in
   it, which no better one is farther away than a total; a larger share is removed first. */
static jko_status certify(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                          double allowed, double *gap, double *shift)
{
    jko_i_exact1d_point *at = &work->here;
    const double total = jko_i_sum_value(&work->source.total);
    double drift = work->circle ? fabs(at->pairing.drift) * total : 0.0;
    for (int k = 0; k < TURNS && drift > 0.1 * allowed; k++) {
        jko_i_sum_add(&at->offset, at->pairing.drift / at->pairing.stiffness);
        jko_i_pair(&work->source, &work->cost, work->n, at->p, at->low, at->offset, &at->pairing);
        at->objective = at->energy + at->pairing.value;
        drift = fabs(at->pairing.drift) * total;
    }
    jko_i_dual_gap dual;
    jko_i_pair_potential(work->n, &at->pairing, at->pull);
    const jko_status status = jko_i_dual_gap_find(energy, work->n, at->p, at->energy, at->e,
                                                  at->pull, 0.1 * allowed, work->scratch, &dual);
    flow->callback_error = dual.callback_error;
    work->value = at->pairing.value;
    if (!work->cost.plain) { // its arrays are free
        jko_i_pair(&work->source, &work->exact, work->n, at->p, at->low, at->offset,
                   &work->there.pairing);
        work->value = work->there.pairing.value;
    }
    *gap = dual.gap + drift + fmax(work->value - at->pairing.value, 0.0);
    *shift = dual.shift;
    return status;
}

// The gap that is small enough at the iterate.
static double allowed_gap(const jko_i_exact1d *work, const jko_i_exact1d_goal *goal)
{
    const double released = goal->before - work->here.energy;
    const double noise = 4.0 * DBL_EPSILON * (fabs(goal->before) + fabs(work->here.energy));
    const double scale =
        isfinite(released) ? fmax(released - noise, 0.0) : work->here.pairing.value;
    return fmax(goal->relative * scale, goal->absolute);
}

jko_status jko_i_exact1d_minimise(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                  const jko_i_exact1d_goal *goal, double *gap, double *shift)
{
    double last = INFINITY; // decrement of the step before
    int worse = 0;          // certificates since the gap last halved
    jko_status status = evaluate(flow, work, energy, &work->here);
    *gap = INFINITY;
    *shift = NAN;
    for (int64_t k = 0; status == JKO_OK; k++) {
        double turn = 0.0;
        double step = 0.0;
        status = jko_i_exact1d_direction(flow, work, energy, &turn);
        const double change = status < 0 ? INFINITY : largest_change(work);
        status = status < 0 ? status : advance(flow, work, energy, turn, &step);
        if (status != JKO_OK) {
            break;
        }
        const double allowed = allowed_gap(work, goal);
        const double rate = isfinite(last) ? fmin(work->decrement / last, 1.0) : FIRST_RATE;
        last = work->decrement;
        if (0.5 * work->decrement * rate <= TRY * allowed && step == 1.0 && change <= LAST_CHANGE) {
            double found = INFINITY;
            status = certify(flow, work, energy, allowed, &found, shift);
            found -= goal->smoothed ? work->value - work->here.pairing.value : 0.0;
            worse = found < 0.5 * *gap ? 0 : worse + 1;
            *gap = found;
            if (status < 0 || *gap <= FINER * allowed || (worse >= PATIENCE && *gap <= allowed)) {
                return status;
            }
        }
        status = worse >= PATIENCE ? JKO_STALLED : jko_i_step_tick(flow, *gap);
        if (status == JKO_OK && k + 1 >= goal->iterations) {
            status = JKO_NOT_CONVERGED;
        }
    }
    if (status < 0 && status != JKO_ERR_NUMERIC) {
        return status;
    }
    // Ended short of the goal: what was reached still has a gap.
    const jko_status ended = status == JKO_ERR_NUMERIC ? JKO_STALLED : status;
    status = certify(flow, work, energy, goal->absolute, gap, shift);
    return status < 0 ? status : ended;
}
