// SPDX-License-Identifier: BSD-3-Clause
/* Two runs beside each other. */
#ifndef JKO_SRC_CLI_COMPARE_H
#define JKO_SRC_CLI_COMPARE_H

#include <jansson.h>
#include <jko/jko.h>

/* What is read of a run's folder. */
typedef struct compare_run {
    char *folder;
    json_t *json;        // run.json
    jko_csv *trajectory; // trajectory.csv
    jko_csv *times;      // steps.csv, or times.csv of jko pde
    jko_npy *cost;       // cost.npy, or NULL on grids
    size_t n;
    bool grid;   // cells on a circle or line
    bool circle; // of these
    double length;
} compare_run;

/* A time that both runs have saved. */
typedef struct compare_row {
    double t;
    double l1;
    double l2;
    double w2;
    double x[2];
} compare_row;

/* Read a folder; exit code, after a message. Released by compare_clear(), also after a failure. */
int compare_read(compare_run *run, const char *folder);
void compare_clear(compare_run *run);

/* The rows, the caller's to free; exit code. */
int compare_runs(const compare_run *first, const compare_run *second, compare_row **rows,
                 size_t *count);

#endif
