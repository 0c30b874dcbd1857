// SPDX-License-Identifier: BSD-3-Clause
/*
 * The negative Boltzmann entropy, E(m) = k sum m_i log(m_i / h): the energy of the heat equation.
 *
 * Everything is in closed form, O(n):
 *     dE/dm_i = k (log(m_i / h) + 1)       d2E/dm_i^2 = k / m_i
 *     E*(phi) = k h sum exp(phi_i / k - 1)
 *     prox    : log m_i = (k (log h - 1) + eps log r_i) / (k + eps)
 * Source: Jordan, Kinderlehrer and Otto (1998).
 *
 * k: strength, h: cell; memory holds the two in this order.
 */
#include "base/sized.h"
#include "base/status.h"
#include "base/remainder.h"
#include "base/sum.h"
#include "energy/energy.h"

#include <math.h>

static int eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    const double *memory = user;
    const double k = memory[0];
    const double h = memory[1];
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        const double log_density = log(mass[i] / h);
        if (mass[i] > 0.0) { // 0 log 0 = 0
            jko_i_sum_add(&sum, mass[i] * log_density);
        }
        if (variation != NULL) {
            variation[i] = k * (log_density + 1.0);
        }
    }
    *value = k * jko_i_sum_value(&sum);
    return 0;
}

static int hessian_product(void *user, size_t n, const double *mass, const double *v, double *hv)
{
    const double *memory = user;
    for (size_t i = 0; i < n; i++) {
        hv[i] = memory[0] * (v[i] / mass[i]);
    }
    return 0;
}

static int hessian_parts(void *user, size_t n, const double *mass, const double *variation,
                         double *diagonal, double *vector, double *weight)
{
    const double *memory = user;
    (void)variation;
    for (size_t i = 0; i < n; i++) {
        diagonal[i] = memory[0] / mass[i];
        vector[i] = 0.0;
    }
    *weight = 0.0;
    return 0;
}

static int conjugate(void *user, size_t n, const double *phi, double *value)
{
    const double *memory = user;
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        jko_i_sum_add(&sum, exp(phi[i] / memory[0] - 1.0));
    }
    *value = memory[0] * memory[1] * jko_i_sum_value(&sum);
    return 0;
}

static int conjugate_gap(void *user, size_t n, const double *mass, const double *variation,
                         const double *shift, double *gap, double *slope)
{
    const double k = ((const double *)user)[0];
    jko_i_sum sum = {0.0, 0.0};
    jko_i_sum rise = {0.0, 0.0};
    (void)variation;
    for (size_t i = 0; i < n; i++) {
        const double x = shift[i] / k;
        jko_i_sum_add(&sum, mass[i] * jko_i_exp_remainder(x));
        jko_i_sum_add(&rise, mass[i] * expm1(x));
    }
    *gap = k * jko_i_sum_value(&sum);
    *slope = jko_i_sum_value(&rise);
    return 0;
}

static int kl_prox(void *user, size_t n, const double *log_r, double eps, double *log_m)
{
    const double *memory = user;
    const double k = memory[0];
    const double constant = k * (log(memory[1]) - 1.0);
    for (size_t i = 0; i < n; i++) {
        log_m[i] = (constant + eps * log_r[i]) / (k + eps);
    }
    return 0;
}

jko_status jko_energy_entropy(jko_energy *out, double memory[2], double strength, double cell)
{
    const jko_status status = jko_i_energy_check_out(out);
    if (status < 0) {
        return status;
    }
    if (memory == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "memory is NULL; the entropy needs two numbers");
    }
    if (!isfinite(strength) || strength <= 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "strength is %g; it must be a finite number > 0",
                          strength);
    }
    if (!isfinite(cell) || cell <= 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "cell is %g; it must be a finite number > 0", cell);
    }
    memory[0] = strength;
    memory[1] = cell;
    const jko_energy energy = {
        .struct_size = sizeof energy,
        .user = memory,
        .eval = eval,
        .convex = true,
        .hessian_product = hessian_product,
        .conjugate = conjugate,
        .kl_prox = kl_prox,
        .hessian_parts = hessian_parts,
        .conjugate_gap = conjugate_gap,
    };
    jko_i_sized_write(out, &energy, sizeof energy);
    return JKO_OK;
}
