// SPDX-License-Identifier: BSD-3-Clause
/* Which sections and keys there are, and "did you mean" for those there are not. */
#ifndef JKO_SRC_CLI_INI_KNOWN_H
#define JKO_SRC_CLI_INI_KNOWN_H

#include "ini_file.h"

#include <stdbool.h>

/* Whether there is that section, or that key in it; otherwise a message that begins with place and
   says which one may be meant, or which there are. */
bool cli_ini_section_known(const cli_ini_known *known, const char *place, const char *section,
                           char *message, size_t size);
bool cli_ini_key_known(const cli_ini_known *known, const char *place, const char *section,
                       const char *key, char *message, size_t size);

/* Whether a text is UTF-8, so that it can go into JSON. */
bool cli_ini_is_utf8(const char *text);

#endif
