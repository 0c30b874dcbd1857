// SPDX-License-Identifier: BSD-3-Clause
/*
 * The exact step between atoms, for any cost and any convex energy: a primal-dual interior point
 * method over all arcs.
 *
 *     min over P >= 0 with row sums a of  <c, P> + E(m),   m = column sums of P
 *
 * Only the rows are fixed, so Newton's system is n x n (exact_newton.c). Each iteration aims at a
 * tenth of the present complementarity, goes 99 % of the way to the boundary, is cut back while
 * the residual of the optimality conditions grows, and rescales the rows to a, which keeps
 * round-off from building up. The certificate is the Frank-Wolfe gap over all arcs,
 *
 *     gap = sum_ij P_ij (c_ij + e_j - min_k (c_ik + e_k)) >= objective - minimum,  e = dE/dm(m),
 *
 * a sum of terms that are not negative, so it has no cancellation. 64 n^2 bytes, O(n^3) time an
 * iteration, some 20 to 45 iterations. The answer is cleaned of idle arcs (exact_clean.c).
 *
 * Source: Wright, Primal-Dual Interior-Point Methods (1997); Jaggi (2013) for the gap.
 */
#include "exact.h"

#include "base/alloc.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

#define CENTRING 0.1      // share of the complementarity that an iteration aims at
#define TO_BOUNDARY 0.99  // share of the way to the boundary
#define HALVINGS 12       // of a step whose residual grows
#define LEAST_SHARE 0.4   // m keeps at least this share of itself in an iteration,
#define LARGEST_SHARE 2.5 // and gains at most up to this: e ~ 1/m explodes on full steps
#define PATIENCE 6        // iterations without halving the gap that count as its floor
#define FINER 1e-4        // the gap aimed at, as a share of the one that is good enough

jko_i_exact *jko_i_exact_create(size_t n)
{
    size_t arcs = 0;
    jko_i_exact *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL || !jko_i_mul_size(n, n, &arcs)) {
        jko_i_free(work);
        return NULL;
    }
    work->n = n;
    work->source = jko_i_alloc(n, sizeof *work->source);
    work->pivot = jko_i_alloc(n, sizeof *work->pivot);
    work->arcs = jko_i_alloc(arcs, 8 * sizeof(double));
    work->vectors = jko_i_alloc(n, 12 * sizeof(double));
    if (work->source == NULL || work->pivot == NULL || work->arcs == NULL ||
        work->vectors == NULL) {
        jko_i_exact_free(work);
        return NULL;
    }
    double **const matrices[] = {&work->plan, &work->slack,   &work->dplan,     &work->dslack,
                                 &work->best, &work->hessian, &work->laplacian, &work->system};
    for (size_t k = 0; k < sizeof matrices / sizeof matrices[0]; k++) {
        *matrices[k] = work->arcs + k * arcs;
    }
    double **const vectors[] = {&work->f,       &work->df,     &work->m,       &work->dm,
                                &work->e,       &work->y,      &work->row_sum, &work->target,
                                &work->trial_e, &work->scratch};
    for (size_t k = 0; k < sizeof vectors / sizeof vectors[0]; k++) {
        *vectors[k] = work->vectors + k * n;
    }
    return work;
}

void jko_i_exact_free(jko_i_exact *work)
{
    if (work != NULL) {
        jko_i_free(work->source);
        jko_i_free(work->pivot);
        jko_i_free(work->arcs);
        jko_i_free(work->vectors);
        jko_i_free(work);
    }
}

void jko_i_exact_columns(const jko_i_exact *work, const double *plan, double *m)
{
    memset(m, 0, work->n * sizeof *m);
    for (size_t k = 0; k < work->rows; k++) {
        for (size_t j = 0; j < work->n; j++) {
            m[j] += plan[k * work->n + j];
        }
    }
}

double jko_i_exact_gap(const jko_flow *flow, const double *plan, const double *e,
                       const double *zero_empty)
{
    const jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    double gap = 0.0;
    for (size_t k = 0; k < work->rows; k++) {
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        double least = INFINITY;
        for (size_t j = 0; j < n; j++) {
            const double t = c[j] + (zero_empty != NULL && zero_empty[j] == 0.0 ? 0.0 : e[j]);
            least = t < least ? t : least;
        }
        double part = 0.0;
        for (size_t j = 0; j < n; j++) {
            const double p = plan[k * n + j];
            if (p > 0.0) {
                part += p * (c[j] + e[j] - least);
            }
        }
        gap += part;
    }
    return isnan(gap) ? INFINITY : gap;
}

// Where the method begins: half of the mass stays, the rest is spread over all columns.
static jko_status begin(jko_flow *flow, const jko_energy *energy)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    double value = 0.0;
    work->rows = 0;
    work->total = jko_i_sum_array(n, flow->start);
    for (size_t i = 0; i < n; i++) {
        if (flow->start[i] > 0.0) {
            work->source[work->rows++] = i;
        }
    }
    for (size_t k = 0; k < work->rows; k++) {
        const double a = flow->start[work->source[k]];
        for (size_t j = 0; j < n; j++) {
            const double share = 0.5 * (flow->start[j] / work->total + 1.0 / (double)n);
            work->plan[k * n + j] = a * (0.5 * share + (work->source[k] == j ? 0.5 : 0.0));
        }
    }
    jko_i_exact_columns(work, work->plan, work->m);
    const jko_status status = jko_i_energy_eval(flow, energy, work->m, &value, work->e);
    if (status < 0) {
        return status;
    }
    double cost = 0.0;
    double variation = 0.0;
    for (size_t k = 0; k < work->rows; k++) {
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        for (size_t j = 0; j < n; j++) {
            cost += work->plan[k * n + j] * c[j];
        }
    }
    for (size_t j = 0; j < n; j++) {
        variation += work->m[j] * fabs(work->e[j]);
    }
    work->scale = (fabs(cost) + variation) / work->total;
    work->scale = work->scale > 0.0 ? work->scale : 1.0;
    for (size_t k = 0; k < work->rows; k++) {
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        double least = INFINITY;
        for (size_t j = 0; j < n; j++) {
            least = fmin(least, c[j] + work->e[j]);
        }
        work->f[k] = least - work->scale;
        for (size_t j = 0; j < n; j++) {
            work->slack[k * n + j] = c[j] + work->e[j] - work->f[k];
        }
    }
    return JKO_OK;
}

static double complementarity(const jko_i_exact *work)
{
    double sum = 0.0;
    for (size_t k = 0; k < work->rows * work->n; k++) {
        sum += work->plan[k] * work->slack[k];
    }
    return sum / (double)(work->rows * work->n);
}

// Longest step that keeps P, S and m within their guards.
static double longest_step(const jko_i_exact *work)
{
    double alpha = 1.0;
    for (size_t k = 0; k < work->rows * work->n; k++) {
        if (work->dplan[k] < 0.0) {
            alpha = fmin(alpha, -TO_BOUNDARY * work->plan[k] / work->dplan[k]);
        }
        if (work->dslack[k] < 0.0) {
            alpha = fmin(alpha, -TO_BOUNDARY * work->slack[k] / work->dslack[k]);
        }
    }
    for (size_t j = 0; j < work->n; j++) {
        const double room = work->dm[j] < 0.0 ? (1.0 - LEAST_SHARE) * work->m[j]
                                              : (LARGEST_SHARE - 1.0) * work->m[j];
        if (fabs(work->dm[j]) * alpha > room) {
            alpha = room / fabs(work->dm[j]);
        }
    }
    return alpha;
}

// Norm of the optimality conditions a step alpha away, with target complementarity mu; e at the
// trial masses is left in trial_e. +inf where the energy has no variation.
static jko_status residual(jko_flow *flow, const jko_energy *energy, double alpha, double mu,
                           double *norm)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    double value = 0.0;
    for (size_t j = 0; j < n; j++) {
        work->target[j] = work->m[j] + alpha * work->dm[j];
    }
    const jko_status status = jko_i_energy_eval(flow, energy, work->target, &value, work->trial_e);
    if (status < 0) {
        return status;
    }
    double dual = 0.0;
    double complementary = 0.0;
    for (size_t k = 0; k < work->rows; k++) {
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        const double f = work->f[k] + alpha * work->df[k];
        for (size_t j = 0; j < n; j++) {
            const size_t arc = k * n + j;
            const double s = work->slack[arc] + alpha * work->dslack[arc];
            const double p = work->plan[arc] + alpha * work->dplan[arc];
            const double rd = c[j] + work->trial_e[j] - f - s;
            const double rc = p * s - mu;
            dual += rd * rd;
            complementary += rc * rc;
        }
    }
    *norm =
        sqrt(dual) / ((double)n * work->scale) + sqrt(complementary) / (work->total * work->scale);
    if (isnan(*norm)) {
        *norm = INFINITY;
    }
    return JKO_OK;
}

// Cut alpha back until the residual does not grow; then take the step and rescale the rows.
static jko_status advance(jko_flow *flow, const jko_energy *energy, double target)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    double alpha = longest_step(work);
    double here = 0.0;
    double there = 0.0;
    jko_status status = residual(flow, energy, 0.0, target, &here);
    for (int k = 0; status >= 0 && k < HALVINGS; k++) {
        status = residual(flow, energy, alpha, target, &there);
        if (there <= here) {
            break;
        }
        alpha *= 0.5;
    }
    if (status < 0) {
        return status;
    }
    for (size_t k = 0; k < work->rows; k++) {
        double *plan = work->plan + k * n;
        double sum = 0.0;
        work->f[k] += alpha * work->df[k];
        for (size_t j = 0; j < n; j++) {
            plan[j] += alpha * work->dplan[k * n + j];
            work->slack[k * n + j] += alpha * work->dslack[k * n + j];
            sum += plan[j];
        }
        const double scale = flow->start[work->source[k]] / sum;
        for (size_t j = 0; j < n; j++) {
            plan[j] *= scale;
        }
    }
    double value = 0.0;
    jko_i_exact_columns(work, work->plan, work->m);
    return jko_i_energy_eval(flow, energy, work->m, &value, work->e);
}

// Iterate to the floor of the gap; the plan of the smallest is in work->best.
static jko_status run(jko_flow *flow, const jko_energy *energy, double before, double *best_gap)
{
    jko_i_exact *work = flow->exact;
    int since = 0;            // iterations since the gap last halved
    double halved = INFINITY; // the gap then
    *best_gap = INFINITY;
    for (;;) {
        double value = 0.0;
        jko_status status = jko_i_energy_eval(flow, energy, work->m, &value, NULL);
        if (status < 0) {
            return status;
        }
        const double gap = jko_i_exact_gap(flow, work->plan, work->e, NULL);
        if (gap < *best_gap) {
            *best_gap = gap;
            memcpy(work->best, work->plan, work->rows * work->n * sizeof *work->plan);
        }
        since = gap < 0.5 * halved ? 0 : since + 1;
        halved = since == 0 ? gap : halved;
        const double allowed = jko_i_step_tolerance(flow, before, value, 0.0);
        if (*best_gap <= FINER * allowed || (since >= PATIENCE && *best_gap <= allowed)) {
            return JKO_OK;
        }
        if (since >= 4 * PATIENCE) {
            return JKO_STALLED;
        }
        status = jko_i_step_tick(flow, *best_gap);
        if (status != JKO_OK) {
            return status;
        }
        const double target = CENTRING * complementarity(work);
        status = jko_i_exact_direction(flow, energy, target);
        if (status == JKO_ERR_NUMERIC && isfinite(*best_gap)) {
            return JKO_STALLED; // the last digits are used up; the best plan stands
        }
        if (status >= 0) {
            status = advance(flow, energy, target);
        }
        if (status < 0) {
            return status;
        }
    }
}

// The cleaned plan if it is as good, else the interior one; then masses, costs and gap.
static jko_status finish(jko_flow *flow, const jko_energy *energy, double before, double best_gap,
                         jko_i_solution *solution)
{
    jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    double value = 0.0;
    bool clean = jko_i_exact_clean(flow, work->dplan);
    if (clean) {
        jko_i_exact_columns(work, work->dplan, work->m);
        const jko_status status = jko_i_energy_eval(flow, energy, work->m, &value, work->e);
        if (status < 0) {
            return status;
        }
        const double gap = jko_i_exact_gap(flow, work->dplan, work->e, NULL);
        clean = gap <= fmax(best_gap, jko_i_step_tolerance(flow, before, value, 0.0));
    }
    memcpy(work->plan, clean ? work->dplan : work->best, work->rows * n * sizeof *work->plan);
    jko_i_exact_columns(work, work->plan, flow->mass);
    const jko_status status =
        jko_i_energy_eval(flow, energy, flow->mass, &solution->energy, flow->variation);
    if (status < 0) {
        return status;
    }
    solution->gap = jko_i_exact_gap(flow, work->plan, flow->variation, NULL);
    jko_i_sum transport = {0.0, 0.0};
    jko_i_sum step = {0.0, 0.0};
    for (size_t k = 0; k < work->rows; k++) {
        const double *plan = work->plan + k * n;
        jko_i_sum_add(&transport,
                      jko_i_dot(n, jko_i_cost_row(flow->ground, work->source[k]), plan));
        jko_i_sum_add(&step, jko_i_dot(n, jko_i_cost_row(flow->cost, work->source[k]), plan));
    }
    solution->transport_cost = jko_i_sum_value(&transport);
    solution->step_cost = jko_i_sum_value(&step);
    memcpy(flow->potential, flow->variation, n * sizeof *flow->potential);
    return JKO_OK;
}

jko_status jko_i_exact_solve(jko_flow *flow, const jko_energy *energy, double before,
                             jko_i_solution *solution)
{
    double best_gap = INFINITY;
    jko_status status = begin(flow, energy);
    if (status >= 0) {
        status = run(flow, energy, before, &best_gap);
    }
    if (status < 0) {
        return status;
    }
    const jko_status finished = finish(flow, energy, before, best_gap, solution);
    return finished < 0 ? finished : status;
}

void jko_i_exact_stay(jko_flow *flow)
{
    jko_i_exact *work = flow->exact;
    work->rows = 0;
    for (size_t i = 0; i < work->n; i++) {
        if (flow->start[i] > 0.0) {
            double *row = work->plan + work->rows * work->n;
            memset(row, 0, work->n * sizeof *row);
            row[i] = flow->start[i];
            work->source[work->rows++] = i;
        }
    }
}

void jko_i_exact_plan(const jko_flow *flow, double *plan)
{
    const jko_i_exact *work = flow->exact;
    memset(plan, 0, work->n * work->n * sizeof *plan);
    for (size_t k = 0; k < work->rows; k++) {
        memcpy(plan + work->source[k] * work->n, work->plan + k * work->n, work->n * sizeof *plan);
    }
}

double jko_i_exact_stationarity(const jko_flow *flow, const double *variation)
{
    return jko_i_exact_gap(flow, flow->exact->plan, variation, flow->mass);
}
