// SPDX-License-Identifier: BSD-3-Clause
/*
 * Masses from a CSV file: which column, whose rows, and what is wrong with them.
 *
 * Repeated sectors are found by sorting their names. O(n log n) time, O(n) memory.
 */
#include "table_in.h"

#include "cli.h"
#include "nearest.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Positions in a file are rounded; a share of the cell width this large is no longer rounding.
#define POSITION_TOLERANCE 0.05

int masses_refuse_column(const masses *m, const char *column)
{
    const size_t columns = jko_csv_columns(m->csv);
    const char **names = cli_alloc(columns, sizeof *names);
    for (size_t k = 0; k < columns; k++) {
        names[k] = jko_csv_name(m->csv, k);
    }
    const char *meant = jko_csv_has_names(m->csv) ? cli_nearest(column, columns, names) : NULL;
    free(names);
    if (!jko_csv_has_names(m->csv)) {
        return cli_fail(CLI_INVALID,
                        "%s: there is no column \"%s\": the file has no column names; add a first "
                        "row of names",
                        m->path, column);
    }
    if (meant != NULL) {
        return cli_fail(CLI_INVALID, "%s: there is no column \"%s\"; did you mean \"%s\"?", m->path,
                        column, meant);
    }
    return cli_fail(CLI_INVALID, "%s: there is no column \"%s\"; its first row names the columns",
                    m->path, column);
}

// The only column that does not name rows.
static int find_only(const masses *m, size_t *found)
{
    *found = JKO_CSV_NONE;
    for (size_t k = 0; k < jko_csv_columns(m->csv); k++) {
        const char *name = jko_csv_name(m->csv, k);
        if (strcmp(name, "x") == 0 || strcmp(name, "sector") == 0 || strcmp(name, "label") == 0) {
            continue;
        }
        if (*found != JKO_CSV_NONE) {
            return cli_fail(CLI_INVALID,
                            "%s: it has several columns (\"%s\", \"%s\") and none is called mass "
                            "or density; choose one with --column",
                            m->path, jko_csv_name(m->csv, *found), name);
        }
        *found = k;
    }
    if (*found == JKO_CSV_NONE) {
        return cli_fail(CLI_INVALID, "%s: there is no column of masses; add one called mass",
                        m->path);
    }
    return CLI_OK;
}

static int find_column(masses *m, const char *column)
{
    size_t *found = &m->column;
    if (column != NULL) {
        *found = jko_csv_find(m->csv, column);
        if (*found == JKO_CSV_NONE) {
            return masses_refuse_column(m, column);
        }
    } else if (!jko_csv_has_names(m->csv)) {
        *found = jko_csv_columns(m->csv) - 1;
        return CLI_OK;
    } else {
        *found = jko_csv_find(m->csv, "mass");
        if (*found == JKO_CSV_NONE) {
            *found = jko_csv_find(m->csv, "density");
        }
        if (*found == JKO_CSV_NONE) {
            return find_only(m, found);
        }
    }
    m->density = strcmp(jko_csv_name(m->csv, *found), "density") == 0;
    return CLI_OK;
}

typedef struct named {
    const char *name;
    size_t row;
} named;

static int compare(const void *a, const void *b)
{
    const named *x = a;
    const named *y = b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

static int check_names(const masses *m)
{
    named *sorted = cli_alloc(m->n, sizeof *sorted);
    int code = CLI_OK;
    for (size_t i = 0; i < m->n; i++) {
        sorted[i] = (named){m->names[i], i};
        if (code == CLI_OK && m->names[i][0] == '\0') {
            code = cli_fail(CLI_INVALID, "%s:%zu: column \"sector\": the name is empty; name it",
                            m->path, jko_csv_line(m->csv, i));
        }
    }
    qsort(sorted, m->n, sizeof *sorted, compare);
    for (size_t k = 1; k < m->n && code == CLI_OK; k++) {
        if (strcmp(sorted[k - 1].name, sorted[k].name) == 0) {
            code = cli_fail(CLI_INVALID,
                            "%s:%zu: column \"sector\": \"%s\" stands on line %zu too; keep one "
                            "row a sector",
                            m->path, jko_csv_line(m->csv, sorted[k].row), sorted[k].name,
                            jko_csv_line(m->csv, sorted[k - 1].row));
        }
    }
    free(sorted);
    return code;
}

int masses_read_names(masses *m)
{
    const size_t column = jko_csv_find(m->csv, "sector");
    if (column == JKO_CSV_NONE) {
        return CLI_OK;
    }
    m->names = cli_alloc(m->n, sizeof *m->names);
    for (size_t i = 0; i < m->n; i++) {
        m->names[i] = jko_csv_text(m->csv, i, column);
    }
    return check_names(m);
}

int masses_read(masses *out, const char *path, const char *column)
{
    *out = (masses){.path = path};
    jko_status status = jko_csv_read(&out->csv, path);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    out->n = jko_csv_rows(out->csv);
    int code = find_column(out, column);
    if (code == CLI_OK && out->n == 0) {
        code = cli_fail(CLI_INVALID, "%s: there is no row of data; give at least one mass", path);
    }
    if (code == CLI_OK) {
        code = masses_read_names(out);
    }
    if (code != CLI_OK) {
        return code;
    }
    out->mass = cli_alloc(out->n, sizeof *out->mass);
    status = jko_csv_column(out->csv, out->column, out->mass);
    return status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
}

static int refuse_negative(const masses *m, size_t row)
{
    char *name = jko_csv_has_names(m->csv) ? cli_format("\"%s\"", jko_csv_name(m->csv, m->column))
                                           : cli_format("%zu", m->column + 1);
    const int code =
        cli_fail(CLI_INVALID,
                 "%s:%zu: column %s: %s is negative; masses must be >= 0: correct it "
                 "or leave the row out",
                 m->path, jko_csv_line(m->csv, row), name, jko_csv_text(m->csv, row, m->column));
    free(name);
    return code;
}

int masses_check_nonnegative(const masses *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (m->mass[i] < 0.0) {
            return refuse_negative(m, i);
        }
    }
    return CLI_OK;
}

int masses_read_nonnegative(masses *out, const char *path, const char *column)
{
    const int code = masses_read(out, path, column);
    return code == CLI_OK ? masses_check_nonnegative(out) : code;
}

int masses_check_positions(const masses *m, double cell)
{
    const size_t column = jko_csv_find(m->csv, "x");
    double first = 0.0;
    for (size_t i = 0; column != JKO_CSV_NONE && i < m->n; i++) {
        double x = 0.0;
        const jko_status status = jko_csv_number(m->csv, i, column, &x);
        if (status < 0) {
            return cli_fail_input(status, NULL);
        }
        first = i == 0 ? x : first;
        if (!(fabs(x - first - (double)i * cell) <= POSITION_TOLERANCE * cell)) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: column \"x\": %.9g is not %.9g, where equal cells of width "
                            "length / rows = %.9g would have it; give the right --length, or a "
                            "matrix by --cost",
                            m->path, jko_csv_line(m->csv, i), x, first + (double)i * cell, cell);
        }
    }
    return CLI_OK;
}

void masses_from_density(masses *m, double cell)
{
    for (size_t i = 0; m->density && i < m->n; i++) {
        m->mass[i] *= cell;
    }
}

int masses_check_same(const masses *a, const masses *b)
{
    if (a->names == NULL || b->names == NULL) {
        return CLI_OK;
    }
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (strcmp(a->names[i], b->names[i]) != 0) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: column \"sector\": \"%s\" stands where %s:%zu has \"%s\"; "
                            "list the same sectors in the same order",
                            b->path, jko_csv_line(b->csv, i), b->names[i], a->path,
                            jko_csv_line(a->csv, i), a->names[i]);
        }
    }
    return CLI_OK;
}

void masses_free(masses *m)
{
    free(m->mass);
    free(m->names);
    jko_csv_free(m->csv);
    *m = (masses){0};
}
