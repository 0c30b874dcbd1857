// SPDX-License-Identifier: BSD-3-Clause
/*
 * CSV tables from files and memory: names, or none, and every status of reading.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/files.h"

#include <jko/io.h>

static int create_folder(void **state)
{
    static char folder[JKO_T_PATH];
    jko_t_folder_create(folder);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    jko_t_folder_remove(*state);
    return 0;
}

static void csv_read_gives_the_table_of_a_file(void **state)
{
    char path[JKO_T_PATH];
    const char *text = "sector,gva\nA01,1.5\nB,2\n";
    jko_t_file_write(jko_t_join(path, *state, "table.csv"), strlen(text), text);
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_read(&csv, path), JKO_OK);
    assert_int_equal(jko_csv_rows(csv), 2);
    assert_string_equal(jko_csv_text(csv, 1, 0), "B");
    jko_csv_free(csv);
}

// Large enough for several reads, and through a name without a size.
static void csv_read_large_file_and_pipe_are_whole(void **state)
{
    (void)state;
    FILE *pipe =
        popen("i=0; echo row,x; while [ $i -lt 30000 ]; do echo $i,0.25; i=$((i+1)); done", "r");
    assert_non_null(pipe);
    char path[JKO_T_PATH];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fileno(pipe));
    jko_csv *csv = NULL;
    const jko_status status = jko_csv_read(&csv, path);
    assert_int_equal(pclose(pipe), 0);
    assert_int_equal(status, JKO_OK);
    assert_int_equal(jko_csv_rows(csv), 30000);
    for (size_t row = 0; row < 30000; row++) {
        double value = 77.0;
        assert_int_equal(jko_csv_number(csv, row, 0, &value), JKO_OK);
        assert_true(value == (double)row);
    }
    jko_csv_free(csv);
}

static void assert_read_fails(const char *path, jko_status want, const char *part)
{
    jko_csv *csv = (jko_csv *)&csv;
    assert_int_equal(jko_csv_read(&csv, path), want);
    assert_null(csv);
    jko_t_contains(jko_error_detail(), part);
}

static void csv_read_file_that_cannot_be_read_is_named(void **state)
{
    char path[JKO_T_PATH];
    assert_read_fails(jko_t_join(path, *state, "no.csv"), JKO_ERR_FILE,
                      "no.csv: cannot be opened: No such file or directory; check the name");
    assert_read_fails(*state, JKO_ERR_FILE, "cannot be read: Is a directory");
    jko_t_file_write(jko_t_join(path, *state, "file"), 1, "1");
    assert_read_fails(jko_t_join(path, *state, "file/x.csv"), JKO_ERR_FILE,
                      "file/x.csv: cannot be opened: Not a directory");
    assert_read_fails("", JKO_ERR_FILE, "cannot be opened");
}

static void csv_read_file_past_the_limit_is_refused_unread(void **state)
{
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "large.csv"), 2, "1\n");
    assert_int_equal(truncate(path, (off_t)JKO_CSV_MAX_BYTES + 1), 0); // sparse: takes no space
    assert_read_fails(path, JKO_ERR_FORMAT,
                      "large.csv: larger than 1073741824 bytes; split the file");
    jko_csv *csv = (jko_csv *)&csv;
    assert_int_equal(jko_csv_parse(&csv, "memory", JKO_CSV_MAX_BYTES + 1, "1"), JKO_ERR_FORMAT);
    assert_string_equal(jko_error_detail(), "memory: larger than 1073741824 bytes; split the file");
    assert_null(csv);
}

static void csv_read_format_fault_in_a_file_is_named(void **state)
{
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "ragged.csv"), 8, "a,b\n1,2,");
    assert_read_fails(path, JKO_ERR_FORMAT, "ragged.csv:2: column 3: the row has 3 cells");
}

static void assert_parse_fails(const char *text, jko_status want, const char *detail)
{
    jko_csv *csv = (jko_csv *)&csv;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", strlen(text), text), want);
    assert_null(csv);
    assert_string_equal(jko_error_detail(), detail);
}

static void csv_without_a_row_is_empty(void **state)
{
    const char *detail = "t.csv: no row; a table needs at least one";
    assert_parse_fails("", JKO_ERR_EMPTY, detail);
    assert_parse_fails("\n\r\n \t\n", JKO_ERR_EMPTY, detail);
    assert_parse_fails("\xEF\xBB\xBF", JKO_ERR_EMPTY, detail);
    assert_parse_fails("\xEF\xBB\xBF\n", JKO_ERR_EMPTY, detail);
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", 0, NULL), JKO_ERR_EMPTY);
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "empty.csv"), 0, "");
    assert_read_fails(path, JKO_ERR_EMPTY, "empty.csv: no row");
}

static void csv_names_alone_are_a_table_without_data(void **state)
{
    (void)state;
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", 4, "a,b\n"), JKO_OK);
    assert_true(jko_csv_has_names(csv));
    assert_int_equal(jko_csv_rows(csv), 0);
    assert_int_equal(jko_csv_columns(csv), 2);
    jko_csv_free(csv);
}

static void csv_first_row_of_numbers_is_data(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool names;
    } cases[] = {
        {"1,2\n3,4\n", false},      {"1\n", false},     {" 1 ,\"2e5\"\n", false},
        {"nan,-inf\n1,2\n", false}, // refused when it is read as a number, not taken for a name
        {"1e999,2\n", false},       {"1,b\n", true},    {"1,\n3,4\n", true},
        {"2010,t=0\n1,2\n", true},  {"0x10,1\n", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        jko_csv *csv = NULL;
        assert_int_equal(jko_csv_parse(&csv, "t.csv", strlen(cases[i].text), cases[i].text),
                         JKO_OK);
        assert_int_equal(jko_csv_has_names(csv), cases[i].names);
        jko_csv_free(csv);
    }
}

static void csv_repeated_names_are_refused(void **state)
{
    (void)state;
    assert_parse_fails("sector,gva,output,gva\n1,2,3,4\n", JKO_ERR_FORMAT,
                       "t.csv:1: column 4: the name \"gva\" stands over column 2 too; every column "
                       "needs a name of its own");
    assert_parse_fails("a,,\n1,2,3\n", JKO_ERR_FORMAT,
                       "t.csv:1: column 3: the name \"\" stands over column 2 too; every column "
                       "needs a name of its own");
    // Repeated cells further down are none of its business, and case counts.
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", 8, "a,A\nx,x\n"), JKO_OK);
    jko_csv_free(csv);
}

// By sorting, so a hostile first row of 200,000 names takes no minutes.
static void csv_many_names_take_no_time(void **state)
{
    (void)state;
    enum { COUNT = 200000 };
    static char text[COUNT * 7 + 16];
    char *to = text;
    for (int i = 0; i < COUNT; i++) {
        to += sprintf(to, "%06d,", COUNT - i);
    }
    strcpy(to, "x");
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_parse(&csv, "t.csv", strlen(text), text), JKO_OK);
    assert_int_equal(jko_csv_columns(csv), COUNT + 1);
    assert_int_equal(jko_csv_find(csv, "000001"), COUNT - 1);
    jko_csv_free(csv);
    strcpy(to, "000007");
    text[0] = 'y'; // so that the first row is not all numbers
    assert_parse_fails(text, JKO_ERR_FORMAT,
                       "t.csv:1: column 200001: the name \"000007\" stands over column 199994 too; "
                       "every column needs a name of its own");
}

static void csv_null_arguments_are_argument_errors(void **state)
{
    (void)state;
    jko_csv *csv = (jko_csv *)&csv;
    assert_int_equal(jko_csv_read(NULL, "x"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_csv_read(&csv, NULL), JKO_ERR_ARGUMENT);
    assert_null(csv);
    assert_int_equal(jko_csv_parse(NULL, "x", 1, "1"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_csv_parse(&csv, NULL, 1, "1"), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "name is NULL");
    assert_int_equal(jko_csv_parse(&csv, "x", 1, NULL), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "text is NULL");
    jko_csv_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_read_gives_the_table_of_a_file),
        cmocka_unit_test(csv_read_large_file_and_pipe_are_whole),
        cmocka_unit_test(csv_read_file_that_cannot_be_read_is_named),
        cmocka_unit_test(csv_read_file_past_the_limit_is_refused_unread),
        cmocka_unit_test(csv_read_format_fault_in_a_file_is_named),
        cmocka_unit_test(csv_without_a_row_is_empty),
        cmocka_unit_test(csv_names_alone_are_a_table_without_data),
        cmocka_unit_test(csv_first_row_of_numbers_is_data),
        cmocka_unit_test(csv_repeated_names_are_refused),
        cmocka_unit_test(csv_many_names_take_no_time),
        cmocka_unit_test(csv_null_arguments_are_argument_errors),
    };
    return cmocka_run_group_tests_name("io/csv_read", tests, create_folder, remove_folder);
}
