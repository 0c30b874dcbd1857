// SPDX-License-Identifier: BSD-3-Clause
/* SHA-256 of files, for the record of a run. */
#ifndef JKO_SRC_CLI_SHA256_H
#define JKO_SRC_CLI_SHA256_H

#include <stddef.h>

/* 64 hexadecimal digits and a NUL. */
#define CLI_SHA256_SIZE 65

/* The SHA-256 of a file's bytes, in lower case. CLI_OK; CLI_FAILED if it cannot be read: message
   then names it with the reason, and hex is untouched. */
int cli_sha256_file(const char *path, char hex[CLI_SHA256_SIZE], char *message, size_t size);

#endif
