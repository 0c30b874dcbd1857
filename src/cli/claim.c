// SPDX-License-Identifier: BSD-3-Clause
/*
 * Reading back the files of a run, once their checksums are right.
 */
#include "claim.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int bad(const cli_run_files *files, const char *name, const char *what)
{
    return cli_fail(CLI_FAILED, "%s/%s: %s", files->folder, name, what);
}

static double member(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static const json_t *section_of(const cli_run_files *files, const char *section)
{
    return section == NULL ? files->json : json_object_get(files->json, section);
}

double run_files_number(const cli_run_files *files, const char *section, const char *key)
{
    return member(section_of(files, section), key);
}

const char *run_files_word(const cli_run_files *files, const char *section, const char *key)
{
    return word(section_of(files, section), key);
}

static double *list(const json_t *object, const char *key, size_t n)
{
    const json_t *array = json_object_get(object, key);
    if (json_array_size(array) != n) {
        return NULL;
    }
    double *values = cli_alloc(n, sizeof *values);
    for (size_t i = 0; i < n; i++) {
        const json_t *value = json_array_get(array, i);
        values[i] = json_is_number(value) ? json_number_value(value) : NAN;
    }
    return values;
}

static int read_json(cli_run_files *files)
{
    json_error_t error;
    char *path = run_path(files->folder, RUN_JSON);
    files->json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    free(path);
    if (files->json == NULL) {
        return cli_fail(CLI_FAILED, "%s/%s:%d:%d: %s", files->folder, RUN_JSON, error.line,
                        error.column, error.text);
    }
    const json_t *grid = json_object_get(files->json, "grid");
    const json_t *economy = json_object_get(files->json, "economy");
    const json_t *flow = json_object_get(files->json, "flow");
    cli_claim *claim = &files->claim;
    if (strcmp(word(files->json, "format"), RUN_FORMAT) != 0) {
        return bad(files, RUN_JSON, "is not of the format " RUN_FORMAT);
    }
    const double n = member(grid, "n");
    const double steps = member(files->json, "steps");
    if (!(n >= 1.0 && n <= 1e9 && steps >= 0.0 && steps <= 1e9)) {
        return bad(files, RUN_JSON, "has no number of cells or steps");
    }
    claim->n = (size_t)n;
    files->count = (size_t)steps;
    claim->circle = strcmp(word(grid, "kind"), "circle") == 0;
    claim->line = strcmp(word(grid, "kind"), "line") == 0;
    claim->cell = member(grid, "cell");
    claim->length = member(grid, "length");
    claim->level = strcmp(word(economy, "energy"), "level") == 0;
    claim->beta = member(economy, "beta");
    claim->s = member(economy, "s");
    claim->c = member(economy, "c");
    claim->theta = member(economy, "theta");
    claim->exponent = member(economy, "exponent");
    claim->scale = member(economy, "scale");
    claim->entropic = strcmp(word(flow, "method"), "entropic") == 0;
    claim->exact1d = strcmp(word(flow, "method"), "exact1d") == 0;
    claim->debiased = strcmp(word(flow, "method"), "debiased") == 0;
    claim->fv = strcmp(word(flow, "method"), "fv") == 0;
    claim->epsilon = member(flow, "epsilon");
    claim->blur = member(flow, "blur");
    claim->reallocation = word(flow, "reallocation");
    claim->reallocation_cost = member(flow, "reallocation_cost");
    files->path = strcmp(word(flow, "stepping"), "fixed") != 0;
    files->single = strcmp(word(flow, "steps"), "single") == 0;
    files->weights = list(economy, "weights", claim->n);
    files->tau = list(flow, "tau", files->count);
    files->time = list(flow, "time", files->count);
    claim->weights = files->weights;
    files->tolerance = member(flow, "tolerance");
    files->fit = (size_t)fmax(member(flow, "fit"), 0.0);
    if (files->weights == NULL || files->tau == NULL || files->time == NULL ||
        !isfinite(claim->s) || !isfinite(claim->c) || !isfinite(claim->cell) ||
        !isfinite(files->tolerance) || files->fit > files->count) {
        return bad(files, RUN_JSON, "lacks weights, time steps or parameters");
    }
    const json_t *panel = json_object_get(files->json, "panel");
    if (panel != NULL) {
        files->observed = list(panel, "observed", claim->n);
        files->rate = list(panel, "rate", claim->n);
    }
    return panel == NULL || (files->observed != NULL && files->rate != NULL)
               ? CLI_OK
               : bad(files, RUN_JSON, "lacks the observed state or the profit rates of its panel");
}

static int read_arrays(cli_run_files *files)
{
    const size_t n = files->claim.n;
    char *path = run_path(files->folder, RUN_STATES);
    jko_status status = jko_npy_read(&files->states, path);
    free(path);
    if (status < 0) {
        return cli_fail_status(JKO_ERR_FILE, NULL);
    }
    if (jko_npy_dim(files->states) != 3 || jko_npy_length(files->states, 0) != files->count + 1 ||
        jko_npy_length(files->states, 1) != 2 || jko_npy_length(files->states, 2) != n) {
        return bad(files, RUN_STATES, "does not have the shape that run.json states");
    }
    if (files->path) {
        path = run_path(files->folder, RUN_INNER_STATES);
        status = jko_npy_read(&files->inner_states, path);
        free(path);
        if (status < 0) {
            return cli_fail_status(JKO_ERR_FILE, NULL);
        }
    }
    if (files->claim.circle || files->claim.line) {
        return CLI_OK;
    }
    path = run_path(files->folder, RUN_COST);
    status = jko_npy_read(&files->cost, path);
    free(path);
    if (status < 0) {
        return cli_fail_status(JKO_ERR_FILE, NULL);
    }
    if (jko_npy_dim(files->cost) != 2 || jko_npy_length(files->cost, 0) != n ||
        jko_npy_length(files->cost, 1) != n) {
        return bad(files, RUN_COST, "does not have the shape that run.json states");
    }
    files->claim.cost = jko_npy_values(files->cost);
    return CLI_OK;
}

static int read_table(const cli_run_files *files, const char *name, jko_csv **csv)
{
    char *path = run_path(files->folder, name);
    const jko_status status = jko_csv_read(csv, path);
    free(path);
    return status < 0 ? cli_fail_status(JKO_ERR_FILE, NULL) : CLI_OK;
}

// The inner steps of a path.
static int read_inner(cli_run_files *files)
{
    const int code = files->path ? read_table(files, RUN_INNER, &files->inner) : CLI_OK;
    if (code == CLI_OK && !files->path && run_files_number(files, "flow", "inner_steps") != 0.0) {
        return bad(files, RUN_JSON, "has inner steps, though its stepping is fixed");
    }
    if (code != CLI_OK || !files->path) {
        return code;
    }
    const size_t count = jko_csv_rows(files->inner);
    if (jko_csv_columns(files->inner) != RUN_INNER_COLUMNS) {
        return bad(files, RUN_INNER, "has more or fewer columns than a run writes");
    }
    if (run_files_number(files, "flow", "inner_steps") != (double)count) {
        return bad(files, RUN_INNER, "does not have the rows that run.json states");
    }
    return jko_npy_dim(files->inner_states) == 3 &&
                   jko_npy_length(files->inner_states, 0) == count &&
                   jko_npy_length(files->inner_states, 1) == 3 &&
                   jko_npy_length(files->inner_states, 2) == files->claim.n
               ? CLI_OK
               : bad(files, RUN_INNER_STATES, "does not have the shape that run.json states");
}

int run_files_read(cli_run_files *files, const char *folder)
{
    *files = (cli_run_files){.folder = cli_copy(folder)};
    int code = run_files_check_sums(files);
    code = code != CLI_OK ? code : read_json(files);
    code = code != CLI_OK ? code : run_files_check_outputs(files);
    code = code != CLI_OK ? code : read_arrays(files);
    code = code != CLI_OK ? code : read_table(files, RUN_STEPS, &files->steps);
    code = code != CLI_OK ? code : read_table(files, RUN_TRAJECTORY, &files->trajectory);
    if (code == CLI_OK && files->observed != NULL) {
        code = read_table(files, RUN_FORECAST, &files->forecast);
    }
    code = code != CLI_OK ? code : read_inner(files);
    const size_t columns = files->path ? RUN_PATH_COLUMNS : RUN_STEPS_COLUMNS;
    if (code == CLI_OK && jko_csv_columns(files->steps) != columns) {
        code = bad(files, RUN_STEPS, "has more or fewer columns than a run writes");
    }
    if (code == CLI_OK && files->forecast != NULL &&
        jko_csv_columns(files->forecast) != RUN_FORECAST_COLUMNS) {
        code = bad(files, RUN_FORECAST, "has more or fewer columns than a run writes");
    }
    if (code == CLI_OK && jko_csv_rows(files->steps) != files->count + 1) {
        code = bad(files, RUN_STEPS, "does not have a row for each step");
    }
    if (code == CLI_OK && jko_csv_rows(files->trajectory) != files->claim.n) {
        code = bad(files, RUN_TRAJECTORY, "does not have a row for each cell");
    }
    return code;
}

void run_files_clear(cli_run_files *files)
{
    json_decref(files->json);
    jko_npy_free(files->states);
    jko_npy_free(files->cost);
    jko_csv_free(files->steps);
    jko_csv_free(files->inner);
    jko_npy_free(files->inner_states);
    jko_csv_free(files->trajectory);
    jko_csv_free(files->forecast);
    free(files->observed);
    free(files->rate);
    free(files->weights);
    free(files->tau);
    free(files->time);
    free(files->folder);
}

const double *run_files_mass(const cli_run_files *files, size_t k)
{
    return jko_npy_values(files->states) + 2 * k * files->claim.n;
}

const double *run_files_potential(const cli_run_files *files, size_t k)
{
    return jko_npy_values(files->states) + (2 * k + 1) * files->claim.n;
}

const double *run_files_start(const cli_run_files *files, size_t k)
{
    return run_files_mass(files, files->single ? 0 : k - 1);
}

double run_files_cell(const jko_csv *table, const char *column, size_t row)
{
    double value = NAN;
    const size_t c = jko_csv_find(table, column);
    const char *text = c == JKO_CSV_NONE ? NULL : jko_csv_text(table, row, c);
    if (text != NULL) {
        (void)jko_parse_number(text, &value);
    }
    return value;
}

double run_files_step(const cli_run_files *files, const char *column, size_t k)
{
    return run_files_cell(files->steps, column, k);
}

const char *run_files_status(const cli_run_files *files, size_t k)
{
    const size_t c = jko_csv_find(files->steps, "status");
    const char *text = c == JKO_CSV_NONE ? NULL : jko_csv_text(files->steps, k, c);
    return text != NULL ? text : "";
}
