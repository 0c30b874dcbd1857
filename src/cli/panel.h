// SPDX-License-Identifier: BSD-3-Clause
/* A sector panel: capital and profit rates of two years, and who was left out. */
#ifndef JKO_SRC_CLI_PANEL_H
#define JKO_SRC_CLI_PANEL_H

#include <stdbool.h>
#include <stddef.h>

/* What [panel] says. */
typedef struct panel_keys {
    const char *path;   // of the CSV file
    const char *shown;  // its name in messages
    const char *sector; // column names
    const char *year;
    const char *capital; // "column" or "column - column"
    const char *surplus;
    const char *output;
    double from; // years
    double to;
    const char *leave_out; // sectors, separated by blanks
} panel_keys;

typedef struct cli_panel {
    size_t n;         // sectors that stay, in the order of the file
    char **names;     // [n]
    double *share;    // [n] capital of the first year over its total
    double *observed; // [n] the same of the last year
    double *rate;     // [n] surplus over capital of the first year
    double *output;   // [n] output of the first year
    char *left_out;   // a line for each sector that left, with the reason
    size_t left;      // how many
} cli_panel;

/* Read a panel; CLI_OK or an exit code after a message. */
int panel_load(cli_panel **out, const panel_keys *keys);
void panel_free(cli_panel *panel);

/*
 * Squared Euclidean distances [n][n] between columns of technical coefficients: the entry of the
 * input-output table (supplying rows, using columns, names in the first row and column) over the
 * using sector's output, all supplying rows of the table included.
 */
int panel_coefficient_distance(const cli_panel *panel, const char *path, const char *shown,
                               double *cost);

#endif
