// SPDX-License-Identifier: BSD-3-Clause
/*
 * Cyclic tridiagonal systems: L D L' with one full row, the last.
 *
 *     | d0 e0       c  |       row i + 1 of L has l_i in column i,
 *     | e0 d1 e1       |       its last row q_0 ... q_{n-2}, which elimination of the corner c
 *     |    e1 d2 e2    |       fills
 *     | c     e2 d3    |
 *
 * The factors hold 1/D, l and q, n each. Positive definite matrices need no pivoting. Large systems
 * are eliminated in another order, see dissected.c.
 */
#include "tridiagonal.h"

#include "dissected.h"

#include <math.h>

bool jko_i_cyclic_factor(size_t n, const double *diagonal, const double *off, double *factor)
{
    if (n >= JKO_I_DISSECTED_LEAST) {
        return jko_i_dissected_factor(n, diagonal, off, factor);
    }
    double *inverse = factor;
    double *l = factor + n;
    double *q = factor + 2 * n;
    double pivot = diagonal[0];
    double last = diagonal[n - 1];
    double corner = n > 2 ? off[n - 1] : n == 2 ? off[0] + off[1] : 0.0;
    for (size_t i = 0; i + 1 < n; i++) {
        if (!(pivot > 0.0) || !isfinite(pivot)) {
            return false;
        }
        inverse[i] = 1.0 / pivot;
        q[i] = corner * inverse[i];
        last -= q[i] * corner;
        if (i + 2 < n) {
            l[i] = off[i] * inverse[i];
            pivot = diagonal[i + 1] - l[i] * off[i];
            corner = (i + 3 == n ? off[n - 2] : 0.0) - q[i] * off[i];
        }
    }
    if (!(last > 0.0) || !isfinite(last)) {
        return false;
    }
    inverse[n - 1] = 1.0 / last;
    return true;
}

void jko_i_cyclic_solve(size_t n, const double *factor, double *x)
{
    if (n >= JKO_I_DISSECTED_LEAST) {
        jko_i_dissected_solve(n, factor, x);
        return;
    }
    const double *inverse = factor;
    const double *l = factor + n;
    const double *q = factor + 2 * n;
    double last = x[n - 1];
    for (size_t i = 0; i + 2 < n; i++) {
        last -= q[i] * x[i];
        x[i + 1] -= l[i] * x[i];
    }
    if (n > 1) {
        last -= q[n - 2] * x[n - 2];
    }
    last *= inverse[n - 1];
    x[n - 1] = last;
    if (n > 1) {
        x[n - 2] = x[n - 2] * inverse[n - 2] - q[n - 2] * last;
    }
    for (size_t i = n > 2 ? n - 2 : 0; i > 0; i--) {
        x[i - 1] = x[i - 1] * inverse[i - 1] - q[i - 1] * last - l[i - 1] * x[i];
    }
}

void jko_i_cyclic_solve_two(size_t n, const double *factor, double *x, double *y)
{
    if (n >= JKO_I_DISSECTED_LEAST) {
        jko_i_dissected_solve_two(n, factor, x, y);
        return;
    }
    jko_i_cyclic_solve(n, factor, x);
    jko_i_cyclic_solve(n, factor, y);
}
