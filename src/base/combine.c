// SPDX-License-Identifier: BSD-3-Clause
/*
 * Linear combinations of several arrays, block by block, so that each array is read once.
 */
#include "base/combine.h"

#include "base/clones.h"

#include <math.h>

#define BLOCK ((size_t)256)
#define LANES ((size_t)16)

// The block's part of the combination without its anchor.
static inline void add_up(size_t length, size_t count, const double *const *x, size_t start,
                          const double *weights, double *part)
{
    const double *first = x[0] + start;
    for (size_t i = 0; i < length; i++) {
        part[i] = 0.0;
    }
    for (size_t k = 1; k < count; k++) {
        const double *other = x[k] + start;
        const double w = weights[k];
        for (size_t i = 0; i < length; i++) {
            part[i] += w * (other[i] - first[i]);
        }
    }
}

static JKO_I_CLONES double combine(size_t n, size_t count, const double *const *x,
                                   const double *weights, double anchor, double *out)
{
    double least[LANES];
    for (size_t k = 0; k < LANES; k++) {
        least[k] = INFINITY;
    }
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        const double *first = x[0] + start;
        double part[BLOCK];
        add_up(length, count, x, start, weights, part);
        for (size_t i = 0; i < length; i++) {
            part[i] += anchor * first[i];
            out[start + i] = part[i];
        }
        size_t i = 0;
        for (; i + LANES <= length; i += LANES) {
            for (size_t k = 0; k < LANES; k++) {
                least[k] = part[i + k] < least[k] ? part[i + k] : least[k];
            }
        }
        for (size_t k = 0; i + k < length; k++) {
            least[k] = part[i + k] < least[k] ? part[i + k] : least[k];
        }
    }
    for (size_t k = 1; k < LANES; k++) {
        least[0] = least[k] < least[0] ? least[k] : least[0];
    }
    return least[0];
}

static JKO_I_CLONES double norm(size_t n, size_t count, const double *const *x,
                                const double *weights)
{
    double lanes[LANES] = {0.0};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t length = n - start < BLOCK ? n - start : BLOCK;
        double part[BLOCK];
        add_up(length, count, x, start, weights, part);
        size_t i = 0;
        for (; i + LANES <= length; i += LANES) {
            for (size_t k = 0; k < LANES; k++) {
                lanes[k] += fabs(part[i + k]);
            }
        }
        for (size_t k = 0; i + k < length; k++) {
            lanes[k] += fabs(part[i + k]);
        }
    }
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] += lanes[k + half];
        }
    }
    return lanes[0];
}

double jko_i_combine(size_t n, size_t count, const double *const *x, const double *weights,
                     double anchor, double *out)
{
    return combine(n, count, x, weights, anchor, out);
}

double jko_i_combine_norm(size_t n, size_t count, const double *const *x, const double *weights)
{
    return norm(n, count, x, weights);
}
