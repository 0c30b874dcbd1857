// SPDX-License-Identifier: BSD-3-Clause
/*
 * Finding a column of a table, with a message that lists what there is.
 */
#include "columns.h"

#include "cli.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define MOST_NAMED ((size_t)12)

int cli_find_column(const jko_csv *csv, const char *shown, const char *name, const char *asker,
                    size_t *column)
{
    cli_text names = {0};
    *column = jko_csv_find(csv, name);
    if (*column != JKO_CSV_NONE) {
        return CLI_OK;
    }
    if (!jko_csv_has_names(csv)) {
        return cli_fail(
            CLI_INVALID,
            "%s: there is no column \"%s\"%s: the file has no column names; add a first "
            "row that has",
            shown, name, asker);
    }
    const size_t count = jko_csv_columns(csv);
    for (size_t k = 0; k < count && k < MOST_NAMED; k++) {
        cli_text_add(&names, "%s\"%s\"", k == 0 ? "" : ", ", jko_csv_name(csv, k));
    }
    char *list = cli_text_take(&names);
    const bool semicolons = count == 1 && strchr(list, ';') != NULL;
    const int code =
        cli_fail(CLI_INVALID, "%s: there is no column \"%s\"%s; there %s %s%s%s", shown, name,
                 asker, count == 1 ? "is" : "are", list, count > MOST_NAMED ? ", ..." : "",
                 semicolons ? "; separate columns by commas, not semicolons" : "");
    free(list);
    return code;
}
