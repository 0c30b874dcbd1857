// SPDX-License-Identifier: BSD-3-Clause
/*
 * The local step of an energy that is not convex: majorise and minimise.
 *
 * The energy hands over a convex majorant that touches it at the present masses. The step of the
 * majorant is a convex problem, solved and certified like any other; its answer is where the next
 * majorant touches. The objective never rises. What is promised at the end is a stationary point,
 *
 *     R = sum_ij P_ij (c_ij + e_j) - sum_i a_i min_j (c_ij + e_j) ~ 0,   e = dE/dm at the answer,
 *
 * no global bound. A cell that the step emptied stays empty.
 *
 * Source: Yuille and Rangarajan (2003), the concave-convex procedure; docs/theory.md.
 */
#include "step.h"

#include "base/status.h"

#include <math.h>
#include <string.h>

// The outer iteration converges linearly, so R is asked for at this multiple of the tolerance.
#define STATIONARITY_FACTOR 1e3
// Outer iterations without any decrease of the objective that count as round-off.
#define PATIENCE 3

static double objective_of(const jko_flow *flow, const jko_i_solution *solution)
{
    if (flow->debiased != NULL) {
        return solution->energy + solution->divergence;
    }
    const double entropy = flow->entropic != NULL ? flow->epsilon * solution->entropy : 0.0;
    return solution->step_cost + solution->energy + entropy;
}

// Minimise the majorant at flow->anchor, then look at the energy itself.
static jko_status improve(jko_flow *flow, double before, jko_i_solution *solution,
                          double *stationarity)
{
    jko_energy convex = {.struct_size = sizeof convex};
    const int code =
        flow->energy.majorant(flow->energy.user, flow->n, flow->anchor, flow->majorant, &convex);
    if (code != 0) {
        flow->callback_error = code;
        return jko_i_fail(JKO_ERR_CALLBACK, "the energy's majorant callback returned %d", code);
    }
    const jko_status status = jko_i_step_solve(flow, &convex, before, solution);
    if (status < 0) {
        return status;
    }
    flow->warm = true;
    const jko_status looked =
        jko_i_energy_eval(flow, &flow->energy, flow->mass, &solution->energy, flow->variation);
    if (looked < 0) {
        return looked;
    }
    if (flow->exact != NULL) {
        // The potential that a caller gets is the energy's own variation, not the majorant's.
        memcpy(flow->potential, flow->variation, flow->n * sizeof *flow->potential);
    }
    *stationarity = flow->exact != NULL      ? jko_i_exact_stationarity(flow, flow->variation)
                    : flow->debiased != NULL ? jko_i_debiased_stationarity(flow, flow->variation)
                                             : jko_i_entropic_stationarity(flow, flow->variation);
    return status;
}

jko_status jko_i_local_solve(jko_flow *flow, double before, jko_i_solution *solution,
                             double *stationarity, int64_t *outer)
{
    double last = INFINITY;
    int idle = 0;
    memcpy(flow->anchor, flow->start, flow->n * sizeof *flow->anchor);
    for (*outer = 1;; (*outer)++) {
        const jko_status status = improve(flow, before, solution, stationarity);
        if (status < 0) {
            return status;
        }
        solution->gap = NAN;
        const double wanted =
            STATIONARITY_FACTOR *
            jko_i_step_tolerance(flow, before, solution->energy, solution->step_cost);
        if (*stationarity <= wanted) {
            return JKO_LOCAL;
        }
        if (status == JKO_CANCELLED || status == JKO_TIME_LIMIT || status == JKO_NOT_CONVERGED) {
            return status;
        }
        const double objective = objective_of(flow, solution);
        idle = objective < last ? 0 : idle + 1;
        if (idle >= PATIENCE) {
            return JKO_STALLED;
        }
        last = fmin(last, objective);
        memcpy(flow->anchor, flow->mass, flow->n * sizeof *flow->anchor);
    }
}
