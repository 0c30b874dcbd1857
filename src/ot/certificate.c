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

#include "base/parallel.h"
#include "base/sum.h"
#include "measure/cost_rows.h"

#include <float.h>
#include <math.h>

// Roundings of a potential and of a marginal that the lower bound allows for, in ulp: one when
// f_i = min C_ij - g_j is rounded, one for each marginal that was rounded, and the final sum.
#define ALLOWANCE (4.0 * DBL_EPSILON)
#define LANES ((size_t)4)

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
    jko_i_sum value[LANES];
    double allowance[LANES];
} side_sums;

static void add_term(side_sums *s, size_t k, double mass, double potential, double sum)
{
    const double size = fabs(potential);
    if (mass > 0.0) {
        jko_i_sum_add_product(s->value + k, mass, potential);
    }
    s->allowance[k] += (ALLOWANCE * mass + fabs(sum - mass)) * size;
}

static void add_side(jko_i_sum *value, double *allowance, size_t n, const double *mass,
                     const double *potential, const double *sum)
{
    side_sums s = {{{0.0, 0.0}}, {0.0}};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            add_term(&s, k, mass[i + k], potential[i + k], sum[i + k]);
        }
    }
    for (; i < n; i++) {
        add_term(&s, 0, mass[i], potential[i], sum[i]);
    }
    for (size_t k = 0; k < LANES; k++) {
        jko_i_sum_join(value, s.value + k);
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
    return jko_i_sum_value(&value) - allowance;
}

double jko_i_certificate_l1(size_t n, const double *x, const double *y)
{
    jko_i_sum lanes[LANES] = {{0.0, 0.0}};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            jko_i_sum_add(lanes + k, fabs(x[i + k] - y[i + k]));
        }
    }
    for (; i < n; i++) {
        jko_i_sum_add(lanes, fabs(x[i] - y[i]));
    }
    for (size_t k = 1; k < LANES; k++) {
        jko_i_sum_join(lanes, lanes + k);
    }
    return jko_i_sum_value(lanes);
}
