// SPDX-License-Identifier: BSD-3-Clause
/*
 * Ground distances between sectors: between their columns of technical coefficients (Euclidean, or
 * 1 - cosine), or any matrix; and whether they are a metric.
 */
#include "distance.h"

#include "ols.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Rounding of sums of squares.
#define TRIANGLE_SLACK 1e-9

typedef struct source {
    const ev_panel *panel;
    const ev_map *map;
    jko_csv *csv;
    size_t n;
    const size_t *who;
} source;

static int find_column(const source *s, size_t i, size_t *column)
{
    const char *code = s->panel->codes[s->who[i]];
    *column = jko_csv_find(s->csv, code);
    return *column != JKO_CSV_NONE
               ? CLI_OK
               : cli_fail(CLI_INVALID,
                          "%s:1: there is no column for sector %s of the panel; add "
                          "it, or leave the sector out",
                          s->map->distance_file, code);
}

static int number(const source *s, size_t row, size_t column, double *value)
{
    int code = sheet_number(s->csv, s->map->distance_file, &s->map->format, row, column, value);
    if (code == CLI_OK && isnan(*value)) {
        code = cli_fail(CLI_INVALID,
                        "%s:%zu: column \"%s\": has no value; write 0 where nothing "
                        "is used",
                        s->map->distance_file, jko_csv_line(s->csv, row),
                        jko_csv_name(s->csv, column));
    }
    return code;
}

// Every supplier must be named once: a row twice would change every distance.
static int check_rows(const source *s)
{
    const size_t rows = jko_csv_rows(s->csv);
    for (size_t row = 0; row < rows; row++) {
        for (size_t other = 0; other < row; other++) {
            if (strcmp(jko_csv_text(s->csv, row, 0), jko_csv_text(s->csv, other, 0)) == 0) {
                return cli_fail(CLI_INVALID,
                                "%s:%zu: column 1: sector %s already has a row on "
                                "line %zu; keep one",
                                s->map->distance_file, jko_csv_line(s->csv, row),
                                jko_csv_text(s->csv, row, 0), jko_csv_line(s->csv, other));
            }
        }
    }
    return CLI_OK;
}

// Column i of the table, over the output of its sector if the coefficients are wanted.
static int load_column(const source *s, size_t i, double *values)
{
    const size_t rows = jko_csv_rows(s->csv);
    size_t column = 0;
    double output = 1.0;
    int code = find_column(s, i, &column);
    if (code == CLI_OK && s->map->distance == EV_EUCLIDEAN) {
        output = ev_value(s->panel, EV_OUTPUT, s->who[i], s->map->distance_year);
        if (!(output > 0.0)) {
            code = cli_fail(CLI_INVALID,
                            "%s: sector %s has no output > 0 in %d, the year of the "
                            "input-output table; leave it out or take another year",
                            s->map->path, s->panel->codes[s->who[i]], s->map->distance_year);
        }
    }
    for (size_t row = 0; row < rows && code == CLI_OK; row++) {
        code = number(s, row, column, &values[row]);
        values[row] /= output;
    }
    return code;
}

static double euclidean(size_t rows, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t k = 0; k < rows; k++) {
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return sqrt(sum);
}

// 1 - cos as half the squared distance of unit vectors, which is 0 for equal ones.
static double cosine(size_t rows, const double *a, const double *b)
{
    double aa = 0.0;
    double bb = 0.0;
    double sum = 0.0;
    for (size_t k = 0; k < rows; k++) {
        aa += a[k] * a[k];
        bb += b[k] * b[k];
    }
    for (size_t k = 0; k < rows; k++) {
        const double d = a[k] / sqrt(aa) - b[k] / sqrt(bb);
        sum += d * d;
    }
    return 0.5 * sum;
}

static int between_columns(const source *s, double *d)
{
    const size_t n = s->n;
    const size_t rows = jko_csv_rows(s->csv);
    double *columns = cli_alloc(n * rows, sizeof *columns);
    int code = check_rows(s);
    for (size_t i = 0; i < n && code == CLI_OK; i++) {
        code = load_column(s, i, columns + i * rows);
        double size = 0.0;
        for (size_t k = 0; k < rows && code == CLI_OK; k++) {
            size += fabs(columns[i * rows + k]);
        }
        if (code == CLI_OK && size == 0.0 && s->map->distance == EV_COSINE) {
            code = cli_fail(CLI_INVALID,
                            "%s: the column of sector %s is all 0, which has no "
                            "direction; leave the sector out",
                            s->map->distance_file, s->panel->codes[s->who[i]]);
        }
    }
    for (size_t i = 0; i < n && code == CLI_OK; i++) {
        for (size_t j = 0; j < n; j++) {
            const double *a = columns + i * rows;
            const double *b = columns + j * rows;
            d[i * n + j] =
                s->map->distance == EV_COSINE ? cosine(rows, a, b) : euclidean(rows, a, b);
        }
    }
    free(columns);
    return code;
}

static int from_matrix(const source *s, double *d)
{
    const size_t n = s->n;
    int code = check_rows(s);
    for (size_t i = 0; i < n && code == CLI_OK; i++) {
        size_t row = 0;
        while (row < jko_csv_rows(s->csv) &&
               strcmp(jko_csv_text(s->csv, row, 0), s->panel->codes[s->who[i]]) != 0) {
            row++;
        }
        if (row == jko_csv_rows(s->csv)) {
            return cli_fail(CLI_INVALID,
                            "%s: column 1: there is no row for sector %s of the panel; "
                            "add it, or leave the sector out",
                            s->map->distance_file, s->panel->codes[s->who[i]]);
        }
        for (size_t j = 0; j < n && code == CLI_OK; j++) {
            size_t column = 0;
            code = find_column(s, j, &column);
            code = code != CLI_OK ? code : number(s, row, column, &d[i * n + j]);
            if (code == CLI_OK && d[i * n + j] < 0.0) {
                code = cli_fail(CLI_INVALID,
                                "%s:%zu: column \"%s\": the distance %g is negative; "
                                "distances are >= 0",
                                s->map->distance_file, jko_csv_line(s->csv, row),
                                jko_csv_name(s->csv, column), d[i * n + j]);
            }
        }
    }
    return code;
}

int ev_distance_load(const ev_panel *panel, const ev_map *map, size_t n, const size_t *who,
                     double *d)
{
    source s = {.panel = panel, .map = map, .n = n, .who = who};
    int code = sheet_read(&s.csv, map->distance_path, map->distance_file, &map->format);
    if (code == CLI_OK) {
        code = map->distance == EV_MATRIX ? from_matrix(&s, d) : between_columns(&s, d);
    }
    jko_csv_free(s.csv);
    return code;
}

static void check_triangles(ev_metric *metric, size_t n, const double *d)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            for (size_t k = 0; k < n && j != i; k++) {
                if (k == i || k == j) {
                    continue;
                }
                const double way = d[i * n + j] + d[j * n + k];
                const double ratio = d[i * n + k] / way;
                metric->triangles++;
                metric->broken += d[i * n + k] > way * (1.0 + TRIANGLE_SLACK);
                if (ratio > metric->worst) {
                    metric->worst = ratio;
                    metric->worst_at[0] = i;
                    metric->worst_at[1] = j;
                    metric->worst_at[2] = k;
                }
            }
        }
    }
}

void ev_metric_check(ev_metric *metric, size_t n, const double *d)
{
    double *off = cli_alloc(n * n, sizeof *off);
    size_t count = 0;
    *metric = (ev_metric){.n = n};
    for (size_t i = 0; i < n; i++) {
        metric->diagonal = fmax(metric->diagonal, fabs(d[i * n + i]));
        for (size_t j = 0; j < n; j++) {
            metric->largest = fmax(metric->largest, d[i * n + j]);
            metric->asymmetry = fmax(metric->asymmetry, fabs(d[i * n + j] - d[j * n + i]));
            if (i != j) {
                metric->zeros += i < j && d[i * n + j] == 0.0;
                off[count++] = d[i * n + j];
            }
        }
    }
    metric->median = ev_quantile(count, off, 0.5);
    free(off);
    check_triangles(metric, n, d);
}

ev_table *ev_metric_table(const ev_metric *metric, const ev_panel *panel, const size_t *who)
{
    static const ev_column columns[] = {{"property", "property", EV_TEXT},
                                        {"value", "value", EV_GENERAL},
                                        {"verdict", "", EV_TEXT}};
    ev_table *table = ev_table_create("metric", "The distance between sectors",
                                      sizeof columns / sizeof columns[0], columns);
    char *worst = metric->broken == 0 ? cli_copy("holds")
                                      : cli_format("fails; worst from %s to %s by %s",
                                                   panel->codes[who[metric->worst_at[0]]],
                                                   panel->codes[who[metric->worst_at[2]]],
                                                   panel->codes[who[metric->worst_at[1]]]);
    const struct {
        const char *what;
        double value;
        const char *verdict;
    } rows[] = {
        {"sectors", (double)metric->n, ""},
        {"median distance", metric->median, ""},
        {"largest distance", metric->largest, ""},
        {"largest asymmetry", metric->asymmetry,
         metric->asymmetry <= TRIANGLE_SLACK * metric->largest ? "symmetric" : "not symmetric"},
        {"largest entry of the diagonal", metric->diagonal,
         metric->diagonal == 0.0 ? "zero" : "not zero: staying has a cost"},
        {"pairs of different sectors at distance 0", (double)metric->zeros, ""},
        {"share of triangles that break the inequality",
         (double)metric->broken / (double)(metric->triangles > 0 ? metric->triangles : 1), worst},
        {"worst ratio of a way to its detour", metric->worst, ""},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        ev_table_text(table, rows[k].what);
        ev_table_number(table, rows[k].value);
        ev_table_text(table, rows[k].verdict);
    }
    free(worst);
    table->note =
        cli_copy("JKO steps take any symmetric cost; W2 is a distance only if this is one.");
    return table;
}
