// SPDX-License-Identifier: BSD-3-Clause
/*
 * The entropic step: scaling with a proximal map, in the log domain, with Anderson acceleration.
 *
 *     min over P >= 0 with row sums a of  <c, P> + eps sum P log P + E(m),   m = column sums
 *
 * The unknown is one potential p = -phi on the columns. For any p the plan
 *
 *     P_ij = a_i exp((p_j - c_ij)/eps) / sum_k exp((p_k - c_ik)/eps)
 *
 * has exact rows, and it is optimal iff phi = dE/dm at its column sums. One iteration:
 *
 *     lse_i  = log sum_j exp((p_j - c_ij)/eps),     q_i = eps (log a_i - lse_i)
 *     log r_j = log sum_i exp((q_i - c_ij)/eps),    m = prox of E at r,   p_j = eps log(m_j / r_j)
 *
 * Certificate: at phi' = e = dE/dm(m), with lse' from p' = -e and delta = e + p,
 *
 *     gap = sum_j m_j delta_j + eps sum_i a_i (lse'_i - lse_i) >= 0
 *
 * the Frank-Wolfe gap, which bounds objective - minimum for convex E. O(n^2) an iteration; on a
 * grid the far arcs cost no exponentials.
 *
 * Source: Peyre (2015); Chizat, Peyre, Schmitzer and Vialard (2018); Walker and Ni (2011).
 */
#include "entropic.h"

#include "base/alloc.h"
#include "base/logsumexp.h"
#include "base/parallel.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

#define HISTORY ((size_t)20)         // of Anderson; 20 needs half the iterations of 8
#define LARGEST_JUMP 5.0             // of an entry of p / eps in one extrapolation
#define FINE_ERROR 1e-12             // L1 error of the marginal, over the total, that is aimed at
#define CHECK_ERROR 1e-6             // from here on the gap is worth looking at
#define LARGEST_NEWTON ((size_t)512) // cells up to which Newton's method is in reserve
#define LEVELS 4                     // of epsilon above the last, for larger problems
#define LEVEL_FACTOR 4.0             // between levels
#define LEVEL_ERROR 1e-6             // of a level
#define LEVEL_ITERATIONS 200         // of a level, at most
#define PATIENCE 20                  // iterations without halving the error that count as its floor
#define NEWTON_PATIENCE 60           // the same, when Newton's method can take over
#define POLISH 3                     // plain iterations at the end, if the gap asks for them
#define STALL_PATIENCE 300           // the same, when the gap is not good enough

jko_i_entropic *jko_i_entropic_create(const jko_flow *flow)
{
    const size_t n = flow->n;
    jko_i_entropic *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    size_t matrix = 0;
    const bool own_prox = flow->energy.kl_prox == NULL && flow->energy.convex;
    work->anderson = jko_i_anderson_create(n, n < HISTORY           ? n
                                              : n <= LARGEST_NEWTON ? HISTORY
                                                                    : 2 * HISTORY);
    work->vectors = jko_i_alloc(n, 12 * sizeof(double));
    work->scratch = jko_i_alloc(n, 5 * sizeof(double));
    work->pivot = jko_i_alloc(n, sizeof(size_t));
    bool good = work->anderson != NULL && work->vectors != NULL && work->scratch != NULL &&
                work->pivot != NULL;
    if (own_prox) {
        good = good && jko_i_mul_size(n, n, &matrix);
        work->matrix = good ? jko_i_alloc(matrix, sizeof(double)) : NULL;
        good = good && work->matrix != NULL;
    }
    if (n <= LARGEST_NEWTON) {
        work->arcs = jko_i_alloc(n * n, 3 * sizeof(double));
        good = good && work->arcs != NULL;
    }
    if (!good) {
        jko_i_entropic_free(work);
        return NULL;
    }
    work->hessian = work->arcs;
    work->laplacian = work->arcs == NULL ? NULL : work->arcs + n * n;
    work->system = work->arcs == NULL ? NULL : work->arcs + 2 * n * n;
    double **const slots[] = {&work->p,     &work->next,      &work->lse,    &work->q,
                              &work->log_r, &work->log_m,     &work->plan_m, &work->row_part,
                              &work->best,  &work->direction, &work->from,   &work->plain};
    for (size_t k = 0; k < sizeof slots / sizeof slots[0]; k++) {
        *slots[k] = work->vectors + k * n;
    }
    return work;
}

void jko_i_entropic_free(jko_i_entropic *work)
{
    if (work != NULL) {
        jko_i_anderson_free(work->anderson);
        jko_i_free(work->vectors);
        jko_i_free(work->matrix);
        jko_i_free(work->arcs);
        jko_i_free(work->scratch);
        jko_i_free(work->pivot);
        jko_i_free(work);
    }
}

typedef struct lse_job {
    const jko_cost *cost;
    size_t n;
    double eps;
    const double *p;
    double *out;
} lse_job;

static void row_lse(void *context, size_t i)
{
    const lse_job *job = context;
    job->out[i] = jko_i_row_lse(job->n, job->p, jko_i_cost_row(job->cost, i), job->eps);
}

static void column_lse(void *context, size_t j)
{
    const lse_job *job = context;
    job->out[j] = jko_i_row_lse(job->n, job->p, jko_i_cost_column(job->cost, j), job->eps);
}

void jko_i_entropic_rows(const jko_flow *flow, const double *p, double *lse)
{
    lse_job job = {flow->cost, flow->n, flow->epsilon, p, lse};
    jko_i_parallel_rows(flow->n, flow->n, flow->settings.threads, row_lse, &job);
}

static void columns(const jko_flow *flow, const double *q, double *log_r)
{
    lse_job job = {flow->cost, flow->n, flow->epsilon, q, log_r};
    jko_i_parallel_rows(flow->n, flow->n, flow->settings.threads, column_lse, &job);
}

jko_status jko_i_entropic_iterate(jko_flow *flow, const jko_energy *energy, double *error)
{
    jko_i_entropic *work = flow->entropic;
    const size_t n = flow->n;
    const double eps = flow->epsilon;
    jko_i_entropic_rows(flow, work->p, work->lse);
    for (size_t i = 0; i < n; i++) {
        const double a = flow->start[i];
        work->q[i] = a > 0.0 ? eps * (log(a) - work->lse[i]) : -INFINITY;
    }
    columns(flow, work->q, work->log_r);
    for (size_t j = 0; j < n; j++) {
        if (!isfinite(work->log_r[j])) { // potentials so far off that their exponents overflow
            memcpy(work->next, work->p, n * sizeof *work->p);
            *error = INFINITY;
            return JKO_OK;
        }
    }
    const jko_status status = jko_i_energy_prox(flow, energy, work->log_r, eps, work->log_m,
                                                work->matrix, work->scratch, work->pivot);
    if (status < 0) {
        return status;
    }
    double difference = 0.0;
    double total = 0.0;
    for (size_t j = 0; j < n; j++) {
        work->plan_m[j] = exp(work->p[j] / eps + work->log_r[j]);
        work->next[j] = eps * (work->log_m[j] - work->log_r[j]);
        difference += fabs(work->plan_m[j] - exp(work->log_m[j]));
        total += work->plan_m[j];
    }
    *error = difference / total;
    *error = isfinite(*error) ? *error : INFINITY; // so far off that masses overflow
    return JKO_OK;
}

// Where to start: the last step's potential, else minus the variation where that is finite; and
// even masses, for a proximal map without a closed form.
static void begin(jko_flow *flow)
{
    jko_i_entropic *work = flow->entropic;
    const double total = jko_i_sum_array(flow->n, flow->start);
    jko_i_anderson_reset(work->anderson);
    for (size_t j = 0; j < flow->n; j++) {
        work->log_m[j] = log(total / (double)flow->n);
    }
    for (size_t j = 0; j < flow->n; j++) {
        const double e = flow->warm ? flow->potential[j] : flow->variation[j];
        work->p[j] = isfinite(e) ? -e : 0.0;
    }
}

// The gap at the current iterate; flow->variation and solution->energy are set on the way.
static jko_status certify(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution)
{
    jko_i_entropic *work = flow->entropic;
    const jko_status status =
        jko_i_energy_eval(flow, energy, work->plan_m, &solution->energy, flow->variation);
    if (status >= 0) {
        solution->gap = jko_i_entropic_gap(flow, work->plan_m, flow->variation);
    }
    return status;
}

// Iterate until the gap is good enough and the error at its floor, or a limit comes.
static jko_status run(jko_flow *flow, const jko_energy *energy, double before,
                      jko_i_solution *solution)
{
    jko_i_entropic *work = flow->entropic;
    double best = INFINITY; // smallest error so far; its potential is in work->best
    memcpy(work->best, work->p, flow->n * sizeof *work->p);
    double halved = INFINITY; // error when it last halved
    int since = 0;            // iterations since then
    jko_status status = JKO_OK;
    for (;;) {
        double error = 0.0;
        status = jko_i_entropic_iterate(flow, energy, &error);
        if (status < 0) {
            return status;
        }
        if (error < best) {
            best = error;
            memcpy(work->best, work->p, flow->n * sizeof *work->p);
        }
        since = error < 0.5 * halved ? 0 : since + 1;
        halved = since == 0 ? error : halved;

        const bool at_floor = error <= FINE_ERROR || since >= PATIENCE;
        if (error <= CHECK_ERROR && at_floor) {
            status = certify(flow, energy, solution);
            const double allowed = jko_i_step_tolerance(flow, before, solution->energy, 0.0);
            if (status < 0 || solution->gap <= allowed) {
                best = error; // proved, which a smaller error elsewhere is not
                memcpy(work->best, work->p, flow->n * sizeof *work->p);
                break;
            }
        }
        if (error == INFINITY || since >= (work->arcs != NULL ? NEWTON_PATIENCE : STALL_PATIENCE)) {
            status = JKO_STALLED;
            break;
        }
        status = jko_i_step_tick(flow, error);
        if (status != JKO_OK) {
            break;
        }
        jko_i_anderson_next(work->anderson, flow->n, work->p, work->next, error,
                            LARGEST_JUMP * flow->epsilon, work->p);
    }
    if (status >= 0) {
        memcpy(work->p, work->best, flow->n * sizeof *work->p);
        solution->marginal_error = best;
    }
    return status;
}

// For problems too large for Newton's method: come down to epsilon from larger ones, at which the
// iteration is fast, carrying the potential along.
static jko_status descend(jko_flow *flow, const jko_energy *energy)
{
    jko_i_entropic *work = flow->entropic;
    const double eps = flow->epsilon;
    jko_status status = JKO_OK;
    for (int level = LEVELS; level > 0 && status == JKO_OK; level--) {
        double error = INFINITY;
        flow->epsilon = eps * pow(LEVEL_FACTOR, level);
        jko_i_anderson_reset(work->anderson);
        for (int k = 0; k < LEVEL_ITERATIONS && error > LEVEL_ERROR && status == JKO_OK; k++) {
            status = jko_i_entropic_iterate(flow, energy, &error);
            if (status == JKO_OK) {
                status = jko_i_step_tick(flow, error);
                jko_i_anderson_next(work->anderson, flow->n, work->p, work->next, error,
                                    LARGEST_JUMP * flow->epsilon, work->p);
            }
        }
    }
    flow->epsilon = eps;
    jko_i_anderson_reset(work->anderson);
    return status;
}

// Newton's method, for what the accelerated iteration did not solve; the better potential stays.
static jko_status newton(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution)
{
    jko_i_entropic *work = flow->entropic;
    double error = INFINITY;
    memcpy(flow->potential, work->p, flow->n * sizeof *work->p);
    const jko_status status = jko_i_entropic_newton(flow, energy, &error);
    if (status < 0) {
        return status;
    }
    if (error < solution->marginal_error) {
        solution->marginal_error = error;
        memcpy(work->p, work->best, flow->n * sizeof *work->p);
    } else {
        memcpy(work->p, flow->potential, flow->n * sizeof *work->p);
    }
    return status;
}

// The answer is the plan of work->p: exact rows, and its own column sums.
static jko_status answer(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution)
{
    for (size_t j = 0; j < flow->n; j++) {
        flow->potential[j] = -flow->entropic->p[j];
    }
    jko_i_entropic_finish(flow, solution);
    const jko_status status =
        jko_i_energy_eval(flow, energy, flow->mass, &solution->energy, flow->variation);
    if (status >= 0) {
        solution->gap = jko_i_entropic_gap(flow, flow->mass, flow->variation);
    }
    return status;
}

// One plain iteration from work->p to a new answer; back if its gap is no smaller, *better says so.
static jko_status polish(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution,
                         bool *better)
{
    jko_i_entropic *work = flow->entropic;
    const size_t bytes = flow->n * sizeof *work->p;
    const double gap = solution->gap;
    double error = 0.0;
    memcpy(work->best, work->p, bytes);
    jko_status status = jko_i_entropic_iterate(flow, energy, &error);
    if (status >= 0) {
        memcpy(work->p, work->next, bytes);
        status = answer(flow, energy, solution);
    }
    *better = status >= 0 && solution->gap < gap;
    if (status >= 0 && !*better) {
        memcpy(work->p, work->best, bytes);
        status = answer(flow, energy, solution);
    }
    return status;
}

// The answer at work->p, polished where its gap is not good enough: a cell of next to no mass shows
// in the gap, through its variation, but not in the error that the iteration watches.
static jko_status conclude(jko_flow *flow, const jko_energy *energy, double before,
                           jko_i_solution *solution)
{
    bool better = true;
    jko_status status = answer(flow, energy, solution);
    for (int k = 0; k < POLISH && better && status >= 0; k++) {
        const double allowed =
            jko_i_step_tolerance(flow, before, solution->energy, solution->step_cost);
        if (solution->gap <= allowed) {
            break;
        }
        status = polish(flow, energy, solution, &better);
    }
    return status;
}

jko_status jko_i_entropic_solve(jko_flow *flow, const jko_energy *energy, double before,
                                jko_i_solution *solution)
{
    jko_i_entropic *work = flow->entropic;
    begin(flow);
    solution->marginal_error = NAN; // until a run at this epsilon has one
    jko_status status = work->arcs == NULL ? descend(flow, energy) : JKO_OK;
    if (status == JKO_OK) {
        status = run(flow, energy, before, solution);
    }
    if (status == JKO_STALLED && work->arcs != NULL) {
        status = newton(flow, energy, solution);
    }
    if (status < 0) {
        return status;
    }
    if (solution->marginal_error == INFINITY) {
        return jko_i_fail(JKO_ERR_NUMERIC, "the entropic iteration left the range of double; use a "
                                           "larger epsilon");
    }
    const bool ended = status == JKO_OK || status == JKO_STALLED;
    const jko_status concluded =
        ended ? conclude(flow, energy, before, solution) : answer(flow, energy, solution);
    return concluded < 0 ? concluded : status;
}
