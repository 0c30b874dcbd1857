// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko flow SCENARIO.ini -o DIR: run a scenario and write what it found and proved.
 */
#define _POSIX_C_SOURCE 200809L // isatty

#include "options.h"
#include "outdir.h"
#include "run.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void help(void)
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
}

typedef struct flow_options {
    cli_given given;
    int verbosity;
} flow_options;

static int take(void *user, int option, const char *argument)
{
    flow_options *options = user;
    if (option == 'v') {
        options->verbosity = 1;
        return CLI_OK;
    }
    return cli_override(&options->given, "flow.tau", argument);
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, flow_options *options)
{
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, CLI_OPTION_SET},
        {"tau", required_argument, NULL, 256},
        {"threads", required_argument, NULL, CLI_OPTION_THREADS},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const cli_syntax syntax = {":o:vh", known, help, take, options};
    const int code = cli_parse(argc, argv, &syntax, &options->given);
    return code != CLI_OK ? code : cli_one_file(argc, argv, "scenario file", &options->given);
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

static int execute(const cli_given *given, cli_run *run, char **said)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    const double began = cli_seconds();
    int code = cli_outdir_create(&outdir, given->folder, message, sizeof message);
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    run_catch_signals();
    if (run->scenario->panel != NULL) {
        code = run_w2(run->cost, run->scenario->mass, run->scenario->panel->observed,
                      &run->observed_w2);
    }
    code = code != CLI_OK ? code : run_steps(run, given->threads);
    if (code == CLI_OK && run->scenario->panel != NULL) {
        code = run_compare(run);
    }
    run->seconds = cli_seconds() - began;
    code = code != CLI_OK ? code : run_write_all(run, cli_outdir_path(outdir), said);
    if (code == CLI_OK && run->cancelled && (run->steps == 0 || cli_outdir_replaces(outdir))) {
        code = cli_fail(CLI_FAILED, "stopped after %zu steps; %s is as it was", run->steps,
                        given->folder);
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
    cli_given *given = &options.given;
    cli_scenario *scenario = NULL;
    cli_run run = {0};
    char *said = NULL;
    int code = parse(argc, argv, &options);
    if (code == CLI_OK) {
        code = scenario_load(&scenario, given->file, given->count, given->overrides);
    }
    if (code == CLI_OK) {
        run.scenario = scenario;
        run.verbosity = options.verbosity;
        run.summary.struct_size = sizeof run.summary;
        code = scenario_objects(scenario, &run.cost, &run.economy, &run.energy);
    }
    if (code == CLI_OK) {
        (void)jko_economy_summarize(run.economy, &run.summary);
        code = execute(given, &run, &said);
    }
    if (code == CLI_OK && isatty(STDOUT_FILENO) == 1) {
        printf("%s\nThe files are in %s.\n", said, given->folder);
    }
    if (code == CLI_OK && run.cancelled) {
        code = cli_fail(CLI_FAILED, "stopped before the end; %s has the %zu steps taken so far",
                        given->folder, run.steps);
    } else if (code == CLI_OK && !run_proved(&run)) {
        code = cli_fail(CLI_FAILED, "not every step is proved; %s/%s says which", given->folder,
                        RUN_STEPS);
    }
    free(said);
    run_clear(&run);
    scenario_free(scenario);
    cli_given_clear(given);
    return code == -1 ? CLI_OK : code;
}
