// SPDX-License-Identifier: BSD-3-Clause
/* Finding a column of a table, with a message that lists what there is. */
#ifndef JKO_SRC_CLI_COLUMNS_H
#define JKO_SRC_CLI_COLUMNS_H

#include <jko/jko.h>

/* Set *column to that of the name. CLI_OK, or CLI_INVALID after a message that names the file, the
   column, what asks for it ("" for nothing) and the columns that there are. */
int cli_find_column(const jko_csv *csv, const char *shown, const char *name, const char *asker,
                    size_t *column);

#endif
