// SPDX-License-Identifier: BSD-3-Clause
/*
 * Scenario files: INI with known sections and keys.
 *
 * Every message names file and line, what stands there and what to do. (Not ini.h: that is the
 * name of inih's own header.)
 */
#ifndef JKO_SRC_CLI_INI_FILE_H
#define JKO_SRC_CLI_INI_FILE_H

#include <stddef.h>

/* A section that a file may have, and its keys up to a NULL; keys NULL: any key. A table ends with
   section NULL. */
typedef struct cli_ini_known {
    const char *section;
    const char *const *keys;
} cli_ini_known;

/* One key in force. */
typedef struct cli_ini_entry {
    char *section;
    char *key;
    char *value; // without blanks around it
    size_t line; // of the file, from 1; 0 for one that cli_ini_set() gave
} cli_ini_entry;

typedef struct cli_ini cli_ini;

/* Room for any message of this file. */
#define CLI_INI_MESSAGE 512

/*
 * Read a file. Comments begin with ';' or '#' on a line of their own, or with " ;" after a value.
 * Refused: unknown sections and keys, a key twice, lines of 200 bytes or more other than comments,
 * bytes that are no UTF-8 text. known must outlive the result. CLI_OK; CLI_FAILED if the file
 * cannot be read; CLI_INVALID. *out is NULL and message set on failure.
 */
int cli_ini_load(cli_ini **out, const char *path, const cli_ini_known *known, char *message,
                 size_t size);

/* Put "section.key=value" in the place of the file's key, after the same checks; without a value the
   key is taken out. A key twice is refused here too. CLI_OK or CLI_INVALID with a message. */
int cli_ini_set(cli_ini *ini, const char *assignment, char *message, size_t size);

/* The value of a key, or NULL. */
const char *cli_ini_get(const cli_ini *ini, const char *section, const char *key);

/* The line of a key, 0 if it is not in the file or was replaced. */
size_t cli_ini_line(const cli_ini *ini, const char *section, const char *key);

/* Where a key was given, for messages: "FILE:LINE: [section] key", "--set section.key", or
   "FILE: [section] key" if it was not. Returns out. */
const char *cli_ini_where(const cli_ini *ini, const char *section, const char *key, char *out,
                          size_t size);

/* All keys in force, in the order of the file, then those that only cli_ini_set() gave. */
const cli_ini_entry *cli_ini_entries(const cli_ini *ini, size_t *count);

/* Release; NULL is fine. */
void cli_ini_free(cli_ini *ini);

#endif
