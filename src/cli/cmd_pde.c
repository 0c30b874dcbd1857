// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko pde SCENARIO.ini -o DIR: the equation of a scenario by the method of lines, as a check on
 * `jko flow` that shares nothing with it but the model.
 */
#define _POSIX_C_SOURCE 200809L // isatty

#include "options.h"
#include "outdir.h"
#include "pde.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RTOL = 256, ATOL };

static void help(void)
{
    printf(
        "usage: jko pde SCENARIO.ini -o DIR [OPTIONS]\n\n"
        "Integrate the equation of a scenario in time by the method of lines (SUNDIALS CVODE), as\n"
        "a check on jko flow. The scenario file is the same; of [flow] it takes until, save and\n"
        "the cost of reallocation, of [pde] the rest. docs/formats.md describes the keys and "
        "every\n"
        "file of DIR, which appears whole or not at all.\n\n"
        "  -o, --output DIR        folder for the results; an earlier result is replaced\n"
        "      --set SECTION.KEY=VALUE   takes the place of a key of the scenario file\n"
        "      --rtol R            short for --set pde.relative_tolerance=R\n"
        "      --atol A            short for --set pde.absolute_tolerance=A\n"
        "      --help              this text\n\n"
        "Exit codes: 0 integrated to the end, 1 failed or stopped, 2 wrong usage or invalid "
        "input,\n"
        "3 built without SUNDIALS, or an equation without a solution (s >= 1). Ctrl-C and SIGTERM\n"
        "stop and write the times reached, but not over an earlier result.\n");
}

static int take(void *user, int option, const char *argument)
{
    return cli_override(user, option == RTOL ? "pde.relative_tolerance" : "pde.absolute_tolerance",
                        argument);
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, cli_given *given)
{
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'}, {"set", required_argument, NULL, CLI_OPTION_SET},
        {"rtol", required_argument, NULL, RTOL},  {"atol", required_argument, NULL, ATOL},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    const cli_syntax syntax = {":o:h", known, help, take, given};
    const int code = cli_parse(argc, argv, &syntax, given);
    return code != CLI_OK ? code : cli_one_file(argc, argv, "scenario file", given);
}

static int write_files(cli_run *run, const pde_model *model, const pde_counts *counts,
                       const char *folder)
{
    const char *outputs[6] = {RUN_TRAJECTORY, PDE_TIMES, PDE_STATES, RUN_JSON};
    bool figure = false;
    int code = run_write_trajectory(run, folder);
    code = code != CLI_OK ? code : pde_write_times(run, model, counts, folder);
    code = code != CLI_OK ? code : pde_write_states(run, folder);
    code = code != CLI_OK ? code : run_write_figure(run, folder, &figure);
    if (figure) {
        outputs[3] = RUN_FIGURE;
        outputs[4] = RUN_JSON;
    }
    code = code != CLI_OK ? code : pde_write_json(run, model, counts, folder, outputs);
    return code != CLI_OK ? code : run_write_sums(folder, outputs);
}

static void allocate(cli_run *run, pde_counts **counts)
{
    const size_t most = run->scenario->taus;
    const size_t n = run->scenario->n;
    run->time = cli_alloc(most, sizeof(double));
    run->states = cli_alloc(2 * (most + 1) * n, sizeof(double));
    memcpy(run->states, run->scenario->mass, n * sizeof(double));
    *counts = cli_alloc(most + 1, sizeof **counts);
}

static int execute(const cli_given *given, cli_run *run)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    pde_counts *counts = NULL;
    pde_model model = {0};
    double *weights = cli_alloc(run->scenario->n, sizeof *weights);
    const double began = cli_seconds();
    int code = pde_model_init(&model, run, weights) ? CLI_OK : CLI_UNSUPPORTED;
    if (code == CLI_OK) {
        code = cli_outdir_create(&outdir, given->folder, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    if (code == CLI_OK) {
        run_catch_signals();
        allocate(run, &counts);
        code = pde_integrate(run, &model, counts);
    }
    run->seconds = cli_seconds() - began;
    code = code != CLI_OK ? code : write_files(run, &model, counts, cli_outdir_path(outdir));
    if (code == CLI_OK && run->cancelled && (run->steps == 0 || cli_outdir_replaces(outdir))) {
        code = cli_fail(CLI_FAILED, "stopped with %zu of the saved times reached; %s is as it was",
                        run->steps, given->folder);
    }
    if (code == CLI_OK) {
        code = cli_outdir_commit(outdir, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    cli_outdir_free(outdir); // removes what was not put in place
    if (code == CLI_OK && isatty(STDOUT_FILENO) == 1) {
        const pde_counts *last = &counts[run->steps];
        printf("%zu times up to t = %g: %ld steps, %ld evaluations of the right-hand side.\n"
               "The files are in %s.\n",
               run->steps, run->time[run->steps - 1], last->steps, last->rates, given->folder);
    }
    free(counts);
    free(model.work);
    free(weights);
    return code;
}

int cli_pde(int argc, char **argv)
{
    cli_given given = {0};
    cli_scenario *scenario = NULL;
    cli_run run = {0};
    int code = parse(argc, argv, &given);
    if (code == CLI_OK && pde_integrator() == NULL) {
        code = pde_integrate(NULL, NULL, NULL); // says what to install
    }
    if (code == CLI_OK) {
        code = scenario_load_pde(&scenario, given.file, given.count, given.overrides);
    }
    if (code == CLI_OK) {
        run.scenario = scenario;
        run.summary.struct_size = sizeof run.summary;
        code = scenario_objects(scenario, &run.cost, &run.economy, &run.energy);
    }
    if (code == CLI_OK) {
        (void)jko_economy_summarize(run.economy, &run.summary);
        code = execute(&given, &run);
    }
    if (code == CLI_OK && run.cancelled) {
        code = cli_fail(CLI_FAILED, "stopped before the end; %s has the %zu times reached so far",
                        given.folder, run.steps);
    }
    run_clear(&run);
    scenario_free(scenario);
    cli_given_clear(&given);
    return code == -1 ? CLI_OK : code;
}
