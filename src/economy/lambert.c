// SPDX-License-Identifier: BSD-3-Clause
/*
 * Lambert's W of exp(l), from the log of its argument.
 *
 * Two steps of a fourth-order iteration for W + log W = l, from l - log l for l > 1 and
 * e^l/(1 + e^l) below: one step leaves 1.3e-4, two steps rounding. For l <= 1 the residual is
 * log(e^l / W) - W, which does not cancel as l - log W does.
 * Source: Fritsch, Shafer and Crowley, CACM algorithm 443 (1973); Corless et al. (1996).
 */
#include "economy/lambert.h"

#include <math.h>

// Below this W = e^l (1 - e^l + ...) is e^l to rounding.
#define TINY (-37.0)
// Above this W = l - log W is l - log l to rounding, and so is l - log(l - log l).
#define HUGE_L 1e18

double jko_i_lambert_exp(double l)
{
    if (l < TINY) {
        return exp(l);
    }
    if (!(l <= HUGE_L)) {
        return l; // NaN too
    }
    const double e = l > 1.0 ? 0.0 : exp(l);
    double w = l > 1.0 ? l - log(l) : e / (1.0 + e);
    for (int step = 0; step < 2; step++) {
        const double z = (l > 1.0 ? l - log(w) : log(e / w)) - w;
        const double t = 2.0 * (1.0 + w) * (1.0 + w + 2.0 * z / 3.0);
        w += w * (z / (1.0 + w)) * (t - z) / (t - 2.0 * z);
    }
    return w;
}
