// SPDX-License-Identifier: BSD-3-Clause
/*
 * Making the k-th acquisition of memory fail. The executable is linked with the arguments
 * fail_alloc_link_args of tests/support/meson.build: what the static library asks of the C library
 * for memory (aligned_alloc), a locale or a thread then goes through fail_alloc.c.
 */
#ifndef JKO_TESTS_SUPPORT_FAIL_ALLOC_H
#define JKO_TESTS_SUPPORT_FAIL_ALLOC_H

#include <stdbool.h>

/* From now on the k-th acquisition fails, k >= 1, and later ones succeed; 0: none fails. */
void jko_t_fail_at(long k);

/* Acquisitions since the last jko_t_fail_at(). */
long jko_t_acquisitions(void);

/* Acquired and not yet given back, all told. */
long jko_t_live(void);

#endif
