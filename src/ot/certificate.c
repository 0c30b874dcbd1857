// SPDX-License-Identifier: BSD-3-Clause
/*
 * Bounds that prove a transport cost, whatever method found it.
 *
 * Any plan with the right marginals costs at least the optimum, and any potentials that are
 * feasible on all arcs give at most it. Both sums are compensated; what rounding may still have
 * done to feasibility is taken off the lower bound.
 *
 * Source: Peyre and Cuturi, Computational Optimal Transport (2019), section 3.1 and 3.2.
 */
#include "certificate.h"

#include "base/clones.h"
#include "base/parallel.h"
#include "base/sum.h"
#include "measure/cost_rows.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

// Roundings of a potential and of a marginal that the lower bound allows for, in ulp: one when
// f_i = min C_ij - g_j is rounded, one for each marginal that was rounded, and the final sum.
#define ALLOWANCE (4.0 * DBL_EPSILON)
#define LANES ((size_t)16)

typedef struct transform {
    const jko_i_ot_problem *problem;
    double *f;
    double *g;
} transform;

static void close_row(void *context, size_t i)
{
    transform *t = context;
    const jko_cost *cost = t->problem->cost;
    const double least = -jko_i_cost_row_max(cost, i, t->g);
    t->f[i] = isfinite(least) ? least : 0.0; // no arc to a column with mass: nothing bounds it
}

static void close_column(void *context, size_t j)
{
    transform *t = context;
    const jko_cost *cost = t->problem->cost;
    const double least = -jko_i_cost_column_max(cost, j, t->f);
    t->g[j] = isfinite(least) ? least : 0.0;
}

void jko_i_certificate_close(const jko_i_ot_problem *problem, double *f, double *g)
{
    const size_t m = problem->cost->m;
    const size_t n = problem->cost->n;
    transform t = {problem, f, g};
    for (size_t j = 0; j < n; j++) {
        g[j] = problem->b[j] > 0.0 ? g[j] : -INFINITY;
    }
    jko_i_parallel_rows(m, n, problem->threads, close_row, &t);
    jko_i_parallel_rows(n, m, problem->threads, close_column, &t);
}

// Sums in lanes of a fixed number, as one addition waits for the one before.
typedef struct side_sums {
    double high[LANES];
    double low[LANES];
    double allowance[LANES];
} side_sums;

static inline void add_to(side_sums *s, size_t k, double x)
{
    const double t = s->high[k] + x;
    const double z = t - s->high[k];
    s->low[k] += (s->high[k] - (t - z)) + (x - z);
    s->high[k] = t;
}

static inline void add_term(side_sums *s, size_t k, double mass, double potential, double sum)
{
    const double counted = mass > 0.0 ? potential : 0.0;
    const double product = mass * counted;
    const double error = fma(mass, counted, -product);
    add_to(s, k, product);
    s->low[k] += fabs(product) <= DBL_MAX ? error : 0.0;
    s->allowance[k] += (ALLOWANCE * mass + fabs(sum - mass)) * fabs(potential);
}

static JKO_I_CLONES void add_terms(side_sums *to, size_t n, const double *mass,
                                   const double *potential, const double *sum)
{
    side_sums s = *to; // in registers
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            add_term(&s, k, mass[i + k], potential[i + k], sum[i + k]);
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        add_term(&s, k, mass[i + k], potential[i + k], sum[i + k]);
    }
    *to = s;
}

static jko_i_sum join(const side_sums *s)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t k = 0; k < LANES; k++) {
        const jko_i_sum lane = {s->high[k], s->low[k]};
        jko_i_sum_join(&sum, &lane);
    }
    return sum;
}

static void add_side(jko_i_sum *value, double *allowance, size_t n, const double *mass,
                     const double *potential, const double *sum)
{
    side_sums s = {{0.0}, {0.0}, {0.0}};
    add_terms(&s, n, mass, potential, sum);
    const jko_i_sum side = join(&s);
    jko_i_sum_join(value, &side);
    for (size_t k = 0; k < LANES; k++) {
        *allowance += s.allowance[k];
    }
}

double jko_i_certificate_lower(const jko_i_ot_problem *problem, const double *f, const double *g,
                               const double *row_sum, const double *column_sum)
{
    jko_i_sum value = {0.0, 0.0};
    double allowance = 0.0; // its own rounding is far below what it allows for
    add_side(&value, &allowance, problem->cost->m, problem->a, f, row_sum);
    add_side(&value, &allowance, problem->cost->n, problem->b, g, column_sum);
    // Products that underflow are off by a last place, here and in the cost of a plan.
    const double terms = (double)problem->cost->m + (double)problem->cost->n;
    const bool is_zero = value.high == 0.0 && !(allowance > 0.0);
    allowance += is_zero ? 0.0 : 8.0 * terms * DBL_TRUE_MIN;
    return jko_i_sum_value(&value) - allowance;
}

static JKO_I_CLONES void add_distances(side_sums *to, size_t n, const double *x, const double *y)
{
    side_sums s = *to;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            add_to(&s, k, fabs(x[i + k] - y[i + k]));
        }
    }
    for (size_t k = 0; i + k < n; k++) {
        add_to(&s, k, fabs(x[i + k] - y[i + k]));
    }
    *to = s;
}

double jko_i_certificate_l1(size_t n, const double *x, const double *y)
{
    side_sums s = {{0.0}, {0.0}, {0.0}};
    add_distances(&s, n, x, y);
    const jko_i_sum sum = join(&s);
    return jko_i_sum_value(&sum);
}
