// SPDX-License-Identifier: BSD-3-Clause
/*
 * Points with masses from a CSV file: a row a point, a column a coordinate.
 */
#include "points_in.h"

#include "cli.h"
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The column of masses, or JKO_CSV_NONE for equal ones.
static int find_masses(points *p, const char *column)
{
    p->m.column = JKO_CSV_NONE;
    if (column != NULL) {
        p->m.column = jko_csv_find(p->m.csv, column);
        return p->m.column == JKO_CSV_NONE ? masses_refuse_column(&p->m, column) : CLI_OK;
    }
    p->m.column = jko_csv_find(p->m.csv, "mass");
    if (jko_csv_find(p->m.csv, "density") != JKO_CSV_NONE) {
        return cli_fail(CLI_INVALID,
                        "%s: points have no width, so that a column \"density\" gives no mass; "
                        "call it mass, or choose one with --column",
                        p->m.path);
    }
    return CLI_OK;
}

static int find_coordinates(points *p)
{
    const size_t columns = jko_csv_columns(p->m.csv);
    p->column = cli_alloc(columns, sizeof *p->column);
    for (size_t k = 0; k < columns; k++) {
        const char *name = jko_csv_has_names(p->m.csv) ? jko_csv_name(p->m.csv, k) : "";
        if (k != p->m.column && strcmp(name, "sector") != 0 && strcmp(name, "label") != 0) {
            p->column[p->dim++] = k;
        }
    }
    if (p->dim == 0) {
        return cli_fail(CLI_INVALID, "%s: there is no column of coordinates; add one a dimension",
                        p->m.path);
    }
    return CLI_OK;
}

static int read_masses(points *p)
{
    p->m.mass = cli_alloc(p->m.n, sizeof *p->m.mass);
    if (p->m.column != JKO_CSV_NONE) {
        const jko_status status = jko_csv_column(p->m.csv, p->m.column, p->m.mass);
        return status < 0 ? cli_fail_input(status, NULL) : masses_check_nonnegative(&p->m);
    }
    for (size_t i = 0; i < p->m.n; i++) {
        p->m.mass[i] = 1.0 / (double)p->m.n;
    }
    return CLI_OK;
}

static int read_coordinates(points *p)
{
    if (p->m.n > SIZE_MAX / sizeof(double) / p->dim) {
        return cli_fail_input(JKO_ERR_TOO_LARGE, p->m.path);
    }
    p->x = cli_alloc(p->m.n * p->dim, sizeof *p->x);
    for (size_t i = 0; i < p->m.n; i++) {
        for (size_t k = 0; k < p->dim; k++) {
            const jko_status status =
                jko_csv_number(p->m.csv, i, p->column[k], &p->x[i * p->dim + k]);
            if (status < 0) {
                return cli_fail_input(status, NULL);
            }
        }
    }
    return CLI_OK;
}

int points_read(points *out, const char *path, const char *column)
{
    *out = (points){.m.path = path};
    const jko_status status = jko_csv_read(&out->m.csv, path);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    out->m.n = jko_csv_rows(out->m.csv);
    int code = find_masses(out, column);
    if (code == CLI_OK && out->m.n == 0) {
        code = cli_fail(CLI_INVALID, "%s: there is no row of data; give at least one point", path);
    }
    if (code == CLI_OK) {
        code = masses_read_names(&out->m);
    }
    if (code == CLI_OK) {
        code = find_coordinates(out);
    }
    if (code == CLI_OK) {
        code = read_masses(out);
    }
    return code == CLI_OK ? read_coordinates(out) : code;
}

int points_check_same(const points *a, const points *b)
{
    if (a->dim != b->dim) {
        return cli_fail(CLI_INVALID,
                        "%s has points of %zu coordinates and %s of %zu; give the same columns",
                        a->m.path, a->dim, b->m.path, b->dim);
    }
    const bool named = jko_csv_has_names(a->m.csv) && jko_csv_has_names(b->m.csv);
    for (size_t k = 0; named && k < a->dim; k++) {
        const char *one = jko_csv_name(a->m.csv, a->column[k]);
        const char *other = jko_csv_name(b->m.csv, b->column[k]);
        if (strcmp(one, other) != 0) {
            return cli_fail(CLI_INVALID,
                            "%s: coordinate %zu is \"%s\", but %s has \"%s\"; give the same "
                            "columns in the same order",
                            b->m.path, k + 1, other, a->m.path, one);
        }
    }
    return CLI_OK;
}

void points_free(points *p)
{
    free(p->column);
    free(p->x);
    masses_free(&p->m);
    *p = (points){0};
}
