// SPDX-License-Identifier: BSD-3-Clause
/*
 * Entropic transport in the log domain: Sinkhorn with epsilon scaling and Anderson acceleration.
 *
 * With P_ij = exp((f_i + g_j - C_ij) / eps) on the cells that have mass,
 *
 *     f_i = eps (log a_i - LSE_j (g_j - C_ij) / eps)      rows exact
 *     g_j = eps (log b_j - LSE_i (f_i - C_ij) / eps)      columns exact
 *
 * is a fixed-point iteration g -> G(g), which Anderson's method speeds up. Its null direction
 * (f + t, g - t) is removed by mean(g) = 0. eps starts near a quarter of the cost's range and falls
 * by 4 to the wanted value; potentials are carried over in units of cost. The error is the L1
 * error of the columns while rows are exact. Negative costs need nothing: shifting all costs
 * shifts f. Two log-sum-exp passes over the arcs an iteration, O(m + n) memory.
 *
 * Source: Cuturi (2013); Schmitzer, SIAM J. Sci. Comput. 41 (2019); Anderson (1965).
 */
#include "sinkhorn_log.h"

#include "base/alloc.h"
#include "base/anderson.h"
#include "base/logsumexp.h"
#include "base/parallel.h"
#include "sinkhorn_round.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MEMORY ((size_t)15)  // steps that Anderson remembers
#define SCALING 4.0          // of eps from level to level
#define LEVEL_TOLERANCE 1e-3 // of all levels but the last
#define LEVEL_ITERATIONS 60  // at most, likewise
#define LONGEST_STEP 50.0    // of Anderson, in eps: further no linear model holds
#define PATIENCE 40          // iterations at the floor without progress: stalled

struct jko_i_sinkhorn {
    size_t *columns; // [n], those with mass
    double *f;       // [m], -inf without mass
    double *g;       // [n], likewise
    double *next;    // [n], G(g)
    double *x;       // [n], g where there is mass
    double *gx;      // [n], G(g) where there is mass, less its mean
    jko_i_anderson *anderson;
    jko_i_rounding rounding;
};

jko_i_sinkhorn *jko_i_sinkhorn_create(size_t m, size_t n)
{
    jko_i_sinkhorn *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    work->columns = jko_i_alloc(n, sizeof *work->columns);
    work->f = jko_i_alloc(m, sizeof *work->f);
    work->g = jko_i_alloc(n, sizeof *work->g);
    work->next = jko_i_alloc(n, sizeof *work->next);
    work->x = jko_i_alloc(n, sizeof *work->x);
    work->gx = jko_i_alloc(n, sizeof *work->gx);
    work->anderson = jko_i_anderson_create(n, MEMORY);
    const bool has_rounding = jko_i_rounding_create(&work->rounding, m, n);
    if (work->columns == NULL || work->f == NULL || work->g == NULL || work->next == NULL ||
        work->x == NULL || work->gx == NULL || work->anderson == NULL || !has_rounding) {
        jko_i_sinkhorn_free(work);
        return NULL;
    }
    return work;
}

void jko_i_sinkhorn_free(jko_i_sinkhorn *work)
{
    if (work != NULL) {
        jko_i_free(work->columns);
        jko_i_free(work->f);
        jko_i_free(work->g);
        jko_i_free(work->next);
        jko_i_free(work->x);
        jko_i_free(work->gx);
        jko_i_anderson_free(work->anderson);
        jko_i_rounding_free(&work->rounding);
        jko_i_free(work);
    }
}

typedef struct solve {
    jko_i_sinkhorn *work;
    const jko_i_ot_problem *problem;
    size_t count; // columns with mass
    double eps;
} solve;

static void update_row(void *context, size_t i)
{
    const solve *s = context;
    const double a = s->problem->a[i];
    const jko_cost *cost = s->problem->cost;
    if (a > 0.0) {
        const double lse = jko_i_row_lse(cost->n, s->work->g, jko_i_cost_row(cost, i), s->eps);
        s->work->f[i] = s->eps * (log(a) - lse);
    }
}

static void update_column(void *context, size_t k)
{
    const solve *s = context;
    const size_t j = s->work->columns[k];
    const jko_cost *cost = s->problem->cost;
    const double lse = jko_i_row_lse(cost->m, s->work->f, jko_i_cost_column(cost, j), s->eps);
    s->work->next[j] = s->eps * (log(s->problem->b[j]) - lse);
}

// f from g, G(g) from f. Returns the L1 error of the columns as a share of the total.
static double evaluate(solve *s)
{
    const jko_cost *cost = s->problem->cost;
    jko_i_parallel_rows(cost->m, cost->n, s->problem->threads, update_row, s);
    jko_i_parallel_rows(s->count, cost->m, s->problem->threads, update_column, s);
    double error = 0.0;
    for (size_t k = 0; k < s->count; k++) {
        const size_t j = s->work->columns[k];
        error += s->problem->b[j] * fabs(expm1((s->work->g[j] - s->work->next[j]) / s->eps));
    }
    return error / s->problem->total;
}

// The next g, of mean zero.
static void advance(solve *s, double error)
{
    jko_i_sinkhorn *work = s->work;
    double mean = 0.0;
    for (size_t k = 0; k < s->count; k++) {
        mean += work->next[work->columns[k]] / (double)s->count;
    }
    for (size_t k = 0; k < s->count; k++) {
        work->x[k] = work->g[work->columns[k]];
        work->gx[k] = work->next[work->columns[k]] - mean;
    }
    jko_i_anderson_next(work->anderson, s->count, work->x, work->gx, error, LONGEST_STEP * s->eps,
                        work->x);
    for (size_t k = 0; k < s->count; k++) {
        work->g[work->columns[k]] = work->x[k];
    }
}

// The error that rounding alone makes: exponents are sums of potentials and costs over eps.
static double floor_of(const solve *s)
{
    double largest = 0.0;
    for (size_t k = 0; k < s->count; k++) {
        largest = fmax(largest, fabs(s->work->g[s->work->columns[k]]));
    }
    return DBL_EPSILON * (2.0 + (largest + s->problem->cost->max) / s->eps);
}

// Iterate at one eps. JKO_OK when the error is at most tolerance, or after `enough` iterations.
static jko_status run_level(solve *s, const jko_i_ot_limits *limits, double tolerance,
                            int64_t enough, int64_t *iterations)
{
    double best = INFINITY;
    int64_t waited = 0;
    jko_i_anderson_reset(s->work->anderson);
    for (int64_t k = 1;; k++) {
        const double error = evaluate(s);
        ++*iterations;
        jko_status status = jko_i_ot_ask(limits, *iterations, error);
        if (status != JKO_OK || error <= tolerance || k >= enough) {
            return status;
        }
        status = jko_i_ot_check_limits(limits, *iterations);
        if (status != JKO_OK) {
            return status;
        }
        waited = error < 0.9 * best ? 0 : waited + 1;
        best = fmin(best, error);
        if (waited >= PATIENCE && best <= floor_of(s)) {
            return JKO_STALLED;
        }
        advance(s, error);
    }
}

static void set_up(solve *s)
{
    const jko_i_ot_problem *p = s->problem;
    s->count = 0;
    for (size_t i = 0; i < p->cost->m; i++) {
        s->work->f[i] = -INFINITY;
    }
    for (size_t j = 0; j < p->cost->n; j++) {
        s->work->g[j] = p->b[j] > 0.0 ? 0.0 : -INFINITY;
        s->work->next[j] = s->work->g[j];
        if (p->b[j] > 0.0) {
            s->work->columns[s->count++] = j;
        }
    }
}

jko_status jko_i_sinkhorn_solve(jko_i_sinkhorn *work, const jko_i_ot_problem *problem,
                                const jko_i_ot_limits *limits, double eps, double tolerance,
                                double *plan, double *f, double *g, jko_ot_report *report)
{
    const double range = problem->cost->max - fmin(problem->cost->min, problem->cost->max);
    solve s = {.work = work, .problem = problem, .eps = fmax(eps, range / SCALING)};
    set_up(&s);
    jko_status status = JKO_OK;
    while (status == JKO_OK && s.eps > eps) {
        status = run_level(&s, limits, fmax(LEVEL_TOLERANCE, tolerance), LEVEL_ITERATIONS,
                           &report->iterations);
        status = status == JKO_OK ? jko_i_ot_check_limits(limits, report->iterations) : status;
        s.eps = status == JKO_OK ? fmax(eps, s.eps / SCALING) : s.eps;
    }
    if (status == JKO_OK) {
        status = run_level(&s, limits, tolerance, INT64_MAX, &report->iterations);
    }
    report->epsilon = s.eps;
    jko_i_rounding_solve(&work->rounding, problem, s.eps, work->f, work->g, plan, f, g, report);
    const double error = (report->row_error + report->column_error) / problem->total;
    return status == JKO_OK && !(error <= tolerance) ? JKO_STALLED : status;
}
