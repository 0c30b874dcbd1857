// SPDX-License-Identifier: BSD-3-Clause
/*
 * The KL prox of the energy for s < 1: one Lambert W a sector and one scalar equation.
 *
 * Stationarity of E(m) + eps KL(m | r) says log(m_i / r_i) = y_i with y_i = (c/eps) K g_i. For
 * given U it is solved sector by sector, with rho = r / h and W = (1 - s) y:
 *
 *     W + log W = l,   l = log(1-s) + log(c/eps) + log_unit + log v_i + (returns - s) U
 *                          - (1-s) log rho_i,      log mu_i = log rho_i + W_i / (1-s)
 *
 * and U is the root of
 *
 *     G(U) = U - power mean(log mu(U)),   G' = 1 + ((s - returns)/(1-s)) mean of W/(1 + W)
 *
 * (weights v_i mu_i^s). G' lies between 1 and (1 - returns)/(1 - s), so G increases; it is
 * continuous at s = 0, where it does not depend on U. Everything is in logs: nothing overflows.
 * The start is exact when the y_i are all alike. O(n) an iteration, 2 to 4 iterations.
 * Source: numerics after Peyre (2015) and Chizat, Peyre, Schmitzer and Vialard (2018).
 */
#include "economy/callbacks.h"

#include "economy/economy.h"
#include "economy/lambert.h"
#include "economy/linear_log.h"
#include "economy/mean.h"
#include "economy/root.h"

#include <string.h>

// exp of more than this is not finite.
#define LARGEST_EXPONENT 700.0

typedef struct prox {
    const jko_i_form *form;
    const double *log_r;
    double *log_mu;  // the output array; log masses only at the end
    double constant; // log(1-s) + log(c/eps) + log_unit
} prox;

static double log_density_of_log(const jko_economy *economy, const double *log_r, size_t i)
{
    return log_r[i] - economy->log_cell;
}

/* Densities that belong to a given U. */
static void respond(const prox *p, double u)
{
    const jko_economy *economy = p->form->economy;
    const double d = 1.0 - economy->s;
    const double shift = p->constant + jko_i_times(p->form->returns - economy->s, u);
    for (size_t i = 0; i < economy->n; i++) {
        const double log_rho = log_density_of_log(economy, p->log_r, i);
        p->log_mu[i] = log_rho;
        if (log_rho > -INFINITY) {
            const double l = shift + economy->log_share[i] - d * log_rho;
            p->log_mu[i] += jko_i_lambert_exp(l) / d;
        }
    }
}

/* G(U); log_mu is left at the densities that belong to U. */
static double residual(void *context, double u, double *slope)
{
    const prox *p = context;
    const jko_economy *economy = p->form->economy;
    respond(p, u);
    const double mean = jko_i_power_mean(economy, economy->s, jko_i_plain, p->log_mu);
    double ratio = 0.0; // mean of W/(1+W)
    for (size_t i = 0; i < economy->n; i++) {
        if (p->log_mu[i] > -INFINITY) {
            const double log_rho = log_density_of_log(economy, p->log_r, i);
            const double w = (1.0 - economy->s) * (p->log_mu[i] - log_rho);
            ratio += economy->share[i] * exp(economy->s * (p->log_mu[i] - mean)) * w / (1.0 + w);
        }
    }
    *slope = 1.0 + (economy->s - p->form->returns) / (1.0 - economy->s) * ratio;
    return u - mean;
}

/* U if all y were one Y: then sum m y = (c/eps) K gives Y e^((1-returns) Y) = (c/eps) K_r / R for
   K at r, R = sum r. */
static double guess(const prox *p, double log_strength, double u_of_r)
{
    const jko_i_form *form = p->form;
    const double log_total = jko_i_log_sum(form->economy->n, p->log_r, NULL);
    const double a = log_strength + form->log_unit + form->returns * u_of_r - log_total;
    const double t = 1.0 - form->returns;
    if (t > 0.0) {
        return u_of_r + jko_i_lambert_exp(log(t) + a) / t;
    }
    return u_of_r + exp(fmin(a, LARGEST_EXPONENT));
}

int jko_i_economy_prox(void *user, size_t n, const double *log_r, double eps, double *log_m)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double log_strength = log(economy->c) - log(eps);
    prox p = {.form = form, .log_r = log_r, .log_mu = log_m};
    p.constant = log1p(-economy->s) + log_strength + form->log_unit;

    const double u = jko_i_power_mean(economy, economy->s, log_density_of_log, log_r);
    if (u == -INFINITY && economy->s != 0.0) {
        // s < 0 with an empty sector, s > 0 without mass: E is the same at every m; r is nearest.
        memcpy(log_m, log_r, n * sizeof *log_r);
        return 0;
    }
    if (form->returns == economy->s) {
        respond(&p, 0.0); // sectors do not depend on one another
    } else if (!jko_i_root(residual, &p, guess(&p, log_strength, u))) {
        return JKO_I_NO_ANSWER;
    }
    for (size_t i = 0; i < n; i++) {
        log_m[i] += economy->log_cell;
    }
    return 0;
}

int jko_i_economy_prox_linear(void *user, size_t n, const double *log_r, double eps, double *log_m)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    // E = -c log( sum v_i m_i ) up to a constant.
    return jko_i_linear_log_prox(economy->c, n, economy->log_share, log_r, eps, log_m)
               ? 0
               : JKO_I_NO_ANSWER;
}
