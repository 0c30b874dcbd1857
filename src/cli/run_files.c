// SPDX-License-Identifier: BSD-3-Clause
/*
 * The tables and arrays of a run: trajectory.csv, steps.csv, states.npy, cost.npy, forecast.csv,
 * and the list of checksums. docs/formats.md describes each.
 */
#include "run.h"

#include "sha256.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *run_path(const char *folder, const char *name)
{
    return cli_format("%s/%s", folder, name);
}

static int begin(const char *folder, const char *name, jko_writer **writer)
{
    char *path = run_path(folder, name);
    const jko_status status = jko_writer_create(writer, path);
    free(path);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static int end(jko_writer *writer)
{
    const jko_status status = jko_writer_commit(writer);
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static void number_cell(jko_writer *writer, double value)
{
    (void)jko_writer_text(writer, ",");
    (void)jko_writer_number(writer, value);
}

static void count_cell(jko_writer *writer, unsigned long long value)
{
    char text[32];
    (void)snprintf(text, sizeof text, ",%llu", value);
    (void)jko_writer_text(writer, text);
}

static void time_heading(jko_writer *writer, double time)
{
    char text[64];
    (void)snprintf(text, sizeof text, "t=%.15g", time);
    (void)jko_writer_cell(writer, false, text);
}

int run_write_trajectory(const cli_run *run, const char *folder)
{
    const cli_scenario *scenario = run->scenario;
    const bool grid = scenario->kind != SCENARIO_COST;
    jko_writer *writer = NULL;
    const int code = begin(folder, RUN_TRAJECTORY, &writer);
    if (code != CLI_OK) {
        return code;
    }
    (void)jko_writer_text(writer, grid ? "x" : "sector");
    if (run_saves(run, 0)) {
        time_heading(writer, 0.0);
    }
    for (size_t k = 1; k <= run->steps; k++) {
        if (run_saves(run, k)) {
            time_heading(writer, run->time[k - 1]);
        }
    }
    (void)jko_writer_text(writer, "\n");
    for (size_t i = 0; i < scenario->n; i++) {
        // Densities on grids, masses otherwise.
        const double unit = grid ? scenario->cell : 1.0;
        if (grid) {
            (void)jko_writer_number(writer, (double)i * scenario->cell);
        } else if (scenario->names != NULL) {
            (void)jko_writer_cell(writer, true, scenario->names[i]);
        } else {
            char text[32];
            (void)snprintf(text, sizeof text, "%zu", i);
            (void)jko_writer_text(writer, text);
        }
        if (run_saves(run, 0)) {
            number_cell(writer, run_mass(run, 0)[i] / unit);
        }
        for (size_t k = 1; k <= run->steps; k++) {
            if (run_saves(run, k)) {
                number_cell(writer, run_mass(run, k)[i] / unit);
            }
        }
        (void)jko_writer_text(writer, "\n");
    }
    return end(writer);
}

// One row of steps.csv; report is NULL for the state before the first step.
static void step_row(const cli_run *run, jko_writer *writer, size_t k,
                     const jko_step_report *report)
{
    const double *mass = run_mass(run, k);
    double consumption = NAN;
    double least = NAN;
    double largest = NAN;
    double energy = NAN;
    double total = NAN;
    (void)jko_economy_consumption(run->economy, mass, &consumption);
    (void)jko_measure_check(run->scenario->n, mass, &total);
    (void)run->energy.eval(run->energy.user, run->scenario->n, mass, &energy, NULL);
    run_profit_range(run, mass, &least, &largest);
    char text[32];
    (void)snprintf(text, sizeof text, "%zu", k);
    (void)jko_writer_text(writer, text);
    const double numbers[] = {k > 0 ? run->time[k - 1] : 0.0,
                              report != NULL ? report->tau : 0.0,
                              energy,
                              consumption,
                              least,
                              largest,
                              report != NULL ? report->transport_cost : 0.0,
                              report != NULL ? report->gap : 0.0,
                              report != NULL ? report->released : 0.0};
    for (size_t c = 0; c < sizeof numbers / sizeof numbers[0]; c++) {
        number_cell(writer, numbers[c]);
    }
    count_cell(writer, report != NULL ? (unsigned long long)report->iterations : 0);
    number_cell(writer, total);
    (void)jko_writer_cell(writer, false,
                          report != NULL ? jko_status_name(report->status) : "initial");
    number_cell(writer, report != NULL ? report->step_cost : 0.0);
    number_cell(writer, report != NULL ? report->objective : energy);
    number_cell(writer, report != NULL ? report->epsilon : 0.0);
    number_cell(writer, report != NULL ? report->stationarity : 0.0);
    number_cell(writer, report != NULL ? run->density_gap[k - 1] : 0.0);
    if (run->scenario->follows) {
        count_cell(writer, k > 0 ? (unsigned long long)run->stages[k - 1].order : 0);
        number_cell(writer, k > 0 ? run->stages[k - 1].error : 0.0);
    }
    (void)jko_writer_text(writer, "\n");
}

int run_write_steps(const cli_run *run, const char *folder)
{
    jko_writer *writer = NULL;
    const int code = begin(folder, RUN_STEPS, &writer);
    if (code != CLI_OK) {
        return code;
    }
    (void)jko_writer_text(writer, "step,t,tau,energy,consumption,profit_min,profit_max,"
                                  "transport_cost,gap,released,iterations,mass,status,step_cost,"
                                  "objective,epsilon,stationarity,density_gap");
    (void)jko_writer_text(writer, run->scenario->follows ? ",order,error\n" : "\n");
    step_row(run, writer, 0, NULL);
    for (size_t k = 1; k <= run->steps; k++) {
        step_row(run, writer, k, &run->reports[k - 1]);
    }
    return end(writer);
}

int run_write_states(const cli_run *run, const char *folder)
{
    const cli_scenario *scenario = run->scenario;
    const size_t shape[] = {run->steps + 1, 2, scenario->n};
    const size_t square[] = {scenario->n, scenario->n};
    char *path = run_path(folder, RUN_STATES);
    jko_status status = jko_npy_write(path, 3, shape, run->states);
    free(path);
    if (status >= 0 && scenario->cost != NULL) {
        path = run_path(folder, RUN_COST);
        status = jko_npy_write(path, 2, square, scenario->cost);
        free(path);
    }
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

int run_write_forecast(const cli_run *run, const char *folder)
{
    jko_writer *writer = NULL;
    const int code = begin(folder, RUN_FORECAST, &writer);
    if (code != CLI_OK) {
        return code;
    }
    const double n = (double)run->scenario->n;
    (void)jko_writer_text(writer, "forecast,step,tau,status,movers,agree_movers,"
                                  "agree_share_movers,agree_all,agree_share_all,rank_correlation,"
                                  "w2_moved,w2_observed,l1_observed\n");
    for (size_t k = 0; k < run->forecast_rows; k++) {
        const forecast_row *row = &run->forecast[k];
        const bool step = row->step > 0;
        (void)jko_writer_cell(writer, true, row->label);
        count_cell(writer, row->step);
        number_cell(writer, step ? run->tau[row->step - 1] : NAN);
        (void)jko_writer_cell(writer, false,
                              step ? jko_status_name(run->reports[row->step - 1].status) : "");
        count_cell(writer, row->movers);
        count_cell(writer, row->agree_movers);
        number_cell(writer,
                    row->movers > 0 ? (double)row->agree_movers / (double)row->movers : NAN);
        count_cell(writer, row->agree_all);
        number_cell(writer, (double)row->agree_all / n);
        number_cell(writer, row->rank);
        number_cell(writer, row->w2_moved);
        number_cell(writer, row->w2_observed);
        number_cell(writer, row->l1_observed);
        (void)jko_writer_text(writer, "\n");
    }
    return end(writer);
}

char *run_sums(const char *folder, const char *const *names)
{
    cli_text text = {0};
    for (size_t k = 0; names[k] != NULL; k++) {
        char hex[65] = "";
        char message[512] = "";
        char *path = run_path(folder, names[k]);
        const int failed = cli_sha256_file(path, hex, message, sizeof message);
        free(path);
        if (failed != 0) {
            (void)cli_fail(CLI_FAILED, "%s", message);
            free(cli_text_take(&text));
            return NULL;
        }
        cli_text_add(&text, "%s  %s\n", hex, names[k]);
    }
    return cli_text_take(&text);
}

int run_write_sums(const char *folder, const char *const *outputs)
{
    jko_writer *writer = NULL;
    char *text = run_sums(folder, outputs);
    if (text == NULL) {
        return CLI_FAILED;
    }
    int code = begin(folder, RUN_SUMS, &writer);
    if (code == CLI_OK) {
        (void)jko_writer_text(writer, text);
        code = end(writer);
    }
    free(text);
    return code;
}
