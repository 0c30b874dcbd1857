// SPDX-License-Identifier: BSD-3-Clause
/* run.json: what the records of all kinds of runs have in common. */
#ifndef JKO_SRC_CLI_RUN_JSON_H
#define JKO_SRC_CLI_RUN_JSON_H

#include "run.h"

#include <jansson.h>

/* A list of numbers [n]; null for those that are not finite. */
json_t *run_json_reals(size_t n, const double *values);

/* A record with format, version, scenario, options, grid, economy, linked libraries, licence,
   inputs and outputs; NULL after a message. */
json_t *run_json_begin(const cli_run *run, const char *format, const char *folder,
                       const char *const *outputs);

/* The record of a folder that is no run: format, version and the names of its files (NULL ends
   them), by which a later result may take its place; exit code. */
int run_json_names(const char *format, const char *folder, const char *const *names);

/* Write and release it; exit code. */
int run_json_end(json_t *object, const char *folder);

#endif
