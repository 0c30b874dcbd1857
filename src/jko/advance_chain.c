// SPDX-License-Identifier: BSD-3-Clause
/*
 * Steps made of chains of JKO steps: one alone, or several over the same time, extrapolated.
 *
 * k equal JKO steps over a time tau end at a state that has an expansion in powers of tau/k. Ends
 * T_1, ..., T_K of chains of 1, ..., K steps combine to one without its first K - 1 terms,
 *
 *     sum_k c_k T_k,    c_k = product over i of k/(k - i), i not k, from 1 (or from 2) to K,
 *
 * and the difference of the sums from 1 and from 2 estimates the error of the latter.
 * Section "Stepping through time" of docs/theory.md.
 * Source: Hairer and Wanner (1996), section IV.9.
 */
#include "path.h"

#include "base/combine.h"

#include <math.h>
#include <string.h>

#define SAFETY 0.9
#define LEAST_FACTOR 0.1 // by which tau may change at a time
#define MOST_FACTOR 4.0

jko_status jko_i_advance_fixed(jko_i_advance *a, double tau, double t)
{
    jko_flow *flow = a->flow;
    const size_t bytes = flow->n * sizeof *flow->start;
    const double one = 1.0;
    jko_i_solution solution = {0};
    memcpy(flow->start, a->state[0], bytes);
    const jko_status status =
        jko_i_advance_inner(a, tau, jko_i_advance_guess(a, tau), NULL, a->energy, &solution);
    if (status != JKO_OK) {
        return status;
    }
    memcpy(a->state[JKO_I_HISTORY - 1], flow->mass, bytes);
    const jko_advance_step step = {
        .order = 1, .coefficients = &one, .energy = solution.energy, .error = NAN};
    return jko_i_advance_accept(a, t, &step);
}

// steps JKO steps over tau, from the state to a->chain[steps - 1].
static jko_status run_chain(jko_i_advance *a, double tau, int steps, double *energy)
{
    jko_flow *flow = a->flow;
    const size_t n = flow->n;
    double *end = a->chain[steps - 1];
    *energy = a->energy;
    memcpy(end, a->state[0], n * sizeof *end);
    for (int k = 0; k < steps; k++) {
        const double *guess = NULL;
        if (steps == 1) {
            guess = jko_i_advance_guess(a, tau);
        } else {
            // As far as the chain before went in the same time.
            const double *const three[] = {end, a->state[0], a->chain[steps - 2]};
            const double weights[] = {0.0, -1.0 / steps, 1.0 / steps};
            if (jko_i_combine(n, 3, three, weights, 1.0, a->guess) > 0.0) {
                guess = a->guess;
            }
        }
        jko_i_solution solution = {0};
        memcpy(flow->start, end, n * sizeof *end);
        const jko_status status =
            jko_i_advance_inner(a, tau / steps, guess, NULL, *energy, &solution);
        if (status != JKO_OK) {
            return status;
        }
        *energy = solution.energy;
        memcpy(end, flow->mass, n * sizeof *end);
    }
    return JKO_OK;
}

// c_first ... c_last, by number of steps less 1.
static void weigh(int first, int last, double *c)
{
    for (int k = first; k <= last; k++) {
        c[k - 1] = 1.0;
        for (int i = first; i <= last; i++) {
            c[k - 1] *= i == k ? 1.0 : (double)k / (double)(k - i);
        }
    }
}

jko_status jko_i_advance_extrapolated(jko_i_advance *a, double tau, double t)
{
    jko_flow *flow = a->flow;
    const size_t n = flow->n;
    const int chains = a->settings.scheme == JKO_SCHEME_BDF2 ? 2 : a->settings.order;
    double finest = 0.0;
    for (int k = 1; k <= chains; k++) {
        const jko_status status = run_chain(a, tau, k, &finest);
        if (status != JKO_OK) {
            return status;
        }
    }
    double best[JKO_I_CHAINS] = {0.0};
    double lower[JKO_I_CHAINS] = {0.0};
    weigh(1, chains, best);
    weigh(2, chains, lower);
    for (int k = 0; k < chains; k++) {
        lower[k] = best[k] - lower[k];
    }
    const double *const *ends = (const double *const *)a->chain;
    const double error = jko_i_combine_norm(n, (size_t)chains, ends, lower) / a->total;
    if (a->settings.scheme != JKO_SCHEME_BDF2) {
        const double factor = SAFETY * pow(a->settings.tolerance / error, 1.0 / chains);
        a->planned = tau * fmin(fmax(factor, LEAST_FACTOR), a->refused ? 1.0 : MOST_FACTOR);
        if (error > a->settings.tolerance && !a->shortest) {
            a->planned = fmin(a->planned, 0.7 * tau);
            a->refused = true;
            return JKO_OK;
        }
    }
    double *next = a->state[JKO_I_HISTORY - 1];
    double energy = finest;
    const bool positive = jko_i_combine(n, (size_t)chains, ends, best, 1.0, next) > 0.0;
    if (positive) {
        const jko_status status = jko_i_energy_eval(flow, &flow->energy, next, &energy, NULL);
        if (status < 0) {
            return status;
        }
    }
    const bool good = positive && jko_i_advance_falls(a, energy);
    double coefficients[JKO_I_INNER] = {0.0};
    if (good) {
        for (int k = 1, last = 0; k <= chains; k++, last += k) {
            coefficients[last] = best[k - 1];
        }
    } else {
        coefficients[chains * (chains + 1) / 2 - 1] = 1.0;
        memcpy(next, ends[chains - 1], n * sizeof *next);
    }
    const jko_advance_step step = {.order = good ? chains : 1,
                                   .coefficients = coefficients,
                                   .energy = good ? energy : finest,
                                   .error = good ? error : NAN,
                                   .fell_back = !good};
    return jko_i_advance_accept(a, t, &step);
}
