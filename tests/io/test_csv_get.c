// SPDX-License-Identifier: BSD-3-Clause
/*
 * What stands in a CSV table, and what is said of a cell that is no number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/io.h>
#include <string.h>

static jko_csv *parse(const char *text)
{
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_parse(&csv, "data/t.csv", strlen(text), text), JKO_OK);
    return csv;
}

static void csv_get_names_texts_and_lines(void **state)
{
    (void)state;
    jko_csv *csv = parse("sector,gva\nA,1\nB,2\n");
    assert_string_equal(jko_csv_name(csv, 0), "sector");
    assert_string_equal(jko_csv_name(csv, 1), "gva");
    assert_null(jko_csv_name(csv, 2));
    assert_int_equal(jko_csv_find(csv, "gva"), 1);
    assert_int_equal(jko_csv_find(csv, "GVA"), JKO_CSV_NONE);
    assert_int_equal(jko_csv_find(csv, NULL), JKO_CSV_NONE);
    assert_string_equal(jko_csv_text(csv, 1, 1), "2");
    assert_null(jko_csv_text(csv, 2, 0));
    assert_null(jko_csv_text(csv, 0, 2));
    assert_null(jko_csv_text(csv, SIZE_MAX, 0));
    assert_int_equal(jko_csv_line(csv, 1), 3);
    assert_int_equal(jko_csv_line(csv, 2), 0);
    jko_csv_free(csv);

    csv = parse("1,2\n3,4\n");
    assert_int_equal(jko_csv_rows(csv), 2);
    assert_string_equal(jko_csv_name(csv, 1), "");
    assert_null(jko_csv_name(csv, 2));
    assert_int_equal(jko_csv_find(csv, ""), JKO_CSV_NONE);
    assert_int_equal(jko_csv_line(csv, 0), 1);
    jko_csv_free(csv);
}

static void csv_get_null_is_an_empty_table(void **state)
{
    (void)state;
    assert_int_equal(jko_csv_rows(NULL), 0);
    assert_int_equal(jko_csv_columns(NULL), 0);
    assert_false(jko_csv_has_names(NULL));
    assert_null(jko_csv_name(NULL, 0));
    assert_int_equal(jko_csv_find(NULL, "a"), JKO_CSV_NONE);
    assert_null(jko_csv_text(NULL, 0, 0));
    assert_int_equal(jko_csv_line(NULL, 0), 0);
}

static void csv_number_and_column_give_the_values(void **state)
{
    (void)state;
    jko_csv *csv = parse("sector,gva\nA, 0.1 \nB,\"-2e3\"\nC,0\n");
    const double want[] = {0.1, -2000.0, 0.0};
    double values[3] = {77.0, 77.0, 77.0};
    assert_int_equal(jko_csv_column(csv, 1, values), JKO_OK);
    assert_same_bits(3, values, want);
    double value = 77.0;
    assert_int_equal(jko_csv_number(csv, 1, 1, &value), JKO_OK);
    assert_close_abs(value, -2000.0, 0.0);
    jko_csv_free(csv);
}

static void csv_number_faults_name_line_column_value_and_remedy(void **state)
{
    (void)state;
    static const struct {
        const char *cell;
        jko_status status;
        const char *detail;
    } cases[] = {
        {"abc", JKO_ERR_FORMAT,
         "data/t.csv:3: column \"gva\": \"abc\" is not a number; write it like 1.5 or 2e-3"},
        {"\"1,234\"", JKO_ERR_FORMAT,
         "data/t.csv:3: column \"gva\": \"1,234\" is not a number; write it without commas, like "
         "1234.5"},
        {"", JKO_ERR_FORMAT,
         "data/t.csv:3: column \"gva\": \"\" is an empty cell; give its value or leave the row "
         "out"},
        {" ", JKO_ERR_FORMAT,
         "data/t.csv:3: column \"gva\": \" \" is an empty cell; give its value or leave the row "
         "out"},
        {"NaN", JKO_ERR_NONFINITE,
         "data/t.csv:3: column \"gva\": \"NaN\" is not a finite number; give its value or leave "
         "the row out"},
        {"-inf", JKO_ERR_NONFINITE,
         "data/t.csv:3: column \"gva\": \"-inf\" is not a finite number; give its value or leave "
         "the row out"},
        {"1e400", JKO_ERR_NONFINITE,
         "data/t.csv:3: column \"gva\": \"1e400\" is not a finite number; give its value or leave "
         "the row out"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64] = "sector,gva\nA,1\nB,";
        strcat(text, cases[i].cell);
        strcat(text, "\nC,3\n");
        jko_csv *csv = parse(text);
        double value = 77.0;
        assert_int_equal(jko_csv_number(csv, 1, 1, &value), cases[i].status);
        assert_string_equal(jko_error_detail(), cases[i].detail);
        assert_close_abs(value, 77.0, 0.0);

        double values[3] = {77.0, 78.0, 79.0};
        const double before[3] = {77.0, 78.0, 79.0};
        assert_int_equal(jko_csv_column(csv, 1, values), cases[i].status);
        assert_string_equal(jko_error_detail(), cases[i].detail);
        assert_same_bits(3, values, before);
        jko_csv_free(csv);
    }
}

static void csv_number_fault_without_names_gives_the_column_number(void **state)
{
    (void)state;
    jko_csv *csv = parse("1,2\n3,x\n");
    double value = 77.0;
    assert_int_equal(jko_csv_number(csv, 1, 1, &value), JKO_ERR_FORMAT);
    assert_string_equal(jko_error_detail(),
                        "data/t.csv:2: column 2: \"x\" is not a number; write it like 1.5 or 2e-3");
    jko_csv_free(csv);
}

static void csv_number_out_of_range_is_an_argument_error(void **state)
{
    (void)state;
    jko_csv *csv = parse("a,b\n1,2\n");
    double value = 77.0;
    assert_int_equal(jko_csv_number(csv, 1, 0, &value), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "data/t.csv: row 1 is past the last; rows of data: 1");
    assert_int_equal(jko_csv_number(csv, 0, 2, &value), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "data/t.csv: column 2 is past the last; columns: 2");
    assert_int_equal(jko_csv_column(csv, JKO_CSV_NONE, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_csv_number(NULL, 0, 0, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_csv_column(NULL, 0, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_csv_number(csv, 0, 0, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_csv_column(csv, 0, NULL), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "values is NULL");
    assert_close_abs(value, 77.0, 0.0);
    jko_csv_free(csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_get_names_texts_and_lines),
        cmocka_unit_test(csv_get_null_is_an_empty_table),
        cmocka_unit_test(csv_number_and_column_give_the_values),
        cmocka_unit_test(csv_number_faults_name_line_column_value_and_remedy),
        cmocka_unit_test(csv_number_fault_without_names_gives_the_column_number),
        cmocka_unit_test(csv_number_out_of_range_is_an_argument_error),
    };
    return cmocka_run_group_tests_name("io/csv_get", tests, NULL, NULL);
}
