// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tables as statistics offices ship them.
 *
 * The library reads commas only. A file with another separator is rewritten in memory, cell by
 * cell: separators become commas and a cell with a comma in it gets quotes, so that lines and
 * columns of messages stay those of the file.
 */
#include "sheet.h"

#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Larger files than this are no sector panels.
#define MOST_BYTES ((size_t)256 << 20)

static int load(const char *path, char **text, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return cli_fail(CLI_INVALID, "%s: %s; name a file that can be read", path, strerror(errno));
    }
    size_t room = (size_t)1 << 16;
    char *bytes = cli_alloc(room + 1, 1);
    size_t got = 0;
    *length = 0;
    while ((got = fread(bytes + *length, 1, room - *length, file)) > 0 && *length < MOST_BYTES) {
        *length += got;
        if (*length == room) {
            char *grown = cli_alloc(2 * room + 1, 1);
            memcpy(grown, bytes, room);
            free(bytes);
            bytes = grown;
            room *= 2;
        }
    }
    const bool failed = ferror(file) != 0;
    (void)fclose(file);
    if (failed || *length >= MOST_BYTES) {
        free(bytes);
        return failed ? cli_fail(CLI_INVALID, "%s: cannot be read: %s", path, strerror(errno))
                      : cli_fail(CLI_INVALID, "%s: is larger than %zu bytes; split it", path,
                                 MOST_BYTES);
    }
    bytes[*length] = '\0';
    *text = bytes;
    return CLI_OK;
}

// Length of the cell that begins at text, its quotes included.
static size_t cell_length(const char *text, size_t left, char separator)
{
    size_t at = 0;
    if (text[0] == '"') {
        for (at = 1; at < left; at++) {
            if (text[at] == '"' && text[at + 1] == '"') {
                at++;
            } else if (text[at] == '"') {
                break;
            }
        }
    }
    while (at < left && text[at] != separator && text[at] != '\n') {
        at++;
    }
    return at;
}

// The same table with commas; *length becomes that of the result, which is the caller's to free.
static char *with_commas(const char *text, size_t *length, char separator)
{
    char *made = cli_alloc(3 * *length + 1, 1);
    size_t to = 0;
    for (size_t at = 0; at < *length;) {
        const size_t cell = cell_length(text + at, *length - at, separator);
        // Of a line end only; elsewhere the library refuses it.
        const bool carriage = cell > 0 && text[at + cell - 1] == '\r' &&
                              (at + cell == *length || text[at + cell] == '\n');
        const size_t size = cell - (size_t)carriage;
        const bool quote = text[at] != '"' && memchr(text + at, ',', size) != NULL;
        if (quote) {
            made[to++] = '"';
        }
        memcpy(made + to, text + at, size);
        to += size;
        if (quote) {
            made[to++] = '"';
        }
        at += cell;
        if (at < *length) {
            made[to++] = text[at] == separator ? ',' : '\n';
            at++;
        }
    }
    *length = to;
    return made;
}

int sheet_read(jko_csv **out, const char *path, const char *shown, const sheet_format *format)
{
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    int code = load(path, &text, &length);
    if (code != CLI_OK) {
        return code;
    }
    if (length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
        free(text);
        return cli_fail(CLI_INVALID, "%s:1: column 1: is UTF-16 text; save it as UTF-8", shown);
    }
    if (format->separator != ',') {
        if (length >= 3 &&
            memcmp(text, "\xEF\xBB\xBF", 3) == 0) { // or a quote would not stand first
            length -= 3;
            memmove(text, text + 3, length + 1);
        }
        char *made = with_commas(text, &length, format->separator);
        free(text);
        text = made;
    }
    const jko_status status = jko_csv_parse(out, shown, length, text);
    free(text);
    if (status < 0) {
        return cli_fail_status(status, NULL);
    }
    if (!jko_csv_has_names(*out)) {
        code = cli_fail(CLI_INVALID, "%s:1: the first row holds numbers; it must name the columns",
                        shown);
    } else if (jko_csv_rows(*out) == 0) {
        code = cli_fail(CLI_INVALID, "%s: has names of columns but no row of data", shown);
    }
    return code;
}

static bool is_word(const char *list, const char *text, size_t length)
{
    for (const char *at = list; *at != '\0';) {
        const size_t word = strcspn(at, " \t");
        if (word == length && strncmp(at, text, length) == 0 && length > 0) {
            return true;
        }
        at += word;
        at += strspn(at, " \t");
    }
    return false;
}

// What is wrong with a text that is no number, and what to do.
static const char *fault(const char *text, const sheet_format *format)
{
    const char *comma = strchr(text, ',');
    const char *point = strchr(text, '.');
    const bool digits = strpbrk(text, "0123456789") != NULL;
    if (text[0] == '#') {
        return "is a spreadsheet's error; correct the cell or leave it empty";
    }
    if (digits && (strchr(text, '\'') != NULL || strstr(text, "\xC2\xA0") != NULL ||
                   strstr(text, "\xE2\x80\xAF") != NULL)) {
        return "has thousands separators, which are ambiguous; write it without";
    }
    if (digits && comma != NULL && point != NULL) {
        return "has thousands separators, which are ambiguous; write it without";
    }
    if (digits && comma != NULL && format->decimal == '.') {
        return strchr(comma + 1, ',') != NULL
                   ? "has thousands separators, which are ambiguous; write it without"
                   : "has a comma: a decimal comma must be declared by [panel] decimal = comma, "
                     "and "
                     "thousands separators are not read";
    }
    if (digits && point != NULL && format->decimal == ',') {
        return "has a point where [panel] decimal = comma; thousands separators are not read: "
               "write "
               "it without";
    }
    if (digits && comma != NULL && strchr(comma + 1, ',') != NULL) {
        return "has two commas; thousands separators are not read: write it without";
    }
    if (digits && text[0] == '(') {
        return "stands in brackets; write a negative number with a minus sign";
    }
    if (digits && strpbrk(text, "%$") != NULL) {
        return "has a unit; write the number alone";
    }
    if (digits && strchr(text, ' ') != NULL) {
        return "has a blank inside: neither thousands separators nor flags after a number are "
               "read; "
               "write the number alone";
    }
    return "is not a number; correct it, leave the cell empty, or name it in [panel] missing";
}

int sheet_number(const jko_csv *csv, const char *shown, const sheet_format *format, size_t row,
                 size_t column, double *value)
{
    const char *cell = jko_csv_text(csv, row, column);
    cell += strspn(cell, " \t");
    size_t length = strlen(cell);
    while (length > 0 && (cell[length - 1] == ' ' || cell[length - 1] == '\t')) {
        length--;
    }
    *value = NAN;
    if (length == 0 || is_word(format->missing, cell, length)) {
        return CLI_OK;
    }
    char *text = cli_copy_length(cell, length);
    const char *wrong = NULL;
    char *comma = strchr(text, ',');
    if (format->decimal == ',' && strchr(text, '.') != NULL) {
        wrong = fault(text, format);
    } else if (format->decimal == ',' && comma != NULL) {
        *comma = '.';
    }
    if (wrong == NULL) {
        const jko_status status = jko_parse_number(text, value);
        if (format->decimal == ',' && comma != NULL) {
            *comma = ',';
        }
        if (status == JKO_ERR_NONFINITE || (status >= 0 && !isfinite(*value))) {
            wrong = "is not a finite number; leave the cell empty if there is no value";
        } else if (status < 0) {
            wrong = fault(text, format);
        }
    }
    const int code = wrong == NULL
                         ? CLI_OK
                         : cli_fail(CLI_INVALID, "%s:%zu: column \"%s\": \"%.60s\" %s", shown,
                                    jko_csv_line(csv, row), jko_csv_name(csv, column), text, wrong);
    free(text);
    return code;
}
