// SPDX-License-Identifier: BSD-3-Clause
/*
 * The sections [panel], [grid], [initial] and [economy] of a scenario.
 */
#include "scenario_keys.h"

#include "table_in.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define LARGEST_GRID 1e5 // cells; a step visits their square, again and again

int scenario_read_panel(scenario_reader *reader)
{
    panel_keys keys = {.shown = scenario_value(reader, "panel", "file")};
    if (keys.shown == NULL) {
        return CLI_OK; // no panel
    }
    const char *const needed[] = {"capital", "surplus"};
    for (size_t k = 0; k < sizeof needed / sizeof needed[0]; k++) {
        if (scenario_value(reader, "panel", needed[k]) == NULL) {
            return scenario_refuse(reader, "panel", needed[k], "it must name a column");
        }
    }
    char *path = NULL;
    int code = scenario_number(reader, "panel", "from", &keys.from);
    code = code != CLI_OK ? code : scenario_number(reader, "panel", "to", &keys.to);
    code = code != CLI_OK ? code : scenario_file(reader, keys.shown, &path);
    if (code == CLI_OK) {
        keys.path = path;
        keys.sector = scenario_value(reader, "panel", "sector");
        keys.year = scenario_value(reader, "panel", "year");
        keys.capital = scenario_value(reader, "panel", "capital");
        keys.surplus = scenario_value(reader, "panel", "surplus");
        keys.output = scenario_value(reader, "panel", "output");
        keys.leave_out = scenario_value(reader, "panel", "leave_out");
        code = panel_load(&reader->scenario->panel, &keys);
    }
    free(path);
    return code;
}

// A square matrix of squared distances, bare or with names in its first row and column.
static int read_matrix(scenario_reader *reader, const char *path, const char *shown)
{
    cli_scenario *scenario = reader->scenario;
    jko_csv *csv = NULL;
    const jko_status status = jko_csv_read(&csv, path);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    const bool named = jko_csv_has_names(csv);
    const size_t n = jko_csv_rows(csv);
    const size_t columns = jko_csv_columns(csv) - (named ? 1 : 0);
    int code = CLI_OK;
    if (n != columns) {
        code = cli_fail(CLI_INVALID,
                        "%s has %zu rows and %zu columns of numbers; a cost matrix is square",
                        shown, n, columns);
    } else {
        scenario->n = n;
        scenario->cost = cli_alloc(n * n, sizeof(double));
        scenario->names = named ? cli_alloc(n, sizeof *scenario->names) : NULL;
    }
    for (size_t i = 0; i < n && code == CLI_OK; i++) {
        if (named) {
            scenario->names[i] = cli_copy(jko_csv_text(csv, i, 0));
            if (strcmp(scenario->names[i], jko_csv_name(csv, i + 1)) != 0) {
                code = cli_fail(CLI_INVALID,
                                "%s:%zu: the row is named \"%s\" and the column in its place "
                                "\"%s\"; use one order for both",
                                shown, jko_csv_line(csv, i), scenario->names[i],
                                jko_csv_name(csv, i + 1));
            }
        }
        for (size_t j = 0; j < n && code == CLI_OK; j++) {
            code = cost_read_entry(csv, path, i, j + (named ? 1 : 0), false,
                                   &scenario->cost[i * n + j]);
            if (code == CLI_OK && scenario->cost[i * n + j] < 0.0) {
                code = cli_fail(CLI_INVALID,
                                "%s:%zu: column %zu: %s is negative; squared distances are >= 0",
                                path, jko_csv_line(csv, i), j + (named ? 2 : 1),
                                jko_csv_text(csv, i, j + (named ? 1 : 0)));
            }
        }
    }
    jko_csv_free(csv);
    return code;
}

// Refuse keys that the file gives although nothing reads them.
static int refuse_idle(const scenario_reader *reader, const char *section, const char *const *keys,
                       const char *remedy)
{
    for (; *keys != NULL; keys++) {
        if (cli_ini_get(reader->ini, section, *keys) != NULL) {
            return scenario_refuse(reader, section, *keys, remedy);
        }
    }
    return CLI_OK;
}

// A matrix beside a panel holds the sectors that stay, in the panel's order.
static int check_panel_names(const cli_scenario *scenario, const char *shown)
{
    const cli_panel *panel = scenario->panel;
    if (panel != NULL && panel->n != scenario->n) {
        return cli_fail(
            CLI_INVALID,
            "%s has %zu sectors, and %zu of the panel stay; give a row and a column for "
            "each of those, in the panel's order",
            shown, scenario->n, panel->n);
    }
    for (size_t i = 0; panel != NULL && scenario->names != NULL && i < panel->n; i++) {
        if (strcmp(panel->names[i], scenario->names[i]) != 0) {
            return cli_fail(CLI_INVALID,
                            "%s: sector %zu is \"%s\" and in the panel \"%s\"; use the panel's "
                            "order",
                            shown, i + 1, scenario->names[i], panel->names[i]);
        }
    }
    return CLI_OK;
}

static int read_cost(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    const char *shown = scenario_value(reader, "grid", "file");
    size_t distance = 0;
    char *path = NULL;
    if (shown == NULL) {
        return scenario_refuse(reader, "grid", "file", "kind = cost needs a file");
    }
    int code = scenario_choice(reader, "grid", "distance", "matrix|coefficients", &distance);
    code = code != CLI_OK ? code : scenario_file(reader, shown, &path);
    if (code == CLI_OK && distance == 0) {
        code = read_matrix(reader, path, shown);
    } else if (code == CLI_OK && scenario->panel == NULL) {
        code = scenario_refuse(reader, "grid", "distance",
                               "coefficients need a [panel] for the sectors and their output");
    } else if (code == CLI_OK) {
        const size_t n = scenario->panel->n;
        scenario->n = n;
        scenario->names = cli_alloc(n, sizeof *scenario->names);
        scenario->cost = cli_alloc(n * n, sizeof(double));
        for (size_t i = 0; i < n; i++) {
            scenario->names[i] = cli_copy(scenario->panel->names[i]);
        }
        code = panel_coefficient_distance(scenario->panel, path, shown, scenario->cost);
    }
    free(path);
    code = code != CLI_OK ? code : check_panel_names(scenario, shown);
    scenario->cell = 1.0 / (double)scenario->n;
    return code;
}

int scenario_read_grid(scenario_reader *reader)
{
    static const char *const of_cells[] = {"cells", "length", NULL};
    static const char *const of_files[] = {"file", "distance", NULL};
    cli_scenario *scenario = reader->scenario;
    size_t kind = 0;
    double cells = 0.0;
    int code = scenario_choice(reader, "grid", "kind", "circle|line|cost", &kind);
    if (code != CLI_OK) {
        return code;
    }
    scenario->kind = (scenario_kind)kind;
    if (scenario->kind == SCENARIO_COST) {
        code = refuse_idle(reader, "grid", of_cells,
                           "kind = cost takes its sectors from the file; remove the key");
        return code != CLI_OK ? code : read_cost(reader);
    }
    code = refuse_idle(reader, "grid", of_files, "only kind = cost reads it; remove the key");
    code = code != CLI_OK ? code : scenario_number(reader, "grid", "cells", &cells);
    code = code != CLI_OK ? code : scenario_positive(reader, "grid", "length", &scenario->length);
    if (code != CLI_OK) {
        return code;
    }
    if (cells < 1.0 || cells != floor(cells) || cells > LARGEST_GRID) {
        return scenario_refuse(reader, "grid", "cells", "it must be a whole number from 1 to 1e5");
    }
    scenario->n = (size_t)cells;
    scenario->cell = scenario->length / cells;
    return CLI_OK;
}

// The theory's initial density: 30 - tan(5.5 (x - 1/4)) on the first half, mirrored.
static void paper_density(const cli_scenario *scenario, double *density)
{
    const size_t n = scenario->n;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        const size_t k = i < (n + 1) / 2 ? i : n - 1 - i;
        density[i] = 30.0 - tan(5.5 * ((double)k / (double)n - 0.25));
        sum += density[i];
    }
    for (size_t i = 0; i < n; i++) {
        density[i] /= sum * scenario->cell;
    }
}

// The theory's labour: 1.5 + 0.5 sin(2 pi (x - 1/4)), scaled to total 1.
static void paper_labour(const cli_scenario *scenario, double *labour)
{
    const size_t n = scenario->n;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        labour[i] = 1.5 + 0.5 * sin(2.0 * PI * ((double)i / (double)n - 0.25));
        sum += labour[i];
    }
    for (size_t i = 0; i < n; i++) {
        labour[i] /= sum * scenario->cell;
    }
}

int scenario_read_initial(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    const size_t n = scenario->n;
    const char *value = scenario_value(reader, "initial", "density");
    const bool grid = scenario->kind != SCENARIO_COST;
    int code = CLI_OK;
    if (value == NULL) {
        return scenario_refuse(reader, "initial", "density",
                               "it must be paper, uniform, panel or file.csv:column");
    }
    if (strcmp(value, "paper") == 0 && grid) {
        scenario->mass = cli_alloc(n, sizeof(double));
        paper_density(scenario, scenario->mass);
    } else if (strcmp(value, "uniform") == 0) {
        scenario->mass = cli_alloc(n, sizeof(double));
        for (size_t i = 0; i < n; i++) {
            scenario->mass[i] = grid ? 1.0 / scenario->length : 1.0 / (double)n;
        }
    } else if (strcmp(value, "panel") == 0 && scenario->panel != NULL) {
        scenario->mass = cli_alloc(n, sizeof(double));
        memcpy(scenario->mass, scenario->panel->share, n * sizeof(double));
    } else if (strchr(value, ':') == NULL) {
        return scenario_refuse(reader, "initial", "density",
                               "it must be uniform, file.csv:column, on a grid also paper, with a "
                               "[panel] also panel");
    } else {
        code = scenario_column(reader, "initial", "density", true, &scenario->mass);
    }
    for (size_t i = 0; code == CLI_OK && i < n; i++) {
        scenario->mass[i] *= grid ? scenario->cell : 1.0;
    }
    if (code == CLI_OK && jko_measure_check(n, scenario->mass, NULL) < 0) {
        code = scenario_refuse(reader, "initial", "density", jko_error_detail());
    }
    return code;
}

static int read_elasticities(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    jko_economy_parameters *p = &scenario->parameters;
    const bool rho = scenario_value(reader, "economy", "rho1") != NULL ||
                     scenario_value(reader, "economy", "rho2") != NULL;
    const bool own = scenario_value(reader, "economy", "eta") != NULL ||
                     scenario_value(reader, "economy", "sigma") != NULL;
    int code = scenario_positive(reader, "economy", "beta", &p->beta);
    scenario->rho1 = scenario->rho2 = NAN;
    if (code == CLI_OK && p->beta >= 1.0) {
        code = scenario_refuse(reader, "economy", "beta", "it must be < 1");
    }
    if (code != CLI_OK) {
        return code;
    }
    if (rho && own) {
        return scenario_refuse(reader, "economy", "rho1",
                               "give either eta and sigma, or rho1 and rho2, not both");
    }
    if (own) {
        code = scenario_number(reader, "economy", "eta", &p->eta);
        code = code != CLI_OK ? code : scenario_positive(reader, "economy", "sigma", &p->sigma);
        return code == CLI_OK && p->sigma == 1.0
                   ? scenario_refuse(reader, "economy", "sigma", "it must not be 1")
                   : code;
    }
    scenario->rho1 = 0.214;
    scenario->rho2 = 0.04;
    if (rho) {
        code = scenario_positive(reader, "economy", "rho1", &scenario->rho1);
        code = code != CLI_OK ? code : scenario_number(reader, "economy", "rho2", &scenario->rho2);
        if (code == CLI_OK && scenario->rho2 <= -1.0) {
            code = scenario_refuse(reader, "economy", "rho2", "it must be > -1");
        }
    }
    if (code == CLI_OK &&
        jko_economy_calibrate(p->beta, scenario->rho1, scenario->rho2, &p->eta, &p->sigma) < 0) {
        code = scenario_refuse(reader, "economy", rho ? "rho1" : "beta", jko_error_detail());
    }
    return code;
}

// Weights that make the model's profit rates w mu^(s-1) proportional to the observed ones, with
// h sum w = 1.
static int calibrate_weights(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    const size_t n = scenario->n;
    jko_economy *economy = NULL;
    jko_economy_summary summary = {.struct_size = sizeof summary};
    double sum = 0.0;
    if (scenario->panel == NULL) {
        return scenario_refuse(reader, "economy", "weights", "calibrated needs a [panel]");
    }
    jko_status status = jko_economy_create(&economy, n, scenario->cell, &scenario->parameters);
    if (status >= 0) {
        status = jko_economy_summarize(economy, &summary);
    }
    jko_economy_free(economy);
    if (status < 0) {
        return cli_fail_input(status, scenario->path);
    }
    scenario->weights = cli_alloc(n, sizeof(double));
    for (size_t i = 0; i < n; i++) {
        scenario->weights[i] =
            scenario->panel->rate[i] * pow(scenario->mass[i] / scenario->cell, 1.0 - summary.s);
        sum += scenario->weights[i];
    }
    for (size_t i = 0; i < n; i++) {
        scenario->weights[i] /= sum * scenario->cell;
    }
    return CLI_OK;
}

int scenario_read_economy(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    jko_economy_parameters *p = &scenario->parameters;
    size_t labour = 0;
    size_t scaling = 0;
    jko_economy_parameters_default(p);
    int code = scenario_choice(reader, "economy", "labour", "immobile|mobile", &labour);
    code =
        code != CLI_OK ? code : scenario_choice(reader, "economy", "energy", "log|level", &scaling);
    code = code != CLI_OK ? code : read_elasticities(reader);
    code = code != CLI_OK
               ? code
               : scenario_column(reader, "economy", "technology", false, &scenario->technology);
    code = code != CLI_OK
               ? code
               : scenario_column(reader, "economy", "preferences", false, &scenario->preferences);
    if (code != CLI_OK) {
        return code;
    }
    const char *distribution = scenario_value(reader, "economy", "labour_distribution");
    if (strcmp(distribution, "paper") == 0 && scenario->kind != SCENARIO_COST) {
        scenario->labour = cli_alloc(scenario->n, sizeof(double));
        paper_labour(scenario, scenario->labour);
    } else {
        code = scenario_column(reader, "economy", "labour_distribution", false, &scenario->labour);
    }
    p->labour = (jko_labour)labour;
    p->technology = scenario->technology;
    p->labour_distribution = scenario->labour;
    p->preferences = scenario->preferences;
    scenario->scaling = (jko_energy_scaling)scaling;
    const char *weights = scenario_value(reader, "economy", "weights");
    if (code == CLI_OK && weights != NULL) {
        code = strcmp(weights, "calibrated") == 0
                   ? calibrate_weights(reader)
                   : scenario_column(reader, "economy", "weights", false, &scenario->weights);
        p->weights = scenario->weights;
    }
    return code;
}
