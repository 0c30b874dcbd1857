// SPDX-License-Identifier: BSD-3-Clause
/* UTF-8, the encoding of every text file. Internal. */
#ifndef JKO_SRC_IO_UTF8_H
#define JKO_SRC_IO_UTF8_H

#include <stddef.h>

/* Number of bytes before the first that is not part of a character of UTF-8; length if all are. */
size_t jko_i_utf8_prefix(size_t length, const char *text);

#endif
