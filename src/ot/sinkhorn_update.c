// SPDX-License-Identifier: BSD-3-Clause
/*
 * One iteration of Sinkhorn's method, by the fastest kernel that bears the numbers.
 *
 * Between grids a convolution as long as its digits last, then bands; for matrices a dense kernel
 * that potentials are absorbed in. Where none of them does, two log-sum-exp passes over the arcs,
 * which also confirm what a kernel claims at the end, where its roundings might matter. What is
 * reported is computed from the potentials all the same (sinkhorn_round.c).
 *
 * Source: Cuturi (2013); Schmitzer, SIAM J. Sci. Comput. 41 (2019).
 */
#include "base/parallel.h"
#include "measure/cost_rows.h"
#include "sinkhorn_log.h"
#include "sinkhorn_work.h"

#include <math.h>

#define KERNEL_DOUBT 1e-13 // roundings of sums over rows and columns, as a share of the total

static void update_row(void *context, size_t i)
{
    const jko_i_sinkhorn_run *run = context;
    const double a = run->problem->a[i];
    const jko_cost *cost = run->problem->cost;
    if (a > 0.0) {
        const double lse = jko_i_cost_row_lse(cost, i, run->work->g, run->eps);
        run->work->f[i] = run->eps * (log(a) - lse);
    }
}

static void update_column(void *context, size_t k)
{
    const jko_i_sinkhorn_run *run = context;
    const size_t j = run->work->columns[k];
    const jko_cost *cost = run->problem->cost;
    const double lse = jko_i_cost_column_lse(cost, j, run->work->f, run->eps);
    run->work->next[j] = run->eps * (log(run->problem->b[j]) - lse);
}

// f from g and G(g) from f in the log domain.
static void update(jko_i_sinkhorn_run *run)
{
    const jko_i_ot_problem *p = run->problem;
    jko_i_parallel_rows(p->cost->m, p->cost->n, p->threads, update_row, run);
    jko_i_parallel_rows(run->count, p->cost->m, p->threads, update_column, run);
}

static double find_error(const jko_i_sinkhorn_run *run)
{
    double error = 0.0;
    for (size_t k = 0; k < run->count; k++) {
        const size_t j = run->work->columns[k];
        const double exponent = (run->work->g[j] - run->work->next[j]) / run->eps;
        error += run->problem->b[j] * fabs(expm1(exponent));
    }
    return error / run->problem->total;
}

bool jko_i_sinkhorn_choose(jko_i_sinkhorn *work, jko_ot_engine engine)
{
    work->wanted = engine;
    switch (engine) {
    case JKO_OT_ENGINE_ABSORBED:
        return work->absorbed.kernel != NULL;
    case JKO_OT_ENGINE_BANDED:
        return work->banded.kernel != NULL;
    case JKO_OT_ENGINE_FOURIER:
        return work->convolution.fourier != NULL;
    case JKO_OT_ENGINE_NEWTON:
        return work->newton.laplacian.weight != NULL;
    default:
        return true;
    }
}

// The update by convolution. Where a step by extrapolation went so far that digits are lost, it is
// taken back for the plain one.
static bool convolve(jko_i_sinkhorn_run *run)
{
    jko_i_sinkhorn *work = run->work;
    const bool tries = !jko_i_convolution_rests(&work->convolution);
    for (;;) {
        if (jko_i_convolution_update(&work->convolution, run->problem, run->eps, run->aim, work->g,
                                     work->f, work->next)) {
            return true;
        }
        if (!tries || !run->extrapolated) {
            return false;
        }
        run->extrapolated = false;
        jko_i_anderson_reset(work->anderson);
        work->convolution.rest = 0;
        for (size_t k = 0; k < run->count; k++) {
            work->g[work->columns[k]] = work->next[work->columns[k]];
        }
    }
}

// f, next and the error by the fastest kernel that bears the numbers. *doubt: what the error may be
// off by; false if the log domain has to do.
static bool update_fast(jko_i_sinkhorn_run *run, double *doubt)
{
    jko_i_sinkhorn *work = run->work;
    const jko_i_ot_problem *p = run->problem;
    *doubt = KERNEL_DOUBT;
    if (work->convolution.fourier != NULL && jko_i_sinkhorn_may_use(work, JKO_OT_ENGINE_FOURIER) &&
        convolve(run)) {
        run->error = work->convolution.scaling.error / p->total;
        run->engine = JKO_OT_ENGINE_FOURIER;
        *doubt = work->convolution.doubt / p->total;
        return true;
    }
    if (work->banded.kernel != NULL && jko_i_sinkhorn_may_use(work, JKO_OT_ENGINE_BANDED) &&
        jko_i_banded_update(&work->banded, p, run->eps, work->g, work->f, work->next)) {
        run->error = work->banded.scaling.error / p->total;
        run->engine = JKO_OT_ENGINE_BANDED;
        return true;
    }
    if (work->absorbed.kernel != NULL && jko_i_sinkhorn_may_use(work, JKO_OT_ENGINE_ABSORBED) &&
        jko_i_absorbed_update(&work->absorbed, p, run->eps, run->aim, work->g, work->f,
                              work->next)) {
        run->error = work->absorbed.scaling.error / p->total;
        run->engine = JKO_OT_ENGINE_ABSORBED;
        return true;
    }
    run->engine = JKO_OT_ENGINE_LOG;
    return false;
}

jko_status jko_i_sinkhorn_evaluate(jko_i_sinkhorn_run *run, double enough)
{
    double doubt = 0.0;
    const bool fast = update_fast(run, &doubt);
    // At the last level what is in doubt is not claimed before the log domain says so.
    const bool claims = fast && run->error <= enough && run->eps <= run->wanted;
    if (!fast || (claims && run->error + doubt > enough)) {
        update(run);
        run->error = find_error(run);
    }
    run->extrapolated = false;
    run->iterations++;
    const jko_status status = jko_i_ot_ask(run->limits, run->iterations, run->error);
    if (status != JKO_OK || run->error <= enough) {
        return status;
    }
    return jko_i_ot_check_limits(run->limits, run->iterations);
}
