// SPDX-License-Identifier: BSD-3-Clause
/*
 * Named results: kept as a jansson object, in the order in which they were added.
 *
 * Numbers are printed with 17 digits in JSON, so that they read back to the same bits.
 */
#include "result.h"

#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS JSON_REAL_PRECISION(17)

static json_t *or_exit(json_t *value)
{
    if (value == NULL) {
        exit(cli_fail(CLI_FAILED, "not enough memory for the results"));
    }
    return value;
}

static void add(json_t *result, const char *name, json_t *value)
{
    if (json_object_set_new(result, name, or_exit(value)) != 0) {
        (void)or_exit(NULL);
    }
}

static json_t *number(double value)
{
    if (isfinite(value)) {
        return json_real(value);
    }
    return json_string(isnan(value) ? "nan" : value > 0.0 ? "inf" : "-inf");
}

json_t *result_create(void)
{
    return or_exit(json_object());
}

void result_text(json_t *result, const char *name, const char *text)
{
    add(result, name, json_string(text));
}

void result_number(json_t *result, const char *name, double value)
{
    add(result, name, number(value));
}

void result_count(json_t *result, const char *name, int64_t value)
{
    add(result, name, json_integer((json_int_t)value));
}

static json_t *list(size_t n, const double *values)
{
    json_t *made = or_exit(json_array());
    for (size_t i = 0; i < n; i++) {
        if (json_array_append_new(made, or_exit(number(values[i]))) != 0) {
            (void)or_exit(NULL);
        }
    }
    return made;
}

void result_numbers(json_t *result, const char *name, size_t n, const double *values)
{
    add(result, name, list(n, values));
}

void result_matrix(json_t *result, const char *name, size_t m, size_t n, const double *values)
{
    json_t *rows = or_exit(json_array());
    for (size_t i = 0; i < m; i++) {
        if (json_array_append_new(rows, list(n, values + i * n)) != 0) {
            (void)or_exit(NULL);
        }
    }
    add(result, name, rows);
}

// Standard output may be a full disk or a closed pipe.
static int finish(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return cli_fail(CLI_FAILED, "standard output cannot be written; check the disk or pipe");
    }
    return code;
}

int result_print_json(json_t *result, int code)
{
    const char *separator = "{";
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(result, name, value)
    {
        printf("%s\n  \"%s\": ", separator, name);
        (void)json_dumpf(value, stdout, JSON_ENCODE_ANY | DIGITS);
        separator = ",";
    }
    printf("\n}\n");
    return finish(code);
}

static void print_scalar(const json_t *value)
{
    if (json_is_string(value)) {
        printf("%s\n", json_string_value(value));
    } else if (json_is_integer(value)) {
        printf("%" JSON_INTEGER_FORMAT "\n", json_integer_value(value));
    } else {
        printf("%.12g\n", json_real_value(value));
    }
}

int result_print_table(json_t *result, int code)
{
    const char *name = NULL;
    json_t *value = NULL;
    size_t width = 0;
    json_object_foreach(result, name, value)
    {
        width = strlen(name) > width ? strlen(name) : width;
    }
    json_object_foreach(result, name, value)
    {
        if (!json_is_array(value)) {
            printf("%-*s  ", (int)width, name);
            print_scalar(value);
        }
    }
    return finish(code);
}
