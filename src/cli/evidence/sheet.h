// SPDX-License-Identifier: BSD-3-Clause
/* Tables as statistics offices ship them: other separators, decimal commas, marks for no value. */
#ifndef JKO_SRC_CLI_EVIDENCE_SHEET_H
#define JKO_SRC_CLI_EVIDENCE_SHEET_H

#include <jko/jko.h>
#include <stdbool.h>
#include <stddef.h>

/* How a table is written. */
typedef struct sheet_format {
    char separator;      // ',', ';' or '\t'
    char decimal;        // '.' or ','
    const char *missing; // words that mean "no value", blanks between them
} sheet_format;

/* Read a table; names in the first row. CLI_OK, or an exit code after a message. */
int sheet_read(jko_csv **out, const char *path, const char *shown, const sheet_format *format);

/* The number in a cell; NaN for an empty cell or a mark for no value. CLI_OK, or CLI_INVALID after
   a message that names file, row, column, value and remedy. */
int sheet_number(const jko_csv *csv, const char *shown, const sheet_format *format, size_t row,
                 size_t column, double *value);

#endif
