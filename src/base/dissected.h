// SPDX-License-Identifier: BSD-3-Clause
/* Cyclic tridiagonal systems of many unknowns, for tridiagonal.c. Internal. */
#ifndef JKO_SRC_BASE_DISSECTED_H
#define JKO_SRC_BASE_DISSECTED_H

#include <stdbool.h>
#include <stddef.h>

#define JKO_I_DISSECTED_LEAST 16 // unknowns

/* As the functions of tridiagonal.h, for n >= JKO_I_DISSECTED_LEAST. */
bool jko_i_dissected_factor(size_t n, const double *diagonal, const double *off, double *factor);
void jko_i_dissected_solve(size_t n, const double *factor, double *x);
void jko_i_dissected_solve_two(size_t n, const double *factor, double *x, double *y);

#endif
