// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's method for entropic transport, where accelerated Sinkhorn stalls, as it does at small
 * epsilon.
 *
 * With rows kept exact, f = f(g), the dual D(g) = a.f(g) + b.g is concave, its gradient is
 * b - c with c the column sums, and eps times its negative Hessian is the Laplacian
 *
 *     L = diag(c) - P^T diag(1/a) P
 *
 * of a graph of the columns with weights w_kl = sum_i P_ik P_il / a_i. A step d solves
 *
 *     (L + delta diag(b)) d = eps (b - c),    delta a share of the error,
 *
 * (Levenberg and Marquardt): where columns hardly communicate yet, so that L is all but singular,
 * a step is a few eps long and the weights grow by as many powers of e; near the solution the
 * convergence is quadratic. Steps are halved until D rises or the error falls, and doubled while D
 * rises as its slope promises. Entries of P that are nothing beside delta are left out of L, not of
 * D, and L is eliminated in an order that keeps it sparse (laplacian.c): at small epsilon P is
 * sparse. A step that would take longer than many iterations of Sinkhorn's method is left to those.
 *
 * Source: Brauer, Clason, Lorenz and Wirth, A Sinkhorn-Newton method (2017); Levenberg (1944);
 * Marquardt (1963).
 */
#include "sinkhorn_work.h"

#include "base/alloc.h"
#include "base/logsumexp.h"
#include "base/sum.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

#define SMALLEST_SHARE 1e-24 // of a row: entries below do not join columns,
#define NEGLIGIBLE 1e-3      // nor those below so many delta
#define ENTRIES ((size_t)64) // of a row, of which so many are kept at least if all have as many
#define MOST_WORK 2e8        // multiplications of a step that are always worth it,
#define ITERATIONS 20.0      // and of so many iterations of Sinkhorn's method
#define DAMPING 0.1          // delta as a share of the error, to begin with
#define ADAPTION                                                                                   \
    4.0 // of that share: more after a step that had to be halved, less after a good one
#define LEAST_SHARE 1e-3
#define LARGEST_SHARE 1e3
#define GOOD_RISE 0.4 // of D, as a share of what its slope promises; 1/2 for an exact model
#define LEAST_DAMPING 1e-15
#define HALVINGS 12
#define LEAST_RISE 0.1 // of D, as a share of what its slope promises
#define LINEAR 0.9     // likewise: the step may be longer
#define LONGEST 1e6
#define PATIENCE 40 // steps without halving the error that end it

bool jko_i_newton_create(jko_i_newton *newton, size_t m, size_t n)
{
    if (n > JKO_I_NEWTON_COLUMNS || m > JKO_I_NEWTON_ROWS) {
        return true;
    }
    newton->direction = jko_i_alloc(n, sizeof(double));
    newton->solution = jko_i_alloc(n, sizeof(double));
    newton->from = jko_i_alloc(n, sizeof(double));
    newton->plain = jko_i_alloc(n, sizeof(double));
    newton->row = jko_i_alloc(n, sizeof(double));
    newton->capacity = ENTRIES * m + n;
    newton->share = jko_i_alloc_unset(newton->capacity + n, sizeof(double));
    newton->node = jko_i_alloc_unset(newton->capacity + n, sizeof(size_t));
    newton->end = jko_i_alloc(m, sizeof(size_t));
    return jko_i_laplacian_create(&newton->laplacian, n) && newton->direction != NULL &&
           newton->solution != NULL && newton->from != NULL && newton->plain != NULL &&
           newton->row != NULL && newton->share != NULL && newton->node != NULL &&
           newton->end != NULL;
}

void jko_i_newton_free(jko_i_newton *newton)
{
    jko_i_laplacian_free(&newton->laplacian);
    jko_i_free(newton->direction);
    jko_i_free(newton->solution);
    jko_i_free(newton->from);
    jko_i_free(newton->plain);
    jko_i_free(newton->row);
    jko_i_free(newton->share);
    jko_i_free(newton->node);
    jko_i_free(newton->end);
}

// Row i of the plan over its sum, into newton->row.
static void make_row(const jko_i_sinkhorn_run *run, size_t i)
{
    jko_i_newton *newton = &run->work->newton;
    const jko_cost *cost = run->problem->cost;
    const double lse = log(run->problem->a[i]) - run->work->f[i] / run->eps;
    double buffer[JKO_I_PIECE];
    memset(newton->row, 0, cost->n * sizeof *newton->row);
    for (size_t first = 0, length = 0; first < cost->n; first += length) {
        length = jko_i_cost_piece(cost, cost->n, first);
        jko_i_row_accumulate(length, run->work->g + first,
                             jko_i_cost_row_piece(cost, i, first, length, buffer), run->eps, lse,
                             1.0, newton->row + first);
    }
}

// The entries of that row that count. Returns how many there are.
static size_t pack_row(const jko_i_sinkhorn_run *run, double smallest, double *shares,
                       size_t *nodes)
{
    const jko_i_newton *newton = &run->work->newton;
    size_t used = 0;
    for (size_t k = 0; k < run->count; k++) {
        const double share = newton->row[run->work->columns[k]];
        shares[used] = share;
        nodes[used] = k;
        used += share > smallest ? 1 : 0;
    }
    return used;
}

// Where weights are, from the rows, the first of which are kept. Returns how many are.
static size_t join_rows(const jko_i_sinkhorn_run *run, double smallest)
{
    jko_i_newton *newton = &run->work->newton;
    const jko_cost *cost = run->problem->cost;
    size_t kept = 0;
    size_t first = 0;
    jko_i_laplacian_clear(&newton->laplacian, run->count);
    for (size_t i = 0; i < cost->m; i++) {
        // Past what there is room for, entries are found again when they are wanted.
        const bool keeps = kept == i && first + cost->n <= newton->capacity;
        double *shares = newton->share + (keeps ? first : newton->capacity);
        size_t *nodes = newton->node + (keeps ? first : newton->capacity);
        size_t used = 0;
        if (run->problem->a[i] > 0.0) {
            make_row(run, i);
            used = pack_row(run, smallest, shares, nodes);
            jko_i_laplacian_join(&newton->laplacian, used, nodes);
        }
        if (keeps) {
            first += used;
            newton->end[kept++] = first;
        }
    }
    return kept;
}

// False if a step is not worth it.
static bool fill_laplacian(const jko_i_sinkhorn_run *run, double smallest)
{
    jko_i_newton *newton = &run->work->newton;
    const jko_cost *cost = run->problem->cost;
    const double most = run->work->wanted == JKO_OT_ENGINE_NEWTON
                            ? INFINITY
                            : fmax(MOST_WORK, ITERATIONS * (double)cost->m * (double)cost->n);
    const size_t kept = join_rows(run, smallest);
    if (jko_i_laplacian_order(&newton->laplacian) > most) {
        return false;
    }
    for (size_t i = 0; i < cost->m; i++) {
        if (!(run->problem->a[i] > 0.0)) {
            continue;
        }
        size_t first = newton->capacity;
        size_t used = 0;
        if (i < kept) {
            first = i > 0 ? newton->end[i - 1] : 0;
            used = newton->end[i] - first;
        } else {
            make_row(run, i);
            used = pack_row(run, smallest, newton->share + first, newton->node + first);
        }
        jko_i_laplacian_add(&newton->laplacian, run->problem->a[i], used, newton->node + first,
                            newton->share + first);
    }
    return true;
}

// Newton's direction at an evaluated g. Returns the slope of D along it; NaN if there is none.
static double find_direction(const jko_i_sinkhorn_run *run)
{
    jko_i_newton *newton = &run->work->newton;
    const double delta = fmax(newton->damping * fmin(run->error, 1.0), LEAST_DAMPING);
    double slope = 0.0;
    newton->declined = !fill_laplacian(run, fmax(NEGLIGIBLE * delta, SMALLEST_SHARE));
    if (newton->declined) {
        return NAN;
    }
    for (size_t p = 0; p < run->count; p++) {
        const size_t j = run->work->columns[newton->laplacian.node[p]];
        const double b = run->problem->b[j];
        newton->laplacian.excess[p] = delta * b;
        newton->solution[p] =
            -run->eps * b * expm1((run->work->g[j] - run->work->next[j]) / run->eps);
        newton->row[p] = newton->solution[p] / run->eps;
    }
    jko_i_laplacian_solve(&newton->laplacian, newton->solution);
    for (size_t p = 0; p < run->count; p++) {
        slope += newton->row[p] * newton->solution[p];
        newton->direction[newton->laplacian.node[p]] = newton->solution[p];
    }
    return isfinite(slope) ? slope : NAN;
}

// Where a step starts from.
typedef struct ascent {
    double tolerance;
    double dual;
    double slope; // of D along the direction, for a step of 1
} ascent;

// a.f + b.g.
static double dual(const jko_i_sinkhorn_run *run)
{
    const jko_i_ot_problem *p = run->problem;
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < p->cost->m; i++) {
        if (p->a[i] > 0.0) {
            jko_i_sum_add_product(&sum, p->a[i], run->work->f[i]);
        }
    }
    for (size_t k = 0; k < run->count; k++) {
        const size_t j = run->work->columns[k];
        jko_i_sum_add_product(&sum, p->b[j], run->work->g[j]);
    }
    return jko_i_sum_value(&sum);
}

// Evaluate at `step` along the direction; *rise: the gain of D over what the slope promises.
static jko_status try_step(jko_i_sinkhorn_run *run, const ascent *from, double step, double *rise)
{
    const jko_i_newton *newton = &run->work->newton;
    for (size_t k = 0; k < run->count; k++) {
        run->work->g[run->work->columns[k]] = newton->from[k] + step * newton->direction[k];
    }
    const jko_status status = jko_i_sinkhorn_evaluate(run, from->tolerance);
    *rise = (dual(run) - from->dual) / (step * from->slope);
    return status;
}

// Double a step while D rises as the slope promises: parts that do not communicate yet are
// moved until they do.
static jko_status lengthen(jko_i_sinkhorn_run *run, const ascent *from)
{
    double rise = 1.0;
    for (double step = 2.0; rise >= LINEAR && step < LONGEST; step *= 2.0) {
        const jko_status status = try_step(run, from, step, &rise);
        if (status != JKO_OK || run->error <= from->tolerance) {
            return status;
        }
        if (rise < LEAST_RISE) {
            return try_step(run, from, 0.5 * step, &rise);
        }
    }
    return JKO_OK;
}

// One step, and the evaluation at the new g.
static jko_status advance(jko_i_sinkhorn_run *run, double tolerance)
{
    jko_i_newton *newton = &run->work->newton;
    const double error = run->error;
    const ascent from = {tolerance, dual(run), find_direction(run)};
    for (size_t k = 0; k < run->count; k++) {
        newton->from[k] = run->work->g[run->work->columns[k]];
        newton->plain[k] = run->work->next[run->work->columns[k]];
    }
    double step = 1.0;
    for (int h = 0; from.slope > 0.0 && h < HALVINGS; h++, step *= 0.5) {
        double rise = 0.0;
        const jko_status status = try_step(run, &from, step, &rise);
        const bool falls = run->error <= (1.0 - 0.25 * step) * error;
        if (h == 0 && (falls || rise >= GOOD_RISE)) {
            newton->damping = fmax(newton->damping / ADAPTION, LEAST_SHARE);
        }
        if (status != JKO_OK || falls) {
            return status;
        }
        if (rise >= LEAST_RISE) {
            return h == 0 && rise >= LINEAR ? lengthen(run, &from) : JKO_OK;
        }
        newton->damping = fmin(newton->damping * ADAPTION, LARGEST_SHARE);
    }
    for (size_t k = 0; k < run->count; k++) {
        run->work->g[run->work->columns[k]] = newton->plain[k];
    }
    return jko_i_sinkhorn_evaluate(run, tolerance);
}

jko_status jko_i_newton_run(jko_i_sinkhorn_run *run, double tolerance, int64_t most)
{
    double halved = INFINITY;
    int since = 0;
    run->work->newton.damping = DAMPING;
    run->aim = tolerance;
    for (int64_t k = 0; run->error > tolerance && k < most && since < PATIENCE; k++) {
        const jko_status status = advance(run, tolerance);
        if (!run->work->newton.declined) {
            run->engine = JKO_OT_ENGINE_NEWTON;
        }
        if (status != JKO_OK || run->work->newton.declined) {
            return status;
        }
        since = run->error < 0.5 * halved ? 0 : since + 1;
        halved = since == 0 ? run->error : halved;
    }
    return JKO_OK;
}
