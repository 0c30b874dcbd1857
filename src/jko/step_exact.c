// SPDX-License-Identifier: BSD-3-Clause
/*
 * The exact step between atoms, for any cost and any convex energy: a primal-dual interior point
 * method over all arcs.
 *
 *     min over P >= 0 with row sums a of  <c, P> + E(m),   m = column sums of P
 *
 * Only the rows are fixed, so Newton's system is n x n (exact_newton.c). Each iteration aims at a
 * share of the present complementarity, less where the last step was short or the gap has fallen
 * behind; the step itself and its guards are in exact_advance.c. The certificate is the
 * Frank-Wolfe gap over all arcs,
 *
 *     gap = sum_ij P_ij (c_ij + e_j - min_k (c_ik + e_k)) >= objective - minimum,  e = dE/dm(m),
 *
 * a sum of terms that are not negative, so it has no cancellation. 64 n^2 bytes, O(n^3) time an
 * iteration, some 15 to 45 iterations. The answer is cleaned of idle arcs (exact_clean.c).
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

// Share of the complementarity that an iteration aims at, after a long, a middling and a short step.
#define CENTRING_LONG 0.1
#define CENTRING_MIDDLING 0.3
#define CENTRING_SHORT 1.0
#define LONG_STEP 0.5
#define MIDDLING_STEP 0.1
// The gap is the sum of P S once S are the true slacks; farther apart, wait for it.
#define LARGEST_LAG 10.0
#define PATIENCE 6       // iterations without halving the gap that count as its floor,
#define LONG_PATIENCE 60 // and that many when the gap is not good enough
#define FINER 1e-4       // the gap aimed at, as a share of the one that is good enough

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
            if (p != 0.0) { // so that a NaN shows
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

// sum of P S over the total mass and n: P_ij S_ij / a_i if all arcs are alike.
static double complementarity(const jko_i_exact *work)
{
    double sum = 0.0;
    for (size_t k = 0; k < work->rows * work->n; k++) {
        sum += work->plan[k] * work->slack[k];
    }
    return sum / (work->total * (double)work->n);
}

// The complementarity to aim at, after a step of that length and with that gap.
static double aim(const jko_i_exact *work, double last_step, double gap)
{
    const double now = complementarity(work);
    const double expected = now * work->total * (double)work->n;
    if (last_step < MIDDLING_STEP || gap > LARGEST_LAG * expected) {
        return CENTRING_SHORT * now;
    }
    return (last_step < LONG_STEP ? CENTRING_MIDDLING : CENTRING_LONG) * now;
}

// One iteration towards the complementarity aimed at; *step is set to its length.
static jko_status iterate(jko_flow *flow, const jko_energy *energy, double gap, double *step)
{
    const double target = aim(flow->exact, *step, gap);
    const jko_status status = jko_i_exact_direction(flow, energy, target);
    return status < 0 ? status : jko_i_exact_advance(flow, energy, target, step);
}

// Iterate to the floor of the gap; the plan of the smallest is in work->best.
static jko_status run(jko_flow *flow, const jko_energy *energy, double before, double *best_gap)
{
    jko_i_exact *work = flow->exact;
    int since = 0;            // iterations since the gap last halved
    double halved = INFINITY; // the gap then
    double step = 1.0;        // length of the last step
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
        if (since >= LONG_PATIENCE) {
            return JKO_STALLED;
        }
        status = jko_i_step_tick(flow, *best_gap);
        if (status == JKO_OK) {
            status = iterate(flow, energy, gap, &step);
        }
        if (status == JKO_ERR_NUMERIC && isfinite(*best_gap)) {
            return JKO_STALLED; // the last digits are used up; the best plan stands
        }
        if (status != JKO_OK) {
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
    jko_i_exact_columns(work, work->best, work->m);
    jko_status status = jko_i_energy_eval(flow, energy, work->m, &value, work->e);
    bool clean = status >= 0 && jko_i_exact_clean(flow, work->dplan);
    if (clean) {
        jko_i_exact_columns(work, work->dplan, work->m);
        status = jko_i_energy_eval(flow, energy, work->m, &value, work->e);
    }
    if (status < 0) {
        return status;
    }
    if (clean) {
        const double gap = jko_i_exact_gap(flow, work->dplan, work->e, NULL);
        clean = gap <= fmax(best_gap, jko_i_step_tolerance(flow, before, value, 0.0));
    }
    memcpy(work->plan, clean ? work->dplan : work->best, work->rows * n * sizeof *work->plan);
    jko_i_exact_columns(work, work->plan, flow->mass);
    status = jko_i_energy_eval(flow, energy, flow->mass, &solution->energy, flow->variation);
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
