// SPDX-License-Identifier: BSD-3-Clause
/* Threads: one loop over independent rows. Internal. */
#ifndef JKO_SRC_BASE_PARALLEL_H
#define JKO_SRC_BASE_PARALLEL_H

#include <stddef.h>

/* Call body(context, i) for i = 0..rows-1, each once, in any order and on up to `threads` threads
   (0: OpenMP's own count). One thread, and no team, if rows * row_work is below the size from
   which threads pay. body must only write what belongs to row i. */
void jko_i_parallel_rows(size_t rows, size_t row_work, int threads,
                         void (*body)(void *context, size_t i), void *context);

/* Version of OpenMP ("201511"), or NULL without it. */
const char *jko_i_parallel_version(void);

#endif
