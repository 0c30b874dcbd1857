// SPDX-License-Identifier: BSD-3-Clause
/*
 * A convex energy above the energy of s > 1, touching it at given masses nu.
 *
 * Z^(1/s) is a norm for s >= 1, so it lies above its tangent at nu, and minus its log below:
 *
 *     E(m) <= E(nu) - c log( sum g_i(nu) m_i ),     equality at m = nu,
 *
 * which has the form of s = 1. A sector empty at nu has g_i = 0: the majorant does not attract
 * mass to it. Minimising the majorant, and again from there, never raises E. O(n).
 * Source: Yuille and Rangarajan (2003).
 */
#include "economy/callbacks.h"

#include "base/sized.h"
#include "economy/economy.h"
#include "economy/linear_log.h"
#include "economy/mean.h"

/* What the caller's memory holds. */
typedef struct tangent {
    size_t n;
    double c;
    double value;   // E(nu)
    double log_g[]; // [n] log g_i(nu)
} tangent;

size_t jko_i_economy_majorant_bytes(void *user, size_t n)
{
    (void)user;
    return sizeof(tangent) + n * sizeof(double);
}

/* log( sum g_i m_i ), relative to the largest term. */
static double log_form(const tangent *at, const double *mass)
{
    double top = -INFINITY;
    for (size_t i = 0; i < at->n; i++) {
        top = fmax(top, at->log_g[i] + log(mass[i]));
    }
    if (!isfinite(top)) {
        return top;
    }
    double sum = 0.0;
    for (size_t i = 0; i < at->n; i++) {
        sum += exp(at->log_g[i] - top) * mass[i];
    }
    return top + log(sum);
}

static int eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    const tangent *at = user;
    if (n != at->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double log_s = log_form(at, mass);
    *value = at->value - at->c * log_s;
    for (size_t i = 0; variation != NULL && i < n; i++) {
        variation[i] = at->log_g[i] == -INFINITY ? 0.0 : -at->c * exp(at->log_g[i] - log_s);
    }
    return 0;
}

static int hessian_product(void *user, size_t n, const double *mass, const double *v, double *hv)
{
    const tangent *at = user;
    if (n != at->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double log_s = log_form(at, mass);
    double product = 0.0;
    for (size_t i = 0; i < n; i++) {
        product += exp(at->log_g[i] - log_s) * v[i];
    }
    for (size_t i = 0; i < n; i++) {
        hv[i] = at->c * exp(at->log_g[i] - log_s) * product;
    }
    return 0;
}

static int conjugate(void *user, size_t n, const double *phi, double *value)
{
    const tangent *at = user;
    if (n != at->n) {
        return JKO_I_WRONG_SIZE;
    }
    *value = jko_i_linear_log_conjugate(at->c, n, at->log_g, phi) - at->value;
    return 0;
}

static int kl_prox(void *user, size_t n, const double *log_r, double eps, double *log_m)
{
    const tangent *at = user;
    if (n != at->n) {
        return JKO_I_WRONG_SIZE;
    }
    return jko_i_linear_log_prox(at->c, n, at->log_g, log_r, eps, log_m) ? 0 : JKO_I_NO_ANSWER;
}

int jko_i_economy_majorant(void *user, size_t n, const double *at, void *memory, jko_energy *out)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double u = jko_i_log_equivalent(economy, at);
    if (!isfinite(u)) {
        return JKO_I_NO_ANSWER; // no mass, or not a number
    }
    tangent *touch = memory;
    touch->n = n;
    touch->c = economy->c;
    touch->value = economy->offset - economy->c * u;
    for (size_t i = 0; i < n; i++) {
        touch->log_g[i] = jko_i_log_gain(economy, i, jko_i_log_density(economy, at, i), u);
    }
    const jko_energy energy = {
        .struct_size = sizeof energy,
        .user = touch,
        .eval = eval,
        .convex = true,
        .hessian_product = hessian_product,
        .conjugate = conjugate,
        .kl_prox = kl_prox,
    };
    jko_i_sized_write(out, &energy, sizeof energy);
    return 0;
}
