// SPDX-License-Identifier: BSD-3-Clause
/*
 * Whether bytes are UTF-8: the table of RFC 3629, section 4.
 *
 * A character is a first byte, a second from a range that depends on the first (so that there are
 * no surrogates, no overlong forms and nothing past U+10FFFF), and third and fourth ones 80..BF.
 */
#include "utf8.h"

// First bytes first..last are followed by count bytes, the next of them from low..high.
static const struct {
    unsigned char first, last, count, low, high;
} table[] = {
    {0x00, 0x7F, 0, 0x00, 0x00}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

// Length of the character at the beginning of bytes, 0 if there is none.
static size_t character(size_t length, const unsigned char *bytes)
{
    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        if (bytes[0] < table[k].first || bytes[0] > table[k].last) {
            continue;
        }
        if (length <= table[k].count) {
            return 0;
        }
        for (size_t i = 1; i <= table[k].count; i++) {
            const unsigned char low = i == 1 ? table[k].low : 0x80;
            const unsigned char high = i == 1 ? table[k].high : 0xBF;
            if (bytes[i] < low || bytes[i] > high) {
                return 0;
            }
        }
        return (size_t)table[k].count + 1;
    }
    return 0;
}

size_t jko_i_utf8_prefix(size_t length, const char *text)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        const size_t step = character(length - at, bytes + at);
        if (step == 0) {
            break;
        }
        at += step;
    }
    return at;
}
