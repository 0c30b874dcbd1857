// SPDX-License-Identifier: BSD-3-Clause
/*
 * Small dense linear systems: LU factors with partial pivoting, row by row.
 *
 * The choice of pivots does not depend on the units of the columns. O(n^3 / 3) multiplications, in
 * a fixed order.
 *
 * Source: Golub and Van Loan, Matrix Computations (2013), algorithm 3.4.1.
 */
#include "base/dense.h"

#include <math.h>

static void swap_rows(size_t n, double *a, size_t i, size_t k)
{
    for (size_t j = 0; j < n; j++) {
        const double t = a[i * n + j];
        a[i * n + j] = a[k * n + j];
        a[k * n + j] = t;
    }
}

static size_t find_pivot(size_t n, const double *a, size_t k)
{
    size_t best = k;
    for (size_t i = k + 1; i < n; i++) {
        if (fabs(a[i * n + k]) > fabs(a[best * n + k])) {
            best = i;
        }
    }
    return best;
}

bool jko_i_lu_factor(size_t n, double *a, size_t *pivot)
{
    for (size_t k = 0; k < n; k++) {
        pivot[k] = find_pivot(n, a, k);
        if (pivot[k] != k) {
            swap_rows(n, a, k, pivot[k]);
        }
        const double diagonal = a[k * n + k];
        if (diagonal == 0.0 || !isfinite(diagonal)) {
            return false;
        }
        for (size_t i = k + 1; i < n; i++) {
            const double factor = a[i * n + k] / diagonal;
            a[i * n + k] = factor;
            if (factor == 0.0) {
                continue;
            }
            for (size_t j = k + 1; j < n; j++) {
                a[i * n + j] -= factor * a[k * n + j];
            }
        }
    }
    return true;
}

void jko_i_lu_solve(size_t n, const double *a, const size_t *pivot, double *b)
{
    for (size_t k = 0; k < n; k++) {
        const double t = b[pivot[k]];
        b[pivot[k]] = b[k];
        b[k] = t;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            b[i] -= a[i * n + j] * b[j];
        }
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++) {
            b[i] -= a[i * n + j] * b[j];
        }
        b[i] /= a[i * n + i];
    }
}
