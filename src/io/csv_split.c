// SPDX-License-Identifier: BSD-3-Clause
/*
 * Splitting the text of a CSV file into cells, in place.
 *
 * One pass over checked text (UTF-8, no NUL): a cell is plain or quoted (RFC 4180, section 2), and
 * ends with a comma, LF, CRLF or the end of the file. Unquoting only shortens, so a cell is moved
 * within its own bytes, and its NUL falls on the end mark at the latest. O(length) time; memory of
 * 4 bytes a cell and a line, counted beforehand.
 */
#include "csv.h"

#include "base/alloc.h"
#include "base/status.h"
#include "utf8.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

// What ended a cell.
typedef enum mark { MARK_COMMA, MARK_LINE, MARK_FILE } mark;

// Where the pass stands.
typedef struct scan {
    const char *name;
    char *text;
    size_t length;
    size_t at;
    size_t line;   // from 1
    size_t column; // from 1: the cell
} scan;

static jko_status fail(const scan *s, size_t line, const char *what)
{
    return jko_i_fail(JKO_ERR_FORMAT, "%s:%zu: column %zu: %s", s->name, line, s->column, what);
}

// If a cell ends here: put its NUL at to, step over the end mark, and say which it was.
static bool end_cell(scan *s, size_t to, mark *end)
{
    char *here = s->text + s->at;
    if (s->at == s->length) {
        *end = MARK_FILE;
    } else if (*here == ',') {
        *end = MARK_COMMA;
        s->at += 1;
    } else if (*here == '\n' || (*here == '\r' && here[1] == '\n')) {
        *end = MARK_LINE;
        s->at += *here == '\r' ? 2 : 1;
        s->line++;
    } else {
        return false;
    }
    s->text[to] = '\0';
    return true;
}

static jko_status plain_cell(scan *s, mark *end)
{
    while (s->at < s->length && strchr(",\n\r\"", s->text[s->at]) == NULL) {
        s->at++;
    }
    if (end_cell(s, s->at, end)) {
        return JKO_OK;
    }
    return fail(s, s->line,
                s->text[s->at] == '"'
                    ? "a quote inside a cell; quote the whole cell and double the quotes in it"
                    : "a carriage return without a line feed; save the file with LF line ends");
}

static jko_status quoted_cell(scan *s, mark *end)
{
    const size_t first_line = s->line;
    size_t to = s->at++;
    for (; s->at < s->length; s->at++) {
        const char c = s->text[s->at];
        if (c == '"') {
            s->at++;
            if (s->text[s->at] != '"') { // the NUL after the text, at the latest
                if (end_cell(s, to, end)) {
                    return JKO_OK;
                }
                return fail(s, s->line, "text after the closing quote; put all of it in quotes");
            }
        }
        s->line += c == '\n';
        s->text[to++] = c;
    }
    return fail(s, first_line, "the quote that opens here is never closed");
}

// The cells of one row; *count is how many cells there are so far.
static jko_status row(scan *s, uint32_t *cells, size_t *count, mark *end)
{
    s->column = 0;
    do {
        s->column++;
        const bool quoted = s->text[s->at] == '"';
        cells[(*count)++] = (uint32_t)s->at;
        const jko_status status = quoted ? quoted_cell(s, end) : plain_cell(s, end);
        if (status < 0) {
            return status;
        }
    } while (*end == MARK_COMMA);
    return JKO_OK;
}

static jko_status split(jko_csv *csv, scan *s)
{
    size_t count = 0;
    mark end = MARK_LINE;
    while (end != MARK_FILE && s->at < s->length) {
        const size_t line = s->line;
        const jko_status status = row(s, csv->cells, &count, &end);
        if (status < 0) {
            return status;
        }
        if (csv->rows == 0) {
            csv->columns = s->column;
        } else if (s->column != csv->columns) {
            return jko_i_fail(JKO_ERR_FORMAT,
                              "%s:%zu: column %zu: the row has %zu cells, but line %lu has %zu; "
                              "every row needs as many as the first",
                              csv->name, line,
                              s->column < csv->columns ? s->column + 1 : csv->columns + 1,
                              s->column, (unsigned long)csv->lines[0], csv->columns);
        }
        csv->lines[csv->rows++] = (uint32_t)line;
    }
    return JKO_OK;
}

// Where the last line ends that has more than blanks; 0 if there is none.
static size_t end_of_rows(size_t length, const char *text)
{
    size_t end = length;
    while (end > 0 && strchr(" \t\r\n", text[end - 1]) != NULL) {
        end--;
    }
    if (end == 0) {
        return 0;
    }
    while (end < length && text[end] != '\n') {
        end++;
    }
    return end < length ? end + 1 : length;
}

// Refuse what is not text: the place is that of a byte, as there are no cells yet.
static jko_status check_bytes(const char *name, size_t length, const char *text)
{
    const char *zero = memchr(text, '\0', length);
    const size_t whole = zero == NULL ? length : (size_t)(zero - text);
    const size_t valid = jko_i_utf8_prefix(whole, text);
    if (valid == length) {
        return JKO_OK;
    }
    size_t line = 1;
    size_t begin = 0;
    for (size_t i = 0; i < valid; i++) {
        if (text[i] == '\n') {
            line++;
            begin = i + 1;
        }
    }
    return jko_i_fail(JKO_ERR_FORMAT, "%s:%zu: byte %zu of the line is %02X, %s; save as UTF-8",
                      name, line, valid - begin + 1, (unsigned)(unsigned char)text[valid],
                      valid == whole ? "not text" : "not UTF-8");
}

jko_status jko_i_csv_split(jko_csv *csv, size_t length)
{
    const jko_status status = check_bytes(csv->name, length, csv->text);
    if (status < 0) {
        return status;
    }
    const size_t mark_length = strlen(BYTE_ORDER_MARK);
    const bool marked =
        length >= mark_length && memcmp(csv->text, BYTE_ORDER_MARK, mark_length) == 0;
    const size_t begin = marked ? mark_length : 0;
    const size_t end = begin + end_of_rows(length - begin, csv->text + begin);
    if (end == begin) {
        return jko_i_fail(JKO_ERR_EMPTY, "%s: no row; a table needs at least one", csv->name);
    }
    csv->text[end] = '\0';

    size_t lines = 1;
    size_t cells = 1;
    for (size_t i = begin; i < end; i++) {
        lines += csv->text[i] == '\n';
        cells += csv->text[i] == '\n' || csv->text[i] == ',';
    }
    csv->cells = jko_i_alloc(cells, sizeof *csv->cells);
    csv->lines = jko_i_alloc(lines, sizeof *csv->lines);
    if (csv->cells == NULL || csv->lines == NULL) {
        return jko_i_fail_memory("the cells of a CSV file");
    }
    scan s = {csv->name, csv->text, end, begin, 1, 1};
    return split(csv, &s);
}
