// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's method for the entropic step: for small problems on which the accelerated iteration
 * stalls, with large time steps or small epsilon.
 *
 * Let T be one iteration of step_entropic.c, p -> T(p), and r = T(p) - p. With H the Hessian at
 * the proximal map's masses m, M = diag(m), P the plan of p and
 *
 *     Sigma = diag(column sums of P) - P^T diag(1/a) P,
 *
 * the derivative of T is (eps I + H M)^-1 H (M - Sigma) at a fixed point, so Newton's step d solves
 *
 *     (eps I + H Sigma) d = (eps I + H M) r.
 *
 * The residual r is in units of potentials, however small the masses are, which a residual in
 * dE/dm is not. A step is cut back until the error falls, else the plain iteration is taken; and
 * epsilon comes down to its value from where the plain iteration is fast. O(n^3) an iteration,
 * 24 n^2 bytes.
 */
#include "entropic.h"

#include "base/dense.h"
#include "base/logsumexp.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

#define LEVEL_FACTOR 2.0    // of epsilon from level to level
#define LEVEL_ERROR 1e-4    // of all levels but the last
#define LEVEL_ITERATIONS 60 // likewise, at most
#define FINE_ERROR 1e-12    // of the last
#define HALVINGS 8          // of a step whose error does not fall
#define PATIENCE 12         // iterations without halving the error that count as its floor

// P^T diag(1/a) P summed over rows into -Sigma, both triangles; its diagonal from the others, so
// that nothing cancels.
static void fill_laplacian(const jko_flow *flow)
{
    const jko_i_entropic *work = flow->entropic;
    const size_t n = flow->n;
    double *row = work->row_part;
    double *sigma = work->laplacian;
    memset(sigma, 0, n * n * sizeof *sigma);
    for (size_t i = 0; i < n; i++) {
        if (flow->start[i] == 0.0) {
            continue;
        }
        memset(row, 0, n * sizeof *row);
        jko_i_row_accumulate(n, work->p, jko_i_cost_row(flow->cost, i), flow->epsilon, work->lse[i],
                             1.0, row);
        for (size_t j = 0; j < n; j++) {
            const double weight = flow->start[i] * row[j];
            for (size_t k = 0; weight > 0.0 && k < j; k++) {
                sigma[j * n + k] -= weight * row[k];
            }
        }
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < j; k++) {
            sigma[k * n + j] = sigma[j * n + k];
        }
    }
    for (size_t j = 0; j < n; j++) {
        double sum = 0.0;
        for (size_t k = 0; k < n; k++) {
            sum += k == j ? 0.0 : sigma[j * n + k];
        }
        sigma[j * n + j] = -sum;
    }
}

// eps I + H Sigma into work->system, the right-hand side into work->direction; rows scaled alike.
static void fill_system(const jko_flow *flow)
{
    const jko_i_entropic *work = flow->entropic;
    const size_t n = flow->n;
    const double eps = flow->epsilon;
    memset(work->system, 0, n * n * sizeof *work->system);
    for (size_t i = 0; i < n; i++) {
        double *row = work->system + i * n;
        double side = eps * (work->next[i] - work->p[i]);
        for (size_t k = 0; k < n; k++) {
            const double h = work->hessian[i * n + k];
            const double *sigma = work->laplacian + k * n;
            side += h * exp(work->log_m[k]) * (work->next[k] - work->p[k]);
            for (size_t j = 0; j < n; j++) {
                row[j] += h * sigma[j];
            }
        }
        row[i] += eps;
        double largest = 0.0;
        for (size_t j = 0; j < n; j++) {
            largest = fmax(largest, fabs(row[j]));
        }
        for (size_t j = 0; j < n; j++) {
            row[j] /= largest;
        }
        work->direction[i] = side / largest;
    }
}

// Newton's step at work->p into work->direction; *found: whether there is one.
static jko_status find_direction(jko_flow *flow, const jko_energy *energy, bool *found)
{
    jko_i_entropic *work = flow->entropic;
    const size_t n = flow->n;
    *found = false;
    for (size_t j = 0; j < n; j++) {
        work->q[j] = exp(work->log_m[j]);
        if (!(work->q[j] > 0.0)) {
            return JKO_OK;
        }
    }
    const jko_status status =
        jko_i_energy_hessian(flow, energy, work->q, work->hessian, work->scratch);
    if (status < 0) {
        return status == JKO_ERR_NUMERIC ? JKO_OK : status;
    }
    fill_laplacian(flow);
    fill_system(flow);
    if (!jko_i_lu_factor(n, work->system, work->pivot)) {
        return JKO_OK;
    }
    jko_i_lu_solve(n, work->system, work->pivot, work->direction);
    for (size_t j = 0; j < n; j++) {
        if (!isfinite(work->direction[j])) {
            return JKO_OK;
        }
    }
    *found = true;
    return JKO_OK;
}

// The next work->p: Newton's step cut back until the error falls, else the plain iteration. The
// iteration at the new p is done, and *error is its error.
static jko_status advance(jko_flow *flow, const jko_energy *energy, double *error)
{
    jko_i_entropic *work = flow->entropic;
    const size_t n = flow->n;
    const double before = *error;
    bool good = false;
    jko_status status = find_direction(flow, energy, &good);
    if (status < 0) {
        return status;
    }
    memcpy(work->from, work->p, n * sizeof *work->p);
    memcpy(work->plain, work->next, n * sizeof *work->next);
    double step = 1.0;
    for (int k = 0; good && k < HALVINGS; k++, step *= 0.5) {
        for (size_t j = 0; j < n; j++) {
            work->p[j] = work->from[j] + step * work->direction[j];
        }
        status = jko_i_entropic_iterate(flow, energy, error);
        if (status >= 0 && *error < (1.0 - 0.25 * step) * before) {
            return JKO_OK;
        }
        if (status < 0 && status != JKO_ERR_NUMERIC) {
            return status; // the caller's callback failed
        }
    }
    memcpy(work->p, work->plain, n * sizeof *work->p);
    return jko_i_entropic_iterate(flow, energy, error);
}

// Iterate at one epsilon until the error is small, at its floor, or a limit comes.
static jko_status run_level(jko_flow *flow, const jko_energy *energy, double wanted, int most,
                            double *best)
{
    jko_i_entropic *work = flow->entropic;
    double error = 0.0;
    double halved = INFINITY;
    int since = 0;
    *best = INFINITY;
    memcpy(work->best, work->p, flow->n * sizeof *work->p);
    jko_status status = jko_i_entropic_iterate(flow, energy, &error);
    for (int k = 0; status >= 0; k++) {
        if (error < *best) {
            *best = error;
            memcpy(work->best, work->p, flow->n * sizeof *work->p);
        }
        since = error < 0.5 * halved ? 0 : since + 1;
        halved = since == 0 ? error : halved;
        if (error <= wanted || k >= most || (most == INT32_MAX && since >= PATIENCE)) {
            return JKO_OK;
        }
        status = jko_i_step_tick(flow, error);
        if (status != JKO_OK) {
            return status;
        }
        status = advance(flow, energy, &error);
    }
    return status;
}

jko_status jko_i_entropic_newton(jko_flow *flow, const jko_energy *energy, double *error)
{
    jko_i_entropic *work = flow->entropic;
    const double eps = flow->epsilon;
    const double total = jko_i_sum_array(flow->n, flow->start);
    double value = 0.0;
    double unit = 0.0;
    // Where epsilon is the energy's variation per unit of mass, the plain iteration is fast.
    for (size_t j = 0; j < flow->n; j++) {
        work->q[j] = total / (double)flow->n;
        work->p[j] = 0.0;
    }
    jko_status status = jko_i_energy_eval(flow, energy, work->q, &value, work->direction);
    for (size_t j = 0; j < flow->n; j++) {
        unit = fmax(unit, fabs(work->direction[j]));
    }
    flow->epsilon = fmax(eps, unit);
    while (status == JKO_OK && flow->epsilon > eps) {
        status = run_level(flow, energy, LEVEL_ERROR, LEVEL_ITERATIONS, error);
        memcpy(work->p, work->best, flow->n * sizeof *work->p);
        flow->epsilon = fmax(eps, flow->epsilon / LEVEL_FACTOR);
    }
    flow->epsilon = eps;
    if (status == JKO_OK) {
        status = run_level(flow, energy, FINE_ERROR, INT32_MAX, error);
    }
    return status;
}
