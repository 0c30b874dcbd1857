// SPDX-License-Identifier: BSD-3-Clause
/*
 * The finite-volume step with a cost of reallocation, soft or hull.
 *
 * Mass that crosses a face moves by the distance F/rho, so that a cost c(d) adds up over the faces to
 *
 *     E(m) + sum_e C_e(F_e),     soft   C = r F^2/2 + k h |F|
 *                                hull   C = a h |F| if |F| <= a h/r, else r F^2/2 + (a h)^2/(2 r)
 *
 * convex, with a kink where nothing moves. With v = phi_e - phi_{e+1} the gap at the potential
 * phi = dE/dm is a sum over faces of what the inequality of Fenchel and Young loses, C(F) + C*(v) -
 * v F >= 0, each worked out by cases in which nothing cancels.
 *
 * Newton with active sets: by its v each face rests, or moves by one of the laws of motion; F of a
 * resting face goes to 0, the others to their law linearised. Where that gets nowhere a primal-dual
 * interior point method takes over, whose iterations do not grow with the number of cells:
 *
 *     F = F+ - F-,   F+ (k h + y) = F- (k h - y) = mu -> 0,   s'(F) - v - y = 0
 *
 * with s the part of C that has no kink at 0. Section "Finite volumes" of docs/theory.md.
 */
#include "jko/fv.h"

#include "base/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define SET_ITERATIONS 30 // with active sets
#define PATIENCE 5        // of them without a smaller gap
#define INTERIOR_ITERATIONS 200
#define INTERIOR_PATIENCE 20
#define ON_THE_WAY 5
#define FIRST_PART                                                                                 \
    0.1            // of the largest flux that the slopes can drive: F+ and F- where nothing moves
#define INSIDE 0.9 // of the threshold: y to begin with, at most
#define BOUNDARY 0.995 // of the way to it
#define LONG 0.9
#define CENTRED 0.1          // mu falls by this after a long step
#define CAUTIOUS 0.5         // and by this after a short one
#define LEAST_STIFFNESS 1e-9 // of r, where the law of motion fixes the slope and not the flux
#define TURN_STEPS 60        // halvings of an interval of constants

// v of face e.
static double fall_over(const jko_flow *flow, size_t e)
{
    return flow->variation[e] - flow->variation[jko_i_fv_right(flow, e)];
}

// Threshold of a face, k h or a h.
static double threshold(const jko_flow *flow)
{
    return flow->settings.reallocation_cost * flow->cell;
}

static bool is_hull(const jko_flow *flow)
{
    return flow->settings.reallocation == JKO_REALLOCATION_HULL;
}

// C(F)
static double cost_at(bool hull, double k, double r, double f)
{
    const double size = fabs(f);
    if (hull) {
        return r * size <= k ? k * size : 0.5 * r * f * f + 0.5 * k * k / r;
    }
    return 0.5 * r * f * f + k * size;
}

// C(F) + C*(v) - v F
static double loss_at(bool hull, double k, double r, double f, double v)
{
    const double size = fabs(f);
    const double along = copysign(f, f * v); // F in the direction of v
    const double p = fabs(v);
    if (!hull) {
        if (p <= k) {
            return 0.5 * r * f * f + (k * size - p * along);
        }
        const double miss = r * f - copysign(p - k, v);
        return 0.5 * miss * miss / r + k * (size - along);
    }
    if (r * size <= k) {
        if (p <= k) {
            return k * size - p * along;
        }
        return k * (size - along) + (p - k) * (0.5 * (p + k) / r - along);
    }
    if (p > k) {
        const double miss = r * f - v;
        return 0.5 * miss * miss / r;
    }
    const double miss = r * size - k;
    return 0.5 * miss * miss / r + (k * size - p * along);
}

/* Cost, transport cost and gap at flow->mass, w->flux; whether they will do. *proved: whether the
   gap alone would. */
static bool done(jko_flow *flow, jko_i_fv *w, double before, double value, jko_i_solution *solution,
                 bool *proved)
{
    const bool hull = is_hull(flow);
    const double k = threshold(flow);
    double cost = 0.0;
    double square = 0.0;
    double gap = 0.0;
    for (size_t e = 0; e < flow->n; e++) {
        const double r = w->weight[e];
        if (r > 0.0) {
            cost += cost_at(hull, k, r, w->flux[e]);
            square += r * w->flux[e] * w->flux[e];
            gap += fmax(loss_at(hull, k, r, w->flux[e], fall_over(flow, e)), 0.0);
        }
    }
    solution->energy = value;
    solution->step_cost = cost;
    solution->transport_cost = flow->cost_tau * square;
    solution->gap = gap;
    *proved = gap <= jko_i_step_tolerance(flow, before, value, cost);
    return *proved && jko_i_fv_accurate(flow, gap, 0.5 * square);
}

// Which faces rest: stiffness -1, and w->held the change of F to 0; else the residual of their law.
static void choose_sets(jko_flow *flow, jko_i_fv *w)
{
    const bool hull = is_hull(flow);
    const double k = threshold(flow);
    for (size_t e = 0; e < flow->n; e++) {
        const double r = w->weight[e];
        const double f = w->flux[e];
        const double v = fall_over(flow, e);
        const double pull = hull ? r * f + v : v;
        w->held[e] = 0.0;
        w->residual[e] = 0.0;
        if (r <= 0.0 || fabs(pull) <= k) {
            w->stiffness[e] = -1.0;
            w->held[e] = r > 0.0 ? -f : 0.0;
        } else if (hull && fabs(pull) <= 2.0 * k) {
            w->stiffness[e] = LEAST_STIFFNESS * r;
            w->residual[e] = copysign(k, pull) - v;
        } else {
            w->stiffness[e] = r;
            w->residual[e] = r * f - v + (hull ? 0.0 : copysign(k, v));
        }
    }
}

/* On a circle fluxes are known up to a constant from the masses: take the one of least cost. */
static void choose_turn(const jko_flow *flow, jko_i_fv *w)
{
    const bool hull = is_hull(flow);
    const double k = threshold(flow);
    double low = INFINITY;
    double high = -INFINITY;
    for (size_t e = 0; e < flow->n; e++) {
        if (w->weight[e] <= 0.0) {
            return; // a closed face: nothing can turn
        }
        low = fmin(low, -w->flux[e]);
        high = fmax(high, -w->flux[e]);
    }
    for (int step = 0; step < TURN_STEPS && low < high; step++) {
        const double turn = low + 0.5 * (high - low);
        double slope = 0.0;
        for (size_t e = 0; e < flow->n; e++) {
            const double f = w->flux[e] + turn;
            const double r = w->weight[e];
            const double kink = f == 0.0 ? 0.0 : copysign(k, f);
            slope += hull ? (r * fabs(f) <= k ? kink : r * f) : r * f + kink;
        }
        *(slope > 0.0 ? &high : &low) = turn;
        if (slope == 0.0) {
            high = turn;
        }
    }
    for (size_t e = 0; e < flow->n; e++) {
        w->flux[e] += high;
    }
    (void)jko_i_fv_masses(flow, w->flux, flow->mass);
}

// Evaluate E at w->mass and go there, with the fluxes in w->trial.
static jko_status take_trial(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double *value)
{
    double *const other = w->flux;
    w->flux = w->trial;
    w->trial = other;
    memcpy(flow->mass, w->mass, flow->n * sizeof *w->mass);
    return jko_i_energy_eval(flow, energy, flow->mass, value, flow->variation);
}

// Newton with active sets, from w->flux. JKO_STALLED if it got nowhere.
static jko_status by_sets(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double before,
                          double *value, jko_i_solution *solution)
{
    double best = INFINITY;
    int worse = 0;
    for (int k = 0; k < SET_ITERATIONS; k++) {
        bool proved = false;
        if (done(flow, w, before, *value, solution, &proved)) {
            return JKO_OK;
        }
        worse = solution->gap < 0.9 * best ? 0 : worse + 1;
        best = fmin(best, solution->gap);
        if (proved && worse > 0) {
            return JKO_OK; // more accurate is not to be had
        }
        if (worse >= PATIENCE) {
            break;
        }
        const jko_status ticked = jko_i_step_tick(flow, solution->gap);
        if (ticked != JKO_OK) {
            return ticked;
        }
        bool good = false;
        jko_status status = jko_i_fv_curvature(flow, energy, w);
        if (status >= 0) {
            choose_sets(flow, w);
            w->holds = true;
            good = jko_i_fv_solve(flow, w);
            w->holds = false;
        }
        if (!good) {
            return status < 0 ? status : JKO_STALLED;
        }
        if (!(jko_i_fv_move(flow->n, jko_i_fv_room(flow, w), w->direction, w->flux, flow->start,
                            w->trial, w->mass) > 0.0)) {
            return JKO_STALLED;
        }
        status = take_trial(flow, energy, w, value);
        if (status < 0) {
            return status;
        }
    }
    return JKO_STALLED;
}

// F+, F- and y where the interior point method begins, around w->flux.
static void enter(const jko_flow *flow, jko_i_fv *w)
{
    const double k = threshold(flow);
    double most = 0.0;
    for (size_t e = 0; e < flow->n; e++) {
        if (w->weight[e] > 0.0) {
            most = fmax(most, fmax(fabs(fall_over(flow, e)) / w->weight[e], fabs(w->flux[e])));
        }
    }
    for (size_t e = 0; e < flow->n; e++) {
        w->plus[e] = fmax(w->flux[e], 0.0) + FIRST_PART * most;
        w->minus[e] = fmax(-w->flux[e], 0.0) + FIRST_PART * most;
        w->dual[e] = copysign(fmin(INSIDE * k, fabs(fall_over(flow, e))), -fall_over(flow, e));
    }
}

// Newton's system of the interior point method; w->held is what y moves by but for F.
static void aim(const jko_flow *flow, jko_i_fv *w, double mu)
{
    const bool hull = is_hull(flow);
    const double k = threshold(flow);
    for (size_t e = 0; e < flow->n; e++) {
        const double r = w->weight[e];
        w->residual[e] = 0.0;
        w->stiffness[e] = -1.0;
        if (r > 0.0) {
            const double f = w->flux[e];
            const double up = k + w->dual[e];
            const double down = k - w->dual[e];
            const double over = hull ? fmax(r * fabs(f) - k, 0.0) : r * fabs(f);
            const double bend = !hull || over > 0.0 ? r : LEAST_STIFFNESS * r;
            const double hold = 1.0 / (w->plus[e] / up + w->minus[e] / down);
            w->held[e] = hold * ((mu / up - mu / down) - f);
            w->residual[e] = copysign(over, f) - fall_over(flow, e) - w->dual[e] - w->held[e];
            w->stiffness[e] = bend + hold;
        }
    }
}

// The changes of F+, F- (into w->trial, w->shared) and y (w->held); how far all can go.
static double find_room(const jko_flow *flow, jko_i_fv *w, double mu)
{
    const double k = threshold(flow);
    double room = 1.0 / BOUNDARY;
    for (size_t e = 0; e < flow->n; e++) {
        if (!(w->weight[e] > 0.0)) {
            continue;
        }
        const double up = k + w->dual[e];
        const double down = k - w->dual[e];
        const double hold = 1.0 / (w->plus[e] / up + w->minus[e] / down);
        const double turn = w->held[e] - hold * w->direction[e];
        const double plus = (mu - w->plus[e] * turn) / up - w->plus[e];
        const double minus = (mu + w->minus[e] * turn) / down - w->minus[e];
        w->trial[e] = plus;
        w->shared[e] = minus;
        w->held[e] = turn;
        room = plus < 0.0 ? fmin(room, -w->plus[e] / plus) : room;
        room = minus < 0.0 ? fmin(room, -w->minus[e] / minus) : room;
        room = turn > 0.0 ? fmin(room, down / turn) : turn < 0.0 ? fmin(room, -up / turn) : room;
    }
    return fmin(BOUNDARY * room, jko_i_fv_room(flow, w));
}

// Go so far; returns the mean of F+ (k + y) and F- (k - y), which mu goes by.
static double go(const jko_flow *flow, jko_i_fv *w, double length)
{
    const double k = threshold(flow);
    double sum = 0.0;
    size_t open = 0;
    for (size_t e = 0; e < flow->n; e++) {
        if (w->weight[e] > 0.0) {
            w->plus[e] += length * w->trial[e];
            w->minus[e] += length * w->shared[e];
            w->dual[e] += length * w->held[e];
            sum += w->plus[e] * (k + w->dual[e]) + w->minus[e] * (k - w->dual[e]);
            open++;
        }
    }
    return 0.5 * sum / (double)open;
}

// The interior point method, from w->flux.
static jko_status from_inside(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double before,
                              double *value, jko_i_solution *solution)
{
    const double k = threshold(flow);
    double best = INFINITY;
    int worse = 0;
    enter(flow, w);
    double mu = 0.0;
    for (size_t e = 0; e < flow->n; e++) {
        mu += 0.5 * k * (w->plus[e] + w->minus[e]) / (double)flow->n;
    }
    for (int step = 0; step < INTERIOR_ITERATIONS; step++) {
        bool proved = false;
        if (done(flow, w, before, *value, solution, &proved)) {
            return JKO_OK;
        }
        // The first gaps may be smaller than those on the way.
        worse = solution->gap < 0.9 * best ? 0 : worse + 1;
        best = step < ON_THE_WAY ? INFINITY : fmin(best, solution->gap);
        if (worse >= INTERIOR_PATIENCE || (proved && worse > 1)) {
            return proved ? JKO_OK : JKO_STALLED;
        }
        const jko_status ticked = jko_i_step_tick(flow, solution->gap);
        if (ticked != JKO_OK) {
            return ticked;
        }
        jko_status status = jko_i_fv_curvature(flow, energy, w);
        if (status < 0) {
            return status;
        }
        aim(flow, w, mu);
        if (!jko_i_fv_solve(flow, w)) {
            return JKO_STALLED;
        }
        const double length = find_room(flow, w, mu);
        const double mean = go(flow, w, length);
        if (!(jko_i_fv_move(flow->n, length, w->direction, w->flux, flow->start, w->trial,
                            w->mass) > 0.0)) {
            return JKO_STALLED;
        }
        mu = mean * (length > LONG ? CENTRED : CAUTIOUS);
        status = take_trial(flow, energy, w, value);
        if (status < 0) {
            return status;
        }
    }
    return JKO_STALLED;
}

jko_status jko_i_fv_kinks(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double before,
                          double value, jko_i_solution *solution)
{
    if (flow->guess != NULL && flow->circle) {
        choose_turn(flow, w);
        const jko_status turned =
            jko_i_energy_eval(flow, energy, flow->mass, &value, flow->variation);
        if (turned < 0) {
            return turned;
        }
    }
    memcpy(w->kept, w->flux, flow->n * sizeof *w->kept);
    jko_status status = by_sets(flow, energy, w, before, &value, solution);
    if (status == JKO_STALLED) {
        // Back to where it began.
        memcpy(w->trial, w->kept, flow->n * sizeof *w->trial);
        (void)jko_i_fv_masses(flow, w->trial, w->mass);
        status = take_trial(flow, energy, w, &value);
        status = status < 0 ? status : from_inside(flow, energy, w, before, &value, solution);
    }
    memcpy(flow->potential, flow->variation, flow->n * sizeof *flow->potential);
    if (status >= 0) {
        bool proved = false;
        (void)done(flow, w, before, value, solution, &proved);
    }
    return status;
}
