// SPDX-License-Identifier: BSD-3-Clause
/*
 * The short-run equilibrium: what firms and workers earn while nobody moves.
 *
 *     r = w mu^s / Z                     value of production, integrates to 1
 *     pi = (1 - beta) r / mu             profit rate
 *     L given, or Lbar r if mobile       labour
 *     Y = A L^beta mu^theta              output
 *     p = omega Y^(-1/sigma) X^(-q)      price, so that p Y = r
 *     W = beta r / L                     wage
 *
 * All in logs. Where an empty sector makes Z infinite (s < 0), r is the limit as the empty sectors
 * fill at equal density: they share all income, the others have none. O(n) a sector or total.
 *
 * x: log mu. u: log equivalent density U.
 */
#include "economy/economy.h"

#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"
#include "economy/mean.h"

// Size of the struct in the first release.
#define FIRST_RELEASE (offsetof(jko_short_run, profit_rate) + sizeof(double *))

/* What all sectors share. */
typedef struct state {
    const jko_economy *economy;
    const double *mass;
    double u;
    bool infinite;       // Z is: s < 0 and a sector is empty
    double empty_weight; // h sum v over empty sectors
    double log_x;        // log X
} state;

static state prepare(const jko_economy *economy, const double *mass)
{
    state now = {.economy = economy, .mass = mass};
    now.u = jko_i_log_equivalent(economy, mass);
    now.infinite = now.u == -INFINITY && economy->s != 0.0;
    now.log_x = economy->log_unit + jko_i_times(economy->theta, now.u);
    jko_i_sum empty = {0.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        jko_i_sum_add(&empty, mass[i] == 0.0 ? economy->share[i] : 0.0);
    }
    now.empty_weight = jko_i_sum_value(&empty);
    return now;
}

static double log_value(const state *now, size_t i, double x)
{
    const jko_economy *economy = now->economy;
    if (now->infinite) {
        return x == -INFINITY ? economy->log_share[i] - log(now->empty_weight) : -INFINITY;
    }
    return economy->log_share[i] + jko_i_times(economy->s, x) - jko_i_times(economy->s, now->u);
}

static double log_labour(const state *now, size_t i, double x)
{
    const jko_economy *economy = now->economy;
    if (economy->labour == JKO_LABOUR_MOBILE) {
        return log(economy->total_labour) + log_value(now, i, x);
    }
    return economy->log_labour[i];
}

static double log_output(const state *now, size_t i, double x)
{
    const jko_economy *economy = now->economy;
    if (economy->labour == JKO_LABOUR_MOBILE && !now->infinite) {
        // One power of mu: for an empty sector L^beta and mu^theta may be 0 and infinite.
        const double power = economy->beta * economy->s + economy->theta;
        return economy->log_technology[i] + jko_i_times(power, x) +
               economy->beta * (log(economy->total_labour) + economy->log_share[i] -
                                jko_i_times(economy->s, now->u));
    }
    return economy->log_technology[i] + economy->beta * log_labour(now, i, x) +
           jko_i_times(economy->theta, x);
}

static double price(const state *now, size_t i, double x)
{
    const jko_economy *economy = now->economy;
    if (now->infinite) {
        return x == -INFINITY ? exp(log_value(now, i, x) - log_output(now, i, x)) : 0.0;
    }
    return exp(economy->log_preferences[i] - log_output(now, i, x) / economy->sigma -
               economy->q * now->log_x);
}

static double wage(const state *now, size_t i, double x)
{
    const jko_economy *economy = now->economy;
    if (economy->labour == JKO_LABOUR_MOBILE) {
        return economy->beta / economy->total_labour;
    }
    return economy->beta * exp(log_value(now, i, x) - economy->log_labour[i]);
}

static void set(double *array, size_t i, double value)
{
    if (array != NULL) {
        array[i] = value;
    }
}

static void fill_primitive(const state *now, const jko_short_run *out, size_t i, double x)
{
    set(out->price, i, out->price == NULL ? 0.0 : price(now, i, x));
    set(out->wage, i, out->wage == NULL ? 0.0 : wage(now, i, x));
    set(out->labour, i, out->labour == NULL ? 0.0 : exp(log_labour(now, i, x)));
    set(out->output, i, out->output == NULL ? 0.0 : exp(log_output(now, i, x)));
}

jko_status jko_economy_short_run(const jko_economy *economy, const double *mass, jko_short_run *out)
{
    const jko_status status = jko_i_check_state(economy, mass);
    if (status < 0) {
        return status;
    }
    if (out == NULL || out->struct_size < FIRST_RELEASE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "out is NULL or its struct_size is not sizeof(jko_short_run)");
    }
    jko_short_run arrays = {.struct_size = sizeof arrays};
    jko_i_sized_read(&arrays, sizeof arrays, out);
    const bool primitive = !economy->reduced && !economy->given_weights;
    if (!primitive && (arrays.price != NULL || arrays.wage != NULL || arrays.labour != NULL ||
                       arrays.output != NULL)) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "an economy made from weights has value of production and profit rates "
                          "only; set price, wage, labour and output to NULL");
    }
    const state now = prepare(economy, mass);
    for (size_t i = 0; i < economy->n; i++) {
        const double x = jko_i_log_density(economy, mass, i);
        if (primitive) {
            fill_primitive(&now, &arrays, i, x);
        }
        set(arrays.value_of_production, i, exp(log_value(&now, i, x)));
        set(arrays.profit_rate, i,
            (1.0 - economy->beta) * exp(jko_i_log_gain(economy, i, x, now.u)));
    }
    return JKO_OK;
}
