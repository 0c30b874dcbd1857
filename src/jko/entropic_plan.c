// SPDX-License-Identifier: BSD-3-Clause
/*
 * The plan of an entropic step: its columns, its costs, its entropy and its gap.
 *
 * Each row is normalised by the sum of its own terms as computed, so rows are exact to rounding
 * and the total of the columns is the total of the rows, step after step.
 */
#include "entropic.h"

#include "base/logsumexp.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

double jko_i_entropic_gap(jko_flow *flow, const double *m, const double *e)
{
    jko_i_entropic *work = flow->entropic;
    const double eps = flow->epsilon;
    for (size_t j = 0; j < flow->n; j++) {
        work->next[j] = -e[j];
    }
    jko_i_entropic_rows(flow, work->next, work->row_part);
    jko_i_sum gap = {0.0, 0.0};
    for (size_t j = 0; j < flow->n; j++) {
        jko_i_sum_add_product(&gap, m[j], e[j] + work->p[j]);
    }
    for (size_t i = 0; i < flow->n; i++) {
        if (flow->start[i] > 0.0) {
            jko_i_sum_add_product(&gap, eps * flow->start[i], work->row_part[i] - work->lse[i]);
        }
    }
    const double value = jko_i_sum_value(&gap);
    // Negative by rounding only; without a number there is no proof.
    return isnan(value) ? INFINITY : fmax(value, 0.0);
}

// Row i of the plan into row [n], its sum made a_i exactly but for rounding.
static void plan_row(const jko_flow *flow, size_t i, double *row)
{
    const jko_i_entropic *work = flow->entropic;
    const double a = flow->start[i];
    memset(row, 0, flow->n * sizeof *row);
    if (a == 0.0) {
        return;
    }
    jko_i_row_accumulate(flow->n, work->p, jko_i_cost_row(flow->cost, i), flow->epsilon,
                         work->lse[i], 1.0, row);
    const double scale = a / jko_i_sum_array(flow->n, row);
    for (size_t j = 0; j < flow->n; j++) {
        row[j] *= scale;
    }
}

void jko_i_entropic_finish(jko_flow *flow, jko_i_solution *solution)
{
    jko_i_entropic *work = flow->entropic;
    const size_t n = flow->n;
    const double eps = flow->epsilon;
    double *row = work->next;
    jko_i_sum transport = {0.0, 0.0};
    jko_i_sum step = {0.0, 0.0};
    jko_i_sum entropy = {0.0, 0.0}; // eps sum P log P, less what <c, P> takes away from it
    jko_i_entropic_rows(flow, work->p, work->lse);
    memset(flow->mass, 0, n * sizeof *flow->mass);
    for (size_t i = 0; i < n; i++) {
        plan_row(flow, i, row);
        const double *c = jko_i_cost_row(flow->cost, i);
        const double *d = jko_i_cost_row(flow->ground, i);
        for (size_t j = 0; j < n; j++) {
            flow->mass[j] += row[j];
        }
        jko_i_sum_add(&step, jko_i_dot(n, c, row));
        jko_i_sum_add(&transport, jko_i_dot(n, d, row));
        if (flow->start[i] > 0.0) {
            jko_i_sum_add_product(&entropy, eps * flow->start[i],
                                  log(flow->start[i]) - work->lse[i]);
        }
    }
    // eps log P_ij = eps log a_i + p_j - c_ij - eps lse_i.
    for (size_t j = 0; j < n; j++) {
        jko_i_sum_add_product(&entropy, flow->mass[j], work->p[j]);
    }
    solution->step_cost = jko_i_sum_value(&step);
    solution->transport_cost = jko_i_sum_value(&transport);
    solution->entropy = (jko_i_sum_value(&entropy) - solution->step_cost) / eps;
}

void jko_i_entropic_plan(const jko_flow *flow, double *plan)
{
    for (size_t i = 0; i < flow->n; i++) {
        plan_row(flow, i, plan + i * flow->n);
    }
}

double jko_i_entropic_stationarity(jko_flow *flow, const double *variation)
{
    return jko_i_entropic_gap(flow, flow->mass, variation);
}

double jko_i_entropic_log_kernel_sum(jko_flow *flow)
{
    jko_i_entropic *work = flow->entropic;
    memset(work->next, 0, flow->n * sizeof *work->next);
    jko_i_entropic_rows(flow, work->next, work->row_part);
    double largest = -INFINITY;
    for (size_t i = 0; i < flow->n; i++) {
        largest = fmax(largest, work->row_part[i]);
    }
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < flow->n; i++) {
        jko_i_sum_add(&sum, exp(work->row_part[i] - largest));
    }
    return largest + log(jko_i_sum_value(&sum));
}
