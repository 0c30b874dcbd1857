// SPDX-License-Identifier: BSD-3-Clause
/*
 * The cost of a step per unit of mass: d^2 / (2 tau) and what reallocation adds to it.
 *
 *     none  D / (2 tau)                  hull  a d if d <= a tau, else D / (2 tau) + a^2 tau / 2
 *     soft  D / (2 tau) + k d            hard  D / (2 tau) + k0 tau if d > 0
 *
 * D is the ground cost, d = sqrt(D). soft is the cost per unit time v^2/2 + k |v|, hard is
 * v^2/2 + k0 if v != 0, hull the convex hull of hard. Equations (28) to (31) of docs/theory.md.
 */
#include "step.h"

#include "measure/cost.h"

#include <math.h>

double jko_i_step_cost_entry(const jko_flow_settings *settings, double d2, double tau)
{
    const double plain = d2 / (2.0 * tau);
    const double k = settings->reallocation_cost;
    switch (settings->reallocation) {
    case JKO_REALLOCATION_SOFT:
        return plain + k * sqrt(d2);
    case JKO_REALLOCATION_HULL: {
        const double d = sqrt(d2);
        return d <= k * tau ? k * d : plain + 0.5 * k * k * tau;
    }
    case JKO_REALLOCATION_HARD:
        return d2 > 0.0 ? plain + k * tau : 0.0;
    case JKO_REALLOCATION_NONE:
    default:
        return plain;
    }
}

void jko_i_step_cost_update(jko_flow *flow, double tau)
{
    if (flow->cost_tau == tau) {
        return;
    }
    const size_t count = jko_i_cost_storage_length(flow->ground);
    for (size_t k = 0; k < count; k++) {
        flow->cost->storage[k] =
            jko_i_step_cost_entry(&flow->settings, flow->ground->storage[k], tau);
    }
    flow->cost->max = jko_i_step_cost_entry(&flow->settings, flow->ground->max, tau);
    flow->cost->min = jko_i_step_cost_entry(&flow->settings, flow->ground->min, tau);
    flow->cost_tau = tau;
}
