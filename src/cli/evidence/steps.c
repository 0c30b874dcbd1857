// SPDX-License-Identifier: BSD-3-Clause
/*
 * The certified step of each window, as a run of a scenario: what jko flow would write, so that
 * jko verify checks it and anybody can run it again or change it.
 */
#include "evidence.h"

#include "run.h"
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DISTANCES "distance-squared.csv"

// Rounding of the texts in between: the step is the same to the last bits.
#define SAME 1e-12

static int commit(jko_writer *writer, jko_status status)
{
    if (status >= 0) {
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static int write_distances(const ev_forecast *f, const char *folder)
{
    char *path = run_path(folder, DISTANCES);
    jko_writer *writer = NULL;
    const jko_status status = jko_writer_create(&writer, path);
    free(path);
    for (size_t i = 0; i <= f->n && status >= 0; i++) {
        (void)jko_writer_cell(writer, true, i == 0 ? "sector" : f->panel->codes[f->who[i - 1]]);
        for (size_t j = 0; j < f->n; j++) {
            if (i == 0) {
                (void)jko_writer_cell(writer, false, f->panel->codes[f->who[j]]);
            } else {
                const double d = f->distance[(i - 1) * f->n + j];
                (void)jko_writer_text(writer, ",");
                (void)jko_writer_number(writer, d * d);
            }
        }
        (void)jko_writer_text(writer, "\n");
    }
    return commit(writer, status);
}

static int write_inputs(const ev_forecast *f, const ev_case *c, const char *folder,
                        const char *name)
{
    char *path = cli_format("%s/%s.csv", folder, name);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    if (status >= 0) {
        (void)jko_writer_text(writer, "sector,mass,weight,profit_rate,observed\n");
    }
    for (size_t i = 0; i < f->n && status >= 0; i++) {
        const double numbers[] = {c->start[i], c->weight[i], c->rate[i], c->observed[i]};
        (void)jko_writer_cell(writer, true, f->panel->codes[f->who[i]]);
        for (size_t k = 0; k < 4; k++) {
            (void)jko_writer_text(writer, ",");
            (void)jko_writer_number(writer, numbers[k]);
        }
        (void)jko_writer_text(writer, "\n");
    }
    const int code = commit(writer, status);
    if (code != CLI_OK) {
        return code;
    }
    path = cli_format("%s/%s.ini", folder, name);
    char *text = cli_format(
        "; One exact JKO step from the shares of %d, weights calibrated to their profit rates.\n"
        ";\n;     jko flow %s.ini -o DIR\n\n[grid]\nkind = cost\ndistance = matrix\nfile = %s\n\n"
        "[economy]\nlabour = immobile\nbeta = %.17g\nrho1 = %.17g\nrho2 = %.17g\n"
        "weights = %s.csv:weight\nenergy = log\n\n[initial]\ndensity = %s.csv:mass\n\n"
        "[flow]\nmethod = atoms\nsteps = single\ntau = %.17g\n",
        c->window.from, name, DISTANCES, f->map->beta, f->map->rho1, f->map->rho2, name, name,
        f->tau);
    status = jko_writer_create(&writer, path);
    if (status >= 0) {
        (void)jko_writer_text(writer, text);
    }
    free(path);
    free(text);
    return commit(writer, status);
}

// The run of a scenario into folder/name; its state must be the one that the forecast is about.
static int run_step(const ev_forecast *f, const ev_case *c, const char *folder, const char *name)
{
    char *scenario_path = cli_format("%s/%s.ini", folder, name);
    char *into = run_path(folder, name);
    char *said = NULL;
    cli_scenario *scenario = NULL;
    cli_run run = {.summary = {.struct_size = sizeof run.summary}};
    int code =
        mkdir(into, 0777) == 0 ? CLI_OK : cli_fail(CLI_FAILED, "%s: %s", into, strerror(errno));
    code = code != CLI_OK ? code : scenario_load(&scenario, scenario_path, 0, NULL);
    if (code == CLI_OK) {
        run.scenario = scenario;
        code = scenario_objects(scenario, &run.cost, &run.economy, &run.energy);
    }
    if (code == CLI_OK) {
        (void)jko_economy_summarize(run.economy, &run.summary);
        code = run_steps(&run, 1);
    }
    if (code == CLI_OK && !run_proved(&run)) {
        code =
            cli_fail(CLI_FAILED, "the step of %d-%d is not proved", c->window.from, c->window.to);
    }
    for (size_t i = 0; code == CLI_OK && i < f->n; i++) {
        if (!(fabs(run_mass(&run, 1)[i] - c->predicted[EV_THEORY][i]) <= SAME)) {
            code = cli_fail(CLI_FAILED, "the step of %d-%d came out differently twice",
                            c->window.from, c->window.to);
        }
    }
    code = code != CLI_OK ? code : run_write_all(&run, into, &said);
    free(said);
    run_clear(&run);
    scenario_free(scenario);
    free(scenario_path);
    free(into);
    return code;
}

int ev_write_steps(ev_evidence *e, const char *folder, cli_text *outputs)
{
    static const char *const names[] = {"train", "test"};
    // All that a run may leave; figure.svg only where gnuplot is.
    static const char *const files[] = {RUN_TRAJECTORY, RUN_STEPS,  RUN_STATES, RUN_COST,
                                        RUN_LOG,        RUN_FIGURE, RUN_JSON,   RUN_SUMS};
    const ev_forecast *f = e->forecast;
    int code = write_distances(f, folder);
    cli_text_add(outputs, "%s\n", DISTANCES);
    for (size_t k = 0; k < 2 && code == CLI_OK; k++) {
        const ev_case *c = k == 0 ? &f->train : &f->test;
        code = write_inputs(f, c, folder, names[k]);
        code = code != CLI_OK ? code : run_step(f, c, folder, names[k]);
        cli_text_add(outputs, "%s.csv\n%s.ini\n", names[k], names[k]);
        for (size_t j = 0; j < sizeof files / sizeof files[0] && code == CLI_OK; j++) {
            struct stat info;
            char *path = cli_format("%s/%s/%s", folder, names[k], files[j]);
            if (stat(path, &info) == 0) {
                cli_text_add(outputs, "%s/%s\n", names[k], files[j]);
            }
            free(path);
        }
    }
    return code;
}
