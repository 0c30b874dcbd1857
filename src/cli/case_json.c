// SPDX-License-Identifier: BSD-3-Clause
/*
 * Typed access to the JSON of a case.
 *
 * A reader keeps the first fault, so that a file is read as a list of its keys and one message is
 * printed. Numbers that are not finite appear as the texts "nan", "inf" and "-inf".
 */
#include "case_json.h"

#include "nearest.h"
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Longer messages are cut.
#define MAX_MESSAGE 1024

static jko_status refuse(const case_file *file, jko_status status, const char *prefix,
                         const char *key, const char *format, va_list arguments)
{
    char what[MAX_MESSAGE];
    (void)vsnprintf(what, sizeof what, format, arguments);
    (void)cli_fail(CLI_INVALID, "%s: %s%s: %s", file->path, prefix, key, what);
    return status;
}

jko_status case_refuse(const case_file *file, jko_status status, const char *key,
                       const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)refuse(file, status, "", key, format, arguments);
    va_end(arguments);
    return status;
}

void case_fault(case_reader *reader, jko_status status, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (reader->status >= 0) {
        reader->status = refuse(reader->file, status, reader->prefix, key, format, arguments);
    }
    va_end(arguments);
}

void case_check_keys(case_reader *reader, size_t count, const char *const *keys)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)reader->object, key, value)
    {
        bool known = false;
        for (size_t k = 0; k < count; k++) {
            known = known || strcmp(key, keys[k]) == 0;
        }
        if (known) {
            continue;
        }
        const char *meant = cli_nearest(key, count, keys);
        if (meant != NULL) {
            case_fault(reader, JKO_ERR_FORMAT, key, "there is no such key; did you mean \"%s\"?",
                       meant);
        } else {
            case_fault(reader, JKO_ERR_FORMAT, key, "there is no such key; take it out");
        }
    }
}

bool case_has(const case_reader *reader, const char *key)
{
    return json_object_get(reader->object, key) != NULL;
}

static const json_t *need(case_reader *reader, const char *key)
{
    const json_t *value = json_object_get(reader->object, key);
    if (value == NULL) {
        case_fault(reader, JKO_ERR_FORMAT, key, "is missing");
    }
    return reader->status >= 0 ? value : NULL;
}

size_t case_word(case_reader *reader, const char *key, size_t count, const char *const *words)
{
    const json_t *value = need(reader, key);
    const char *text = json_string_value(value);
    for (size_t k = 0; text != NULL && k < count; k++) {
        if (strcmp(text, words[k]) == 0) {
            return k;
        }
    }
    const char *meant = text != NULL ? cli_nearest(text, count, words) : NULL;
    cli_text list = {0};
    for (size_t k = 0; k < count; k++) {
        cli_text_add(&list, "%s%s", k > 0 ? ", " : "", words[k]);
    }
    if (value != NULL && text == NULL) {
        case_fault(reader, JKO_ERR_FORMAT, key, "it must be a text: one of %s", list.text);
    } else if (value != NULL && meant != NULL) {
        case_fault(reader, JKO_ERR_FORMAT, key, "there is no \"%s\"; did you mean \"%s\"?", text,
                   meant);
    } else if (value != NULL) {
        case_fault(reader, JKO_ERR_FORMAT, key, "there is no \"%s\"; it must be one of %s", text,
                   list.text);
    }
    free(list.text);
    return 0;
}

case_reader case_object(case_reader *reader, const char *key, const char *prefix)
{
    const json_t *value = need(reader, key);
    if (value != NULL && !json_is_object(value)) {
        case_fault(reader, JKO_ERR_FORMAT, key, "it must be an object: {...}");
    }
    return (case_reader){reader->file, value, prefix, reader->status};
}

// The number that a JSON value is; false if it is none.
static bool read_number(const json_t *value, double *number)
{
    const char *text = json_string_value(value);
    if (json_is_number(value)) {
        *number = json_number_value(value);
        return true;
    }
    if (text != NULL && strcmp(text, "nan") == 0) {
        *number = NAN;
        return true;
    }
    if (text != NULL && (strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0)) {
        *number = text[0] == '-' ? -INFINITY : INFINITY;
        return true;
    }
    return false;
}

double case_number(case_reader *reader, const char *key)
{
    const json_t *value = need(reader, key);
    double number = NAN;
    if (value != NULL && !read_number(value, &number)) {
        case_fault(reader, JKO_ERR_FORMAT, key, "it must be a number");
    }
    return number;
}

double case_finite(case_reader *reader, const char *key)
{
    const double number = case_number(reader, key);
    if (!isfinite(number)) {
        case_fault(reader, JKO_ERR_NONFINITE, key, "is %g; it must be a finite number", number);
    }
    return number;
}

double case_positive(case_reader *reader, const char *key, jko_status status)
{
    const double number = case_number(reader, key);
    if (!(isfinite(number) && number > 0.0)) {
        case_fault(reader, status, key, "is %g; it must be a finite number > 0", number);
    }
    return number;
}

// Read a list into values; name is its name in messages.
static void read_list(case_reader *reader, const char *name, const json_t *list, double *values)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_number(json_array_get(list, i), &values[i])) {
            char *entry = cli_format("%s[%zu]", name, i);
            case_fault(reader, JKO_ERR_FORMAT, entry, "it must be a number");
            free(entry);
            return;
        }
    }
}

static const json_t *need_list(case_reader *reader, const char *key)
{
    const json_t *list = need(reader, key);
    if (list != NULL && !json_is_array(list)) {
        case_fault(reader, JKO_ERR_FORMAT, key, "it must be a list: [...]");
        return NULL;
    }
    return list;
}

double *case_list(case_reader *reader, const char *key, size_t *n)
{
    const json_t *list = need_list(reader, key);
    *n = json_array_size(list);
    if (*n == 0) {
        case_fault(reader, JKO_ERR_EMPTY, key, "is empty; give a number a cell");
        return NULL;
    }
    double *values = cli_alloc(*n, sizeof *values);
    read_list(reader, key, list, values);
    if (reader->status < 0) {
        free(values);
        return NULL;
    }
    return values;
}

static void check_length(case_reader *reader, const char *name, size_t length, size_t n)
{
    if (length != n) {
        case_fault(reader, JKO_ERR_SHAPE, name, "has %zu entries; give %zu, one a cell", length, n);
    }
}

static void check_finite(case_reader *reader, const char *name, size_t n, const double *values)
{
    for (size_t i = 0; reader->status >= 0 && i < n; i++) {
        if (!isfinite(values[i])) {
            char *entry = cli_format("%s[%zu]", name, i);
            case_fault(reader, JKO_ERR_NONFINITE, entry, "is %g; it must be a finite number",
                       values[i]);
            free(entry);
        }
    }
}

// n numbers from a list that is called name.
static void read_row(case_reader *reader, const char *name, const json_t *list, size_t n,
                     double *values)
{
    if (reader->status >= 0) {
        check_length(reader, name, json_array_size(list), n);
    }
    if (reader->status >= 0) {
        read_list(reader, name, list, values);
    }
}

double *case_array(case_reader *reader, const char *key, size_t n)
{
    const json_t *list = need_list(reader, key);
    double *values = cli_alloc(n, sizeof *values);
    read_row(reader, key, list, n, values);
    check_finite(reader, key, n, values);
    return values;
}

double *case_rows(case_reader *reader, const char *key, size_t m, size_t n)
{
    const json_t *rows = need_list(reader, key);
    if (reader->status >= 0) {
        check_length(reader, key, json_array_size(rows), m);
    }
    if (reader->status >= 0 && m > SIZE_MAX / sizeof(double) / n) {
        case_fault(reader, JKO_ERR_TOO_LARGE, key, "%zu rows of %zu overflow", m, n);
    }
    double *values = cli_alloc(reader->status >= 0 ? m * n : 1, sizeof *values);
    for (size_t i = 0; reader->status >= 0 && i < m; i++) {
        const json_t *row = json_array_get(rows, i);
        char *name = cli_format("%s[%zu]", key, i);
        if (!json_is_array(row)) {
            case_fault(reader, JKO_ERR_FORMAT, name, "it must be a list: [...]");
        } else {
            read_row(reader, name, row, n, values + i * n);
        }
        free(name);
    }
    return values;
}

double *case_matrix(case_reader *reader, const char *key, size_t n)
{
    double *values = case_rows(reader, key, n, n);
    for (size_t i = 0; reader->status >= 0 && i < n; i++) {
        char *name = cli_format("%s[%zu]", key, i);
        check_finite(reader, name, n, values + i * n);
        free(name);
    }
    return values;
}

// The coordinates of one point: a number, or a list of dim numbers.
static void read_point(case_reader *reader, const char *name, const json_t *point, size_t dim,
                       double *values)
{
    const bool bare = !json_is_array(point);
    const size_t given = bare ? 1 : json_array_size(point);
    if (given != dim) {
        case_fault(reader, JKO_ERR_SHAPE, name, "has %zu coordinates; all points need %zu", given,
                   dim);
    } else if (bare && !read_number(point, values)) {
        case_fault(reader, JKO_ERR_FORMAT, name, "it must be a number, or a list of coordinates");
    } else if (!bare) {
        read_list(reader, name, point, values);
    }
    check_finite(reader, name, dim, values);
}

double *case_points(case_reader *reader, const char *key, size_t n, size_t *dim)
{
    const json_t *list = need_list(reader, key);
    if (reader->status >= 0) {
        check_length(reader, key, json_array_size(list), n);
    }
    const json_t *first = json_array_get(list, 0);
    if (*dim == 0) {
        *dim = json_is_array(first) ? json_array_size(first) : 1;
    }
    if (reader->status >= 0 && *dim == 0) {
        case_fault(reader, JKO_ERR_EMPTY, key, "its points have no coordinates");
    }
    const bool good = reader->status >= 0 && n <= SIZE_MAX / sizeof(double) / *dim;
    double *values = cli_alloc(good ? n * *dim : 1, sizeof *values);
    for (size_t i = 0; good && reader->status >= 0 && i < n; i++) {
        char *name = cli_format("%s[%zu]", key, i);
        read_point(reader, name, json_array_get(list, i), *dim, values + i * *dim);
        free(name);
    }
    return values;
}
