// SPDX-License-Identifier: BSD-3-Clause
/*
 * Calling an energy: errors of its callbacks become statuses, and what it lacks is computed.
 *
 * Without a Hessian product the Hessian comes from central differences of the variation; without
 * a proximal map, Newton's method in z = log m solves
 *
 *     F(z) = e(exp z) + eps (z - log r) = 0,    F'(z) = H diag(m) + eps I
 *
 * from the masses that it is given, with steps cut so that no mass changes by more than a factor
 * e^2. O(n^3) a call.
 */
#include "step.h"

#include "base/dense.h"
#include "base/status.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define PROX_ITERATIONS 200
#define PROX_HALVINGS 30
#define PROX_TOLERANCE 1e-14

static jko_status callback_failed(jko_flow *flow, const char *name, int code)
{
    flow->callback_error = code;
    return jko_i_fail(JKO_ERR_CALLBACK, "the energy's %s callback returned %d", name, code);
}

jko_status jko_i_energy_eval(jko_flow *flow, const jko_energy *energy, const double *mass,
                             double *value, double *variation)
{
    const int code = energy->eval(energy->user, flow->n, mass, value, variation);
    if (code != 0) {
        return callback_failed(flow, "eval", code);
    }
    if (isnan(*value)) {
        return jko_i_fail(JKO_ERR_NUMERIC, "the energy's value is NaN");
    }
    for (size_t j = 0; variation != NULL && j < flow->n; j++) {
        if (isnan(variation[j]) || variation[j] == INFINITY) {
            return jko_i_fail(JKO_ERR_NUMERIC, "the energy's variation at %zu is %g", j,
                              variation[j]);
        }
    }
    return JKO_OK;
}

// Column j of the Hessian by central differences with a step relative to the mass.
static jko_status difference_column(jko_flow *flow, const jko_energy *energy, const double *mass,
                                    size_t j, double *h, double *scratch)
{
    const size_t n = flow->n;
    double *moved = scratch;
    double *up = scratch + n;
    double *down = scratch + 2 * n;
    double value = 0.0;
    const double step = cbrt(DBL_EPSILON) * mass[j];
    memcpy(moved, mass, n * sizeof *moved);
    moved[j] = mass[j] + step;
    jko_status status = jko_i_energy_eval(flow, energy, moved, &value, up);
    if (status >= 0) {
        moved[j] = mass[j] - step;
        status = jko_i_energy_eval(flow, energy, moved, &value, down);
    }
    for (size_t i = 0; status >= 0 && i < n; i++) {
        h[i * n + j] = (up[i] - down[i]) / (2.0 * step);
    }
    return status;
}

jko_status jko_i_energy_hessian(jko_flow *flow, const jko_energy *energy, const double *mass,
                                double *h, double *scratch)
{
    const size_t n = flow->n;
    double *unit = scratch;
    double *column = scratch + n;
    for (size_t j = 0; j < n; j++) {
        if (energy->hessian_product == NULL) {
            const jko_status status = difference_column(flow, energy, mass, j, h, scratch);
            if (status < 0) {
                return status;
            }
            continue;
        }
        memset(unit, 0, n * sizeof *unit);
        unit[j] = 1.0;
        const int code = energy->hessian_product(energy->user, n, mass, unit, column);
        if (code != 0) {
            return callback_failed(flow, "hessian_product", code);
        }
        for (size_t i = 0; i < n; i++) {
            h[i * n + j] = column[i];
        }
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            h[i * n + j] = h[j * n + i] = 0.5 * (h[i * n + j] + h[j * n + i]);
        }
    }
    return JKO_OK;
}

jko_status jko_i_energy_parts(jko_flow *flow, const jko_energy *energy, const double *mass,
                              const double *variation, double *diagonal, double *vector,
                              double *weight)
{
    const int code =
        energy->hessian_parts(energy->user, flow->n, mass, variation, diagonal, vector, weight);
    return code != 0 ? callback_failed(flow, "hessian_parts", code) : JKO_OK;
}

// F at log m = log_m + step * direction (direction NULL: none) into residual, and its largest entry,
// +inf where it is no number.
static jko_status prox_residual(jko_flow *flow, const jko_energy *energy, const double *log_r,
                                double eps, const double *log_m, double step,
                                const double *direction, double *residual, double *scratch,
                                double *norm)
{
    double *mass = scratch;
    double value = 0.0;
    for (size_t j = 0; j < flow->n; j++) {
        mass[j] = exp(log_m[j] + (direction == NULL ? 0.0 : step * direction[j]));
    }
    const int code = energy->eval(energy->user, flow->n, mass, &value, residual);
    if (code != 0) {
        return callback_failed(flow, "eval", code);
    }
    *norm = 0.0;
    for (size_t j = 0; j < flow->n; j++) {
        const double z = log_m[j] + (direction == NULL ? 0.0 : step * direction[j]);
        residual[j] += eps * (z - log_r[j]);
        *norm = fabs(residual[j]) <= *norm ? *norm : fabs(residual[j]);
    }
    if (!isfinite(*norm)) {
        *norm = INFINITY;
    }
    return JKO_OK;
}

// One Newton step of the generic proximal map, cut back until the residual falls; *size is set to
// the largest change of log m.
static jko_status prox_newton(jko_flow *flow, const jko_energy *energy, const double *log_r,
                              double eps, double *log_m, double *matrix, double *scratch,
                              size_t *pivot, double *size)
{
    const size_t n = flow->n;
    double *mass = scratch;
    double *direction = scratch + n;
    double *trial = scratch + 2 * n;
    double here = 0.0;
    double there = INFINITY;
    jko_status status =
        prox_residual(flow, energy, log_r, eps, log_m, 0.0, NULL, direction, mass, &here);
    if (status >= 0) {
        status = jko_i_energy_hessian(flow, energy, mass, matrix, scratch + 2 * n);
    }
    if (status < 0) {
        return status;
    }
    for (size_t i = 0; i < n; i++) {
        direction[i] = -direction[i];
        for (size_t j = 0; j < n; j++) {
            matrix[i * n + j] = matrix[i * n + j] * mass[j] + (i == j ? eps : 0.0);
        }
    }
    if (!jko_i_lu_factor(n, matrix, pivot)) {
        return jko_i_fail(JKO_ERR_NUMERIC, "the Hessian of the energy is singular or not finite");
    }
    jko_i_lu_solve(n, matrix, pivot, direction);
    double step = 1.0;
    for (int k = 0; k < PROX_HALVINGS; k++, step *= 0.5) {
        status =
            prox_residual(flow, energy, log_r, eps, log_m, step, direction, trial, mass, &there);
        if (status < 0 || there < here) {
            break;
        }
    }
    *size = 0.0;
    for (size_t j = 0; j < n; j++) {
        *size = fmax(*size, fabs(step * direction[j]));
        log_m[j] += step * direction[j];
    }
    if (status >= 0 && !isfinite(*size)) {
        status = jko_i_fail(JKO_ERR_NUMERIC, "the proximal map left the numbers");
    }
    return status;
}

jko_status jko_i_energy_prox(jko_flow *flow, const jko_energy *energy, const double *log_r,
                             double eps, double *log_m, double *matrix, double *scratch,
                             size_t *pivot)
{
    if (energy->kl_prox != NULL) {
        const int code = energy->kl_prox(energy->user, flow->n, log_r, eps, log_m);
        return code == 0 ? JKO_OK : callback_failed(flow, "kl_prox", code);
    }
    double best = INFINITY;
    for (int k = 0; k < PROX_ITERATIONS; k++) {
        double size = 0.0;
        const jko_status status =
            prox_newton(flow, energy, log_r, eps, log_m, matrix, scratch, pivot, &size);
        if (status < 0) {
            return status;
        }
        // Done at the tolerance, or when round-off ends the quadratic decrease.
        if (size <= PROX_TOLERANCE || (size < 1e-9 && size >= best)) {
            return JKO_OK;
        }
        best = fmin(best, size);
    }
    return jko_i_fail(JKO_ERR_NUMERIC,
                      "the proximal map of the energy did not converge at epsilon %g; use a larger "
                      "epsilon, or give the energy a kl_prox of its own",
                      eps);
}
