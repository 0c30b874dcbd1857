// SPDX-License-Identifier: BSD-3-Clause
/* Texts that grow, copies, and memory that ends the command when there is none. */
#ifndef JKO_SRC_CLI_TEXT_H
#define JKO_SRC_CLI_TEXT_H

#include "cli.h"

#include <stdarg.h>
#include <stddef.h>

/* count * size bytes, zeroed; without memory the program ends with a message and CLI_FAILED. */
void *cli_alloc(size_t count, size_t size);

/* A copy of a text; of length characters of it. */
char *cli_copy(const char *text);
char *cli_copy_length(const char *text, size_t length);

/* A text made as by printf. */
char *cli_format(const char *format, ...) CLI_PRINTF(1, 2);

/* The whole of a file as text, a NUL in it as '?'; NULL if it cannot be read. */
char *cli_read_text(const char *path);

/* A text that grows; start from {0}. */
typedef struct cli_text {
    char *text; // NULL while empty
    size_t length;
    size_t capacity;
} cli_text;

void cli_text_add(cli_text *text, const char *format, ...) CLI_PRINTF(2, 3);

/* The text itself ("" if empty), now the caller's to free. */
char *cli_text_take(cli_text *text);

#endif
