// SPDX-License-Identifier: BSD-3-Clause
/*
 * A potential energy, E(m) = sum V_i m_i: mass moves down V.
 *
 * Linear, so the Hessian is 0, E* is 0 where phi <= V and +inf elsewhere, and the prox is
 * m_i = r_i exp(-V_i / eps). O(n).
 */
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"
#include "energy/energy.h"

#include <math.h>
#include <string.h>

static int eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    const double *potential = user;
    *value = jko_i_dot(n, potential, mass);
    if (variation != NULL) {
        memcpy(variation, potential, n * sizeof *potential);
    }
    return 0;
}

static int hessian_product(void *user, size_t n, const double *mass, const double *v, double *hv)
{
    (void)user;
    (void)mass;
    (void)v;
    for (size_t i = 0; i < n; i++) {
        hv[i] = 0.0;
    }
    return 0;
}

static int hessian_parts(void *user, size_t n, const double *mass, const double *variation,
                         double *diagonal, double *vector, double *weight)
{
    (void)user;
    (void)mass;
    (void)variation;
    for (size_t i = 0; i < n; i++) {
        diagonal[i] = 0.0;
        vector[i] = 0.0;
    }
    *weight = 0.0;
    return 0;
}

static int conjugate(void *user, size_t n, const double *phi, double *value)
{
    const double *potential = user;
    double sup = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (!(phi[i] <= potential[i])) {
            sup = INFINITY;
        }
    }
    *value = sup;
    return 0;
}

static int kl_prox(void *user, size_t n, const double *log_r, double eps, double *log_m)
{
    const double *potential = user;
    for (size_t i = 0; i < n; i++) {
        log_m[i] = log_r[i] - potential[i] / eps;
    }
    return 0;
}

jko_status jko_energy_potential(jko_energy *out, size_t n, const double *potential)
{
    const jko_status status = jko_i_energy_check_out(out);
    if (status < 0) {
        return status;
    }
    if (n == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "n is 0; a potential needs at least one cell");
    }
    if (potential == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "potential is NULL");
    }
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(potential[i])) {
            return jko_i_fail(JKO_ERR_NONFINITE, "potential[%zu] is %g; it must be finite", i,
                              potential[i]);
        }
    }
    const jko_energy energy = {
        .struct_size = sizeof energy,
        .user = (void *)potential, // only ever read
        .eval = eval,
        .convex = true,
        .hessian_product = hessian_product,
        .conjugate = conjugate,
        .kl_prox = kl_prox,
        .size = n,
        .hessian_parts = hessian_parts,
    };
    jko_i_sized_write(out, &energy, sizeof energy);
    return JKO_OK;
}
