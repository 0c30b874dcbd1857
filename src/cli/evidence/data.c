// SPDX-License-Identifier: BSD-3-Clause
/*
 * Reading a sector panel: one row for each sector and year, in any order, rows and cells missing
 * as they may. Quantities that cannot be negative are refused where they are; a surplus, value
 * added or a difference of two columns may be.
 */
#include "data.h"

#include "columns.h"
#include "dropped.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// A span of years that no panel has; also keeps n * years small.
#define MOST_YEARS 400
#define LEAST_YEAR 1500
#define LAST_YEAR 2200

typedef struct reader {
    const ev_map *map;
    ev_panel *panel;
    const char *shown;
    jko_csv *csv;
    size_t sector;
    size_t year;
    size_t label;
    size_t plus[EV_ROLES];
    size_t minus[EV_ROLES];
    int *row_year;      // [rows]
    size_t *row_sector; // [rows]
} reader;

static const struct {
    const char *key;
    const char *title;
} measures[EV_MEASURES] = {
    {"r_gross", "gross profit rate"},
    {"r_net", "net profit rate"},
    {"lp", "labour productivity"},
};

const char *ev_measure_key(ev_measure measure)
{
    return measures[measure].key;
}

const char *ev_measure_title(ev_measure measure)
{
    return measures[measure].title;
}

static int find(const reader *r, const char *key, const char *name, size_t *column)
{
    char *asker = cli_format(", which [panel] %s of %s names", key, r->map->path);
    const int code = cli_find_column(r->csv, r->shown, name, asker, column);
    free(asker);
    return code;
}

static int find_columns(reader *r)
{
    const ev_map *map = r->map;
    r->label = JKO_CSV_NONE;
    int code = find(r, "sector", map->sector, &r->sector);
    code = code != CLI_OK ? code : find(r, "year", map->year, &r->year);
    if (code == CLI_OK && map->label != NULL) {
        code = find(r, "label", map->label, &r->label);
    }
    for (int k = 0; k < EV_ROLES && code == CLI_OK; k++) {
        r->plus[k] = r->minus[k] = JKO_CSV_NONE;
        if (map->plus[k] != NULL) {
            code = find(r, ev_role_key((ev_role)k), map->plus[k], &r->plus[k]);
        }
        if (code == CLI_OK && map->minus[k] != NULL) {
            code = find(r, ev_role_key((ev_role)k), map->minus[k], &r->minus[k]);
        }
    }
    return code;
}

static int read_year(const reader *r, size_t row, int *year)
{
    double value = 0.0;
    const int code = sheet_number(r->csv, r->shown, &r->map->format, row, r->year, &value);
    if (code == CLI_OK && !(value >= LEAST_YEAR && value <= LAST_YEAR && value == floor(value))) {
        return cli_fail(CLI_INVALID,
                        "%s:%zu: column \"%s\": \"%.60s\" is not a year; write it like "
                        "2010, one row a year",
                        r->shown, jko_csv_line(r->csv, row), r->map->year,
                        jko_csv_text(r->csv, row, r->year));
    }
    *year = code == CLI_OK ? (int)value : 0;
    return code;
}

// A text without the blanks around it.
static char *trimmed(const char *text)
{
    text += strspn(text, " \t");
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t')) {
        length--;
    }
    return cli_copy_length(text, length);
}

// The sector of a row, in the order of the file.
static int read_sector(const reader *r, size_t row, size_t *sector)
{
    ev_panel *panel = r->panel;
    char *code = trimmed(jko_csv_text(r->csv, row, r->sector));
    if (code[0] == '\0') {
        free(code);
        return cli_fail(CLI_INVALID,
                        "%s:%zu: column \"%s\": the sector is empty; name it, or take "
                        "the row out",
                        r->shown, jko_csv_line(r->csv, row), r->map->sector);
    }
    *sector = ev_find_sector(panel, code);
    if (*sector == panel->n) {
        panel->codes[panel->n] = code;
        panel->labels[panel->n++] = r->label == JKO_CSV_NONE
                                        ? cli_copy(code)
                                        : trimmed(jko_csv_text(r->csv, row, r->label));
    } else {
        free(code);
    }
    return CLI_OK;
}

static int read_keys(reader *r)
{
    ev_panel *panel = r->panel;
    const size_t rows = panel->rows = jko_csv_rows(r->csv);
    int last = 0;
    int code = CLI_OK;
    r->row_year = cli_alloc(rows, sizeof *r->row_year);
    r->row_sector = cli_alloc(rows, sizeof *r->row_sector);
    panel->codes = cli_alloc(rows, sizeof *panel->codes);
    panel->labels = cli_alloc(rows, sizeof *panel->labels);
    for (size_t row = 0; row < rows && code == CLI_OK; row++) {
        code = read_year(r, row, &r->row_year[row]);
        code = code != CLI_OK ? code : read_sector(r, row, &r->row_sector[row]);
        if (code != CLI_OK) {
            return code;
        }
        const int year = r->row_year[row];
        panel->first = row == 0 || year < panel->first ? year : panel->first;
        last = row == 0 || year > last ? year : last;
    }
    panel->years = (size_t)(last - panel->first + 1);
    if (code == CLI_OK && panel->years > MOST_YEARS) {
        code = cli_fail(CLI_INVALID, "%s: years from %d to %d; column \"%s\" cannot be right",
                        r->shown, panel->first, last, r->map->year);
    }
    return code;
}

static bool may_be_negative(ev_role role)
{
    return role == EV_SURPLUS || role == EV_VALUE_ADDED || role == EV_CONSUMPTION;
}

static int read_cell(const reader *r, size_t row, ev_role role, double *value)
{
    double less = 0.0;
    const sheet_format *format = &r->map->format;
    int code = sheet_number(r->csv, r->shown, format, row, r->plus[role], value);
    if (code == CLI_OK && r->minus[role] != JKO_CSV_NONE) {
        code = sheet_number(r->csv, r->shown, format, row, r->minus[role], &less);
    }
    if (code == CLI_OK && *value < 0.0 && !may_be_negative(role)) {
        return cli_fail(CLI_INVALID,
                        "%s:%zu: column \"%s\": %g is negative, and %s cannot be; "
                        "correct it, or leave the cell empty",
                        r->shown, jko_csv_line(r->csv, row), r->map->plus[role], *value,
                        ev_role_title(role));
    }
    *value -= less;
    return code;
}

// The line of an earlier row of the same sector and year.
static size_t earlier_line(const reader *r, size_t row)
{
    for (size_t k = 0; k < row; k++) {
        if (r->row_sector[k] == r->row_sector[row] && r->row_year[k] == r->row_year[row]) {
            return jko_csv_line(r->csv, k);
        }
    }
    return 0;
}

static int read_values(reader *r)
{
    ev_panel *panel = r->panel;
    const size_t size = panel->n * panel->years;
    int code = CLI_OK;
    panel->kept = cli_alloc(panel->n, sizeof *panel->kept);
    panel->present = cli_alloc(size, sizeof *panel->present);
    panel->used = cli_alloc(size, sizeof *panel->used);
    for (int role = 0; role < EV_ROLES; role++) {
        if (r->plus[role] != JKO_CSV_NONE) {
            panel->value[role] = cli_alloc(size, sizeof(double));
            for (size_t k = 0; k < size; k++) {
                panel->value[role][k] = NAN;
            }
        }
    }
    for (size_t row = 0; row < panel->rows && code == CLI_OK; row++) {
        const size_t at =
            r->row_sector[row] * panel->years + (size_t)(r->row_year[row] - panel->first);
        if (panel->present[at]) {
            return cli_fail(CLI_INVALID,
                            "%s:%zu: column \"%s\": sector %s already has a row for %d "
                            "on line %zu; keep one",
                            r->shown, jko_csv_line(r->csv, row), r->map->sector,
                            panel->codes[r->row_sector[row]], r->row_year[row],
                            earlier_line(r, row));
        }
        panel->present[at] = panel->used[at] = true;
        for (int role = 0; role < EV_ROLES && code == CLI_OK; role++) {
            if (panel->value[role] != NULL) {
                code = read_cell(r, row, (ev_role)role, &panel->value[role][at]);
            }
        }
    }
    return code;
}

// Take out what the map leaves out, and count it by reason.
static int leave_out(reader *r, ev_map *map)
{
    ev_panel *panel = r->panel;
    for (size_t i = 0; i < panel->n; i++) {
        panel->kept[i] = true;
    }
    for (size_t k = 0; k < map->leaves; k++) {
        ev_leave *leave = &map->leave[k];
        const size_t i = ev_find_sector(panel, leave->sector);
        const bool known = i < panel->n && (leave->year == 0 || ev_has_year(panel, leave->year));
        for (size_t t = 0; known && t < panel->years; t++) {
            const size_t at = i * panel->years + t;
            if (panel->used[at] && (leave->year == 0 || leave->year == panel->first + (int)t)) {
                panel->used[at] = false;
                leave->rows++;
            }
        }
        if (leave->rows == 0) {
            char *year = leave->year != 0 ? cli_format(" %d", leave->year) : cli_copy("");
            const int code = cli_fail(CLI_INVALID,
                                      "%s:%zu: [leave_out] %s%s: %s has no such row "
                                      "left; correct the name or take the line out",
                                      map->path, leave->line, leave->sector, year, r->shown);
            free(year);
            return code;
        }
        panel->kept[i] = panel->kept[i] && leave->year != 0;
    }
    return CLI_OK;
}

// The windows of the map must be years of the panel; without any, it is the whole.
static int check_years(const reader *r, ev_map *map)
{
    const ev_panel *panel = r->panel;
    if (map->window_count == 0) {
        map->windows = cli_alloc(1, sizeof *map->windows);
        map->windows[0] = (ev_window){panel->first, panel->first + (int)panel->years - 1};
        map->window_count = 1;
        if (panel->years < 2) {
            return cli_fail(CLI_INVALID, "%s: has the year %d only; convergence needs two",
                            r->shown, panel->first);
        }
    }
    for (size_t k = 0; k < map->window_count + 2; k++) {
        const ev_window w = k < map->window_count    ? map->windows[k]
                            : k == map->window_count ? map->train
                                                     : map->test;
        const int bad = w.from != 0 && !ev_has_year(panel, w.from) ? w.from
                        : w.to != 0 && !ev_has_year(panel, w.to)   ? w.to
                                                                   : 0;
        if (bad != 0) {
            return cli_fail(
                CLI_INVALID,
                "%s: %s %d-%d: %s has no row for %d; its years are %d to "
                "%d",
                map->path, k < map->window_count ? "[windows] convergence" : "[forecast]", w.from,
                w.to, r->shown, bad, panel->first, panel->first + (int)panel->years - 1);
        }
    }
    return CLI_OK;
}

int ev_panel_load(ev_panel **out, const char *path, ev_map *map)
{
    const char *slash = strrchr(path, '/');
    reader r = {.map = map, .shown = slash == NULL ? path : slash + 1};
    ev_panel *panel = cli_alloc(1, sizeof *panel);
    r.panel = panel;
    *out = NULL;
    int code = sheet_read(&r.csv, path, r.shown, &map->format);
    code = code != CLI_OK ? code : find_columns(&r);
    code = code != CLI_OK ? code : read_keys(&r);
    code = code != CLI_OK ? code : read_values(&r);
    code = code != CLI_OK ? code : leave_out(&r, map);
    code = code != CLI_OK ? code : check_years(&r, map);
    jko_csv_free(r.csv);
    free(r.row_year);
    free(r.row_sector);
    if (code != CLI_OK) {
        ev_panel_free(panel);
        return code;
    }
    ev_count_dropped(panel, map);
    *out = panel;
    return CLI_OK;
}

void ev_panel_free(ev_panel *panel)
{
    if (panel == NULL) {
        return;
    }
    for (size_t i = 0; i < panel->n; i++) {
        free(panel->codes[i]);
        free(panel->labels[i]);
    }
    for (size_t k = 0; k < panel->count; k++) {
        free(panel->counts[k].what);
        free(panel->counts[k].who);
    }
    for (int role = 0; role < EV_ROLES; role++) {
        free(panel->value[role]);
    }
    free(panel->codes);
    free(panel->labels);
    free(panel->kept);
    free(panel->present);
    free(panel->used);
    free(panel->counts);
    free(panel);
}

bool ev_has_year(const ev_panel *panel, int year)
{
    const int t = year - panel->first;
    for (size_t i = 0; i < panel->n && t >= 0 && t < (int)panel->years; i++) {
        if (panel->present[i * panel->years + (size_t)t]) {
            return true;
        }
    }
    return false;
}

size_t ev_find_sector(const ev_panel *panel, const char *code)
{
    size_t i = 0;
    while (i < panel->n && strcmp(panel->codes[i], code) != 0) {
        i++;
    }
    return i;
}

double ev_value(const ev_panel *panel, ev_role role, size_t sector, int year)
{
    const int t = year - panel->first;
    if (panel->value[role] == NULL || t < 0 || t >= (int)panel->years) {
        return NAN;
    }
    const size_t at = sector * panel->years + (size_t)t;
    return panel->used[at] ? panel->value[role][at] : NAN;
}

double ev_measured(const ev_panel *panel, ev_measure measure, size_t sector, int year)
{
    const double surplus = ev_value(panel, EV_SURPLUS, sector, year);
    double over = 0.0;
    switch (measure) {
    case EV_GROSS:
        over = ev_value(panel, EV_ASSETS, sector, year);
        return over > 0.0 ? surplus / over : NAN;
    case EV_NET:
        over = ev_value(panel, EV_CAPITAL, sector, year);
        return over > 0.0 ? (surplus - ev_value(panel, EV_CONSUMPTION, sector, year)) / over : NAN;
    default:
        over = ev_value(panel, EV_EMPLOYEES, sector, year);
        return over > 0.0 ? ev_value(panel, EV_VALUE_ADDED, sector, year) / over : NAN;
    }
}
