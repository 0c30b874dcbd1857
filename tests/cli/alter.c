// SPDX-License-Identifier: BSD-3-Clause
/*
 * Alters one thing in a file of results, for the tests of jko verify.
 *
 *     alter byte FILE OFFSET          flip the lowest bit of a byte
 *     alter npy FILE INDEX FACTOR     multiply a float64 of an NPY file; index into all, row-major
 *     alter json-list FILE            print the path of every leaf, one a line: a.b.0
 *     alter json-get FILE PATH        print a leaf (strings bare), or the size of a list or object
 *     alter json-set FILE PATH VALUE  put a JSON value there, or a new member
 *     alter json-spoil FILE PATH      change a leaf: numbers by 1e-3 relative, texts by a letter
 *
 * Exit code 1 for a file that cannot be read or a path that is not there. The JSON part reads with
 * jansson, as the program does; all else is code of its own.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PATH 256

static int fail(const char *what, const char *which)
{
    (void)fprintf(stderr, "alter: %s: %s\n", which, what);
    return EXIT_FAILURE;
}

static int flip(FILE *file, long offset)
{
    if (fseek(file, offset, SEEK_SET) != 0) {
        return fail("no such offset", "byte");
    }
    const int byte = getc(file);
    if (byte == EOF || fseek(file, offset, SEEK_SET) != 0 || putc(byte ^ 1, file) == EOF) {
        return fail("cannot be altered", "byte");
    }
    return EXIT_SUCCESS;
}

// NPY 1.0: magic of 6 bytes, version of 2, length of the header of 2, header, numbers.
static int multiply(FILE *file, long index, double factor)
{
    unsigned char head[10];
    double value = 0.0;
    if (fread(head, 1, sizeof head, file) != sizeof head || memcmp(head, "\x93NUMPY\1", 7) != 0) {
        return fail("no NPY file of version 1", "npy");
    }
    const long at = 10 + head[8] + 256L * head[9] + index * (long)sizeof value;
    if (fseek(file, at, SEEK_SET) != 0 || fread(&value, sizeof value, 1, file) != 1) {
        return fail("no such number", "npy");
    }
    // A zero cannot be multiplied into anything else.
    value = value == 0.0 ? factor - 1.0 : value * factor;
    if (fseek(file, at, SEEK_SET) != 0 || fwrite(&value, sizeof value, 1, file) != 1) {
        return fail("cannot be altered", "npy");
    }
    return EXIT_SUCCESS;
}

static int alter_bytes(const char *how, const char *path, long where, const char *factor)
{
    FILE *file = fopen(path, "r+b");
    if (file == NULL) {
        return fail("cannot be opened", path);
    }
    const int code = strcmp(how, "byte") == 0
                         ? flip(file, where)
                         : multiply(file, where, factor != NULL ? strtod(factor, NULL) : 1.0);
    return fclose(file) == 0 ? code : fail("cannot be written", path);
}

static json_t *child_of(const json_t *parent, const char *name)
{
    if (!json_is_array(parent)) {
        return json_object_get(parent, name);
    }
    return name[strspn(name, "0123456789")] == '\0'
               ? json_array_get(parent, (size_t)strtoul(name, NULL, 10))
               : NULL;
}

// A key may hold dots ("flow.tau"): the longest that fits is taken. *last is where the name of the
// leaf begins, *parent what it is in.
static json_t *walk(json_t *root, const char *path, json_t **parent, const char **last)
{
    json_t *at = root;
    while (at != NULL && *path != '\0') {
        char name[MOST_PATH];
        json_t *found = NULL;
        size_t length = strlen(path);
        for (; length > 0 && found == NULL; length -= found == NULL) {
            if (path[length] == '\0' || path[length] == '.') {
                (void)snprintf(name, sizeof name, "%.*s", (int)length, path);
                found = child_of(at, name);
            }
        }
        *parent = at;
        *last = path;
        at = found;
        path += length;
        path += *path == '.';
    }
    return at;
}

static void list(const json_t *value, const char *path)
{
    char below[MOST_PATH];
    const char *dot = *path != '\0' ? "." : "";
    if (json_is_array(value)) {
        for (size_t k = 0; k < json_array_size(value); k++) {
            (void)snprintf(below, sizeof below, "%s%s%zu", path, dot, k);
            list(json_array_get(value, k), below);
        }
    } else if (json_is_object(value)) {
        const char *key = NULL;
        json_t *member = NULL;
        json_object_foreach((json_t *)value, key, member)
        {
            (void)snprintf(below, sizeof below, "%s%s%s", path, dot, key);
            list(member, below);
        }
    } else {
        (void)printf("%s\n", path);
    }
}

static void print(const json_t *value)
{
    if (json_is_string(value)) {
        (void)printf("%s\n", json_string_value(value));
    } else if (json_is_integer(value)) {
        (void)printf("%lld\n", (long long)json_integer_value(value));
    } else if (json_is_real(value)) {
        (void)printf("%.17g\n", json_real_value(value));
    } else if (json_is_array(value) || json_is_object(value)) {
        (void)printf("%zu\n",
                     json_is_array(value) ? json_array_size(value) : json_object_size(value));
    } else {
        (void)printf("%s\n", json_is_true(value)    ? "true"
                             : json_is_false(value) ? "false"
                                                    : "null");
    }
}

// Another value of the same kind.
static json_t *spoilt(const json_t *value)
{
    if (json_is_string(value)) {
        double number = 0.0;
        char rest = '\0';
        if (sscanf(json_string_value(value), "%lf%c", &number, &rest) == 1) {
            return json_sprintf("%.17g", number == 0.0 ? 1e-3 : number * 1.001);
        }
        return json_sprintf("%sx", json_string_value(value));
    }
    if (json_is_integer(value)) {
        return json_integer(json_integer_value(value) + 1);
    }
    if (json_is_real(value)) {
        const double number = json_real_value(value);
        return json_real(number == 0.0 ? 1e-3 : number * 1.001);
    }
    return json_is_null(value) ? json_real(1.0) : json_boolean(json_is_false(value));
}

static int put(json_t *parent, const char *name, json_t *value)
{
    return value == NULL           ? -1
           : json_is_array(parent) ? json_array_set_new(parent, strtoul(name, NULL, 10), value)
                                   : json_object_set_new(parent, name, value);
}

static int alter_json(const char *how, const char *file, const char *path, const char *text)
{
    json_error_t error;
    json_t *root = json_load_file(file, JSON_REJECT_DUPLICATES, &error);
    json_t *parent = NULL;
    const char *name = NULL;
    if (root == NULL) {
        return fail(error.text, file);
    }
    json_t *found = path != NULL ? walk(root, path, &parent, &name) : root;
    const bool made = strcmp(how, "json-set") == 0 && json_is_object(parent);
    int code = found != NULL || made ? EXIT_SUCCESS : fail("is not there", path);
    if (code == EXIT_SUCCESS && strcmp(how, "json-list") == 0) {
        list(root, "");
    } else if (code == EXIT_SUCCESS && strcmp(how, "json-get") == 0) {
        print(found);
    } else if (code == EXIT_SUCCESS) {
        json_t *value = strcmp(how, "json-set") == 0 ? json_loads(text, JSON_DECODE_ANY, &error)
                                                     : spoilt(found);
        if (put(parent, name, value) != 0 ||
            json_dump_file(root, file, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) != 0) {
            code = fail("cannot be altered", path);
        }
    }
    json_decref(root);
    return code;
}

int main(int argc, char **argv)
{
    const char *third = argc > 3 ? argv[3] : NULL;
    const char *fourth = argc > 4 ? argv[4] : NULL;
    if (argc < 3) {
        return fail("what and which file?", "usage");
    }
    if (strncmp(argv[1], "json-", 5) == 0) {
        return alter_json(argv[1], argv[2], third, fourth);
    }
    return alter_bytes(argv[1], argv[2], third != NULL ? strtol(third, NULL, 10) : 0, fourth);
}
