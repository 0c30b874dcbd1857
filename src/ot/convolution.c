// SPDX-License-Identifier: BSD-3-Clause
/*
 * Scaling between grids by convolution, as long as its digits last.
 *
 * Between a line or circle and itself K_ij = exp(-C_ij / eps) depends on i - j alone, so a product
 * is a convolution: O(n log n) by Fourier transforms. Their error, unlike that of a sum of positive
 * terms, is one of absolute size: a rounding or so of the largest sum the factors could make. Where
 * potentials are many eps apart, the smallest sums are noise. With d that error, row i is wrong by
 * a share d / (K v)_i of its mass, so
 *
 *     doubt = d_v sum_i a_i / (K v)_i + d_u sum_j b_j / (K^T u)_j
 *
 * bounds what it makes of the marginals. Where that is not small beside the error wanted, nor beside
 * the error there is, the update is left to another kernel, and the more of those that follow the more have failed.
 *
 * A line is laid into a circle of more than twice its length.
 */
#include "convolution.h"

#include "base/alloc.h"
#include "base/clones.h"
#include "base/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define LARGEST_LOG 300.0            // of a factor
#define ROUNDING (4.0 * DBL_EPSILON) // of a transform, there and back
#define SHARE 0.1                    // of the error wanted that may be doubted
#define FAR 1e-2                     // share of an error that is all the same far from the goal
#define FIRST_REST 1                 // updates left to another kernel after one that failed,
#define LONGEST_REST 256             // and at most
#define LANES ((size_t)8)
#define LEAST_N ((size_t)64)

// The least number from n on without factors but 2, 3 and 5.
static size_t round_up(size_t n)
{
    for (;; n++) {
        size_t rest = n;
        for (size_t p = 2; p <= 5; p++) {
            while (rest % p == 0) {
                rest /= p;
            }
        }
        if (rest == 1) {
            return n;
        }
    }
}

// Whether C_ij depends on i - j around a circle of n places.
static bool is_circular(const jko_cost *cost)
{
    const double *c = jko_i_cost_row(cost, 0);
    for (size_t k = 1; k < cost->n; k++) {
        if (c[k] != c[cost->n - k]) {
            return false;
        }
    }
    return true;
}

bool jko_i_convolution_create(jko_i_convolution *work, const jko_cost *cost)
{
    if (!(cost->row_stride < 0) || cost->n < LEAST_N || !jko_i_fourier_exists()) {
        return true;
    }
    work->length = is_circular(cost) ? cost->n : round_up(2 * cost->n);
    work->fourier = jko_i_fourier_create(work->length);
    return jko_i_scaling_create(&work->scaling, cost->m, cost->n, LARGEST_LOG) &&
           work->fourier != NULL;
}

void jko_i_convolution_free(jko_i_convolution *work)
{
    jko_i_fourier_free(work->fourier);
    jko_i_scaling_free(&work->scaling);
}

static void make_kernel(jko_i_convolution *work, const jko_cost *cost, double eps)
{
    const double *c = jko_i_cost_row(cost, 0);
    double *data = jko_i_fourier_data(work->fourier);
    memset(data, 0, work->length * sizeof *data);
    work->total = 0.0;
    for (size_t k = 0; k < cost->n; k++) {
        data[k] = (cost->min - c[k]) / eps;
    }
    jko_i_vector_exp(cost->n, data, data);
    for (size_t k = 1; k < cost->n && work->length > cost->n; k++) {
        data[work->length - k] = data[k];
    }
    for (size_t k = 0; k < work->length; k++) {
        work->total += data[k];
    }
    jko_i_fourier_set(work->fourier);
    work->scaling.eps = eps;
}

// The loops of an update, in vectors; sums in lanes of a fixed number.
typedef struct lanes {
    double least[LANES]; // of the sums where there is mass
    double shares[LANES];
} lanes;

static JKO_I_CLONES double find_largest(size_t n, const double *x)
{
    double lane[LANES];
    size_t i = 0;
    for (size_t k = 0; k < LANES; k++) {
        lane[k] = -INFINITY;
    }
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lane[k] = x[i + k] > lane[k] ? x[i + k] : lane[k];
        }
    }
    double largest = -INFINITY;
    for (; i < n; i++) {
        largest = x[i] > largest ? x[i] : largest;
    }
    for (size_t k = 0; k < LANES; k++) {
        largest = lane[k] > largest ? lane[k] : largest;
    }
    return largest;
}

static inline void weigh_one(lanes *s, size_t k, double mass, double sum, double *quotient)
{
    const double bound = mass > 0.0 ? sum : INFINITY;
    const double share = mass / bound;
    s->least[k] = bound < s->least[k] ? bound : s->least[k];
    s->shares[k] += share;
    *quotient = share;
}

// quotient_i = mass_i / sum_i, 0 without mass.
static JKO_I_CLONES void weigh(size_t n, const double *mass, const double *sum, double *quotient,
                               lanes *s)
{
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            weigh_one(s, k, mass[i + k], sum[i + k], quotient + i + k);
        }
    }
    for (; i < n; i++) {
        weigh_one(s, 0, mass[i], sum[i], quotient + i);
    }
}

// sum = K x, quotient = mass / sum, *doubt: what an error of the convolution makes of the masses.
// False if a sum is nothing beside it.
static bool multiply(const jko_i_convolution *work, size_t n, const double *mass, const double *x,
                     double *sum, double *quotient, double *doubt)
{
    double *data = jko_i_fourier_data(work->fourier);
    lanes s = {{0.0}, {0.0}};
    double least = INFINITY;
    double shares = 0.0;
    memcpy(data, x, n * sizeof *data);
    memset(data + n, 0, (work->length - n) * sizeof *data);
    jko_i_fourier_convolve(work->fourier);
    memcpy(sum, data, n * sizeof *sum);
    for (size_t k = 0; k < LANES; k++) {
        s.least[k] = INFINITY;
    }
    weigh(n, mass, sum, quotient, &s);
    for (size_t k = 0; k < LANES; k++) {
        least = s.least[k] > 0.0 ? fmin(least, s.least[k]) : 0.0;
        shares += s.shares[k];
    }
    *doubt = ROUNDING * work->total * find_largest(n, x) * shares;
    return least > 0.0 && isfinite(shares);
}

static bool try_update(jko_i_convolution *work, const jko_i_ot_problem *p, double enough,
                       const double *g, double *f, double *next)
{
    jko_i_scaling *s = &work->scaling;
    const size_t n = p->cost->n;
    double rows = 0.0;
    double columns = 0.0;
    // Potentials about 0 keep the factors in range.
    const double highest = find_largest(n, g); // of -inf where there is no mass
    for (size_t j = 0; j < n; j++) {
        s->g[j] = highest;
        s->f[j] = p->cost->min - highest;
    }
    if (!jko_i_scaling_set(s, p, g) || !multiply(work, n, p->a, s->v, s->sum, s->u, &rows) ||
        !multiply(work, n, p->b, s->u, s->sum, s->logs, &columns)) {
        return false;
    }
    const double error = jko_i_vector_distance(n, s->v, s->sum, p->b);
    work->doubt = rows + columns;
    return work->doubt <= SHARE * fmax(enough * p->total, FAR * error) &&
           jko_i_scaling_read_rows(s, p, f) && jko_i_scaling_read_columns(s, p, next);
}

bool jko_i_convolution_update(jko_i_convolution *work, const jko_i_ot_problem *problem, double eps,
                              double enough, const double *g, double *f, double *next)
{
    if (work->scaling.eps != eps) {
        work->next_rest = eps < work->scaling.eps ? work->next_rest : FIRST_REST;
        work->rest = 0;
        make_kernel(work, problem->cost, eps);
    }
    if (work->rest > 0) {
        work->rest--;
        return false;
    }
    if (try_update(work, problem, enough, g, f, next)) {
        work->next_rest = FIRST_REST;
        return true;
    }
    // A step that went too far may be taken back soon; digits that are gone seldom return.
    work->rest = work->next_rest;
    work->next_rest = work->next_rest < LONGEST_REST ? 4 * work->next_rest : LONGEST_REST;
    return false;
}
