// SPDX-License-Identifier: BSD-3-Clause
/*
 * A ground cost from a CSV file: a bare matrix, or one whose first row and column are names.
 *
 * The names of the rows must be the sectors of the source, those of the columns the sectors of the
 * target, in order; so a matrix of other sectors, or in another order, is never used by mistake.
 */
#include "cli.h"
#include "table_in.h"
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct matrix {
    const char *path;
    jko_csv *csv;
    size_t first; // column of the first cost: 1 after names
} matrix;

static int check_shape(const matrix *c, const masses *a, const masses *b)
{
    const size_t rows = jko_csv_rows(c->csv);
    const size_t columns = jko_csv_columns(c->csv) - c->first;
    if (rows == a->n && columns == b->n) {
        return CLI_OK;
    }
    return cli_fail(CLI_INVALID,
                    "%s: costs of %zu rows and %zu columns%s; %s has %zu masses and %s %zu, so "
                    "give %zu rows of %zu",
                    c->path, rows, columns, c->first > 0 ? " beside the names" : "", a->path, a->n,
                    b->path, b->n, a->n, b->n);
}

static int check_names(const matrix *c, const masses *a, const masses *b)
{
    for (size_t i = 0; a->names != NULL && i < a->n; i++) {
        const char *name = jko_csv_text(c->csv, i, 0);
        if (strcmp(name, a->names[i]) != 0) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: column 1: row of \"%s\" where %s:%zu has sector \"%s\"; order "
                            "the rows as the sectors",
                            c->path, jko_csv_line(c->csv, i), name, a->path,
                            jko_csv_line(a->csv, i), a->names[i]);
        }
    }
    for (size_t j = 0; b->names != NULL && j < b->n; j++) {
        const char *name = jko_csv_name(c->csv, j + 1);
        if (strcmp(name, b->names[j]) != 0) {
            return cli_fail(CLI_INVALID,
                            "%s:1: column %zu: column of \"%s\" where %s:%zu has sector \"%s\"; "
                            "order the columns as the sectors",
                            c->path, j + 2, name, b->path, jko_csv_line(b->csv, j), b->names[j]);
        }
    }
    return CLI_OK;
}

int cost_read_entry(const jko_csv *csv, const char *path, size_t row, size_t column, bool infinite,
                    double *value)
{
    const char *text = jko_csv_text(csv, row, column);
    double read = 0.0;
    const bool known = jko_parse_number(text, &read) == JKO_OK;
    if (known && infinite && read == INFINITY) {
        *value = read;
        return CLI_OK;
    }
    const bool empty = text[strspn(text, " \t")] == '\0';
    const jko_status status = jko_csv_number(csv, row, column, value);
    if (status >= 0 || (!known && !empty)) {
        return status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
    }
    char *name = jko_csv_has_names(csv) ? cli_format("\"%s\"", jko_csv_name(csv, column))
                                        : cli_format("%zu", column + 1);
    char *what = empty ? cli_copy("an empty cell") : cli_format("\"%s\"", text);
    const int code = cli_fail(
        CLI_INVALID, "%s:%zu: column %s: %s is no cost; %s", path, jko_csv_line(csv, row), name,
        what,
        infinite ? "give a number, or inf where nothing may go"
                 : "a step needs a finite one for every pair: a large one for little to go");
    free(what);
    free(name);
    return code;
}

// For a step, whose sources are its targets, no arc may be forbidden.
static int read_matrix(jko_cost **out, const matrix *c, size_t m, size_t n, bool infinite)
{
    if (m > SIZE_MAX / sizeof(double) / n) {
        return cli_fail_input(JKO_ERR_TOO_LARGE, c->path);
    }
    double *values = cli_alloc(m * n, sizeof *values);
    int code = CLI_OK;
    for (size_t i = 0; i < m && code == CLI_OK; i++) {
        for (size_t j = 0; j < n && code == CLI_OK; j++) {
            code = cost_read_entry(c->csv, c->path, i, j + c->first, infinite, &values[i * n + j]);
        }
    }
    if (code == CLI_OK) {
        const jko_status status = jko_cost_create_matrix(out, m, n, values);
        code = status < 0 ? cli_fail_input(status, c->path) : CLI_OK;
    }
    free(values);
    return code;
}

int cost_read(jko_cost **out, const char *path, const masses *a, const masses *b)
{
    matrix c = {.path = path};
    *out = NULL;
    const jko_status status = jko_csv_read(&c.csv, path);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    c.first = jko_csv_has_names(c.csv) ? 1 : 0;
    int code = check_shape(&c, a, b);
    // Without names in the matrix a square one is between the same sectors.
    if (code == CLI_OK && c.first > 0) {
        code = check_names(&c, a, b);
    } else if (code == CLI_OK && a->n == b->n) {
        code = masses_check_same(a, b);
    }
    if (code == CLI_OK) {
        code = read_matrix(out, &c, a->n, b->n, a != b);
    }
    jko_csv_free(c.csv);
    return code;
}
