// SPDX-License-Identifier: BSD-3-Clause
/*
 * The keys of a scenario file, and typed access to them.
 *
 * One table holds every key with its default, so that the reader, the "did you mean" of a
 * misspelt key and the record of a run cannot differ. Messages name file, line, key and value.
 */
#include "scenario_keys.h"

#include "columns.h"
#include "sha256.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Of a cell: positions may be rounded, or at the centres.
#define POSITION_TOLERANCE 0.05

static const char *const panel_words[] = {"file",    "sector",  "year",   "from",      "to",
                                          "capital", "surplus", "output", "leave_out", NULL};
static const char *const grid_words[] = {"kind", "cells", "length", "file", "distance", NULL};
static const char *const economy_words[] = {
    "labour",      "beta",    "eta",        "sigma",
    "rho1",        "rho2",    "technology", "labour_distribution",
    "preferences", "weights", "energy",     NULL};
static const char *const initial_words[] = {"density", NULL};
static const char *const flow_words[] = {"method",
                                         "steps",
                                         "tau",
                                         "until",
                                         "save",
                                         "epsilon",
                                         "sigma_cells",
                                         "reallocation",
                                         "reallocation_cost",
                                         "tolerance",
                                         "max_iterations",
                                         "stepping",
                                         "accuracy",
                                         NULL};

static const char *const pde_words[] = {
    "scheme", "reallocation",       "reallocation_cost",  "half_width",
    "ramp",   "relative_tolerance", "absolute_tolerance", NULL};

const cli_ini_known scenario_known[] = {
    {"panel", panel_words},
    {"grid", grid_words},
    {"economy", economy_words},
    {"initial", initial_words},
    {"flow", flow_words},
    {"pde", pde_words},
    {NULL, NULL},
};

// The values of keys that a file need not have.
static const struct {
    const char *section;
    const char *key;
    const char *value;
} standards[] = {
    {"panel", "sector", "sector"},
    {"panel", "year", "year"},
    {"panel", "output", "output"},
    {"panel", "leave_out", ""},
    {"grid", "length", "1"},
    {"grid", "distance", "matrix"},
    {"economy", "labour", "immobile"},
    {"economy", "beta", "0.86"},
    {"economy", "technology", "1"},
    {"economy", "labour_distribution", "1"},
    {"economy", "preferences", "1"},
    {"economy", "energy", "log"},
    {"flow", "steps", "flow"},
    {"flow", "reallocation", "none"},
    {"flow", "max_iterations", "10000"},
    {"pde", "scheme", "conservative"},
    {"pde", "half_width", "0.05"},
    {"pde", "ramp", "0.001"},
    {"pde", "relative_tolerance", "1e-8"},
    {"pde", "absolute_tolerance", "1e-10"},
};

// Values of [flow] that depend on others; as in the library, written out for the record of the run.
static const char *flow_standard(const scenario_reader *reader, const char *key)
{
    static const char *const tolerances[][2] = {
        {"atoms", "1e-9"}, {"exact1d", "1e-11"}, {"fv", "1e-11"}};
    const char *kind = cli_ini_get(reader->ini, "grid", "kind");
    const char *method = cli_ini_get(reader->ini, "flow", "method");
    if (method == NULL) {
        method = kind != NULL && strcmp(kind, "cost") == 0 ? "atoms" : "exact1d";
    }
    if (strcmp(key, "method") == 0) {
        return method;
    }
    if (strcmp(key, "stepping") == 0) {
        const char *steps = cli_ini_get(reader->ini, "flow", "steps");
        const bool single = steps != NULL && strcmp(steps, "single") == 0;
        const bool density = strcmp(method, "exact1d") == 0 || strcmp(method, "fv") == 0;
        return density && !single ? "auto" : "fixed";
    }
    if (strcmp(key, "tolerance") != 0) {
        return NULL;
    }
    for (size_t k = 0; k < sizeof tolerances / sizeof tolerances[0]; k++) {
        if (strcmp(method, tolerances[k][0]) == 0) {
            return tolerances[k][1];
        }
    }
    return "1e-7";
}

const char *scenario_value(const scenario_reader *reader, const char *section, const char *key)
{
    const char *value = cli_ini_get(reader->ini, section, key);
    for (size_t k = 0; value == NULL && k < sizeof standards / sizeof standards[0]; k++) {
        if (strcmp(standards[k].section, section) == 0 && strcmp(standards[k].key, key) == 0) {
            return standards[k].value;
        }
    }
    if (value == NULL && strcmp(section, "flow") == 0) {
        return flow_standard(reader, key);
    }
    return value;
}

int scenario_refuse(const scenario_reader *reader, const char *section, const char *key,
                    const char *remedy)
{
    const char *value = scenario_value(reader, section, key);
    char place[CLI_INI_MESSAGE];
    (void)cli_ini_where(reader->ini, section, key, place, sizeof place);
    return value == NULL ? cli_fail(CLI_INVALID, "%s is missing; %s", place, remedy)
                         : cli_fail(CLI_INVALID, "%s is \"%s\"; %s", place, value, remedy);
}

int scenario_number(const scenario_reader *reader, const char *section, const char *key,
                    double *value)
{
    const char *text = scenario_value(reader, section, key);
    if (text == NULL || jko_parse_number(text, value) < 0 || !isfinite(*value)) {
        return scenario_refuse(reader, section, key, "it must be a finite number");
    }
    return CLI_OK;
}

int scenario_positive(const scenario_reader *reader, const char *section, const char *key,
                      double *value)
{
    const int code = scenario_number(reader, section, key, value);
    return code == CLI_OK && *value <= 0.0 ? scenario_refuse(reader, section, key, "it must be > 0")
                                           : code;
}

int scenario_choice(const scenario_reader *reader, const char *section, const char *key,
                    const char *words, size_t *choice)
{
    const char *value = scenario_value(reader, section, key);
    size_t index = 0;
    for (const char *word = words; value != NULL && word != NULL; index++) {
        const char *end = strchr(word, '|');
        const size_t length = end != NULL ? (size_t)(end - word) : strlen(word);
        if (strlen(value) == length && strncmp(value, word, length) == 0) {
            *choice = index;
            return CLI_OK;
        }
        word = end != NULL ? end + 1 : NULL;
    }
    char *remedy = cli_format("it must be one of: %s", words);
    const int code = scenario_refuse(reader, section, key, remedy);
    free(remedy);
    return code;
}

int scenario_list(const scenario_reader *reader, const char *section, const char *key,
                  double **values, size_t *count, bool *fit)
{
    const char *text = scenario_value(reader, section, key);
    const char *remedy = fit != NULL ? "it must be numbers, and perhaps the word fit, with blanks "
                                       "between them"
                                     : "it must be numbers with blanks between them";
    if (text == NULL) {
        return scenario_refuse(reader, section, key, remedy);
    }
    char *words = cli_copy(text);
    int code = CLI_OK;
    *values = cli_alloc(strlen(text) / 2 + 1, sizeof **values);
    *count = 0;
    for (char *word = strtok(words, " \t"); word != NULL && code == CLI_OK;
         word = strtok(NULL, " \t")) {
        double value = 0.0;
        if (fit != NULL && strcmp(word, "fit") == 0) {
            *fit = true;
        } else if (jko_parse_number(word, &value) < 0 || !isfinite(value)) {
            code = scenario_refuse(reader, section, key, remedy);
        } else {
            (*values)[(*count)++] = value;
        }
    }
    free(words);
    if (code != CLI_OK) {
        free(*values);
        *values = NULL;
    }
    return code;
}

int scenario_file(const scenario_reader *reader, const char *shown, char **path)
{
    cli_scenario *scenario = reader->scenario;
    char message[CLI_INI_MESSAGE] = "";
    *path = shown[0] == '/' ? cli_copy(shown) : cli_format("%s%s", scenario->folder, shown);
    for (size_t k = 0; k < scenario->input_count; k++) {
        if (strcmp(scenario->inputs[k].name, shown) == 0) {
            return CLI_OK;
        }
    }
    scenario_input *inputs = cli_alloc(scenario->input_count + 1, sizeof *inputs);
    if (scenario->input_count > 0) {
        memcpy(inputs, scenario->inputs, scenario->input_count * sizeof *inputs);
    }
    free(scenario->inputs);
    scenario->inputs = inputs;
    scenario_input *input = &inputs[scenario->input_count];
    if (cli_sha256_file(*path, input->sha256, message, sizeof message) != 0) {
        const int code = cli_fail(CLI_INVALID, "%s", message);
        free(*path);
        *path = NULL;
        return code;
    }
    input->name = cli_copy(shown);
    scenario->input_count++;
    return CLI_OK;
}

// Row of the table for sector i: its own name's row if the table names sectors, else row i.
static int find_row(const scenario_reader *reader, const jko_csv *csv, const char *shown, size_t i,
                    size_t *row)
{
    const cli_scenario *scenario = reader->scenario;
    const size_t sectors = jko_csv_find(csv, "sector");
    *row = i;
    if (scenario->names == NULL || sectors == JKO_CSV_NONE) {
        return CLI_OK;
    }
    size_t found = JKO_CSV_NONE;
    for (size_t k = 0; k < jko_csv_rows(csv); k++) {
        if (strcmp(jko_csv_text(csv, k, sectors), scenario->names[i]) != 0) {
            continue;
        }
        if (found != JKO_CSV_NONE) {
            return cli_fail(
                CLI_INVALID, "%s:%zu: column sector: %s is already on line %zu; keep one of them",
                shown, jko_csv_line(csv, k), scenario->names[i], jko_csv_line(csv, found));
        }
        found = k;
    }
    if (found == JKO_CSV_NONE) {
        return cli_fail(CLI_INVALID, "%s: there is no row for sector %s; add one", shown,
                        scenario->names[i]);
    }
    *row = found;
    return CLI_OK;
}

// As many rows as cells; with names on both sides, a row too many is one of a foreign sector.
static int check_rows(const scenario_reader *reader, const jko_csv *csv, const char *shown)
{
    const cli_scenario *scenario = reader->scenario;
    const size_t rows = jko_csv_rows(csv);
    const size_t sectors = jko_csv_find(csv, "sector");
    const bool named = scenario->names != NULL && sectors != JKO_CSV_NONE;
    for (size_t row = 0; named && row < rows; row++) {
        const char *name = jko_csv_text(csv, row, sectors);
        size_t i = 0;
        while (i < scenario->n && strcmp(scenario->names[i], name) != 0) {
            i++;
        }
        if (i == scenario->n) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: column sector: \"%s\" is none of the %zu sectors of the grid; "
                            "take the row out, or correct the name",
                            shown, jko_csv_line(csv, row), name, scenario->n);
        }
    }
    if (rows != scenario->n && !named) {
        return cli_fail(CLI_INVALID,
                        "%s has %zu rows of data; the grid has %zu cells: give one row a cell",
                        shown, rows, scenario->n);
    }
    return CLI_OK;
}

// On circle and line a column x, if there is one, must go up by a cell from row to row.
static int check_positions(const scenario_reader *reader, const jko_csv *csv, const char *shown)
{
    const cli_scenario *scenario = reader->scenario;
    const size_t column = jko_csv_find(csv, "x");
    double first = 0.0;
    if (scenario->kind == SCENARIO_COST || column == JKO_CSV_NONE) {
        return CLI_OK;
    }
    for (size_t i = 0; i < scenario->n; i++) {
        double x = 0.0;
        const jko_status status = jko_csv_number(csv, i, column, &x);
        if (status < 0) {
            return cli_fail_input(status, NULL);
        }
        first = i == 0 ? x : first;
        const double want = first + (double)i * scenario->cell;
        if (!(fabs(x - want) <= POSITION_TOLERANCE * scenario->cell)) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: column \"x\": %.9g is not %.9g, where equal cells of width "
                            "length / cells = %.9g would have it; sort the rows, or correct cells "
                            "and length",
                            shown, jko_csv_line(csv, i), x, want, scenario->cell);
        }
    }
    return CLI_OK;
}

static int read_column(const scenario_reader *reader, const char *shown, const char *column,
                       bool zero, double *values)
{
    const size_t n = reader->scenario->n;
    jko_csv *csv = NULL;
    char *path = NULL;
    int code = scenario_file(reader, shown, &path);
    if (code == CLI_OK && jko_csv_read(&csv, path) < 0) {
        code = cli_fail_input(JKO_ERR_FORMAT, NULL);
    }
    size_t c = 0;
    code = code != CLI_OK ? code : cli_find_column(csv, shown, column, "", &c);
    code = code != CLI_OK ? code : check_rows(reader, csv, shown);
    code = code != CLI_OK ? code : check_positions(reader, csv, shown);
    for (size_t i = 0; i < n && code == CLI_OK; i++) {
        size_t row = i;
        code = find_row(reader, csv, shown, i, &row);
        if (code == CLI_OK) {
            const jko_status status = jko_csv_number(csv, row, c, &values[i]);
            code = status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
        }
        if (code == CLI_OK && !(values[i] > 0.0 || (zero && values[i] == 0.0))) {
            code = cli_fail(CLI_INVALID, "%s:%zu: column \"%s\": %s is not %s; correct it%s", path,
                            jko_csv_line(csv, row), column, jko_csv_text(csv, row, c),
                            zero ? ">= 0" : "> 0", zero ? "" : " or leave the sector out");
        }
    }
    jko_csv_free(csv);
    free(path);
    return code;
}

int scenario_column(const scenario_reader *reader, const char *section, const char *key, bool zero,
                    double **values)
{
    const size_t n = reader->scenario->n;
    const char *text = scenario_value(reader, section, key);
    double number = 0.0;
    *values = cli_alloc(n, sizeof **values);
    int code = CLI_OK;
    const char *colon = text == NULL ? NULL : strrchr(text, ':');
    if (text != NULL && jko_parse_number(text, &number) >= 0) {
        if (!isfinite(number) || !(number > 0.0 || (zero && number == 0.0))) {
            code =
                scenario_refuse(reader, section, key,
                                zero ? "it must be finite and >= 0" : "it must be finite and > 0");
        }
        for (size_t i = 0; i < n; i++) {
            (*values)[i] = number;
        }
    } else if (colon != NULL && colon != text && colon[1] != '\0') {
        char *shown = cli_copy_length(text, (size_t)(colon - text));
        code = read_column(reader, shown, colon + 1, zero, *values);
        free(shown);
    } else {
        code = scenario_refuse(reader, section, key, "it must be a number or file.csv:column");
    }
    if (code != CLI_OK) {
        free(*values);
        *values = NULL;
    }
    return code;
}
