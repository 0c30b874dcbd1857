// SPDX-License-Identifier: BSD-3-Clause
/*
 * The certificate of any step between densities: the exact distance, its potential, the dual gap.
 */
#include "base/alloc.h"
#include "base/sized.h"
#include "base/status.h"
#include "jko/dual_gap.h"
#include "measure/grid.h"

#include <jko/certificate.h>
#include <jko/density.h>
#include <jko/measure.h>
#include <math.h>
#include <stdbool.h>

#define LEAST_REPORT (offsetof(jko_certificate_report, callback_error) + sizeof(int))
#define LEAST_ENERGY (offsetof(jko_energy, convex) + sizeof(bool))

struct jko_certificate {
    size_t n;
    jko_energy energy;
    jko_density *density;
    double *storage; // what the arrays below lie in
    double *after;   // [n] scaled to the total before
    double *pull;    // [n] derivative of W2^2 / (2 tau)
    double *variation;
    double *scratch;
};

static jko_status check_energy(const jko_energy *energy, size_t n)
{
    if (energy->struct_size < LEAST_ENERGY) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "energy->struct_size is %zu; set it to sizeof (jko_energy)",
                          energy->struct_size);
    }
    if (energy->eval == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "energy->eval is NULL; it is required");
    }
    if (!energy->convex) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the energy is not convex: nothing bounds its minimum from below");
    }
    if (energy->size != 0 && energy->size != n) {
        return jko_i_fail(JKO_ERR_SHAPE,
                          "the energy is made for %zu masses, the grid has %zu cells", energy->size,
                          n);
    }
    return JKO_OK;
}

jko_status jko_certificate_create(jko_certificate **out, const jko_grid *grid,
                                  const jko_energy *energy)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a pointer");
    }
    *out = NULL;
    if (grid == NULL || energy == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", grid == NULL ? "grid" : "energy");
    }
    jko_energy used = {.struct_size = sizeof used};
    jko_i_sized_read(&used, sizeof used, energy);
    used.struct_size = energy->struct_size;
    jko_status status = check_energy(&used, grid->n);
    if (status < 0) {
        return status;
    }
    used.struct_size = sizeof used;
    jko_certificate *made = jko_i_alloc(1, sizeof *made);
    if (made == NULL) {
        return jko_i_fail_memory("a certificate");
    }
    made->n = grid->n;
    made->energy = used;
    status = jko_density_create(&made->density, grid, grid);
    made->storage = jko_i_alloc(grid->n, 4 * sizeof *made->storage);
    if (status < 0 || made->storage == NULL) {
        jko_certificate_free(made);
        return status < 0 ? status : jko_i_fail_memory("a certificate");
    }
    made->after = made->storage;
    made->pull = made->storage + grid->n;
    made->variation = made->storage + 2 * grid->n;
    made->scratch = made->storage + 3 * grid->n;
    *out = made;
    return JKO_OK;
}

static jko_status check(const jko_certificate *c, double tau, const double *before,
                        const double *after, const jko_certificate_report *report, double *scale)
{
    double total_before = 0.0;
    double total_after = 0.0;
    if (c == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "certificate is NULL");
    }
    if (report != NULL && report->struct_size < LEAST_REPORT) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "report->struct_size is %zu; set it to sizeof *report before the call",
                          report->struct_size);
    }
    if (!isfinite(tau) || tau <= 0.0) {
        return jko_i_fail(JKO_ERR_TAU, "tau is %g; it must be a finite number > 0", tau);
    }
    const jko_status status =
        jko_measure_check_pair(c->n, before, c->n, after, &total_before, &total_after);
    *scale = total_after == total_before ? 1.0 : total_before / total_after;
    return status;
}

static jko_status evaluate(jko_certificate *c, jko_certificate_report *report)
{
    const int code = c->energy.eval(c->energy.user, c->n, c->after, &report->energy, c->variation);
    if (code != 0) {
        report->callback_error = code;
        return jko_i_fail(JKO_ERR_CALLBACK, "the energy's eval callback returned %d", code);
    }
    bool good = !isnan(report->energy);
    for (size_t j = 0; j < c->n; j++) {
        good = good && !isnan(c->variation[j]) && c->variation[j] != INFINITY;
    }
    return good ? JKO_OK : jko_i_fail(JKO_ERR_NUMERIC, "the energy or its variation is NaN");
}

// The certificate proper, into a report of the library's own size.
static jko_status certify(jko_certificate *c, double tau, const double *before, double *potential,
                          jko_certificate_report *report)
{
    jko_density_report distance = {.struct_size = sizeof distance};
    jko_i_dual_gap dual;
    jko_status status =
        jko_density_distance(c->density, before, c->after, c->pull, NULL, &distance);
    status = status < 0 ? status : evaluate(c, report);
    if (status < 0) {
        return status;
    }
    for (size_t j = 0; j < c->n; j++) {
        c->pull[j] /= 2.0 * tau;
    }
    status = jko_i_dual_gap_find(&c->energy, c->n, c->after, report->energy, c->variation, c->pull,
                                 0.0, c->scratch, &dual);
    report->callback_error = dual.callback_error;
    if (status < 0) {
        return status;
    }
    report->transport_cost = distance.value;
    report->step_cost = distance.value / (2.0 * tau);
    report->objective = report->step_cost + report->energy;
    report->gap = dual.gap;
    report->first_order = dual.first_order;
    report->rotation = distance.rotation;
    report->iterations = distance.iterations + dual.evaluations;
    for (size_t j = 0; potential != NULL && j < c->n; j++) {
        potential[j] = (isnan(dual.shift) ? 0.0 : dual.shift) - c->pull[j];
    }
    return JKO_OK;
}

jko_status jko_certificate_check(jko_certificate *certificate, double tau, const double *before,
                                 const double *after, double *potential,
                                 jko_certificate_report *report)
{
    double scale = 1.0;
    jko_certificate_report filled = {.struct_size = sizeof filled};
    jko_status status = check(certificate, tau, before, after, report, &scale);
    if (status < 0) {
        return status;
    }
    for (size_t j = 0; j < certificate->n; j++) {
        certificate->after[j] = scale * after[j];
    }
    status = certify(certificate, tau, before, potential, &filled);
    filled.status = status;
    if (report != NULL) {
        jko_i_sized_write(report, &filled, sizeof filled);
    }
    return status;
}

void jko_certificate_free(jko_certificate *certificate)
{
    if (certificate != NULL) {
        jko_density_free(certificate->density);
        jko_i_free(certificate->storage);
        jko_i_free(certificate);
    }
}
