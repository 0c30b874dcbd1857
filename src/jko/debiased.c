// SPDX-License-Identifier: BSD-3-Clause
/*
 * The debiased step: the Sinkhorn divergence in place of the entropic cost.
 *
 *     min over m of  E(m) + S(m, a),    S(m, a) = OT(m, a) - OT(m, m)/2 - OT(a, a)/2,
 *     OT(m, a) = min <c, P> + eps sum P log P over plans P of a and m
 *
 * Unknown are the potential p of the columns, as in step_entropic.c, and the self-potential
 * y = eps log d, where diag(d) K diag(d) is the plan of OT(m, m): d K d = m. One iteration:
 *
 *     v = a / (K e^(p/eps)),    m = prox of E at d K^T v,
 *     p = eps log(m / K^T v),   y = (y + eps log(m / K d)) / 2
 *
 * with Anderson acceleration of p and y together. At a fixed point dE/dm + p - y = 0. The answer
 * is the plan of p with its own columns m, and the y of this m; debiased_answer.c proves how good
 * it is.
 *
 * Source: Feydy et al. (2019); Janati, Cuturi and Gramfort (2020) for the update of d.
 */
#include "debiased.h"

#include "base/alloc.h"
#include "base/status.h"
#include "base/sum.h"
#include "entropic.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

#define HISTORY ((size_t)20)
#define LARGEST_JUMP 5.0     // of an entry of p / eps or y / eps in one extrapolation
#define FINE_ERROR 1e-12     // L1 error of both marginals, over the total, that is aimed at
#define CHECK_ERROR 1e-6     // from here on the gap is worth looking at
#define PATIENCE 20          // iterations without halving the error that count as its floor
#define STALL_PATIENCE 300   // the same, when the gap is not good enough
#define POLISH 3             // plain iterations at the end, if the gap asks for them
#define SELF_ITERATIONS 100  // of the self-potential
#define SELF_CHANGE 1e-15    // of log d that ends it
#define LARGEST_KERNEL 2048u // cells up to which a matrix kernel is factored

jko_i_debiased *jko_i_debiased_create(const jko_flow *flow)
{
    const size_t n = flow->n;
    jko_i_debiased *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    const bool matrix = jko_i_cost_storage_length(flow->ground) > 2 * n - 1 || n == 1;
    work->vectors = jko_i_alloc(n, 11 * sizeof(double));
    work->anderson = jko_i_anderson_create(2 * n, 2 * n < HISTORY ? 2 * n : HISTORY);
    bool good = work->vectors != NULL && work->anderson != NULL;
    if (matrix && n <= LARGEST_KERNEL) {
        work->kernel = jko_i_alloc(n * n, sizeof(double));
        good = good && work->kernel != NULL;
    }
    if (!good) {
        jko_i_debiased_free(work);
        return NULL;
    }
    double **const slots[] = {&work->y, &work->self, &work->log_k, &work->log_kd, &work->pull};
    for (size_t k = 0; k < sizeof slots / sizeof slots[0]; k++) {
        *slots[k] = work->vectors + k * n;
    }
    work->joint = work->vectors + 5 * n;
    work->image = work->vectors + 7 * n;
    work->best = work->vectors + 9 * n;
    return work;
}

void jko_i_debiased_free(jko_i_debiased *work)
{
    if (work != NULL) {
        jko_i_anderson_free(work->anderson);
        jko_i_free(work->vectors);
        jko_i_free(work->kernel);
        jko_i_free(work);
    }
}

void jko_i_debiased_self(jko_flow *flow, const double *m, double *y, double *log_kd)
{
    const double eps = flow->epsilon;
    for (size_t j = 0; j < flow->n; j++) {
        y[j] = m[j] > 0.0 ? (isfinite(y[j]) ? y[j] : 0.0) : -INFINITY;
    }
    for (int k = 0;; k++) {
        double change = 0.0;
        jko_i_entropic_rows(flow, y, log_kd);
        if (k == SELF_ITERATIONS) {
            return;
        }
        for (size_t j = 0; j < flow->n; j++) {
            if (m[j] > 0.0) {
                const double half = 0.5 * (eps * (log(m[j]) - log_kd[j]) - y[j]);
                change = fmax(change, fabs(half) / (eps + fabs(y[j])));
                y[j] += half;
            }
        }
        if (change <= SELF_CHANGE) {
            jko_i_entropic_rows(flow, y, log_kd);
            return;
        }
    }
}

// One iteration from work->joint to work->image; *error: that of the worse marginal.
static jko_status iterate(jko_flow *flow, const jko_energy *energy, double *error)
{
    jko_i_debiased *work = flow->debiased;
    jko_i_entropic *scaling = flow->entropic;
    const size_t n = flow->n;
    const double eps = flow->epsilon;
    const double *p = work->joint;
    const double *y = work->joint + n;
    jko_i_entropic_rows(flow, p, scaling->lse);
    for (size_t i = 0; i < n; i++) {
        const double a = flow->start[i];
        scaling->q[i] = a > 0.0 ? eps * (log(a) - scaling->lse[i]) : -INFINITY;
    }
    jko_i_entropic_rows(flow, scaling->q, work->log_k); // the cost is symmetric
    jko_i_entropic_rows(flow, y, work->log_kd);
    for (size_t j = 0; j < n; j++) {
        scaling->log_r[j] = work->log_k[j] + y[j] / eps;
        if (!isfinite(scaling->log_r[j])) { // potentials so far off that their exponents overflow
            memcpy(work->image, work->joint, 2 * n * sizeof *work->joint);
            *error = INFINITY;
            return JKO_OK;
        }
    }
    const jko_status status = jko_i_energy_prox(flow, energy, scaling->log_r, eps, scaling->log_m,
                                                scaling->matrix, scaling->scratch, scaling->pivot);
    if (status < 0) {
        return status;
    }
    double column = 0.0;
    double self = 0.0;
    double total = 0.0;
    for (size_t j = 0; j < n; j++) {
        const double m = exp(scaling->log_m[j]);
        scaling->plan_m[j] = exp(p[j] / eps + work->log_k[j]);
        column += fabs(scaling->plan_m[j] - m);
        self += fabs(exp(y[j] / eps + work->log_kd[j]) - m);
        total += scaling->plan_m[j];
        work->image[j] = eps * (scaling->log_m[j] - work->log_k[j]);
        work->image[n + j] = 0.5 * (y[j] + eps * (scaling->log_m[j] - work->log_kd[j]));
    }
    *error = fmax(column, self) / total;
    *error = isfinite(*error) ? *error : INFINITY; // so far off that masses overflow
    return JKO_OK;
}

// Where to start: the last step's potentials; else y for masses between the old and even ones, and
// p such that dE/dm + p - y = 0 where that is finite.
static void begin(jko_flow *flow)
{
    jko_i_debiased *work = flow->debiased;
    jko_i_entropic *scaling = flow->entropic;
    const size_t n = flow->n;
    const double even = jko_i_sum_array(n, flow->start) / (double)n;
    const bool warm = flow->warm && work->has_self;
    jko_i_anderson_reset(work->anderson);
    for (size_t j = 0; j < n; j++) {
        scaling->log_m[j] = log(even);
        scaling->plan_m[j] = 0.5 * (flow->start[j] + even);
        work->y[j] = warm ? work->y[j] : 0.0;
    }
    if (!warm) {
        jko_i_debiased_self(flow, scaling->plan_m, work->y, work->log_kd);
    }
    for (size_t j = 0; j < n; j++) {
        const double e = isfinite(flow->variation[j]) ? flow->variation[j] : 0.0;
        work->joint[j] = warm ? -flow->potential[j] : work->y[j] - e;
        work->joint[n + j] = work->y[j];
    }
    // The self-potential of the old masses: after a step these are the last step's answer.
    memcpy(work->self, work->y, n * sizeof *work->self);
    jko_i_debiased_self(flow, flow->start, work->self, work->log_kd);
}

static double allowed(const jko_flow *flow, double before, const jko_i_solution *solution)
{
    return jko_i_step_tolerance(flow, before, solution->energy, solution->step_cost);
}

// The answer at work->joint.
static jko_status answer(jko_flow *flow, const jko_energy *energy, const double *joint,
                         jko_i_solution *solution)
{
    const size_t n = flow->n;
    memcpy(flow->entropic->p, joint, n * sizeof *joint);
    memcpy(flow->debiased->y, joint + n, n * sizeof *joint);
    return jko_i_debiased_answer(flow, energy, solution);
}

// Iterate until the gap is good enough and the error at its floor, or a limit comes. The point of
// the smallest error, or of the gap that was good enough, is left in work->best.
static jko_status run(jko_flow *flow, const jko_energy *energy, double before,
                      jko_i_solution *solution)
{
    jko_i_debiased *work = flow->debiased;
    const size_t bytes = 2 * flow->n * sizeof *work->joint;
    double best = INFINITY;
    double halved = INFINITY; // error when it last halved
    int since = 0;            // iterations since then
    int next_check = PATIENCE;
    memcpy(work->best, work->joint, bytes);
    for (;;) {
        double error = 0.0;
        jko_status status = iterate(flow, energy, &error);
        if (status < 0) {
            return status;
        }
        if (error < best) {
            best = error;
            memcpy(work->best, work->joint, bytes);
            solution->marginal_error = best;
        }
        since = error < 0.5 * halved ? 0 : since + 1;
        halved = since == 0 ? error : halved;
        next_check = since == 0 ? PATIENCE : next_check;
        if (error <= CHECK_ERROR && (error <= FINE_ERROR || since >= next_check)) {
            next_check = 2 * since + 1; // a look costs as much as many iterations
            status = answer(flow, energy, work->joint, solution);
            if (status < 0 || solution->gap <= allowed(flow, before, solution)) {
                memcpy(work->best, work->joint, bytes);
                solution->marginal_error = error;
                return status;
            }
        }
        if (error == INFINITY || since >= STALL_PATIENCE) {
            return JKO_STALLED;
        }
        status = jko_i_step_tick(flow, error);
        if (status != JKO_OK) {
            return status;
        }
        jko_i_anderson_next(work->anderson, 2 * flow->n, work->joint, work->image, error,
                            LARGEST_JUMP * flow->epsilon, work->joint);
    }
}

// The answer at work->best, after plain iterations where its gap is not good enough: what a cell
// of next to no mass lacks shows in the gap, but not in the error that the iteration watches.
static jko_status conclude(jko_flow *flow, const jko_energy *energy, double before,
                           jko_i_solution *solution)
{
    jko_i_debiased *work = flow->debiased;
    const size_t bytes = 2 * flow->n * sizeof *work->joint;
    jko_status status = answer(flow, energy, work->best, solution);
    for (int k = 0; k < POLISH && status >= 0; k++) {
        const double gap = solution->gap;
        double error = 0.0;
        if (gap <= allowed(flow, before, solution)) {
            break;
        }
        memcpy(work->joint, work->best, bytes);
        status = iterate(flow, energy, &error);
        if (status >= 0 && error < INFINITY) {
            status = answer(flow, energy, work->image, solution);
        }
        if (status < 0 || !(solution->gap < gap)) {
            return status < 0 ? status : answer(flow, energy, work->best, solution);
        }
        memcpy(work->best, work->image, bytes);
        solution->marginal_error = fmin(error, solution->marginal_error);
    }
    return status;
}

jko_status jko_i_debiased_solve(jko_flow *flow, const jko_energy *energy, double before,
                                jko_i_solution *solution)
{
    begin(flow);
    flow->debiased->has_self = false; // until there is an answer
    solution->marginal_error = INFINITY;
    const jko_status status = run(flow, energy, before, solution);
    if (status < 0) {
        return status;
    }
    if (solution->marginal_error == INFINITY) {
        return jko_i_fail(JKO_ERR_NUMERIC, "the debiased iteration left the range of double; use a "
                                           "larger epsilon");
    }
    const bool ended = status == JKO_OK || status == JKO_STALLED;
    const jko_status concluded = ended ? conclude(flow, energy, before, solution)
                                       : answer(flow, energy, flow->debiased->best, solution);
    flow->debiased->has_self = concluded >= 0;
    return concluded < 0 ? concluded : status;
}
