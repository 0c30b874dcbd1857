// SPDX-License-Identifier: BSD-3-Clause
/* Structs that carry their size first: copied only as far as both sides know them. Internal. */
#ifndef JKO_SRC_BASE_SIZED_H
#define JKO_SRC_BASE_SIZED_H

#include <stddef.h>
#include <string.h>

/* Copy the known part of a caller's struct over a struct of defaults (to_size bytes, whose own
   struct_size is kept). The first member of both is struct_size. */
static inline void jko_i_sized_read(void *to, size_t to_size, const void *from)
{
    size_t from_size = 0;
    memcpy(&from_size, from, sizeof from_size);
    memcpy(to, from, from_size < to_size ? from_size : to_size);
    memcpy(to, &to_size, sizeof to_size);
}

/* Copy a struct out to a caller's, no further than the caller's struct_size, which is kept. */
static inline void jko_i_sized_write(void *to, const void *from, size_t from_size)
{
    size_t to_size = 0;
    memcpy(&to_size, to, sizeof to_size);
    memcpy(to, from, to_size < from_size ? to_size : from_size);
    memcpy(to, &to_size, sizeof to_size);
}

#endif
