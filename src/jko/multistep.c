// SPDX-License-Identifier: BSD-3-Clause
/*
 * Multistep formulas whose every step is one minimisation.
 *
 * The polynomial through the new state y and the k last ones y_1, ..., y_k has at the new time t the
 * slope c_0 (y - alpha), with c_0 = sum_j 1/(t - t_j) and a combination alpha of the old states.
 * Setting it equal to the flow's velocity at y is the condition of the finite-volume step
 * from alpha with time step 1/c_0, if its mobility is that of y up to the order k: that of the
 * polynomial through the last k + 1 states, at t. Section "Stepping through time" of docs/theory.md.
 *
 * alpha has the total of the states, but may have negative cells, and the energy may rise: then
 * the step is one of first order. Source: Hairer and Wanner (1996), chapter V; Brenan, Campbell and
 * Petzold (1996) for the choice of order.
 */
#include "path.h"

#include "base/combine.h"

#include <math.h>
#include <string.h>

#define SAFETY 0.9
#define MOST_FACTOR 2.0  // by which tau may grow
#define LEAST_FACTOR 0.2 // or shrink at a time
#define WORTH 1.2        // smaller growth is left out: steps of one length are the most accurate
#define DISTRUST 1.5     // of error estimates for the next step
#define LOWER 1.8        // and for the one of lower, higher order
#define HIGHER 2.2

// Weights of the state at t and of those in when [k] in alpha; *c0.
static void weigh_start(double t, int k, const double *when, double *weights, double *c0)
{
    *c0 = 0.0;
    for (int j = 0; j < k; j++) {
        *c0 += 1.0 / (t - when[j]);
    }
    for (int j = 0; j < k; j++) {
        double w = 1.0 / (*c0 * (t - when[j]));
        for (int i = 0; i < k; i++) {
            w *= i == j ? 1.0 : (t - when[i]) / (when[j] - when[i]);
        }
        weights[j] = w;
    }
}

// Weights of the polynomial through k states at time t.
static void weigh_prediction(double t, int k, const double *when, double *weights)
{
    for (int j = 0; j < k; j++) {
        weights[j] = 1.0;
        for (int i = 0; i < k; i++) {
            weights[j] *= i == j ? 1.0 : (t - when[i]) / (when[j] - when[i]);
        }
    }
}

/* The error of the formula of order k, from the divided difference of the newest state (at
   a->state[JKO_I_HISTORY - 1], time t) and the k + 1 before it. */
static double error_at_order(const jko_i_advance *a, double t, int k)
{
    const double *states[JKO_I_ORDERS + 3];
    double times[JKO_I_ORDERS + 3];
    double weights[JKO_I_ORDERS + 3];
    double c0 = 0.0;
    double scale = 1.0;
    const int count = k + 2;
    for (int j = 0; j < count; j++) {
        states[j] = j == 0 ? a->state[JKO_I_HISTORY - 1] : a->state[j - 1];
        times[j] = j == 0 ? t : a->when[j - 1];
    }
    for (int j = 1; j <= k; j++) {
        scale *= t - times[j];
        c0 += 1.0 / (t - times[j]);
    }
    for (int j = 0; j < count; j++) {
        weights[j] = scale / c0;
        for (int i = 0; i < count; i++) {
            weights[j] /= i == j ? 1.0 : times[j] - times[i];
        }
    }
    return jko_i_combine_norm(a->flow->n, (size_t)count, states, weights) / a->total;
}

/* One step of order k to time t, into a->state[JKO_I_HISTORY - 1]. *error: its estimate, NAN if
   there are too few states. *made: false if alpha is not positive, or the energy rose. */
static jko_status form(jko_i_advance *a, double t, int k, jko_i_solution *solution, double *error,
                       bool *made)
{
    jko_flow *flow = a->flow;
    const size_t n = flow->n;
    const double *const *states = (const double *const *)a->state;
    const int known = k < a->kept ? k + 1 : a->kept;
    double weights[JKO_I_HISTORY];
    double c0 = 0.0;
    *made = false;
    weigh_start(t, k, a->when, weights, &c0);
    if (k == 2 && !flow->method->combines) {
        bool good = false;
        const jko_status begun =
            flow->method->begin_second_order(flow, states[0], states[1], -weights[1], &good);
        if (begun < 0 || !good) {
            return begun;
        }
    } else if (!(jko_i_combine(n, (size_t)k, states, weights, 1.0, flow->start) > 0.0) && k > 1) {
        return JKO_OK;
    }
    const double *guess = NULL;
    if (known > 1) {
        weigh_prediction(t, known, a->when, weights);
        if (jko_i_combine(n, (size_t)known, states, weights, 1.0, a->guess) > 0.0) {
            guess = a->guess;
        } else if (k > 1) {
            return JKO_OK;
        }
    }
    const jko_status status =
        jko_i_advance_inner(a, 1.0 / c0, guess, guess, k == 1 ? a->energy : NAN, solution);
    if (status != JKO_OK) {
        return status;
    }
    memcpy(a->state[JKO_I_HISTORY - 1], flow->mass, n * sizeof *flow->mass);
    const double *const two[] = {a->state[JKO_I_HISTORY - 1], guess != NULL ? guess : a->state[0]};
    const double minus[] = {0.0, -1.0};
    const double away = jko_i_combine_norm(n, 2, two, minus) / a->total;
    const double share = known > k ? 1.0 / (c0 * (t - a->when[k])) : 1.0;
    *error = guess != NULL && known > k ? away * share / (1.0 + share) : 0.5 * away;
    *made = jko_i_advance_falls(a, solution->energy);
    return JKO_OK;
}

// A JKO step from the state, with nothing of the states before.
static jko_status fall_back(jko_i_advance *a, double tau, double t)
{
    a->order = 1;
    a->since = 0;
    a->kept = 1;
    a->planned = tau;
    jko_i_solution solution = {0};
    jko_flow *flow = a->flow;
    const int number = a->inner;
    double coefficients[JKO_I_INNER] = {0.0};
    coefficients[number] = 1.0;
    memcpy(flow->start, a->state[0], flow->n * sizeof *flow->start);
    const jko_status status = jko_i_advance_inner(a, tau, NULL, NULL, a->energy, &solution);
    if (status != JKO_OK) {
        return status;
    }
    memcpy(a->state[JKO_I_HISTORY - 1], flow->mass, flow->n * sizeof *flow->mass);
    const jko_advance_step step = {.order = 1,
                                   .coefficients = coefficients,
                                   .energy = solution.energy,
                                   .error = NAN,
                                   .fell_back = true};
    return jko_i_advance_accept(a, t, &step);
}

// The factor by which tau may grow at order k, going by its error.
static double factor_for(const jko_i_advance *a, double error, double distrust, int k)
{
    return pow(a->settings.tolerance / (distrust * error + 1e-300), 1.0 / (k + 1));
}

// Order and tau of the next step, after one of tau and order k with a known error.
static void plan(jko_i_advance *a, double tau, double t, int k, double error)
{
    double factor = factor_for(a, error, DISTRUST, k);
    int order = k;
    if (a->since > k) {
        const double below = k > 1 ? factor_for(a, error_at_order(a, t, k - 1), LOWER, k - 1) : 0.0;
        const double above = k < a->settings.order && a->kept > k + 1
                                 ? factor_for(a, error_at_order(a, t, k + 1), HIGHER, k + 1)
                                 : 0.0;
        if (below > factor && below >= above) {
            factor = below;
            order = k - 1;
        } else if (above > factor) {
            factor = above;
            order = k + 1;
        }
    }
    a->since = order == k ? a->since + 1 : 0;
    a->order = order;
    factor = fmin(factor, MOST_FACTOR);
    a->planned = factor >= WORTH || factor < 1.0 ? tau * fmax(factor, LEAST_FACTOR) : tau;
}

jko_status jko_i_advance_multistep(jko_i_advance *a, double tau, double t)
{
    const double one = 1.0;
    const int k = a->order < a->kept ? a->order : a->kept;
    jko_i_solution solution = {0};
    double error = NAN;
    bool made = false;
    const jko_status status = form(a, t, k, &solution, &error, &made);
    if (status != JKO_OK) {
        return status;
    }
    if (error > a->settings.tolerance && !a->shortest) {
        a->planned = tau * fmin(fmax(SAFETY * factor_for(a, error, 1.0, k), LEAST_FACTOR), SAFETY);
        a->order = a->refused && k > 1 ? k - 1 : k;
        a->since = 0;
        a->refused = true;
        return JKO_OK;
    }
    if (!made) {
        return fall_back(a, tau, t);
    }
    plan(a, tau, t, k, error);
    const jko_advance_step step = {
        .order = k, .coefficients = &one, .energy = solution.energy, .error = error};
    return jko_i_advance_accept(a, t, &step);
}

jko_status jko_i_advance_bdf2(jko_i_advance *a, double tau, double t)
{
    const double one = 1.0;
    if (a->kept < 2) {
        return jko_i_advance_extrapolated(a, tau, t);
    }
    jko_i_solution solution = {0};
    double error = NAN;
    bool made = false;
    const jko_status status = form(a, t, 2, &solution, &error, &made);
    if (status != JKO_OK) {
        return status;
    }
    if (!made) {
        return fall_back(a, tau, t);
    }
    const jko_advance_step step = {
        .order = 2, .coefficients = &one, .energy = solution.energy, .error = NAN};
    return jko_i_advance_accept(a, t, &step);
}
