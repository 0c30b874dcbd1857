// SPDX-License-Identifier: BSD-3-Clause
/* Where the masses of a command lie: --circle, --line or --cost, and --length. */
#ifndef JKO_SRC_CLI_GROUND_H
#define JKO_SRC_CLI_GROUND_H

#include "table_in.h"

#include <jko/jko.h>
#include <stdbool.h>

/* The options as given. */
typedef struct ground {
    bool circle;
    bool line;
    const char *cost; // file name, or NULL
    double length;    // of circle, line, or all sectors; 1 by default
} ground;

/* That exactly one of the three was given; CLI_OK, or CLI_INVALID after a message. */
int ground_check(const ground *where, const char *command);

/* For circle and line: checks positions, names and numbers of rows, and turns columns called
   density into masses. CLI_OK, or an exit code after a message. */
int ground_check_cells(const ground *where, masses *source, masses *target);

/*
 * The cost from source to target, which may be the same masses. Checks positions, names and
 * numbers of rows, and turns columns called density into masses: times length / rows.
 * Returns CLI_OK, or an exit code after a message.
 */
int ground_create(jko_cost **out, const ground *where, masses *source, masses *target);

#endif
