// SPDX-License-Identifier: BSD-3-Clause
/*
 * What stands in a CSV table: names, texts, lines and numbers.
 *
 * Rows of data are counted from 0, the names not counted; messages name the line of the file.
 */
#include "csv.h"

#include "base/status.h"
#include "number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

size_t jko_csv_rows(const jko_csv *csv)
{
    return csv == NULL ? 0 : csv->rows - csv->names;
}

size_t jko_csv_columns(const jko_csv *csv)
{
    return csv == NULL ? 0 : csv->columns;
}

bool jko_csv_has_names(const jko_csv *csv)
{
    return csv != NULL && csv->names > 0;
}

const char *jko_csv_name(const jko_csv *csv, size_t column)
{
    if (csv == NULL || column >= csv->columns) {
        return NULL;
    }
    return csv->names > 0 ? jko_i_csv_cell(csv, 0, column) : "";
}

size_t jko_csv_find(const jko_csv *csv, const char *name)
{
    if (!jko_csv_has_names(csv) || name == NULL) {
        return JKO_CSV_NONE;
    }
    for (size_t column = 0; column < csv->columns; column++) {
        if (strcmp(jko_i_csv_cell(csv, 0, column), name) == 0) {
            return column;
        }
    }
    return JKO_CSV_NONE;
}

const char *jko_csv_text(const jko_csv *csv, size_t row, size_t column)
{
    if (row >= jko_csv_rows(csv) || column >= csv->columns) {
        return NULL;
    }
    return jko_i_csv_cell(csv, row + csv->names, column);
}

size_t jko_csv_line(const jko_csv *csv, size_t row)
{
    return row < jko_csv_rows(csv) ? csv->lines[row + csv->names] : 0;
}

// What is wrong with the text of a cell, and what to do about it.
static const char *remedy(const char *text, jko_status status)
{
    if (status == JKO_ERR_NONFINITE) {
        return "is not a finite number; give its value or leave the row out";
    }
    if (text[strspn(text, " \t")] == '\0') {
        return "is an empty cell; give its value or leave the row out";
    }
    if (strchr(text, ',') != NULL) {
        return "is not a number; write it without commas, like 1234.5";
    }
    return "is not a number; write it like 1.5 or 2e-3";
}

static jko_status fail_number(const jko_csv *csv, size_t row, size_t column, jko_status status)
{
    const char *text = jko_csv_text(csv, row, column);
    char value[JKO_I_QUOTE_SIZE];
    char name[JKO_I_QUOTE_SIZE];
    if (csv->names > 0) {
        (void)jko_i_quote(name, jko_csv_name(csv, column));
    } else {
        (void)snprintf(name, sizeof name, "%zu", column + 1);
    }
    return jko_i_fail(status, "%s:%zu: column %s: %s %s", csv->name, jko_csv_line(csv, row), name,
                      jko_i_quote(value, text), remedy(text, status));
}

// The number in a cell that is there.
static jko_status number(const jko_csv *csv, size_t row, size_t column, double *value)
{
    double read = 0.0;
    jko_status status = jko_i_number_read(jko_csv_text(csv, row, column), &read);
    if (status == JKO_ERR_NOMEM) {
        return jko_i_fail_memory("the \"C\" locale");
    }
    if (status >= 0 && !isfinite(read)) {
        status = JKO_ERR_NONFINITE;
    }
    if (status < 0) {
        return fail_number(csv, row, column, status);
    }
    *value = read;
    return JKO_OK;
}

static jko_status check(const jko_csv *csv, size_t column, const void *out, const char *what)
{
    if (csv == NULL || out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", csv == NULL ? "csv" : what);
    }
    if (column >= csv->columns) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s: column %zu is past the last; columns: %zu",
                          csv->name, column, csv->columns);
    }
    return JKO_OK;
}

jko_status jko_csv_number(const jko_csv *csv, size_t row, size_t column, double *value)
{
    const jko_status status = check(csv, column, value, "value");
    if (status < 0) {
        return status;
    }
    if (row >= jko_csv_rows(csv)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s: row %zu is past the last; rows of data: %zu",
                          csv->name, row, jko_csv_rows(csv));
    }
    return number(csv, row, column, value);
}

jko_status jko_csv_column(const jko_csv *csv, size_t column, double *values)
{
    jko_status status = check(csv, column, values, "values");
    // Once to see that all are numbers, so that values stays as it is otherwise, and once to keep.
    double value = 0.0;
    for (size_t row = 0; status >= 0 && row < jko_csv_rows(csv); row++) {
        status = number(csv, row, column, &value);
    }
    for (size_t row = 0; status >= 0 && row < jko_csv_rows(csv); row++) {
        status = number(csv, row, column, &values[row]);
    }
    return status;
}
