// SPDX-License-Identifier: BSD-3-Clause
/* Numbers as text, the same in every locale. Internal; the public part is jko_parse_number(). */
#ifndef JKO_SRC_IO_NUMBER_H
#define JKO_SRC_IO_NUMBER_H

#include <jko/status.h>

/* Enough for the 17 digits of any double, sign, point, exponent and NUL. */
#define JKO_I_NUMBER_SIZE 32

/* As jko_parse_number(), but sets no detail: the caller knows where the text stands. */
jko_status jko_i_number_read(const char *text, double *value);

/* value with 17 digits and a decimal point; "nan", "inf", "-inf". */
void jko_i_number_write(char text[JKO_I_NUMBER_SIZE], double value);

#endif
