// SPDX-License-Identifier: BSD-3-Clause
/*
 * The weights of the energy, and log(h sum w) to its last digit.
 *
 *     immobile  w = omega (A L^beta)^q
 *     mobile    w = (omega A^q)^(1/(1 - beta q))
 *
 * E divides log(h sum w) by s, and X by q, both of which may be as small as you like; so where
 * h sum w is near 1 its excess over 1 is summed without rounding it away. O(n).
 */
#include "economy/economy.h"

#include "base/sum.h"

#include <math.h>

/* log(h sum w), given h sum w - 1. */
static double log_of_total(const jko_economy *economy, double excess)
{
    return fabs(excess) <= 0.5
               ? log1p(excess)
               : economy->log_cell + log(jko_i_sum_array(economy->n, economy->weights));
}

// Every product h w_i is exact to two doubles.
void jko_i_take_weights(jko_economy *economy, const double *weights)
{
    jko_i_sum excess = {-1.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        economy->weights[i] = weights[i];
        economy->log_share[i] = log(weights[i]);
        jko_i_sum_add_product(&excess, economy->cell, weights[i]);
    }
    economy->log_total = log_of_total(economy, jko_i_sum_value(&excess));
}

static void fill_logs(size_t n, const double *values, double *logs)
{
    for (size_t i = 0; i < n; i++) {
        logs[i] = values == NULL ? 0.0 : log(values[i]);
    }
}

// The logs of w are small for sigma near 1: w - 1 is then expm1 of them.
void jko_i_derive_weights(jko_economy *economy, const jko_economy_parameters *p)
{
    const size_t n = economy->n;
    fill_logs(n, p->technology, economy->log_technology);
    fill_logs(n, p->labour_distribution, economy->log_labour);
    fill_logs(n, p->preferences, economy->log_preferences);
    const bool mobile = economy->labour == JKO_LABOUR_MOBILE;
    const double power = mobile ? 1.0 / (1.0 - economy->beta * economy->q) : 1.0;
    const double labour_power = mobile ? 0.0 : economy->beta;
    jko_i_sum excess = {-1.0, 0.0}; // h sum (w - 1) + h n - 1
    jko_i_sum_add_product(&excess, economy->cell, (double)n);
    for (size_t i = 0; i < n; i++) {
        const double log_output =
            economy->log_technology[i] + labour_power * economy->log_labour[i];
        const double log_w = power * (economy->log_preferences[i] + economy->q * log_output);
        economy->weights[i] = exp(log_w);
        economy->log_share[i] = log_w;
        jko_i_sum_add_product(&excess, economy->cell, expm1(log_w));
    }
    economy->log_total = log_of_total(economy, jko_i_sum_value(&excess));
}
