// SPDX-License-Identifier: BSD-3-Clause
/*
 * Texts of others in messages: cut where they are long, never inside a character.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/message.h"

#include <errno.h>
#include <string.h>

static void quote_short_text_is_kept(void **state)
{
    (void)state;
    char out[JKO_I_QUOTE_SIZE];
    assert_string_equal(jko_i_quote(out, "a b"), "\"a b\"");
    assert_string_equal(jko_i_quote(out, ""), "\"\"");
    assert_string_equal(jko_i_quote(out, "a\nb\x7F\x1B[1m"), "\"a?b??[1m\"");
    const char *longest = "1234567890123456789012345678901234567890123456789"; // 49 = size - 3
    assert_int_equal(strlen(jko_i_quote(out, longest)), 51);
}

// For every length around the limit: it fits, and no byte of a two-byte character stands alone.
static void quote_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 2; shift++) {
        char text[200] = "x";
        for (size_t i = 0; i < 90; i++) {
            memcpy(text + shift + 2 * i, "\xC3\xA9", 2);
        }
        char out[JKO_I_QUOTE_SIZE];
        (void)jko_i_quote(out, text);
        const size_t length = strlen(out);
        assert_in_range(length, JKO_I_QUOTE_SIZE - 3, JKO_I_QUOTE_SIZE - 1);
        assert_string_equal(out + length - 4, "...\"");
        assert_memory_equal(out + length - 6, "\xC3\xA9", 2);
    }
}

static void tail_long_name_keeps_its_end(void **state)
{
    (void)state;
    char out[JKO_I_TAIL_SIZE];
    assert_string_equal(jko_i_tail(out, "a/b\n.csv"), "a/b?.csv");
    char path[400];
    memset(path, 'd', sizeof path);
    strcpy(path + 390, "/x.csv");
    (void)jko_i_tail(out, path);
    assert_int_equal(strlen(out), JKO_I_TAIL_SIZE - 1);
    assert_memory_equal(out, "...ddd", 6);
    assert_string_equal(out + strlen(out) - 6, "/x.csv");
}

static void errno_text_names_the_error(void **state)
{
    (void)state;
    char out[128];
    assert_string_equal(jko_i_errno_text(out, ENOENT), "No such file or directory");
    assert_non_null(strstr(jko_i_errno_text(out, 99999), "99999"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quote_short_text_is_kept),
        cmocka_unit_test(quote_long_text_is_cut_between_characters),
        cmocka_unit_test(tail_long_name_keeps_its_end),
        cmocka_unit_test(errno_text_names_the_error),
    };
    return cmocka_run_group_tests_name("io/message", tests, NULL, NULL);
}
