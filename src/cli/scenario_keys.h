// SPDX-License-Identifier: BSD-3-Clause
/* The keys of a scenario file, with their defaults, and typed access to them. */
#ifndef JKO_SRC_CLI_SCENARIO_KEYS_H
#define JKO_SRC_CLI_SCENARIO_KEYS_H

#include "ini_file.h"
#include "scenario.h"

/* All known sections and keys, in the order of docs/formats.md. */
extern const cli_ini_known scenario_known[];

/* What the readers of sections share. */
typedef struct scenario_reader {
    cli_scenario *scenario;
    cli_ini *ini;
} scenario_reader;

/* The value in force (the file's, an override's or the standard one), NULL if there is none. */
const char *scenario_value(const scenario_reader *reader, const char *section, const char *key);

/* A message about the value of a key: "FILE:LINE: [section] key is \"value\"; REMEDY". */
int scenario_refuse(const scenario_reader *reader, const char *section, const char *key,
                    const char *remedy);

/* The number of a key; CLI_OK or a message. The key must have a value. */
int scenario_number(const scenario_reader *reader, const char *section, const char *key,
                    double *value);

/* Which of the words (separated by |) the value is, from 0. */
int scenario_choice(const scenario_reader *reader, const char *section, const char *key,
                    const char *words, size_t *choice);

/* The numbers of a list separated by blanks, ascending not required; *fit is set if the word "fit"
   is among them (refused if fit is NULL). */
int scenario_list(const scenario_reader *reader, const char *section, const char *key,
                  double **values, size_t *count, bool *fit);

/* A file name of the scenario, relative to its folder; its SHA-256 is put on record. */
int scenario_file(const scenario_reader *reader, const char *shown, char **path);

/* The same, > 0. */
int scenario_positive(const scenario_reader *reader, const char *section, const char *key,
                      double *value);

/* [n] values of a key that is a number or file.csv:column; all > 0, or >= 0 with zero. */
int scenario_column(const scenario_reader *reader, const char *section, const char *key, bool zero,
                    double **values);

/* The sections, in the order in which they need one another. */
int scenario_read_panel(scenario_reader *reader);
int scenario_read_grid(scenario_reader *reader);
int scenario_read_economy(scenario_reader *reader);
int scenario_read_initial(scenario_reader *reader);
int scenario_read_flow(scenario_reader *reader);
int scenario_read_pde(scenario_reader *reader); // in place of flow

/* The times of [flow] save, ascending, none after until; without the key 0 and until. */
int scenario_save_times(scenario_reader *reader, double until, double **save, size_t *count);

#endif
