// SPDX-License-Identifier: BSD-3-Clause
/* Stabilised scaling: a kernel with potentials absorbed, so that a pass needs no exponentials. */
#ifndef JKO_SRC_OT_ABSORBED_H
#define JKO_SRC_OT_ABSORBED_H

#include "problem.h"
#include "scaling.h"
#include "truncated.h"

#include <stdbool.h>

/* K_ij = exp((f_i + g_j - C_ij) / eps) with the f and g of when it was made. */
typedef struct jko_i_absorbed {
    double *kernel;            // [m][n]; NULL: not used
    double *part;              // [parts][n], what each part of the rows adds to the column sums
    size_t parts;              // of the rows, whatever the number of threads
    jko_i_truncated truncated; // the kernel's entries that count
    jko_i_scaling scaling;
    int64_t made; // how often a kernel was made
} jko_i_absorbed;

/* 9 m n bytes where that pays: for matrices of some size, which take 16 m n themselves.
   False without memory (free it then too). */
bool jko_i_absorbed_create(jko_i_absorbed *work, const jko_cost *cost);
void jko_i_absorbed_free(jko_i_absorbed *work);

/* Forget the kernel: before another problem. */
static inline void jko_i_absorbed_reset(jko_i_absorbed *work)
{
    work->scaling.eps = 0.0;
    work->truncated.holds = false;
}

/*
 * f from g, then next from f, as the log domain has them: f_i makes row i exact, next_j column j.
 *
 * f [m]: set where a > 0. g [n]: -inf where b is 0. next [n]: set where b > 0. Errors of up to
 * `enough` are those of the whole kernel, without truncation. False if a number left the range of
 * the kernel, even a new one; f and next are then of no use.
 */
bool jko_i_absorbed_update(jko_i_absorbed *work, const jko_i_ot_problem *problem, double eps,
                           double enough, const double *g, double *f, double *next);

#endif
