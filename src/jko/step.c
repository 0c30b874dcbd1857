// SPDX-License-Identifier: BSD-3-Clause
/*
 * One JKO step: check, test for locking, solve, certify, report.
 */
#include "step.h"

#include "base/clock.h"
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <float.h>
#include <jko/measure.h>
#include <math.h>
#include <string.h>

// Round-off in c_ij + e_j - e_i, relative to the energy per unit of mass.
#define LOCK_SLACK 1e-14
// Potentials are resolved to about 1e-16 max c; below this epsilon their exponents are noise.
#define LEAST_EPSILON 1e-12

double jko_i_step_tolerance(const jko_flow *flow, double before, double after, double step_cost)
{
    const double released = before - after;
    // What rounding of the two energies may have made of their difference is not counted.
    const double noise = 4.0 * DBL_EPSILON * (fabs(before) + fabs(after));
    const double scale = isfinite(released) ? fmax(released - noise, 0.0) : step_cost;
    return fmax(flow->settings.tolerance * scale, flow->settings.absolute_tolerance);
}

jko_status jko_i_step_tick(jko_flow *flow, double gap)
{
    flow->iterations++;
    if (flow->settings.progress != NULL &&
        flow->settings.progress(flow->settings.user, flow->iterations, gap) != 0) {
        return JKO_CANCELLED;
    }
    if (jko_i_seconds() >= flow->deadline) {
        return JKO_TIME_LIMIT;
    }
    return flow->iterations >= flow->settings.max_iterations ? JKO_NOT_CONVERGED : JKO_OK;
}

jko_status jko_i_step_solve(jko_flow *flow, const jko_energy *energy, double before,
                            jko_i_solution *solution)
{
    if (flow->method != NULL) {
        return flow->method->solve(flow, energy, before, solution);
    }
    if (flow->debiased != NULL) {
        return jko_i_debiased_solve(flow, energy, before, solution);
    }
    return flow->exact != NULL ? jko_i_exact_solve(flow, energy, before, solution)
                               : jko_i_entropic_solve(flow, energy, before, solution);
}

// tau, the masses and the epsilon that follows from tau.
static jko_status check(const jko_flow *flow, double tau, const double *mass, double *epsilon)
{
    if (!isfinite(tau) || tau <= 0.0) {
        return jko_i_fail(JKO_ERR_TAU, "tau is %g; it must be a finite number > 0", tau);
    }
    const jko_status status = jko_measure_check(flow->n, mass, NULL);
    if (status < 0) {
        return status;
    }
    const double length = flow->cell * (double)flow->n;
    const double farthest = flow->method != NULL ? length * length : flow->ground->max;
    const double largest = jko_i_step_cost_entry(&flow->settings, farthest, tau);
    if (!isfinite(largest)) {
        return jko_i_fail(JKO_ERR_TAU, "tau is %g: costs of up to %g / (2 tau) overflow", tau,
                          farthest);
    }
    *epsilon = 0.0;
    if (flow->entropic != NULL) {
        const double blur = flow->settings.blur;
        *epsilon = blur > 0.0 ? blur * blur / tau : flow->settings.epsilon;
        if (!isfinite(*epsilon) || *epsilon < LEAST_EPSILON * largest || *epsilon <= 0.0) {
            return jko_i_fail(JKO_ERR_EPSILON,
                              "epsilon is %g at tau %g, where costs reach %g; it must be at least "
                              "%g of that",
                              *epsilon, tau, largest, LEAST_EPSILON);
        }
    }
    return JKO_OK;
}

// Whether not moving is optimal (convex energy) or stationary; then the solution says so.
static bool stays(jko_flow *flow, double before, jko_i_solution *solution)
{
    double worst = 0.0;
    double size = 0.0;
    const double gap = jko_i_locking_gap(flow, flow->start, !flow->energy.convex, &worst);
    const double total = jko_i_sum_array(flow->n, flow->start);
    for (size_t i = 0; i < flow->n; i++) {
        if (flow->start[i] > 0.0) {
            size += flow->start[i] / total * fabs(flow->variation[i]);
        }
    }
    if (!isfinite(size) || !(worst <= LOCK_SLACK * size)) {
        return false; // a variation of -inf where there is mass draws without limit
    }
    jko_i_sum transport = {0.0, 0.0};
    jko_i_sum step = {0.0, 0.0};
    for (size_t i = 0; i < flow->n; i++) {
        const double a = flow->start[i];
        jko_i_sum_add_product(&transport, a, jko_i_cost_row(flow->ground, i)[i]);
        jko_i_sum_add_product(&step, a, jko_i_cost_row(flow->cost, i)[i]);
    }
    memcpy(flow->mass, flow->start, flow->n * sizeof *flow->mass);
    memcpy(flow->potential, flow->variation, flow->n * sizeof *flow->potential);
    jko_i_exact_stay(flow);
    solution->energy = before;
    solution->transport_cost = jko_i_sum_value(&transport);
    solution->step_cost = jko_i_sum_value(&step);
    solution->gap = gap;
    return true;
}

// A debiased answer that is stationary and no worse than not moving, where it is the kernel, not
// known to be positive semidefinite, that leaves the gap open.
static bool is_local(double before, const jko_i_solution *solution, double allowed)
{
    return solution->kernel_loss > 0.0 && solution->stationarity <= allowed &&
           solution->energy + solution->divergence <= before + allowed;
}

// Solve from flow->start; sets the status that the numbers deserve.
static jko_status solve(jko_flow *flow, double before, jko_i_solution *solution,
                        jko_step_report *report)
{
    const bool convex = flow->energy.convex;
    report->outer_iterations = 1;
    if (flow->exact != NULL && stays(flow, before, solution)) {
        report->outer_iterations = 0;
        report->stationarity = solution->gap;
        return convex ? JKO_LOCKED : JKO_LOCAL;
    }
    if (!convex) {
        return jko_i_local_solve(flow, before, solution, &report->stationarity,
                                 &report->outer_iterations);
    }
    const jko_status status = jko_i_step_solve(flow, &flow->energy, before, solution);
    if (status < 0 || status == JKO_CANCELLED) {
        return status;
    }
    report->stationarity = flow->entropic == NULL ? solution->gap : NAN;
    if (status == JKO_LOCKED) {
        report->outer_iterations = 0;
        return status;
    }
    // The gap decides, whatever ended the iteration.
    const double allowed =
        jko_i_step_tolerance(flow, before, solution->energy, solution->step_cost);
    if (flow->debiased != NULL) {
        report->stationarity = solution->stationarity;
    }
    if (solution->gap <= allowed) {
        return JKO_OK;
    }
    if (flow->debiased != NULL && is_local(before, solution, allowed)) {
        return JKO_LOCAL;
    }
    return status == JKO_OK ? JKO_STALLED : status;
}

static void fill_report(jko_flow *flow, double before, const jko_i_solution *solution,
                        jko_step_report *report)
{
    const bool entropic = flow->entropic != NULL;
    report->epsilon = flow->epsilon;
    report->energy_before = before;
    report->energy_after = solution->energy;
    report->released = before - solution->energy;
    report->transport_cost = solution->transport_cost;
    report->step_cost = solution->step_cost;
    report->objective = solution->step_cost + solution->energy;
    report->objective_kl = NAN;
    report->mass = jko_i_sum_array(flow->n, flow->mass);
    report->divergence = report->self_error = report->residual = NAN;
    if (flow->debiased != NULL) {
        report->divergence = 2.0 * flow->cost_tau * solution->divergence;
        report->self_error = solution->self_error;
        report->residual = solution->residual;
        report->objective = solution->energy + solution->divergence;
    } else if (entropic) {
        report->objective += flow->epsilon * solution->entropy;
        const double kernel = exp(jko_i_entropic_log_kernel_sum(flow));
        report->objective_kl = report->objective + flow->epsilon * (kernel - report->mass);
    }
    const bool proved = flow->energy.convex && !isinf(solution->kernel_loss);
    report->gap = proved ? solution->gap : NAN;
    report->marginal_error = entropic ? solution->marginal_error : 0.0;
    report->min_mass = flow->mass[0];
    for (size_t j = 1; j < flow->n; j++) {
        report->min_mass = fmin(report->min_mass, flow->mass[j]);
    }
    report->iterations = flow->iterations;
}

// The step proper; report has its own size.
static jko_status step(jko_flow *flow, double tau, double *mass, jko_step_report *report)
{
    double epsilon = 0.0;
    double before = 0.0;
    jko_status status = check(flow, tau, mass, &epsilon);
    if (status < 0) {
        return status;
    }
    const double began = jko_i_seconds();
    const double limit = flow->settings.time_limit;
    flow->deadline = limit > 0.0 ? began + limit : INFINITY;
    flow->epsilon = epsilon;
    flow->iterations = 0;
    flow->callback_error = 0;
    flow->warm = flow->stepped;
    flow->stepped = false;
    memcpy(flow->start, mass, flow->n * sizeof *mass);
    if (flow->method != NULL) {
        flow->cost_tau = tau;
    } else {
        jko_i_step_cost_update(flow, tau);
    }

    jko_i_solution solution = {0};
    status = jko_i_energy_eval(flow, &flow->energy, flow->start, &before, flow->variation);
    if (status >= 0) {
        status = solve(flow, before, &solution, report);
    }
    report->tau = tau;
    report->callback_error = flow->callback_error;
    report->seconds = jko_i_seconds() - began;
    if (status >= 0) {
        fill_report(flow, before, &solution, report);
        memcpy(mass, flow->mass, flow->n * sizeof *mass);
        flow->stepped = true;
    }
    return status;
}

jko_status jko_flow_step(jko_flow *flow, double tau, double *mass, jko_step_report *report)
{
    if (flow == NULL || mass == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", flow == NULL ? "flow" : "mass");
    }
    if (report != NULL && report->struct_size < LEAST_REPORT) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "report->struct_size is %zu; set it to sizeof *report before the call",
                          report->struct_size);
    }
    jko_step_report filled = {.struct_size = sizeof filled};
    const jko_status status = step(flow, tau, mass, &filled);
    filled.status = status;
    if (report != NULL) {
        jko_i_sized_write(report, &filled, sizeof filled);
    }
    return status;
}
