// SPDX-License-Identifier: BSD-3-Clause
/* What a CSV table is inside. Internal. */
#ifndef JKO_SRC_IO_CSV_H
#define JKO_SRC_IO_CSV_H

#include "message.h"

#include <jko/io.h>
#include <stdint.h>

struct jko_csv {
    char name[JKO_I_TAIL_SIZE]; // of the file, as it stands in messages
    char *text;                 // the file; every cell, unquoted, ends in a NUL
    uint32_t *cells;            // [rows][columns] where in text a cell begins
    uint32_t *lines;            // [rows] line on which a row begins, from 1
    size_t columns;
    size_t rows;  // of the file, that with the names included
    size_t names; // 1 if the first row holds the names, otherwise 0
};

/* Split csv->text [length] into cells: fills text, cells, lines, columns, rows. */
jko_status jko_i_csv_split(jko_csv *csv, size_t length);

/* The text of a cell, the row counted with that of the names. */
static inline const char *jko_i_csv_cell(const jko_csv *csv, size_t row, size_t column)
{
    return csv->text + csv->cells[row * csv->columns + column];
}

#endif
