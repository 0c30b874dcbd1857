// SPDX-License-Identifier: BSD-3-Clause
/* Cyclic tridiagonal systems, symmetric and positive definite. Internal. */
#ifndef JKO_SRC_BASE_TRIDIAGONAL_H
#define JKO_SRC_BASE_TRIDIAGONAL_H

#include <stdbool.h>
#include <stddef.h>

/* Doubles that the factors of an n by n matrix take. */
#define JKO_I_CYCLIC_FACTOR(n) (3 * (n))

/*
 * Factor the matrix A with A_ii = diagonal[i] and A_ij = A_ji = off[i] for j = i + 1 modulo n.
 * off[n - 1] is the corner, 0 for a matrix that is not cyclic; for n = 2 the two entries of off
 * add up, for n = 1 off is not read. False if a pivot is not > 0, or not finite: factor is then of
 * no use. O(n), no pivoting.
 */
bool jko_i_cyclic_factor(size_t n, const double *diagonal, const double *off, double *factor);

/* Overwrite x [n] with the solution of A x' = x, given the factors. O(n). */
void jko_i_cyclic_solve(size_t n, const double *factor, double *x);

/* Two right-hand sides in the time of one. */
void jko_i_cyclic_solve_two(size_t n, const double *factor, double *x, double *y);

#endif
