// SPDX-License-Identifier: BSD-3-Clause
/*
 * An entropic iterate between grids as a product, without an exponential for each entry.
 *
 * Between a line or circle and itself P_ij = u_i K_(j - i) v_j with 4 n exponentials in all, and
 * its sums are products of the table K with u or v, which fit in the cache: nothing is written
 * before the plan itself. Exponents have the roundings of f / eps, as they have in the sum
 * (f + g - C) / eps.
 *
 * Factors may grow to exp(195) or so either way, and entries of K that they could bring below the
 * normal numbers are 0 instead. A sum that is large beside all that was left out has not lost
 * anything that counts; where one is not, or factors are further apart, there is no product.
 *
 * Sums run in lanes, plain for a block and then with the errors of their additions. Each is in one
 * order whatever rows are taken together, so the same bits for any number of threads.
 */
#include "product.h"

#include "base/alloc.h"
#include "base/clones.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

#define NORMAL 690.0     // exponents above its negative give normal numbers
#define LEAST_ROOM 300.0 // of them for K
#define LOST 1e20        // a sum is so many times what it may have lost
#define LANES ((size_t)8)
#define WIDE ((size_t)16) // likewise, where one row is taken alone
#define GROUP ((size_t)4) // rows that are taken together
#define BLOCK ((size_t)256)

bool jko_i_product_create(jko_i_product *work, const jko_cost *cost)
{
    memset(work, 0, sizeof *work);
    if (!(cost->row_stride < 0)) {
        return true;
    }
    work->n = cost->n;
    work->kernel = jko_i_alloc(GROUP + 2 * cost->n - 1, sizeof *work->kernel);
    work->spent = jko_i_alloc(GROUP + 2 * cost->n - 1, sizeof *work->spent);
    work->u = jko_i_alloc(cost->n, sizeof *work->u);
    work->v = jko_i_alloc(cost->n, sizeof *work->v);
    work->scaled = jko_i_alloc(cost->n, sizeof *work->scaled);
    return work->kernel != NULL && work->spent != NULL && work->u != NULL && work->v != NULL &&
           work->scaled != NULL;
}

void jko_i_product_free(jko_i_product *work)
{
    jko_i_free(work->kernel);
    jko_i_free(work->spent);
    jko_i_free(work->u);
    jko_i_free(work->v);
    jko_i_free(work->scaled);
}

// Half way between the finite numbers; NaN if there is none.
static double find_middle(size_t n, const double *p)
{
    double least = INFINITY;
    double largest = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = isfinite(p[i]) && p[i] < least ? p[i] : least;
        largest = isfinite(p[i]) && p[i] > largest ? p[i] : largest;
    }
    return 0.5 * (least + largest);
}

// factor = exp((p + shift) / eps), 0 where p is -inf. Returns the largest size of an exponent.
static double set_factors(size_t n, const double *p, double shift, double eps, double *factor)
{
    double largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        factor[i] = p[i] == -INFINITY ? p[i] : (p[i] + shift) / eps;
        if (p[i] != -INFINITY && !(fabs(factor[i]) <= largest)) {
            largest = fabs(factor[i]); // NaN too, and for good
        }
    }
    jko_i_vector_exp(n, factor, factor);
    return largest;
}

bool jko_i_product_set(jko_i_product *work, const jko_cost *cost, double eps, const double *f,
                       const double *g)
{
    if (work->kernel == NULL) {
        return false;
    }
    const size_t n = work->n;
    const size_t length = 2 * n - 1;
    const double middle = find_middle(n, f);
    const double highest_u = set_factors(n, f, -middle, eps, work->u);
    const double highest_v = set_factors(n, g, middle - cost->min, eps, work->v);
    const double room = NORMAL - (highest_u + highest_v);
    if (!(room >= LEAST_ROOM)) {
        return false;
    }
    double *kernel = work->kernel + GROUP;
    for (size_t k = 0; k < length; k++) {
        const double exponent = (cost->min - cost->storage[k]) / eps;
        kernel[k] = exponent < -room ? -INFINITY : exponent;
    }
    jko_i_vector_exp(length, kernel, kernel);
    for (size_t k = 0; k < length; k++) {
        work->spent[GROUP + k] = kernel[k] * cost->storage[k];
    }
    work->least = LOST * (double)n * exp(fmax(highest_u, highest_v) - room);
    return true;
}

// Row i of a table.
static const double *row_of(const jko_i_product *work, const double *table, size_t i)
{
    return table + (GROUP + work->n - 1 - i);
}

static inline void add_to(double *high, double *low, double x)
{
    const double t = *high + x;
    const double z = t - *high;
    *low += (*high - (t - z)) + (x - z);
    *high = t;
}

static inline double add_up(size_t lanes, double *high, double *low)
{
    for (size_t half = lanes / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            add_to(high + k, low + k, high[k + half]);
            low[k] += low[k + half];
        }
    }
    return high[0] + low[0];
}

// sums[r] = sum_j p[j + r stride] x_j, others[r] = sum_j q[j + r stride] y_j for a group's rows. That
// they overlap is not for the compiler to know, which then takes each as a vector.
static JKO_I_CLONES void multiply(size_t n, ptrdiff_t stride, const double *p, const double *x,
                                  const double *q, const double *y, double *restrict sums,
                                  double *restrict others)
{
    double high[2][GROUP][LANES] = {{{0.0}}};
    double low[2][GROUP][LANES] = {{{0.0}}};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        double s[GROUP][LANES] = {{0.0}};
        double t[GROUP][LANES] = {{0.0}};
        size_t j = start;
        for (; j + LANES <= end; j += LANES) {
            for (size_t r = 0; r < GROUP; r++) {
                const double *pr = p + (ptrdiff_t)r * stride;
                for (size_t k = 0; k < LANES; k++) {
                    s[r][k] += pr[j + k] * x[j + k];
                }
            }
            for (size_t r = 0; r < GROUP; r++) {
                const double *qr = q + (ptrdiff_t)r * stride;
                for (size_t k = 0; k < LANES; k++) {
                    t[r][k] += qr[j + k] * y[j + k];
                }
            }
        }
        for (size_t r = 0; r < GROUP; r++) {
            for (size_t k = 0; j + k < end; k++) {
                s[r][k] += p[(ptrdiff_t)(j + k) + (ptrdiff_t)r * stride] * x[j + k];
                t[r][k] += q[(ptrdiff_t)(j + k) + (ptrdiff_t)r * stride] * y[j + k];
            }
            for (size_t k = 0; k < LANES; k++) {
                add_to(&high[0][r][k], &low[0][r][k], s[r][k]);
                add_to(&high[1][r][k], &low[1][r][k], t[r][k]);
            }
        }
    }
    for (size_t r = 0; r < GROUP; r++) {
        sums[r] = add_up(LANES, high[0][r], low[0][r]);
        others[r] = add_up(LANES, high[1][r], low[1][r]);
    }
}

// sums_i = factor_i (K x)_i, others_i = factor_i (Q y)_i for `count` rows from `first` on.
static bool sum(const jko_i_product *work, size_t first, size_t count, const double *factor,
                const double *x, const double *q, const double *y, double *sums, double *others)
{
    bool complete = true;
    for (size_t i = first; i < first + count; i += GROUP) {
        const double *row = row_of(work, work->kernel, i);
        double s[GROUP];
        double t[GROUP];
        multiply(work->n, -1, row, x, row_of(work, q, i), y, s, t);
        for (size_t r = 0; r < GROUP && i + r < first + count; r++) {
            complete = complete && (factor[i + r] == 0.0 || s[r] >= work->least);
            sums[i + r] = factor[i + r] * s[r];
            others[i + r] = factor[i + r] * t[r];
        }
    }
    return complete;
}

bool jko_i_product_sum_rows(const jko_i_product *work, size_t first, size_t count, double *sums,
                            double *costs)
{
    return sum(work, first, count, work->u, work->v, work->spent, work->v, sums, costs);
}

bool jko_i_product_sum_columns(const jko_i_product *work, size_t first, size_t count, double *sums,
                               double *scaled)
{
    return sum(work, first, count, work->v, work->u, work->kernel, work->scaled, sums, scaled);
}

void jko_i_product_scale_rows(jko_i_product *work, const double *x)
{
    for (size_t i = 0; i < work->n; i++) {
        work->scaled[i] = x[i] * work->u[i];
    }
}

void jko_i_product_scale_columns(jko_i_product *work, const double *y)
{
    for (size_t j = 0; j < work->n; j++) {
        work->scaled[j] = work->v[j] * y[j];
    }
}

typedef struct row_lanes {
    double mass[WIDE];
    double cost[WIDE];
    double rest[WIDE];
} row_lanes;

static JKO_I_CLONES void make_row(size_t n, double factor, const double *restrict kernel,
                                  const double *restrict v, const double *restrict c,
                                  const double *restrict rest, double *restrict out,
                                  jko_i_product_sums *sums)
{
    row_lanes high = {{0.0}, {0.0}, {0.0}};
    row_lanes low = {{0.0}, {0.0}, {0.0}};
    for (size_t start = 0; start < n; start += BLOCK) {
        const size_t end = n - start < BLOCK ? n : start + BLOCK;
        row_lanes s = {{0.0}, {0.0}, {0.0}};
        size_t j = start;
        for (; j + WIDE <= end; j += WIDE) {
            for (size_t k = 0; k < WIDE; k++) {
                const double mass = factor * kernel[j + k] * v[j + k];
                out[j + k] = mass;
                s.mass[k] += mass;
                s.cost[k] += mass * c[j + k];
                s.rest[k] += rest[j + k] * c[j + k];
            }
        }
        for (size_t k = 0; j + k < end; k++) {
            const double mass = factor * kernel[j + k] * v[j + k];
            out[j + k] = mass;
            s.mass[k] += mass;
            s.cost[k] += mass * c[j + k];
            s.rest[k] += rest[j + k] * c[j + k];
        }
        for (size_t k = 0; k < WIDE; k++) {
            add_to(high.mass + k, low.mass + k, s.mass[k]);
            add_to(high.cost + k, low.cost + k, s.cost[k]);
            add_to(high.rest + k, low.rest + k, s.rest[k]);
        }
    }
    sums->mass = add_up(WIDE, high.mass, low.mass);
    sums->cost = add_up(WIDE, high.cost, low.cost);
    sums->rest = add_up(WIDE, high.rest, low.rest);
}

jko_i_product_sums jko_i_product_row(const jko_i_product *work, size_t i, double x, const double *c,
                                     const double *rest, double *out)
{
    jko_i_product_sums sums;
    make_row(work->n, x * work->u[i], row_of(work, work->kernel, i), work->scaled, c, rest, out,
             &sums);
    return sums;
}
