// SPDX-License-Identifier: BSD-3-Clause
/*
 * Stabilised scaling: a kernel with potentials absorbed, so that a pass needs no exponentials.
 *
 * As long as potentials stay within some eps of those in the kernel, an iteration is two products,
 * K v and K^T u, one multiplication and addition an arc. Both are done in one sweep over the rows,
 * four at a time: the factor u_i is known as soon as row i is summed, and then the row, still in
 * the cache, is added to the column sums. Where a factor grows past exp(50) either way, the
 * potentials are absorbed: the kernel is made anew, at one pass of exponentials. Entries below
 * 1e-304 are lost, and so is nothing that a factor could bring back above 1e-280.
 *
 * At small epsilon few entries count, and those alone are swept until the error is small enough to
 * be claimed (truncated.c).
 *
 * Sums of a row run in lanes of fixed order, and columns in parts of the rows that do not depend on
 * the number of threads: the same bits for any.
 *
 * Source: Schmitzer, SIAM J. Sci. Comput. 41 (2019), section 3.2.
 */
#include "absorbed.h"

#include "base/alloc.h"
#include "base/clones.h"
#include "base/logsumexp.h"
#include "base/parallel.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

#define LEAST_ARCS ((size_t)3700) // below, the exponentials cost nothing
#define LARGEST_LOG 50.0          // of a factor, before it is absorbed
#define LANES ((size_t)8)
#define GROUP ((size_t)4) // rows that are swept together
#define MOST_PARTS ((size_t)16)
#define PART_ARCS ((size_t)16384) // of a part at least

bool jko_i_absorbed_create(jko_i_absorbed *work, const jko_cost *cost)
{
    const bool is_matrix = cost->row_stride > 0;
    if (!is_matrix || cost->m < LEAST_ARCS / cost->n + 1) {
        return true;
    }
    const size_t wanted = cost->m * cost->n / PART_ARCS + 1;
    work->parts = wanted < MOST_PARTS ? wanted : MOST_PARTS;
    work->kernel = jko_i_alloc_unset(cost->m * cost->n, sizeof(double));
    work->part = jko_i_alloc(cost->n, work->parts * sizeof(double));
    const bool has_scaling = jko_i_scaling_create(&work->scaling, cost->m, cost->n, LARGEST_LOG);
    return jko_i_truncated_create(&work->truncated, cost->m, cost->n) && work->kernel != NULL &&
           work->part != NULL && has_scaling;
}

void jko_i_absorbed_free(jko_i_absorbed *work)
{
    jko_i_free(work->kernel);
    jko_i_free(work->part);
    jko_i_truncated_free(&work->truncated);
    jko_i_scaling_free(&work->scaling);
}

typedef struct job {
    jko_i_absorbed *work;
    const jko_i_ot_problem *problem;
    double eps;
    bool truncated; // whether the truncated kernel is to be taken
} job;

// Absorb the row's potential, which makes the row exact, and fill its kernel.
static void make_row(void *context, size_t i)
{
    const job *t = context;
    const size_t n = t->problem->cost->n;
    const double a = t->problem->a[i];
    double *row = t->work->kernel + i * n;
    memset(row, 0, n * sizeof *row);
    if (a > 0.0) {
        const double *c = jko_i_cost_row(t->problem->cost, i);
        t->work->scaling.f[i] = jko_i_row_share(n, t->work->scaling.g, c, t->eps, a, row);
    }
    if (t->work->truncated.capacity > 0) {
        jko_i_truncated_count(&t->work->truncated, i, row, a);
    }
}

static void take_row(void *context, size_t i)
{
    const job *t = context;
    const size_t n = t->problem->cost->n;
    jko_i_truncated_take(&t->work->truncated, i, t->work->kernel + i * n, t->problem->a[i]);
}

// K v for a group of rows.
static inline void multiply_group(size_t n, const double *rows, const double *v, double *sums)
{
    double lanes[GROUP][LANES] = {{0.0}};
    size_t j = 0;
    for (; j + LANES <= n; j += LANES) {
        for (size_t r = 0; r < GROUP; r++) {
            for (size_t k = 0; k < LANES; k++) {
                lanes[r][k] += rows[r * n + j + k] * v[j + k];
            }
        }
    }
    for (size_t r = 0; r < GROUP; r++) {
        for (size_t k = 0; j + k < n; k++) {
            lanes[r][k] += rows[r * n + j + k] * v[j + k];
        }
        const double *l = lanes[r];
        sums[r] = ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
    }
}

// u of some rows, so that they are exact, and what they add to the column sums.
static JKO_I_CLONES void sweep(size_t rows, size_t n, const double *restrict kernel,
                               const double *restrict a, const double *restrict v,
                               double *restrict u, double *restrict sum)
{
    size_t i = 0;
    memset(sum, 0, n * sizeof *sum);
    for (; i + GROUP <= rows; i += GROUP) {
        const double *row = kernel + i * n;
        double sums[GROUP];
        multiply_group(n, row, v, sums);
        for (size_t r = 0; r < GROUP; r++) {
            u[i + r] = a[i + r] > 0.0 ? a[i + r] / sums[r] : 0.0;
        }
        const double u0 = u[i];
        const double u1 = u[i + 1];
        const double u2 = u[i + 2];
        const double u3 = u[i + 3];
        for (size_t j = 0; j < n; j++) {
            sum[j] += (u0 * row[j] + u1 * row[n + j]) + (u2 * row[2 * n + j] + u3 * row[3 * n + j]);
        }
    }
    for (; i < rows; i++) {
        const double *row = kernel + i * n;
        u[i] = a[i] > 0.0 ? a[i] / jko_i_vector_dot(n, row, v) : 0.0;
        for (size_t j = 0; j < n; j++) {
            sum[j] += u[i] * row[j];
        }
    }
}

static void sweep_part(void *context, size_t part)
{
    const job *t = context;
    jko_i_absorbed *work = t->work;
    const size_t m = t->problem->cost->m;
    const size_t n = t->problem->cost->n;
    const size_t first = m * part / work->parts;
    const size_t rows = m * (part + 1) / work->parts - first;
    if (t->truncated) {
        jko_i_truncated_sweep(&work->truncated, first, rows, t->problem->a, work->scaling.v,
                              work->scaling.u, work->part + part * n);
        return;
    }
    sweep(rows, n, work->kernel + first * n, t->problem->a + first, work->scaling.v,
          work->scaling.u + first, work->part + part * n);
}

// Both products with the kernel as it is. False if a factor or a sum left its range.
static bool multiply(job *t, const double *g, double *f, double *next)
{
    const jko_i_ot_problem *p = t->problem;
    jko_i_absorbed *work = t->work;
    const size_t n = p->cost->n;
    if (!jko_i_scaling_set(&work->scaling, p, g)) {
        return false;
    }
    jko_i_parallel_rows(work->parts, p->cost->m * n / work->parts, p->threads, sweep_part, t);
    memcpy(work->scaling.sum, work->part, n * sizeof(double));
    for (size_t part = 1; part < work->parts; part++) {
        jko_i_vector_add(n, 1.0, work->part + part * n, work->scaling.sum);
    }
    return jko_i_scaling_read_rows(&work->scaling, p, f) &&
           jko_i_scaling_read_columns(&work->scaling, p, next);
}

// The same, truncated where that is enough.
static bool multiply_enough(job *t, double enough, const double *g, double *f, double *next)
{
    t->truncated = t->work->truncated.holds;
    if (t->truncated && multiply(t, g, f, next) &&
        t->work->scaling.error > enough * t->problem->total) {
        return true;
    }
    t->truncated = false;
    return multiply(t, g, f, next);
}

static void make_kernel(job *t, const double *g)
{
    jko_i_absorbed *work = t->work;
    const jko_cost *cost = t->problem->cost;
    const int threads = t->problem->threads;
    memcpy(work->scaling.g, g, cost->n * sizeof *g);
    jko_i_parallel_rows(cost->m, cost->n, threads, make_row, t);
    if (work->truncated.capacity > 0 && jko_i_truncated_reserve(&work->truncated)) {
        jko_i_parallel_rows(cost->m, cost->n, threads, take_row, t);
    }
    work->scaling.eps = t->eps;
    work->made++;
}

bool jko_i_absorbed_update(jko_i_absorbed *work, const jko_i_ot_problem *problem, double eps,
                           double enough, const double *g, double *f, double *next)
{
    job t = {work, problem, eps, false};
    if (work->scaling.eps == eps && multiply_enough(&t, enough, g, f, next)) {
        return true;
    }
    make_kernel(&t, g);
    return multiply_enough(&t, enough, g, f, next);
}
