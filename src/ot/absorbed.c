// SPDX-License-Identifier: BSD-3-Clause
/*
 * Stabilised scaling: a kernel with potentials absorbed, so that a pass needs no exponentials.
 *
 * As long as potentials stay within some eps of those in the kernel, an iteration is two products,
 * K v and K^T u, one multiplication and addition an arc. Where a factor grows past exp(50) either
 * way, the potentials are absorbed: the kernel is made anew, at two passes of exponentials. Entries
 * below 1e-308 are lost, and so is nothing that a factor could bring back above 1e-280.
 *
 * Sums of a row run in lanes of fixed order, columns in blocks of their own: the same bits for any
 * number of threads.
 *
 * Source: Schmitzer, SIAM J. Sci. Comput. 41 (2019), section 3.2.
 */
#include "absorbed.h"

#include "base/alloc.h"
#include "base/logsumexp.h"
#include "base/parallel.h"

#include <math.h>
#include <string.h>

#define LEAST_ARCS ((size_t)4096) // below, the exponentials cost nothing
#define LARGEST_LOG 50.0          // of a factor, before it is absorbed
#define LANES ((size_t)8)
#define BLOCK ((size_t)64) // columns that are summed together

bool jko_i_absorbed_create(jko_i_absorbed *work, const jko_cost *cost)
{
    const bool is_matrix = cost->row_stride > 0;
    if (!is_matrix || cost->m < LEAST_ARCS / cost->n + 1) {
        return true;
    }
    work->kernel = jko_i_alloc(cost->m * cost->n, sizeof(double));
    work->f = jko_i_alloc(cost->m, sizeof(double));
    work->g = jko_i_alloc(cost->n, sizeof(double));
    work->u = jko_i_alloc(cost->m, sizeof(double));
    work->v = jko_i_alloc(cost->n, sizeof(double));
    work->sum = jko_i_alloc(cost->n, sizeof(double));
    return work->kernel != NULL && work->f != NULL && work->g != NULL && work->u != NULL &&
           work->v != NULL && work->sum != NULL;
}

void jko_i_absorbed_free(jko_i_absorbed *work)
{
    jko_i_free(work->kernel);
    jko_i_free(work->f);
    jko_i_free(work->g);
    jko_i_free(work->u);
    jko_i_free(work->v);
    jko_i_free(work->sum);
}

typedef struct job {
    jko_i_absorbed *work;
    const jko_i_ot_problem *problem;
    double eps;
} job;

// Absorb the row's potential, which makes the row exact, and fill its kernel.
static void make_row(void *context, size_t i)
{
    const job *t = context;
    const size_t n = t->problem->cost->n;
    double *row = t->work->kernel + i * n;
    memset(row, 0, n * sizeof *row);
    if (t->problem->a[i] > 0.0) {
        const double *c = jko_i_cost_row(t->problem->cost, i);
        const double lse = jko_i_row_lse(n, t->work->g, c, t->eps);
        t->work->f[i] = t->eps * (log(t->problem->a[i]) - lse);
        jko_i_row_exp(n, t->work->g, c, t->eps, lse, t->problem->a[i], row);
    }
}

// u_i, so that row i is exact.
static void scale_row(void *context, size_t i)
{
    const job *t = context;
    const size_t n = t->problem->cost->n;
    const double *row = t->work->kernel + i * n;
    const double *v = t->work->v;
    double lanes[LANES] = {0.0};
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            lanes[k] += row[j + k] * v[j + k];
        }
    }
    double sum = 0.0;
    for (; j < n; j++) {
        sum += row[j] * v[j];
    }
    for (size_t k = 0; k < LANES; k++) {
        sum += lanes[k];
    }
    t->work->u[i] = t->problem->a[i] > 0.0 ? t->problem->a[i] / sum : 0.0;
}

// A block of K^T u.
static void sum_columns(void *context, size_t block)
{
    const job *t = context;
    const size_t n = t->problem->cost->n;
    const size_t first = block * BLOCK;
    const size_t count = n - first < BLOCK ? n - first : BLOCK;
    double sums[BLOCK] = {0.0};
    for (size_t i = 0; i < t->problem->cost->m; i++) {
        const double *row = t->work->kernel + i * n + first;
        const double u = t->work->u[i];
        for (size_t k = 0; k < count; k++) {
            sums[k] += u * row[k];
        }
    }
    memcpy(t->work->sum + first, sums, count * sizeof *sums);
}

// v from g; false if a factor is too large for the kernel.
static bool set_factors(const job *t, const double *g)
{
    for (size_t j = 0; j < t->problem->cost->n; j++) {
        t->work->v[j] = 0.0;
        if (t->problem->b[j] > 0.0) {
            const double exponent = (g[j] - t->work->g[j]) / t->eps;
            if (!(fabs(exponent) <= LARGEST_LOG)) {
                return false;
            }
            t->work->v[j] = exp(exponent);
        }
    }
    return true;
}

// Both products with the kernel as it is. False if a factor or a sum left its range.
static bool multiply(job *t, const double *g, double *f, double *next)
{
    const jko_i_ot_problem *p = t->problem;
    const size_t m = p->cost->m;
    const size_t n = p->cost->n;
    if (!set_factors(t, g)) {
        return false;
    }
    jko_i_parallel_rows(m, n, p->threads, scale_row, t);
    for (size_t i = 0; i < m; i++) {
        if (p->a[i] > 0.0) {
            const double exponent = log(t->work->u[i]);
            if (!(fabs(exponent) <= LARGEST_LOG)) {
                return false;
            }
            f[i] = t->work->f[i] + t->eps * exponent;
        }
    }
    jko_i_parallel_rows((n + BLOCK - 1) / BLOCK, m * BLOCK, p->threads, sum_columns, t);
    for (size_t j = 0; j < n; j++) {
        if (p->b[j] > 0.0) {
            next[j] = t->work->g[j] + t->eps * log(p->b[j] / t->work->sum[j]);
            if (!isfinite(next[j])) {
                return false;
            }
        }
    }
    return true;
}

bool jko_i_absorbed_update(jko_i_absorbed *work, const jko_i_ot_problem *problem, double eps,
                           const double *g, double *f, double *next)
{
    job t = {work, problem, eps};
    if (work->eps == eps && multiply(&t, g, f, next)) {
        return true;
    }
    memcpy(work->g, g, problem->cost->n * sizeof *g);
    jko_i_parallel_rows(problem->cost->m, problem->cost->n, problem->threads, make_row, &t);
    work->eps = eps;
    work->made++;
    return multiply(&t, g, f, next);
}
