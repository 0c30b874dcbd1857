// SPDX-License-Identifier: BSD-3-Clause
/* Plain loops over arrays, in vectors. Sums run in lanes of a fixed number. Internal. */
#ifndef JKO_SRC_BASE_VECTOR_H
#define JKO_SRC_BASE_VECTOR_H

#include <stddef.h>

/* sum of x_i y_i, n terms, not compensated. */
double jko_i_vector_dot(size_t n, const double *x, const double *y);

/* y_i += a x_i. */
void jko_i_vector_add(size_t n, double a, const double *x, double *y);

/* out_i = exp(x_i), or log(x_i). out may be x. */
void jko_i_vector_exp(size_t n, const double *x, double *out);
void jko_i_vector_log(size_t n, const double *x, double *out);

#endif
