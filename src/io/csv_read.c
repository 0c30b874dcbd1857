// SPDX-License-Identifier: BSD-3-Clause
/*
 * CSV tables: from a file or from memory, with or without names.
 *
 * The first row holds names unless all its cells are numbers. Repeated names are found by sorting
 * them, so that a file of a million columns is no trouble. O(length) time and memory.
 */
#include "csv.h"

#include "base/alloc.h"
#include "base/status.h"
#include "file.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

static bool first_row_is_numbers(const jko_csv *csv)
{
    for (size_t column = 0; column < csv->columns; column++) {
        double value = 0.0;
        // A number that overflows is one all the same.
        if (jko_i_number_read(jko_i_csv_cell(csv, 0, column), &value) == JKO_ERR_FORMAT) {
            return false;
        }
    }
    return true;
}

typedef struct named {
    const char *name;
    size_t column;
} named;

static int compare(const void *a, const void *b)
{
    const named *x = a;
    const named *y = b;
    const int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->column > y->column) - (x->column < y->column);
}

static jko_status check_names(const jko_csv *csv)
{
    named *sorted = jko_i_alloc(csv->columns, sizeof *sorted);
    if (sorted == NULL) {
        return jko_i_fail_memory("the names of the columns");
    }
    for (size_t column = 0; column < csv->columns; column++) {
        sorted[column] = (named){jko_i_csv_cell(csv, 0, column), column};
    }
    qsort(sorted, csv->columns, sizeof *sorted, compare);
    jko_status status = JKO_OK;
    for (size_t k = 1; status >= 0 && k < csv->columns; k++) {
        if (strcmp(sorted[k - 1].name, sorted[k].name) == 0) {
            char quoted[JKO_I_QUOTE_SIZE];
            status = jko_i_fail(JKO_ERR_FORMAT,
                                "%s:%lu: column %zu: the name %s stands over column %zu too; every "
                                "column needs a name of its own",
                                csv->name, (unsigned long)csv->lines[0], sorted[k].column + 1,
                                jko_i_quote(quoted, sorted[k].name), sorted[k - 1].column + 1);
        }
    }
    jko_i_free(sorted);
    return status;
}

// A table of text [length + 1], which becomes the table's, or is released on failure.
static jko_status create(jko_csv **out, const char *name, size_t length, char *text)
{
    jko_csv *csv = jko_i_alloc(1, sizeof *csv);
    if (csv == NULL) {
        jko_i_free(text);
        return jko_i_fail_memory("a CSV table");
    }
    csv->text = text;
    (void)jko_i_tail(csv->name, name);
    jko_status status = jko_i_csv_split(csv, length);
    if (status >= 0 && !first_row_is_numbers(csv)) {
        csv->names = 1;
        status = check_names(csv);
    }
    if (status < 0) {
        jko_csv_free(csv);
        return status;
    }
    *out = csv;
    return JKO_OK;
}

jko_status jko_csv_read(jko_csv **out, const char *path)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a table pointer");
    }
    *out = NULL;
    if (path == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "path is NULL");
    }
    char *text = NULL;
    size_t length = 0;
    const jko_status status = jko_i_file_read(path, JKO_CSV_MAX_BYTES, &text, &length);
    return status < 0 ? status : create(out, path, length, text);
}

jko_status jko_csv_parse(jko_csv **out, const char *name, size_t length, const char *text)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a table pointer");
    }
    *out = NULL;
    if (name == NULL || (text == NULL && length > 0)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", name == NULL ? "name" : "text");
    }
    if (length > JKO_CSV_MAX_BYTES) {
        char tail[JKO_I_TAIL_SIZE];
        return jko_i_fail(JKO_ERR_FORMAT, "%s: larger than %zu bytes; split the file",
                          jko_i_tail(tail, name), JKO_CSV_MAX_BYTES);
    }
    char *copy = jko_i_alloc(length + 1, 1);
    if (copy == NULL) {
        return jko_i_fail_memory("the text of a CSV file");
    }
    if (length > 0) {
        memcpy(copy, text, length);
    }
    return create(out, name, length, copy);
}

void jko_csv_free(jko_csv *csv)
{
    if (csv != NULL) {
        jko_i_free(csv->text);
        jko_i_free(csv->cells);
        jko_i_free(csv->lines);
        jko_i_free(csv);
    }
}
