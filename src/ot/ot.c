// SPDX-License-Identifier: BSD-3-Clause
/*
 * The transport solver: settings, workspace, and which method runs.
 */
#include "base/alloc.h"
#include "base/sized.h"
#include "base/status.h"
#include "lp.h"
#include "solver.h"

#include <jko/measure.h>
#include <math.h>
#include <string.h>

// Arcs up to which the network simplex is the better default: some seconds of work.
#define AUTO_SIMPLEX_ARCS ((size_t)4000000)
#define SINKHORN_TOLERANCE 1e-9
#define DEFAULT_EPSILON 1e-3   // of max |C|
#define SMALLEST_EPSILON 1e-12 // of max |C|: below, potentials do not resolve it

// A caller's struct ends no earlier than the first release's did.
#define FIRST_SETTINGS_SIZE (offsetof(jko_ot_settings, user) + sizeof(void *))
#define FIRST_REPORT_SIZE (offsetof(jko_ot_report, seconds) + sizeof(double))

void jko_ot_settings_init(jko_ot_settings *settings, size_t size)
{
    const jko_ot_settings defaults = {
        .struct_size = size < sizeof defaults ? size : sizeof defaults,
        .method = JKO_OT_AUTO,
        .max_iterations = 100000,
    };
    memcpy(settings, &defaults, defaults.struct_size);
}

static jko_status check_settings(const jko_ot_settings *s)
{
    if (s->method < JKO_OT_AUTO || s->method > JKO_OT_SHORTLIST) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "method is %d; the methods are 0 to %d", (int)s->method,
                          (int)JKO_OT_SHORTLIST);
    }
    if (s->engine < JKO_OT_ENGINE_AUTO || s->engine > JKO_OT_ENGINE_NEWTON) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "engine is %d; the engines are 0 to %d", (int)s->engine,
                          (int)JKO_OT_ENGINE_NEWTON);
    }
    if (!isfinite(s->tolerance) || s->tolerance < 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "tolerance is %g; it must be finite and > 0, or 0 for the default",
                          s->tolerance);
    }
    if (s->max_iterations < 1) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "max_iterations is %lld; it must be at least 1",
                          (long long)s->max_iterations);
    }
    if (isnan(s->time_limit) || s->time_limit < 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "time_limit is %g seconds; it must be > 0, or 0 for none", s->time_limit);
    }
    if (s->threads < 0) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "threads is %d; it must be >= 0", s->threads);
    }
    return JKO_OK;
}

static jko_status settle_epsilon(jko_ot_settings *s, double largest)
{
    if (s->epsilon == 0.0) {
        s->epsilon = largest > 0.0 ? DEFAULT_EPSILON * largest : DEFAULT_EPSILON;
    }
    if (!isfinite(s->epsilon) || s->epsilon < 0.0) {
        return jko_i_fail(JKO_ERR_EPSILON,
                          "epsilon is %g; it must be finite and > 0, or 0 for the default",
                          s->epsilon);
    }
    if (s->epsilon < SMALLEST_EPSILON * largest) {
        return jko_i_fail(JKO_ERR_EPSILON,
                          "epsilon is %g and the largest cost %g; potentials in double precision "
                          "need at least %g, use method simplex for less",
                          s->epsilon, largest, SMALLEST_EPSILON * largest);
    }
    return JKO_OK;
}

jko_status jko_i_ot_copy_settings(jko_ot_settings *to, const jko_ot_settings *from)
{
    jko_ot_settings_default(to);
    if (from != NULL && from->struct_size < FIRST_SETTINGS_SIZE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "settings->struct_size is %zu; start from jko_ot_settings_default()",
                          from->struct_size);
    }
    if (from != NULL) {
        jko_i_sized_read(to, sizeof *to, from);
    }
    return check_settings(to);
}

// Copy the caller's settings and put every default in its place.
static jko_status settle(jko_ot_settings *to, const jko_ot_settings *from, const jko_cost *cost)
{
    const jko_status status = jko_i_ot_copy_settings(to, from);
    if (status < 0) {
        return status;
    }
    if (to->method == JKO_OT_AUTO) {
        const bool small = cost->m <= AUTO_SIMPLEX_ARCS / cost->n;
        to->method = small ? JKO_OT_SIMPLEX : JKO_OT_SINKHORN;
    }
    if (to->method == JKO_OT_MONOTONE) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "method monotone needs positions, not costs; use jko_ot_create_1d()");
    }
    if (to->method == JKO_OT_LP && !jko_i_lp_exists()) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "this build has no GLPK, so no method lp; use method simplex");
    }
    const bool entropic = to->method == JKO_OT_SINKHORN;
    if (to->tolerance == 0.0) {
        to->tolerance = entropic ? SINKHORN_TOLERANCE : JKO_I_EXACT_TOLERANCE;
    }
    return entropic ? settle_epsilon(to, cost->max) : JKO_OK;
}

jko_status jko_ot_create(jko_ot **out, const jko_cost *cost, const jko_ot_settings *settings)
{
    jko_ot_settings settled;
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a solver pointer");
    }
    *out = NULL;
    if (cost == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "cost is NULL");
    }
    jko_status status = settle(&settled, settings, cost);
    if (status < 0) {
        return status;
    }
    jko_ot *ot = jko_i_alloc(1, sizeof *ot);
    if (ot == NULL) {
        return jko_i_fail_memory("a transport solver");
    }
    ot->cost = cost;
    ot->settings = settled;
    ot->f = jko_i_alloc(cost->m, sizeof *ot->f);
    ot->g = jko_i_alloc(cost->n, sizeof *ot->g);
    ot->b = jko_i_alloc(cost->n, sizeof *ot->b);
    bool complete = ot->f != NULL && ot->g != NULL && ot->b != NULL;
    if (settled.method == JKO_OT_SINKHORN) {
        ot->sinkhorn = jko_i_sinkhorn_create(cost);
        complete = complete && ot->sinkhorn != NULL;
        if (complete && !jko_i_sinkhorn_choose(ot->sinkhorn, settled.engine)) {
            jko_ot_free(ot);
            return jko_i_fail(JKO_ERR_UNSUPPORTED,
                              "engine %s is not for this cost, or not in this build; use auto",
                              jko_ot_engine_name(settled.engine));
        }
    } else {
        complete = jko_i_basis_create(&ot->basis, cost->m, cost->n) && complete;
    }
    if (settled.method == JKO_OT_SIMPLEX && jko_i_quick_fits(cost->m, cost->n)) {
        ot->quick = jko_i_quick_create(cost->m, cost->n);
        complete = complete && ot->quick != NULL;
    }
    if (settled.method == JKO_OT_SHORTLIST) {
        ot->shortlist = jko_i_shortlist_work_create(cost->m, cost->n);
        complete = complete && ot->shortlist != NULL;
    }
    if (!complete) {
        jko_ot_free(ot);
        return jko_i_fail_memory("the workspace of a transport solver");
    }
    *out = ot;
    return JKO_OK;
}

void jko_ot_free(jko_ot *ot)
{
    if (ot != NULL) {
        jko_i_free(ot->f);
        jko_i_free(ot->g);
        jko_i_free(ot->b);
        jko_i_basis_free(&ot->basis);
        jko_i_quick_free(ot->quick);
        jko_i_shortlist_work_free(ot->shortlist);
        jko_i_sinkhorn_free(ot->sinkhorn);
        jko_i_monotone_free(ot->monotone);
        jko_i_free(ot);
    }
}

static jko_status check_solve(const jko_ot *ot, const double *a, const double *b,
                              const jko_ot_report *report, double *total_a, double *total_b)
{
    if (ot == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "ot is NULL");
    }
    if (report != NULL && report->struct_size < FIRST_REPORT_SIZE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "report->struct_size is %zu; set it to sizeof (jko_ot_report)",
                          report->struct_size);
    }
    jko_status status = jko_measure_check_pair(ot->cost->m, a, ot->cost->n, b, total_a, total_b);
    if (status < 0) {
        return status;
    }
    // Potentials add up to m + n costs, and values multiply them by the total.
    // Where arcs are forbidden, a fine of 4 (m + n) costs stands for one.
    const double nodes = (double)ot->cost->m + (double)ot->cost->n;
    const double size = ot->cost->forbidden ? 4.0 * nodes * nodes : nodes;
    if (!isfinite(4.0 * size * ot->cost->max * fmax(*total_a, 1.0))) {
        return jko_i_fail(JKO_ERR_NUMERIC,
                          "costs of up to %g times %g cells times a total of %g overflow; use a "
                          "larger unit",
                          ot->cost->max, size, *total_a);
    }
    return JKO_OK;
}

static jko_status dispatch(jko_ot *ot, const jko_i_ot_problem *problem,
                           const jko_i_ot_limits *limits, double *plan, jko_ot_report *report)
{
    const double tolerance = ot->settings.tolerance;
    size_t arcs = 0;
    if (ot->settings.method == JKO_OT_MONOTONE) {
        return jko_i_monotone_solve(ot->monotone, problem, limits, tolerance, plan, ot->f, ot->g,
                                    report);
    }
    if (ot->settings.method == JKO_OT_SINKHORN) {
        report->epsilon = ot->settings.epsilon;
        return jko_i_sinkhorn_solve(ot->sinkhorn, problem, limits, ot->settings.epsilon, tolerance,
                                    plan, ot->f, ot->g, report);
    }
    if (ot->settings.method == JKO_OT_SHORTLIST) {
        return jko_i_shortlist_solve(ot->shortlist, &ot->basis, problem, limits, tolerance, plan,
                                     ot->f, ot->g, report);
    }
    jko_status status = JKO_OK;
    if (ot->settings.method == JKO_OT_LP) {
        status = jko_i_lp_solve(&ot->basis, problem, limits, &arcs, report);
    } else if (ot->quick != NULL) {
        status =
            jko_i_quick_run(ot->quick, &ot->basis, problem, limits, &arcs, &report->iterations);
    }
    if (status < 0) {
        return status;
    }
    if (status > 0) { // stopped: the basis at hand is made feasible, and no more
        const jko_i_ot_limits stop = {0, INFINITY, NULL, NULL};
        const jko_status last = jko_i_basis_solve(&ot->basis, problem, &stop, arcs, tolerance, plan,
                                                  ot->f, ot->g, report);
        return last < 0 ? last : status;
    }
    return jko_i_basis_solve(&ot->basis, problem, limits, arcs, tolerance, plan, ot->f, ot->g,
                             report);
}

jko_status jko_ot_solve(jko_ot *ot, const double *a, const double *b, double *plan,
                        jko_ot_report *report)
{
    const double start = jko_i_seconds();
    double total_a = 0.0;
    double total_b = 0.0;
    jko_status status = check_solve(ot, a, b, report, &total_a, &total_b);
    if (status < 0) {
        return status;
    }
    for (size_t j = 0; j < ot->cost->n; j++) {
        ot->b[j] = total_a == total_b ? b[j] : b[j] * (total_a / total_b);
    }
    const jko_ot_settings *s = &ot->settings;
    const jko_i_ot_problem problem = {ot->cost, a, ot->b, total_a, s->threads};
    const jko_i_ot_limits limits = {s->max_iterations,
                                    s->time_limit > 0.0 ? start + s->time_limit : INFINITY,
                                    s->progress, s->user};
    jko_ot_report own = {
        .struct_size = sizeof own,
        .method = s->method,
        .entropic_value = NAN,
        .solver_objective = NAN,
        .entropic_cost = NAN,
        .neg_entropy_value = NAN,
        .dual_value = NAN,
    };
    ot->has_arcs = false;
    status = dispatch(ot, &problem, &limits, plan, &own);
    if (status < 0) {
        return status;
    }
    ot->solved = true;
    ot->has_arcs = true;
    own.status = status;
    const double largest = ot->cost->max * total_a; // 0 if it underflows, as gaps then do
    const double unit = largest > 0.0 ? largest : total_a;
    own.accuracy = s->method == JKO_OT_SINKHORN ? (own.row_error + own.column_error) / total_a
                                                : own.gap / unit;
    own.seconds = jko_i_seconds() - start;
    if (report != NULL) {
        jko_i_sized_write(report, &own, sizeof own);
    }
    return status;
}

jko_status jko_ot_get_potentials(const jko_ot *ot, double *f, double *g)
{
    if (ot == NULL || !ot->solved) {
        return jko_i_fail(JKO_ERR_ARGUMENT, ot == NULL ? "ot is NULL"
                                                       : "there are no potentials before the "
                                                         "first solve; call jko_ot_solve()");
    }
    if (f != NULL) {
        memcpy(f, ot->f, ot->cost->m * sizeof *f);
    }
    if (g != NULL) {
        memcpy(g, ot->g, ot->cost->n * sizeof *g);
    }
    return JKO_OK;
}

jko_status jko_ot_get_entropic_potentials(const jko_ot *ot, double *f, double *g)
{
    if (ot == NULL || (ot->sinkhorn != NULL && !ot->solved)) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          ot == NULL ? "ot is NULL" : "there are no potentials before a solve");
    }
    if (ot->sinkhorn == NULL) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED, "method %s has no entropic potentials",
                          jko_ot_method_name(ot->settings.method));
    }
    jko_i_sinkhorn_potentials(ot->sinkhorn, f, g);
    return JKO_OK;
}

jko_status jko_ot_set_potentials(jko_ot *ot, const double *g)
{
    if (ot == NULL || g == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", ot == NULL ? "ot" : "g");
    }
    if (ot->sinkhorn == NULL) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED, "method %s starts from no potentials",
                          jko_ot_method_name(ot->settings.method));
    }
    return jko_i_sinkhorn_start(ot->sinkhorn, g);
}

const char *jko_ot_engine_name(jko_ot_engine engine)
{
    static const char *const names[] = {"auto", "log", "absorbed", "banded", "fourier", "newton"};
    return engine >= JKO_OT_ENGINE_AUTO && engine <= JKO_OT_ENGINE_NEWTON ? names[engine]
                                                                          : "unknown";
}

const char *jko_ot_method_name(jko_ot_method method)
{
    switch (method) {
    case JKO_OT_AUTO:
        return "auto";
    case JKO_OT_LP:
        return "lp";
    case JKO_OT_SINKHORN:
        return "sinkhorn";
    case JKO_OT_SIMPLEX:
        return "simplex";
    case JKO_OT_MONOTONE:
        return "monotone";
    case JKO_OT_SHORTLIST:
        return "shortlist";
    default:
        return "unknown";
    }
}
