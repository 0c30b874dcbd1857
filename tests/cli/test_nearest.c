// SPDX-License-Identifier: BSD-3-Clause
/* The nearest word: distances counted by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "nearest.h"

static const char *const words[] = {"tau", "beta", "period", "reallocation", "eps"};

static const char *nearest(const char *text)
{
    return cli_nearest(text, sizeof words / sizeof words[0], words);
}

static void nearest_takes_each_kind_of_edit(void **state)
{
    (void)state;
    assert_string_equal(nearest("perod"), "period");   // a letter less
    assert_string_equal(nearest("periods"), "period"); // a letter more
    assert_string_equal(nearest("pariod"), "period");  // another letter
    assert_string_equal(nearest("peroid"), "period");  // two swapped: one edit, not two
    assert_string_equal(nearest("realocaton"), "reallocation");
    assert_string_equal(nearest("tau"), "tau");
}

static void nearest_of_short_text_allows_one_edit(void **state)
{
    (void)state;
    assert_string_equal(nearest("ta"), "tau");
    assert_string_equal(nearest("atu"), "tau");
    assert_null(nearest("uat")); // two edits of three
}

static void nearest_of_two_is_the_nearer(void **state)
{
    (void)state;
    const char *const pair[] = {"mass", "masses"};
    assert_string_equal(cli_nearest("masse", 2, pair), "mass"); // a tie: the first
    assert_string_equal(cli_nearest("massess", 2, pair), "masses");
}

static void nearest_of_strange_text_is_none(void **state)
{
    (void)state;
    assert_null(nearest("zzzzzz"));
    assert_null(nearest(""));
    assert_null(nearest("a text that is far too long to be a misspelt key of anything"));
    assert_null(cli_nearest("tau", 0, words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_takes_each_kind_of_edit),
        cmocka_unit_test(nearest_of_short_text_allows_one_edit),
        cmocka_unit_test(nearest_of_two_is_the_nearer),
        cmocka_unit_test(nearest_of_strange_text_is_none),
    };
    return cmocka_run_group_tests_name("cli/nearest", tests, NULL, NULL);
}
