// SPDX-License-Identifier: BSD-3-Clause
/*
 * The numbers of a step computed anew, by code that shares nothing with the solvers: plain sums in
 * long double, straight from the formulas of docs/theory.md. Slow and simple on purpose.
 *
 *     entropic   R = sum m (e - phi) + eps sum a_i [log S_i(e) - log S_i(phi)],
 *                S_i(phi) = sum_j exp(-(c_ij + phi_j)/eps), of the plan of (27)
 *     exact      R = OT_c(a, m) + sum m e - sum a_i min_j (c_ij + e_j)
 *
 * with e = dE/dm at the masses m after the step. For a convex energy R is the objective less a
 * lower bound of the minimum, (25); else it is the measure of stationarity. Nothing large cancels
 * in it. An empty cell has e = 0 where s > 1.
 */
#include "recompute.h"

#include "text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR_ONE 0.1L // |s log mu| up to which powers are near 1

typedef long double real;

double recompute_epsilon(const cli_claim *claim, double tau)
{
    return claim->blur > 0.0 ? claim->blur * claim->blur / tau : claim->epsilon;
}

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

// h sum w, and log Z: about the largest term, or where all powers are near 1 about their sum, so that
// small s costs no digits either.
static real log_z(const cli_claim *claim, const double *mass, real *weight)
{
    const real s = (real)claim->s;
    real largest = -INFINITY;
    real power = 0.0L; // largest |s log mu|
    *weight = 0.0L;
    for (size_t i = 0; i < claim->n; i++) {
        const real w = (real)claim->cell * (real)claim->weights[i];
        const real t = s == 0.0L ? 0.0L : s * logl((real)mass[i] / (real)claim->cell);
        *weight += w;
        power = fmaxl(power, fabsl(t));
        largest = fmaxl(largest, t);
    }
    real sum = 0.0L;
    const bool near = power < NEAR_ONE;
    for (size_t i = 0; i < claim->n && isfinite(largest); i++) {
        const real w = (real)claim->cell * (real)claim->weights[i];
        const real t = s == 0.0L ? 0.0L : s * logl((real)mass[i] / (real)claim->cell);
        sum += w * (near ? expm1l(t) : expl(t - largest));
    }
    if (!isfinite(largest)) {
        return largest;
    }
    return near ? log1pl(sum + (*weight - 1.0L)) : largest + logl(sum);
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

void recompute_state(const cli_claim *claim, const double *mass, cli_state *state)
{
    real weight = 0.0L;
    const real logz = log_z(claim, mass, &weight);
    const real s = (real)claim->s;
    state->energy = recompute_energy(claim, mass, NULL);
    state->consumption = (double)((real)claim->scale * expl(logz / (real)claim->exponent));
    state->profit_min = INFINITY;
    state->profit_max = -INFINITY;
    for (size_t i = 0; i < claim->n; i++) {
        const real mu = (real)mass[i] / (real)claim->cell;
        double rate = (double)((1.0L - (real)claim->beta) * (real)claim->weights[i] *
                               powl(mu, s - 1.0L) / expl(logz));
        if (mass[i] == 0.0 && claim->s < 1.0) {
            rate = INFINITY; // the limit, also where Z is infinite
        }
        state->profit_min = fmin(state->profit_min, rate);
        state->profit_max = fmax(state->profit_max, rate);
    }
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

// What the columns of the plan add up to.
static void compare_columns(const cli_claim *claim, const real *columns, const double *after,
                            cli_finding *finding)
{
    real error = 0.0L;
    real total = 0.0L;
    for (size_t j = 0; j < claim->n; j++) {
        error += fabsl(columns[j] - (real)after[j]);
        total += columns[j];
    }
    finding->columns_error = (double)(error / total);
}

// Row i of the plan: its costs, its entropy, its part of the columns and of R.
static void add_row(const cli_claim *claim, double tau, size_t i, real a, const double *p,
                    const double *e, real *columns, real *sums)
{
    const real eps = (real)recompute_epsilon(claim, tau);
    const real lse = row_lse(claim, tau, eps, i, p);
    for (size_t j = 0; j < claim->n; j++) {
        const real c = (real)recompute_cost(claim, i, j, tau);
        const real logp = logl(a) + ((real)p[j] - c) / eps - lse;
        const real plan = expl(logp);
        columns[j] += plan;
        sums[0] += c * plan;
        sums[1] += (real)recompute_squared(claim, i, j) * plan;
        sums[2] += plan * (c + eps * logp);
        sums[4] += plan * (fabsl((real)p[j]) + c) / eps;
    }
    sums[3] += eps * a * (row_lse(claim, tau, eps, i, e) - lse);
}

void recompute_entropic(const cli_claim *claim, double tau, const double *before,
                        const double *after, const double *phi, cli_finding *finding)
{
    const size_t n = claim->n;
    real *columns = cli_alloc(n, sizeof *columns);
    double *p = cli_alloc(n, sizeof *p);
    double *e = cli_alloc(n, sizeof *e); // -dE/dm
    real sums[5] = {0.0L, 0.0L, 0.0L, 0.0L, 0.0L};
    finding->energy_before = recompute_energy(claim, before, NULL);
    finding->energy_after = recompute_energy(claim, after, e);
    finding->pull = 0.0;
    double shift = 0.0; // of the potential as a whole, which no plan shows
    for (size_t j = 0; j < n; j++) {
        p[j] = -phi[j];
        e[j] = after[j] > 0.0 || claim->s < 1.0 ? -e[j] : 0.0;
        if (after[j] > 0.0) {
            sums[3] += (real)after[j] * ((real)p[j] - (real)e[j]);
            shift += after[j] * (p[j] - e[j]);
            finding->pull += after[j] * fabs(e[j]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (before[i] > 0.0) {
            add_row(claim, tau, i, (real)before[i], p, e, columns, sums);
        }
    }
    compare_columns(claim, columns, after, finding);
    finding->columns_rounding = DBL_EPSILON * (double)sums[4];
    finding->step_cost = (double)sums[0];
    finding->transport_cost = (double)sums[1];
    finding->objective = (double)(sums[2] + (real)finding->energy_after);
    finding->gap = (double)sums[3];
    finding->potential_error = fabs(shift) / finding->pull;
    finding->pull += finding->step_cost;
    free(columns);
    free(p);
    free(e);
}

void recompute_exact(const cli_claim *claim, double tau, const double *before, const double *after,
                     const double *phi, double plan_cost, cli_finding *finding)
{
    const size_t n = claim->n;
    double *e = cli_alloc(n, sizeof *e);
    real r = (real)plan_cost;
    finding->energy_before = recompute_energy(claim, before, NULL);
    finding->energy_after = recompute_energy(claim, after, e);
    finding->step_cost = plan_cost;
    finding->transport_cost = NAN;
    finding->objective = plan_cost + finding->energy_after;
    finding->pull = plan_cost;
    for (size_t j = 0; j < n; j++) {
        if (after[j] > 0.0) {
            r += (real)after[j] * (real)e[j];
            finding->pull += after[j] * fabs(e[j]);
        }
        const double error = phi[j] == e[j] ? 0.0 : fabs(phi[j] - e[j]) / fabs(e[j]);
        // Written so that a NaN counts.
        if (!(error <= finding->potential_error)) {
            finding->potential_error = isnan(error) ? INFINITY : error;
        }
    }
    for (size_t i = 0; i < n; i++) {
        real least = INFINITY;
        for (size_t j = 0; j < n; j++) {
            const real t = (real)recompute_cost(claim, i, j, tau) + (real)e[j];
            least = t < least ? t : least;
        }
        if (before[i] > 0.0) {
            const real here = (real)recompute_cost(claim, i, i, tau) + (real)e[i];
            finding->move = fmax(finding->move, (double)(here - least));
            r -= (real)before[i] * least;
        }
    }
    finding->gap = (double)r;
    free(e);
}
