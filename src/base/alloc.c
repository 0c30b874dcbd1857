// SPDX-License-Identifier: BSD-3-Clause
/*
 * Memory: the only file that calls the C allocator.
 *
 * One function gives zeroed memory, aligned for any vector unit, with the product of count and
 * size checked; so no other file multiplies sizes or clears arrays on its own. Of a large matrix
 * the system is asked to map huge pages, where it has them: one fault for 2 MiB and not 512, which
 * otherwise take longer than filling it.
 */
#ifdef __linux__
#define _DEFAULT_SOURCE // madvise
#include <sys/mman.h>
#endif

#include "alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// A cache line, and the widest vector of x86-64.
#define ALIGNMENT ((size_t)64)
#define HUGE_PAGE ((size_t)2 << 20)
#define LARGE (2 * HUGE_PAGE) // from which memory begins with such a page

bool jko_i_mul_size(size_t a, size_t b, size_t *product)
{
    if (a != 0 && b > SIZE_MAX / a) {
        return false;
    }
    *product = a * b;
    return true;
}

// Memory, and how much it is. huge: in huge pages, if it is large.
static void *allocate(size_t count, size_t size, bool huge, size_t *rounded)
{
    size_t bytes = 0;
    // Larger than PTRDIFF_MAX no object can be; the margin is for rounding up below.
    if (!jko_i_mul_size(count, size, &bytes) || bytes > (size_t)PTRDIFF_MAX - HUGE_PAGE) {
        return NULL;
    }
    const size_t alignment = huge && bytes >= LARGE ? HUGE_PAGE : ALIGNMENT;
    *rounded = (bytes / ALIGNMENT + 1) * ALIGNMENT;
    void *memory = aligned_alloc(alignment, (bytes / alignment + 1) * alignment);
#ifdef MADV_HUGEPAGE
    if (memory != NULL && alignment == HUGE_PAGE) {
        (void)madvise(memory, *rounded, MADV_HUGEPAGE); // a hint: without it all is as well
    }
#endif
    return memory;
}

void *jko_i_alloc_unset(size_t count, size_t size)
{
    size_t rounded = 0;
    return allocate(count, size, true, &rounded);
}

void *jko_i_alloc_piece(size_t bytes)
{
    size_t rounded = 0;
    return allocate(bytes, 1, false, &rounded);
}

void *jko_i_alloc(size_t count, size_t size)
{
    size_t rounded = 0;
    void *memory = allocate(count, size, true, &rounded);
    if (memory != NULL) {
        memset(memory, 0, rounded);
    }
    return memory;
}

void jko_i_free(void *memory)
{
    free(memory);
}
