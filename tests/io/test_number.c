// SPDX-License-Identifier: BSD-3-Clause
/*
 * Numbers as text: what counts as one, bits that survive, and a locale with a decimal comma.
 */
#define _POSIX_C_SOURCE 200809L // setenv, mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/number.h"
#include "support/close.h"
#include "support/files.h"

#include <float.h>
#include <jko/io.h>
#include <locale.h>
#include <math.h>

static void parse_number_decimal_gives_the_nearest_double(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0.0},
        {"1", 1.0},
        {"-1.5", -1.5},
        {"+.5", 0.5},
        {"5.", 5.0},
        {" \t2e3\t ", 2000.0},
        {"1E-2", 0.01},
        {"007", 7.0},
        {"1.7976931348623157e308", DBL_MAX},
        {"4.9406564584124654e-324", 0x1p-1074},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022}, // the largest denormal
        {"1e-999", 0.0},
        {"9007199254740993", 9007199254740992.0}, // a tie: to even
        {"0.1000000000000000055511151231257827021181583404541015625", 0.1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 77.0;
        assert_int_equal(jko_parse_number(cases[i].text, &value), JKO_OK);
        assert_same_bits(1, &value, &cases[i].value);
    }
}

static void parse_number_words_give_nan_and_infinity(void **state)
{
    (void)state;
    double value = 0.0;
    assert_int_equal(jko_parse_number("nan", &value), JKO_OK);
    assert_true(isnan(value));
    assert_int_equal(jko_parse_number(" +NaN ", &value), JKO_OK);
    assert_true(isnan(value));
    assert_int_equal(jko_parse_number("inf", &value), JKO_OK);
    assert_true(isinf(value) && value > 0.0);
    assert_int_equal(jko_parse_number("-Infinity", &value), JKO_OK);
    assert_true(isinf(value) && value < 0.0);
    assert_int_equal(jko_parse_number("-0.0", &value), JKO_OK);
    assert_true(value == 0.0 && signbit(value));
}

static void parse_number_other_text_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"",     " ",     "abc",  "1,5",   "1.5x",  "1 5",
                                        "--1",  "+-1",   "+",    ".",     "e5",    ".e5",
                                        "1e",   "1e+",   "0x10", "1.5.2", "- 1",   "nan(123)",
                                        "infi", "1'000", "1_0",  "\n1",   "1e5.0", "1\xC2\xA0"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 77.0;
        assert_int_equal(jko_parse_number(cases[i], &value), JKO_ERR_FORMAT);
        jko_t_contains(jko_error_detail(), "is not a number; write it like 1.5");
        assert_close_abs(value, 77.0, 0.0);
    }
    double value = 77.0;
    assert_int_equal(jko_parse_number("7O", &value), JKO_ERR_FORMAT);
    jko_t_contains(jko_error_detail(), "\"7O\"");
}

static void parse_number_overflow_is_nonfinite(void **state)
{
    (void)state;
    double value = 77.0;
    assert_int_equal(jko_parse_number("-1e309", &value), JKO_ERR_NONFINITE);
    jko_t_contains(jko_error_detail(), "\"-1e309\" is too large for double precision");
    assert_close_abs(value, 77.0, 0.0);
}

static void parse_number_null_is_an_argument_error(void **state)
{
    (void)state;
    double value = 77.0;
    assert_int_equal(jko_parse_number(NULL, &value), JKO_ERR_ARGUMENT);
    assert_close_abs(value, 77.0, 0.0);
    assert_int_equal(jko_parse_number("1", NULL), JKO_ERR_ARGUMENT);
}

static void parse_number_long_or_binary_text_gives_a_short_detail(void **state)
{
    (void)state;
    static char text[100000];
    memset(text, '9', sizeof text - 1);
    text[5] = '\a';
    double value = 77.0;
    assert_int_equal(jko_parse_number(text, &value), JKO_ERR_FORMAT);
    jko_t_contains(jko_error_detail(), "\"99999?9");
    jko_t_contains(jko_error_detail(), "...\" is not a number");
    assert_true(strlen(jko_error_detail()) < 200);

    // 99,999 digits are a number all the same: too large, and below 1 after a point.
    text[5] = '9';
    assert_int_equal(jko_parse_number(text, &value), JKO_ERR_NONFINITE);
    text[0] = '.';
    assert_int_equal(jko_parse_number(text, &value), JKO_OK);
    assert_close_abs(value, 1.0, 0.0);
}

static double from_bits(uint64_t bits)
{
    double value = 0.0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Identity: any finite double, denormals included, survives being written and read.
static void number_random_bits_survive(void **state)
{
    (void)state;
    jko_t_random random = {20240611};
    for (int k = 0; k < 100000; k++) {
        uint64_t bits = 0;
        for (int part = 0; part < 4; part++) {
            bits = bits << 16 | (uint64_t)jko_t_integer(&random, 65536);
        }
        const double value = from_bits(k % 8 == 0 ? bits & ~(UINT64_C(0x7FF) << 52) : bits);
        if (!isfinite(value)) {
            continue;
        }
        char text[JKO_I_NUMBER_SIZE];
        double back = 77.0;
        jko_i_number_write(text, value);
        assert_int_equal(jko_parse_number(text, &back), JKO_OK);
        assert_same_bits(1, &back, &value);
    }
}

static void assert_written(double value, const char *want)
{
    char text[JKO_I_NUMBER_SIZE];
    jko_i_number_write(text, value);
    assert_string_equal(text, want);
}

static void number_write_gives_17_digits_and_plain_words(void **state)
{
    (void)state;
    assert_written(0.5, "0.5");
    assert_written(0.1, "0.10000000000000001"); // closed form: 0.1 as double is 0.1 + 5.55e-18
    assert_written(-0.0, "-0");
    assert_written(-DBL_MAX, "-1.7976931348623157e+308");
    assert_written(0x1p-1074, "4.9406564584124654e-324");
    assert_written((double)INFINITY, "inf");
    assert_written((double)-INFINITY, "-inf");
    assert_written((double)NAN, "nan");
    assert_written(copysign((double)NAN, -1.0), "nan");
}

/* LC_NUMERIC with a decimal comma, as localedef of glibc 2.36 compiles
   decimal_point ","  thousands_sep "."  grouping 3;3  for the charmap ANSI_X3.4-1968. */
static const unsigned char comma_locale[] =
    "\x14\x11\x03\x20\x06\x00\x00\x00\x20\x00\x00\x00\x22\x00\x00\x00\x24\x00\x00\x00\x28\x00\x00"
    "\x00\x2c\x00\x00\x00\x30\x00\x00\x00,\0.\0\x03\x03\0\0,\0\0\0.\0\0\0ANSI_X3.4-1968";

static bool has_comma(void)
{
    return strcmp(localeconv()->decimal_point, ",") == 0;
}

// Make the program's decimal point a comma: by an installed locale, otherwise by one of our own.
static bool set_comma_locale(const char *folder)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_NUMERIC, names[i]) != NULL && has_comma()) {
            return true;
        }
    }
    char path[JKO_T_PATH];
    assert_int_equal(mkdir(jko_t_join(path, folder, "comma"), 0777), 0);
    jko_t_file_write(jko_t_join(path, folder, "comma/LC_NUMERIC"), sizeof comma_locale,
                     comma_locale);
    assert_int_equal(setenv("LOCPATH", folder, 1), 0);
    return setlocale(LC_NUMERIC, "comma") != NULL && has_comma();
}

static void number_decimal_comma_locale_changes_nothing(void **state)
{
    (void)state;
    char folder[JKO_T_PATH];
    jko_t_folder_create(folder);
    const bool comma = set_comma_locale(folder);
    char control[32];
    (void)snprintf(control, sizeof control, "%.3f", 1234.5);
    double value = 0.0;
    const jko_status status = jko_parse_number("1234.5", &value);
    const jko_status with_comma = jko_parse_number("1234,5", &(double){0.0});
    char text[JKO_I_NUMBER_SIZE];
    jko_i_number_write(text, -0x1p-20);
    const bool kept = has_comma() == comma; // the program's own locale is left as it was
    (void)setlocale(LC_NUMERIC, "C");
    jko_t_folder_remove(folder);

    if (!comma) {
        skip(); // not glibc, and no locale with a decimal comma installed
    }
    assert_string_equal(control, "1234,500"); // the locale is in force
    assert_int_equal(status, JKO_OK);
    assert_close_abs(value, 1234.5, 0.0);
    assert_int_equal(with_comma, JKO_ERR_FORMAT);
    assert_string_equal(text, "-9.5367431640625e-07");
    assert_true(kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_number_decimal_gives_the_nearest_double),
        cmocka_unit_test(parse_number_words_give_nan_and_infinity),
        cmocka_unit_test(parse_number_other_text_is_refused),
        cmocka_unit_test(parse_number_overflow_is_nonfinite),
        cmocka_unit_test(parse_number_null_is_an_argument_error),
        cmocka_unit_test(parse_number_long_or_binary_text_gives_a_short_detail),
        cmocka_unit_test(number_random_bits_survive),
        cmocka_unit_test(number_write_gives_17_digits_and_plain_words),
        cmocka_unit_test(number_decimal_comma_locale_changes_nothing),
    };
    return cmocka_run_group_tests_name("io/number", tests, NULL, NULL);
}
