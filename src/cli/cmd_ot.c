// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko ot: transport between two distributions, with bounds that prove the answer.
 */
#include "cli.h"
#include "ground.h"
#include "options.h"
#include "ot_case.h"
#include "result.h"
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// More threads, or iterations, than anyone has.
#define MAX_THREADS 4096
#define MAX_ITERATIONS ((int64_t)1 << 53)

typedef struct ot_options {
    const char *case_file; // or NULL
    const char *source;
    const char *target;
    ground where;
    jko_ot_settings settings;
    const char *column; // or NULL
    const char *plan;   // file name or NULL
    bool json;
    bool help;
} ot_options;

static const char *const method_words[] = {"auto", "lp", "sinkhorn", "simplex"};
static const jko_ot_method methods[] = {JKO_OT_AUTO, JKO_OT_LP, JKO_OT_SINKHORN, JKO_OT_SIMPLEX};

enum {
    OPTION_CASE = 256,
    OPTION_CIRCLE,
    OPTION_LINE,
    OPTION_COST,
    OPTION_LENGTH,
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
    printf("usage: jko ot A.csv B.csv (--circle | --line | --cost C.csv) [OPTIONS]\n"
           "       jko ot --case FILE.json\n\n"
           "Transport the masses of A to those of B at the least cost: min <C, P> over plans P,\n"
           "with a plan and potentials that prove a lower and an upper bound.\n\n"
           "  --circle            equal cells on a circle; C is the squared distance, shorter arc\n"
           "  --line              equal cells on a line; C is the squared distance\n"
           "  --cost C.csv        a matrix, rows from A, columns to B; names may stand around it\n"
           "  --length L          length of circle or line (default 1)\n"
           "  --method METHOD     auto (default), lp, sinkhorn or simplex\n"
           "  --epsilon E         sinkhorn: entropic regularisation in units of C\n"
           "                      (default 1e-3 of the largest cost)\n"
           "  --tolerance T       sinkhorn: error of the marginals; lp, simplex: gap; relative\n"
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

// One option with its argument.
static int take_option(ot_options *options, int option, const char *argument)
{
    int64_t count = 0;
    size_t choice = 0;
    int code = CLI_OK;
    switch (option) {
    case OPTION_CASE:
        options->case_file = argument;
        return CLI_OK;
    case OPTION_CIRCLE:
        options->where.circle = true;
        return CLI_OK;
    case OPTION_LINE:
        options->where.line = true;
        return CLI_OK;
    case OPTION_COST:
        options->where.cost = argument;
        return CLI_OK;
    case OPTION_LENGTH:
        return cli_positive("--length", argument, &options->where.length);
    case OPTION_METHOD:
        code = cli_choice("--method", argument, sizeof method_words / sizeof method_words[0],
                          method_words, &choice);
        options->settings.method = methods[choice];
        return code;
    case OPTION_EPSILON:
        return cli_positive("--epsilon", argument, &options->settings.epsilon);
    case OPTION_TOLERANCE:
        return cli_positive("--tolerance", argument, &options->settings.tolerance);
    case OPTION_MAX_ITERATIONS:
        return cli_count("--max-iterations", argument, 1, MAX_ITERATIONS,
                         &options->settings.max_iterations);
    case OPTION_THREADS:
        code = cli_count("--threads", argument, 0, MAX_THREADS, &count);
        options->settings.threads = (int)count;
        return code;
    case OPTION_PLAN:
        options->plan = argument;
        return CLI_OK;
    case OPTION_COLUMN:
        options->column = argument;
        return CLI_OK;
    case OPTION_JSON:
        options->json = true;
        return CLI_OK;
    default:
        options->help = true;
        return CLI_OK;
    }
}

static int read_options(ot_options *options, int argc, char **argv)
{
    *options = (ot_options){.where.length = 1.0};
    jko_ot_settings_default(&options->settings);
    opterr = 0;
    optind = 1;
    int option = 0;
    while ((option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        const int code = option == '?' || option == ':'
                             ? cli_option_refuse(option, argv, long_options)
                             : take_option(options, option, optarg);
        if (code != CLI_OK) {
            return code;
        }
    }
    if (options->help) {
        return CLI_OK;
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
    options->source = argv[optind];
    options->target = argv[optind + 1];
    return ground_check(&options->where, "ot");
}

// The row of a plan: its sector, or its number from 0.
static void write_place(jko_writer *writer, bool first, const masses *m, size_t i)
{
    char *number = cli_format("%zu", i);
    (void)jko_writer_cell(writer, first, m->names != NULL ? m->names[i] : number);
    free(number);
}

static int write_plan(const char *path, const masses *a, const masses *b, const double *plan)
{
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    if (status < 0) {
        return cli_fail_status(status, NULL);
    }
    (void)jko_writer_text(writer, "from,to,mass\n");
    for (size_t i = 0; i < a->n; i++) {
        for (size_t j = 0; j < b->n; j++) {
            const double mass = plan[i * b->n + j];
            if (mass > 0.0) {
                write_place(writer, true, a, i);
                write_place(writer, false, b, j);
                (void)jko_writer_text(writer, ",");
                (void)jko_writer_number(writer, mass);
                (void)jko_writer_text(writer, "\n");
            }
        }
    }
    status = jko_writer_commit(writer);
    const int code = status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
    jko_writer_free(writer);
    return code;
}

static int print(const ot_options *options, const jko_ot_report *report, int code)
{
    json_t *result = result_create();
    result_text(result, "status", jko_status_name(report->status));
    result_text(result, "method", jko_ot_method_name(report->method));
    result_number(result, "transport_cost", report->transport_cost);
    if (options->where.cost == NULL) {
        result_number(result, "distance", sqrt(fmax(report->transport_cost, 0.0)));
    }
    result_number(result, "lower", report->lower);
    result_number(result, "upper", report->upper);
    result_number(result, "gap", report->gap);
    result_count(result, "iterations", report->iterations);
    result_number(result, "row_error", report->row_error);
    result_number(result, "column_error", report->column_error);
    result_number(result, "plan_error", report->plan_error);
    if (report->method == JKO_OT_SINKHORN) {
        result_number(result, "epsilon", report->epsilon);
        result_number(result, "entropic_value", report->entropic_value);
    }
    code = options->json ? result_print_json(result, code) : result_print_table(result, code);
    json_decref(result);
    return code;
}

static int solve(const ot_options *options, const jko_cost *cost, const masses *a, const masses *b)
{
    jko_ot *ot = NULL;
    double *plan = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    jko_status status = jko_ot_create(&ot, cost, &options->settings);
    if (status >= 0 && options->plan != NULL) {
        if (a->n > SIZE_MAX / sizeof(double) / b->n) {
            status = JKO_ERR_TOO_LARGE;
        } else {
            plan = cli_alloc(a->n * b->n, sizeof *plan);
        }
    }
    if (status >= 0) {
        status = jko_ot_solve(ot, a->mass, b->mass, plan, &report);
    }
    int code = status == JKO_OK ? CLI_OK : CLI_FAILED;
    if (status < 0) {
        char *both = cli_format("%s to %s", a->path, b->path);
        code = cli_fail_status(status, both);
        free(both);
    } else if (status > 0) {
        (void)cli_fail(code, "ot: %s", jko_status_text(status));
    }
    if (status >= 0 && plan != NULL) {
        const int written = write_plan(options->plan, a, b, plan);
        code = written != CLI_OK ? written : code;
    }
    if (status >= 0) {
        code = print(options, &report, code);
    }
    free(plan);
    jko_ot_free(ot);
    return code;
}

int cli_ot(int argc, char **argv)
{
    ot_options options;
    int code = read_options(&options, argc, argv);
    if (code != CLI_OK) {
        return code;
    }
    if (options.help) {
        print_help();
        return CLI_OK;
    }
    if (options.case_file != NULL) {
        return ot_case_main(options.case_file);
    }
    masses a = {0};
    masses b = {0};
    jko_cost *cost = NULL;
    code = masses_read_nonnegative(&a, options.source, options.column);
    if (code == CLI_OK) {
        code = masses_read_nonnegative(&b, options.target, options.column);
    }
    if (code == CLI_OK) {
        code = ground_create(&cost, &options.where, &a, &b);
    }
    if (code == CLI_OK) {
        code = solve(&options, cost, &a, &b);
    }
    jko_cost_free(cost);
    masses_free(&a);
    masses_free(&b);
    return code;
}
