// SPDX-License-Identifier: BSD-3-Clause
/*
 * Kernels over rows and columns of an entropic plan.
 *
 * Compensated sums run in lanes, each with the rounding errors of its additions (Knuth's two-sum,
 * which has no branches), and the lanes are then added up in order.
 */
#include "plan_rows.h"

#include "base/clones.h"
#include "base/vector.h"

#include <math.h>

#define LANES ((size_t)16)
#define BLOCK JKO_I_VECTOR_BLOCK

typedef struct lanes {
    double high[LANES];
    double low[LANES];
} lanes;

static inline void add_lane(lanes *s, size_t k, double x)
{
    const double t = s->high[k] + x;
    const double z = t - s->high[k];
    s->low[k] += (s->high[k] - (t - z)) + (x - z);
    s->high[k] = t;
}

// One lane's sum to another's.
static inline void join(lanes *s, size_t k, size_t other)
{
    add_lane(s, k, s->high[other]);
    s->low[k] += s->low[other];
}

static inline void add_up(lanes *s)
{
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            join(s, k, k + half);
        }
    }
}

static JKO_I_CLONES void fill(size_t n, double f, const double *g, const double *c, double eps,
                              double *out)
{
    const double unit = 1.0 / eps;
    for (size_t j = 0; j < n; j += BLOCK) {
        const size_t count = n - j < BLOCK ? n - j : BLOCK;
        double t[BLOCK] = {0.0};
        for (size_t k = 0; k < count; k++) {
            const double exponent = (f + g[j + k] - c[j + k]) * unit;
            t[k] = exponent < JKO_I_LEAST_EXPONENT ? JKO_I_LEAST_EXPONENT : exponent;
        }
        jko_i_vector_exp_block(t);
        for (size_t k = 0; k < count; k++) {
            out[j + k] = t[k];
        }
    }
}

void jko_i_plan_exp(size_t n, double f, const double *g, const double *c, double eps, double *out)
{
    fill(n, f, g, c, eps, out);
}

static JKO_I_CLONES void add(size_t n, const double *mass, const double *c, lanes *masses,
                             lanes *costs)
{
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double x = mass[j + k];
            add_lane(masses, k, x);
            add_lane(costs, k, x > 0.0 ? x * c[j + k] : 0.0);
        }
    }
    for (size_t k = 0; j + k < n; k++) {
        const double x = mass[j + k];
        add_lane(masses, k, x);
        add_lane(costs, k, x > 0.0 ? x * c[j + k] : 0.0);
    }
    add_up(masses);
    add_up(costs);
}

void jko_i_plan_add(size_t n, const double *mass, const double *c, jko_i_plan_sums *sums)
{
    lanes masses = {{0.0}, {0.0}};
    lanes costs = {{0.0}, {0.0}};
    add(n, mass, c, &masses, &costs);
    jko_i_sum_add(&sums->mass, masses.high[0]);
    jko_i_sum_add(&sums->mass, masses.low[0]);
    jko_i_sum_add(&sums->cost, costs.high[0]);
    jko_i_sum_add(&sums->cost, costs.low[0]);
}

static JKO_I_CLONES void scale(size_t n, double x, const double *mass, const double *y, double *out)
{
    for (size_t j = 0; j < n; j++) {
        out[j] = x * mass[j] * y[j];
    }
}

void jko_i_plan_scale(size_t n, double x, const double *mass, const double *y, double *out)
{
    scale(n, x, mass, y, out);
}

// *high + *low + x, the sum in *high and its rounding errors in *low.
static inline void add_to(double *high, double *low, double x)
{
    const double t = *high + x;
    const double z = t - *high;
    *low += (*high - (t - z)) + (x - z);
    *high = t;
}

static JKO_I_CLONES void add_group(size_t n, const double *restrict rows, const double *restrict x,
                                   double *restrict sums)
{
    const double x0 = x[0];
    const double x1 = x[1];
    const double x2 = x[2];
    const double x3 = x[3];
    for (size_t j = 0; j < n; j++) {
        const double r0 = rows[j];
        const double r1 = rows[n + j];
        const double r2 = rows[2 * n + j];
        const double r3 = rows[3 * n + j];
        add_to(sums + j, sums + n + j, (r0 + r1) + (r2 + r3));
        add_to(sums + 2 * n + j, sums + 3 * n + j, (x0 * r0 + x1 * r1) + (x2 * r2 + x3 * r3));
    }
}

void jko_i_plan_add_group(size_t n, const double *rows, const double *x, double *sums)
{
    add_group(n, rows, x, sums);
}
