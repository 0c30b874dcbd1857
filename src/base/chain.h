// SPDX-License-Identifier: BSD-3-Clause
/* Chains and rings of springs: tridiagonal systems whose links may be arbitrarily stiff. Internal. */
#ifndef JKO_SRC_BASE_CHAIN_H
#define JKO_SRC_BASE_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

/* Right-hand sides that are solved for in one pass, next to one another: x[i][0 .. 2]. */
enum { JKO_I_CHAIN_SIDES = 3 };

/*
 * The matrix of the quadratic form  sum_i ground[i] x_i^2 + sum_i link[i] (x_{i+1} - x_i)^2  of n
 * unknowns, i + 1 < n in the second sum. Links may be far stiffer than the ground: factor and
 * solution, and the differences of the solution, keep their digits; a link may be negative as long
 * as the form is positive definite.
 */
typedef struct jko_i_chain {
    double *inverse; // [n] 1 / pivot
    double *own;     // [n] pivot without the link ahead
    double *share;   // [n] link / pivot
} jko_i_chain;

/* Factor; false if a pivot is not > 0 or not finite. O(n). */
bool jko_i_chain_factor(size_t n, const double *ground, const double *link, jko_i_chain *chain);

/* Overwrite x [n][JKO_I_CHAIN_SIDES] with the solutions, and fill the differences x_{i+1} - x_i,
   difference [n - 1][JKO_I_CHAIN_SIDES]. O(n). */
void jko_i_chain_solve(size_t n, const jko_i_chain *chain, double *x, double *difference);

#endif
