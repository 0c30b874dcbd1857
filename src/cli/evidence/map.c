// SPDX-License-Identifier: BSD-3-Clause
/*
 * MAP.ini: what the columns of a panel are, who is left out and why, and what to compute.
 * docs/evidence.md lists every key.
 */
#include "map.h"

#include "ini_file.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    const char *title;
} roles[EV_ROLES] = {
    {"mass", "mass of firms"},
    {"capital", "capital"},
    {"assets", "net assets"},
    {"employees", "employees"},
    {"value_added", "value added"},
    {"surplus", "gross surplus"},
    {"consumption", "consumption of fixed capital"},
    {"compensation", "compensation of employees"},
    {"output", "output"},
    {"firms", "firms"},
};

static const char *const panel_keys[] = {
    "title",   "separator",   "decimal",      "missing", "sector",    "year",
    "label",   "mass",        "capital",      "assets",  "employees", "value_added",
    "surplus", "consumption", "compensation", "output",  "firms",     NULL};
static const char *const window_keys[] = {"convergence", NULL};
static const char *const distance_keys[] = {"kind", "file", "year", NULL};
static const char *const forecast_keys[] = {"train", "test", "beta", "rho1", "rho2", NULL};
static const char *const structure_keys[] = {"labour_exponent", NULL};
static const char *const draw_keys[] = {"seed",      "permutations", "bootstrap",
                                        "dead_zone", "power",        NULL};

static const cli_ini_known known[] = {
    {"panel", panel_keys},       {"leave_out", NULL},
    {"windows", window_keys},    {"structure", structure_keys},
    {"distance", distance_keys}, {"forecast", forecast_keys},
    {"draws", draw_keys},        {NULL, NULL},
};

typedef struct reader {
    ev_map *map;
    const cli_ini *ini;
} reader;

const char *ev_role_key(ev_role role)
{
    return roles[role].key;
}

const char *ev_role_title(ev_role role)
{
    return roles[role].title;
}

static int refuse(const reader *r, const char *section, const char *key, const char *what)
{
    char where[CLI_INI_MESSAGE];
    const char *value = cli_ini_get(r->ini, section, key);
    (void)cli_ini_where(r->ini, section, key, where, sizeof where);
    return value == NULL ? cli_fail(CLI_INVALID, "%s is missing; %s", where, what)
                         : cli_fail(CLI_INVALID, "%s = %.80s: %s", where, value, what);
}

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : cli_copy(text);
}

static int read_word(const reader *r, const char *key, size_t count, const char *const *words,
                     const char *values, char *out)
{
    const char *text = cli_ini_get(r->ini, "panel", key);
    for (size_t k = 0; text != NULL && k < count; k++) {
        if (strcmp(text, words[k]) == 0) {
            *out = values[k];
            return CLI_OK;
        }
    }
    return text == NULL ? CLI_OK
           : count == 3 ? refuse(r, "panel", key, "it must be comma, semicolon or tab")
                        : refuse(r, "panel", key, "it must be point or comma");
}

static int read_number(const reader *r, const char *section, const char *key, double least,
                       double most, const char *what, double *value)
{
    const char *text = cli_ini_get(r->ini, section, key);
    double read = 0.0;
    if (text == NULL) {
        return CLI_OK;
    }
    if (jko_parse_number(text, &read) < 0 || !(read > least) || !(read < most)) {
        return refuse(r, section, key, what);
    }
    *value = read;
    return CLI_OK;
}

static int read_count(const reader *r, const char *key, double least, size_t *value)
{
    double number = (double)*value;
    const int code = read_number(r, "draws", key, least - 0.5, 1e6 + 0.5,
                                 "it must be a whole number up to 1e6, and large enough", &number);
    if (code == CLI_OK && number != floor(number)) {
        return refuse(r, "draws", key, "it must be a whole number");
    }
    *value = (size_t)number;
    return code;
}

// A role: "column" or "column - column".
static void read_role(const reader *r, ev_role role)
{
    const char *text = cli_ini_get(r->ini, "panel", roles[role].key);
    if (text == NULL) {
        return;
    }
    const char *minus = strstr(text, " - ");
    if (minus == NULL) {
        r->map->plus[role] = cli_copy(text);
    } else {
        r->map->plus[role] = cli_copy_length(text, (size_t)(minus - text));
        r->map->minus[role] = cli_copy(minus + 3);
    }
}

static int read_panel(const reader *r)
{
    static const char *const separators[] = {"comma", "semicolon", "tab"};
    static const char *const decimals[] = {"point", "comma"};
    static const ev_role needed[] = {EV_CAPITAL, EV_EMPLOYEES, EV_VALUE_ADDED, EV_SURPLUS};
    ev_map *map = r->map;
    const char *missing = cli_ini_get(r->ini, "panel", "missing");
    map->title = cli_copy(cli_ini_get(r->ini, "panel", "title") != NULL
                              ? cli_ini_get(r->ini, "panel", "title")
                              : "Sector panel");
    map->format = (sheet_format){.separator = ',', .decimal = '.'};
    map->format.missing = cli_copy(missing != NULL ? missing : "");
    map->sector = copy_or_null(cli_ini_get(r->ini, "panel", "sector"));
    map->year = copy_or_null(cli_ini_get(r->ini, "panel", "year"));
    map->label = copy_or_null(cli_ini_get(r->ini, "panel", "label"));
    int code = read_word(r, "separator", 3, separators, ",;\t", &map->format.separator);
    code = code != CLI_OK ? code : read_word(r, "decimal", 2, decimals, ".,", &map->format.decimal);
    if (code != CLI_OK) {
        return code;
    }
    if (map->sector == NULL || map->year == NULL) {
        return refuse(r, "panel", map->sector == NULL ? "sector" : "year", "it names a column");
    }
    for (int role = 0; role < EV_ROLES; role++) {
        read_role(r, (ev_role)role);
    }
    for (size_t k = 0; k < sizeof needed / sizeof needed[0]; k++) {
        if (map->plus[needed[k]] == NULL) {
            return refuse(r, "panel", roles[needed[k]].key, "it names a column");
        }
    }
    for (int k = 0; k < 2; k++) { // mass and assets are the capital unless they are named
        const ev_role role = k == 0 ? EV_MASS : EV_ASSETS;
        if (map->plus[role] == NULL) {
            map->plus[role] = cli_copy(map->plus[EV_CAPITAL]);
            map->minus[role] = copy_or_null(map->minus[EV_CAPITAL]);
        }
    }
    return CLI_OK;
}

// "2010-2017" at the beginning of a text; *end is behind it. Whether it is one.
static bool read_window(const char *text, ev_window *window, const char **end)
{
    int used = 0;
    if (sscanf(text, "%4d-%4d%n", &window->from, &window->to, &used) != 2 ||
        window->from >= window->to || (text[used] != '\0' && text[used] != ' ')) {
        return false;
    }
    *end = text + used + strspn(text + used, " ");
    return true;
}

static int read_windows(const reader *r)
{
    ev_map *map = r->map;
    const char *at = cli_ini_get(r->ini, "windows", "convergence");
    if (at == NULL) {
        return CLI_OK; // the whole of the panel, once it is known
    }
    map->windows = cli_alloc(strlen(at), sizeof *map->windows);
    while (*at != '\0') {
        if (!read_window(at, &map->windows[map->window_count++], &at)) {
            return refuse(r, "windows", "convergence",
                          "it must list windows like 2010-2019 2018-2022");
        }
    }
    return CLI_OK;
}

static int read_one_window(const reader *r, const char *key, ev_window *window)
{
    const char *text = cli_ini_get(r->ini, "forecast", key);
    const char *end = "";
    if (text == NULL || !read_window(text, window, &end) || *end != '\0') {
        return refuse(r, "forecast", key, "it must be a window like 2010-2017");
    }
    return CLI_OK;
}

static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return name[0] == '/' || slash == NULL
               ? cli_copy(name)
               : cli_format("%.*s%s", (int)(slash + 1 - path), path, name);
}

static int read_distance(const reader *r)
{
    static const char *const kinds[] = {"euclidean", "cosine", "matrix"};
    ev_map *map = r->map;
    const char *kind = cli_ini_get(r->ini, "distance", "kind");
    const char *file = cli_ini_get(r->ini, "distance", "file");
    double year = 0.0;
    if (kind == NULL && file == NULL) {
        return CLI_OK;
    }
    size_t which = 0;
    while (kind != NULL && which < 3 && strcmp(kind, kinds[which]) != 0) {
        which++;
    }
    if (kind == NULL || which == 3) {
        return refuse(r, "distance", "kind", "it must be euclidean, cosine or matrix");
    }
    if (file == NULL) {
        return refuse(r, "distance", "file", "it names a CSV file");
    }
    map->distance = (ev_distance_kind)which;
    map->distance_file = cli_copy(file);
    map->distance_path = beside(map->path, file);
    int code = read_number(r, "distance", "year", 0.0, 10000.0, "it must be a year", &year);
    map->distance_year = (int)year;
    if (code == CLI_OK && map->distance == EV_EUCLIDEAN) {
        if (map->plus[EV_OUTPUT] == NULL) {
            code = refuse(r, "panel", "output",
                          "[distance] kind = euclidean needs it for the technical coefficients");
        } else if (map->distance_year == 0) {
            code = refuse(r, "distance", "year", "it is the year of the input-output table");
        }
    }
    code = code != CLI_OK ? code : read_one_window(r, "train", &map->train);
    code = code != CLI_OK ? code : read_one_window(r, "test", &map->test);
    if (code == CLI_OK && map->test.from < map->train.to) {
        code = refuse(r, "forecast", "test",
                      "it must not begin before the end of train: what tau was chosen on cannot "
                      "judge it");
    }
    return code;
}

static int read_parameters(const reader *r)
{
    ev_map *map = r->map;
    double seed = 1.0;
    map->beta = 0.86;
    map->rho1 = 0.214;
    map->rho2 = 0.04;
    map->permutations = 200;
    map->bootstrap = 999;
    map->dead_zone = 499;
    map->power = 200;
    int code =
        read_number(r, "forecast", "beta", 0.0, 1.0, "it must be between 0 and 1", &map->beta);
    code = code != CLI_OK
               ? code
               : read_number(r, "forecast", "rho1", 0.0, 1e6, "it must be > 0", &map->rho1);
    code = code != CLI_OK
               ? code
               : read_number(r, "forecast", "rho2", -1.0, 1e6, "it must be > -1", &map->rho2);
    map->structure_beta = map->beta;
    code = code != CLI_OK ? code
                          : read_number(r, "structure", "labour_exponent", 0.0, 1.0,
                                        "it must be between 0 and 1", &map->structure_beta);
    code = code != CLI_OK
               ? code
               : read_number(r, "draws", "seed", -0.5, 9e15, "it must be a whole number", &seed);
    map->seed = (uint64_t)seed;
    code = code != CLI_OK ? code : read_count(r, "permutations", 19.0, &map->permutations);
    code = code != CLI_OK ? code : read_count(r, "bootstrap", 99.0, &map->bootstrap);
    code = code != CLI_OK ? code : read_count(r, "dead_zone", 99.0, &map->dead_zone);
    return code != CLI_OK ? code : read_count(r, "power", 50.0, &map->power);
}

// "CODE = reason" or "CODE 2020 = reason".
static int read_leave(const reader *r)
{
    ev_map *map = r->map;
    size_t count = 0;
    const cli_ini_entry *entries = cli_ini_entries(r->ini, &count);
    map->leave = cli_alloc(count, sizeof *map->leave);
    for (size_t k = 0; k < count; k++) {
        if (strcmp(entries[k].section, "leave_out") != 0) {
            continue;
        }
        ev_leave *leave = &map->leave[map->leaves++];
        const char *key = entries[k].key;
        const char *blank = strrchr(key, ' ');
        int used = 0;
        const bool year = blank != NULL && sscanf(blank, " %4d%n", &leave->year, &used) == 1 &&
                          blank[used] == '\0';
        leave->year = year ? leave->year : 0;
        leave->sector = year ? cli_copy_length(key, (size_t)(blank - key)) : cli_copy(key);
        leave->reason = cli_copy(entries[k].value);
        leave->line = entries[k].line;
        if (entries[k].value[0] == '\0') {
            return refuse(r, "leave_out", key, "say why it is left out");
        }
    }
    return CLI_OK;
}

int ev_map_load(ev_map **out, const char *path)
{
    char message[CLI_INI_MESSAGE] = "";
    cli_ini *ini = NULL;
    ev_map *map = cli_alloc(1, sizeof *map);
    *out = NULL;
    map->path = cli_copy(path);
    int code = cli_ini_load(&ini, path, known, message, sizeof message);
    if (code != CLI_OK) {
        ev_map_free(map);
        return cli_fail(code, "%s", message);
    }
    const reader r = {map, ini};
    code = read_panel(&r);
    code = code != CLI_OK ? code : read_leave(&r);
    code = code != CLI_OK ? code : read_windows(&r);
    code = code != CLI_OK ? code : read_distance(&r);
    code = code != CLI_OK ? code : read_parameters(&r);
    cli_ini_free(ini);
    if (code != CLI_OK) {
        ev_map_free(map);
        return code;
    }
    *out = map;
    return CLI_OK;
}

void ev_map_free(ev_map *map)
{
    if (map == NULL) {
        return;
    }
    for (size_t k = 0; k < map->leaves; k++) {
        free(map->leave[k].sector);
        free(map->leave[k].reason);
    }
    for (int role = 0; role < EV_ROLES; role++) {
        free(map->plus[role]);
        free(map->minus[role]);
    }
    free((void *)map->format.missing);
    void *const memory[] = {map->path,    map->title,         map->sector,
                            map->year,    map->label,         map->leave,
                            map->windows, map->distance_file, map->distance_path};
    for (size_t k = 0; k < sizeof memory / sizeof memory[0]; k++) {
        free(memory[k]);
    }
    free(map);
}
