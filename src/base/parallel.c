// SPDX-License-Identifier: BSD-3-Clause
/*
 * Threads: one loop over independent rows.
 *
 * The only kind of parallel loop in the library: each row writes its own results, and what is
 * summed over rows is summed afterwards in row order by the caller. So any number of threads
 * gives the same bits.
 */
#include "base/parallel.h"

#include <stdint.h>

#ifdef _OPENMP
#include <omp.h>
#endif

// Arcs below which a team of threads costs more than it saves (measured: about 2e5).
#define THREADS_PAY ((size_t)200000)

void jko_i_parallel_rows(size_t rows, size_t row_work, int threads,
                         void (*body)(void *context, size_t i), void *context)
{
#ifdef _OPENMP
    if (threads != 1 && row_work > 0 && rows > 1 && rows >= THREADS_PAY / row_work) {
        const int team = threads > 0 ? threads : omp_get_max_threads();
#pragma omp parallel for schedule(static) num_threads(team)
        for (size_t i = 0; i < rows; i++) {
            body(context, i);
        }
        return;
    }
#else
    (void)row_work;
    (void)threads;
#endif
    for (size_t i = 0; i < rows; i++) {
        body(context, i);
    }
}

#define TEXT_OF(x) #x
#define TEXT(x) TEXT_OF(x)

const char *jko_i_parallel_version(void)
{
#ifdef _OPENMP
    return TEXT(_OPENMP);
#else
    return NULL;
#endif
}
