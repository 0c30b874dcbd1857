// SPDX-License-Identifier: BSD-3-Clause
/*
 * A scenario: load the file, then its sections in the order in which they need one another.
 */
#include "scenario_keys.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Every key in force, for the record of the run; those of [pde] are not in force in a flow.
static char *list_options(const scenario_reader *reader, bool pde)
{
    cli_text text = {0};
    for (const cli_ini_known *section = scenario_known; section->section != NULL; section++) {
        if (strcmp(section->section, "panel") == 0 && reader->scenario->panel == NULL) {
            continue;
        }
        if (strcmp(section->section, "pde") == 0 && !pde) {
            continue;
        }
        for (const char *const *key = section->keys; *key != NULL; key++) {
            const char *value = scenario_value(reader, section->section, *key);
            if (value != NULL) {
                cli_text_add(&text, "%s.%s = %s\n", section->section, *key, value);
            }
        }
    }
    return cli_text_take(&text);
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? cli_copy("") : cli_copy_length(path, (size_t)(slash + 1 - path));
}

static int load_ini(cli_ini **ini, const char *path, size_t count, const char *const *overrides)
{
    char message[CLI_INI_MESSAGE] = "";
    int code = cli_ini_load(ini, path, scenario_known, message, sizeof message);
    for (size_t i = 0; code == CLI_OK && i < count; i++) {
        code = cli_ini_set(*ini, overrides[i], message, sizeof message);
    }
    return code == CLI_OK ? CLI_OK : cli_fail(code, "%s", message);
}

static int load(cli_scenario **out, const char *path, size_t count, const char *const *overrides,
                bool pde)
{
    *out = NULL;
    cli_scenario *made = cli_alloc(1, sizeof *made);
    scenario_reader reader = {.scenario = made};
    const char *slash = strrchr(path, '/');
    char *own = NULL;
    made->path = cli_copy(path);
    made->folder = folder_of(path);
    int code = load_ini(&reader.ini, path, count, overrides);
    code = code != CLI_OK ? code : scenario_file(&reader, slash == NULL ? path : slash + 1, &own);
    free(own);
    code = code != CLI_OK ? code : scenario_read_panel(&reader);
    code = code != CLI_OK ? code : scenario_read_grid(&reader);
    code = code != CLI_OK ? code : scenario_read_initial(&reader);
    code = code != CLI_OK ? code : scenario_read_economy(&reader);
    code = code != CLI_OK ? code : (pde ? scenario_read_pde : scenario_read_flow)(&reader);
    if (code == CLI_OK) {
        made->options = list_options(&reader, pde);
        *out = made;
    } else {
        scenario_free(made);
    }
    cli_ini_free(reader.ini);
    return code;
}

int scenario_load(cli_scenario **out, const char *path, size_t count, const char *const *overrides)
{
    return load(out, path, count, overrides, false);
}

int scenario_load_pde(cli_scenario **out, const char *path, size_t count,
                      const char *const *overrides)
{
    return load(out, path, count, overrides, true);
}

void scenario_free(cli_scenario *scenario)
{
    if (scenario == NULL) {
        return;
    }
    for (size_t k = 0; k < scenario->input_count; k++) {
        free(scenario->inputs[k].name);
    }
    for (size_t i = 0; scenario->names != NULL && i < scenario->n; i++) {
        free(scenario->names[i]);
    }
    void *const memory[] = {
        scenario->path,       scenario->folder,  scenario->cost,    scenario->names,
        scenario->technology, scenario->labour,  scenario->weights, scenario->preferences,
        scenario->mass,       scenario->tau,     scenario->time,    scenario->saved,
        scenario->inputs,     scenario->options, scenario->ends,    scenario->kept};
    for (size_t k = 0; k < sizeof memory / sizeof memory[0]; k++) {
        free(memory[k]);
    }
    panel_free(scenario->panel);
    free(scenario);
}

bool scenario_between_densities(const cli_scenario *scenario)
{
    return scenario->flow.method == JKO_STEP_EXACT1D || scenario->flow.method == JKO_STEP_FV;
}

jko_status scenario_grid(const cli_scenario *scenario, jko_grid **grid)
{
    return scenario->kind == SCENARIO_CIRCLE
               ? jko_grid_create_circle(grid, scenario->n, scenario->length)
               : jko_grid_create_line(grid, scenario->n, scenario->length);
}

static jko_status make_cost(const cli_scenario *scenario, jko_cost **cost)
{
    jko_grid *grid = NULL;
    if (scenario->kind == SCENARIO_COST) {
        return jko_cost_create_matrix(cost, scenario->n, scenario->n, scenario->cost);
    }
    jko_status status = scenario_grid(scenario, &grid);
    if (status >= 0) {
        status = jko_cost_create_squared(cost, grid, grid);
    }
    jko_grid_free(grid);
    return status;
}

int scenario_flow(const cli_scenario *scenario, const jko_cost *cost, const jko_energy *energy,
                  const jko_flow_settings *settings, jko_flow **flow)
{
    jko_grid *grid = NULL;
    jko_status status = JKO_OK;
    if (scenario_between_densities(scenario)) {
        status = scenario_grid(scenario, &grid);
        status = status < 0 ? status : jko_flow_create_1d(flow, grid, energy, settings);
        jko_grid_free(grid);
    } else {
        status = jko_flow_create(flow, cost, energy, settings);
    }
    return status < 0 ? cli_fail_input(status, scenario->path) : CLI_OK;
}

int scenario_certificate(const cli_scenario *scenario, jko_convexity convexity,
                         const jko_energy *energy, jko_certificate **certificate)
{
    jko_grid *grid = NULL;
    *certificate = NULL;
    if (scenario->kind == SCENARIO_COST || convexity != JKO_CONVEX ||
        scenario->flow.reallocation != JKO_REALLOCATION_NONE) {
        return CLI_OK;
    }
    jko_status status = scenario_grid(scenario, &grid);
    status = status < 0 ? status : jko_certificate_create(certificate, grid, energy);
    jko_grid_free(grid);
    return status < 0 ? cli_fail_input(status, scenario->path) : CLI_OK;
}

int scenario_objects(const cli_scenario *scenario, jko_cost **cost, jko_economy **economy,
                     jko_energy *energy)
{
    *cost = NULL;
    *economy = NULL;
    energy->struct_size = sizeof *energy;
    jko_status status = make_cost(scenario, cost);
    if (status >= 0) {
        status = jko_economy_create(economy, scenario->n, scenario->cell, &scenario->parameters);
    }
    const bool made = status >= 0;
    if (made) {
        status = jko_economy_energy(*economy, scenario->scaling, energy);
    }
    if (status < 0) {
        // A scaling that these parameters do not have is a wrong value of the key.
        const int code = made ? cli_fail(CLI_INVALID, "%s: [economy] energy: %s", scenario->path,
                                         jko_error_detail())
                              : cli_fail_input(status, scenario->path);
        jko_economy_free(*economy);
        jko_cost_free(*cost);
        *economy = NULL;
        *cost = NULL;
        return code;
    }
    return CLI_OK;
}
