// SPDX-License-Identifier: BSD-3-Clause
/*
 * CSV text into cells: quotes, line ends, rows of other lengths, and where a fault stands.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jko_csv *parse(const char *text)
{
    jko_csv *csv = NULL;
    const jko_status status = jko_csv_parse(&csv, "t.csv", strlen(text), text);
    if (status != JKO_OK) {
        fail_msg("%s: %s", jko_status_name(status), jko_error_detail());
    }
    return csv;
}

static void assert_cell(const jko_csv *csv, size_t row, size_t column, const char *want)
{
    assert_string_equal(jko_csv_text(csv, row, column), want);
}

static void assert_refused(const char *text, const char *detail)
{
    jko_csv *csv = (jko_csv *)&csv;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", strlen(text), text), JKO_ERR_FORMAT);
    assert_null(csv);
    assert_string_equal(jko_error_detail(), detail);
}

// The table of RFC 4180, section 2, and cells with each of the characters that need quotes.
static void csv_quotes_are_taken_off(void **state)
{
    (void)state;
    jko_csv *csv =
        parse("a,\"b,\"\"c\"\"\",\"\"\n\"x\ny\",\"\"\"\",plain\n\"\r\n\",\"a\rb\",\",\"\n");
    assert_int_equal(jko_csv_rows(csv), 2);
    assert_int_equal(jko_csv_columns(csv), 3);
    assert_string_equal(jko_csv_name(csv, 1), "b,\"c\"");
    assert_string_equal(jko_csv_name(csv, 2), "");
    assert_cell(csv, 0, 0, "x\ny");
    assert_cell(csv, 0, 1, "\"");
    assert_cell(csv, 0, 2, "plain");
    assert_cell(csv, 1, 0, "\r\n");
    assert_cell(csv, 1, 1, "a\rb");
    assert_cell(csv, 1, 2, ",");
    // Lines of the file, not rows: the first row of data spans two.
    assert_int_equal(jko_csv_line(csv, 0), 2);
    assert_int_equal(jko_csv_line(csv, 1), 4);
    jko_csv_free(csv);
}

static void csv_line_ends_marks_and_blank_last_lines_change_nothing(void **state)
{
    (void)state;
    static const char *const same[] = {
        "n,x\nA,1\nB,2\n",
        "n,x\nA,1\nB,2",
        "n,x\r\nA,1\r\nB,2\r\n",
        "n,x\r\nA,1\r\nB,2",
        "n,x\nA,1\r\nB,2\n",
        "\xEF\xBB\xBFn,x\nA,1\nB,2\n",
        "\xEF\xBB\xBF\"n\",\"x\"\r\n\"A\",\"1\"\r\n\"B\",\"2\"",
        "n,x\nA,1\nB,2\n\n\r\n \t\n\n",
        "n,x\nA,1\nB,2\n ",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        jko_csv *csv = parse(same[i]);
        assert_int_equal(jko_csv_rows(csv), 2);
        assert_int_equal(jko_csv_columns(csv), 2);
        assert_true(jko_csv_has_names(csv));
        assert_string_equal(jko_csv_name(csv, 0), "n");
        assert_string_equal(jko_csv_name(csv, 1), "x");
        assert_cell(csv, 0, 0, "A");
        assert_cell(csv, 0, 1, "1");
        assert_cell(csv, 1, 0, "B");
        assert_cell(csv, 1, 1, "2");
        jko_csv_free(csv);
    }
}

static void csv_empty_and_blank_cells_are_kept(void **state)
{
    (void)state;
    jko_csv *csv = parse("a,b\n,\n , x \n,\"\"\n");
    assert_int_equal(jko_csv_rows(csv), 3);
    assert_cell(csv, 0, 0, "");
    assert_cell(csv, 0, 1, "");
    assert_cell(csv, 1, 0, " ");
    assert_cell(csv, 1, 1, " x ");
    assert_cell(csv, 2, 1, "");
    jko_csv_free(csv);

    // The last cell of the file, after its comma, is blank: not a blank line.
    csv = parse("a,b\n1, \n");
    assert_int_equal(jko_csv_rows(csv), 1);
    assert_cell(csv, 0, 1, " ");
    jko_csv_free(csv);
    csv = parse("a,b\n1,");
    assert_cell(csv, 0, 1, "");
    jko_csv_free(csv);

    // One column: an empty line between rows is a cell, one at the end is not, a quoted one is.
    csv = parse("a\n\n1\n\n");
    assert_int_equal(jko_csv_rows(csv), 2);
    assert_cell(csv, 0, 0, "");
    jko_csv_free(csv);
    csv = parse("a\n\"\"\n");
    assert_int_equal(jko_csv_rows(csv), 1);
    jko_csv_free(csv);
}

static void csv_rows_of_other_lengths_are_refused(void **state)
{
    (void)state;
    assert_refused("a,b,c\n1,2,3\n4,5\n",
                   "t.csv:3: column 3: the row has 2 cells, but line 1 has 3; every row needs as "
                   "many as the first");
    assert_refused("a,b\n1,2,3\n",
                   "t.csv:2: column 3: the row has 3 cells, but line 1 has 2; every row needs as "
                   "many as the first");
    assert_refused("a,b\n1,2\n\n3,4\n",
                   "t.csv:3: column 2: the row has 1 cells, but line 1 has 2; every row needs as "
                   "many as the first");
    assert_refused("\na,b\n",
                   "t.csv:2: column 2: the row has 2 cells, but line 1 has 1; every row needs as "
                   "many as the first");
    assert_refused("a,b\n\"x\n\ny\",2\n3\n",
                   "t.csv:5: column 2: the row has 1 cells, but line 1 has 2; every row needs as "
                   "many as the first");
}

static void csv_stray_quotes_and_returns_are_refused(void **state)
{
    (void)state;
    assert_refused("a,b\n1,2\"3\n", "t.csv:2: column 2: a quote inside a cell; quote the whole "
                                    "cell and double the quotes in it");
    assert_refused("a, \"b\"\n", "t.csv:1: column 2: a quote inside a cell; quote the whole cell "
                                 "and double the quotes in it");
    assert_refused("a,b\n\"1\" ,2\n",
                   "t.csv:2: column 1: text after the closing quote; put all of it in quotes");
    assert_refused("a,b\n\"1\r2\"\r3,4\n",
                   "t.csv:2: column 1: text after the closing quote; put all of it in quotes");
    assert_refused("a,b\n1,\"2\n3,4\n5,6\n",
                   "t.csv:2: column 2: the quote that opens here is never closed");
    assert_refused("a,b\n1,\"", "t.csv:2: column 2: the quote that opens here is never closed");
    assert_refused("a,b\n1,\"2\"\"",
                   "t.csv:2: column 2: the quote that opens here is never closed");
    assert_refused("a,b\r1,2\r", "t.csv:1: column 2: a carriage return without a line feed; save "
                                 "the file with LF line ends");
}

static void csv_bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", 9, "a,b\n1,\0002\n"), JKO_ERR_FORMAT);
    assert_string_equal(jko_error_detail(),
                        "t.csv:2: byte 3 of the line is 00, not text; save as UTF-8");
    // UTF-16 as spreadsheets write it, and Latin-1.
    assert_int_equal(jko_csv_parse(&csv, "t.csv", 8,
                                   "\xFF\xFE"
                                   "a\0,\0b\0"),
                     JKO_ERR_FORMAT);
    assert_string_equal(jko_error_detail(),
                        "t.csv:1: byte 1 of the line is FF, not UTF-8; save as UTF-8");
    assert_refused("a,b\nx,caf\xE9\n",
                   "t.csv:2: byte 6 of the line is E9, not UTF-8; save as UTF-8");
    assert_refused("a,b\nx,caf\xC3", "t.csv:2: byte 6 of the line is C3, not UTF-8; save as UTF-8");
}

static void csv_huge_cell_is_kept_whole(void **state)
{
    (void)state;
    const size_t length = 10000000;
    char *text = malloc(length + 8);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text + length, ",b\n1,2\n", 8);
    jko_csv *csv = parse(text);
    assert_int_equal(strlen(jko_csv_name(csv, 0)), length);
    assert_cell(csv, 0, 1, "2");
    jko_csv_free(csv);
    free(text);
}

// Put a cell into text by the rule of RFC 4180, section 2.7, or plain where that is allowed.
static char *append(char *to, const char *cell, bool quoted)
{
    if (!quoted && strpbrk(cell, ",\"\r\n") == NULL) {
        return to + sprintf(to, "%s", cell);
    }
    *to++ = '"';
    for (; *cell != '\0'; cell++) {
        if (*cell == '"') {
            *to++ = '"';
        }
        *to++ = *cell;
    }
    *to++ = '"';
    return to;
}

// Identity: a table written by the rules of RFC 4180 is read as it was.
static void csv_random_tables_are_read_as_written(void **state)
{
    (void)state;
    static const char *const alphabet[] = {"a", "0", ",", "\"", "\n", "\r", " ", "\xC3\xA9", ""};
    jko_t_random random = {4180};
    for (int k = 0; k < 3000; k++) {
        const size_t columns = 1 + jko_t_integer(&random, 4);
        const size_t rows = 1 + jko_t_integer(&random, 4);
        const char *line_end = jko_t_integer(&random, 2) == 0 ? "\n" : "\r\n";
        char cells[16][16] = {{0}};
        char text[1024];
        char *to = text;
        for (size_t i = 0; i < rows * columns; i++) {
            for (size_t c = jko_t_integer(&random, 6); c > 0; c--) {
                strcat(cells[i], alphabet[jko_t_integer(&random, 9)]);
            }
            if (i < columns) { // names: each its own, and no number
                (void)snprintf(cells[i] + strlen(cells[i]), 4, "n%d", (int)i);
            }
            to = append(to, cells[i], columns == 1 || jko_t_integer(&random, 2) == 0);
            to += sprintf(to, "%s", (i + 1) % columns == 0 ? line_end : ",");
        }
        jko_csv *csv = parse(text);
        assert_int_equal(jko_csv_rows(csv), rows - 1);
        assert_int_equal(jko_csv_columns(csv), columns);
        for (size_t i = 0; i < rows * columns; i++) {
            const char *got = i < columns ? jko_csv_name(csv, i)
                                          : jko_csv_text(csv, i / columns - 1, i % columns);
            assert_string_equal(got, cells[i]);
        }
        jko_csv_free(csv);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_quotes_are_taken_off),
        cmocka_unit_test(csv_line_ends_marks_and_blank_last_lines_change_nothing),
        cmocka_unit_test(csv_empty_and_blank_cells_are_kept),
        cmocka_unit_test(csv_rows_of_other_lengths_are_refused),
        cmocka_unit_test(csv_stray_quotes_and_returns_are_refused),
        cmocka_unit_test(csv_bytes_that_are_no_text_are_refused),
        cmocka_unit_test(csv_huge_cell_is_kept_whole),
        cmocka_unit_test(csv_random_tables_are_read_as_written),
    };
    return cmocka_run_group_tests_name("io/csv_split", tests, NULL, NULL);
}
