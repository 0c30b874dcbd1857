// SPDX-License-Identifier: BSD-3-Clause
/* Reading back the files of a run. */
#ifndef JKO_SRC_CLI_CLAIM_H
#define JKO_SRC_CLI_CLAIM_H

#include "recompute.h"

#include <jansson.h>
#include <jko/jko.h>

typedef struct cli_run_files {
    char *folder;
    json_t *json;          // run.json
    jko_npy *states;       // [steps + 1][2][n]
    jko_npy *cost;         // [n][n], or NULL
    jko_csv *steps;        // steps.csv
    bool path;             // steps are combinations of inner ones
    jko_csv *inner;        // inner.csv, of a path
    jko_npy *inner_states; // [inner][3][n]: start, mobility, answer
    jko_csv *trajectory;   // trajectory.csv
    jko_csv *forecast;     // forecast.csv, or NULL without a panel
    cli_claim claim;       // points into the rest
    double *weights;
    size_t count; // steps
    double *tau;  // [count]
    double *time; // [count]
    bool single;  // each step starts from the initial state
    size_t fit;   // step of the fit, 0: none
    double tolerance;
    double *observed; // [n] or NULL: the observed state of the panel
    double *rate;     // [n] or NULL: its profit rates of the first year
} cli_run_files;

/* Check the checksums of a folder, then read its files; exit code, after a message. */
int run_files_read(cli_run_files *files, const char *folder);
void run_files_clear(cli_run_files *files);

/* Masses after step k, 0 for the start; potential of step k; the masses step k started from. */
const double *run_files_mass(const cli_run_files *files, size_t k);
const double *run_files_potential(const cli_run_files *files, size_t k);
const double *run_files_start(const cli_run_files *files, size_t k);

/* The number in a column of a table; of steps.csv for step k; NaN if there is none. */
double run_files_cell(const jko_csv *table, const char *column, size_t row);
double run_files_step(const cli_run_files *files, const char *column, size_t k);
const char *run_files_status(const cli_run_files *files, size_t k);

/* A number of run.json, NaN if there is none; a word, "" if there is none. section may be NULL. */
double run_files_number(const cli_run_files *files, const char *section, const char *key);
const char *run_files_word(const cli_run_files *files, const char *section, const char *key);

/* Whether the files have the checksums of SHA256SUMS, to the byte, and whether run.json lists the
   same files with the same checksums; whether the folder holds nothing but names (NULL at the end)
   and the list. Exit code, the first fault named. claim_sums.c */
int run_files_check_sums(const cli_run_files *files);
int run_files_check_outputs(const cli_run_files *files);
int run_files_check_foreign(const cli_run_files *files, const char *const *names);

#endif
