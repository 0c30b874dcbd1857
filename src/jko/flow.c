// SPDX-License-Identifier: BSD-3-Clause
/*
 * A flow: its settings, its workspace, and many steps one after the other.
 */
#include "step.h"

#include "base/alloc.h"
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <math.h>
#include <string.h>

#define LEAST_SETTINGS (offsetof(jko_flow_settings, user) + sizeof(void *))
#define EXACT_TOLERANCE 1e-9
#define EXACT_ABSOLUTE 1e-12 // near locking little is released, and a share of it means nothing
#define ENTROPIC_ABSOLUTE 1e-14
#define ENTROPIC_TOLERANCE 1e-7 // round-off in potentials of thousands of epsilon allows no less
#define ASYMMETRY 1e-12         // of a symmetric cost, as a share of the largest
#define LEAST_ENERGY (offsetof(jko_energy, convex) + sizeof(bool))

static const jko_flow_settings defaults = {
    .struct_size = sizeof(jko_flow_settings),
    .method = JKO_STEP_ATOMS,
    .reallocation = JKO_REALLOCATION_NONE,
    .max_iterations = 10000,
};

void jko_flow_settings_init(jko_flow_settings *settings, size_t size)
{
    if (settings != NULL && size >= sizeof settings->struct_size) {
        memset(settings, 0, size);
        settings->struct_size = size;
        jko_i_sized_write(settings, &defaults, sizeof defaults);
    }
}

const char *jko_step_method_name(jko_step_method method)
{
    switch (method) {
    case JKO_STEP_ATOMS:
        return "atoms";
    case JKO_STEP_ENTROPIC:
        return "entropic";
    case JKO_STEP_DEBIASED:
        return "debiased";
    case JKO_STEP_EXACT1D:
        return "exact1d";
    case JKO_STEP_FV:
        return "fv";
    default:
        return "unknown";
    }
}

static jko_status check_not_negative(const char *name, double value)
{
    if (!isfinite(value) || value < 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is %g; it must be a finite number >= 0", name,
                          value);
    }
    return JKO_OK;
}

static jko_status check_epsilon(const jko_flow_settings *settings)
{
    const double epsilon = settings->epsilon;
    const double blur = settings->blur;
    if (!isfinite(epsilon) || !isfinite(blur) || epsilon < 0.0 || blur < 0.0 ||
        (epsilon > 0.0) == (blur > 0.0)) {
        return jko_i_fail(JKO_ERR_EPSILON,
                          "epsilon is %g and blur is %g; the %s step needs exactly one of them, "
                          "finite and > 0, the other 0",
                          epsilon, blur, jko_step_method_name(settings->method));
    }
    return JKO_OK;
}

static jko_status check_settings(const jko_flow_settings *settings)
{
    if ((int)settings->method < (int)JKO_STEP_ATOMS || (int)settings->method > (int)JKO_STEP_FV) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "method is %d, which is no step method",
                          (int)settings->method);
    }
    if ((int)settings->reallocation < (int)JKO_REALLOCATION_NONE ||
        (int)settings->reallocation > (int)JKO_REALLOCATION_HARD) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "reallocation is %d, which is no reallocation cost",
                          (int)settings->reallocation);
    }
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"reallocation_cost", settings->reallocation_cost},
        {"tolerance", settings->tolerance},
        {"absolute_tolerance", settings->absolute_tolerance},
        {"time_limit", settings->time_limit},
    };
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        const jko_status status = check_not_negative(numbers[k].name, numbers[k].value);
        if (status < 0) {
            return status;
        }
    }
    if (settings->max_iterations < 1) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "max_iterations is %lld; it must be at least 1",
                          (long long)settings->max_iterations);
    }
    if (settings->threads < 0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "threads is %d; it must be >= 0", settings->threads);
    }
    if (settings->method == JKO_STEP_DEBIASED && settings->reallocation != JKO_REALLOCATION_NONE) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "a debiased step has no cost of reallocation; use the entropic one");
    }
    return settings->method == JKO_STEP_ENTROPIC || settings->method == JKO_STEP_DEBIASED
               ? check_epsilon(settings)
               : JKO_OK;
}

static jko_status check_cost(const jko_cost *cost)
{
    if (cost->m != cost->n) {
        return jko_i_fail(JKO_ERR_SHAPE, "the cost is %zu by %zu; a flow needs a square one",
                          cost->m, cost->n);
    }
    if (jko_i_cost_is_computed(cost)) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "a flow needs a stored cost, not one of jko_cost_create_power(); use "
                          "jko_cost_create_squared() or jko_cost_create_matrix()");
    }
    if (cost->forbidden) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the cost forbids arcs (+inf), which a JKO step does not support; use a "
                          "large finite cost");
    }
    if (cost->min < 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "the smallest cost is %g; squared distances are >= 0",
                          cost->min);
    }
    return JKO_OK;
}

// The self-plan of a measure is diag(d) K diag(d) for a symmetric kernel only.
static jko_status check_symmetric(const jko_cost *cost)
{
    for (size_t i = 0; i < cost->n; i++) {
        const double *row = jko_i_cost_row(cost, i);
        const double *column = jko_i_cost_column(cost, i);
        for (size_t j = 0; j < i; j++) {
            if (!(fabs(row[j] - column[j]) <= ASYMMETRY * cost->max)) {
                return jko_i_fail(
                    JKO_ERR_UNSUPPORTED,
                    "the cost is not symmetric: %g at (%zu, %zu), %g at (%zu, %zu); a "
                    "debiased step needs a symmetric one",
                    row[j], i, j, column[j], j, i);
            }
        }
    }
    return JKO_OK;
}

static jko_status check_energy(const jko_energy *energy)
{
    if (energy->struct_size < LEAST_ENERGY) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "energy->struct_size is %zu; set it to sizeof *energy",
                          energy->struct_size);
    }
    if (energy->eval == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "energy->eval is NULL; it is required");
    }
    return JKO_OK;
}

bool jko_i_flow_allocate_arrays(jko_flow *flow)
{
    double **const slots[] = {&flow->start,     &flow->mass,   &flow->variation,
                              &flow->potential, &flow->anchor, &flow->trial};
    bool good = true;
    for (size_t k = 0; k < sizeof slots / sizeof slots[0]; k++) {
        *slots[k] = jko_i_alloc(flow->n, sizeof(double));
        good = good && *slots[k] != NULL;
    }
    return good;
}

static jko_status allocate(jko_flow *flow)
{
    const size_t n = flow->n;
    bool good = jko_i_flow_allocate_arrays(flow);
    flow->cost = jko_i_cost_like(flow->ground);
    good = good && flow->cost != NULL;
    if (!flow->energy.convex) {
        const size_t bytes = flow->energy.majorant_bytes == NULL
                                 ? 0
                                 : flow->energy.majorant_bytes(flow->energy.user, n);
        flow->majorant = jko_i_alloc(bytes, 1);
        good = good && flow->majorant != NULL;
    }
    if (flow->settings.method == JKO_STEP_ATOMS) {
        flow->exact = jko_i_exact_create(n);
        good = good && flow->exact != NULL;
    } else {
        flow->entropic = jko_i_entropic_create(flow);
        good = good && flow->entropic != NULL;
        if (flow->settings.method == JKO_STEP_DEBIASED) {
            flow->debiased = jko_i_debiased_create(flow);
            good = good && flow->debiased != NULL;
        }
    }
    return good ? JKO_OK : jko_i_fail_memory("the workspace of a flow");
}

jko_status jko_i_flow_read_settings(jko_flow_settings *known, const jko_flow_settings *given)
{
    if (given != NULL && given->struct_size < LEAST_SETTINGS) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "settings->struct_size is %zu; start from jko_flow_settings_default()",
                          given->struct_size);
    }
    *known = defaults;
    if (given != NULL) {
        jko_i_sized_read(known, sizeof *known, given);
    }
    return check_settings(known);
}

jko_status jko_i_flow_read_energy(jko_energy *used, const jko_energy *given, size_t n)
{
    const jko_status status = check_energy(given);
    if (status < 0) {
        return status;
    }
    *used = (jko_energy){.struct_size = sizeof *used};
    jko_i_sized_read(used, sizeof *used, given);
    if (used->size != 0 && used->size != n) {
        return jko_i_fail(JKO_ERR_SHAPE, "the energy is made for %zu masses, not for %zu cells",
                          used->size, n);
    }
    return JKO_OK;
}

jko_status jko_flow_create(jko_flow **out, const jko_cost *cost, const jko_energy *energy,
                           const jko_flow_settings *settings)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a flow pointer");
    }
    *out = NULL;
    if (cost == NULL || energy == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", cost == NULL ? "cost" : "energy");
    }
    jko_flow_settings known;
    jko_energy used;
    jko_status status = jko_i_flow_read_settings(&known, settings);
    status = status < 0 ? status : check_cost(cost);
    if (status >= 0 && known.method == JKO_STEP_DEBIASED) {
        status = check_symmetric(cost);
    }
    status = status < 0 ? status : jko_i_flow_read_energy(&used, energy, cost->n);
    if (status < 0) {
        return status;
    }
    if (known.method == JKO_STEP_EXACT1D || known.method == JKO_STEP_FV) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "method %s is not one of steps over a cost; use jko_flow_create_1d()",
                          jko_step_method_name(known.method));
    }
    if (known.absolute_tolerance == 0.0) {
        known.absolute_tolerance =
            known.method == JKO_STEP_ATOMS ? EXACT_ABSOLUTE : ENTROPIC_ABSOLUTE;
    }
    if (known.tolerance == 0.0) {
        known.tolerance = known.method == JKO_STEP_ATOMS ? EXACT_TOLERANCE : ENTROPIC_TOLERANCE;
    }
    if (!used.convex && used.majorant == NULL) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the energy is not convex and has no majorant; set convex, or give one");
    }

    jko_flow *flow = jko_i_alloc(1, sizeof *flow);
    if (flow == NULL) {
        return jko_i_fail_memory("a flow");
    }
    flow->n = cost->n;
    flow->ground = cost;
    flow->energy = used;
    flow->settings = known;
    status = allocate(flow);
    if (status < 0) {
        jko_flow_free(flow);
        return status;
    }
    *out = flow;
    return JKO_OK;
}

void jko_flow_free(jko_flow *flow)
{
    if (flow != NULL) {
        jko_i_entropic_free(flow->entropic);
        jko_i_exact_free(flow->exact);
        if (flow->method != NULL) {
            flow->method->free(flow->density);
        }
        jko_i_debiased_free(flow->debiased);
        jko_cost_free(flow->cost);
        jko_i_free(flow->majorant);
        jko_i_free(flow->start);
        jko_i_free(flow->mass);
        jko_i_free(flow->variation);
        jko_i_free(flow->potential);
        jko_i_free(flow->anchor);
        jko_i_free(flow->trial);
        jko_i_free(flow->path);
        jko_i_free(flow);
    }
}

static jko_status check_last(const jko_flow *flow, const void *out)
{
    if (flow == NULL || out == NULL || !flow->stepped) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s",
                          flow == NULL  ? "flow is NULL"
                          : out == NULL ? "the array to fill is NULL"
                                        : "there was no successful step yet");
    }
    return JKO_OK;
}

jko_status jko_flow_get_plan(const jko_flow *flow, double *plan)
{
    const jko_status status = check_last(flow, plan);
    if (status >= 0 && flow->method != NULL) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "steps between densities have no plan between atoms");
    }
    if (status >= 0) {
        if (flow->exact != NULL) {
            jko_i_exact_plan(flow, plan);
        } else {
            jko_i_entropic_plan(flow, plan);
        }
    }
    return status;
}

jko_status jko_flow_get_potential(const jko_flow *flow, double *phi)
{
    const jko_status status = check_last(flow, phi);
    if (status >= 0) {
        memcpy(phi, flow->potential, flow->n * sizeof *phi);
    }
    return status;
}

// The record of step k: the caller's structs may be longer or shorter than the library's.
static jko_step_report *record_of(jko_step_report *records, size_t k)
{
    return (jko_step_report *)((char *)records + k * records[0].struct_size);
}

static jko_status check_records(size_t steps, jko_step_report *records)
{
    for (size_t k = 0; records != NULL && k < steps; k++) {
        const size_t size = record_of(records, k)->struct_size;
        if (size < LEAST_REPORT || size != records[0].struct_size) {
            return jko_i_fail(JKO_ERR_ARGUMENT,
                              "records[%zu].struct_size is %zu; set it to sizeof (jko_step_report) "
                              "in each record before the call",
                              k, size);
        }
    }
    return JKO_OK;
}

static jko_status check_run(const jko_flow *flow, size_t steps, const double *tau,
                            const double *mass)
{
    if (flow == NULL || mass == NULL || (tau == NULL && steps > 0)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL",
                          flow == NULL   ? "flow"
                          : mass == NULL ? "mass"
                                         : "tau");
    }
    for (size_t k = 0; k < steps; k++) {
        if (!isfinite(tau[k]) || tau[k] <= 0.0) {
            return jko_i_fail(JKO_ERR_TAU, "tau[%zu] is %g; it must be a finite number > 0", k,
                              tau[k]);
        }
    }
    return JKO_OK;
}

jko_status jko_flow_run(jko_flow *flow, size_t steps, const double *tau, double *mass,
                        jko_step_report *records, jko_flow_observer observer, void *user,
                        size_t *done)
{
    jko_status status = check_run(flow, steps, tau, mass);
    status = status < 0 ? status : check_records(steps, records);
    if (status < 0) {
        return status;
    }
    jko_status result = steps > 0 ? JKO_LOCKED : JKO_OK;
    jko_i_sum t = {0.0, 0.0};
    size_t k = 0;
    memcpy(flow->trial, mass, flow->n * sizeof *mass);
    while (k < steps && result != JKO_CANCELLED) {
        jko_step_report report = {.struct_size = sizeof report};
        status = jko_flow_step(flow, tau[k], flow->trial, &report);
        if (records != NULL) {
            jko_i_sized_write(record_of(records, k), &report, sizeof report);
        }
        if (status < 0) {
            return status;
        }
        jko_i_sum_add(&t, tau[k]);
        k++;
        if (result == JKO_LOCKED || result == JKO_OK) {
            // Locked only if every step was; otherwise the first caveat counts.
            result = status == JKO_LOCKED ? (k == 1 ? JKO_LOCKED : result)
                     : status == JKO_OK   ? JKO_OK
                                          : status;
        }
        if (status == JKO_CANCELLED ||
            (observer != NULL &&
             observer(user, (int64_t)k, jko_i_sum_value(&t), flow->trial, &report) != 0)) {
            result = JKO_CANCELLED;
        }
    }
    memcpy(mass, flow->trial, flow->n * sizeof *mass);
    if (done != NULL) {
        *done = k;
    }
    return result;
}
