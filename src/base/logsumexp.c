// SPDX-License-Identifier: BSD-3-Clause
/*
 * Log-sum-exp over one row of a Gibbs kernel, with the far terms skipped in blocks.
 *
 * Two passes: the maximum, then the sum of exponentials relative to it. A block whose largest
 * term is below exp(-44) of the row's maximum adds nothing that a double can hold, so it is left
 * out: on a grid this makes a dense row cost what its band costs. The order of additions is fixed,
 * whatever the number of threads.
 */
#include "base/logsumexp.h"

#include "base/clones.h"
#include "base/vector.h"

#include <math.h>

// exp(-44) = 8e-20: 4000 such terms together are below the rounding of the sum.
#define NEGLIGIBLE (-44.0)
// Terms handled together: long enough for vectors, short enough to follow a narrow band.
#define BLOCK JKO_I_VECTOR_BLOCK

#define LANES ((size_t)16)
#define LONG_LANES ((size_t)64) // of the maximum of a row of at least
#define LONG ((size_t)256)
static inline double clamp(double t)
{
    return t < JKO_I_LEAST_EXPONENT ? JKO_I_LEAST_EXPONENT : t;
}

static JKO_I_CLONES double max_of(size_t n, const double *p, const double *c)
{
    double lanes[LANES];
    for (size_t k = 0; k < LANES; k++) {
        lanes[k] = -INFINITY;
    }
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double t = p[j + k] - c[j + k];
            lanes[k] = t > lanes[k] ? t : lanes[k];
        }
    }
    for (size_t k = 0; j + k < n; k++) {
        const double t = p[j + k] - c[j + k];
        lanes[k] = t > lanes[k] ? t : lanes[k];
    }
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] = lanes[k + half] > lanes[k] ? lanes[k + half] : lanes[k];
        }
    }
    return lanes[0];
}

// The same for long rows, in more lanes, as each comparison waits for the one before.
static JKO_I_CLONES double max_of_long(size_t n, const double *p, const double *c)
{
    double lanes[LONG_LANES];
    for (size_t k = 0; k < LONG_LANES; k++) {
        lanes[k] = -INFINITY;
    }
    size_t j = 0;
    for (; j + LONG_LANES <= n; j += LONG_LANES) {
        for (size_t k = 0; k < LONG_LANES; k++) {
            const double t = p[j + k] - c[j + k];
            lanes[k] = t > lanes[k] ? t : lanes[k];
        }
    }
    for (size_t half = LONG_LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] = lanes[k + half] > lanes[k] ? lanes[k + half] : lanes[k];
        }
    }
    const double rest = max_of(n - j, p + j, c + j);
    return rest > lanes[0] ? rest : lanes[0];
}

static double max_of_row(size_t n, const double *p, const double *c)
{
    return n < LONG ? max_of(n, p, c) : max_of_long(n, p, c);
}

// Sum of x, n at most BLOCK.
static inline double sum_block(size_t n, const double *x)
{
    double lanes[LANES] = {0.0};
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lanes[k] += x[j + k];
        }
    }
    for (size_t k = 0; j + k < n; k++) {
        lanes[k] += x[j + k];
    }
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] += lanes[k + half];
        }
    }
    return lanes[0];
}

static JKO_I_CLONES double lse(size_t n, const double *p, const double *c, double eps)
{
    const double unit = 1.0 / eps;
    const double largest = max_of_row(n, p, c);
    if (largest == -INFINITY) {
        return -INFINITY;
    }
    const double cut = largest + NEGLIGIBLE * eps;
    double sum = 0.0;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double terms[BLOCK] = {0.0};
        if (max_of(length, p + start, c + start) < cut) {
            continue;
        }
        for (size_t j = 0; j < length; j++) {
            terms[j] = clamp((p[start + j] - c[start + j] - largest) * unit);
        }
        jko_i_vector_exp_block(terms);
        sum += sum_block(length, terms);
    }
    return largest / eps + log(sum);
}

static JKO_I_CLONES void accumulate(size_t n, const double *p, const double *c, double eps,
                                    double shift, double scale, double *out)
{
    const double unit = 1.0 / eps;
    const double cut = (shift + NEGLIGIBLE) * eps;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double terms[BLOCK] = {0.0};
        if (max_of(length, p + start, c + start) < cut) {
            continue;
        }
        for (size_t j = 0; j < length; j++) {
            terms[j] = clamp((p[start + j] - c[start + j]) * unit - shift);
        }
        jko_i_vector_exp_block(terms);
        for (size_t j = 0; j < length; j++) {
            out[start + j] += scale * terms[j];
        }
    }
}

static JKO_I_CLONES void exp_of(size_t n, const double *p, const double *c, double eps,
                                double shift, double scale, double *out)
{
    const double unit = 1.0 / eps;
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double terms[BLOCK] = {0.0};
        for (size_t j = 0; j < length; j++) {
            terms[j] = clamp((p[start + j] - c[start + j]) * unit - shift);
        }
        jko_i_vector_exp_block(terms);
        for (size_t j = 0; j < length; j++) {
            out[start + j] = scale * terms[j];
        }
    }
}

static JKO_I_CLONES double share(size_t n, const double *p, const double *c, double eps,
                                 double mass, double *out)
{
    const double unit = 1.0 / eps;
    const double largest = max_of_row(n, p, c);
    double sum = 0.0;
    if (largest == -INFINITY) {
        for (size_t j = 0; j < n; j++) {
            out[j] = 0.0;
        }
        return INFINITY;
    }
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double terms[BLOCK] = {0.0};
        for (size_t j = 0; j < length; j++) {
            terms[j] = clamp((p[start + j] - c[start + j] - largest) * unit);
        }
        jko_i_vector_exp_block(terms);
        for (size_t j = 0; j < length; j++) {
            out[start + j] = terms[j];
        }
        sum += sum_block(length, out + start);
    }
    // Shares are those of the number returned, its rounding included.
    const double f = eps * (log(mass) - (largest / eps + log(sum)));
    const double factor = exp((f + largest) / eps);
    for (size_t j = 0; j < n; j++) {
        out[j] *= factor;
    }
    return f;
}

double jko_i_row_max(size_t n, const double *p, const double *c)
{
    return max_of_row(n, p, c);
}

double jko_i_row_lse(size_t n, const double *p, const double *c, double eps)
{
    return lse(n, p, c, eps);
}

void jko_i_row_accumulate(size_t n, const double *p, const double *c, double eps, double shift,
                          double scale, double *out)
{
    accumulate(n, p, c, eps, shift, scale, out);
}

void jko_i_row_exp(size_t n, const double *p, const double *c, double eps, double shift,
                   double scale, double *out)
{
    exp_of(n, p, c, eps, shift, scale, out);
}

double jko_i_row_share(size_t n, const double *p, const double *c, double eps, double mass,
                       double *out)
{
    return share(n, p, c, eps, mass, out);
}
