// SPDX-License-Identifier: BSD-3-Clause
/* "did you mean": the known word nearest to a misspelt one. */
#ifndef JKO_SRC_CLI_NEAREST_H
#define JKO_SRC_CLI_NEAREST_H

#include <stddef.h>

/* The word that takes the fewest edits to make of text, or NULL if none is near. */
const char *cli_nearest(const char *text, size_t count, const char *const *words);

#endif
