// SPDX-License-Identifier: BSD-3-Clause
/* Linear combinations of several arrays in one pass. Internal. */
#ifndef JKO_SRC_BASE_COMBINE_H
#define JKO_SRC_BASE_COMBINE_H

#include <stddef.h>

/*
 * out_i = anchor x_0i + sum over k >= 1 of weights[k] (x_ki - x_0i), [n]; weights[0] is not read.
 * With anchor 1 that is the combination whose weights add up to 1, with anchor 0 to 0, both to
 * rounding of the result alone. out may be one of the arrays. Returns the least entry.
 */
double jko_i_combine(size_t n, size_t count, const double *const *x, const double *weights,
                     double anchor, double *out);

/* sum of the absolute values of the same with anchor 0. */
double jko_i_combine_norm(size_t n, size_t count, const double *const *x, const double *weights);

#endif
