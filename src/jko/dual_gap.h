// SPDX-License-Identifier: BSD-3-Clause
/* A bound on what masses lose against the minimum of a step, from the derivative of its cost.
   Internal. */
#ifndef JKO_SRC_JKO_DUAL_GAP_H
#define JKO_SRC_JKO_DUAL_GAP_H

#include <jko/energy.h>
#include <stdint.h>

typedef struct jko_i_dual_gap {
    double gap;         // the smaller bound, >= 0, possibly +inf
    double first_order; // sum m (g - min g), g = pull + variation
    double shift;       // t of the bound by the conjugate, phi = t - pull
    int64_t evaluations;
    int callback_error; // what a callback returned, after JKO_ERR_CALLBACK
} jko_i_dual_gap;

/*
 * Bound E + T at mass less its minimum over masses of the same total: E convex, of the value and
 * variation given (variation may be -inf where mass is 0), T convex of derivative pull [n] there.
 * Stops looking for a better bound once it is at most `enough`. scratch [n].
 */
jko_status jko_i_dual_gap_find(const jko_energy *energy, size_t n, const double *mass, double value,
                               const double *variation, const double *pull, double enough,
                               double *scratch, jko_i_dual_gap *out);

#endif
