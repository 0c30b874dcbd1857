// SPDX-License-Identifier: BSD-3-Clause
/*
 * usage: check_case PROGRAM COMMAND CASE.json
 *
 * A case file through jko step --case or jko ot --case, four times: as it is; without its expected results, so that
 * nothing can be echoed, its output compared here with the results that were taken out; with each
 * expected result spoilt in turn, which must fail and be named; and called invalid, if it is not.
 */
#define _POSIX_C_SOURCE 200809L // getpid, mkdir

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OK = 0, FAILED = 1, INVALID = 2 };

static const char *program;
static const char *command; // step or ot
static char folder[64];
static int failures;

static void fail(const char *what, const char *detail)
{
    (void)fprintf(stderr, "FAILED: %s: %s\n", what, detail);
    failures++;
}

static void file_name(char out[128], const char *name)
{
    (void)snprintf(out, 128, "%s/%s", folder, name);
}

// Run a file of the folder; its output and messages are put beside it. Returns the exit code.
static int run(const char *name)
{
    char line[4096];
    (void)snprintf(line, sizeof line, "'%s' %s --case '%s/%s' >'%s/stdout' 2>'%s/stderr'", program,
                   command, folder, name, folder, folder);
    const int status = system(line);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// What the last run printed, which must be one object with a status and no blank key.
static json_t *output(void)
{
    char name[128];
    json_error_t error;
    file_name(name, "stdout");
    json_t *result = json_load_file(name, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(result) || !json_is_string(json_object_get(result, "status"))) {
        fail("output", result == NULL ? error.text : "no object with a status");
    }
    return result;
}

static bool messages_name(const char *what)
{
    char name[128];
    char text[65536] = "";
    file_name(name, "stderr");
    FILE *file = fopen(name, "r");
    if (file != NULL) {
        (void)fread(text, 1, sizeof text - 1, file);
        (void)fclose(file);
    }
    return strstr(text, what) != NULL;
}

static void save(const json_t *root, const char *name)
{
    char path[128];
    file_name(path, name);
    if (json_dump_file(root, path, JSON_REAL_PRECISION(17)) != 0) {
        fail("save", path);
    }
}

static bool passes(const json_t *got, const json_t *value, const json_t *entry)
{
    if (json_is_string(value)) {
        return json_is_string(got) && strcmp(json_string_value(got), json_string_value(value)) == 0;
    }
    if (!json_is_number(got)) {
        return false;
    }
    const double wanted = json_number_value(value);
    const double allowed = json_number_value(json_object_get(entry, "abs_tol")) +
                           json_number_value(json_object_get(entry, "rel_tol")) * fabs(wanted);
    return fabs(json_number_value(got) - wanted) <= allowed;
}

// Entry by entry; a matrix row by row.
static void compare_list(const char *what, const json_t *got, const json_t *value,
                         const json_t *entry)
{
    if (json_array_size(got) != json_array_size(value)) {
        fail(what, "another length");
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (!passes(json_array_get(got, i), json_array_get(value, i), entry)) {
            fail(what, "an entry differs");
        }
    }
}

// What a result may at most be, or NULL.
static json_t *limit(const json_t *entry, const char **key)
{
    const bool swap =
        strcmp(json_string_value(json_object_get(entry, "what")), "swap_symmetric") == 0;
    const char *const keys[] = {"max", "max_violation", swap ? "abs_tol" : "none"};
    json_t *found = NULL;
    for (size_t k = 0; found == NULL && k < 3; k++) {
        *key = keys[k];
        found = json_object_get(entry, keys[k]);
    }
    return found;
}

static void compare(const json_t *result, const json_t *entry)
{
    const char *key = NULL;
    const char *what = json_string_value(json_object_get(entry, "what"));
    const json_t *got = json_object_get(result, what);
    const json_t *max = limit(entry, &key);
    const json_t *value = json_object_get(entry, "value");
    if (strcmp(what, "error") == 0) {
        what = "status";
        got = json_object_get(result, "status");
        value = json_object_get(entry, "class");
    }
    if (max != NULL) {
        if (!json_is_number(got) || !(json_number_value(got) <= json_number_value(max))) {
            fail(what, "above its max, or no number");
        }
    } else if (json_is_array(json_array_get(value, 0))) {
        if (json_array_size(got) != json_array_size(value)) {
            fail(what, "another number of rows");
        }
        for (size_t i = 0; i < json_array_size(value); i++) {
            compare_list(what, json_array_get(got, i), json_array_get(value, i), entry);
        }
    } else if (json_is_array(value)) {
        compare_list(what, got, value, entry);
    } else if (!passes(got, value, entry)) {
        fail(what, "differs");
    }
}

// Make an expected result wrong by more than any tolerance here.
static void spoil(json_t *entry)
{
    json_t *value = json_object_get(entry, "value");
    const char *key = NULL;
    while (json_is_array(json_array_get(value, 0))) {
        value = json_array_get(value, json_array_size(value) - 1);
    }
    if (json_object_get(entry, "class") != NULL) {
        (void)json_object_set_new(entry, "class", json_string("infeasible"));
    } else if (limit(entry, &key) != NULL) {
        (void)json_object_set_new(entry, key, json_real(-1e3));
    } else if (json_is_array(value)) {
        json_t *last = json_array_get(value, json_array_size(value) - 1);
        (void)json_array_set_new(value, json_array_size(value) - 1,
                                 json_real(json_number_value(last) + 1.0));
    } else if (json_is_string(value)) {
        (void)json_object_set_new(entry, "value", json_string("stalled"));
    } else {
        (void)json_object_set_new(entry, "value", json_real(json_number_value(value) + 1.0));
    }
}

static void check_spoilt(const json_t *root, size_t k)
{
    json_t *copy = json_deep_copy(root);
    json_t *entry = json_array_get(json_object_get(copy, "expect"), k);
    const char *what = json_string_value(json_object_get(entry, "what"));
    spoil(entry);
    save(copy, "spoilt.json");
    if (run("spoilt.json") != FAILED) {
        fail(what, "a wrong expectation passes");
    }
    if (!messages_name(what)) {
        fail(what, "a wrong expectation is not named");
    }
    json_decref(output());
    json_decref(copy);
}

static int exit_code_of(const char *kind)
{
    return strcmp(kind, "invalid") == 0 ? INVALID : OK;
}

static void check(json_t *root)
{
    json_t *expect = json_incref(json_object_get(root, "expect"));
    const char *kind = json_string_value(json_object_get(root, "kind"));
    const int code = exit_code_of(kind);
    save(root, "case.json");
    if (run("case.json") != code) {
        fail("as it is", "wrong exit code");
    }
    json_decref(output());
    for (size_t k = 0; k < json_array_size(expect); k++) {
        check_spoilt(root, k);
    }

    (void)json_object_del(root, "expect");
    save(root, "bare.json");
    if (run("bare.json") != code) {
        fail("without expect", "wrong exit code");
    }
    json_t *result = output();
    for (size_t k = 0; k < json_array_size(expect); k++) {
        compare(result, json_array_get(expect, k));
    }
    json_decref(result);

    if (code == OK) {
        if (strcmp(command, "step") == 0) {
            (void)json_object_set(root, "step", json_object_get(root, "kind"));
        }
        (void)json_object_set_new(root, "kind", json_string("invalid"));
        save(root, "invalid.json");
        if (run("invalid.json") != FAILED) {
            fail("called invalid", "accepted");
        }
    }
    json_decref(expect);
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"case.json",    "bare.json", "spoilt.json",
                                        "invalid.json", "stdout",    "stderr"};
    json_error_t error;
    json_t *root = argc == 4 ? json_load_file(argv[3], 0, &error) : NULL;
    const char *parent = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%.32s/jko-case-%ld", parent != NULL ? parent : "/tmp",
                   (long)getpid());
    if (root == NULL || mkdir(folder, 0777) != 0) {
        (void)fprintf(stderr, "usage: check_case PROGRAM COMMAND CASE.json\n");
        return 2;
    }
    program = argv[1];
    command = argv[2];
    check(root);
    json_decref(root);
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        char name[128];
        file_name(name, names[k]);
        (void)unlink(name);
    }
    (void)rmdir(folder);
    return failures > 0 ? 1 : 0;
}
