// SPDX-License-Identifier: BSD-3-Clause
/* Drawing by gnuplot, where it is present. */
#ifndef JKO_SRC_CLI_FIGURE_H
#define JKO_SRC_CLI_FIGURE_H

#include "text.h"

#include <stdbool.h>

/* Run gnuplot with the script on its standard input; whether it ended well. */
bool cli_gnuplot(const char *script);

/* A file name in quotes, whatever it holds. */
void cli_gnuplot_name(cli_text *text, const char *name);

#endif
