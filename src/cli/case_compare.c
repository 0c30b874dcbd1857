// SPDX-License-Identifier: BSD-3-Clause
/*
 * Comparing results with the list of a case.
 *
 * A number passes when |got - value| <= abs_tol + rel_tol |value|, lists and matrices entry by
 * entry, an entry with max or max_violation when got <= it, swap_symmetric when got <= abs_tol;
 * texts ("inf" among them) match exactly.
 */
#include "case_file.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct comparison {
    const case_file *file;
    const char *what;
    double abs_tol;
    double rel_tol;
    size_t failures;
} comparison;

// A JSON scalar as text.
static char *show(const json_t *value)
{
    if (json_is_string(value)) {
        return cli_copy(json_string_value(value));
    }
    if (json_is_number(value)) {
        return cli_format("%.17g", json_number_value(value));
    }
    return cli_format("%s", json_is_array(value) ? "a list" : "nothing");
}

static void fail(comparison *cmp, const char *name, const json_t *got, const json_t *value,
                 const char *relation)
{
    char *shown = show(got);
    char *expected = show(value);
    char *within = json_is_number(value) && relation[0] == '='
                       ? cli_format(" within %g + %g of it", cmp->abs_tol, cmp->rel_tol)
                       : cli_copy("");
    (void)cli_fail(CLI_FAILED, "%s: %s: got %s, expected %s %s%s", cmp->file->path, name, shown,
                   relation, expected, within);
    free(within);
    free(expected);
    free(shown);
    cmp->failures++;
}

static bool is_close(const comparison *cmp, const json_t *got, const json_t *value)
{
    if (json_is_string(value)) {
        return json_is_string(got) && strcmp(json_string_value(got), json_string_value(value)) == 0;
    }
    if (!json_is_number(got) || !json_is_number(value)) {
        return false;
    }
    const double expected = json_number_value(value);
    return fabs(json_number_value(got) - expected) <= cmp->abs_tol + cmp->rel_tol * fabs(expected);
}

// Whether got is a list as long as value; a message otherwise.
static bool same_length(comparison *cmp, const char *name, const json_t *got, const json_t *value)
{
    if (json_is_array(got) && json_array_size(got) == json_array_size(value)) {
        return true;
    }
    (void)cli_fail(CLI_FAILED, "%s: %s: got %zu entries, expected %zu", cmp->file->path, name,
                   json_array_size(got), json_array_size(value));
    cmp->failures++;
    return false;
}

static void compare_scalar(comparison *cmp, const char *name, const json_t *got,
                           const json_t *value)
{
    if (!is_close(cmp, got, value)) {
        fail(cmp, name, got, value, "=");
    }
}

// A number, or a list of them, entry by entry.
static void compare_row(comparison *cmp, const char *name, const json_t *got, const json_t *value)
{
    if (!json_is_array(value)) {
        compare_scalar(cmp, name, got, value);
        return;
    }
    for (size_t j = 0; same_length(cmp, name, got, value) && j < json_array_size(value); j++) {
        char *entry = cli_format("%s[%zu]", name, j);
        compare_scalar(cmp, entry, json_array_get(got, j), json_array_get(value, j));
        free(entry);
    }
}

// A number, a list, or a list of lists.
static void compare_value(comparison *cmp, const json_t *got, const json_t *value)
{
    if (!json_is_array(value)) {
        compare_scalar(cmp, cmp->what, got, value);
        return;
    }
    for (size_t i = 0; same_length(cmp, cmp->what, got, value) && i < json_array_size(value); i++) {
        char *row = cli_format("%s[%zu]", cmp->what, i);
        compare_row(cmp, row, json_array_get(got, i), json_array_get(value, i));
        free(row);
    }
}

static void compare_max(comparison *cmp, const json_t *got, const json_t *max)
{
    const bool holds = json_is_number(got) && json_is_number(max)
                           ? json_number_value(got) <= json_number_value(max)
                           : is_close(cmp, got, max);
    if (!holds) {
        fail(cmp, cmp->what, got, max, "<=");
    }
}

static double tolerance(const json_t *entry, const char *key)
{
    return json_number_value(json_object_get(entry, key));
}

// What the result may at most be, or NULL.
static const json_t *limit(const json_t *entry)
{
    const json_t *max = json_object_get(entry, "max");
    const json_t *violation = json_object_get(entry, "max_violation");
    const bool symmetric =
        strcmp(json_string_value(json_object_get(entry, "what")), "swap_symmetric") == 0;
    return max != NULL ? max : symmetric ? json_object_get(entry, "abs_tol") : violation;
}

size_t case_compare(const case_file *file, const json_t *result)
{
    size_t failures = 0;
    for (size_t k = 0; k < json_array_size(file->expect); k++) {
        const json_t *entry = json_array_get(file->expect, k);
        const json_t *max = limit(entry);
        comparison cmp = {
            .file = file,
            .what = json_string_value(json_object_get(entry, "what")),
            .abs_tol = tolerance(entry, "abs_tol"),
            .rel_tol = tolerance(entry, "rel_tol"),
        };
        const json_t *got = json_object_get(result, cmp.what);
        if (strcmp(cmp.what, "error") == 0) {
            fail(&cmp, "error", json_object_get(result, "status"), json_object_get(entry, "class"),
                 "status");
        } else if (got == NULL) {
            (void)cli_fail(CLI_FAILED, "%s: %s: expected, but this kind has no such result",
                           file->path, cmp.what);
            cmp.failures++;
        } else if (max != NULL) {
            compare_max(&cmp, got, max);
        } else {
            compare_value(&cmp, got, json_object_get(entry, "value"));
        }
        failures += cmp.failures;
    }
    return failures;
}
