// SPDX-License-Identifier: BSD-3-Clause
/* Whole files in memory. Internal. */
#ifndef JKO_SRC_IO_FILE_H
#define JKO_SRC_IO_FILE_H

#include <jko/status.h>
#include <stddef.h>

/* Read a file, or a pipe to its end, into new memory: [*length] bytes and a NUL after them. The
   caller releases *bytes with jko_i_free(). More than limit bytes (at most SIZE_MAX / 4) are
   JKO_ERR_FORMAT; JKO_ERR_FILE and JKO_ERR_NOMEM as elsewhere. On failure both outputs are
   untouched. */
jko_status jko_i_file_read(const char *path, size_t limit, char **bytes, size_t *length);

#endif
