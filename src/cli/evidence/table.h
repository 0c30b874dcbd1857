// SPDX-License-Identifier: BSD-3-Clause
/* A table of results: the same rows as CSV, JSON and HTML. */
#ifndef JKO_SRC_CLI_EVIDENCE_TABLE_H
#define JKO_SRC_CLI_EVIDENCE_TABLE_H

#include "text.h"

#include <jansson.h>
#include <stddef.h>

/* A column: its name in files, its heading in the report, and how the report shows its numbers. */
typedef struct ev_column {
    const char *key;
    const char *title; // NULL: not in the report
    int digits;        // after the point; EV_TEXT for texts, EV_GENERAL for any size
} ev_column;

enum { EV_TEXT = -1, EV_GENERAL = -2 };

typedef struct ev_table {
    const char *name;  // of the CSV file without its ending, and of the JSON member
    const char *title; // caption
    char *note;        // below the table, or NULL
    const ev_column *column;
    size_t columns;
    size_t rows; // complete rows
    char **texts;
    double *numbers;
    size_t cells;
    size_t room;
} ev_table;

ev_table *ev_table_create(const char *name, const char *title, size_t columns,
                          const ev_column *column);
void ev_table_free(ev_table *table);

/* The next cell, row by row. */
void ev_table_text(ev_table *table, const char *text);
void ev_table_number(ev_table *table, double value);

double ev_table_get(const ev_table *table, size_t row, const char *key);

/* folder/name.csv, whole or not at all; exit code. */
int ev_table_write(const ev_table *table, const char *folder);

/* A list of objects; NaN becomes null. */
json_t *ev_table_json(const ev_table *table);

void ev_table_html(const ev_table *table, cli_text *html);

/* Text for HTML and SVG: & < > " are escaped. */
void ev_escape(cli_text *out, const char *text);

/* The same for sentences: a hyphen before a number becomes a minus sign, between numbers a dash. */
void ev_prose(cli_text *out, const char *text);

/* A number for people: a real minus sign, "–" for NaN. */
void ev_number(cli_text *out, double value, int digits);

#endif
