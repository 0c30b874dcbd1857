// SPDX-License-Identifier: BSD-3-Clause
/*
 * Numbers as text, the same in every locale, without state of our own.
 *
 * Reading: our own scan says what is a number (decimal, or nan, inf, infinity in any case; no
 * hexadecimal digits, no digit grouping), then strtod_l(), which rounds correctly, converts it
 * under a "C" locale made for the call (glibc and musl hand out a static one). Writing: 17 digits
 * give the same bits back (IEEE 754-2019, section 5.12.2), and whatever stands between the digits
 * is the locale's decimal point and becomes a dot.
 */
#define _GNU_SOURCE // strtod_l

#include "number.h"

#include "base/status.h"
#include "message.h"

#include <jko/io.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *text)
{
    while (is_digit(*text)) {
        text++;
    }
    return text;
}

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    return text;
}

static const char *skip_sign(const char *text)
{
    return *text == '+' || *text == '-' ? text + 1 : text;
}

// Past word (in lower case) if text begins with it in any case, otherwise text.
static const char *skip_word(const char *text, const char *word)
{
    const char *at = text;
    for (; *word != '\0'; word++, at++) {
        const char lower = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        if (lower != *word) {
            return text;
        }
    }
    return at;
}

// Past the decimal digits, the fraction and the exponent, or NULL if there is no digit.
static const char *skip_decimal(const char *text)
{
    const char *at = skip_digits(text);
    bool digits = at > text;
    if (*at == '.') {
        digits = digits || is_digit(at[1]);
        at = skip_digits(at + 1);
    }
    if (!digits) {
        return NULL;
    }
    if (*at == 'e' || *at == 'E') {
        const char *exponent = skip_sign(at + 1);
        at = is_digit(*exponent) ? skip_digits(exponent) : at;
    }
    return at;
}

// Past nan, inf or infinity, or NULL.
static const char *skip_nonfinite(const char *text)
{
    const char *at = skip_word(text, "nan");
    if (at == text) {
        at = skip_word(text, "infinity");
    }
    if (at == text) {
        at = skip_word(text, "inf");
    }
    return at == text ? NULL : at;
}

// The value of a text that is known to be a number, under the "C" locale; false without memory.
static bool convert(const char *text, double *value)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (plain == (locale_t)0) {
        return false;
    }
    *value = strtod_l(text, NULL, plain);
    freelocale(plain);
    return true;
}

jko_status jko_i_number_read(const char *text, double *value)
{
    const char *begin = skip_blanks(text);
    const char *digits = skip_sign(begin);
    const char *end = skip_decimal(digits);
    const bool decimal = end != NULL;
    if (!decimal) {
        end = skip_nonfinite(digits);
    }
    if (end == NULL || *skip_blanks(end) != '\0') {
        return JKO_ERR_FORMAT;
    }
    double read = 0.0;
    if (!convert(begin, &read)) {
        return JKO_ERR_NOMEM;
    }
    if (decimal && isinf(read)) {
        return JKO_ERR_NONFINITE;
    }
    *value = read;
    return JKO_OK;
}

jko_status jko_parse_number(const char *text, double *value)
{
    if (text == NULL || value == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", text == NULL ? "text" : "value");
    }
    char quoted[JKO_I_QUOTE_SIZE];
    const jko_status status = jko_i_number_read(text, value);
    if (status == JKO_ERR_FORMAT) {
        return jko_i_fail(status, "%s is not a number; write it like 1.5 or 2e-3",
                          jko_i_quote(quoted, text));
    }
    if (status == JKO_ERR_NONFINITE) {
        return jko_i_fail(status, "%s is too large for double precision; change the unit",
                          jko_i_quote(quoted, text));
    }
    return status == JKO_ERR_NOMEM ? jko_i_fail_memory("the \"C\" locale") : status;
}

void jko_i_number_write(char text[JKO_I_NUMBER_SIZE], double value)
{
    if (!isfinite(value)) {
        strcpy(text, isnan(value) ? "nan" : value > 0.0 ? "inf" : "-inf");
        return;
    }
    (void)snprintf(text, JKO_I_NUMBER_SIZE, "%.17g", value);
    // A decimal point may be several bytes: the first becomes a dot, the others go.
    char *to = text;
    bool point = false;
    for (const char *from = text; *from != '\0'; from++) {
        const bool plain = is_digit(*from) || *from == '-' || *from == '+' || *from == 'e';
        if (plain) {
            *to++ = *from;
        } else if (!point) {
            *to++ = '.';
            point = true;
        }
    }
    *to = '\0';
}
