// SPDX-License-Identifier: BSD-3-Clause
/* Points with masses from CSV files. */
#ifndef JKO_SRC_CLI_POINTS_IN_H
#define JKO_SRC_CLI_POINTS_IN_H

#include "table_in.h"

/* Points of a file. Start from {0}; points_free() releases it. */
typedef struct points {
    masses m;       // path, table, names of the rows and masses
    size_t dim;     // coordinates of a point
    size_t *column; // [dim] where each stands in the table
    double *x;      // [n][dim]
} points;

/*
 * Read points: the masses are the column of that name; if it is NULL "mass", and where there is
 * none all points have the same share of 1. All columns but these, sector and label are
 * coordinates; in a file without names all columns. Returns CLI_OK, or an exit code after a
 * message, as all functions here.
 */
int points_read(points *out, const char *path, const char *column);

/* Whether the points of a and b have the same coordinates, by number and by name. */
int points_check_same(const points *a, const points *b);

void points_free(points *p);

#endif
