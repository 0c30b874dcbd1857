// SPDX-License-Identifier: BSD-3-Clause
/*
 * One step of the interior point method along Newton's direction, as far as is safe.
 *
 * P goes 99 % of the way to its boundary at most, and no column loses more than nine tenths of
 * its mass, since e ~ 1/m explodes there. Along the direction the barrier problem
 *
 *     phi(alpha) = <c, P> + E(m) - mu sum_ij a_i log P_ij
 *
 * is convex and begins downhill, so P is cut back while phi climbs: only its slope is needed, no
 * value, and a slope does not drown in the digits of E. S takes its own step, and what S then
 * differs from c + e - f is Newton's to mend. Rows are rescaled to a, which keeps round-off from
 * building up.
 *
 * Source: Forsgren, Gill and Wright, SIAM Review 44 (2002), for the merit function.
 */
#include "exact.h"

#include "base/status.h"
#include "measure/cost.h"

#include <math.h>

#define TO_BOUNDARY 0.99 // share of the way to the boundary
#define LEAST_SHARE 0.1  // m keeps at least this share of itself
#define HALVINGS 12      // of a step that climbs
#define FLAT 0.1         // a climb of this share of the first slope is let go

static double longest(size_t count, const double *value, const double *change)
{
    double alpha = 1.0;
    for (size_t k = 0; k < count; k++) {
        if (change[k] < 0.0) {
            alpha = fmin(alpha, -TO_BOUNDARY * value[k] / change[k]);
        }
    }
    return alpha;
}

static double longest_of_masses(const jko_i_exact *work)
{
    double alpha = 1.0;
    for (size_t j = 0; j < work->n; j++) {
        if (work->dm[j] < 0.0) {
            alpha = fmin(alpha, -(1.0 - LEAST_SHARE) * work->m[j] / work->dm[j]);
        }
    }
    return alpha;
}

// phi'(alpha). f is subtracted, which the rows of dP, summing to 0, allow: nothing cancels then.
static jko_status slope(jko_flow *flow, const jko_energy *energy, double alpha, double mu,
                        double *result)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    double value = 0.0;
    for (size_t j = 0; j < n; j++) {
        work->target[j] = work->m[j] + alpha * work->dm[j];
    }
    const jko_status status = jko_i_energy_eval(flow, energy, work->target, &value, work->trial_e);
    if (status < 0) {
        return status;
    }
    *result = 0.0;
    for (size_t k = 0; k < work->rows; k++) {
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        const double *plan = work->plan + k * n;
        const double *dplan = work->dplan + k * n;
        const double barrier = mu * flow->start[work->source[k]];
        double part = 0.0;
        for (size_t j = 0; j < n; j++) {
            const double p = plan[j] + alpha * dplan[j];
            part += dplan[j] * (c[j] + work->trial_e[j] - work->f[k] - barrier / p);
        }
        *result += part;
    }
    return JKO_OK;
}

// Take a step of alpha in P and of beta in f and S; false if a row is lost.
static bool take(jko_flow *flow, double alpha, double beta)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    for (size_t k = 0; k < work->rows; k++) {
        double *plan = work->plan + k * n;
        double *slack = work->slack + k * n;
        double sum = 0.0;
        work->f[k] += beta * work->df[k];
        for (size_t j = 0; j < n; j++) {
            plan[j] += alpha * work->dplan[k * n + j];
            slack[j] += beta * work->dslack[k * n + j];
            sum += plan[j];
        }
        const double scale = flow->start[work->source[k]] / sum;
        if (!isfinite(scale)) {
            return false;
        }
        for (size_t j = 0; j < n; j++) {
            plan[j] *= scale;
        }
    }
    return true;
}

jko_status jko_i_exact_advance(jko_flow *flow, const jko_energy *energy, double mu, double *step)
{
    jko_i_exact *work = flow->exact;
    const size_t arcs = work->rows * work->n;
    const double beta = longest(arcs, work->slack, work->dslack);
    double alpha = fmin(longest(arcs, work->plan, work->dplan), longest_of_masses(work));
    double first = 0.0;
    double last = 0.0;
    jko_status status = slope(flow, energy, 0.0, mu, &first);
    for (int k = 0; status >= 0 && k < HALVINGS; k++) {
        status = slope(flow, energy, alpha, mu, &last);
        if (last <= FLAT * fabs(first)) {
            break;
        }
        alpha *= 0.5;
    }
    if (status < 0) {
        return status;
    }
    if (!take(flow, alpha, beta)) {
        return jko_i_fail(JKO_ERR_NUMERIC, "the exact step left the range of double");
    }
    *step = fmin(alpha, beta);
    double value = 0.0;
    jko_i_exact_columns(work, work->plan, work->m);
    return jko_i_energy_eval(flow, energy, work->m, &value, work->e);
}
