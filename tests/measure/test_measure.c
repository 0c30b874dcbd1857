// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/measure/measure.c: what is a measure, which totals agree, and each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/measure.h>
#include <math.h>
#include <string.h>

static void measures_have_compensated_totals(void **state)
{
    (void)state;
    double mass[10001];
    double total = NAN;
    mass[0] = 1.0;
    for (size_t i = 1; i <= 10000; i++) {
        mass[i] = 0x1p-60; // each is lost in a plain sum from 1
    }
    assert_int_equal(jko_measure_check(10001, mass, &total), JKO_OK);
    assert_true(total == 1.0 + 0x1p-60 * 10000.0);
    assert_int_equal(jko_measure_check(1, mass, NULL), JKO_OK);
}

static void zeros_and_tiny_masses_are_measures(void **state)
{
    (void)state;
    const double mass[] = {0.0, 1e-300, -0.0, 1e-320};
    double total = NAN;
    assert_int_equal(jko_measure_check(4, mass, &total), JKO_OK);
    assert_close_rel(total, 1e-300, 1e-15);
}

/* mass is refused with status and a detail that holds word; the total stays. */
static void refused(size_t n, const double *mass, jko_status status, const char *word)
{
    double total = 7.0;
    assert_int_equal(jko_measure_check(n, mass, &total), status);
    assert_non_null(strstr(jko_error_detail(), word));
    assert_true(total == 7.0);
}

static void what_is_no_measure_is_refused(void **state)
{
    (void)state;
    const double negative[] = {1.0, 1.0, -1e-300};
    const double nan[] = {1.0, NAN, -1.0};
    const double infinite[] = {INFINITY, 1.0, 1.0};
    const double zero[] = {0.0, -0.0, 0.0};
    const double overflow[] = {1e308, 1e308, 0.0};
    refused(0, zero, JKO_ERR_EMPTY, "length 0");
    refused(3, NULL, JKO_ERR_ARGUMENT, "NULL");
    refused(3, negative, JKO_ERR_NEGATIVE_MASS, "mass[2]");
    refused(3, nan, JKO_ERR_NONFINITE, "mass[1]");
    refused(3, infinite, JKO_ERR_NONFINITE, "mass[0]");
    refused(3, zero, JKO_ERR_ZERO_MASS, "all 3");
    refused(3, overflow, JKO_ERR_NONFINITE, "overflows");
}

static void totals_within_the_tolerance_are_a_pair(void **state)
{
    (void)state;
    const double a[] = {0.25, 0.75};
    const double near[] = {0.5, 0.25, 0.25 + 0.9e-6};
    const double far[] = {0.5, 0.25, 0.25 + 1.1e-6};
    const double large[] = {1e6, 0.9};
    const double million[] = {1e6};
    double total_a = 7.0;
    double total_b = 8.0;
    assert_int_equal(jko_measure_check_pair(2, a, 3, near, &total_a, &total_b), JKO_OK);
    assert_true(total_a == 1.0);
    assert_close_rel(total_b, 1.0 + 0.9e-6, 1e-15);
    assert_int_equal(jko_measure_check_pair(3, near, 2, a, NULL, NULL), JKO_OK);
    assert_int_equal(jko_measure_check_pair(2, large, 1, million, NULL, NULL), JKO_OK); // relative
    total_a = 7.0;
    total_b = 8.0;
    assert_int_equal(jko_measure_check_pair(2, a, 3, far, &total_a, &total_b),
                     JKO_ERR_MASS_MISMATCH);
    assert_int_equal(jko_measure_check_pair(3, far, 2, a, &total_a, &total_b),
                     JKO_ERR_MASS_MISMATCH);
    assert_true(total_a == 7.0 && total_b == 8.0);
}

static void pair_with_one_bad_side_names_it(void **state)
{
    (void)state;
    const double good[] = {1.0};
    const double bad[] = {-1.0};
    double total_a = 7.0;
    double total_b = 8.0;
    assert_int_equal(jko_measure_check_pair(1, bad, 1, good, &total_a, &total_b),
                     JKO_ERR_NEGATIVE_MASS);
    assert_non_null(strstr(jko_error_detail(), "a[0]"));
    assert_int_equal(jko_measure_check_pair(1, good, 1, bad, &total_a, &total_b),
                     JKO_ERR_NEGATIVE_MASS);
    assert_non_null(strstr(jko_error_detail(), "b[0]"));
    assert_int_equal(jko_measure_check_pair(0, good, 1, good, &total_a, &total_b), JKO_ERR_EMPTY);
    assert_int_equal(jko_measure_check_pair(1, good, 1, NULL, &total_a, &total_b),
                     JKO_ERR_ARGUMENT);
    assert_true(total_a == 7.0 && total_b == 8.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_have_compensated_totals),
        cmocka_unit_test(zeros_and_tiny_masses_are_measures),
        cmocka_unit_test(what_is_no_measure_is_refused),
        cmocka_unit_test(totals_within_the_tolerance_are_a_pair),
        cmocka_unit_test(pair_with_one_bad_side_names_it),
    };
    return cmocka_run_group_tests_name("measure/measure", tests, NULL, NULL);
}
