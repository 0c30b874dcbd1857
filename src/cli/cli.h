// SPDX-License-Identifier: BSD-3-Clause
/* What the commands of the program share: exit codes, messages, options. */
#ifndef JKO_SRC_CLI_CLI_H
#define JKO_SRC_CLI_CLI_H

#include <jko/jko.h>

/* Exit codes of the program. */
enum {
    CLI_OK = 0,          // done, and what was to be proved is proved
    CLI_FAILED = 1,      // ran, but failed or did not prove what it should
    CLI_INVALID = 2,     // wrong usage or invalid input
    CLI_UNSUPPORTED = 3, // a kind of problem that this version cannot do
};

#if defined(__GNUC__)
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

/* Print "jko: " and the message on standard error; return code. */
int cli_fail(int code, const char *format, ...) CLI_PRINTF(2, 3);

/* Print "jko: CONTEXT: " and the library's detail (or the status text); return the exit code that
   the status deserves: CLI_UNSUPPORTED, CLI_INVALID for bad input, CLI_FAILED for the rest.
   context may be NULL. */
int cli_fail_status(jko_status status, const char *context);

/* The same of a status that comes of reading input, or of preparing what it asks for: a file that
   cannot be read and numbers that overflow are bad input too. */
int cli_fail_input(jko_status status, const char *context);

/* The exit codes of a negative status, without a message. */
int cli_exit_code(jko_status status);
int cli_input_code(jko_status status);

/* The number in an option's argument; CLI_OK, or CLI_INVALID after a message that names the
   option. */
int cli_number(const char *option, const char *text, double *value);

/* The commands: argv[0] is the command's name. Each prints its own help for --help. */
int cli_panel_command(int argc, char **argv);
int cli_ot(int argc, char **argv);
int cli_step(int argc, char **argv);
int cli_flow(int argc, char **argv);
int cli_pde(int argc, char **argv);
int cli_paper(int argc, char **argv);
int cli_rest_command(int argc, char **argv);
int cli_compare(int argc, char **argv);
int cli_verify(int argc, char **argv);

#endif
