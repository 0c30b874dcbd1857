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
 * shifts f; costs far from 0 beside their range are moved first, so that their digits are not lost
 * in the exponents. Two log-sum-exp passes over the arcs an iteration, or for matrices of some size
 * two products with a kernel that the potentials are absorbed in (absorbed.c). Where a small
 * problem does not converge soon, Newton's method takes over (sinkhorn_newton.c).
 *
 * Arcs that are forbidden, or that no plan can use beside the forbidden ones (support.c), are
 * infinite in a copy of the cost; then the potentials are finite.
 *
 * Source: Cuturi (2013); Schmitzer, SIAM J. Sci. Comput. 41 (2019); Anderson (1965).
 */
#include "sinkhorn_log.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/status.h"
#include "measure/cost_rows.h"
#include "sinkhorn_work.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define MEMORY ((size_t)15)  // steps that Anderson remembers
#define SCALING 4.0          // of eps from level to level
#define LEVEL_TOLERANCE 1e-3 // of all levels but the last
#define LEVEL_ITERATIONS 60  // at most, likewise
#define LONGEST_STEP 50.0    // of Anderson, in eps: further no linear model holds
#define PATIENCE 40          // iterations at the floor without progress: stalled
#define SOON 100             // iterations before Newton's method is tried at the last level
#define SMALL ((size_t)1024) // columns up to which that is all,
#define GLANCE 50            // iterations by which it is judged whether to go on past them,
#define MATRIX_GLANCES 4.0   // for at most so many times as many,
#define BAND_GLANCES 12.0    // and between grids
#define AT_ONCE 5e-3         // eps over the costs' range from which levels are not needed at first
#define TRIAL 16             // iterations at eps without levels, and the error
#define PROMISING 1e-2       // after them with which they go on
#define NEWTON_STEPS 100     // of Newton's method at a level
#define TURN 200             // iterations of Sinkhorn's method between two tries of Newton's
#define LEAST_SCALING 1.5    // of eps from level to level, where levels are hard
#define GROWTH 1.3           // of that factor after a level that converged
#define FAR 4.0              // costs this many times their range from 0 are moved

// Where the levels of eps stand.
typedef struct descent {
    double eps;     // wanted
    double factor;  // of eps from one level to the next
    double reached; // eps of the last level that converged, its g in work->level; 0 if none
    bool slow;      // a level did not converge soon: Newton's method from now on
} descent;

static bool is_far(const jko_cost *cost)
{
    // max is the largest of |C|: that of C too unless all costs lie on the other side of 0.
    double largest = cost->max;
    if (cost->min < 0.0 && !(cost->max > -cost->min) && !jko_i_cost_is_computed(cost)) {
        const size_t length = jko_i_cost_storage_length(cost);
        largest = cost->min;
        for (size_t k = 0; k < length; k++) {
            const double c = cost->storage[k];
            largest = c > largest && !isinf(c) ? c : largest;
        }
    }
    return fabs(cost->min) > FAR * (largest - cost->min);
}

// A copy of the cost where one is needed. False without memory.
static bool copy_cost(jko_i_sinkhorn *work, const jko_cost *cost)
{
    work->cost = cost;
    work->shift = is_far(cost) ? cost->min : 0.0;
    if (work->shift == 0.0 && !cost->forbidden) {
        return true;
    }
    if (jko_i_cost_is_computed(cost)) {
        work->own = jko_i_cost_share(cost, work->shift);
        return work->own != NULL;
    }
    work->own = jko_i_cost_like(cost);
    if (work->own == NULL) {
        return false;
    }
    for (size_t k = 0; k < jko_i_cost_storage_length(cost); k++) {
        const double c = work->own->storage[k] = cost->storage[k] - work->shift;
        work->own->max = isinf(c) ? work->own->max : fmax(work->own->max, fabs(c));
    }
    work->own->min = cost->min - work->shift;
    work->own->forbidden = cost->forbidden;
    return true;
}

jko_i_sinkhorn *jko_i_sinkhorn_create(const jko_cost *cost)
{
    const size_t m = cost->m;
    const size_t n = cost->n;
    jko_i_sinkhorn *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    work->columns = jko_i_alloc(n, sizeof *work->columns);
    work->level = jko_i_alloc(n, sizeof *work->level);
    work->start = jko_i_alloc(n, sizeof *work->start);
    work->f = jko_i_alloc(m, sizeof *work->f);
    work->g = jko_i_alloc(n, sizeof *work->g);
    work->next = jko_i_alloc(n, sizeof *work->next);
    work->x = jko_i_alloc(n, sizeof *work->x);
    work->gx = jko_i_alloc(n, sizeof *work->gx);
    work->anderson = jko_i_anderson_create(n, MEMORY);
    const bool has_newton = jko_i_newton_create(&work->newton, m, n);
    const bool has_rounding = jko_i_rounding_create(&work->rounding, cost);
    const bool has_absorbed = jko_i_absorbed_create(&work->absorbed, cost);
    const bool has_banded = jko_i_banded_create(&work->banded, cost);
    const bool has_convolution = jko_i_convolution_create(&work->convolution, cost);
    const bool has_support = jko_i_support_create(&work->support, cost);
    if (work->columns == NULL || work->start == NULL || work->level == NULL || work->f == NULL ||
        work->g == NULL || work->next == NULL || work->x == NULL || work->gx == NULL ||
        work->anderson == NULL || !has_newton || !has_absorbed || !has_banded || !has_convolution ||
        !has_rounding || !has_support || !copy_cost(work, cost)) {
        jko_i_sinkhorn_free(work);
        return NULL;
    }
    return work;
}

void jko_i_sinkhorn_free(jko_i_sinkhorn *work)
{
    if (work != NULL) {
        jko_cost_free(work->own);
        jko_i_free(work->columns);
        jko_i_free(work->level);
        jko_i_free(work->start);
        jko_i_free(work->f);
        jko_i_free(work->g);
        jko_i_free(work->next);
        jko_i_free(work->x);
        jko_i_free(work->gx);
        jko_i_anderson_free(work->anderson);
        jko_i_newton_free(&work->newton);
        jko_i_absorbed_free(&work->absorbed);
        jko_i_banded_free(&work->banded);
        jko_i_convolution_free(&work->convolution);
        jko_i_rounding_free(&work->rounding);
        jko_i_support_free(&work->support);
        jko_i_free(work);
    }
}

static bool may_newton(const jko_i_sinkhorn *work)
{
    return work->newton.laplacian.weight != NULL &&
           jko_i_sinkhorn_may_use(work, JKO_OT_ENGINE_NEWTON);
}

// The next g, of mean zero.
static void advance(jko_i_sinkhorn_run *run)
{
    jko_i_sinkhorn *work = run->work;
    double mean = 0.0;
    for (size_t k = 0; k < run->count; k++) {
        mean += work->next[work->columns[k]] / (double)run->count;
    }
    for (size_t k = 0; k < run->count; k++) {
        work->x[k] = work->g[work->columns[k]];
        work->gx[k] = work->next[work->columns[k]] - mean;
    }
    jko_i_anderson_next(work->anderson, run->count, work->x, work->gx, run->error,
                        LONGEST_STEP * run->eps, work->x);
    for (size_t k = 0; k < run->count; k++) {
        work->g[work->columns[k]] = work->x[k];
    }
    run->extrapolated = true;
}

double jko_i_sinkhorn_floor(const jko_i_sinkhorn_run *run)
{
    double largest = 0.0;
    for (size_t k = 0; k < run->count; k++) {
        largest = fmax(largest, fabs(run->work->g[run->work->columns[k]]));
    }
    // Exponents are sums of potentials and costs over eps.
    return DBL_EPSILON * (2.0 + (largest + run->problem->cost->max) / run->eps);
}

// Whether going on promises to end before steps of Newton's method would have paid. Those cost the less
// beside an iteration the fewer the columns are and the slower its kernel is.
static bool is_promising(const jko_i_sinkhorn_run *run, double tolerance, double before)
{
    const jko_cost *cost = run->problem->cost;
    const double glances = cost->row_stride < 0 ? BAND_GLANCES : MATRIX_GLANCES;
    return run->count > SMALL && !jko_i_cost_is_computed(cost) && run->error < before &&
           log(run->error / tolerance) <= glances * log(before / run->error);
}

// Iterate on at one eps. JKO_OK when the error is at most tolerance, or after `most` iterations, or
// if `persists` some more as long as they are promising.
static jko_status run_on(jko_i_sinkhorn_run *run, double tolerance, int64_t most, bool persists)
{
    double before = INFINITY;
    double best = INFINITY;
    int64_t waited = 0;
    run->aim = tolerance;
    for (int64_t k = 1;; k++) {
        if (persists && k == most && is_promising(run, tolerance, before)) {
            most += GLANCE;
        }
        before = k == most - GLANCE ? run->error : before;
        const jko_status status = jko_i_sinkhorn_evaluate(run, k >= most ? INFINITY : tolerance);
        if (status != JKO_OK || run->error <= tolerance || k >= most) {
            return status;
        }
        waited = run->error < 0.9 * best ? 0 : waited + 1;
        best = fmin(best, run->error);
        if (waited >= PATIENCE && best <= jko_i_sinkhorn_floor(run)) {
            return JKO_STALLED;
        }
        advance(run);
    }
}

// Begin to iterate at one eps.
static jko_status run_level(jko_i_sinkhorn_run *run, double tolerance, int64_t most, bool persists)
{
    jko_i_anderson_reset(run->work->anderson);
    return run_on(run, tolerance, most, persists);
}

// Go down from a level that converged: g is extrapolated, as in the limit it is linear in eps.
static void descend(jko_i_sinkhorn_run *run, descent *d)
{
    const double last = run->eps;
    run->eps = fmax(d->eps, last / d->factor);
    for (size_t k = 0; k < run->count; k++) {
        const size_t j = run->work->columns[k];
        const double g = run->work->g[j];
        if (d->slow && d->reached > last) {
            const double slope = (run->work->level[j] - g) / (d->reached - last);
            run->work->g[j] -= slope * (last - run->eps);
        }
        run->work->level[j] = g;
    }
    d->reached = last;
    d->factor = fmin(SCALING, GROWTH * d->factor);
}

// Go back up, half way to the last level that converged. False if that is too near.
static bool go_back(jko_i_sinkhorn_run *run, descent *d)
{
    if (!d->slow || d->reached < LEAST_SCALING * run->eps) {
        return false;
    }
    run->eps = sqrt(d->reached * run->eps);
    d->factor = fmax(LEAST_SCALING, sqrt(d->factor));
    for (size_t k = 0; k < run->count; k++) {
        run->work->g[run->work->columns[k]] = run->work->level[run->work->columns[k]];
    }
    return true;
}

// Iterate at one level: accelerated Sinkhorn, then Newton's method where that is slow.
static jko_status solve_level(jko_i_sinkhorn_run *run, descent *d, double tolerance)
{
    const bool last = run->eps <= d->eps;
    const bool can_newton = may_newton(run->work);
    int64_t most = last ? SOON : LEVEL_ITERATIONS;
    most = d->slow ? 1 : last && !can_newton ? INT64_MAX : most;
    jko_status status = run_level(run, tolerance, most, last && can_newton && !d->slow);
    if (status == JKO_OK && run->error > tolerance && can_newton) {
        d->slow = true;
        status = jko_i_newton_run(run, tolerance, NEWTON_STEPS);
    }
    return status;
}

// All levels of eps down to the wanted one, from g = 0.
static jko_status run_levels(jko_i_sinkhorn_run *run, double eps, double tolerance)
{
    descent d = {.eps = eps, .factor = SCALING, .slow = run->work->wanted == JKO_OT_ENGINE_NEWTON};
    for (;;) {
        const double wanted = run->eps > eps ? fmax(LEVEL_TOLERANCE, tolerance) : tolerance;
        jko_status status = solve_level(run, &d, wanted);
        if (status == JKO_OK && run->error > tolerance) {
            status = jko_i_ot_check_limits(run->limits, run->iterations);
        }
        if (status != JKO_OK || (run->eps <= eps && run->error <= tolerance)) {
            return status;
        }
        if (run->error <= wanted || !go_back(run, &d)) {
            if (run->eps <= eps) {
                return JKO_OK;
            }
            descend(run, &d);
        }
    }
}

// Iterate at run->eps, or from a larger one.
static jko_status iterate(jko_i_sinkhorn_run *run, bool warm, double tolerance)
{
    const jko_cost *cost = run->problem->cost;
    const double range = cost->max - fmin(cost->min, cost->max);
    const double eps = run->eps;
    jko_status status = JKO_OK;
    if (warm || (eps >= AT_ONCE * range && run->work->wanted != JKO_OT_ENGINE_NEWTON)) {
        status = run_level(run, tolerance, warm ? SOON : TRIAL, false);
        if (status == JKO_OK && run->error > tolerance && run->error <= PROMISING) {
            status = run_on(run, tolerance, SOON, false);
        }
        if (status != JKO_OK || run->error <= tolerance) {
            return status;
        }
        for (size_t k = 0; k < run->count; k++) {
            run->work->g[run->work->columns[k]] = 0.0;
        }
    }
    run->eps = fmax(eps, range / SCALING);
    status = run_levels(run, eps, tolerance);
    // What is left is hard: both methods in turn, until one stalls or a limit comes.
    const bool can_newton = may_newton(run->work);
    while (status == JKO_OK && run->error > tolerance) {
        status = run_level(run, tolerance, can_newton ? TURN : INT64_MAX, false);
        if (status == JKO_OK && run->error > tolerance) {
            status = jko_i_newton_run(run, tolerance, NEWTON_STEPS);
        }
    }
    return status;
}

// Starting values. Returns whether they are potentials set by the caller.
static bool set_up(jko_i_sinkhorn_run *run)
{
    const jko_i_ot_problem *p = run->problem;
    jko_i_sinkhorn *work = run->work;
    const bool warm = work->warm;
    run->count = 0;
    for (size_t i = 0; i < p->cost->m; i++) {
        work->f[i] = -INFINITY;
    }
    for (size_t j = 0; j < p->cost->n; j++) {
        const double start = warm && isfinite(work->start[j]) ? work->start[j] : 0.0;
        const double g = warm ? start + run->eps * log(p->b[j]) : 0.0;
        work->g[j] = p->b[j] > 0.0 ? g : -INFINITY;
        work->next[j] = work->g[j];
        if (p->b[j] > 0.0) {
            work->columns[run->count++] = j;
        }
    }
    work->warm = false;
    jko_i_absorbed_reset(&work->absorbed);
    jko_i_banded_reset(&work->banded);
    jko_i_convolution_reset(&work->convolution);
    return warm;
}

// Costs of the copy: infinite between parts.
static void set_entries(jko_i_sinkhorn *work, const jko_i_ot_problem *problem)
{
    const size_t m = work->cost->m;
    const size_t n = work->cost->n;
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            const bool hopeless = problem->a[i] > 0.0 && problem->b[j] > 0.0 &&
                                  work->support.part[i] != work->support.part[m + j];
            const double c = hopeless ? INFINITY : jko_i_cost_row(work->cost, i)[j] - work->shift;
            work->own->storage[i * n + j] = work->own->storage[m * n + j * m + i] = c;
        }
    }
}

jko_status jko_i_sinkhorn_solve(jko_i_sinkhorn *work, const jko_i_ot_problem *problem,
                                const jko_i_ot_limits *limits, double eps, double tolerance,
                                double *plan, double *f, double *g, jko_ot_report *report)
{
    jko_i_ot_problem moved = *problem;
    moved.cost = work->own != NULL ? work->own : work->cost;
    if (work->cost->forbidden) {
        const jko_status found = jko_i_support_find(&work->support, problem, limits);
        if (found < 0) {
            return found;
        }
        set_entries(work, problem);
    }
    jko_i_sinkhorn_run run = {
        .work = work, .problem = &moved, .limits = limits, .eps = eps, .wanted = eps};
    const bool warm = set_up(&run);
    const jko_status status = iterate(&run, warm, tolerance);
    work->eps = report->epsilon = run.eps;
    work->total = problem->total;
    report->iterations = run.iterations;
    report->engine = run.engine;
    const jko_i_rounding_input input = {
        problem, &moved,  work->shift,           run.eps,
        work->f, work->g, work->absorbed.kernel, &work->absorbed.scaling};
    jko_i_rounding_solve(&work->rounding, &input, plan, f, g, report);
    const double error = (report->row_error + report->column_error) / problem->total;
    return status == JKO_OK && !(error <= tolerance) ? JKO_STALLED : status;
}

jko_status jko_i_sinkhorn_start(jko_i_sinkhorn *work, const double *g)
{
    for (size_t j = 0; j < work->cost->n; j++) {
        if (isnan(g[j]) || g[j] == -INFINITY) {
            return jko_i_fail(JKO_ERR_NONFINITE,
                              "g at %zu is %g; potentials must be finite, or "
                              "+inf for none",
                              j, g[j]);
        }
    }
    memcpy(work->start, g, work->cost->n * sizeof *g);
    work->warm = true;
    return JKO_OK;
}

void jko_i_sinkhorn_potentials(const jko_i_sinkhorn *work, double *f, double *g)
{
    const jko_cost *cost = work->own != NULL ? work->own : work->cost;
    const double unit = work->eps * log(work->total) + work->shift;
    for (size_t i = 0; f != NULL && i < cost->m; i++) {
        f[i] = unit - work->eps * jko_i_cost_row_lse(cost, i, work->g, work->eps);
    }
    for (size_t j = 0; g != NULL && j < cost->n; j++) {
        g[j] = -work->eps * jko_i_cost_column_lse(cost, j, work->f, work->eps);
    }
}
