// SPDX-License-Identifier: BSD-3-Clause
/*
 * A sector panel: capital and profit rates of two years, and who was left out and why.
 *
 * A sector stays if both years have it, the scenario does not leave it out, its capital is > 0 in
 * both years, and its surplus and output of the first year are > 0: a weight that makes the
 * model's profit rate proportional to the observed one exists only then.
 */
#include "panel.h"

#include "columns.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct panel_reader {
    const panel_keys *keys;
    jko_csv *csv;
    size_t sector;
    size_t year;
    size_t capital;
    size_t less; // what is taken from capital, or JKO_CSV_NONE
    size_t surplus;
    size_t output;
} panel_reader;

static int find(const panel_reader *reader, const char *key, const char *name, size_t *column)
{
    char *asker = cli_format(", which [panel] %s names", key);
    const int code = cli_find_column(reader->csv, reader->keys->shown, name, asker, column);
    free(asker);
    return code;
}

static int find_capital(panel_reader *reader)
{
    const char *text = reader->keys->capital;
    const char *minus = strstr(text, " - ");
    reader->less = JKO_CSV_NONE;
    if (minus == NULL) {
        return find(reader, "capital", text, &reader->capital);
    }
    char *first = cli_copy_length(text, (size_t)(minus - text));
    int code = find(reader, "capital", first, &reader->capital);
    free(first);
    return code != CLI_OK ? code : find(reader, "capital", minus + 3, &reader->less);
}

static int open_reader(panel_reader *reader)
{
    const jko_status status = jko_csv_read(&reader->csv, reader->keys->path);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    int code = find(reader, "sector", reader->keys->sector, &reader->sector);
    code = code != CLI_OK ? code : find(reader, "year", reader->keys->year, &reader->year);
    code = code != CLI_OK ? code : find_capital(reader);
    code = code != CLI_OK ? code : find(reader, "surplus", reader->keys->surplus, &reader->surplus);
    return code != CLI_OK ? code : find(reader, "output", reader->keys->output, &reader->output);
}

static int number(const panel_reader *reader, size_t row, size_t column, double *value)
{
    const jko_status status = jko_csv_number(reader->csv, row, column, value);
    return status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
}

static int capital_of(const panel_reader *reader, size_t row, double *value)
{
    double less = 0.0;
    int code = number(reader, row, reader->capital, value);
    if (code == CLI_OK && reader->less != JKO_CSV_NONE) {
        code = number(reader, row, reader->less, &less);
    }
    *value -= less;
    return code;
}

// The row of a sector in a year, JKO_CSV_NONE if there is none; a second one is an error.
static int find_row(const panel_reader *reader, const char *sector, double year, size_t *found)
{
    *found = JKO_CSV_NONE;
    for (size_t row = 0; row < jko_csv_rows(reader->csv); row++) {
        double y = 0.0;
        if (strcmp(jko_csv_text(reader->csv, row, reader->sector), sector) != 0) {
            continue;
        }
        const int code = number(reader, row, reader->year, &y);
        if (code != CLI_OK) {
            return code;
        }
        if (y == year && *found != JKO_CSV_NONE) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: sector %s already has a row for %g on line %zu; keep one",
                            reader->keys->shown, jko_csv_line(reader->csv, row), sector, year,
                            jko_csv_line(reader->csv, *found));
        }
        if (y == year) {
            *found = row;
        }
    }
    return CLI_OK;
}

static bool is_listed(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)) != NULL; at += length) {
        const bool begins = at == list || at[-1] == ' ' || at[-1] == '\t';
        const bool ends = at[length] == '\0' || at[length] == ' ' || at[length] == '\t';
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

static void leave(cli_panel *panel, cli_text *why, const char *sector, const char *reason)
{
    cli_text_add(why, "left out %s: %s\n", sector, reason);
    panel->left++;
}

// Take the sector of a first-year row into the panel, or note why it leaves.
static int consider(const panel_reader *reader, cli_panel *panel, cli_text *why, size_t row)
{
    const panel_keys *keys = reader->keys;
    const char *sector = jko_csv_text(reader->csv, row, reader->sector);
    char reason[160] = "";
    size_t first = 0;
    size_t last = 0;
    double capital = 0.0;
    double later = 0.0;
    double surplus = 0.0;
    double output = 0.0;
    int code = find_row(reader, sector, keys->from, &first);
    code = code != CLI_OK ? code : find_row(reader, sector, keys->to, &last);
    code = code != CLI_OK ? code : capital_of(reader, row, &capital);
    if (code == CLI_OK && last != JKO_CSV_NONE) {
        code = capital_of(reader, last, &later);
    }
    code = code != CLI_OK ? code : number(reader, row, reader->surplus, &surplus);
    code = code != CLI_OK ? code : number(reader, row, reader->output, &output);
    if (code != CLI_OK) {
        return code;
    }
    if (is_listed(keys->leave_out, sector)) {
        (void)snprintf(reason, sizeof reason, "named in leave_out");
    } else if (last == JKO_CSV_NONE) {
        (void)snprintf(reason, sizeof reason, "no row for %g", keys->to);
    } else if (capital <= 0.0 || later <= 0.0) {
        (void)snprintf(reason, sizeof reason, "capital of %g is %g, which is not > 0",
                       capital <= 0.0 ? keys->from : keys->to, capital <= 0.0 ? capital : later);
    } else if (surplus <= 0.0) {
        (void)snprintf(reason, sizeof reason, "%s of %g is %g, which is not > 0", keys->surplus,
                       keys->from, surplus);
    } else if (output <= 0.0) {
        (void)snprintf(reason, sizeof reason, "%s of %g is %g, which is not > 0", keys->output,
                       keys->from, output);
    }
    if (reason[0] != '\0') {
        leave(panel, why, sector, reason);
        return CLI_OK;
    }
    const size_t i = panel->n++;
    panel->names[i] = cli_copy(sector);
    panel->share[i] = capital;
    panel->observed[i] = later;
    panel->rate[i] = surplus / capital;
    panel->output[i] = output;
    return CLI_OK;
}

static void divide_by_total(size_t n, double *values)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        total += values[i];
    }
    for (size_t i = 0; i < n; i++) {
        values[i] /= total;
    }
}

static int check_leave_out(const panel_reader *reader)
{
    char *words = cli_copy(reader->keys->leave_out);
    int code = CLI_OK;
    for (char *word = strtok(words, " \t"); word != NULL && code == CLI_OK;
         word = strtok(NULL, " \t")) {
        size_t row = 0;
        code = find_row(reader, word, reader->keys->from, &row);
        if (code == CLI_OK && row == JKO_CSV_NONE) {
            code =
                cli_fail(CLI_INVALID, "[panel] leave_out names %s, of which %s has no row for %g",
                         word, reader->keys->shown, reader->keys->from);
        }
    }
    free(words);
    return code;
}

int panel_load(cli_panel **out, const panel_keys *keys)
{
    panel_reader reader = {.keys = keys};
    cli_text why = {0};
    *out = NULL;
    cli_panel *made = cli_alloc(1, sizeof *made);
    int code = open_reader(&reader);
    code = code != CLI_OK ? code : check_leave_out(&reader);
    const size_t rows = jko_csv_rows(reader.csv);
    made->names = cli_alloc(rows, sizeof *made->names);
    made->share = cli_alloc(rows, sizeof(double));
    made->observed = cli_alloc(rows, sizeof(double));
    made->rate = cli_alloc(rows, sizeof(double));
    made->output = cli_alloc(rows, sizeof(double));
    for (size_t row = 0; code == CLI_OK && row < rows; row++) {
        double year = 0.0;
        code = number(&reader, row, reader.year, &year);
        if (code == CLI_OK && year == keys->from) {
            code = consider(&reader, made, &why, row);
        }
    }
    made->left_out = cli_text_take(&why);
    if (code == CLI_OK && made->n == 0) {
        const char *first = made->left_out;
        code =
            made->left == 0
                ? cli_fail(CLI_INVALID, "%s: there is no row for %g; correct [panel] from",
                           keys->shown, keys->from)
                : cli_fail(CLI_INVALID,
                           "%s: no sector is left for the years %g and %g; all %zu are left out, "
                           "the first so: %.*s",
                           keys->shown, keys->from, keys->to, made->left, (int)strcspn(first, "\n"),
                           first);
    }
    jko_csv_free(reader.csv);
    if (code != CLI_OK) {
        panel_free(made);
        return code;
    }
    divide_by_total(made->n, made->share);
    divide_by_total(made->n, made->observed);
    *out = made;
    return CLI_OK;
}

void panel_free(cli_panel *panel)
{
    if (panel != NULL) {
        for (size_t i = 0; panel->names != NULL && i < panel->n; i++) {
            free(panel->names[i]);
        }
        free(panel->names);
        free(panel->share);
        free(panel->observed);
        free(panel->rate);
        free(panel->output);
        free(panel->left_out);
        free(panel);
    }
}

// Rows and columns of an input-output table must be the same sectors, each once: a row twice, or
// missing, would change every distance.
static int check_suppliers(const jko_csv *csv, const char *shown)
{
    for (size_t row = 0; row < jko_csv_rows(csv); row++) {
        const char *name = jko_csv_text(csv, row, 0);
        const size_t column = jko_csv_find(csv, name);
        if (column == JKO_CSV_NONE || column == 0) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: row \"%s\" has no column of that name; rows and columns must "
                            "be the same sectors",
                            shown, jko_csv_line(csv, row), name);
        }
        for (size_t other = 0; other < row; other++) {
            if (strcmp(jko_csv_text(csv, other, 0), name) == 0) {
                return cli_fail(CLI_INVALID,
                                "%s:%zu: sector %s already has a row on line %zu; keep one of them",
                                shown, jko_csv_line(csv, row), name, jko_csv_line(csv, other));
            }
        }
    }
    for (size_t column = 1; column < jko_csv_columns(csv); column++) {
        const char *name = jko_csv_name(csv, column);
        size_t row = 0;
        while (row < jko_csv_rows(csv) && strcmp(jko_csv_text(csv, row, 0), name) != 0) {
            row++;
        }
        if (row == jko_csv_rows(csv)) {
            return cli_fail(CLI_INVALID,
                            "%s: column \"%s\" has no row of that name; rows and columns must be "
                            "the same sectors",
                            shown, name);
        }
    }
    return CLI_OK;
}

int panel_coefficient_distance(const cli_panel *panel, const char *path, const char *shown,
                               double *cost)
{
    jko_csv *csv = NULL;
    const jko_status status = jko_csv_read(&csv, path);
    if (status < 0) {
        return cli_fail_input(status, NULL);
    }
    const size_t n = panel->n;
    const size_t rows = jko_csv_rows(csv);
    double *columns = cli_alloc(n * rows, sizeof *columns); // [n][rows]
    int code = check_suppliers(csv, shown);
    for (size_t j = 0; j < n && code == CLI_OK; j++) {
        const size_t column = jko_csv_find(csv, panel->names[j]);
        if (column == JKO_CSV_NONE) {
            code = cli_fail(CLI_INVALID, "%s: there is no column for sector %s of the panel", shown,
                            panel->names[j]);
        } else if (jko_csv_column(csv, column, columns + j * rows) < 0) {
            code = cli_fail_input(JKO_ERR_FORMAT, NULL);
        }
        for (size_t k = 0; k < rows && code == CLI_OK; k++) {
            columns[j * rows + k] /= panel->output[j];
        }
    }
    for (size_t i = 0; i < n && code == CLI_OK; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0.0;
            for (size_t k = 0; k < rows; k++) {
                const double d = columns[i * rows + k] - columns[j * rows + k];
                sum += d * d;
            }
            cost[i * n + j] = sum;
        }
    }
    free(columns);
    jko_csv_free(csv);
    return code;
}
