// SPDX-License-Identifier: BSD-3-Clause
/*
 * A flow through time: what is asked for, how far the next step goes, and who is told.
 */
#include "path.h"

#include "base/clock.h"
#include "base/combine.h"
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"

#include <float.h>
#include <jko/measure.h>
#include <math.h>
#include <string.h>

#define LEAST_SETTINGS (offsetof(jko_advance_settings, max_steps) + sizeof(int64_t))
#define LEAST_OBSERVER (offsetof(jko_advance_observer, step) + sizeof(void (*)(void)))
#define LEAST_RECORD (offsetof(jko_advance_report, seconds) + sizeof(double))
#define MULTISTEP_TOLERANCE 1e-5
#define EXTRAPOLATED_TOLERANCE 3e-5
#define CHAINS 3
#define ACCURACY 0.1      // of the tolerance: what minimisations may add to the error
#define SHARE 1e-12       // of the cost, without one: masses then have six digits of what moved
#define NEARLY 1.0001     // a step this much shorter than what is left takes all of it
#define SHORTEST 1e-12    // of the time left: no step gets shorter
#define ENERGY_NOISE 16.0 // roundings that an energy may be wrong by

static const jko_advance_settings defaults = {
    .struct_size = sizeof(jko_advance_settings),
    .scheme = JKO_SCHEME_AUTO,
    .max_steps = 1000000,
};

void jko_advance_settings_init(jko_advance_settings *settings, size_t size)
{
    if (settings != NULL && size >= sizeof settings->struct_size) {
        memset(settings, 0, size);
        settings->struct_size = size;
        jko_i_sized_write(settings, &defaults, sizeof defaults);
    }
}

const char *jko_scheme_name(jko_scheme scheme)
{
    static const char *const names[] = {"auto", "fixed", "bdf2", "extrapolated", "multistep"};
    const size_t count = sizeof names / sizeof names[0];
    return (int)scheme >= 0 && (size_t)scheme < count ? names[scheme] : "unknown";
}

static jko_status check_order(jko_advance_settings *s, int low, int high, int usual)
{
    if (s->order != 0 && (s->order < low || s->order > high)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "order is %d; scheme %s takes %d to %d, or 0", s->order,
                          jko_scheme_name(s->scheme), low, high);
    }
    s->order = s->order == 0 ? usual : s->order;
    return JKO_OK;
}

static jko_status check_tolerance(jko_advance_settings *s, double usual)
{
    if (s->tolerance != 0.0 && s->tolerance < JKO_LEAST_TOLERANCE) {
        return jko_i_fail(
            JKO_ERR_ARGUMENT,
            "tolerance is %g, which rounding of the masses hides; give %g or more, or "
            "0 for %g",
            s->tolerance, JKO_LEAST_TOLERANCE, usual);
    }
    s->tolerance = s->tolerance == 0.0 ? usual : s->tolerance;
    return JKO_OK;
}

// What the scheme reads, with its defaults.
static jko_status check_scheme(const jko_flow *flow, jko_advance_settings *s)
{
    const bool mixes = flow->method->combines;
    jko_status status = JKO_OK;
    if (s->scheme == JKO_SCHEME_AUTO) {
        s->scheme = mixes ? JKO_SCHEME_MULTISTEP : JKO_SCHEME_EXTRAPOLATED;
    }
    switch (s->scheme) {
    case JKO_SCHEME_BDF2:
        if (!mixes && flow->method->begin_second_order == NULL) {
            break;
        }
        // fall through
    case JKO_SCHEME_FIXED:
        s->tolerance = 0.0;
        if (!isfinite(s->tau) || s->tau <= 0.0) {
            return jko_i_fail(JKO_ERR_TAU, "tau is %g; scheme %s needs a finite time step > 0",
                              s->tau, jko_scheme_name(s->scheme));
        }
        return JKO_OK;
    case JKO_SCHEME_EXTRAPOLATED:
        status = check_tolerance(s, EXTRAPOLATED_TOLERANCE);
        return status < 0 ? status : check_order(s, 2, JKO_I_CHAINS, CHAINS);
    case JKO_SCHEME_MULTISTEP:
        if (!mixes) {
            break;
        }
        status = check_tolerance(s, MULTISTEP_TOLERANCE);
        return status < 0 ? status : check_order(s, 1, JKO_I_ORDERS, JKO_I_ORDERS);
    default:
        return jko_i_fail(JKO_ERR_ARGUMENT, "scheme is %d, which is no scheme", (int)s->scheme);
    }
    return jko_i_fail(JKO_ERR_UNSUPPORTED, "method %s has no scheme %s; use fixed or extrapolated",
                      jko_step_method_name(flow->settings.method), jko_scheme_name(s->scheme));
}

static jko_status check_settings(const jko_flow *flow, jko_advance_settings *s)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"tolerance", s->tolerance},
                   {"first_step", s->first_step},
                   {"largest_step", s->largest_step}};
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        if (!isfinite(numbers[k].value) || numbers[k].value < 0.0) {
            return jko_i_fail(JKO_ERR_ARGUMENT, "%s is %g; it must be a finite number >= 0",
                              numbers[k].name, numbers[k].value);
        }
    }
    if (s->max_steps < 1) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "max_steps is %lld; it must be at least 1",
                          (long long)s->max_steps);
    }
    return check_scheme(flow, s);
}

static jko_status check_times(double begin, size_t count, const double *times)
{
    if (!isfinite(begin)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "begin is %g; it must be finite", begin);
    }
    if (count == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "there are no times to reach; give at least one");
    }
    for (size_t k = 0; k < count; k++) {
        const double last = k == 0 ? begin : times[k - 1];
        if (!isfinite(times[k]) || times[k] <= last) {
            return jko_i_fail(JKO_ERR_ARGUMENT,
                              "times[%zu] is %g; it must be finite and later than %g", k, times[k],
                              last);
        }
    }
    return JKO_OK;
}

static jko_status check(const jko_flow *flow, const jko_advance_settings *settings, double begin,
                        size_t count, const double *times, const double *mass,
                        const jko_advance_observer *observer, const jko_advance_report *report)
{
    if (flow == NULL || mass == NULL || (times == NULL && count > 0)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL",
                          flow == NULL   ? "flow"
                          : mass == NULL ? "mass"
                                         : "times");
    }
    if (flow->method == NULL) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "method %s is not one of steps between densities; use jko_flow_run()",
                          jko_step_method_name(flow->settings.method));
    }
    const struct {
        const char *name;
        const size_t *size;
        size_t least;
    } structs[] = {{"settings", settings == NULL ? NULL : &settings->struct_size, LEAST_SETTINGS},
                   {"observer", observer == NULL ? NULL : &observer->struct_size, LEAST_OBSERVER},
                   {"report", report == NULL ? NULL : &report->struct_size, LEAST_RECORD}};
    for (size_t k = 0; k < sizeof structs / sizeof structs[0]; k++) {
        if (structs[k].size != NULL && *structs[k].size < structs[k].least) {
            return jko_i_fail(JKO_ERR_ARGUMENT,
                              "%s->struct_size is %zu; set it to sizeof *%s before the call",
                              structs[k].name, *structs[k].size, structs[k].name);
        }
    }
    return check_times(begin, count, times);
}

jko_status jko_i_advance_inner(jko_i_advance *a, double tau, const double *guess,
                               const double *mobility, double before, jko_i_solution *solution)
{
    jko_flow *flow = a->flow;
    flow->cost_tau = tau;
    flow->guess = guess;
    flow->mobility = mobility;
    flow->iterations = 0;
    flow->warm = flow->stepped;
    flow->accuracy = ACCURACY * a->settings.tolerance * a->total; // 0 without a tolerance
    flow->share = a->settings.tolerance > 0.0 ? 0.0 : SHARE;
    jko_status status = flow->method->solve(flow, &flow->energy, before, solution);
    flow->accuracy = flow->share = 0.0;
    flow->guess = flow->mobility = NULL;
    a->report.callback_error = flow->callback_error;
    if (status < 0) {
        return status;
    }
    flow->stepped = true;
    const double allowed =
        jko_i_step_tolerance(flow, before, solution->energy, solution->step_cost);
    if (status != JKO_CANCELLED) {
        // The gap decides, whatever ended the iteration.
        status = solution->gap <= allowed ? JKO_OK : status == JKO_OK ? JKO_STALLED : status;
    }
    jko_advance_report *report = &a->report;
    report->inner_steps++;
    report->iterations += flow->iterations;
    report->worst_gap = fmax(report->worst_gap, solution->gap);
    if (solution->gap > flow->settings.absolute_tolerance) {
        report->worst_share = fmax(report->worst_share, solution->gap / solution->step_cost);
    }
    const jko_inner_step inner = {.struct_size = sizeof inner,
                                  .attempt = report->attempts,
                                  .index = a->inner++,
                                  .tau = tau,
                                  .start = flow->start,
                                  .mobility = mobility == NULL ? flow->start : mobility,
                                  .mass = flow->mass,
                                  .status = status,
                                  .energy = solution->energy,
                                  .step_cost = solution->step_cost,
                                  .gap = solution->gap,
                                  .iterations = flow->iterations};
    if (a->observer.inner != NULL && a->observer.inner(a->observer.user, &inner) != 0) {
        status = JKO_CANCELLED;
    }
    if (status == JKO_CANCELLED || status == JKO_TIME_LIMIT) {
        return status;
    }
    if (status != JKO_OK && a->caveat == JKO_OK) {
        a->caveat = status;
    }
    return JKO_OK;
}

bool jko_i_advance_falls(const jko_i_advance *a, double energy)
{
    const double noise = ENERGY_NOISE * DBL_EPSILON * (fabs(a->energy) + fabs(energy));
    return isinf(a->energy) || energy <= a->energy + noise;
}

jko_status jko_i_advance_accept(jko_i_advance *a, double t, const jko_advance_step *step)
{
    double *newest = a->state[JKO_I_HISTORY - 1];
    memmove(a->state + 1, a->state, (JKO_I_HISTORY - 1) * sizeof a->state[0]);
    memmove(a->when + 1, a->when, (JKO_I_HISTORY - 1) * sizeof a->when[0]);
    a->state[0] = newest;
    a->when[0] = t;
    a->kept = a->kept < JKO_I_HISTORY - 1 ? a->kept + 1 : a->kept;
    a->refused = false;
    a->report.last_tau = t - a->t;
    a->report.steps++;
    a->report.fallbacks += step->fell_back ? 1 : 0;
    a->t = t;
    a->energy = step->energy;
    if (a->observer.step == NULL) {
        return JKO_OK;
    }
    jko_advance_step told = *step;
    told.struct_size = sizeof told;
    told.step = a->report.steps;
    told.attempt = a->report.attempts;
    told.t = t;
    told.tau = a->report.last_tau;
    told.inner = a->inner;
    told.mass = newest;
    return a->observer.step(a->observer.user, &told) != 0 ? JKO_CANCELLED : JKO_OK;
}

const double *jko_i_advance_guess(jko_i_advance *a, double tau)
{
    if (a->kept < 2) {
        return NULL;
    }
    const double ratio = tau / (a->when[0] - a->when[1]);
    const double *const two[] = {a->state[0], a->state[1]};
    const double weights[] = {0.0, -ratio};
    return jko_i_combine(a->flow->n, 2, two, weights, 1.0, a->guess) > 0.0 ? a->guess : NULL;
}

/* The tau of a scheme with a tolerance at the start: one that changes the masses by the tolerance,
   going by the flow of the finite volumes. */
static double first_step(jko_i_advance *a, double left)
{
    const jko_flow *flow = a->flow;
    const double *m = a->state[0];
    const double *e = flow->variation;
    double change = 0.0;
    double before = 0.0;
    for (size_t k = 0; k <= flow->n; k++) { // the last face of a circle is also its first
        const size_t i = k == 0 ? flow->n - 1 : k - 1;
        const size_t right = i + 1 < flow->n ? i + 1 : 0;
        const bool end = flow->n == 1 || (!flow->circle && i + 1 == flow->n);
        const double both = m[i] + m[right];
        const double flux =
            end || both == 0.0 ? 0.0 : 0.5 * both * (e[i] - e[right]) / (flow->cell * flow->cell);
        change += k == 0 ? 0.0 : fabs(flux - before);
        before = flux;
    }
    const double tau = a->settings.tolerance * a->total / change;
    return isfinite(tau) ? fmin(tau, left) : left * SHORTEST * 1e3;
}

// The length of the next step with `left` to go.
static double next_tau(jko_i_advance *a, double left)
{
    const jko_advance_settings *s = &a->settings;
    if (s->scheme == JKO_SCHEME_FIXED || s->scheme == JKO_SCHEME_BDF2) {
        return left / fmax(ceil(left / (s->tau * NEARLY)), 1.0);
    }
    a->shortest = !(a->planned > left * SHORTEST);
    double tau = a->shortest ? left * SHORTEST : a->planned;
    tau = s->largest_step > 0.0 ? fmin(tau, s->largest_step) : tau;
    // No sliver is left for a step of its own.
    return tau * NEARLY >= left ? left : fmin(tau, 0.5 * left);
}

static jko_status attempt(jko_i_advance *a, double tau, double t)
{
    a->report.attempts++;
    a->inner = 0;
    switch (a->settings.scheme) {
    case JKO_SCHEME_FIXED:
        return jko_i_advance_fixed(a, tau, t);
    case JKO_SCHEME_BDF2:
        return jko_i_advance_bdf2(a, tau, t);
    case JKO_SCHEME_MULTISTEP:
        return jko_i_advance_multistep(a, tau, t);
    default:
        return jko_i_advance_extrapolated(a, tau, t);
    }
}

// All the way; positive statuses that end the call early are handed on.
static jko_status go(jko_i_advance *a, size_t count, const double *times, double *saved)
{
    const size_t n = a->flow->n;
    for (size_t k = 0; k < count; k++) {
        while (a->t < times[k]) {
            if (a->report.attempts >= a->settings.max_steps) {
                return JKO_NOT_CONVERGED;
            }
            const double left = times[k] - a->t;
            const double tau = next_tau(a, left);
            const double t = tau >= left ? times[k] : a->t + tau;
            const jko_status status = attempt(a, tau, t);
            if (status != JKO_OK) {
                return status;
            }
        }
        if (saved != NULL) {
            memcpy(saved + k * n, a->state[0], n * sizeof *saved);
        }
    }
    return JKO_OK;
}

static void prepare(jko_i_advance *a, jko_flow *flow, double begin, const double *mass)
{
    double *next = flow->path;
    double **const lists[] = {a->state, a->chain, &a->guess};
    const size_t lengths[] = {JKO_I_HISTORY, JKO_I_CHAINS, 1};
    for (size_t list = 0; list < 3; list++) {
        for (size_t k = 0; k < lengths[list]; k++, next += flow->n) {
            lists[list][k] = next;
        }
    }
    a->flow = flow;
    a->t = begin;
    a->total = jko_i_sum_array(flow->n, mass);
    a->kept = 1;
    a->when[0] = begin;
    a->order = 1;
    memcpy(a->state[0], mass, flow->n * sizeof *mass);
}

jko_status jko_flow_advance(jko_flow *flow, const jko_advance_settings *settings, double begin,
                            size_t count, const double *times, double *mass, double *saved,
                            const jko_advance_observer *observer, jko_advance_report *report)
{
    jko_i_advance a = {.settings = defaults, .observer = {.struct_size = sizeof a.observer}};
    jko_status status = check(flow, settings, begin, count, times, mass, observer, report);
    if (status < 0) {
        return status;
    }
    if (settings != NULL) {
        jko_i_sized_read(&a.settings, sizeof a.settings, settings);
    }
    if (observer != NULL) {
        jko_i_sized_read(&a.observer, sizeof a.observer, observer);
    }
    status = check_settings(flow, &a.settings);
    status = status < 0 ? status : jko_measure_check(flow->n, mass, NULL);
    if (status < 0) {
        return status;
    }
    const double began = jko_i_seconds();
    const double limit = flow->settings.time_limit;
    flow->deadline = limit > 0.0 ? began + limit : INFINITY;
    flow->callback_error = 0;
    prepare(&a, flow, begin, mass);
    status = jko_i_energy_eval(flow, &flow->energy, a.state[0], &a.energy, flow->variation);
    a.report.energy_before = a.energy;
    if (status >= 0) {
        a.planned = a.settings.first_step > 0.0 ? a.settings.first_step
                                                : first_step(&a, times[count - 1] - begin);
        status = go(&a, count, times, saved);
    }
    if (status >= 0) {
        status = status == JKO_OK ? a.caveat : status;
        memcpy(mass, a.state[0], flow->n * sizeof *mass);
    }
    a.report.status = status;
    a.report.t = a.t;
    a.report.energy_after = a.energy;
    a.report.callback_error = flow->callback_error;
    a.report.seconds = jko_i_seconds() - began;
    if (report != NULL) {
        jko_i_sized_write(report, &a.report, sizeof a.report);
    }
    return status;
}
