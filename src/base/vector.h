// SPDX-License-Identifier: BSD-3-Clause
/* Plain loops over arrays, in vectors. Sums run in lanes of a fixed number. Internal. */
#ifndef JKO_SRC_BASE_VECTOR_H
#define JKO_SRC_BASE_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

/* sum of x_i y_i, n terms, not compensated. */
double jko_i_vector_dot(size_t n, const double *x, const double *y);

/* sum of |x_i y_i - z_i|, n terms, not compensated. */
double jko_i_vector_distance(size_t n, const double *x, const double *y, const double *z);

/* Whether each of n numbers is at least `least` and at most `most`, so not NaN. */
bool jko_i_vector_is_within(size_t n, const double *x, double least, double most);

/* How many of n numbers are below the one before. */
size_t jko_i_vector_count_falls(size_t n, const double *x);

/* y_i += a x_i. */
void jko_i_vector_add(size_t n, double a, const double *x, double *y);

/* Numbers that exp and log go through at once. */
#define JKO_I_VECTOR_BLOCK ((size_t)64)
/* Exponents below are raised to it and give 0: further down exp is slow, and soon not normal. */
#define JKO_I_LEAST_EXPONENT (-700.0)

/* x_i = exp(x_i) for a block of JKO_I_VECTOR_BLOCK numbers, none below JKO_I_LEAST_EXPONENT, which
   itself gives 0. */
void jko_i_vector_exp_block(double *x);

/* out_i = exp(x_i), 0 for x_i up to JKO_I_LEAST_EXPONENT; out_i = log(x_i). out may be x. */
void jko_i_vector_exp(size_t n, const double *x, double *out);
void jko_i_vector_log(size_t n, const double *x, double *out);

typedef struct jko_i_vector_range {
    double least; // +inf if no number is finite
    double size;  // largest |x_i| of the finite ones, 0 if there is none
    bool has_infinity;
    bool has_other; // NaN or -inf
} jko_i_vector_range;

/* The range of n numbers. */
void jko_i_vector_find_range(size_t n, const double *x, jko_i_vector_range *range);

#endif
