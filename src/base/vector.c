// SPDX-License-Identifier: BSD-3-Clause
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#include <features.h>
#if defined(__GLIBC__)
// Let gcc vectorise them without -ffast-math; must stand before <math.h> declares them.
__attribute__((simd("notinbranch"))) double exp(double);
__attribute__((simd("notinbranch"))) double log(double);
#endif
#endif

#include "base/vector.h"

#include "base/clones.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define LEAST_TERM 1e-304 // above exp(JKO_I_LEAST_EXPONENT)
#define LANES ((size_t)32)

static JKO_I_CLONES double dot(size_t n, const double *x, const double *y)
{
    double lanes[LANES] = {0.0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lanes[k] += x[i + k] * y[i + k];
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        lanes[k] += x[i + k] * y[i + k];
    }
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] += lanes[k + half];
        }
    }
    return lanes[0];
}

static JKO_I_CLONES double distance(size_t n, const double *x, const double *y, const double *z)
{
    double lanes[LANES] = {0.0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lanes[k] += fabs(x[i + k] * y[i + k] - z[i + k]);
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        lanes[k] += fabs(x[i + k] * y[i + k] - z[i + k]);
    }
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] += lanes[k + half];
        }
    }
    return lanes[0];
}

static JKO_I_CLONES void add(size_t n, double a, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < n; i++) {
        y[i] += a * x[i];
    }
}

// Loops of one length, each for itself, so that none is left to plain calls, which take as long as a
// whole vector.
static JKO_I_CLONES void exp_block(double *x)
{
    for (size_t i = 0; i < JKO_I_VECTOR_BLOCK; i++) {
        x[i] = exp(x[i]);
    }
    for (size_t i = 0; i < JKO_I_VECTOR_BLOCK; i++) {
        x[i] = x[i] < LEAST_TERM ? 0.0 : x[i];
    }
}

static JKO_I_CLONES void log_block(double *x)
{
    for (size_t i = 0; i < JKO_I_VECTOR_BLOCK; i++) {
        x[i] = log(x[i]);
    }
}

typedef struct ranges {
    double least[LANES];
    double size[LANES];
    double infinities[LANES];
    double others[LANES];
} ranges;

static inline void add_range(ranges *r, size_t k, double x)
{
    const double size = fabs(x);
    const bool is_finite = size <= DBL_MAX;
    r->least[k] = is_finite && x < r->least[k] ? x : r->least[k];
    r->size[k] = is_finite && size > r->size[k] ? size : r->size[k];
    r->infinities[k] += x > DBL_MAX ? 1.0 : 0.0;
    r->others[k] += x >= -DBL_MAX ? 0.0 : 1.0;
}

static JKO_I_CLONES void find_range(size_t n, const double *x, ranges *r)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            add_range(r, k, x[i + k]);
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        add_range(r, k, x[i + k]);
    }
}

double jko_i_vector_dot(size_t n, const double *x, const double *y)
{
    return dot(n, x, y);
}

double jko_i_vector_distance(size_t n, const double *x, const double *y, const double *z)
{
    return distance(n, x, y, z);
}

void jko_i_vector_add(size_t n, double a, const double *x, double *y)
{
    add(n, a, x, y);
}

void jko_i_vector_exp_block(double *x)
{
    exp_block(x);
}

void jko_i_vector_exp(size_t n, const double *x, double *out)
{
    double block[JKO_I_VECTOR_BLOCK] = {0.0};
    for (size_t i = 0; i < n; i += JKO_I_VECTOR_BLOCK) {
        const size_t count = n - i < JKO_I_VECTOR_BLOCK ? n - i : JKO_I_VECTOR_BLOCK;
        for (size_t k = 0; k < count; k++) {
            block[k] = x[i + k] < JKO_I_LEAST_EXPONENT ? JKO_I_LEAST_EXPONENT : x[i + k];
        }
        exp_block(block);
        memcpy(out + i, block, count * sizeof *out);
    }
}

void jko_i_vector_log(size_t n, const double *x, double *out)
{
    double block[JKO_I_VECTOR_BLOCK];
    for (size_t i = 0; i < n; i += JKO_I_VECTOR_BLOCK) {
        const size_t count = n - i < JKO_I_VECTOR_BLOCK ? n - i : JKO_I_VECTOR_BLOCK;
        for (size_t k = 0; k < JKO_I_VECTOR_BLOCK; k++) {
            block[k] = k < count ? x[i + k] : 1.0;
        }
        log_block(block);
        memcpy(out + i, block, count * sizeof *out);
    }
}

void jko_i_vector_find_range(size_t n, const double *x, jko_i_vector_range *range)
{
    ranges r = {{0.0}, {0.0}, {0.0}, {0.0}};
    for (size_t k = 0; k < LANES; k++) {
        r.least[k] = INFINITY;
    }
    find_range(n, x, &r);
    *range = (jko_i_vector_range){INFINITY, 0.0, false, false};
    for (size_t k = 0; k < LANES; k++) {
        range->least = r.least[k] < range->least ? r.least[k] : range->least;
        range->size = r.size[k] > range->size ? r.size[k] : range->size;
        range->has_infinity = range->has_infinity || r.infinities[k] > 0.0;
        range->has_other = range->has_other || r.others[k] > 0.0;
    }
}

static JKO_I_CLONES size_t count_within(size_t n, const double *x, double least, double most)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += (size_t)((x[i] >= least) & (x[i] <= most));
    }
    return count;
}

bool jko_i_vector_is_within(size_t n, const double *x, double least, double most)
{
    return count_within(n, x, least, most) == n;
}

static JKO_I_CLONES size_t count_falls(size_t n, const double *x)
{
    size_t count = 0;
    for (size_t i = 1; i < n; i++) {
        count += (size_t)(x[i] < x[i - 1]);
    }
    return count;
}

size_t jko_i_vector_count_falls(size_t n, const double *x)
{
    return count_falls(n, x);
}
