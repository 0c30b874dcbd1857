// SPDX-License-Identifier: BSD-3-Clause
/*
 * Texts of others in our messages: a name of megabytes or a control byte must not spoil the line.
 *
 * Cuts fall between characters of UTF-8, never inside one.
 */
#define _POSIX_C_SOURCE 200809L // strerror_r

#include "message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char dots[] = "...";

// Bytes 10xxxxxx go on with a character.
static bool continues(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

static char printable(char c)
{
    return (unsigned char)c < 0x20U || c == 0x7F ? '?' : c;
}

const char *jko_i_quote(char out[JKO_I_QUOTE_SIZE], const char *text)
{
    const size_t room = JKO_I_QUOTE_SIZE - 3; // two quotes and the NUL
    const size_t length = strnlen(text, room + 1);
    size_t keep = length;
    if (length > room) {
        keep = room - strlen(dots);
        while (keep > 0 && continues(text[keep])) {
            keep--;
        }
    }
    char *to = out;
    *to++ = '"';
    for (size_t i = 0; i < keep; i++) {
        *to++ = printable(text[i]);
    }
    (void)snprintf(to, JKO_I_QUOTE_SIZE - (size_t)(to - out), "%s\"", keep < length ? dots : "");
    return out;
}

const char *jko_i_tail(char out[JKO_I_TAIL_SIZE], const char *path)
{
    const size_t room = JKO_I_TAIL_SIZE - 1;
    size_t length = strlen(path);
    char *to = out;
    if (length > room) {
        path += length - (room - strlen(dots));
        while (continues(*path)) {
            path++;
        }
        length = strlen(path);
        memcpy(to, dots, strlen(dots));
        to += strlen(dots);
    }
    for (size_t i = 0; i < length; i++) {
        *to++ = printable(path[i]);
    }
    *to = '\0';
    return out;
}

const char *jko_i_errno_text(char out[128], int error)
{
    if (strerror_r(error, out, 128) != 0) {
        (void)snprintf(out, 128, "error %d", error);
    }
    return out;
}
