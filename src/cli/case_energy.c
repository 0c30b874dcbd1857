// SPDX-License-Identifier: BSD-3-Clause
/*
 * The energy alone: every number that the library has for a state, under the names of the format.
 */
#include "case.h"
#include "result.h"
#include "text.h"

#include <stdlib.h>

static jko_status add_economy(const step_case *c, const jko_economy *economy,
                              const jko_economy_summary *summary, json_t *result)
{
    double *weights = cli_alloc(c->n, sizeof *weights);
    double consumption = 0.0;
    jko_status status = jko_economy_get_weights(economy, weights);
    if (status >= 0) {
        status = jko_economy_consumption(economy, c->mass, &consumption);
    }
    if (status >= 0) {
        result_numbers(result, "weight", c->n, weights);
        result_number(result, "s", summary->s);
        result_number(result, "X", consumption);
    }
    free(weights);
    return status;
}

static jko_status add_value(const step_case *c, const jko_economy *economy,
                            const jko_energy *energy, json_t *result)
{
    double *variation = cli_alloc(c->n, sizeof *variation);
    double value = 0.0;
    double relative = 0.0;
    jko_status status = jko_economy_energy_relative(economy, c->mass, &relative);
    if (status >= 0 && energy->eval(energy->user, c->n, c->mass, &value, variation) != 0) {
        status = JKO_ERR_CALLBACK;
    }
    if (status >= 0) {
        result_number(result, "energy", value);
        result_number(result, "energy_relative", relative);
        result_numbers(result, "first_variation", c->n, variation);
    }
    free(variation);
    return status;
}

static jko_status add_short_run(const step_case *c, const jko_economy *economy, json_t *result)
{
    jko_short_run run = {
        .struct_size = sizeof run,
        .value_of_production = cli_alloc(c->n, sizeof(double)),
        .profit_rate = cli_alloc(c->n, sizeof(double)),
    };
    const jko_status status = jko_economy_short_run(economy, c->mass, &run);
    if (status >= 0) {
        result_numbers(result, "value_of_production", c->n, run.value_of_production);
        result_numbers(result, "profit_rates", c->n, run.profit_rate);
    }
    free(run.value_of_production);
    free(run.profit_rate);
    return status;
}

static jko_status add_equilibrium(const step_case *c, const jko_economy *economy, json_t *result)
{
    double *density = cli_alloc(c->n, sizeof *density);
    double total = 0.0;
    double profit = 0.0;
    jko_status status = jko_measure_check(c->n, c->mass, &total);
    if (status >= 0) {
        status = jko_economy_equilibrium(economy, total, density, &profit);
    }
    for (size_t i = 0; i < c->n; i++) {
        density[i] /= c->h;
    }
    if (status >= 0) {
        result_numbers(result, "equilibrium_density", c->n, density);
        result_number(result, "equilibrium_profit", profit);
    }
    free(density);
    return status;
}

static jko_status add_all(const step_case *c, const jko_economy *economy, json_t *result)
{
    jko_energy energy = {.struct_size = sizeof energy};
    jko_economy_summary summary = {.struct_size = sizeof summary};
    double number = 0.0;
    jko_status status = jko_economy_summarize(economy, &summary);
    if (status >= 0) {
        status = jko_economy_energy(economy, JKO_ENERGY_LOG, &energy);
    }
    if (status >= 0 && c->has_economy) {
        status = add_economy(c, economy, &summary, result);
    }
    if (status >= 0 && summary.s != 0.0) {
        status = jko_economy_z(economy, c->mass, &number);
        result_number(result, "Z", number);
    }
    if (status >= 0) {
        status = add_value(c, economy, &energy, result);
    }
    if (status >= 0) {
        status = add_short_run(c, economy, result);
    }
    if (status >= 0 && summary.s < 1.0) {
        status = add_equilibrium(c, economy, result);
    }
    if (status >= 0 && c->phi != NULL) {
        status =
            energy.conjugate(energy.user, c->n, c->phi, &number) != 0 ? JKO_ERR_CALLBACK : JKO_OK;
        result_number(result, "conjugate", number);
    }
    return status;
}

jko_status case_run_energy(const step_case *c, const jko_economy *economy, json_t *result)
{
    const jko_status status = add_all(c, economy, result);
    if (status < 0) {
        (void)cli_fail_status(status, c->file.path);
    }
    return status;
}
