// SPDX-License-Identifier: BSD-3-Clause
/*
 * Z, aggregate consumption X, and the energy relative to the uniform density: all from U.
 *
 *     Z = (h sum w) exp(s U)      X = X_1 exp(theta U)      E + (c/s) log(h sum w) = -c U
 */
#include "economy/economy.h"

#include "base/status.h"
#include "economy/mean.h"

jko_status jko_economy_z(const jko_economy *economy, const double *mass, double *z)
{
    const jko_status status = jko_i_check_state(economy, mass);
    if (status < 0) {
        return status;
    }
    if (z == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "z is NULL");
    }
    const double u = jko_i_log_equivalent(economy, mass);
    *z = exp(economy->log_total + jko_i_times(economy->s, u));
    return JKO_OK;
}

jko_status jko_economy_consumption(const jko_economy *economy, const double *mass,
                                   double *consumption)
{
    const jko_status status = jko_i_check_state(economy, mass);
    if (status < 0) {
        return status;
    }
    if (consumption == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "consumption is NULL");
    }
    if (economy->reduced) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED, "a reduced economy has no consumption; make it with "
                                               "jko_economy_create()");
    }
    const double u = jko_i_log_equivalent(economy, mass);
    *consumption = exp(economy->log_unit + jko_i_times(economy->theta, u));
    return JKO_OK;
}

jko_status jko_economy_energy_relative(const jko_economy *economy, const double *mass,
                                       double *value)
{
    const jko_status status = jko_i_check_state(economy, mass);
    if (status < 0) {
        return status;
    }
    if (value == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "value is NULL");
    }
    *value = -economy->c * jko_i_log_equivalent(economy, mass);
    return JKO_OK;
}
