// SPDX-License-Identifier: BSD-3-Clause
/* jko ot between the masses of two files. */
#ifndef JKO_SRC_CLI_OT_FILES_H
#define JKO_SRC_CLI_OT_FILES_H

#include "ground.h"

#include <jko/jko.h>
#include <stdbool.h>

/* What is asked for. */
typedef struct ot_request {
    const char *source;
    const char *target;
    ground where;
    bool points;        // the files hold points, and where says nothing
    const char *period; // of points, as text, or NULL
    double power;       // of the distance; 2 by default
    bool exact;         // the best exact method for the place
    bool debiased;      // the divergence of the entropic method
    jko_ot_settings settings;
    const char *column; // of masses, or NULL
    const char *plan;   // file name or NULL
    bool json;
} ot_request;

/* Read, solve, write the plan, print; returns the exit code. */
int ot_files(const ot_request *request);

#endif
