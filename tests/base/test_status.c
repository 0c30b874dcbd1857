// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/status.c: every status has a name and a text of its own, and the detail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/status.h"

#include <pthread.h>
#include <string.h>

#define VALUE(code, value, name, text) value,
static const int values[] = {JKO_STATUS_LIST(VALUE)};
enum { COUNT = sizeof values / sizeof values[0] };

static void statuses_have_names_and_texts_of_their_own(void **state)
{
    (void)state;
    for (size_t k = 0; k < COUNT; k++) {
        const char *name = jko_status_name((jko_status)values[k]);
        const char *text = jko_status_text((jko_status)values[k]);
        // Names are printed and read by programs: lower case, digits and underscores.
        assert_true(strlen(name) > 0 &&
                    strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name));
        assert_true(strlen(text) > 5);
        for (size_t l = 0; l < k; l++) {
            assert_int_not_equal(values[k], values[l]);
            assert_string_not_equal(name, jko_status_name((jko_status)values[l]));
            assert_string_not_equal(text, jko_status_text((jko_status)values[l]));
        }
    }
}

// The classes that the shared case files name, word for word.
static void classes_of_bad_input_have_the_case_files_names(void **state)
{
    (void)state;
    assert_string_equal(jko_status_name(JKO_ERR_SHAPE), "shape_mismatch");
    assert_string_equal(jko_status_name(JKO_ERR_EMPTY), "empty_input");
    assert_string_equal(jko_status_name(JKO_ERR_NONFINITE), "nonfinite_input");
    assert_string_equal(jko_status_name(JKO_ERR_NEGATIVE_MASS), "negative_mass");
    assert_string_equal(jko_status_name(JKO_ERR_ZERO_MASS), "zero_total_mass");
    assert_string_equal(jko_status_name(JKO_ERR_MASS_MISMATCH), "mass_mismatch");
    assert_string_equal(jko_status_name(JKO_ERR_WEIGHT), "nonpositive_weight");
    assert_string_equal(jko_status_name(JKO_ERR_TAU), "nonpositive_tau");
    assert_string_equal(jko_status_name(JKO_ERR_EPSILON), "nonpositive_eps");
    assert_string_equal(jko_status_name(JKO_ERR_INFEASIBLE), "infeasible");
    assert_string_equal(jko_status_name(JKO_ERR_UNSUPPORTED), "unsupported");
    assert_string_equal(jko_status_name(JKO_OK), "converged");
    assert_string_equal(jko_status_name(JKO_LOCKED), "locked");
    assert_string_equal(jko_status_name(JKO_LOCAL), "local");
}

static void unknown_status_has_static_texts(void **state)
{
    (void)state;
    assert_string_equal(jko_status_name((jko_status)12345), "unknown");
    assert_string_equal(jko_status_text((jko_status)-12345), "unknown status");
}

static void detail_tells_the_last_failure(void **state)
{
    (void)state;
    assert_int_equal(jko_i_fail(JKO_ERR_TAU, "tau is %g", -1.0), JKO_ERR_TAU);
    assert_string_equal(jko_error_detail(), "tau is -1");
    assert_int_equal(jko_i_fail_memory("a grid"), JKO_ERR_NOMEM);
    assert_string_equal(jko_error_detail(), "not enough memory for a grid");
}

static void long_detail_is_cut(void **state)
{
    (void)state;
    char word[2000];
    memset(word, 'x', sizeof word);
    word[sizeof word - 1] = '\0';
    assert_int_equal(jko_i_fail(JKO_ERR_FILE, "%s", word), JKO_ERR_FILE);
    const size_t length = strlen(jko_error_detail());
    assert_in_range(length, 100, 1000);
    assert_true(strspn(jko_error_detail(), "x") == length);
}

static void *look_and_fail(void *found)
{
    strcpy(found, jko_error_detail());
    (void)jko_i_fail(JKO_ERR_FILE, "other thread");
    return NULL;
}

static void detail_belongs_to_its_thread(void **state)
{
    (void)state;
    char found[600] = "not written";
    pthread_t other;
    (void)jko_i_fail(JKO_ERR_FILE, "this thread");
    assert_int_equal(pthread_create(&other, NULL, look_and_fail, found), 0);
    assert_int_equal(pthread_join(other, NULL), 0);
    assert_string_equal(found, "");
    assert_string_equal(jko_error_detail(), "this thread");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statuses_have_names_and_texts_of_their_own),
        cmocka_unit_test(classes_of_bad_input_have_the_case_files_names),
        cmocka_unit_test(unknown_status_has_static_texts),
        cmocka_unit_test(detail_tells_the_last_failure),
        cmocka_unit_test(long_detail_is_cut),
        cmocka_unit_test(detail_belongs_to_its_thread),
    };
    return cmocka_run_group_tests_name("base/status", tests, NULL, NULL);
}
