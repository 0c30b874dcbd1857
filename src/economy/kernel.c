// SPDX-License-Identifier: BSD-3-Clause
/*
 * Logarithms, exponentials and sums over sectors, block by block.
 *
 * Sums run in lanes of a fixed number, each with the rounding errors of its additions carried along
 * (Knuth's version, which has no branches), so that they are as good as those of base/sum.h.
 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#include <features.h>
#if defined(__GLIBC__)
// Let gcc vectorise them without -ffast-math; must stand before <math.h> declares them.
__attribute__((simd("notinbranch"))) double exp(double);
__attribute__((simd("notinbranch"))) double log(double);
#endif
#endif

#include "economy/kernel.h"

#include "base/clones.h"

#include <float.h>
#include <math.h>

#define BLOCK ((size_t)256)
#define LANES ((size_t)16)
#define SMALL 0.35              // below it expm1 is a polynomial
#define LEAST_EXPONENT (-708.0) // exp of less is not a normal number, and slow

typedef struct lanes {
    double high[LANES];
    double low[LANES];
} lanes;

static inline void lanes_add(lanes *sum, size_t k, double x)
{
    const double t = sum->high[k] + x;
    const double back = t - sum->high[k];
    sum->low[k] += (sum->high[k] - (t - back)) + (x - back);
    sum->high[k] = t;
}

static inline double lanes_value(lanes *sum)
{
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes_add(sum, k, sum->high[k + half]);
            sum->low[k] += sum->low[k + half];
        }
    }
    return sum->high[0] + sum->low[0];
}

// expm1 for |z| <= SMALL: its series to z^13, what is left is below 1e-17 of it.
static inline double small_expm1(double z)
{
    double p = 1.0 / 6227020800.0;
    p = p * z + 1.0 / 479001600.0;
    p = p * z + 1.0 / 39916800.0;
    p = p * z + 1.0 / 3628800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z + 1.0 / 40320.0;
    p = p * z + 1.0 / 5040.0;
    p = p * z + 1.0 / 720.0;
    p = p * z + 1.0 / 120.0;
    p = p * z + 1.0 / 24.0;
    p = p * z + 1.0 / 6.0;
    p = p * z + 0.5;
    return z + z * (z * p);
}

static JKO_I_CLONES bool range(size_t n, const double *mass, double cell, double *least,
                               double *largest)
{
    double low[LANES];
    double high[LANES];
    for (size_t k = 0; k < LANES; k++) {
        low[k] = INFINITY;
        high[k] = 0.0;
    }
    double odd = 0.0; // NaN if some mass is
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double m = mass[i + k];
            low[k] = m < low[k] ? m : low[k];
            high[k] = m > high[k] ? m : high[k];
        }
    }
    for (; i < n; i++) {
        low[0] = mass[i] < low[0] ? mass[i] : low[0];
        high[0] = mass[i] > high[0] ? mass[i] : high[0];
    }
    for (i = 0; i < n; i++) {
        odd += 0.0 * mass[i];
    }
    for (size_t k = 1; k < LANES; k++) {
        low[0] = low[k] < low[0] ? low[k] : low[0];
        high[0] = high[k] > high[0] ? high[k] : high[0];
    }
    *least = low[0] / cell;
    *largest = high[0] / cell;
    return odd == 0.0 && low[0] >= DBL_MIN && *least >= DBL_MIN && *largest <= DBL_MAX;
}

bool jko_i_density_range(size_t n, const double *mass, double cell, double *least, double *largest)
{
    return range(n, mass, cell, least, largest);
}

// share_i times what is summed, for one block; its x.
static inline void terms_of(size_t length, const double *mass, double cell, const double *share,
                            double s, double top, double *restrict x, double *restrict terms)
{
    double z[BLOCK];
    for (size_t i = 0; i < length; i++) {
        x[i] = log(mass[i] / cell);
    }
    if (s == 0.0) {
        for (size_t i = 0; i < length; i++) {
            terms[i] = share[i] * x[i];
        }
        return;
    }
    double least = 0.0;
    for (size_t i = 0; i < length; i++) {
        z[i] = s * (x[i] - top);
        least = z[i] < least ? z[i] : least;
    }
    if (least >= -SMALL) {
        for (size_t i = 0; i < length; i++) {
            terms[i] = share[i] * small_expm1(z[i]);
        }
        return;
    }
    for (size_t i = 0; i < length; i++) {
        const double bounded = z[i] < LEAST_EXPONENT ? LEAST_EXPONENT : z[i];
        const double near = small_expm1(z[i] < -SMALL ? -SMALL : z[i]);
        const double far = exp(bounded) - 1.0;
        terms[i] = share[i] * (z[i] < -SMALL ? far : near);
    }
}

static JKO_I_CLONES double density_sum(size_t n, const double *mass, double cell,
                                       const double *share, double s, double top, double *x)
{
    lanes sum = {{0.0}, {0.0}};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double logs[BLOCK];
        double terms[BLOCK];
        terms_of(length, mass + start, cell, share + start, s, top, logs, terms);
        for (size_t i = 0; x != NULL && i < length; i++) {
            x[start + i] = logs[i];
        }
        size_t i = 0;
        for (; i + LANES <= length; i += LANES) {
            for (size_t k = 0; k < LANES; k++) {
                lanes_add(&sum, k, terms[i + k]);
            }
        }
        for (size_t k = 0; i + k < length; k++) {
            lanes_add(&sum, k, terms[i + k]);
        }
    }
    return lanes_value(&sum);
}

double jko_i_density_sum(size_t n, const double *mass, double cell, const double *share, double s,
                         double top, double *x)
{
    return density_sum(n, mass, cell, share, s, top, x);
}

static JKO_I_CLONES void variation_of(size_t n, const double *restrict log_share, double power,
                                      double shift, double scale, double *restrict x)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = -scale * exp(shift + (log_share[i] + power * x[i]));
    }
}

void jko_i_density_variation(size_t n, const double *log_share, double power, double shift,
                             double scale, double *x)
{
    variation_of(n, log_share, power, shift, scale, x);
}

static JKO_I_CLONES double hessian_of(size_t n, const double *restrict mass,
                                      const double *restrict variation, double factor,
                                      double *restrict diagonal, double *restrict vector)
{
    double sum[LANES] = {0.0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double e = variation[i + k];
            diagonal[i + k] = factor * e / mass[i + k];
            vector[i + k] = e;
            sum[k] += e * mass[i + k];
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        const double e = variation[i + k];
        diagonal[i + k] = factor * e / mass[i + k];
        vector[i + k] = e;
        sum[k] += e * mass[i + k];
    }
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            sum[k] += sum[k + half];
        }
    }
    return sum[0];
}

double jko_i_density_hessian(size_t n, const double *mass, const double *variation, double factor,
                             double *diagonal, double *vector)
{
    return hessian_of(n, mass, variation, factor, diagonal, vector);
}
