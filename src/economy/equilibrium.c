// SPDX-License-Identifier: BSD-3-Clause
/*
 * The long-run equilibrium: equal profit rates, in closed form for s < 1.
 *
 *     m_i = M w_i^a / sum w^a,   a = 1/(1 - s),   pi = (1 - beta)/M in every sector
 *
 * in logs relative to the largest term: a may be large. O(n).
 */
#include "economy/economy.h"

#include "base/status.h"
#include "base/sum.h"

#include <math.h>

jko_status jko_economy_equilibrium(const jko_economy *economy, double total, double *mass,
                                   double *profit_rate)
{
    if (economy == NULL || mass == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", economy == NULL ? "economy" : "mass");
    }
    if (!(total > 0.0 && isfinite(total))) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "total is %g; it must be a finite number > 0", total);
    }
    if (economy->s >= 1.0) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "s is %g; only for s < 1 is there a unique long-run equilibrium",
                          economy->s);
    }
    const double a = 1.0 / (1.0 - economy->s);
    double top = -INFINITY;
    for (size_t i = 0; i < economy->n; i++) {
        top = fmax(top, a * economy->log_share[i]);
    }
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        mass[i] = exp(a * economy->log_share[i] - top);
        jko_i_sum_add(&sum, mass[i]);
    }
    const double scale = jko_i_sum_value(&sum);
    for (size_t i = 0; i < economy->n; i++) {
        mass[i] = total * (mass[i] / scale);
    }
    if (profit_rate != NULL) {
        *profit_rate = (1.0 - economy->beta) / total;
    }
    return JKO_OK;
}
