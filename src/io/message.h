// SPDX-License-Identifier: BSD-3-Clause
/* Texts of others in our messages: short and printable. Internal. */
#ifndef JKO_SRC_IO_MESSAGE_H
#define JKO_SRC_IO_MESSAGE_H

/* Sizes of the buffers for jko_i_quote() and jko_i_tail(): several fit in one detail line. */
#define JKO_I_QUOTE_SIZE 52
#define JKO_I_TAIL_SIZE 164

/* The text in double quotes, cut to its beginning, control bytes as '?'. Returns out. */
const char *jko_i_quote(char out[JKO_I_QUOTE_SIZE], const char *text);

/* A file name, cut to its end, control bytes as '?'. Returns out. */
const char *jko_i_tail(char out[JKO_I_TAIL_SIZE], const char *path);

/* The text of a value of errno. Returns out, [128] bytes. */
const char *jko_i_errno_text(char out[128], int error);

#endif
