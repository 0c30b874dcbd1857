// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko ot: transport between two distributions, with bounds that prove the answer.
 */
#include "cli.h"
#include "options.h"
#include "ot_case.h"
#include "ot_files.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

// More iterations than anyone has.
#define MAX_ITERATIONS ((int64_t)1 << 53)

typedef struct ot_options {
    const char *case_file; // or NULL
    ot_request request;
} ot_options;

static const char *const method_words[] = {"auto",      "exact",    "simplex", "lp",
                                           "shortlist", "sinkhorn", "debiased"};
static const jko_ot_method methods[] = {JKO_OT_AUTO,    JKO_OT_SIMPLEX,   JKO_OT_SIMPLEX,
                                        JKO_OT_LP,      JKO_OT_SHORTLIST, JKO_OT_SINKHORN,
                                        JKO_OT_SINKHORN};

enum {
    OPTION_CASE = 256,
    OPTION_CIRCLE,
    OPTION_LINE,
    OPTION_COST,
    OPTION_LENGTH,
    OPTION_POINTS,
    OPTION_PERIOD,
    OPTION_POWER,
    OPTION_METHOD,
    OPTION_EPSILON,
    OPTION_TOLERANCE,
    OPTION_MAX_ITERATIONS,
    OPTION_THREADS,
    OPTION_PLAN,
    OPTION_COLUMN,
    OPTION_JSON,
};

static const struct option long_options[] = {
    {"case", required_argument, NULL, OPTION_CASE},
    {"circle", no_argument, NULL, OPTION_CIRCLE},
    {"line", no_argument, NULL, OPTION_LINE},
    {"cost", required_argument, NULL, OPTION_COST},
    {"points", no_argument, NULL, OPTION_POINTS},
    {"period", required_argument, NULL, OPTION_PERIOD},
    {"power", required_argument, NULL, OPTION_POWER},
    {"length", required_argument, NULL, OPTION_LENGTH},
    {"method", required_argument, NULL, OPTION_METHOD},
    {"epsilon", required_argument, NULL, OPTION_EPSILON},
    {"tolerance", required_argument, NULL, OPTION_TOLERANCE},
    {"max-iterations", required_argument, NULL, OPTION_MAX_ITERATIONS},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"plan", required_argument, NULL, OPTION_PLAN},
    {"column", required_argument, NULL, OPTION_COLUMN},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void print_help(void)
{
    printf(
        "usage: jko ot A.csv B.csv (--circle | --line | --cost C.csv) [OPTIONS]\n"
        "       jko ot --points X.csv Y.csv [OPTIONS]\n"
        "       jko ot --case FILE.json\n\n"
        "Transport the masses of A to those of B at the least cost: min <C, P> over plans P,\n"
        "with a plan and potentials that prove a lower and an upper bound.\n\n"
        "  --circle            equal cells on a circle; C is the squared distance, shorter arc\n"
        "  --line              equal cells on a line; C is the squared distance\n"
        "  --cost C.csv        a matrix, rows from A, columns to B; names may stand around it;\n"
        "                      inf forbids to move mass that way\n"
        "  --length L          length of circle or line (default 1)\n"
        "  --points            the files hold points: coordinates, and masses if there is a\n"
        "                      column mass (else all points have the same share of 1)\n"
        "  --period P          points: circumference of the axes, or of each: P1,P2,...; 0 for\n"
        "                      none\n"
        "  --power P           cells and points: C is the distance to this power, >= 1\n"
        "                      (default 2); distance in the results is its P-th root\n"
        "  --method METHOD     auto (default); exact: the best exact method for the place, on\n"
        "                      a line or circle in about linear time and memory, as auto;\n"
        "                      simplex, shortlist, lp or sinkhorn; debiased: the Sinkhorn\n"
        "                      divergence S(a, b), no bounds, no plan (C.csv must be symmetric)\n"
        "  --epsilon E         sinkhorn, debiased: entropic regularisation in units of C\n"
        "                      (default 1e-3 of the largest cost); exact methods ignore it\n"
        "  --tolerance T       sinkhorn, debiased: error of the marginals, relative; exact\n"
        "                      methods: gap, relative\n"
        "  --max-iterations N  (default 100000)\n"
        "  --threads N         (default: OpenMP's choice); the result does not depend on it\n"
        "  --plan P.csv        write the plan: from,to,mass for every arc that carries mass,\n"
        "                      by sector, or by row from 0\n"
        "  --column NAME       the column to read in both files\n"
        "  --case FILE.json    run a case file and compare with the results it expects\n"
        "  --json              print one JSON object in place of a table\n"
        "  --help              print this\n\n"
        "Masses are the column NAME, else \"mass\", else \"density\" (times length / rows),\n"
        "else the only one that is not x, sector or label; without names the last one.\n"
        "Costs count mass times length squared, or the units of C.csv.\n\n"
        "Exit codes: 0 proved (--case: as expected), 1 not proved or failed, 2 invalid input, 3 "
        "unsupported.\n");
}

// The options that are numbers.
static int take_number(ot_request *request, int option, const char *argument)
{
    int code = CLI_OK;
    switch (option) {
    case OPTION_LENGTH:
        return cli_positive("--length", argument, &request->where.length);
    case OPTION_POWER:
        code = cli_positive("--power", argument, &request->power);
        return code != CLI_OK || request->power >= 1.0
                   ? code
                   : cli_fail(CLI_INVALID, "--power needs a number >= 1, not \"%s\"", argument);
    case OPTION_EPSILON:
        return cli_positive("--epsilon", argument, &request->settings.epsilon);
    case OPTION_TOLERANCE:
        return cli_positive("--tolerance", argument, &request->settings.tolerance);
    case OPTION_MAX_ITERATIONS:
        return cli_count("--max-iterations", argument, 1, MAX_ITERATIONS,
                         &request->settings.max_iterations);
    default:
        return cli_threads(argument, &request->settings.threads);
    }
}

// One option with its argument.
static int take_option(void *user, int option, const char *argument)
{
    ot_options *options = user;
    ot_request *request = &options->request;
    size_t choice = 0;
    int code = CLI_OK;
    switch (option) {
    case OPTION_CASE:
        options->case_file = argument;
        return CLI_OK;
    case OPTION_CIRCLE:
        request->where.circle = true;
        return CLI_OK;
    case OPTION_LINE:
        request->where.line = true;
        return CLI_OK;
    case OPTION_COST:
        request->where.cost = argument;
        return CLI_OK;
    case OPTION_POINTS:
        request->points = true;
        return CLI_OK;
    case OPTION_PERIOD:
        request->period = argument;
        return CLI_OK;
    case OPTION_METHOD:
        code = cli_choice("--method", argument, sizeof method_words / sizeof method_words[0],
                          method_words, &choice);
        request->settings.method = methods[choice];
        request->exact = strcmp(method_words[choice], "exact") == 0;
        request->debiased = strcmp(method_words[choice], "debiased") == 0;
        return code;
    case OPTION_PLAN:
        request->plan = argument;
        return CLI_OK;
    case OPTION_COLUMN:
        request->column = argument;
        return CLI_OK;
    case OPTION_JSON:
        request->json = true;
        return CLI_OK;
    default:
        return take_number(request, option, argument);
    }
}

// What goes with what.
static int check_request(const ot_request *request)
{
    const ground *where = &request->where;
    if (request->points && (where->circle || where->line || where->cost != NULL)) {
        return cli_fail(CLI_INVALID, "ot: --points says where the masses are; leave out --circle, "
                                     "--line and --cost");
    }
    if (request->points && where->length != 1.0) {
        return cli_fail(CLI_INVALID, "ot: --length is that of a circle or line; points on a circle "
                                     "take --period");
    }
    if (!request->points && request->period != NULL) {
        return cli_fail(CLI_INVALID, "ot: --period needs --points; a circle of equal cells has "
                                     "--length");
    }
    if (where->cost != NULL && request->power != 2.0) {
        return cli_fail(CLI_INVALID, "ot: --power is that of a distance; the costs of --cost are "
                                     "taken as they are");
    }
    if (request->debiased && request->plan != NULL) {
        return cli_fail(CLI_INVALID, "ot: --method debiased has no plan; leave out --plan, or take "
                                     "--method sinkhorn");
    }
    return request->points ? CLI_OK : ground_check(where, "ot");
}

// CLI_OK to go on; -1 when help was printed.
static int read_options(ot_options *options, int argc, char **argv)
{
    *options = (ot_options){.request = {.where.length = 1.0, .power = 2.0}};
    jko_ot_settings_default(&options->request.settings);
    const cli_syntax syntax = {":h", long_options, print_help, take_option, options};
    const int code = cli_parse(argc, argv, &syntax, NULL);
    if (code != CLI_OK) {
        return code;
    }
    if (options->case_file != NULL) {
        return argc == 3 || (argc == 2 && optind == 2)
                   ? CLI_OK
                   : cli_fail(CLI_INVALID, "ot: --case FILE.json takes no other argument");
    }
    if (argc - optind != 2) {
        return cli_fail(CLI_INVALID, "ot: give two files of masses, A.csv and B.csv; see jko ot "
                                     "--help");
    }
    options->request.source = argv[optind];
    options->request.target = argv[optind + 1];
    return check_request(&options->request);
}

int cli_ot(int argc, char **argv)
{
    ot_options options;
    const int code = read_options(&options, argc, argv);
    if (code != CLI_OK) {
        return code == -1 ? CLI_OK : code;
    }
    if (options.case_file != NULL) {
        return ot_case_main(options.case_file);
    }
    return ot_files(&options.request);
}
