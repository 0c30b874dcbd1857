// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko panel PANEL.csv --map MAP.ini -o DIR: from a sector panel to parameters, tests, a forecast
 * and a report.
 */
#define _POSIX_C_SOURCE 200809L // isatty

#include "evidence.h"

#include "options.h"
#include "outdir.h"
#include "run.h"
#include "text.h"

#include <stdio.h>
#include <unistd.h>

typedef struct panel_options {
    cli_given given;
    const char *map;
} panel_options;

static void help(void)
{
    printf(
        "usage: jko panel PANEL.csv --map MAP.ini -o DIR [OPTIONS]\n\n"
        "From a sector panel to the evidence for the theory: convergence, a test for fixed costs,\n"
        "the structural parameters, and a forecast by one certified JKO step beside its rivals.\n"
        "docs/evidence.md describes the map, each statistic and every file of DIR; DIR/%s is\n"
        "the one to read first. DIR appears whole or not at all.\n\n"
        "      --map MAP.ini       what the columns are, who is left out and why\n"
        "  -o, --output DIR        folder for the results; an earlier result is replaced\n"
        "      --threads N         threads; results do not depend on it (default: all)\n"
        "      --help              this text\n\n"
        "On a terminal a line shows progress and the findings are printed at the end.\n"
        "Exit codes: 0 done, 1 failed or a step is not proved, 2 wrong usage or invalid input.\n",
        EV_REPORT);
}

static int take(void *user, int option, const char *argument)
{
    panel_options *options = user;
    (void)option; // the only one
    options->map = argument;
    return CLI_OK;
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, panel_options *options)
{
    static const struct option known[] = {
        {"map", required_argument, NULL, 256},
        {"output", required_argument, NULL, 'o'},
        {"threads", required_argument, NULL, CLI_OPTION_THREADS},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    const cli_syntax syntax = {":o:h", known, help, take, options};
    const int code = cli_parse(argc, argv, &syntax, &options->given);
    if (code == CLI_OK && options->map == NULL) {
        return cli_fail(CLI_INVALID, "--map MAP.ini is missing; jko panel --help");
    }
    return code != CLI_OK ? code : cli_one_file(argc, argv, "panel", &options->given);
}

static int execute(const panel_options *options, ev_evidence *evidence)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    const double began = cli_seconds();
    // Only to see that it can be made: while numbers are computed nothing is there to be left
    // behind by a program that is stopped.
    int code = cli_outdir_create(&outdir, options->given.folder, message, sizeof message);
    cli_outdir_free(outdir);
    outdir = NULL;
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    code = ev_compute(evidence);
    evidence->seconds = cli_seconds() - began;
    if (code != CLI_OK) {
        return code;
    }
    run_catch_signals(); // from here on a signal may not leave half a folder
    code = cli_outdir_create(&outdir, options->given.folder, message, sizeof message);
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    code = code != CLI_OK ? code : ev_write(evidence, cli_outdir_path(outdir));
    if (code == CLI_OK) {
        code = cli_outdir_commit(outdir, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    cli_outdir_free(outdir); // removes what was not put in place
    return code;
}

int cli_panel_command(int argc, char **argv)
{
    panel_options options = {0};
    ev_evidence evidence = {0};
    int code = parse(argc, argv, &options);
    code = code != CLI_OK ? code : ev_map_load(&evidence.map, options.map);
    code = code != CLI_OK ? code : ev_panel_load(&evidence.panel, options.given.file, evidence.map);
    if (code == CLI_OK) {
        evidence.panel_path = options.given.file;
        ev_progress_start(&evidence.progress, (size_t)options.given.threads);
        code = execute(&options, &evidence);
    }
    if (code == CLI_OK && isatty(STDOUT_FILENO) == 1) {
        for (size_t k = 0; k < evidence.findings; k++) {
            printf("%s\n", evidence.finding[k]);
        }
        printf("\nThe report is %s/%s.\n", options.given.folder, EV_REPORT);
    }
    ev_evidence_clear(&evidence);
    return code == -1 ? CLI_OK : code;
}
