// SPDX-License-Identifier: BSD-3-Clause
/*
 * The answer of the debiased step, its values and its certificate; eqs. (39) to (42) of
 * docs/theory.md.
 *
 * The plan of p has exact rows a and columns m, so it is the best plan of a and m, and with s =
 * d K d, the masses whose self-potential y is,
 *
 *     S(m, a) <= a.(q - y_a) + m.(p - y) + (eps/2) sum (s - m)
 *
 * with equality at s = m. If K is positive semidefinite, S(., a) is convex, and with psi_j = eps
 * (log (K^T v)_j - log (K d)_j)
 *
 *     minimum >= objective - [ E(m) + E*(psi + t) - m.(psi + t) ] - eps sum (s - m - m log(s/m))
 *
 * for any number t. Without E* the first bracket is at most sum m (e - psi) - M min (e - psi).
 * If only K + delta I is positive semidefinite, eps delta M / min K_jj more is lost, as the best d
 * has d_j^2 <= m_j / K_jj.
 */
#include "debiased.h"

#include "base/remainder.h"
#include "base/status.h"
#include "base/sum.h"
#include "dual_gap.h"
#include "entropic.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

#define FILLED 1e-6 // of the mean mass: emptier cells need not be stationary, only no better

// stationarity, residual and gap at flow->mass, e in flow->variation.
static jko_status certify(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution)
{
    jko_i_debiased *work = flow->debiased;
    const size_t n = flow->n;
    const double eps = flow->epsilon;
    const double total = jko_i_sum_array(n, flow->mass);
    jko_i_sum own = {0.0, 0.0};
    double self_total = 0.0;
    double least_diagonal = INFINITY;
    double low = INFINITY; // of e + p - y
    double high = -INFINITY;
    for (size_t j = 0; j < n; j++) {
        work->pull[j] = eps * (work->log_kd[j] - work->log_k[j]); // -psi
        least_diagonal = fmin(least_diagonal, exp(-jko_i_cost_row(flow->cost, j)[j] / eps));
    }
    for (size_t j = 0; j < n; j++) {
        const double m = flow->mass[j];
        if (m > 0.0) {
            const double x = work->y[j] / eps + work->log_kd[j] - log(m);
            const double residual = flow->variation[j] + flow->entropic->p[j] - work->y[j];
            jko_i_sum_add_product(&own, eps * m, jko_i_exp_remainder(x));
            self_total += m * exp(x);
            if (m * (double)n > FILLED * total) {
                low = fmin(low, residual);
                high = fmax(high, residual);
            }
        }
    }
    jko_i_dual_gap bound;
    const jko_status status =
        jko_i_dual_gap_find(energy, n, flow->mass, solution->energy, flow->variation, work->pull,
                            jko_i_sum_value(&own), flow->entropic->next, &bound);
    if (status < 0) {
        flow->callback_error = bound.callback_error;
        return status;
    }
    const double loss = eps * jko_i_kernel_defect(flow) * fmax(total, self_total) / least_diagonal;
    solution->stationarity = bound.first_order + jko_i_sum_value(&own);
    solution->residual = 0.5 * (high - low);
    solution->gap = bound.gap + jko_i_sum_value(&own) + loss;
    solution->kernel_loss = loss;
    // Without a number there is no proof.
    solution->gap = isnan(solution->gap) ? INFINITY : solution->gap;
    return JKO_OK;
}

// a.(q - y_a) + m.(p - y) + (eps/2) sum (s - m), in units of the objective.
static double divergence(const jko_flow *flow, double *self_error)
{
    const jko_i_debiased *work = flow->debiased;
    const jko_i_entropic *scaling = flow->entropic;
    const double eps = flow->epsilon;
    jko_i_sum sum = {0.0, 0.0};
    double error = 0.0;
    double total = 0.0;
    for (size_t j = 0; j < flow->n; j++) {
        const double a = flow->start[j];
        const double m = flow->mass[j];
        if (a > 0.0) {
            jko_i_sum_add_product(&sum, a, scaling->q[j] - work->self[j]);
        }
        if (m > 0.0) {
            const double excess = m * expm1(work->y[j] / eps + work->log_kd[j] - log(m));
            jko_i_sum_add_product(&sum, m, scaling->p[j] - work->y[j]);
            jko_i_sum_add(&sum, 0.5 * eps * excess);
            error += fabs(excess);
            total += m;
        }
    }
    *self_error = error / total;
    return jko_i_sum_value(&sum);
}

jko_status jko_i_debiased_answer(jko_flow *flow, const jko_energy *energy, jko_i_solution *solution)
{
    jko_i_debiased *work = flow->debiased;
    jko_i_entropic *scaling = flow->entropic;
    const size_t n = flow->n;
    const double eps = flow->epsilon;
    for (size_t j = 0; j < n; j++) {
        flow->potential[j] = -scaling->p[j];
    }
    jko_i_entropic_finish(flow, solution);
    for (size_t i = 0; i < n; i++) {
        const double a = flow->start[i];
        scaling->q[i] = a > 0.0 ? eps * (log(a) - scaling->lse[i]) : -INFINITY;
    }
    jko_i_entropic_rows(flow, scaling->q, work->log_k);
    jko_i_debiased_self(flow, flow->mass, work->y, work->log_kd);
    for (size_t j = 0; j < n; j++) {
        if (flow->mass[j] == 0.0) { // by underflow: its potential is still a good start
            work->y[j] = scaling->p[j] + eps * (work->log_k[j] - work->log_kd[j]);
        }
    }
    solution->divergence = divergence(flow, &solution->self_error);
    const jko_status status =
        jko_i_energy_eval(flow, energy, flow->mass, &solution->energy, flow->variation);
    return status < 0 ? status : certify(flow, energy, solution);
}

double jko_i_debiased_stationarity(jko_flow *flow, const double *variation)
{
    const jko_i_debiased *work = flow->debiased;
    const double eps = flow->epsilon;
    jko_i_sum sum = {0.0, 0.0};
    double largest = -INFINITY; // of psi - e, e taken as 0 where there is no mass
    for (int pass = 0; pass < 2; pass++) {
        for (size_t j = 0; j < flow->n; j++) {
            const double m = flow->mass[j];
            const double shift =
                eps * (work->log_k[j] - work->log_kd[j]) - (m > 0.0 ? variation[j] : 0.0);
            if (pass == 0) {
                largest = fmax(largest, shift);
            } else if (m > 0.0) {
                const double x = work->y[j] / eps + work->log_kd[j] - log(m);
                jko_i_sum_add_product(&sum, m, largest - shift);
                jko_i_sum_add_product(&sum, eps * m, jko_i_exp_remainder(x));
            }
        }
    }
    return fmax(jko_i_sum_value(&sum), 0.0);
}
