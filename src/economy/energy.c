// SPDX-License-Identifier: BSD-3-Clause
/*
 * The energy of an economy: which callbacks it has in which scaling and class.
 *
 *     s < 1   value, variation, Hessian, conjugate, prox; log and, for 0 < theta <= 1, level
 *     s = 1   the same, with the prox of a linear form; log only
 *     s > 1   not convex: no prox, but a majorant; the conjugate still gives a lower bound
 */
#include "base/sized.h"
#include "base/status.h"
#include "economy/callbacks.h"
#include "economy/economy.h"
#include "energy/energy.h"

static jko_status check_level(const jko_economy *economy)
{
    if (economy->reduced) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "a reduced economy has no consumption, so no level scaling; use log");
    }
    if (!(economy->theta > 0.0 && economy->theta <= 1.0 && economy->s < 1.0)) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the level scaling needs 0 < theta <= 1 and s < 1, here theta is %g and "
                          "s is %g; use log",
                          economy->theta, economy->s);
    }
    return JKO_OK;
}

static jko_energy make_log(const jko_economy *economy)
{
    jko_energy energy = {
        .struct_size = sizeof energy,
        .user = (void *)&economy->log_form, // only ever read
        .eval = jko_i_economy_eval,
        .convex = economy->s <= 1.0,
        .hessian_product = jko_i_economy_hessian,
        .conjugate = jko_i_economy_conjugate_log,
        .size = economy->n,
        .hessian_parts = jko_i_economy_hessian_parts,
    };
    if (economy->s <= 1.0) {
        energy.conjugate_gap = jko_i_economy_conjugate_gap;
    }
    if (economy->s < 1.0) {
        energy.kl_prox = jko_i_economy_prox;
    } else if (economy->s == 1.0) {
        energy.kl_prox = jko_i_economy_prox_linear;
    } else {
        energy.majorant_bytes = jko_i_economy_majorant_bytes;
        energy.majorant = jko_i_economy_majorant;
    }
    return energy;
}

static jko_energy make_level(const jko_economy *economy)
{
    return (jko_energy){
        .struct_size = sizeof(jko_energy),
        .user = (void *)&economy->level_form, // only ever read
        .eval = jko_i_economy_eval,
        .convex = true,
        .hessian_product = jko_i_economy_hessian,
        .conjugate = jko_i_economy_conjugate_level,
        .kl_prox = jko_i_economy_prox,
        .size = economy->n,
        .hessian_parts = jko_i_economy_hessian_parts,
        .conjugate_gap = jko_i_economy_conjugate_gap,
    };
}

jko_status jko_economy_energy(const jko_economy *economy, jko_energy_scaling scaling,
                              jko_energy *energy)
{
    if (economy == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "economy is NULL");
    }
    jko_status status = jko_i_energy_check_out(energy);
    if (status >= 0 && scaling != JKO_ENERGY_LOG && scaling != JKO_ENERGY_LEVEL) {
        status = jko_i_fail(JKO_ERR_ARGUMENT,
                            "scaling is %d; it must be JKO_ENERGY_LOG or JKO_ENERGY_LEVEL",
                            (int)scaling);
    }
    if (status >= 0 && scaling == JKO_ENERGY_LEVEL) {
        status = check_level(economy);
    }
    if (status < 0) {
        return status;
    }
    const jko_energy made = scaling == JKO_ENERGY_LEVEL ? make_level(economy) : make_log(economy);
    jko_i_sized_write(energy, &made, sizeof made);
    return JKO_OK;
}
