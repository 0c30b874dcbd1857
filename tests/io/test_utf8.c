// SPDX-License-Identifier: BSD-3-Clause
/*
 * UTF-8: every character there is, and every way not to be one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/utf8.h"

#include <stdbool.h>
#include <string.h>

// The definition (RFC 3629, section 3), bits of the number by 6 from the right.
static size_t encode(unsigned long c, unsigned char out[4])
{
    const size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; c >>= 6) {
        out[i] = (unsigned char)(0x80 | (c & 0x3F));
    }
    out[0] = (unsigned char)(first[length] | c);
    return length;
}

static void utf8_every_character_is_valid_whole_and_not_cut(void **state)
{
    (void)state;
    for (unsigned long c = 0; c <= 0x10FFFF; c++) {
        unsigned char bytes[4];
        const size_t length = encode(c, bytes);
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        const size_t want = surrogate ? 0 : length;
        if (jko_i_utf8_prefix(length, (const char *)bytes) != want ||
            (length > 1 && jko_i_utf8_prefix(length - 1, (const char *)bytes) != 0)) {
            fail_msg("character %lX", c);
        }
    }
}

static void utf8_bad_bytes_are_found_where_they_stand(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\x80",             // goes on with nothing
        "\xC0\xAF",         // overlong
        "\xC1\xBF",         // overlong
        "\xE0\x9F\xBF",     // overlong
        "\xF0\x8F\xBF\xBF", // overlong
        "\xF4\x90\x80\x80", // past U+10FFFF
        "\xF5\x80\x80\x80",
        "\xFE",
        "\xFF",
        "\xE9t\xE9", // Latin-1
        "\xC3(",     // second byte missing
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[16] = "a\xC3\xA9";
        strcat(text, bad[i]);
        assert_int_equal(jko_i_utf8_prefix(strlen(text), text), 3);
    }
    assert_int_equal(jko_i_utf8_prefix(0, ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_every_character_is_valid_whole_and_not_cut),
        cmocka_unit_test(utf8_bad_bytes_are_found_where_they_stand),
    };
    return cmocka_run_group_tests_name("io/utf8", tests, NULL, NULL);
}
