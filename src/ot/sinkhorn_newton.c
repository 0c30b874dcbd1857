// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's method for entropic transport: for small problems on which accelerated Sinkhorn stalls,
 * as it does at small epsilon.
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
 * rises as its slope promises. Diagonals are sums
 * of weights and never differences (Grassmann, Taksar and Heyman), so the elimination has no
 * cancellation however weakly parts are joined. O(n^3 / 3) a step, plus the square of each row's
 * count of entries that are not 0; 4 n^2 bytes.
 *
 * Source: Brauer, Clason, Lorenz and Wirth, A Sinkhorn-Newton method (2017); Levenberg (1944);
 * Marquardt (1963); Grassmann, Taksar and Heyman, Operations Research 33 (1985).
 */
#include "sinkhorn_work.h"

#include "base/alloc.h"
#include "base/logsumexp.h"
#include "base/sum.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

#define DENSE ((size_t)4)    // a row with a share of 1 in so many entries is taken as a vector
#define SMALLEST_SHARE 1e-24 // of a row: entries below do not join columns
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
    newton->weight = jko_i_alloc_unset(n * (n - 1) / 2 + 1, sizeof(double));
    newton->excess = jko_i_alloc(n, sizeof(double));
    newton->diagonal = jko_i_alloc(n, sizeof(double));
    newton->direction = jko_i_alloc(n, sizeof(double));
    newton->from = jko_i_alloc(n, sizeof(double));
    newton->plain = jko_i_alloc(n, sizeof(double));
    newton->row = jko_i_alloc(n, sizeof(double));
    newton->packed = jko_i_alloc(n, sizeof(double));
    newton->place = jko_i_alloc(n, sizeof(size_t));
    return newton->weight != NULL && newton->excess != NULL && newton->diagonal != NULL &&
           newton->direction != NULL && newton->from != NULL && newton->plain != NULL &&
           newton->row != NULL && newton->packed != NULL && newton->place != NULL;
}

void jko_i_newton_free(jko_i_newton *newton)
{
    jko_i_free(newton->weight);
    jko_i_free(newton->excess);
    jko_i_free(newton->diagonal);
    jko_i_free(newton->direction);
    jko_i_free(newton->from);
    jko_i_free(newton->plain);
    jko_i_free(newton->row);
    jko_i_free(newton->packed);
    jko_i_free(newton->place);
}

// Row k of the triangle: the weights between column k and those before it.
static double *weights(const jko_i_newton *newton, size_t k)
{
    return newton->weight + k * (k - (k > 0)) / 2;
}

// The entries of row i of the plan over its sum, packed. Returns how many count.
static size_t pack_row(const jko_i_sinkhorn_run *run, size_t i)
{
    jko_i_newton *newton = &run->work->newton;
    const jko_cost *cost = run->problem->cost;
    const double lse = log(run->problem->a[i]) - run->work->f[i] / run->eps;
    double buffer[JKO_I_PIECE];
    size_t used = 0;
    memset(newton->row, 0, cost->n * sizeof *newton->row);
    for (size_t first = 0, length = 0; first < cost->n; first += length) {
        length = jko_i_cost_piece(cost, cost->n, first);
        jko_i_row_accumulate(length, run->work->g + first,
                             jko_i_cost_row_piece(cost, i, first, length, buffer), run->eps, lse,
                             1.0, newton->row + first);
    }
    for (size_t k = 0; k < run->count; k++) {
        const double share = newton->row[run->work->columns[k]];
        if (share > SMALLEST_SHARE) {
            newton->packed[used] = share;
            newton->place[used++] = k;
        }
    }
    return used;
}

// What a row of the plan that is mostly there adds to the triangle, entries that do not count as 0.
static void add_dense_row(const jko_i_sinkhorn_run *run, size_t i, size_t used)
{
    const jko_i_newton *newton = &run->work->newton;
    double *shares = newton->direction; // free until the right-hand side is put there
    memset(shares, 0, run->count * sizeof *shares);
    for (size_t s = 0; s < used; s++) {
        shares[newton->place[s]] = newton->packed[s];
    }
    for (size_t s = 1; s < used; s++) {
        const size_t k = newton->place[s];
        jko_i_vector_add(k, run->problem->a[i] * newton->packed[s], shares, weights(newton, k));
    }
}

static void fill_laplacian(const jko_i_sinkhorn_run *run)
{
    const jko_i_newton *newton = &run->work->newton;
    memset(newton->weight, 0, run->count * (run->count - 1) / 2 * sizeof *newton->weight);
    for (size_t i = 0; i < run->problem->cost->m; i++) {
        if (!(run->problem->a[i] > 0.0)) {
            continue;
        }
        const size_t used = pack_row(run, i);
        if (DENSE * used > run->count) {
            add_dense_row(run, i, used);
            continue;
        }
        for (size_t s = 1; s < used; s++) {
            double *row = weights(newton, newton->place[s]);
            const double mass = run->problem->a[i] * newton->packed[s];
            for (size_t t = 0; t < s; t++) {
                row[newton->place[t]] += mass * newton->packed[t];
            }
        }
    }
}

// Eliminate columns from the last; direction holds the right-hand side, then the solution.
static void solve_laplacian(jko_i_newton *newton, size_t count)
{
    double *d = newton->direction;
    for (size_t k = count; k-- > 0;) {
        const double *row = weights(newton, k);
        double sum = newton->excess[k];
        for (size_t l = 0; l < k; l++) {
            sum += row[l];
        }
        newton->diagonal[k] = sum;
        for (size_t l = 0; l < k; l++) {
            const double factor = row[l] / sum;
            if (factor > 0.0) {
                double *other = weights(newton, l);
                jko_i_vector_add(l, factor, row, other);
                newton->excess[l] += factor * newton->excess[k];
                d[l] += factor * d[k];
            }
        }
    }
    for (size_t k = 0; k < count; k++) {
        const double *row = weights(newton, k);
        d[k] = (d[k] + jko_i_vector_dot(k, row, d)) / newton->diagonal[k];
    }
}

// Newton's direction at an evaluated g. Returns the slope of D along it; NaN if there is none.
static double find_direction(const jko_i_sinkhorn_run *run)
{
    jko_i_newton *newton = &run->work->newton;
    const double delta = fmax(newton->damping * fmin(run->error, 1.0), LEAST_DAMPING);
    double slope = 0.0;
    fill_laplacian(run);
    for (size_t k = 0; k < run->count; k++) {
        const size_t j = run->work->columns[k];
        const double b = run->problem->b[j];
        newton->excess[k] = delta * b;
        newton->direction[k] =
            -run->eps * b * expm1((run->work->g[j] - run->work->next[j]) / run->eps);
        newton->row[k] = newton->direction[k] / run->eps;
    }
    solve_laplacian(newton, run->count);
    for (size_t k = 0; k < run->count; k++) {
        slope += newton->row[k] * newton->direction[k];
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
        run->engine = JKO_OT_ENGINE_NEWTON;
        if (status != JKO_OK) {
            return status;
        }
        since = run->error < 0.5 * halved ? 0 : since + 1;
        halved = since == 0 ? run->error : halved;
    }
    return JKO_OK;
}
