// SPDX-License-Identifier: BSD-3-Clause
/*
 * The debiased Sinkhorn divergence S(a, b) = OT(a, b) - OT(a, a) / 2 - OT(b, b) / 2.
 *
 * OT is the least entropic value, here as the dual value at the potentials of each of the three
 * problems: it errs by the square of the marginal error only. With p = (f + g) / 2 of the problem
 * of a and a, and q likewise of b,
 *
 *     S = a.(f_ab - p) + b.(g_ab - q),
 *
 * and the two differences are the gradient of S in the masses. Taking the differences first keeps
 * the digits of a small S. The three problems are solved one after another.
 *
 * Source: Feydy, Sejourne, Vialard, Amari, Trouve and Peyre, Interpolating between optimal transport
 * and MMD using Sinkhorn divergences (2019), propositions 1 and 2.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/cost.h"

#include <jko/measure.h>
#include <jko/ot.h>
#include <math.h>
#include <string.h>

#define FIRST_REPORT_SIZE (offsetof(jko_ot_divergence_report, seconds) + sizeof(double))
#define ASYMMETRY 1e-12 // of a cost between a space and itself, as a share of the largest

static jko_status check_self(const jko_cost *cost, size_t n, const char *name)
{
    if (cost->m != n || cost->n != n) {
        return jko_i_fail(JKO_ERR_SHAPE, "%s is %zu by %zu; it must be %zu by %zu", name, cost->m,
                          cost->n, n, n);
    }
    if (jko_i_cost_is_computed(cost) &&
        memcmp(cost->x, cost->y, n * cost->dim * sizeof *cost->x) == 0) {
        return JKO_OK; // distances among the same points
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            const double here = jko_i_cost_entry(cost, i, j);
            const double there = jko_i_cost_entry(cost, j, i);
            if (!(fabs(here - there) <= ASYMMETRY * cost->max)) {
                return jko_i_fail(JKO_ERR_ARGUMENT,
                                  "%s is not symmetric: %g at (%zu, %zu), %g at (%zu, %zu)", name,
                                  here, i, j, there, j, i);
            }
        }
    }
    return JKO_OK;
}

static jko_status check(const jko_cost *ab, const jko_cost *aa, const jko_cost *bb,
                        const jko_ot_divergence_report *report)
{
    if (ab == NULL || aa == NULL || bb == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL",
                          ab == NULL   ? "ab"
                          : aa == NULL ? "aa"
                                       : "bb");
    }
    if (report != NULL && report->struct_size < FIRST_REPORT_SIZE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "report->struct_size is %zu; set it to sizeof (jko_ot_divergence_report)",
                          report->struct_size);
    }
    if (ab->forbidden || aa->forbidden || bb->forbidden) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the costs of a divergence must be finite; an arc is forbidden");
    }
    const jko_status status = check_self(aa, ab->m, "aa");
    return status < 0 ? status : check_self(bb, ab->n, "bb");
}

// Potentials of one problem, f [m] and g [n], and what the report takes from it.
static jko_status solve(const jko_cost *cost, const jko_ot_settings *settings, const double *a,
                        const double *b, double *f, double *g, jko_ot_divergence_report *report)
{
    jko_ot *ot = NULL;
    jko_ot_report one = {.struct_size = sizeof one};
    jko_status status = jko_ot_create(&ot, cost, settings);
    if (status >= 0) {
        status = jko_ot_solve(ot, a, b, NULL, &one);
    }
    if (status >= 0) {
        (void)jko_ot_get_entropic_potentials(ot, f, g);
        report->status = report->status == JKO_OK ? status : report->status;
        report->accuracy = fmax(report->accuracy, one.accuracy);
        report->epsilon = fmax(report->epsilon, one.epsilon);
        report->iterations += one.iterations;
    }
    jko_ot_free(ot);
    return status;
}

static double add_up(size_t m, const double *a, const double *f, size_t n, const double *b,
                     const double *g)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < m; i++) {
        if (a[i] > 0.0) {
            jko_i_sum_add_product(&sum, a[i], f[i]);
        }
    }
    for (size_t j = 0; j < n; j++) {
        if (b[j] > 0.0) {
            jko_i_sum_add_product(&sum, b[j], g[j]);
        }
    }
    return jko_i_sum_value(&sum);
}

typedef struct potentials {
    double *f;      // [m], of a and b
    double *g;      // [n]
    double *first;  // [m or n], of a measure and itself
    double *second; // [m or n]
    double *b;      // [n], with the total of a
} potentials;

// Solve a measure against itself, and take the mean of its two potentials off p.
static jko_status debias(potentials *work, const jko_cost *cost, const jko_ot_settings *settings,
                         const double *mass, double *p, double *value,
                         jko_ot_divergence_report *report)
{
    const jko_status status = solve(cost, settings, mass, mass, work->first, work->second, report);
    if (status < 0) {
        return status;
    }
    *value = add_up(cost->n, mass, work->first, cost->n, mass, work->second);
    for (size_t i = 0; i < cost->n; i++) {
        p[i] -= 0.5 * (work->first[i] + work->second[i]);
    }
    return status;
}

// Shift f and g oppositely so that a.f = b.g.
static void balance(const jko_cost *ab, const double *a, const double *b, double total,
                    potentials *work)
{
    const double half = 0.5 * add_up(ab->m, a, work->f, ab->n, b, work->g);
    const double shift = (half - add_up(ab->m, a, work->f, 0, b, work->g)) / total;
    for (size_t i = 0; i < ab->m; i++) {
        work->f[i] += shift;
    }
    for (size_t j = 0; j < ab->n; j++) {
        work->g[j] -= shift;
    }
}

static jko_status run(const jko_cost *ab, const jko_cost *aa, const jko_cost *bb,
                      const jko_ot_settings *settings, const double *a, double total,
                      potentials *work, jko_ot_divergence_report *report)
{
    jko_status status = solve(ab, settings, a, work->b, work->f, work->g, report);
    if (status >= 0) {
        report->value_ab = add_up(ab->m, a, work->f, ab->n, work->b, work->g);
        status = debias(work, aa, settings, a, work->f, &report->value_aa, report);
    }
    if (status >= 0) {
        status = debias(work, bb, settings, work->b, work->g, &report->value_bb, report);
    }
    if (status >= 0) {
        balance(ab, a, work->b, total, work);
        report->divergence = add_up(ab->m, a, work->f, ab->n, work->b, work->g);
    }
    return status;
}

// The caller's settings with the method fixed and epsilon that of the cost between a and b.
static jko_status settle(jko_ot_settings *to, const jko_ot_settings *from, const jko_cost *ab)
{
    jko_ot_settings_default(to);
    if (from != NULL && from->struct_size < sizeof(size_t) + sizeof(jko_ot_method)) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "settings->struct_size is %zu; start from jko_ot_settings_default()",
                          from->struct_size);
    }
    if (from != NULL) {
        jko_i_sized_read(to, sizeof *to, from);
    }
    if (to->method != JKO_OT_AUTO && to->method != JKO_OT_SINKHORN) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "method is %s; a divergence is sinkhorn's or auto",
                          jko_ot_method_name(to->method));
    }
    to->method = JKO_OT_SINKHORN;
    if (to->epsilon == 0.0) {
        to->epsilon = ab->max > 0.0 ? 1e-3 * ab->max : 1e-3;
    }
    return JKO_OK;
}

jko_status jko_ot_divergence(const jko_cost *ab, const jko_cost *aa, const jko_cost *bb,
                             const jko_ot_settings *settings, const double *a, const double *b,
                             double *f, double *g, jko_ot_divergence_report *report)
{
    const double start = jko_i_seconds();
    jko_ot_settings settled;
    double total_a = 0.0;
    double total_b = 0.0;
    jko_status status = check(ab, aa, bb, report);
    status = status < 0 ? status : settle(&settled, settings, ab);
    status = status < 0 ? status : jko_measure_check_pair(ab->m, a, ab->n, b, &total_a, &total_b);
    if (status < 0) {
        return status;
    }
    const size_t larger = ab->m > ab->n ? ab->m : ab->n;
    jko_ot_divergence_report own = {.struct_size = sizeof own, .status = JKO_OK};
    potentials work = {jko_i_alloc(ab->m, sizeof(double)), jko_i_alloc(ab->n, sizeof(double)),
                       jko_i_alloc(larger, sizeof(double)), jko_i_alloc(larger, sizeof(double)),
                       jko_i_alloc(ab->n, sizeof(double))};
    if (work.f == NULL || work.g == NULL || work.first == NULL || work.second == NULL ||
        work.b == NULL) {
        status = jko_i_fail_memory("the potentials of a divergence");
        goto done;
    }
    for (size_t j = 0; j < ab->n; j++) {
        work.b[j] = total_a == total_b ? b[j] : b[j] * (total_a / total_b);
    }
    status = run(ab, aa, bb, &settled, a, total_a, &work, &own);
    if (status < 0) {
        goto done;
    }
    status = own.status;
    own.seconds = jko_i_seconds() - start;
    if (f != NULL) {
        memcpy(f, work.f, ab->m * sizeof *f);
    }
    if (g != NULL) {
        memcpy(g, work.g, ab->n * sizeof *g);
    }
    if (report != NULL) {
        jko_i_sized_write(report, &own, sizeof own);
    }
done:
    jko_i_free(work.f);
    jko_i_free(work.g);
    jko_i_free(work.first);
    jko_i_free(work.second);
    jko_i_free(work.b);
    return status;
}
