// SPDX-License-Identifier: BSD-3-Clause
/* Stabilised scaling between grids: of the kernel, each row's band alone. Internal. */
#ifndef JKO_SRC_OT_BANDED_H
#define JKO_SRC_OT_BANDED_H

#include "problem.h"
#include "scaling.h"

#include <stdbool.h>

/* Row i of the kernel is kernel[offset[i]] to kernel[offset[i + 1] - 1], at columns first[i] and
   on, those past n beginning again at 0. */
typedef struct jko_i_banded {
    double *kernel; // NULL: not used
    size_t capacity;
    size_t *offset; // [m + 1]
    size_t *first;  // [m]
    double *part;   // [parts][2 n], what each part of the rows adds to the column sums
    double *v;      // [2 n], factors, twice over
    jko_i_scaling scaling;
    int64_t made; // how often a kernel was made
} jko_i_banded;

/* Room for a kernel of 32 MiB, or 2 kB a row, or all of it if that is less, for costs that are a table;
   memory is touched as far as bands need it. False without memory (free it then too). */
bool jko_i_banded_create(jko_i_banded *work, const jko_cost *cost);
void jko_i_banded_free(jko_i_banded *work);

/* Forget the kernel: before another problem. */
static inline void jko_i_banded_reset(jko_i_banded *work)
{
    work->scaling.eps = 0.0;
}

/*
 * f from g, then next from f, as the log domain has them: f_i makes row i exact, next_j column j.
 *
 * f [m]: set where a > 0. g [n]: -inf where b is 0. next [n]: set where b > 0. False if a number
 * left the range of the kernel, even a new one, or the bands have no room.
 */
bool jko_i_banded_update(jko_i_banded *work, const jko_i_ot_problem *problem, double eps,
                         const double *g, double *f, double *next);

#endif
