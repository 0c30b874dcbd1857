// SPDX-License-Identifier: BSD-3-Clause
/* A sector panel in memory: sectors by years for each role, and what happened to each row. */
#ifndef JKO_SRC_CLI_EVIDENCE_DATA_H
#define JKO_SRC_CLI_EVIDENCE_DATA_H

#include "map.h"

/* How many rows or sectors, and why. */
typedef struct ev_count {
    char *what;
    char *who; // codes and years, shortened; "" if it is plain
    size_t rows;
} ev_count;

typedef struct ev_panel {
    size_t n;     // sectors, in the order of the file
    size_t years; // from first on, without a hole
    int first;
    char **codes;            // [n]
    char **labels;           // [n]; the codes if there is no such column
    bool *kept;              // [n] false: left out in all years
    bool *present;           // [n * years] the file has the row
    bool *used;              // [n * years] it is there and not left out
    double *value[EV_ROLES]; // [n * years] NaN: none; NULL: no such column
    size_t rows;             // of the file
    ev_count *counts;        // what was dropped or is missing
    size_t count;
} ev_panel;

/* What is measured of a sector in a year. */
typedef enum ev_measure {
    EV_GROSS,        // surplus / assets
    EV_NET,          // (surplus - consumption of fixed capital) / capital
    EV_PRODUCTIVITY, // value added / employees
    EV_MEASURES,
} ev_measure;

const char *ev_measure_key(ev_measure measure);
const char *ev_measure_title(ev_measure measure);

/* Read the panel; CLI_OK, or an exit code after a message. */
int ev_panel_load(ev_panel **out, const char *path, ev_map *map);
void ev_panel_free(ev_panel *panel);

bool ev_has_year(const ev_panel *panel, int year);

/* The sector of a code, or panel->n. */
size_t ev_find_sector(const ev_panel *panel, const char *code);

/* A value of a row that is used; NaN if there is none. */
double ev_value(const ev_panel *panel, ev_role role, size_t sector, int year);
double ev_measured(const ev_panel *panel, ev_measure measure, size_t sector, int year);

#endif
