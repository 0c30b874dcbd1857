// SPDX-License-Identifier: BSD-3-Clause
/*
 * Value, first variation and Hessian product of the energy, in both scalings.
 *
 *     log:    E = offset - c U             dE/dm = -c K g
 *     level:  E = -(c/theta) K             K = exp(log_unit + returns U), 1 for log
 *     H v = c K [ (1 - s) g v / m + (s - returns) (g.v) g ]
 *         = -(1 - s) e v / m + (s - returns) / (c K) (e.v) e,    e = dE/dm, m.e = -c K
 *
 * g is computed again where it is needed: the economy is shared, and there is no memory to keep it
 * in. O(n).
 */
#include "economy/callbacks.h"

#include "base/sum.h"
#include "economy/economy.h"
#include "economy/kernel.h"
#include "economy/mean.h"

/* The variation where Z is infinite (s < 0, some sectors empty) or 0 (s > 0, all empty): minus
   infinity in empty sectors and 0 in the others; for constant returns finite, the limit as the
   empty sectors fill at equal density: K g_i -> X_1 v_i (h sum of v over them)^((1-s)/s). */
static void boundary_variation(const jko_i_form *form, const double *mass, double *variation)
{
    const jko_economy *economy = form->economy;
    const double s = economy->s;
    jko_i_sum empty = {0.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        jko_i_sum_add(&empty, mass[i] == 0.0 ? economy->share[i] : 0.0);
    }
    const double log_k = form->log_unit + (1.0 - s) / s * log(jko_i_sum_value(&empty));
    for (size_t i = 0; i < economy->n; i++) {
        if (mass[i] > 0.0) {
            variation[i] = 0.0;
        } else {
            variation[i] =
                form->returns < 1.0 ? -INFINITY : -economy->c * exp(log_k + economy->log_share[i]);
        }
    }
}

int jko_i_economy_eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    // The variation's array holds log(m/h) for a while.
    double u = 0.0;
    const bool fast = variation != NULL && jko_i_log_equivalent_fast(economy, mass, variation, &u);
    if (!fast) {
        u = jko_i_log_equivalent(economy, mass);
    }
    const double log_k = form->log_unit + jko_i_times(form->returns, u);
    *value = form->returns == 0.0 ? economy->offset - economy->c * u
                                  : -(economy->c / form->returns) * exp(log_k);
    if (variation == NULL) {
        return 0;
    }
    if (u == -INFINITY && economy->s != 0.0) {
        boundary_variation(form, mass, variation);
        return 0;
    }
    if (fast) {
        jko_i_density_variation(n, economy->log_share, economy->s - 1.0,
                                log_k - jko_i_times(economy->s, u), economy->c, variation);
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = jko_i_log_density(economy, mass, i);
        variation[i] = -economy->c * exp(log_k + jko_i_log_gain(economy, i, x, u));
    }
    return 0;
}

int jko_i_economy_hessian(void *user, size_t n, const double *mass, const double *v, double *hv)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double s = economy->s;
    const double u = jko_i_log_equivalent(economy, mass);
    const double k = economy->c * exp(form->log_unit + jko_i_times(form->returns, u));
    jko_i_sum product = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        const double g = exp(jko_i_log_gain(economy, i, jko_i_log_density(economy, mass, i), u));
        jko_i_sum_add_product(&product, g, v[i]);
    }
    const double shared = (s - form->returns) * jko_i_sum_value(&product);
    for (size_t i = 0; i < n; i++) {
        const double g = exp(jko_i_log_gain(economy, i, jko_i_log_density(economy, mass, i), u));
        hv[i] = k * g * ((1.0 - s) * (v[i] / mass[i]) + shared);
    }
    return 0;
}

int jko_i_economy_hessian_parts(void *user, size_t n, const double *mass, const double *variation,
                                double *diagonal, double *vector, double *weight)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double product =
        jko_i_density_hessian(n, mass, variation, economy->s - 1.0, diagonal, vector);
    *weight = -(economy->s - form->returns) / product;
    return 0;
}
