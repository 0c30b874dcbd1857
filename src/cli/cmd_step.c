// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko step: one JKO step of masses in a file, or a case file.
 */
#include "case.h"
#include "cli.h"
#include "options.h"
#include "step_files.h"

#include <math.h>
#include <stdio.h>

typedef struct step_options {
    const char *case_file; // or NULL
    step_request request;
} step_options;

static const char *const method_words[] = {"atoms", "entropic", "debiased"};
static const jko_step_method methods[] = {JKO_STEP_ATOMS, JKO_STEP_ENTROPIC, JKO_STEP_DEBIASED};
static const char *const reallocation_words[] = {"soft", "hull", "hard"};
static const jko_reallocation reallocations[] = {JKO_REALLOCATION_SOFT, JKO_REALLOCATION_HULL,
                                                 JKO_REALLOCATION_HARD};

enum {
    OPTION_CASE = 256,
    OPTION_CIRCLE,
    OPTION_LINE,
    OPTION_COST,
    OPTION_LENGTH,
    OPTION_TAU,
    OPTION_BETA,
    OPTION_S,
    OPTION_WEIGHTS,
    OPTION_METHOD,
    OPTION_EPSILON,
    OPTION_BLUR,
    OPTION_REALLOCATION,
    OPTION_REALLOCATION_COST,
    OPTION_THREADS,
    OPTION_COLUMN,
    OPTION_JSON,
};

static const struct option long_options[] = {
    {"case", required_argument, NULL, OPTION_CASE},
    {"circle", no_argument, NULL, OPTION_CIRCLE},
    {"line", no_argument, NULL, OPTION_LINE},
    {"cost", required_argument, NULL, OPTION_COST},
    {"length", required_argument, NULL, OPTION_LENGTH},
    {"tau", required_argument, NULL, OPTION_TAU},
    {"beta", required_argument, NULL, OPTION_BETA},
    {"s", required_argument, NULL, OPTION_S},
    {"weights", required_argument, NULL, OPTION_WEIGHTS},
    {"method", required_argument, NULL, OPTION_METHOD},
    {"epsilon", required_argument, NULL, OPTION_EPSILON},
    {"blur", required_argument, NULL, OPTION_BLUR},
    {"reallocation", required_argument, NULL, OPTION_REALLOCATION},
    {"reallocation-cost", required_argument, NULL, OPTION_REALLOCATION_COST},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"column", required_argument, NULL, OPTION_COLUMN},
    {"output", required_argument, NULL, 'o'},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void print_help(void)
{
    printf(
        "usage: jko step MASSES.csv (--circle | --line | --cost D.csv) --tau T --beta B --s S\n"
        "                [OPTIONS]\n"
        "       jko step --case FILE.json\n\n"
        "One JKO step: the masses m that minimise W(m, now)/(2 tau) + E(m), with a certificate.\n"
        "E = -((1 - beta)^2/s) log Z, Z = h sum w mu^s, mu = m/h, h = length / rows.\n\n"
        "  --circle               equal cells on a circle, squared distance, shorter arc\n"
        "  --line                 equal cells on a line, squared distance\n"
        "  --cost D.csv           a matrix D >= 0 of squared distances; names may stand around\n"
        "                         it\n"
        "  --length L             length of all cells (default 1)\n"
        "  --tau T                time step, > 0\n"
        "  --beta B               labour exponent, 0 < B < 1\n"
        "  --s S                  exponent of the energy, any sign; above 1 a step is local\n"
        "  --weights W            w: a number, or FILE.csv:COLUMN (default 1)\n"
        "  --method METHOD        atoms (default, exact), entropic or debiased\n"
        "  --epsilon E            the last two: weight of the entropy in the objective; or\n"
        "  --blur SIGMA           the length by which it blurs, epsilon = SIGMA^2 / tau\n"
        "  --reallocation KIND    soft, hull or hard: moving costs more than d^2/(2 tau),\n"
        "  --reallocation-cost K  by this measure\n"
        "  --threads N            (default: OpenMP's choice); the result does not depend on it\n"
        "  --column NAME          the column of masses to read\n"
        "  -o, --output NEXT.csv  write the new masses and densities\n"
        "  --json                 print one JSON object in place of a table\n"
        "  --case FILE.json       run a case file and compare with the results it expects\n"
        "  --help                 print this\n\n"
        "Masses are the column NAME, else \"mass\", else \"density\" (times h), else the only\n"
        "one that is not x, sector or label; without names the last one.\n\n"
        "Exit codes: 0 proved (--case: as expected), 1 not proved or failed, 2 invalid input,\n"
        "3 unsupported.\n");
}

// The options that are numbers.
static int take_number(step_request *request, int option, const char *argument)
{
    switch (option) {
    case OPTION_LENGTH:
        return cli_positive("--length", argument, &request->where.length);
    case OPTION_TAU:
        return cli_positive("--tau", argument, &request->tau);
    case OPTION_BETA:
        return cli_number("--beta", argument, &request->beta);
    case OPTION_S:
        return cli_number("--s", argument, &request->s);
    case OPTION_EPSILON:
        return cli_positive("--epsilon", argument, &request->settings.epsilon);
    case OPTION_BLUR:
        return cli_positive("--blur", argument, &request->settings.blur);
    case OPTION_REALLOCATION_COST:
        request->has_reallocation_cost = true;
        return cli_number("--reallocation-cost", argument, &request->settings.reallocation_cost);
    default:
        return cli_threads(argument, &request->settings.threads);
    }
}

static int take_option(void *user, int option, const char *argument)
{
    step_options *options = user;
    step_request *request = &options->request;
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
    case OPTION_WEIGHTS:
        request->weights = argument;
        return CLI_OK;
    case OPTION_METHOD:
        code = cli_choice("--method", argument, 3, method_words, &choice);
        request->settings.method = methods[choice];
        return code;
    case OPTION_REALLOCATION:
        code = cli_choice("--reallocation", argument, 3, reallocation_words, &choice);
        request->settings.reallocation = reallocations[choice];
        return code;
    case OPTION_COLUMN:
        request->column = argument;
        return CLI_OK;
    case 'o':
        request->output = argument;
        return CLI_OK;
    case OPTION_JSON:
        request->json = true;
        return CLI_OK;
    default:
        return take_number(request, option, argument);
    }
}

// What cannot be left out, or belongs together.
static int check_request(const step_request *request)
{
    const jko_flow_settings *settings = &request->settings;
    if (isnan(request->tau) || isnan(request->beta) || isnan(request->s)) {
        return cli_fail(CLI_INVALID, "step: give %s; see jko step --help",
                        isnan(request->tau)    ? "a time step by --tau"
                        : isnan(request->beta) ? "the labour exponent by --beta"
                                               : "the exponent of the energy by --s");
    }
    const int widths = (settings->epsilon > 0.0) + (settings->blur > 0.0);
    if (settings->method != JKO_STEP_ATOMS && widths != 1) {
        return cli_fail(CLI_INVALID, "step: --method %s needs one of --epsilon and --blur",
                        jko_step_method_name(settings->method));
    }
    if (settings->method == JKO_STEP_ATOMS && widths > 0) {
        return cli_fail(CLI_INVALID,
                        "step: --epsilon and --blur need --method entropic or debiased");
    }
    if ((settings->reallocation != JKO_REALLOCATION_NONE) != request->has_reallocation_cost) {
        return cli_fail(CLI_INVALID, "step: --reallocation and --reallocation-cost need each "
                                     "other");
    }
    return ground_check(&request->where, "step");
}

// CLI_OK to go on; -1 when help was printed.
static int read_options(step_options *options, int argc, char **argv)
{
    *options = (step_options){.request = {.where.length = 1.0, .tau = NAN, .beta = NAN, .s = NAN}};
    jko_flow_settings_default(&options->request.settings);
    const cli_syntax syntax = {":o:h", long_options, print_help, take_option, options};
    const int code = cli_parse(argc, argv, &syntax, NULL);
    if (code != CLI_OK) {
        return code;
    }
    if (options->case_file != NULL) {
        return argc == 3 || (argc == 2 && optind == 2)
                   ? CLI_OK
                   : cli_fail(CLI_INVALID, "step: --case FILE.json takes no other argument");
    }
    if (argc - optind != 1) {
        return cli_fail(CLI_INVALID, "step: give one file of masses; see jko step --help");
    }
    options->request.masses = argv[optind];
    return check_request(&options->request);
}

int cli_step(int argc, char **argv)
{
    step_options options;
    const int code = read_options(&options, argc, argv);
    if (code != CLI_OK) {
        return code == -1 ? CLI_OK : code;
    }
    return options.case_file != NULL ? case_main(options.case_file) : step_files(&options.request);
}
