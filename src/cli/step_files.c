// SPDX-License-Identifier: BSD-3-Clause
/*
 * One JKO step from files: masses, cost and weights in, new masses and a summary out.
 */
#include "step_files.h"

#include "cli.h"
#include "step_result.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

// Weights from FILE.csv:COLUMN, whose sectors must be those of the masses.
static int read_weights(const char *text, const masses *now, double *weights)
{
    masses column = {0};
    const char *colon = strrchr(text, ':');
    if (colon == NULL) {
        return cli_fail(CLI_INVALID, "--weights needs a number or FILE.csv:COLUMN, not \"%s\"",
                        text);
    }
    char *path = cli_copy_length(text, (size_t)(colon - text));
    int code = masses_read(&column, path, colon + 1);
    if (code == CLI_OK && column.n != now->n) {
        code = cli_fail(CLI_INVALID, "%s has %zu weights and %s %zu masses; give one a row", path,
                        column.n, now->path, now->n);
    }
    if (code == CLI_OK) {
        code = masses_check_same(now, &column);
    }
    if (code == CLI_OK) {
        memcpy(weights, column.mass, now->n * sizeof *weights);
    }
    masses_free(&column);
    free(path);
    return code;
}

static int create_economy(jko_economy **out, const step_request *request, const masses *now,
                          double cell)
{
    double *weights = cli_alloc(now->n, sizeof *weights);
    double number = 1.0;
    int code = CLI_OK;
    if (request->weights != NULL && jko_parse_number(request->weights, &number) < 0) {
        code = read_weights(request->weights, now, weights);
    } else {
        for (size_t i = 0; i < now->n; i++) {
            weights[i] = number;
        }
    }
    if (code == CLI_OK) {
        const jko_status status =
            jko_economy_create_reduced(out, now->n, cell, request->beta, request->s, weights);
        code = status < 0 ? cli_fail_input(status, "step") : CLI_OK;
    }
    free(weights);
    return code;
}

// sector,mass,density or x,mass,density; without either name of a row, mass,density.
static int write_next(const step_request *request, const masses *next, double cell)
{
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, request->output);
    if (status < 0) {
        return cli_fail_status(status, NULL);
    }
    const bool grid = request->where.cost == NULL;
    (void)jko_writer_text(writer, next->names != NULL ? "sector," : grid ? "x," : "");
    (void)jko_writer_text(writer, "mass,density\n");
    for (size_t i = 0; i < next->n; i++) {
        if (next->names != NULL) {
            (void)jko_writer_cell(writer, true, next->names[i]);
            (void)jko_writer_text(writer, ",");
        } else if (grid) {
            (void)jko_writer_number(writer, (double)i * cell);
            (void)jko_writer_text(writer, ",");
        }
        (void)jko_writer_number(writer, next->mass[i]);
        (void)jko_writer_text(writer, ",");
        (void)jko_writer_number(writer, next->mass[i] / cell);
        (void)jko_writer_text(writer, "\n");
    }
    status = jko_writer_commit(writer);
    const int code = status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
    jko_writer_free(writer);
    return code;
}

static int print(const step_request *request, const masses *next, double cell,
                 const jko_step_report *report, int code)
{
    json_t *result = result_create();
    result_text(result, "status", jko_status_name(report->status));
    step_result(result, next->n, cell, next->mass, report);
    if (request->json) {
        code = result_print_json(result, code);
    } else {
        result_text(result, "method", jko_step_method_name(request->settings.method));
        result_count(result, "cells", (int64_t)next->n);
        result_number(result, "mass", report->mass);
        result_number(result, "released", report->released);
        result_count(result, "iterations", report->iterations);
        code = result_print_table(result, code);
    }
    json_decref(result);
    return code;
}

static int step(const step_request *request, const jko_cost *cost, const jko_economy *economy,
                masses *now, double cell)
{
    jko_flow *flow = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_step_report report = {.struct_size = sizeof report};
    jko_status status = jko_economy_energy(economy, JKO_ENERGY_LOG, &energy);
    if (status >= 0) {
        status = jko_flow_create(&flow, cost, &energy, &request->settings);
    }
    if (status >= 0) {
        status = jko_flow_step(flow, request->tau, now->mass, &report);
    }
    jko_flow_free(flow);
    if (status < 0) {
        return cli_fail_status(status, request->masses);
    }
    int code = CLI_OK;
    if (status != JKO_OK && status != JKO_LOCKED && status != JKO_LOCAL) {
        code = cli_fail(CLI_FAILED, "step: %s", jko_status_text(status));
    }
    if (request->output != NULL) {
        const int written = write_next(request, now, cell);
        code = written != CLI_OK ? written : code;
    }
    return print(request, now, cell, &report, code);
}

int step_files(const step_request *request)
{
    masses now = {0};
    jko_cost *cost = NULL;
    jko_economy *economy = NULL;
    double cell = 0.0;
    int code = masses_read_nonnegative(&now, request->masses, request->column);
    if (code == CLI_OK) {
        cell = request->where.length / (double)now.n;
        code = ground_create(&cost, &request->where, &now, &now);
    }
    if (code == CLI_OK) {
        code = create_economy(&economy, request, &now, cell);
    }
    if (code == CLI_OK) {
        code = step(request, cost, economy, &now, cell);
    }
    jko_economy_free(economy);
    jko_cost_free(cost);
    masses_free(&now);
    return code;
}
