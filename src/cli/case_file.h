// SPDX-License-Identifier: BSD-3-Clause
/* Case files of either format: loading, the list of expected results, comparing, the exit code. */
#ifndef JKO_SRC_CLI_CASE_FILE_H
#define JKO_SRC_CLI_CASE_FILE_H

#include "cli.h"

#include <jansson.h>
#include <stdbool.h>

/* A file with one problem and, perhaps, its right answers. */
typedef struct case_file {
    const char *path;
    json_t *root;   // the file, NULL if it is not JSON
    json_t *expect; // its list of results, or NULL
    bool invalid;   // an error is the answer; set by the reader of the format
    bool refused;   // an error came before any solving
} case_file;

/* Load a file, and check its list of results. Refused input is a negative status after a message;
   root and expect are set even then, if there are any. case_close() in any event. */
jko_status case_open(case_file *out, const char *path);
void case_close(case_file *file);

/* A message "FILE: key: ..." about a case; returns status. */
jko_status case_refuse(const case_file *file, jko_status status, const char *key,
                       const char *format, ...) CLI_PRINTF(4, 5);

/* How many of the expected results do not hold; each is named on standard error. */
size_t case_compare(const case_file *file, const json_t *result);

/*
 * Print one object, status first, then the results of the problem, and compare these with the list
 * unless status is negative. Returns the exit code: 0 the expected results hold (or there are
 * none), 1 one does not, 2 the input was refused (also when that is what the case expects), 3 the
 * kind is unsupported.
 */
int case_finish(const case_file *file, jko_status status, json_t *results);

#endif
