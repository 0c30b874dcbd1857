// SPDX-License-Identifier: BSD-3-Clause
/* Scaling between grids by convolution, as long as its digits last. Internal. */
#ifndef JKO_SRC_OT_CONVOLUTION_H
#define JKO_SRC_OT_CONVOLUTION_H

#include "fourier.h"
#include "problem.h"
#include "scaling.h"

#include <stdbool.h>

typedef struct jko_i_convolution {
    jko_i_fourier *fourier; // NULL: not used
    size_t length;          // of its sequences
    double total;           // of the kernel, a bound on what it makes of the largest factor
    int rest;               // updates that are left to another kernel
    int next_rest;          // and how many after the next one that fails
    double doubt;           // L1 error of rows and columns that rounding may have made
    jko_i_scaling scaling;
} jko_i_convolution;

/* O(n) memory, for costs that are a table in a build with transforms; false without memory (free it
   then too). */
bool jko_i_convolution_create(jko_i_convolution *work, const jko_cost *cost);
void jko_i_convolution_free(jko_i_convolution *work);

/* Forget the kernel: before another problem. */
static inline void jko_i_convolution_reset(jko_i_convolution *work)
{
    work->scaling.eps = 0.0;
    work->rest = work->next_rest = 0;
}

/* Whether the next update will be left to another kernel. */
static inline bool jko_i_convolution_rests(const jko_i_convolution *work)
{
    return work->rest > 0;
}

/*
 * f from g, then next from f, as the log domain has them: f_i makes row i exact, next_j column j.
 *
 * enough: the error that is wanted. False if roundings may exceed a tenth of it, and a thousandth of
 * the error there is, and for some updates after one that failed. f, g, next: as for
 * jko_i_banded_update(); next is not touched where the digits are too few.
 */
bool jko_i_convolution_update(jko_i_convolution *work, const jko_i_ot_problem *problem, double eps,
                              double enough, const double *g, double *f, double *next);

#endif
