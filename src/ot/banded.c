// SPDX-License-Identifier: BSD-3-Clause
/*
 * Stabilised scaling between grids: of the kernel, each row's band alone.
 *
 * With potentials absorbed, a row of the kernel is a row of the plan, and at small epsilon all but
 * its entries about one place are nothing. A row keeps the columns between its first and its last
 * entry above 1e-20 of the largest, so what is left out of a sum is below its rounding. Where the
 * band lies is for the potentials to say, not for the distance: it follows the mass. On a circle
 * it may run over the seam; what is left out is then the longest run of columns that are nothing.
 *
 * Columns are looked at in blocks. Two products a pass, as in absorbed.c, and the same bits for
 * any number of threads.
 *
 * Source: Schmitzer, SIAM J. Sci. Comput. 41 (2019), sections 3.2 and 3.3.
 */
#include "banded.h"

#include "base/alloc.h"
#include "base/logsumexp.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "plan_rows.h"

#include <math.h>
#include <string.h>

#define MOST ((size_t)4 << 20) // numbers of a kernel, if more than these a row
#define MOST_ROW ((size_t)256)
#define LARGEST_LOG 50.0   // of a factor, before it is absorbed
#define NEGLIGIBLE (-46.0) // exponent of an entry beside the largest of its row
#define BLOCK ((size_t)16) // columns that are looked at together
#define PARTS ((size_t)16)

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool jko_i_banded_create(jko_i_banded *work, const jko_cost *cost)
{
    if (!(cost->row_stride < 0)) {
        return true;
    }
    const size_t n = cost->n;
    const size_t most = MOST_ROW < MOST / n ? MOST : n * MOST_ROW;
    work->capacity = n < most / n ? n * n : most;
    work->kernel = jko_i_alloc_unset(work->capacity, sizeof *work->kernel);
    work->offset = jko_i_alloc(n + 1, sizeof *work->offset);
    work->first = jko_i_alloc(n, sizeof *work->first);
    work->part = jko_i_alloc(n, 2 * PARTS * sizeof *work->part);
    work->v = jko_i_alloc(n, 2 * sizeof *work->v);
    const bool has_scaling = jko_i_scaling_create(&work->scaling, n, n, LARGEST_LOG);
    return work->kernel != NULL && work->offset != NULL && work->first != NULL &&
           work->part != NULL && work->v != NULL && has_scaling;
}

void jko_i_banded_free(jko_i_banded *work)
{
    jko_i_free(work->kernel);
    jko_i_free(work->offset);
    jko_i_free(work->first);
    jko_i_free(work->part);
    jko_i_free(work->v);
    jko_i_scaling_free(&work->scaling);
}

typedef struct job {
    jko_i_banded *work;
    const jko_i_ot_problem *problem;
    double eps;
} job;

// Potential and band of row i; its width into offset[i].
static void find_band(void *context, size_t i)
{
    const job *t = context;
    jko_i_banded *work = t->work;
    const size_t n = t->problem->cost->n;
    const double *c = jko_i_cost_row(t->problem->cost, i);
    const double *g = work->scaling.g;
    work->offset[i] = 0;
    if (!(t->problem->a[i] > 0.0)) {
        return;
    }
    work->scaling.f[i] = t->eps * (log(t->problem->a[i]) - jko_i_row_lse(n, g, c, t->eps));
    const double cut = jko_i_row_max(n, g, c) + NEGLIGIBLE * t->eps;
    // The longest run of blocks that are nothing, over the seam too: two rounds see all of it.
    const size_t blocks = (n + BLOCK - 1) / BLOCK;
    size_t run = 0;
    size_t longest = 0;
    size_t after = 0; // the block behind it
    for (size_t k = 0; k < 2 * blocks && run < blocks; k++) {
        const size_t at = k < blocks ? k : k - blocks;
        const size_t start = at * BLOCK;
        const bool counts = jko_i_row_max(least(BLOCK, n - start), g + start, c + start) >= cut;
        run = counts ? 0 : run + 1;
        if (run > longest) {
            longest = run;
            after = at + 1 < blocks ? at + 1 : 0;
        }
    }
    size_t width = 0;
    for (size_t k = 0, at = after; k < blocks - longest; k++, at = at + 1 < blocks ? at + 1 : 0) {
        width += least(BLOCK, n - at * BLOCK);
    }
    work->first[i] = after * BLOCK;
    work->offset[i] = width;
}

// The entries of row i.
static void fill_band(void *context, size_t i)
{
    const job *t = context;
    jko_i_banded *work = t->work;
    const size_t n = t->problem->cost->n;
    const double *c = jko_i_cost_row(t->problem->cost, i);
    const double *g = work->scaling.g;
    const size_t first = work->first[i];
    const size_t width = work->offset[i + 1] - work->offset[i];
    const size_t before = least(width, n - first); // the seam
    double *row = work->kernel + work->offset[i];
    jko_i_plan_exp(before, work->scaling.f[i], g + first, c + first, t->eps, row);
    jko_i_plan_exp(width - before, work->scaling.f[i], g, c, t->eps, row + before);
}

static bool make_kernel(job *t, const double *g)
{
    jko_i_banded *work = t->work;
    const size_t n = t->problem->cost->n;
    const int threads = t->problem->threads;
    size_t sum = 0;
    memcpy(work->scaling.g, g, n * sizeof *g);
    work->scaling.eps = 0.0;
    jko_i_parallel_rows(n, n, threads, find_band, t);
    for (size_t i = 0; i < n; i++) {
        const size_t width = work->offset[i];
        work->offset[i] = sum;
        sum += width;
        if (sum > work->capacity) {
            return false;
        }
    }
    work->offset[n] = sum;
    jko_i_parallel_rows(n, sum / n + 1, threads, fill_band, t);
    work->scaling.eps = t->eps;
    work->made++;
    return true;
}

// u of a part of the rows, so that they are exact, and what they add to the column sums.
static void sweep_part(void *context, size_t part)
{
    const job *t = context;
    jko_i_banded *work = t->work;
    const size_t n = t->problem->cost->n;
    double *sum = work->part + part * 2 * n;
    memset(sum, 0, 2 * n * sizeof *sum);
    for (size_t i = n * part / PARTS; i < n * (part + 1) / PARTS; i++) {
        const double a = t->problem->a[i];
        const double *row = work->kernel + work->offset[i];
        const size_t width = work->offset[i + 1] - work->offset[i];
        const size_t first = work->first[i];
        work->scaling.u[i] = 0.0;
        if (a > 0.0) {
            const double u = a / jko_i_vector_dot(width, row, work->v + first);
            work->scaling.u[i] = u;
            jko_i_vector_add(width, u, row, sum + first);
        }
    }
}

static bool multiply(job *t, const double *g, double *f, double *next)
{
    jko_i_banded *work = t->work;
    jko_i_scaling *s = &work->scaling;
    const jko_i_ot_problem *p = t->problem;
    const size_t n = p->cost->n;
    if (!jko_i_scaling_set(s, p, g)) {
        return false;
    }
    memcpy(work->v, s->v, n * sizeof *s->v);
    memcpy(work->v + n, s->v, n * sizeof *s->v);
    jko_i_parallel_rows(PARTS, work->offset[n] / PARTS, p->threads, sweep_part, t);
    memset(s->sum, 0, n * sizeof *s->sum);
    for (size_t part = 0; part < 2 * PARTS; part++) {
        jko_i_vector_add(n, 1.0, work->part + part * n, s->sum);
    }
    return jko_i_scaling_read_rows(s, p, f) && jko_i_scaling_read_columns(s, p, next);
}

bool jko_i_banded_update(jko_i_banded *work, const jko_i_ot_problem *problem, double eps,
                         const double *g, double *f, double *next)
{
    job t = {work, problem, eps};
    if (work->scaling.eps == eps && multiply(&t, g, f, next)) {
        return true;
    }
    return make_kernel(&t, g) && multiply(&t, g, f, next);
}
