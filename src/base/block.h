// SPDX-License-Identifier: BSD-3-Clause
/*
 * Several arrays in one piece of memory. Internal.
 *
 * The C library keeps a large piece that is released for the next one, where many small pieces go
 * back to the system, to be fetched and cleared anew, page after page.
 */
#ifndef JKO_SRC_BASE_BLOCK_H
#define JKO_SRC_BASE_BLOCK_H

#include "base/alloc.h"

#include <stdint.h>

/* Where the next array goes. Lay all out with memory NULL, allocate `used` bytes, lay out again. */
typedef struct jko_i_block {
    char *memory; // NULL while sizes are added up
    size_t used;  // SIZE_MAX once they are more than fits
} jko_i_block;

/* An array of count * size bytes, aligned to 64 bytes; NULL while sizes are added up. */
static inline void *jko_i_block_take(jko_i_block *block, size_t count, size_t size)
{
    size_t bytes = 0;
    const size_t begin = block->used;
    if (!jko_i_mul_size(count, size, &bytes) || bytes > SIZE_MAX / 4 || begin > SIZE_MAX / 4) {
        block->used = SIZE_MAX;
        return NULL;
    }
    block->used = begin + (bytes + 63) / 64 * 64;
    return block->memory != NULL ? block->memory + begin : NULL;
}

#endif
