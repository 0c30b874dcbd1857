// SPDX-License-Identifier: BSD-3-Clause
/*
 * Log-sum-exp over one row of a Gibbs kernel, with the far terms skipped in blocks.
 *
 * Two passes: the maximum, then the sum of exponentials relative to it. A block whose largest
 * term is below exp(-44) of the row's maximum adds nothing that a double can hold, so it is left
 * out: on a grid this makes a dense row cost what its band costs. The inner loops are plain so
 * that the compiler can use vector exponentials (libmvec) where the build allows it; the order of
 * additions is fixed, whatever the number of threads.
 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#include <features.h>
#if defined(__GLIBC__)
// Lets gcc vectorise exp without -ffast-math; must stand before <math.h> declares it.
__attribute__((simd("notinbranch"))) double exp(double);
#endif
#endif

#include "base/logsumexp.h"

#include <math.h>

// exp(-44) = 8e-20: 4000 such terms together are below the rounding of the sum.
#define NEGLIGIBLE (-44.0)
// Terms handled together: long enough for vectors, short enough to follow a narrow band.
#define BLOCK ((size_t)64)

double jko_i_row_max(size_t n, const double *p, const double *c)
{
    double largest = -INFINITY;
    for (size_t j = 0; j < n; j++) {
        const double t = p[j] - c[j];
        largest = t > largest ? t : largest;
    }
    return largest;
}

double jko_i_row_lse(size_t n, const double *p, const double *c, double eps)
{
    const double largest = jko_i_row_max(n, p, c);
    if (largest == -INFINITY) {
        return -INFINITY;
    }
    const double cut = largest + NEGLIGIBLE * eps;
    double sum = 0.0;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double terms[BLOCK];
        if (jko_i_row_max(length, p + start, c + start) < cut) {
            continue;
        }
        for (size_t j = 0; j < length; j++) {
            terms[j] = exp((p[start + j] - c[start + j] - largest) / eps);
        }
        double part = 0.0;
        for (size_t j = 0; j < length; j++) {
            part += terms[j];
        }
        sum += part;
    }
    return largest / eps + log(sum);
}

void jko_i_row_accumulate(size_t n, const double *p, const double *c, double eps, double shift,
                          double scale, double *out)
{
    const double cut = (shift + NEGLIGIBLE) * eps;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double terms[BLOCK];
        if (jko_i_row_max(length, p + start, c + start) < cut) {
            continue;
        }
        for (size_t j = 0; j < length; j++) {
            terms[j] = exp((p[start + j] - c[start + j]) / eps - shift);
        }
        for (size_t j = 0; j < length; j++) {
            out[start + j] += scale * terms[j];
        }
    }
}

void jko_i_row_exp(size_t n, const double *p, const double *c, double eps, double shift,
                   double scale, double *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = scale * exp((p[j] - c[j]) / eps - shift);
    }
}
