// SPDX-License-Identifier: BSD-3-Clause
/* What the commands need beside getopt_long(). */
#ifndef JKO_SRC_CLI_OPTIONS_H
#define JKO_SRC_CLI_OPTIONS_H

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>

/* The message for what getopt_long() could not take (its short options begin with ':'): an unknown
   option with the one that was perhaps meant, or a missing argument. Returns CLI_INVALID. */
int cli_option_refuse(int got, char **argv, const struct option *options);

/* The whole number, from least to most, in an option's argument; CLI_OK or CLI_INVALID after a
   message. */
int cli_count(const char *option, const char *text, int64_t least, int64_t most, int64_t *value);

/* The number > 0 in an option's argument, likewise. */
int cli_positive(const char *option, const char *text, double *value);

/* Which of count words an option's argument is; likewise. */
int cli_choice(const char *option, const char *text, size_t count, const char *const *words,
               size_t *choice);

#endif
