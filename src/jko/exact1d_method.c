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
    jko_i_quantile_cells(&work->source, flow->n, flow->start, flow->n, flow->circle);
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
    const bool plain =
        !thin(flow, flow->start) && (flow->guess == NULL || !thin(flow, flow->guess));
    if (plain) {
        status = minimise_plainly(flow, work, energy, &goal, gap, shift);
    }
    if (status == JKO_STALLED || status == JKO_NOT_CONVERGED) {
        const double size = fabs(work->here.energy) + work->here.pairing.value;
        goal.iterations = flow->settings.max_iterations;
        if (!plain || *gap > ROUNDING * size) {
            status = unmix(flow, work, energy, goal, gap, shift);
        }
    }
    return status;
}

// The start itself, if that is the answer.
static bool stay(jko_flow *flow, jko_i_exact1d *work, double before, jko_i_solution *solution)
{
    if (!isfinite(before) || !jko_i_exact1d_rests(flow, work)) {
        return false;
    }
    memcpy(flow->mass, flow->start, flow->n * sizeof *flow->mass);
    memcpy(flow->potential, flow->variation, flow->n * sizeof *flow->potential);
    solution->energy = before;
    return true;
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
    jko_i_exact1d_set_cost(flow, work, kinked ? FIRST_WIDTH : 0.0);
    goal.smoothed = kinked;
    if (kinked) {
        const jko_status status =
            jko_i_energy_eval(flow, energy, flow->start, &before, flow->variation);
        if (status < 0) {
            return status;
        }
        if (stay(flow, work, before, solution)) {
            return JKO_LOCKED;
        }
        goal.before = before;
    }
    jko_status status = minimise(flow, work, energy, goal, &solution->gap, &shift);
    if (kinked && (status == JKO_OK || status == JKO_STALLED || status == JKO_NOT_CONVERGED)) {
        goal.smoothed = false;
        status =
            jko_i_exact1d_sharpen(flow, work, energy, FIRST_WIDTH, &goal, &solution->gap, &shift);
    }
    if (status < 0) {
        return status;
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

const jko_i_density_method jko_i_exact1d_method = {
    .create = create, .free = release, .solve = solve};
