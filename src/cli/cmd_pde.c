// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko pde SCENARIO.ini -o DIR: the equation of a scenario by the method of lines, as a check on
 * `jko flow` that shares nothing with it but the model.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime, isatty

#include "options.h"
#include "outdir.h"
#include "pde.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_OVERRIDES 64

typedef struct pde_options {
    const char *scenario;
    const char *folder;
    char *overrides[MOST_OVERRIDES];
    size_t count;
} pde_options;

static int help(void)
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
    return CLI_OK;
}

static int add_override(pde_options *options, const char *key, const char *value)
{
    if (options->count == MOST_OVERRIDES) {
        return cli_fail(CLI_INVALID, "more than %d overrides; put them in the file",
                        MOST_OVERRIDES);
    }
    options->overrides[options->count++] = cli_format("%s%s", key, value);
    return CLI_OK;
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, pde_options *options)
{
    enum { SET = 256, RTOL, ATOL, HELP };
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'}, {"set", required_argument, NULL, SET},
        {"rtol", required_argument, NULL, RTOL},  {"atol", required_argument, NULL, ATOL},
        {"help", no_argument, NULL, HELP},        {NULL, 0, NULL, 0},
    };
    int code = CLI_OK;
    int option = 0;
    opterr = 0;
    while (code == CLI_OK && (option = getopt_long(argc, argv, ":o:h", known, NULL)) != -1) {
        switch (option) {
        case 'o':
            options->folder = optarg;
            break;
        case SET:
            code = add_override(options, "", optarg);
            break;
        case RTOL:
            code = add_override(options, "pde.relative_tolerance=", optarg);
            break;
        case ATOL:
            code = add_override(options, "pde.absolute_tolerance=", optarg);
            break;
        case HELP:
        case 'h':
            (void)help();
            return -1;
        default:
            return cli_option_refuse(option, argv, known);
        }
    }
    if (code == CLI_OK && (optind + 1 != argc || options->folder == NULL)) {
        code = cli_fail(CLI_INVALID, "%s; jko pde --help",
                        options->folder == NULL ? "-o DIR is missing"
                                                : "exactly one scenario file is needed");
    }
    options->scenario = argv[optind];
    return code;
}

static double seconds(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
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

static int execute(const pde_options *options, cli_run *run)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    pde_counts *counts = NULL;
    pde_model model = {0};
    double *weights = cli_alloc(run->scenario->n, sizeof *weights);
    const double began = seconds();
    int code = pde_model_init(&model, run, weights) ? CLI_OK : CLI_UNSUPPORTED;
    if (code == CLI_OK) {
        code = cli_outdir_create(&outdir, options->folder, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    if (code == CLI_OK) {
        run_catch_signals();
        allocate(run, &counts);
        code = pde_integrate(run, &model, counts);
    }
    run->seconds = seconds() - began;
    code = code != CLI_OK ? code : write_files(run, &model, counts, cli_outdir_path(outdir));
    if (code == CLI_OK && run->cancelled && (run->steps == 0 || cli_outdir_replaces(outdir))) {
        code = cli_fail(CLI_FAILED, "stopped with %zu of the saved times reached; %s is as it was",
                        run->steps, options->folder);
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
               run->steps, run->time[run->steps - 1], last->steps, last->rates, options->folder);
    }
    free(counts);
    free(model.work);
    free(weights);
    return code;
}

int cli_pde(int argc, char **argv)
{
    pde_options options = {0};
    cli_scenario *scenario = NULL;
    cli_run run = {0};
    int code = parse(argc, argv, &options);
    if (code == CLI_OK && pde_integrator() == NULL) {
        code = pde_integrate(NULL, NULL, NULL); // says what to install
    }
    if (code == CLI_OK) {
        const char *overrides[MOST_OVERRIDES];
        memcpy(overrides, options.overrides, sizeof overrides);
        code = scenario_load_pde(&scenario, options.scenario, options.count, overrides);
    }
    if (code == CLI_OK) {
        run.scenario = scenario;
        run.summary.struct_size = sizeof run.summary;
        code = scenario_objects(scenario, &run.cost, &run.economy, &run.energy);
    }
    if (code == CLI_OK) {
        (void)jko_economy_summarize(run.economy, &run.summary);
        code = execute(&options, &run);
    }
    if (code == CLI_OK && run.cancelled) {
        code = cli_fail(CLI_FAILED, "stopped before the end; %s has the %zu times reached so far",
                        options.folder, run.steps);
    }
    run_clear(&run);
    scenario_free(scenario);
    for (size_t k = 0; k < options.count; k++) {
        free(options.overrides[k]);
    }
    return code == -1 ? CLI_OK : code;
}
