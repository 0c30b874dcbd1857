// SPDX-License-Identifier: BSD-3-Clause
/* What the commands need beside getopt_long(). */
#ifndef JKO_SRC_CLI_OPTIONS_H
#define JKO_SRC_CLI_OPTIONS_H

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>

#define CLI_MOST_OVERRIDES 64
#define CLI_MOST_THREADS 4096

/* Values of options that cli_parse() takes by itself, beside 'o' (the folder) and 'h' (help); own ones
   lie between 255 and these. */
enum { CLI_OPTION_SET = 1024, CLI_OPTION_THREADS };

/* What a command takes. */
typedef struct cli_syntax {
    const char *letters;        // short options, ':' first
    const struct option *known; // long ones
    void (*help)(void);
    // An option that is the command's own; exit code. NULL if it has none.
    int (*take)(void *user, int option, const char *argument);
    void *user;
} cli_syntax;

/* What commands that write a folder are given. Texts are those of the command line but for owned. */
typedef struct cli_given {
    const char *file;
    const char *folder;
    const char *overrides[CLI_MOST_OVERRIDES]; // SECTION.KEY=VALUE
    char *owned[CLI_MOST_OVERRIDES];           // those made for short forms, else NULL
    size_t count;
    int threads; // 0: as many as the library likes
} cli_given;

/* Read all options; optind is then the first argument that is none. given may be NULL: then options for
   it go to take. CLI_OK to go on, -1 when help was printed, CLI_INVALID after a message. */
int cli_parse(int argc, char **argv, const cli_syntax *syntax, cli_given *given);

/* Of a command that takes one file, called what, and -o DIR: both, or CLI_INVALID after a message. */
int cli_one_file(int argc, char **argv, const char *what, cli_given *given);

/* Add the override KEY=VALUE; exit code. */
int cli_override(cli_given *given, const char *key, const char *value);

void cli_given_clear(cli_given *given);

/* Seconds of a clock that only goes forward. */
double cli_seconds(void);

/* The message for what getopt_long() could not take (its short options begin with ':'): an unknown
   option with the one that was perhaps meant, or a missing argument. Returns CLI_INVALID. */
int cli_option_refuse(int got, char **argv, const struct option *options);

/* The whole number, from least to most, in an option's argument; CLI_OK or CLI_INVALID after a
   message. */
int cli_count(const char *option, const char *text, int64_t least, int64_t most, int64_t *value);

/* The number of threads in the argument of --threads; likewise. */
int cli_threads(const char *text, int *threads);

/* The number > 0 in an option's argument, likewise. */
int cli_positive(const char *option, const char *text, double *value);

/* Which of count words an option's argument is; likewise. */
int cli_choice(const char *option, const char *text, size_t count, const char *const *words,
               size_t *choice);

#endif
