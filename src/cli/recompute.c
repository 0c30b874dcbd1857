// SPDX-License-Identifier: BSD-3-Clause
/*
 * The numbers of a step computed anew, by code that shares nothing with the solvers: plain sums in
 * long double, straight from the formulas of docs/theory.md. Slow and simple on purpose.
 *
 *     entropic   primal  E(m) + sum c P + eps sum P log P,
 *                dual    eps sum_i a_i (log a_i - log sum_j exp((q_j - c_ij)/eps)) - E*(-q)
 *     exact      primal  E(m) + OT_c(a, m),
 *                dual    sum_i a_i min_j (c_ij - q_j) - E*(-q)
 *
 * at q = -dE/dm(m) > 0, both bounds for any such q.
 */
#include "recompute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef long double real;

double recompute_squared(const cli_claim *claim, size_t i, size_t j)
{
    if (claim->cost != NULL) {
        return claim->cost[i * claim->n + j];
    }
    double d = fabs((double)i - (double)j) * claim->cell;
    if (claim->circle) {
        d = fmin(d, claim->length - d);
    }
    return d * d;
}

double recompute_cost(const cli_claim *claim, size_t i, size_t j, double tau)
{
    const double squared = recompute_squared(claim, i, j);
    const double d = sqrt(squared);
    const double k = claim->reallocation_cost;
    if (strcmp(claim->reallocation, "soft") == 0) {
        return squared / (2.0 * tau) + k * d;
    }
    if (strcmp(claim->reallocation, "hull") == 0) {
        return d <= k * tau ? k * d : squared / (2.0 * tau) + k * k * tau / 2.0;
    }
    if (strcmp(claim->reallocation, "hard") == 0 && d > 0.0) {
        return squared / (2.0 * tau) + k * tau;
    }
    return squared / (2.0 * tau);
}

// h sum w, and log Z without the loss of digits that small s brings.
static real log_z(const cli_claim *claim, const double *mass, real *weight)
{
    real sum = 0.0L;
    *weight = 0.0L;
    for (size_t i = 0; i < claim->n; i++) {
        const real mu = (real)mass[i] / (real)claim->cell;
        *weight += (real)claim->cell * (real)claim->weights[i];
        sum += (real)claim->cell * (real)claim->weights[i] * expm1l((real)claim->s * logl(mu));
    }
    return log1pl(sum + (*weight - 1.0L));
}

double recompute_energy(const cli_claim *claim, const double *mass, double *variation)
{
    real weight = 0.0L;
    const real s = (real)claim->s;
    const real c = (real)claim->c;
    const real logz = log_z(claim, mass, &weight);
    const real level = (real)claim->scale * expl(logz / (real)claim->exponent); // X
    real value = -c / s * logz;
    if (claim->s == 0.0) {
        value = 0.0L;
        for (size_t i = 0; i < claim->n; i++) {
            value -= c * (real)claim->cell * (real)claim->weights[i] / weight *
                     logl((real)mass[i] / (real)claim->cell);
        }
    }
    if (claim->level) {
        value = -c / (real)claim->theta * level;
    }
    for (size_t i = 0; variation != NULL && i < claim->n; i++) {
        const real mu = (real)mass[i] / (real)claim->cell;
        const real g = (real)claim->weights[i] * powl(mu, s - 1.0L) / expl(logz);
        variation[i] = (double)(-c * g * (claim->level ? level : 1.0L));
    }
    return (double)value;
}

double recompute_conjugate(const cli_claim *claim, const double *q)
{
    const real s = (real)claim->s;
    const real c = (real)claim->c;
    const real a = s / (1.0L - s);
    real weight = 0.0L;
    real sum = 0.0L;
    for (size_t i = 0; i < claim->n; i++) {
        const real w = (real)claim->cell * (real)claim->weights[i];
        weight += w;
        sum += w * expm1l(a * (logl((real)claim->weights[i]) - logl((real)q[i])));
    }
    if (claim->s == 0.0) {
        real mean = 0.0L;
        for (size_t i = 0; i < claim->n; i++) {
            const real w = (real)claim->weights[i] / weight;
            mean += (real)claim->cell * w * logl(w / (real)q[i]);
        }
        return (double)(c * logl(c) - c + c * mean);
    }
    const real logs = log1pl(sum + (weight - 1.0L));
    if (!claim->level) {
        return (double)(c * logl(c) - c + c * (1.0L - s) / s * logs);
    }
    const real theta = (real)claim->theta;
    const real kappa = c / theta * (real)claim->scale;
    if (theta == 1.0L) {
        return 0.0;
    }
    const real logd = -(1.0L - s) / s * logs;
    return (double)(kappa * (1.0L - theta) *
                    expl(theta / (1.0L - theta) * (logl(kappa * theta) - logd)));
}

// log sum_j exp((p_j - c_ij)/eps) of one row.
static real row_lse(const cli_claim *claim, double tau, real eps, size_t i, const double *p)
{
    real largest = -INFINITY;
    real sum = 0.0L;
    for (size_t j = 0; j < claim->n; j++) {
        const real t = ((real)p[j] - (real)recompute_cost(claim, i, j, tau)) / eps;
        largest = t > largest ? t : largest;
    }
    for (size_t j = 0; j < claim->n; j++) {
        sum += expl(((real)p[j] - (real)recompute_cost(claim, i, j, tau)) / eps - largest);
    }
    return largest + logl(sum);
}

void recompute_entropic(const cli_claim *claim, double tau, const double *before,
                        const double *after, const double *phi, cli_finding *finding)
{
    const size_t n = claim->n;
    const real eps = (real)(claim->blur > 0.0 ? claim->blur * claim->blur / tau : claim->epsilon);
    real *columns = calloc(n, sizeof *columns);
    double *p = calloc(n, sizeof *p);
    double *e = calloc(n, sizeof *e);
    if (columns == NULL || p == NULL || e == NULL) {
        finding->gap = finding->columns_error = INFINITY;
        free(columns);
        free(p);
        free(e);
        return;
    }
    real primal = (real)(finding->energy_after = recompute_energy(claim, after, e));
    finding->energy_before = recompute_energy(claim, before, NULL);
    for (size_t j = 0; j < n; j++) {
        p[j] = -phi[j];
        e[j] = -e[j]; // q
    }
    real dual = -(real)recompute_conjugate(claim, e);
    real step = 0.0L;
    real transport = 0.0L;
    for (size_t i = 0; i < n; i++) {
        const real a = (real)before[i];
        if (before[i] == 0.0) {
            continue;
        }
        const real lse = row_lse(claim, tau, eps, i, p);
        for (size_t j = 0; j < n; j++) {
            const real c = (real)recompute_cost(claim, i, j, tau);
            const real logp = logl(a) + ((real)p[j] - c) / eps - lse;
            const real plan = expl(logp);
            columns[j] += plan;
            step += c * plan;
            transport += (real)recompute_squared(claim, i, j) * plan;
            primal += plan * (c + eps * logp);
        }
        dual += eps * a * (logl(a) - row_lse(claim, tau, eps, i, e));
    }
    real error = 0.0L;
    real total = 0.0L;
    for (size_t j = 0; j < n; j++) {
        error += fabsl(columns[j] - (real)after[j]);
        total += columns[j];
    }
    finding->columns_error = (double)(error / total);
    finding->step_cost = (double)step;
    finding->transport_cost = (double)transport;
    finding->gap = (double)(primal - dual);
    finding->stationarity = NAN;
    free(columns);
    free(p);
    free(e);
}

void recompute_exact(const cli_claim *claim, double tau, const double *before, const double *after,
                     double plan_cost, cli_finding *finding)
{
    const size_t n = claim->n;
    double *e = calloc(n, sizeof *e);
    if (e == NULL) {
        finding->gap = INFINITY;
        return;
    }
    finding->energy_before = recompute_energy(claim, before, NULL);
    finding->energy_after = recompute_energy(claim, after, e);
    finding->step_cost = plan_cost;
    finding->columns_error = 0.0;
    real lower = 0.0L;
    real linear = 0.0L;
    for (size_t i = 0; i < n; i++) {
        real least = INFINITY;
        for (size_t j = 0; j < n; j++) {
            // For s > 1 an empty cell draws nothing; for s < 1 there is none.
            const real ej = after[j] > 0.0 ? (real)e[j] : 0.0L;
            const real t = (real)recompute_cost(claim, i, j, tau) + ej;
            least = t < least ? t : least;
        }
        lower += (real)before[i] * least;
        linear += after[i] > 0.0 ? (real)after[i] * (real)e[i] : 0.0L;
    }
    finding->stationarity = (double)((real)plan_cost + linear - lower);
    for (size_t j = 0; j < n; j++) {
        e[j] = -e[j];
    }
    finding->gap = claim->s < 1.0 ? (double)((real)plan_cost + (real)finding->energy_after - lower +
                                             (real)recompute_conjugate(claim, e))
                                  : NAN;
    free(e);
}
