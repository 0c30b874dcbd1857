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

static void add_side(jko_i_sum *value, jko_i_sum *allowance, size_t n, const double *mass,
                     const double *potential, const double *sum)
{
    for (size_t i = 0; i < n; i++) {
        const double size = fabs(potential[i]);
        if (mass[i] > 0.0) {
            jko_i_sum_add_product(value, mass[i], potential[i]);
            jko_i_sum_add(allowance, ALLOWANCE * mass[i] * size);
        }
        jko_i_sum_add(allowance, fabs(sum[i] - mass[i]) * size);
    }
}

double jko_i_certificate_lower(const jko_i_ot_problem *problem, const double *f, const double *g,
                               const double *row_sum, const double *column_sum)
{
    jko_i_sum value = {0.0, 0.0};
    jko_i_sum allowance = {0.0, 0.0};
    add_side(&value, &allowance, problem->cost->m, problem->a, f, row_sum);
    add_side(&value, &allowance, problem->cost->n, problem->b, g, column_sum);
    return jko_i_sum_value(&value) - jko_i_sum_value(&allowance);
}

double jko_i_certificate_l1(size_t n, const double *x, const double *y)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        jko_i_sum_add(&sum, fabs(x[i] - y[i]));
    }
    return jko_i_sum_value(&sum);
}
