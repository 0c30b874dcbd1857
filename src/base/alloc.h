// SPDX-License-Identifier: BSD-3-Clause
/* Memory: the only place that calls the C allocator. Internal. */
#ifndef JKO_SRC_BASE_ALLOC_H
#define JKO_SRC_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* count * size bytes, zeroed and aligned to 64 bytes; NULL if the product overflows or there is no
   memory. A count of 0 gives a valid pointer. Release with jko_i_free(). */
void *jko_i_alloc(size_t count, size_t size);

/* The same, with anything in it: memory that is not touched is not taken, but for the rest of a page,
   which may have 2 MiB if this is 4 MiB or more. */
void *jko_i_alloc_unset(size_t count, size_t size);

/* Memory for a block (base/block.h), of which not all need be touched, with anything in it: without
   huge pages, which would all be cleared, so that the C library keeps it when it is released. */
void *jko_i_alloc_piece(size_t bytes);

/* Release; NULL is fine. */
void jko_i_free(void *memory);

/* Whether a * b fits; then *product is set. */
bool jko_i_mul_size(size_t a, size_t b, size_t *product);

#endif
