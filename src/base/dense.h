// SPDX-License-Identifier: BSD-3-Clause
/* Small dense linear systems. Internal. */
#ifndef JKO_SRC_BASE_DENSE_H
#define JKO_SRC_BASE_DENSE_H

#include <stdbool.h>
#include <stddef.h>

/* Factor a [n][n] row-major in place, P A = L U with partial pivoting; pivot [n] is set. False if
   a pivot is zero or not finite: a is then of no use. O(n^3). */
bool jko_i_lu_factor(size_t n, double *a, size_t *pivot);

/* Overwrite b [n] with the solution of A x = b, given the factors. O(n^2). */
void jko_i_lu_solve(size_t n, const double *a, const size_t *pivot, double *b);

#endif
