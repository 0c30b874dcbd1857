// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tables with other separators: what was written is read, and no bytes whatever do harm.
 */
#define _POSIX_C_SOURCE 200809L // for files.h

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sheet.h"

#include "cli.h"
#include "draws.h"
#include "support/files.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static char folder[JKO_T_PATH];
static char path[JKO_T_PATH];

static int create_folder(void **state)
{
    (void)state;
    jko_t_folder_create(folder);
    (void)jko_t_join(path, folder, "table.csv");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    jko_t_folder_remove(folder);
    return 0;
}

#define ROWS ((size_t)6)
#define COLUMNS ((size_t)4)
#define LETTERS ((size_t)5)

// A cell as it is written: in quotes, its quotes doubled, where it has to be or by chance.
static void write_cell(FILE *file, const char *cell, char separator, bool quoted)
{
    const char special[] = {separator, '"', '\n', '\r', '\0'};
    if (!quoted && strpbrk(cell, special) == NULL) {
        (void)fputs(cell, file);
        return;
    }
    (void)fputc('"', file);
    for (; *cell != '\0'; cell++) {
        (void)fputs(*cell == '"' ? "\"\"" : (const char[2]){*cell, '\0'}, file);
    }
    (void)fputc('"', file);
}

static void sheet_random_tables_are_read_as_they_were_written(void **state)
{
    (void)state;
    static const char alphabet[] = "ab;,\t\"\n 1.";
    static const char separators[] = ";\t,";
    for (uint64_t k = 0; k < 600; k++) {
        char cells[ROWS][COLUMNS][LETTERS + 1];
        const sheet_format format = {.separator = separators[k % 3], .decimal = '.', .missing = ""};
        const bool crlf = k % 2 == 1;
        jko_csv *csv = NULL;
        ev_draws random;
        ev_draws_start(&random, 11, k);
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        if (k % 5 == 0) {
            (void)fputs("\xEF\xBB\xBF", file);
        }
        for (size_t i = 0; i < ROWS; i++) {
            for (size_t j = 0; j < COLUMNS; j++) {
                size_t length = 0;
                if (i == 0) { // names must differ, and not all be numbers
                    cells[i][j][length++] = (char)('p' + (int)j);
                }
                const size_t most = ev_draw_below(&random, LETTERS);
                while (length < most) {
                    cells[i][j][length++] = alphabet[ev_draw_below(&random, sizeof alphabet - 1)];
                }
                cells[i][j][length] = '\0';
                (void)(j > 0 ? fputc(format.separator, file) : 0);
                write_cell(file, cells[i][j], format.separator, ev_draw_sign(&random) > 0.0);
            }
            (void)fputs(crlf ? "\r\n" : "\n", file);
        }
        assert_int_equal(fclose(file), 0);
        assert_int_equal(sheet_read(&csv, path, "table.csv", &format), CLI_OK);
        assert_int_equal(jko_csv_rows(csv), ROWS - 1);
        for (size_t i = 0; i < ROWS; i++) {
            for (size_t j = 0; j < COLUMNS; j++) {
                assert_string_equal(i == 0 ? jko_csv_name(csv, j) : jko_csv_text(csv, i - 1, j),
                                    cells[i][j]);
            }
        }
        jko_csv_free(csv);
    }
}

static void sheet_any_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char alphabet[] = "a;,\t\"\"\r\n\n1\xEF\xBB\xBF\xFF";
    size_t good = 0;
    // Thousands of messages are of no use to anybody.
    assert_non_null(freopen("/dev/null", "w", stderr));
    for (uint64_t k = 0; k < 4000; k++) {
        char bytes[40];
        const sheet_format format = {.separator = k % 2 == 0 ? ';' : '\t', .decimal = ','};
        jko_csv *csv = NULL;
        ev_draws random;
        ev_draws_start(&random, 12, k);
        const size_t length = ev_draw_below(&random, sizeof bytes);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = alphabet[ev_draw_below(&random, sizeof alphabet)]; // its NUL too
        }
        jko_t_file_write(path, length, bytes);
        const int code = sheet_read(&csv, path, "table.csv", &format);
        assert_true(code == CLI_OK || code == CLI_INVALID);
        good += code == CLI_OK;
        jko_csv_free(csv);
    }
    assert_in_range(good, 1, 3999); // else the bytes try only half of the code
}

static void assert_number(const char *text, char decimal, double want)
{
    const sheet_format format = {.separator = ';', .decimal = decimal, .missing = ": n.a."};
    jko_csv *csv = NULL;
    double value = 0.0;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    (void)fprintf(file, "a;b\nx;%s\n", text);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(sheet_read(&csv, path, "table.csv", &format), CLI_OK);
    assert_int_equal(sheet_number(csv, "table.csv", &format, 0, 1, &value), CLI_OK);
    assert_true(value == want || (isnan(value) && isnan(want)));
    jko_csv_free(csv);
}

static void sheet_numbers_and_marks(void **state)
{
    (void)state;
    assert_number("1234.5", '.', 1234.5);
    assert_number("-1234,5", ',', -1234.5);
    assert_number("  2e3 ", ',', 2000.0);
    assert_number("1,5e-3", ',', 1.5e-3);
    assert_number("", '.', NAN);
    assert_number("  ", ',', NAN);
    assert_number(":", ',', NAN);
    assert_number(" n.a. ", ',', NAN);
    assert_number("0", ',', 0.0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sheet_random_tables_are_read_as_they_were_written),
        TEST(sheet_numbers_and_marks),
        TEST(sheet_any_bytes_do_no_harm),
    };
    return cmocka_run_group_tests_name("cli/evidence/sheet", tests, NULL, NULL);
}
