// SPDX-License-Identifier: BSD-3-Clause
/*
 * How far the kernel K_ij = exp(-c_ij / eps) is from positive semidefinite.
 *
 * The debiased problem is convex where K is positive semidefinite, as it is for squared distances
 * in Euclidean space; for the shorter arc of a circle almost, and for a matrix it has to be seen.
 *
 *   one table for all rows   K_ij = k(j - i). A quadratic cost is a Gaussian, which is positive
 *                            semidefinite whatever n; a circulant has the eigenvalues
 *                            k(0) + sum_j k(j) cos(2 pi r j / n).
 *   a matrix                 K + delta I = L L^T by Cholesky, for a delta beyond its rounding:
 *                            |error| <= (n + 1) u |L| |L|^T, whose norm is at most (n + 1) u n.
 *
 * Source: Schoenberg (1938) for the Gaussian; Higham, Accuracy and Stability (2002), theorem 10.3.
 */
#include "debiased.h"

#include "base/sum.h"
#include "entropic.h"
#include "measure/cost.h"

#include <float.h>
#include <math.h>

#define SAME_COST 1e-12 // relative: costs that are this close are the same but for rounding
#define ATTEMPTS 3      // of Cholesky, with delta 1000 times as large each time
#define SAME_WIDTH 1e-14

static const double two_pi = 6.283185307179586;

// A circulant or Gaussian kernel with the values of row 0.
static double table_defect(const jko_flow *flow)
{
    const size_t n = flow->n;
    const double *c = jko_i_cost_row(flow->cost, 0);
    double *kernel = flow->entropic->next;
    double *cosine = flow->entropic->row_part;
    double from_square = 0.0; // relative deviations of the costs
    double from_circle = 0.0;
    double sum = 0.0;
    for (size_t k = 0; k < n; k++) {
        const double square = n > 1 ? c[1] * (double)k * (double)k : 0.0;
        kernel[k] = exp(-c[k] / flow->epsilon);
        cosine[k] = cos(two_pi * (double)k / (double)n);
        sum += kernel[k];
        if (k > 0) {
            from_square = fmax(from_square, fabs(c[k] - square) / square);
            from_circle = fmax(from_circle, fabs(c[k] - c[n - k]) / c[k]);
        }
    }
    if (from_square <= SAME_COST) { // exponents c/eps deviate, and x exp(-x) < 1
        return 2.0 * from_square * sum;
    }
    if (!(from_circle <= SAME_COST)) {
        return INFINITY;
    }
    double least = INFINITY;
    for (size_t r = 0; r <= n / 2; r++) {
        jko_i_sum value = {0.0, 0.0};
        for (size_t k = 0, at = 0; k < n; k++, at = at + r < n ? at + r : at + r - n) {
            jko_i_sum_add_product(&value, kernel[k], cosine[at]);
        }
        least = fmin(least, jko_i_sum_value(&value));
    }
    // Entries, cosines and the sum are rounded.
    return (4.0 * DBL_EPSILON + from_circle) * sum + fmax(-least, 0.0);
}

// Whether the matrix K + delta I has a Cholesky factor; it is left in the lower triangle.
static bool factor(const jko_flow *flow, double delta)
{
    const size_t n = flow->n;
    double *l = flow->debiased->kernel;
    for (size_t i = 0; i < n; i++) {
        const double *c = jko_i_cost_row(flow->cost, i);
        double *row = l + i * n;
        for (size_t j = 0; j <= i; j++) {
            const double *other = l + j * n;
            double value = exp(-c[j] / flow->epsilon) + (i == j ? delta : 0.0);
            for (size_t k = 0; k < j; k++) {
                value -= row[k] * other[k];
            }
            if (i == j && !(value > 0.0)) {
                return false;
            }
            row[j] = i == j ? sqrt(value) : value / other[j];
        }
    }
    return true;
}

static double matrix_defect(const jko_flow *flow)
{
    const double n = (double)flow->n;
    double delta = 4.0 * n * DBL_EPSILON;
    for (int k = 0; flow->debiased->kernel != NULL && k < ATTEMPTS; k++, delta *= 1e3) {
        if (factor(flow, delta)) {
            return delta + (n + 2.0) * DBL_EPSILON * n;
        }
    }
    return INFINITY;
}

double jko_i_kernel_defect(jko_flow *flow)
{
    jko_i_debiased *work = flow->debiased;
    const double width = flow->cost_tau * flow->epsilon;
    if (!(fabs(width - work->defect_width) <= SAME_WIDTH * width)) {
        work->defect = flow->cost->row_stride == -1 ? table_defect(flow) : matrix_defect(flow);
        work->defect_width = width;
    }
    return work->defect;
}
