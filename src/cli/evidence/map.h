// SPDX-License-Identifier: BSD-3-Clause
/* MAP.ini: what the columns of a panel are, who is left out and why, and what to compute. */
#ifndef JKO_SRC_CLI_EVIDENCE_MAP_H
#define JKO_SRC_CLI_EVIDENCE_MAP_H

#include "sheet.h"

#include <stdint.h>

/* What a column can stand for. */
typedef enum ev_role {
    EV_MASS,         // stand-in for the mass of firms
    EV_CAPITAL,      // under the net profit rate
    EV_ASSETS,       // under the gross profit rate
    EV_EMPLOYEES,    //
    EV_VALUE_ADDED,  //
    EV_SURPLUS,      // gross
    EV_CONSUMPTION,  // of fixed capital
    EV_COMPENSATION, // of employees; for the measured labour share
    EV_OUTPUT,       // turns an input-output table into coefficients
    EV_FIRMS,        // for the table of sums only
    EV_ROLES,
} ev_role;

typedef struct ev_window {
    int from;
    int to;
} ev_window;

/* A line of [leave_out]. */
typedef struct ev_leave {
    char *sector;
    int year; // 0: all years
    char *reason;
    size_t line;
    size_t rows; // that it left out
} ev_leave;

typedef enum ev_distance_kind {
    EV_EUCLIDEAN,
    EV_COSINE,
    EV_MATRIX,
} ev_distance_kind;

typedef struct ev_map {
    char *path;
    char *title;
    sheet_format format;
    char *sector; // names of columns; label may be NULL
    char *year;
    char *label;
    char *plus[EV_ROLES];  // NULL: the panel has no such column
    char *minus[EV_ROLES]; // taken from it, or NULL
    ev_leave *leave;
    size_t leaves;
    ev_window *windows;
    size_t window_count;
    ev_distance_kind distance;
    char *distance_file; // as written; NULL: no distance, no forecast
    char *distance_path; // where it is
    int distance_year;   // of the output under the coefficients
    ev_window train;
    ev_window test;
    double beta;
    double rho1;
    double rho2;
    double structure_beta;
    uint64_t seed;
    size_t permutations;
    size_t bootstrap;
    size_t dead_zone;
    size_t power;
} ev_map;

/* The key of a role in [panel], and what it is called in tables. */
const char *ev_role_key(ev_role role);
const char *ev_role_title(ev_role role);

/* Read a map. CLI_OK, or an exit code after a message that names file, line, key and remedy. */
int ev_map_load(ev_map **out, const char *path);
void ev_map_free(ev_map *map);

#endif
