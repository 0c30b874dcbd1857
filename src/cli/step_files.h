// SPDX-License-Identifier: BSD-3-Clause
/* One JKO step from files. */
#ifndef JKO_SRC_CLI_STEP_FILES_H
#define JKO_SRC_CLI_STEP_FILES_H

#include "ground.h"

#include <jko/jko.h>
#include <stdbool.h>

/* What jko step was asked for. */
typedef struct step_request {
    const char *masses; // file name
    const char *column; // or NULL
    ground where;
    double tau;
    double beta;
    double s;
    const char *weights; // a number or FILE.csv:COLUMN; NULL: 1
    jko_flow_settings settings;
    bool has_reallocation_cost;
    const char *output; // file name or NULL
    bool json;
} step_request;

/* Read, step, write and print; returns the exit code. */
int step_files(const step_request *request);

#endif
