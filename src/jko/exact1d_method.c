// SPDX-License-Identifier: BSD-3-Clause
/*
 * The exact step between densities as a method of flows: where it starts, and what it reports.
 *
 * Cells that are empty, or nearly so, make the quantile of the start jump, and Newton's method slow.
 * The start is then mixed with the even density, whose share is lowered to 0, each answer
 * being the next one's first guess.
 */
#include "jko/exact1d.h"

#include "base/status.h"
#include "base/sum.h"

#include <math.h>
#include <string.h>

#define THIN 1e-3          // of the mean mass: cells below it call for mixing
#define FIRST_SHARE 0.1    // of the even density
#define LOWER_SHARE 0.1    // at a time
#define LAST_SHARE 1e-14   // then 0
#define SHARE_GAP 2e-3     // gap asked for on the way, of the share times the objective's size
#define SHARE_ITERATIONS 6 // on the way
#define PLAIN_ITERATIONS 60
#define FIRST_WIDTH 1.0 // smoothing of a kink of the cost
#define FAST 0.1        // by which it is lowered at a time
#define SLOW 0.3        //
#define ROUNDING 1e-12  // of the objective's size: a gap up to it is no reason to start again

static void *create(const jko_flow *flow)
{
    return jko_i_exact1d_create(flow->n, flow->circle, flow->cell,
                                flow->energy.hessian_parts == NULL);
}

static void release(void *work)
{
    jko_i_exact1d_free(work);
}

static double mixed(const jko_flow *flow, double total, double share, size_t j)
{
    return (1.0 - share) * flow->start[j] + share * (total / (double)flow->n);
}

// Minimise from the start mixed with the even density, the share of it going to 0.
static jko_status unmix(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                        jko_i_exact1d_goal goal, double *gap, double *shift)
{
    const double total = jko_i_sum_array(flow->n, flow->start);
    double share = FIRST_SHARE;
    work->here.offset = (jko_i_sum){0.0, 0.0};
    memset(work->here.low, 0, flow->n * sizeof *work->here.low);
    for (size_t j = 0; j < flow->n; j++) {
        work->here.p[j] = mixed(flow, total, share, j);
    }
    for (;; share *= LOWER_SHARE) {
        share = share < LAST_SHARE ? 0.0 : share;
        for (size_t j = 0; j < flow->n; j++) {
            work->there.p[j] = mixed(flow, total, share, j);
        }
        jko_i_quantile_cells(&work->source, flow->n, work->there.p, flow->n, flow->circle);
        if (share == 0.0) {
            return jko_i_exact1d_minimise(flow, work, energy, &goal, gap, shift);
        }
        const double size = fabs(work->here.energy) + work->here.pairing.value;
        const jko_i_exact1d_goal loose = {.before = INFINITY,
                                          .absolute = share * SHARE_GAP * size,
                                          .iterations = SHARE_ITERATIONS};
        const jko_status status = jko_i_exact1d_minimise(flow, work, energy, &loose, gap, shift);
        if (status < 0 || status == JKO_CANCELLED || status == JKO_TIME_LIMIT) {
            return status;
        }
    }
}

// From the guess, or from the start itself.
static jko_status minimise_plainly(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                   const jko_i_exact1d_goal *goal, double *gap, double *shift)
{
    const double *from = flow->guess != NULL ? flow->guess : flow->start;
    memcpy(work->here.p, from, flow->n * sizeof *from);
    memset(work->here.low, 0, flow->n * sizeof *work->here.low);
    work->here.offset = (jko_i_sum){0.0, 0.0};
    if (!work->extrapolated) {
        jko_i_quantile_cells(&work->source, flow->n, flow->start, flow->n, flow->circle);
    }
    return jko_i_exact1d_minimise(flow, work, energy, goal, gap, shift);
}

static bool thin(const jko_flow *flow, const double *mass)
{
    const double mean = jko_i_sum_array(flow->n, mass) / (double)flow->n;
    for (size_t j = 0; j < flow->n; j++) {
        if (!(mass[j] >= THIN * mean)) {
            return true;
        }
    }
    return false;
}

// With the cost in work->cost, from the start or the guess.
static jko_status minimise(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                           jko_i_exact1d_goal goal, double *gap, double *shift)
{
    jko_status status = JKO_STALLED;
    const bool thick =
        !thin(flow, flow->start) && (flow->guess == NULL || !thin(flow, flow->guess));
    const bool plain = thick || work->extrapolated;
    if (plain) {
        status = minimise_plainly(flow, work, energy, &goal, gap, shift);
    }
    if (status == JKO_STALLED || status == JKO_NOT_CONVERGED) {
        const double size = fabs(work->here.energy) + work->here.pairing.value;
        goal.iterations = flow->settings.max_iterations;
        if (work->extrapolated) {
            return status; // no such path to its quantile
        }
        if (!plain || *gap > ROUNDING * size) {
            status = unmix(flow, work, energy, goal, gap, shift);
        }
    }
    return status;
}

// Report the start as the answer.
static jko_status stay(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution)
{
    memcpy(flow->mass, flow->start, flow->n * sizeof *flow->mass);
    solution->step_cost = solution->transport_cost = 0.0;
    const jko_status status =
        jko_i_energy_eval(flow, energy, flow->mass, &solution->energy, flow->variation);
    memcpy(flow->potential, flow->variation, flow->n * sizeof *flow->potential);
    return status < 0 ? status : JKO_LOCKED;
}

static jko_status solve(jko_flow *flow, const jko_energy *energy, double before,
                        jko_i_solution *solution)
{
    jko_i_exact1d *work = flow->density;
    jko_i_exact1d_goal goal = {.before = before,
                               .relative = flow->settings.tolerance,
                               .absolute = flow->settings.absolute_tolerance,
                               .iterations = PLAIN_ITERATIONS};
    double shift = NAN;
    const bool kinked = flow->settings.reallocation != JKO_REALLOCATION_NONE &&
                        flow->settings.reallocation_cost > 0.0;
    jko_status status = JKO_STALLED;
    if (!kinked) {
        jko_i_exact1d_set_cost(flow, work, 0.0);
        status = minimise(flow, work, energy, goal, &solution->gap, &shift);
    }
    // Slower where the fast way to the kink gets stuck.
    for (int k = 0; kinked && (status == JKO_STALLED || status == JKO_NOT_CONVERGED) && k < 2;
         k++) {
        jko_i_exact1d_set_cost(flow, work, FIRST_WIDTH);
        goal.smoothed = true;
        status = minimise(flow, work, energy, goal, &solution->gap, &shift);
        if (status == JKO_OK || status == JKO_STALLED || status == JKO_NOT_CONVERGED) {
            goal.smoothed = false;
            status = jko_i_exact1d_sharpen(flow, work, energy, FIRST_WIDTH, k == 0 ? FAST : SLOW,
                                           &goal, &solution->gap, &shift);
        }
    }
    work->extrapolated = false;
    if (status < 0) {
        return status;
    }
    if (status == JKO_LOCKED) {
        return stay(flow, energy, solution);
    }
    const jko_i_exact1d_point *at = &work->here;
    // Newton's changes add up to 0 but for rounding, which whole runs must not collect.
    const double scale = jko_i_sum_array(flow->n, flow->start) / jko_i_sum_array(flow->n, at->p);
    for (size_t j = 0; j < flow->n; j++) {
        flow->mass[j] = scale * at->p[j];
    }
    memcpy(flow->variation, at->e, flow->n * sizeof *flow->variation);
    for (size_t j = 0; j < flow->n; j++) {
        flow->potential[j] = shift - at->pull[j];
    }
    solution->energy = at->energy;
    solution->step_cost = work->value;
    solution->transport_cost = work->cell * work->cell * at->pairing.square;
    return status;
}

/* The quantile X of the state goes on as it came: X + weight (X - Q), Q that of the state before,
   under the best rotation. Refused where that is not monotone, and with costs of reallocation. */
static jko_status begin_second_order(jko_flow *flow, const double *now, const double *before,
                                     double weight, bool *good)
{
    jko_i_exact1d *work = flow->density;
    const size_t n = flow->n;
    const jko_i_bent_cost cost = jko_i_plain_cost(2.0);
    jko_i_rotation *rotation = &work->rotation;
    *good = false;
    if (flow->settings.reallocation != JKO_REALLOCATION_NONE) {
        return JKO_OK;
    }
    memcpy(flow->start, now, n * sizeof *now);
    jko_i_quantile_cells(&work->behind, n, before, n, flow->circle);
    rotation->offset = 0.0;
    jko_i_rotation_find(&work->behind, &cost, n, now, rotation);
    rotation->pairing.beyond = &work->source;
    rotation->pairing.weight = weight;
    jko_i_pair(&work->behind, &cost, n, now, NULL, (jko_i_sum){rotation->offset, 0.0},
               &rotation->pairing);
    rotation->pairing.beyond = NULL;
    *good = work->extrapolated = jko_i_quantile_rises(&work->source);
    return JKO_OK;
}

const jko_i_density_method jko_i_exact1d_method = {
    .create = create,
    .free = release,
    .solve = solve,
    .reallocates = true,
    .begin_second_order = begin_second_order,
};
