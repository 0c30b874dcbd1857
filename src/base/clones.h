// SPDX-License-Identifier: BSD-3-Clause
/*
 * JKO_I_CLONES before a function of a kernel file: compiled for several instruction sets, of which
 * the loader takes the widest that the processor has. Internal.
 *
 * Additions stand in lanes of a fixed number and nothing is contracted, so all versions give the
 * same bits but for exp and log, which are within an ulp of one another.
 */
#ifndef JKO_SRC_BASE_CLONES_H
#define JKO_SRC_BASE_CLONES_H

// Sanitizers start too late for the loader's choice.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) &&       \
    defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <features.h>
#if defined(__GLIBC__)
#define JKO_I_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#endif
#ifndef JKO_I_CLONES
#define JKO_I_CLONES
#endif

// For what such a function calls: part of it, so compiled for its instruction set.
#if defined(__GNUC__)
#define JKO_I_PART static inline __attribute__((always_inline))
#else
#define JKO_I_PART static inline
#endif

#endif
