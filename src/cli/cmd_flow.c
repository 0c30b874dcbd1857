// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko flow SCENARIO.ini -o DIR: run a scenario and write what it found and proved.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime, isatty

#include "options.h"
#include "outdir.h"
#include "run.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_OVERRIDES 64

typedef struct flow_options {
    const char *scenario;
    const char *folder;
    const char *overrides[MOST_OVERRIDES];
    char *owned[MOST_OVERRIDES]; // texts made for short forms
    size_t count;
    double threads;
    int verbosity;
} flow_options;

static int help(void)
{
    printf(
        "usage: jko flow SCENARIO.ini -o DIR [OPTIONS]\n\n"
        "Run a scenario: JKO steps, each with a certified gap. docs/formats.md describes the\n"
        "scenario file and every file of DIR, which appears whole or not at all.\n\n"
        "  -o, --output DIR        folder for the results; an earlier result is replaced\n"
        "      --set SECTION.KEY=VALUE   takes the place of a key of the scenario file\n"
        "      --tau T             short for --set flow.tau=T\n"
        "      --threads N         threads of the library; results do not depend on it\n"
        "  -v, --verbose           a table of the steps on standard error\n"
        "      --help              this text\n\n"
        "On a terminal a line shows progress and the findings are printed at the end; into a\n"
        "pipe nothing is printed: the findings are in DIR/log.txt.\n"
        "Exit codes: 0 every step is proved, 1 failed or a step is not proved, 2 wrong usage or\n"
        "invalid input. Ctrl-C and SIGTERM stop after the present iteration and write what there "
        "is,\nbut not over an earlier result; a second one ends the program at once.\n");
    return CLI_OK;
}

static int add_override(flow_options *options, const char *text)
{
    if (options->count == MOST_OVERRIDES) {
        return cli_fail(CLI_INVALID, "more than %d overrides; put them in the file",
                        MOST_OVERRIDES);
    }
    options->overrides[options->count++] = text;
    return CLI_OK;
}

static int add_tau(flow_options *options, const char *tau)
{
    char *text = cli_format("flow.tau=%s", tau);
    const int code = add_override(options, text);
    if (code == CLI_OK) {
        options->owned[options->count - 1] = text;
    } else {
        free(text);
    }
    return code;
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, flow_options *options)
{
    enum { SET = 256, TAU, THREADS, HELP };
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, SET},
        {"tau", required_argument, NULL, TAU},
        {"threads", required_argument, NULL, THREADS},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, HELP},
        {NULL, 0, NULL, 0},
    };
    int code = CLI_OK;
    int option = 0;
    opterr = 0;
    while (code == CLI_OK && (option = getopt_long(argc, argv, ":o:vh", known, NULL)) != -1) {
        switch (option) {
        case 'o':
            options->folder = optarg;
            break;
        case SET:
            code = add_override(options, optarg);
            break;
        case TAU:
            code = add_tau(options, optarg);
            break;
        case THREADS:
            code = cli_number("--threads", optarg, &options->threads);
            if (code == CLI_OK && !(options->threads >= 0.0 && options->threads <= 4096.0 &&
                                    options->threads == floor(options->threads))) {
                code = cli_fail(CLI_INVALID,
                                "--threads is %s; it must be a whole number from 0 to "
                                "4096 (0: as many as OpenMP likes)",
                                optarg);
            }
            break;
        case 'v':
            options->verbosity = 1;
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
        code = cli_fail(CLI_INVALID, "%s; jko flow --help",
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

int run_write_all(cli_run *run, const char *folder, char **said)
{
    const char *outputs[12] = {NULL};
    size_t count = 0;
    bool figure = false;
    int code = run_write_trajectory(run, folder);
    outputs[count++] = RUN_TRAJECTORY;
    code = code != CLI_OK ? code : run_write_steps(run, folder);
    outputs[count++] = RUN_STEPS;
    code = code != CLI_OK ? code : run_write_states(run, folder);
    outputs[count++] = RUN_STATES;
    if (run->scenario->follows) {
        code = code != CLI_OK ? code : run_write_inner(run, folder);
        outputs[count++] = RUN_INNER;
        outputs[count++] = RUN_INNER_STATES;
    }
    if (run->scenario->cost != NULL) {
        outputs[count++] = RUN_COST;
    }
    if (run->forecast_rows > 0) {
        code = code != CLI_OK ? code : run_write_forecast(run, folder);
        outputs[count++] = RUN_FORECAST;
    }
    code = code != CLI_OK ? code : run_write_log(run, folder, said);
    outputs[count++] = RUN_LOG;
    code = code != CLI_OK ? code : run_write_figure(run, folder, &figure);
    if (figure) {
        outputs[count++] = RUN_FIGURE;
    }
    code = code != CLI_OK ? code : run_write_json(run, folder, outputs);
    outputs[count++] = RUN_JSON;
    return code != CLI_OK ? code : run_write_sums(folder, outputs);
}

static int execute(const flow_options *options, cli_run *run, char **said)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    const double began = seconds();
    int code = cli_outdir_create(&outdir, options->folder, message, sizeof message);
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    run_catch_signals();
    if (run->scenario->panel != NULL) {
        code = run_w2(run->cost, run->scenario->mass, run->scenario->panel->observed,
                      &run->observed_w2);
    }
    code = code != CLI_OK ? code : run_steps(run, (int)options->threads);
    if (code == CLI_OK && run->scenario->panel != NULL) {
        code = run_compare(run);
    }
    run->seconds = seconds() - began;
    code = code != CLI_OK ? code : run_write_all(run, cli_outdir_path(outdir), said);
    if (code == CLI_OK && run->cancelled && (run->steps == 0 || cli_outdir_replaces(outdir))) {
        code = cli_fail(CLI_FAILED, "stopped after %zu steps; %s is as it was", run->steps,
                        options->folder);
    }
    if (code == CLI_OK) {
        code = cli_outdir_commit(outdir, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    cli_outdir_free(outdir); // removes what was not put in place
    return code;
}

int cli_flow(int argc, char **argv)
{
    flow_options options = {0};
    cli_scenario *scenario = NULL;
    cli_run run = {0};
    char *said = NULL;
    int code = parse(argc, argv, &options);
    if (code == CLI_OK) {
        code = scenario_load(&scenario, options.scenario, options.count, options.overrides);
    }
    if (code == CLI_OK) {
        run.scenario = scenario;
        run.verbosity = options.verbosity;
        run.summary.struct_size = sizeof run.summary;
        code = scenario_objects(scenario, &run.cost, &run.economy, &run.energy);
    }
    if (code == CLI_OK) {
        (void)jko_economy_summarize(run.economy, &run.summary);
        code = execute(&options, &run, &said);
    }
    if (code == CLI_OK && isatty(STDOUT_FILENO) == 1) {
        printf("%s\nThe files are in %s.\n", said, options.folder);
    }
    if (code == CLI_OK && run.cancelled) {
        code = cli_fail(CLI_FAILED, "stopped before the end; %s has the %zu steps taken so far",
                        options.folder, run.steps);
    } else if (code == CLI_OK && !run_proved(&run)) {
        code = cli_fail(CLI_FAILED, "not every step is proved; %s/%s says which", options.folder,
                        RUN_STEPS);
    }
    free(said);
    run_clear(&run);
    scenario_free(scenario);
    for (size_t k = 0; k < options.count; k++) {
        free(options.owned[k]);
    }
    return code == -1 ? CLI_OK : code;
}
