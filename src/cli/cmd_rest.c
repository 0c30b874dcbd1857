// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko rest SCENARIO.ini -o DIR: where a scenario comes to rest from random starts. One place if the
 * energy is convex, many if it is not.
 */
#define _POSIX_C_SOURCE 200809L // isatty

#include "options.h"
#include "outdir.h"
#include "rest.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MOST_STARTS 1000000
#define MOST_SEED 9007199254740991 // the largest whole number that JSON's readers all keep

enum { STARTS = 256, SEED };

typedef struct rest_options {
    cli_given given;
    int64_t starts;
    int64_t seed;
} rest_options;

static void help(void)
{
    printf(
        "usage: jko rest SCENARIO.ini -o DIR [OPTIONS]\n\n"
        "Follow a scenario from random starts until nothing moves, and list where they end. Each\n"
        "start shares the scenario's mass among its cells at random; the steps are those of "
        "[flow]\n"
        "(stepping = fixed), up to the time until. A step that raises the energy, or a start that\n"
        "does not rest, is a failure. Each end state is tried: every exchange of mass between two\n"
        "cells must raise the energy. The same seed gives the same files. docs/formats.md "
        "describes\n"
        "every file of DIR, which appears whole or not at all.\n\n"
        "  -o, --output DIR        folder for the results; an earlier result is replaced\n"
        "      --starts N          how many; default 200\n"
        "      --seed S            whole number that the starts are drawn from; default 1\n"
        "      --set SECTION.KEY=VALUE   takes the place of a key of the scenario file\n"
        "      --threads N         threads of OpenMP; results do not depend on it\n"
        "      --help              this text\n\n"
        "Exit codes: 0 all end states are local minima, 1 failed, stopped or not all are, 2 wrong\n"
        "usage or invalid input, 3 an energy that the method cannot do.\n");
}

static int take(void *user, int option, const char *argument)
{
    rest_options *options = user;
    return option == STARTS ? cli_count("--starts", argument, 1, MOST_STARTS, &options->starts)
                            : cli_count("--seed", argument, 0, MOST_SEED, &options->seed);
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, rest_options *options)
{
    static const struct option known[] = {
        {"output", required_argument, NULL, 'o'},
        {"set", required_argument, NULL, CLI_OPTION_SET},
        {"starts", required_argument, NULL, STARTS},
        {"seed", required_argument, NULL, SEED},
        {"threads", required_argument, NULL, CLI_OPTION_THREADS},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const cli_syntax syntax = {":o:h", known, help, take, options};
    const int code = cli_parse(argc, argv, &syntax, &options->given);
    return code != CLI_OK ? code : cli_one_file(argc, argv, "scenario file", &options->given);
}

static int execute(const rest_options *options, cli_rest *rest, char **said)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    const double began = cli_seconds();
    int code = cli_outdir_create(&outdir, options->given.folder, message, sizeof message);
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    run_catch_signals();
    code = rest_run(rest, (size_t)options->starts, options->given.threads);
    rest->run.seconds = cli_seconds() - began;
    code = code != CLI_OK ? code : rest_write(rest, cli_outdir_path(outdir), said);
    if (code == CLI_OK) {
        code = cli_outdir_commit(outdir, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    cli_outdir_free(outdir); // removes what was not put in place
    return code;
}

static int check(const cli_scenario *scenario)
{
    if (scenario->follows || scenario->single) {
        return cli_fail(CLI_INVALID,
                        "%s: jko rest takes steps of one length: set flow.steps = flow and "
                        "flow.stepping = fixed",
                        scenario->path);
    }
    return CLI_OK;
}

int cli_rest_command(int argc, char **argv)
{
    rest_options options = {.starts = 200, .seed = 1};
    cli_given *given = &options.given;
    cli_scenario *scenario = NULL;
    cli_rest rest = {0};
    char *said = NULL;
    int code = parse(argc, argv, &options);
    if (code == CLI_OK) {
        code = scenario_load(&scenario, given->file, given->count, given->overrides);
    }
    code = code != CLI_OK ? code : check(scenario);
    if (code == CLI_OK) {
        rest.run.scenario = scenario;
        rest.run.summary.struct_size = sizeof rest.run.summary;
        rest.seed = (uint64_t)options.seed;
        code = scenario_objects(scenario, &rest.run.cost, &rest.run.economy, &rest.run.energy);
    }
    if (code == CLI_OK) {
        (void)jko_economy_summarize(rest.run.economy, &rest.run.summary);
        code = execute(&options, &rest, &said);
    }
    if (code == CLI_OK && isatty(STDOUT_FILENO) == 1) {
        printf("%sThe files are in %s.\n", said, given->folder);
    }
    if (code == CLI_OK && rest_confirmed(&rest) < rest.states) {
        code =
            cli_fail(CLI_FAILED,
                     "%zu of %zu end states are not confirmed as local minima; %s/%s says which%s",
                     rest.states - rest_confirmed(&rest), rest.states, given->folder,
                     REST_CATALOGUE, rest_hint(&rest));
    }
    free(said);
    rest_clear(&rest);
    scenario_free(scenario);
    cli_given_clear(given);
    return code == -1 ? CLI_OK : code;
}
