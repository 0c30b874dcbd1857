// SPDX-License-Identifier: BSD-3-Clause
/*
 * The Legendre transform of the energy, in closed form.
 *
 * On phi < 0, with T = power mean of exponent b = s/(1-s) of log(v_i / -phi_i) for s < 1, and
 * T = max_i of log( (h v_i)^(1/s) / (h (-phi_i)) ) + log h for s >= 1 (mass in one sector):
 *
 *     log:    E* = -offset + c log c - c + c (T)
 *     level:  E* = (c (1-theta)/theta) X_1 exp( (theta/(1-theta)) (log c + log X_1 + T) )
 *             theta = 1: 0 where log c + log X_1 + T <= 0, else +inf
 *
 * +inf when some phi_i > 0, and for 0 <= s when some phi_i = 0; for s < 0 when all are. O(n).
 * Source: docs/theory.md, section 5.
 */
#include "economy/callbacks.h"

#include "economy/economy.h"
#include "economy/linear_log.h"
#include "economy/mean.h"

#include <float.h>

static double log_ratio(const jko_economy *economy, const double *phi, size_t i)
{
    return economy->log_share[i] - log(-phi[i]); // +inf for phi = 0
}

static bool any_positive(size_t n, const double *phi)
{
    for (size_t i = 0; i < n; i++) {
        if (phi[i] > 0.0) {
            return true;
        }
    }
    return false;
}

/* T for s >= 1: all mass m in sector i has U = log m - log h + (log h + log v_i)/s. */
static double best_sector(const jko_economy *economy, const double *phi)
{
    double top = -INFINITY;
    for (size_t i = 0; i < economy->n; i++) {
        const double t = (economy->log_share[i] + economy->log_cell) / economy->s -
                         economy->log_cell - log(-phi[i]);
        if (isnan(t)) {
            return t;
        }
        top = fmax(top, t);
    }
    return top;
}

int jko_i_economy_conjugate_log(void *user, size_t n, const double *phi, double *value)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    if (any_positive(n, phi)) {
        *value = INFINITY;
        return 0;
    }
    const double s = economy->s;
    const double t = s < 1.0 ? jko_i_power_mean(economy, s / (1.0 - s), log_ratio, phi)
                             : best_sector(economy, phi);
    *value = -economy->offset + economy->c * (log(economy->c) - 1.0 + t);
    return 0;
}

int jko_i_economy_conjugate_level(void *user, size_t n, const double *phi, double *value)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    if (any_positive(n, phi)) {
        *value = INFINITY;
        return 0;
    }
    const double b = economy->s / (1.0 - economy->s); // s < 1 in this scaling
    const double log_c = log(economy->c);
    const double t = jko_i_power_mean(economy, b, log_ratio, phi);
    const double rest = 1.0 - form->returns;
    const double excess = log_c + form->log_unit + t;
    if (rest > 0.0) {
        *value =
            exp(log_c + log(rest / form->returns) + form->log_unit + form->returns / rest * excess);
        return 0;
    }
    // The variation of E itself lies on the edge of the domain: rounding must not throw it out.
    const double rounding = 16.0 * DBL_EPSILON * (fabs(log_c) + fabs(form->log_unit) + fabs(t));
    if (isfinite(t)) {
        *value = excess <= rounding ? 0.0 : INFINITY;
    } else {
        *value = t == -INFINITY ? 0.0 : t;
    }
    return 0;
}
