// SPDX-License-Identifier: BSD-3-Clause
/*
 * The differences of two runs: reading them, whether they can be compared, and the numbers.
 */
#include "compare.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMES "times.csv" // of jko pde
#define PDE_FORMAT "jko-run-pde-1"
#define SAME_TIME 1e-9 // relative to the larger
#define SAME_LENGTH 1e-12

static const char *word(const compare_run *run, const char *section, const char *key)
{
    const json_t *object = section == NULL ? run->json : json_object_get(run->json, section);
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static double number(const compare_run *run, const char *section, const char *key)
{
    const json_t *value = json_object_get(json_object_get(run->json, section), key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static int read_csv(const compare_run *run, const char *name, jko_csv **csv)
{
    char *path = run_path(run->folder, name);
    const jko_status status = jko_csv_read(csv, path);
    free(path);
    return status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
}

int compare_read(compare_run *run, const char *folder)
{
    json_error_t error;
    *run = (compare_run){.folder = cli_copy(folder)};
    char *path = run_path(folder, RUN_JSON);
    run->json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    free(path);
    if (run->json == NULL) {
        return cli_fail(CLI_INVALID, "%s/%s: %s; is this the folder of a run?", folder, RUN_JSON,
                        error.text);
    }
    const bool pde = strcmp(word(run, NULL, "format"), PDE_FORMAT) == 0;
    const char *kind = word(run, "grid", "kind");
    const double n = number(run, "grid", "n");
    if ((!pde && strcmp(word(run, NULL, "format"), RUN_FORMAT) != 0) || !(n >= 1.0 && n <= 1e9)) {
        return cli_fail(CLI_INVALID,
                        "%s/%s: its format is \"%s\"; jko compare reads runs of jko "
                        "flow and jko pde",
                        folder, RUN_JSON, word(run, NULL, "format"));
    }
    run->n = (size_t)n;
    run->circle = strcmp(kind, "circle") == 0;
    run->grid = run->circle || strcmp(kind, "line") == 0;
    run->length = number(run, "grid", "length");
    int code = read_csv(run, RUN_TRAJECTORY, &run->trajectory);
    code = code != CLI_OK ? code : read_csv(run, pde ? TIMES : RUN_STEPS, &run->times);
    if (code == CLI_OK && jko_csv_rows(run->trajectory) != run->n) {
        code = cli_fail(CLI_INVALID, "%s/%s: it has %zu rows for %zu cells", folder, RUN_TRAJECTORY,
                        jko_csv_rows(run->trajectory), run->n);
    }
    if (code == CLI_OK && !run->grid) {
        path = run_path(folder, RUN_COST);
        const jko_status status = jko_npy_read(&run->cost, path);
        free(path);
        code = status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
        if (code == CLI_OK &&
            (jko_npy_dim(run->cost) != 2 || jko_npy_length(run->cost, 0) != run->n ||
             jko_npy_length(run->cost, 1) != run->n)) {
            code = cli_fail(CLI_INVALID, "%s/%s: it is no matrix of %zu sectors", folder, RUN_COST,
                            run->n);
        }
    }
    return code;
}

void compare_clear(compare_run *run)
{
    json_decref(run->json);
    jko_csv_free(run->trajectory);
    jko_csv_free(run->times);
    jko_npy_free(run->cost);
    free(run->folder);
}

// Whether the places of the two are the same; a list of sectors by its names and distances.
static int check_places(const compare_run *a, const compare_run *b)
{
    if (a->grid != b->grid || a->circle != b->circle) {
        return cli_fail(CLI_INVALID,
                        "%s has a grid of kind %s and %s one of kind %s; the same "
                        "kind is needed",
                        a->folder, word(a, "grid", "kind"), b->folder, word(b, "grid", "kind"));
    }
    const size_t more = a->n > b->n ? a->n : b->n;
    const size_t fewer = a->n > b->n ? b->n : a->n;
    if (a->grid) {
        if (!(fabs(a->length - b->length) <= SAME_LENGTH * a->length)) {
            return cli_fail(CLI_INVALID, "%s has length %g and %s %g; the same length is needed",
                            a->folder, a->length, b->folder, b->length);
        }
        return more % fewer == 0 ? CLI_OK
                                 : cli_fail(CLI_INVALID,
                                            "%s has %zu cells and %s %zu; one number must divide "
                                            "the other",
                                            a->folder, a->n, b->folder, b->n);
    }
    for (size_t i = 0; i < more; i++) {
        const char *left = i < a->n ? jko_csv_text(a->trajectory, i, 0) : "";
        const char *right = i < b->n ? jko_csv_text(b->trajectory, i, 0) : "";
        if (strcmp(left, right) != 0) {
            return cli_fail(CLI_INVALID,
                            "sector %zu is \"%s\" in %s and \"%s\" in %s; the same "
                            "sectors in the same order are needed",
                            i, left, a->folder, right, b->folder);
        }
    }
    return memcmp(jko_npy_values(a->cost), jko_npy_values(b->cost), a->n * a->n * sizeof(double)) ==
                   0
               ? CLI_OK
               : cli_fail(CLI_INVALID, "%s and %s have different distances in " RUN_COST, a->folder,
                          b->folder);
}

// The time of a column "t=..." of a trajectory; NaN if it is none.
static double time_of(const compare_run *run, size_t column)
{
    const char *name = jko_csv_name(run->trajectory, column);
    double t = NAN;
    if (name == NULL || strncmp(name, "t=", 2) != 0 || jko_parse_number(name + 2, &t) < 0) {
        return NAN;
    }
    return t;
}

// The column of a run that holds a time; JKO_CSV_NONE without one.
static size_t column_at(const compare_run *run, double t)
{
    for (size_t c = 1; c < jko_csv_columns(run->trajectory); c++) {
        const double own = time_of(run, c);
        if (fabs(own - t) <= SAME_TIME * fmax(fabs(own), fabs(t))) {
            return c;
        }
    }
    return JKO_CSV_NONE;
}

// X at a time, by steps.csv or times.csv; NaN if it is not there.
static double consumption(const compare_run *run, double t)
{
    const size_t time = jko_csv_find(run->times, "t");
    const size_t column = jko_csv_find(run->times, "consumption");
    for (size_t k = 0; k < jko_csv_rows(run->times); k++) {
        double own = NAN;
        double x = NAN;
        (void)jko_csv_number(run->times, k, time, &own);
        if (fabs(own - t) <= SAME_TIME * fmax(fabs(own), fabs(t))) {
            (void)jko_csv_number(run->times, k, column, &x);
            return x;
        }
    }
    return NAN;
}

// Cells of the finer of two densities, averaged over those of the coarser one.
static void average(size_t n, const double *values, size_t fewer, double *out)
{
    const size_t each = n / fewer;
    for (size_t i = 0; i < fewer; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < each; k++) {
            sum += values[i * each + k];
        }
        out[i] = sum / (double)each;
    }
}

static void differences(const compare_run *a, const compare_run *b, const double *const values[2],
                        compare_row *row)
{
    const size_t fewer = a->n < b->n ? a->n : b->n;
    double *same[2] = {cli_alloc(fewer, sizeof(double)), cli_alloc(fewer, sizeof(double))};
    double square = 0.0;
    average(a->n, values[0], fewer, same[0]);
    average(b->n, values[1], fewer, same[1]);
    row->l1 = 0.0;
    for (size_t i = 0; i < fewer; i++) {
        const double d = fabs(same[1][i] - same[0][i]);
        row->l1 += d;
        square += d * d;
    }
    row->l1 /= a->grid ? (double)fewer : 1.0;
    row->l2 = sqrt(a->grid ? square / (double)fewer : square);
    free(same[0]);
    free(same[1]);
}

static jko_status make_grid(const compare_run *run, jko_grid **grid)
{
    return run->circle ? jko_grid_create_circle(grid, run->n, run->length)
                       : jko_grid_create_line(grid, run->n, run->length);
}

// W2 of two densities on their own grids.
static jko_status density_distance(const compare_run *a, const compare_run *b,
                                   const double *const mass[2], double *w2)
{
    jko_grid *grids[2] = {NULL, NULL};
    jko_density *density = NULL;
    jko_density_report report = {.struct_size = sizeof report};
    jko_status status = make_grid(a, &grids[0]);
    status = status < 0 ? status : make_grid(b, &grids[1]);
    status = status < 0 ? status : jko_density_create(&density, grids[0], grids[1]);
    if (status >= 0) {
        status = jko_density_distance(density, mass[0], mass[1], NULL, NULL, &report);
    }
    *w2 = sqrt(report.value);
    jko_density_free(density);
    jko_grid_free(grids[0]);
    jko_grid_free(grids[1]);
    return status;
}

static jko_status cost_distance(const compare_run *run, const double *const mass[2], double *w2)
{
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings settings;
    jko_ot_report report = {.struct_size = sizeof report};
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SIMPLEX;
    jko_status status = jko_cost_create_matrix(&cost, run->n, run->n, jko_npy_values(run->cost));
    status = status < 0 ? status : jko_ot_create(&ot, cost, &settings);
    status = status < 0 ? status : jko_ot_solve(ot, mass[0], mass[1], NULL, &report);
    *w2 = sqrt(fmax(report.upper, 0.0));
    jko_ot_free(ot);
    jko_cost_free(cost);
    return status;
}

static int compare_at(const compare_run *a, const compare_run *b, const size_t columns[2],
                      compare_row *row)
{
    const compare_run *const runs[2] = {a, b};
    double *values[2] = {NULL, NULL};
    double *mass[2] = {NULL, NULL};
    jko_status status = JKO_OK;
    for (int k = 0; k < 2; k++) {
        const double cell = a->grid ? runs[k]->length / (double)runs[k]->n : 1.0;
        values[k] = cli_alloc(runs[k]->n, sizeof(double));
        mass[k] = cli_alloc(runs[k]->n, sizeof(double));
        status = status < 0 ? status : jko_csv_column(runs[k]->trajectory, columns[k], values[k]);
        for (size_t i = 0; i < runs[k]->n; i++) {
            mass[k][i] = values[k][i] * cell;
        }
        row->x[k] = consumption(runs[k], row->t);
    }
    if (status >= 0) {
        const double *const both[2] = {values[0], values[1]};
        const double *const masses[2] = {mass[0], mass[1]};
        differences(a, b, both, row);
        status =
            a->grid ? density_distance(a, b, masses, &row->w2) : cost_distance(a, masses, &row->w2);
    }
    for (int k = 0; k < 2; k++) {
        free(values[k]);
        free(mass[k]);
    }
    if (status == JKO_ERR_MASS_MISMATCH) { // of `code`, which does not keep mass: all but W2 stands
        row->w2 = NAN;
        return CLI_OK;
    }
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

int compare_runs(const compare_run *first, const compare_run *second, compare_row **rows,
                 size_t *count)
{
    int code = check_places(first, second);
    const size_t columns = code == CLI_OK ? jko_csv_columns(first->trajectory) : 0;
    *rows = cli_alloc(columns > 0 ? columns : 1, sizeof **rows);
    *count = 0;
    for (size_t c = 1; c < columns && code == CLI_OK; c++) {
        const double t = time_of(first, c);
        const size_t other = isnan(t) ? JKO_CSV_NONE : column_at(second, t);
        if (other != JKO_CSV_NONE) {
            compare_row *row = &(*rows)[(*count)++];
            row->t = t;
            code = compare_at(first, second, (const size_t[]){c, other}, row);
        }
    }
    return code != CLI_OK || *count > 0
               ? code
               : cli_fail(CLI_INVALID, "%s and %s have saved no time in common; see flow.save",
                          first->folder, second->folder);
}
