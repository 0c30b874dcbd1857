// SPDX-License-Identifier: BSD-3-Clause
/* Reading back the files of a run. */
#ifndef JKO_SRC_CLI_CLAIM_H
#define JKO_SRC_CLI_CLAIM_H

#include "recompute.h"

#include <jansson.h>
#include <jko/jko.h>

typedef struct cli_run_files {
    char *folder;
    json_t *json;        // run.json
    jko_npy *states;     // [steps + 1][2][n]
    jko_npy *cost;       // [n][n], or NULL
    jko_csv *steps;      // steps.csv
    jko_csv *trajectory; // trajectory.csv
    cli_claim claim;     // points into the rest
    double *weights;
    size_t count; // steps
    double *tau;  // [count]
    double *time; // [count]
    bool single;  // each step starts from the initial state
} cli_run_files;

/* Check the checksums of a folder, then read its files; exit code, after a message. */
int run_files_read(cli_run_files *files, const char *folder);
void run_files_clear(cli_run_files *files);

/* Masses after step k, 0 for the start; potential of step k; the masses step k started from. */
const double *run_files_mass(const cli_run_files *files, size_t k);
const double *run_files_potential(const cli_run_files *files, size_t k);
const double *run_files_start(const cli_run_files *files, size_t k);

/* The number in a column of steps.csv for step k; NaN if there is none. */
double run_files_step(const cli_run_files *files, const char *column, size_t k);
const char *run_files_status(const cli_run_files *files, size_t k);

/* Compare trajectory.csv with states.npy; exit code, the first difference named. */
int run_files_check_trajectory(const cli_run_files *files);

#endif
