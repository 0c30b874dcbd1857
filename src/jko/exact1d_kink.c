// SPDX-License-Identifier: BSD-3-Clause
/*
 * Costs of reallocation that have a kink where nothing moves: k d, or the hull of a fixed cost.
 *
 * The kink is smoothed from below over displacements of less than `width`. A lower bound of the
 * smoothed problem bounds the true one, so the gap of masses p is that of the smoothed problem and
 * what smoothing took from the cost of p. As width goes to 0 so does the second part, at most k
 * width / 2 times the mass that moves. Where nothing moves the smoothed answer has displacements in
 * proportion to width: they are scaled for the next one's first guess. They become far smaller
 * than masses can tell, which is why the iterate has a low part.
 *
 * Source: docs/theory.md, sections "Costs of reallocation" and "The step between densities".
 */
#include "jko/exact1d.h"

#include "jko/dual_gap.h"

#include <math.h>
#include <string.h>

#define STEEPER 1.001  // than the cost allows: worth a look
#define LEAST 1e-15    // of the first width
#define STAGE_GAP 1e-2 // of what smoothing may take: asked for on the way
#define STAGE_STEPS 60 // on the way
#define LAST_STEPS 200 //

void jko_i_exact1d_set_cost(const jko_flow *flow, jko_i_exact1d *work, double share)
{
    const double tau = flow->cost_tau;
    const double k = flow->settings.reallocation_cost;
    const double slope = work->cell * work->cell / tau;
    const double kink = work->cell * k;
    const double width = share * (k * tau / work->cell); // where d^2/(2 tau) bends into k d
    if (!(share > 0.0)) {
        work->cost = work->exact = jko_i_plain_cost(slope);
    } else if (flow->settings.reallocation == JKO_REALLOCATION_SOFT) {
        work->cost = jko_i_kinked_cost(slope, kink, width);
        work->exact = jko_i_kinked_cost(slope, kink, 0.0);
    } else {
        work->cost = jko_i_hull_cost(slope, kink, fmin(width, 0.5 * kink / slope));
        work->exact = jko_i_hull_cost(slope, kink, 0.0);
    }
}

/*
 * Whether not moving is optimal: the potential of the iterate, where its slope is at most k, is one of
 * not moving too, and may prove that. JKO_LOCKED if its gap is nothing to the goal, else JKO_OK.
 */
static jko_status try_rest(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                           const jko_i_exact1d_goal *goal, double *gap)
{
    const double steepest = jko_i_bent_derivative(&work->cost, work->here.pairing.farthest);
    jko_i_dual_gap dual;
    double before = 0.0;
    if (!isfinite(goal->before) || steepest > work->exact.base[1]) {
        return JKO_OK;
    }
    jko_i_pair_potential(work->n, &work->here.pairing, work->here.pull);
    jko_status status = jko_i_energy_eval(flow, energy, flow->start, &before, flow->variation);
    if (status < 0) {
        return status;
    }
    status = jko_i_dual_gap_find(energy, work->n, flow->start, before, flow->variation,
                                 work->here.pull, 0.0, work->scratch, &dual);
    flow->callback_error = dual.callback_error;
    if (status < 0 || !(dual.gap <= goal->absolute)) {
        return status;
    }
    *gap = dual.gap;
    return JKO_LOCKED;
}

// Scale the displacements of edges within width by a factor.
static void shrink(const jko_flow *flow, jko_i_exact1d *work, double width, double factor)
{
    jko_i_exact1d_point *at = &work->here;
    const size_t n = work->n;
    double *move = work->move; // of the mass left of each edge
    for (size_t j = 0; j < n; j++) {
        const double rho = at->pairing.shift[j];
        const size_t left = j == 0 ? n - 1 : j - 1;
        const double source = flow->start[rho > 0.0 ? left : j];
        const bool moves = j >= work->first && fabs(rho) < width;
        move[j] = moves ? (1.0 - factor) * rho * source : 0.0;
    }
    for (size_t j = 0; j < n; j++) {
        const double change = (j + 1 < n ? move[j + 1] : work->circle ? move[0] : 0.0) - move[j];
        if (!(fabs(change) < 0.1 * at->p[j])) {
            return;
        }
    }
    for (size_t j = 0; j < n; j++) {
        const double ahead = j + 1 < n ? move[j + 1] : work->circle ? move[0] : 0.0;
        jko_i_exact1d_add(at->p[j], at->low[j], ahead - move[j], &at->p[j], &at->low[j]);
    }
    jko_i_sum_add(&at->offset, move[0]);
}

jko_status jko_i_exact1d_sharpen(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                 double share, double lower, const jko_i_exact1d_goal *goal,
                                 double *gap, double *shift)
{
    const double total = jko_i_sum_value(&work->source.total);
    jko_status status = try_rest(flow, work, energy, goal, gap);
    while (status != JKO_LOCKED && status >= 0 && share >= LEAST) {
        const double width = work->cost.at[0];
        share *= lower;
        jko_i_exact1d_set_cost(flow, work, share);
        shrink(flow, work, width, lower);
        // What smoothing may take at most: once it is nothing to the goal, this is the last one.
        const double loss = 0.5 * work->exact.base[1] * work->cost.at[0] * total;
        const double released = fmax(goal->before - work->here.energy, 0.0);
        const double allowed =
            fmax(goal->relative * (isfinite(released) ? released : work->value), goal->absolute);
        jko_i_exact1d_goal next = *goal;
        const bool last = loss <= 0.1 * allowed;
        if (!last) {
            next = (jko_i_exact1d_goal){.before = NAN,
                                        .absolute = fmax(STAGE_GAP * loss, goal->absolute),
                                        .iterations = STAGE_STEPS,
                                        .smoothed = true};
        } else {
            next.iterations = LAST_STEPS;
        }
        status = jko_i_exact1d_minimise(flow, work, energy, &next, gap, shift);
        if (last || status < 0 || status == JKO_CANCELLED || status == JKO_TIME_LIMIT) {
            break;
        }
        status = try_rest(flow, work, energy, goal, gap);
    }
    return status;
}
