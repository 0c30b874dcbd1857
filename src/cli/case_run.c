// SPDX-License-Identifier: BSD-3-Clause
/*
 * Solving a case with the library.
 */
#include "case.h"
#include "result.h"
#include "step_result.h"

#include <string.h>

// The smallest gap_max of the format is 1e-13, whatever the energy released; what the solvers can
// do beyond it they do anyway, and masses follow the square root of the gap.
#define TOLERANCE 1e-13

static jko_status fail(const step_case *c, jko_status status)
{
    (void)cli_fail_status(status, c->file.path);
    return status;
}

static jko_status create_economy(jko_economy **out, const step_case *c)
{
    return c->has_economy ? jko_economy_create(out, c->n, c->h, &c->economy)
                          : jko_economy_create_reduced(out, c->n, c->h, c->beta, c->s, c->weights);
}

static jko_status create_cost(jko_cost **out, const step_case *c)
{
    if (c->matrix != NULL) {
        return jko_cost_create_matrix(out, c->n, c->n, c->matrix);
    }
    jko_grid *grid = NULL;
    jko_status status = jko_grid_create_points(&grid, c->n, 1, c->x, &c->period);
    if (status >= 0) {
        status = jko_cost_create_squared(out, grid, grid);
    }
    jko_grid_free(grid);
    return status;
}

static bool between_densities(const step_case *c)
{
    return c->kind == CASE_CIRCLE || c->kind == CASE_LINE;
}

static jko_status create_flow(jko_flow **out, const step_case *c, const jko_cost *cost,
                              const jko_energy *energy, const jko_flow_settings *settings)
{
    if (!between_densities(c)) {
        return jko_flow_create(out, cost, energy, settings);
    }
    jko_grid *grid = NULL;
    const double length = c->h * (double)c->n;
    jko_status status = c->kind == CASE_CIRCLE ? jko_grid_create_circle(&grid, c->n, length)
                                               : jko_grid_create_line(&grid, c->n, length);
    if (status >= 0) {
        status = jko_flow_create_1d(out, grid, energy, settings);
    }
    jko_grid_free(grid);
    return status;
}

static jko_status step(const step_case *c, const jko_economy *economy, const jko_cost *cost,
                       json_t *result)
{
    jko_flow *flow = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_flow_settings settings;
    jko_step_report report = {.struct_size = sizeof report};
    jko_flow_settings_default(&settings);
    settings.method = c->kind == CASE_ENTROPIC   ? JKO_STEP_ENTROPIC
                      : c->kind == CASE_DEBIASED ? JKO_STEP_DEBIASED
                      : between_densities(c)     ? JKO_STEP_EXACT1D
                                                 : JKO_STEP_ATOMS;
    settings.epsilon = c->epsilon;
    settings.reallocation = c->reallocation;
    settings.reallocation_cost = c->reallocation_cost;
    settings.tolerance = TOLERANCE;
    settings.absolute_tolerance = TOLERANCE;

    jko_status status = jko_economy_energy(economy, JKO_ENERGY_LOG, &energy);
    if (status >= 0) {
        status = create_flow(&flow, c, cost, &energy, &settings);
    }
    if (status >= 0) {
        status = jko_flow_step(flow, c->tau, c->mass, &report);
    }
    if (status >= 0) {
        step_result(result, c->n, c->h, c->mass, &report);
    }
    jko_flow_free(flow);
    return status < 0 ? fail(c, status) : status;
}

jko_status case_run(step_case *c, json_t *result)
{
    jko_economy *economy = NULL;
    jko_cost *cost = NULL;
    jko_status status = create_economy(&economy, c);
    if (status >= 0 && (c->matrix != NULL || c->x != NULL)) {
        status = create_cost(&cost, c);
    }
    if (status < 0) {
        c->file.refused = true;
        (void)fail(c, status);
    } else if (c->kind == CASE_ENERGY) {
        status = case_run_energy(c, economy, result);
    } else {
        status = step(c, economy, cost, result);
    }
    jko_cost_free(cost);
    jko_economy_free(economy);
    return status;
}
