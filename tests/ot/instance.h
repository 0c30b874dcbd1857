// SPDX-License-Identifier: BSD-3-Clause
/* Transport problems for tests, and a check of everything an answer claims. Include after
   <cmocka.h>. */
#ifndef JKO_TESTS_OT_INSTANCE_H
#define JKO_TESTS_OT_INSTANCE_H

#include "support/close.h"

#include <jko/jko.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct instance {
    size_t m;
    size_t n;
    double *a;      // [m]
    double *b;      // [n]
    double total;   // of a
    bool forbidden; // whether some arcs are
    jko_cost *cost;
    double *plan; // [m][n]
    double *f;    // [m]
    double *g;    // [n]
} instance;

/* Arrays for m by n, masses zero; the cost is the caller's to make. */
static inline instance instance_create(size_t m, size_t n)
{
    instance t = {.m = m, .n = n};
    t.a = calloc(m, sizeof *t.a);
    t.b = calloc(n, sizeof *t.b);
    t.plan = calloc(m * n, sizeof *t.plan);
    t.f = calloc(m, sizeof *t.f);
    t.g = calloc(n, sizeof *t.g);
    assert_true(t.a != NULL && t.b != NULL && t.plan != NULL && t.f != NULL && t.g != NULL);
    return t;
}

static inline void instance_free(instance *t)
{
    jko_cost_free(t->cost);
    free(t->a);
    free(t->b);
    free(t->plan);
    free(t->f);
    free(t->g);
}

/* Scale b to the total of a. */
static inline void instance_balance(instance *t)
{
    long double sum_a = 0.0L;
    long double sum_b = 0.0L;
    for (size_t i = 0; i < t->m; i++) {
        sum_a += t->a[i];
    }
    for (size_t j = 0; j < t->n; j++) {
        sum_b += t->b[j];
    }
    t->total = (double)sum_a;
    for (size_t j = 0; j < t->n; j++) {
        t->b[j] = (double)(t->b[j] * (sum_a / sum_b));
    }
}

/* What random problems look like. */
typedef enum instance_kind {
    INSTANCE_PLAIN,      // exponential masses, uniform costs
    INSTANCE_TIES,       // integer masses and costs
    INSTANCE_ZEROS,      // a third of the masses 0, costs of both signs
    INSTANCE_SIX_ORDERS, // costs from 1e-6 to 1
    INSTANCE_POINTS,     // squared distances in the plane
    INSTANCE_KINDS,
    INSTANCE_FIFTEEN_ORDERS // costs from 1e-15 to 1; not among the kinds that are taken in turn
} instance_kind;

static inline double instance_cost(instance_kind kind, jko_t_random *random)
{
    switch (kind) {
    case INSTANCE_TIES:
        return (double)jko_t_integer(random, 8);
    case INSTANCE_ZEROS:
        return 2.0 * jko_t_uniform(random) - 1.0;
    case INSTANCE_SIX_ORDERS:
        return pow(10.0, -6.0 * jko_t_uniform(random));
    case INSTANCE_FIFTEEN_ORDERS:
        return pow(10.0, -15.0 * jko_t_uniform(random));
    default:
        return jko_t_uniform(random);
    }
}

static inline jko_cost *instance_random_cost(size_t m, size_t n, instance_kind kind,
                                             jko_t_random *random)
{
    jko_cost *cost = NULL;
    if (kind == INSTANCE_POINTS) {
        jko_grid *source = NULL;
        jko_grid *target = NULL;
        double *points = calloc(2 * (m + n), sizeof *points);
        assert_non_null(points);
        for (size_t k = 0; k < 2 * (m + n); k++) {
            points[k] = jko_t_uniform(random);
        }
        assert_int_equal(jko_grid_create_points(&source, m, 2, points, NULL), JKO_OK);
        assert_int_equal(jko_grid_create_points(&target, n, 2, points + 2 * m, NULL), JKO_OK);
        assert_int_equal(jko_cost_create_squared(&cost, source, target), JKO_OK);
        jko_grid_free(source);
        jko_grid_free(target);
        free(points);
    } else {
        double *matrix = calloc(m * n, sizeof *matrix);
        assert_non_null(matrix);
        for (size_t k = 0; k < m * n; k++) {
            matrix[k] = instance_cost(kind, random);
        }
        assert_int_equal(jko_cost_create_matrix(&cost, m, n, matrix), JKO_OK);
        free(matrix);
    }
    return cost;
}

static inline instance instance_random(size_t m, size_t n, instance_kind kind, jko_t_random *random)
{
    instance t = instance_create(m, n);
    t.cost = instance_random_cost(m, n, kind, random);
    if (kind == INSTANCE_TIES) {
        for (size_t i = 0; i < m; i++) {
            t.a[i] = (double)jko_t_integer(random, 4);
        }
        t.a[0] += 1.0;
        for (size_t i = 0; i < m; i++) {
            for (double left = t.a[i]; left > 0.0; left -= 1.0) {
                t.b[jko_t_integer(random, n)] += 1.0;
            }
            t.total += t.a[i];
        }
        return t;
    }
    for (size_t i = 0; i < m; i++) {
        t.a[i] = jko_t_exponential(random);
    }
    for (size_t j = 0; j < n; j++) {
        t.b[j] = jko_t_exponential(random);
    }
    if (kind == INSTANCE_ZEROS) {
        for (size_t i = 1; i < m; i++) {
            t.a[i] = jko_t_integer(random, 3) == 0 ? 0.0 : t.a[i];
        }
        for (size_t j = 1; j < n; j++) {
            t.b[j] = jko_t_integer(random, 3) == 0 ? 0.0 : t.b[j];
        }
    }
    instance_balance(&t);
    return t;
}

/* Forbid arcs, `share` of them in the mean, so that a plan is left: masses become those of a
   random sparse plan, integers if asked for, and its arcs stay allowed. */
static inline void instance_forbid(instance *t, double share, bool integers, jko_t_random *random)
{
    double *matrix = calloc(t->m * t->n, sizeof *matrix);
    assert_non_null(matrix);
    memset(t->a, 0, t->m * sizeof *t->a);
    memset(t->b, 0, t->n * sizeof *t->b);
    t->total = 0.0;
    t->forbidden = true;
    for (size_t k = 0; k < t->m * t->n; k++) {
        const double c = jko_cost_get(t->cost, k / t->n, k % t->n);
        matrix[k] = jko_t_uniform(random) < share ? (double)INFINITY : c;
    }
    for (size_t k = 0; k < t->m + t->n; k++) {
        const size_t i = jko_t_integer(random, t->m);
        const size_t j = jko_t_integer(random, t->n);
        const double mass =
            integers ? 1.0 + (double)jko_t_integer(random, 3) : jko_t_exponential(random);
        matrix[i * t->n + j] = jko_cost_get(t->cost, i, j);
        t->a[i] += mass;
        t->b[j] += mass;
        t->total += mass;
    }
    jko_cost_free(t->cost);
    assert_int_equal(jko_cost_create_matrix(&t->cost, t->m, t->n, matrix), JKO_OK);
    free(matrix);
}

/* Solve into t's plan, f and g. */
static inline jko_status instance_solve(instance *t, const jko_ot_settings *settings,
                                        jko_ot_report *report)
{
    jko_ot *ot = NULL;
    assert_int_equal(jko_ot_create(&ot, t->cost, settings), JKO_OK);
    memset(report, 0, sizeof *report);
    report->struct_size = sizeof *report;
    const jko_status status = jko_ot_solve(ot, t->a, t->b, t->plan, report);
    if (status >= 0) {
        assert_int_equal(jko_ot_get_potentials(ot, t->f, t->g), JKO_OK);
    } else {
        print_error("%s: %s\n", jko_status_name(status), jko_error_detail());
    }
    jko_ot_free(ot);
    return status;
}

/*
 * Check by plain sums, in long double, what the report claims: the plan is >= 0 and has the
 * marginals, its cost is `upper`; the potentials are feasible on all arcs and give `lower`; and
 * lower <= upper. slack: by how much f + g may exceed the cost, beyond rounding of that sum.
 * Rounding of one sum of k terms is at most k 2^-53 of the sum of sizes.
 */
static inline void instance_check_within(const instance *t, const jko_ot_report *report,
                                         double slack)
{
    const double largest = jko_cost_max(t->cost);
    long double spent = 0.0L;
    long double lost = 0.0L; // what its roundings took away, as long double may be no wider
    long double dual = 0.0L;
    long double size = 0.0L;
    long double error = 0.0L;
    for (size_t i = 0; i < t->m; i++) {
        long double row = 0.0L;
        for (size_t j = 0; j < t->n; j++) {
            const double mass = t->plan[i * t->n + j];
            const double c = jko_cost_get(t->cost, i, j);
            assert_true(mass >= 0.0);
            if (isinf(c)) { // forbidden: no mass, and no bound on the potentials
                assert_true(mass == 0.0 && isfinite(t->f[i]) && isfinite(t->g[j]));
                continue;
            }
            assert_at_most(t->f[i] + t->g[j],
                           c + slack + 4e-16 * (fabs(c) + fabs(t->f[i]) + fabs(t->g[j])));
            const long double sum = spent + (long double)mass * c;
            const long double part = sum - spent;
            lost += (spent - (sum - part)) + ((long double)mass * c - part);
            spent = sum;
            row += mass;
        }
        error += fabsl(row - t->a[i]);
        dual += (long double)t->a[i] * t->f[i];
        size += (long double)t->a[i] * fabs(t->f[i]);
    }
    for (size_t j = 0; j < t->n; j++) {
        long double column = 0.0L;
        for (size_t i = 0; i < t->m; i++) {
            column += t->plan[i * t->n + j];
        }
        error += fabsl(column - t->b[j]);
        dual += (long double)t->b[j] * t->g[j];
        size += (long double)t->b[j] * fabs(t->g[j]);
    }
    assert_at_most((double)error, 1e-14 * t->total);
    assert_close_abs(report->plan_error, (double)error, 1e-15 * t->total);
    assert_close_abs(report->upper, (double)(spent + lost), 1e-15 * largest * t->total);
    assert_close_abs(report->transport_cost, report->upper, 0.0);
    assert_at_most(report->lower, (double)dual);
    assert_at_most((double)dual - report->lower, 1e-14 * (double)size + 1e-14 * largest * t->total);
    assert_at_most(report->lower, report->upper);
    assert_close_abs(report->gap, report->upper - report->lower, 0.0);
}

static inline void instance_check(const instance *t, const jko_ot_report *report)
{
    instance_check_within(t, report, 0.0);
}

/* Check that an answer is optimal within `share` of max |C| times the total. */
static inline void instance_check_exact(const instance *t, const jko_ot_report *report,
                                        double share)
{
    instance_check(t, report);
    assert_at_most(report->gap, share * jko_cost_max(t->cost) * t->total);
}

#endif
