// SPDX-License-Identifier: BSD-3-Clause
/*
 * Solving a transport case with the library, and every number that follows from the answer.
 *
 * The sums of a plan and the feasibility of potentials are recomputed here from what was returned.
 */
#include "ot_case.h"

#include "result.h"
#include "text.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

// Iterative solvers go to this share of the mass, or to their rounding floor.
#define TOLERANCE 1e-12
#define MAX_ITERATIONS 2000000

// A dual value that misses the primal one by more than this share is no proof of it.
#define DUALITY 1e-9

// One solved problem: m sources, n targets.
typedef struct answer {
    size_t m;
    size_t n;
    jko_ot_report report;
    double *plan; // [m][n]
    double *f;    // [m]
    double *g;    // [n]; the potentials of the problem itself, entropic where that is
} answer;

static void answer_free(answer *s)
{
    free(s->plan);
    free(s->f);
    free(s->g);
}

static void settings_for(jko_ot_settings *settings, const ot_case *c)
{
    const bool exact = c->epsilon == 0.0;
    jko_ot_settings_default(settings);
    settings->method = exact ? JKO_OT_SIMPLEX : JKO_OT_SINKHORN;
    settings->epsilon = c->epsilon;
    settings->tolerance = TOLERANCE;
    settings->max_iterations = MAX_ITERATIONS;
}

static jko_status solve_with(answer *s, const ot_case *c, jko_ot *ot, const ot_case_side *from,
                             const ot_case_side *to)
{
    const jko_status status = jko_ot_solve(ot, from->mass, to->mass, s->plan, &s->report);
    jko_status got = status;
    if (status >= 0) {
        got = c->kind == OT_CASE_ENTROPIC ? jko_ot_get_entropic_potentials(ot, s->f, s->g)
                                          : jko_ot_get_potentials(ot, s->f, s->g);
    }
    return got < 0 ? got : status;
}

// On a line or circle by its own method, unless the costs are scaled.
static jko_status create_1d(jko_ot **out, const ot_case *c, const ot_case_side *from,
                            const ot_case_side *to, double shift)
{
    jko_ot_settings settings;
    settings_for(&settings, c);
    settings.method = JKO_OT_MONOTONE;
    double *x = ot_case_moved(c, from, shift);
    double *y = ot_case_moved(c, to, shift);
    const jko_status status = jko_ot_create_1d(out, from->n, x, to->n, y, c->period,
                                               c->cost == OT_CASE_ABS ? 1.0 : 2.0, &settings);
    free(y);
    free(x);
    return status;
}

// By the cost, which must outlive the solver.
static jko_status create(jko_ot **out, jko_cost **cost, const ot_case *c, const ot_case_side *from,
                         const ot_case_side *to, double shift)
{
    jko_ot_settings settings;
    settings_for(&settings, c);
    const jko_status status = ot_case_create_cost(cost, c, from, to, shift);
    return status < 0 ? status : jko_ot_create(out, *cost, &settings);
}

// Solve from side to side. answer_free() in any event.
static jko_status solve(answer *s, const ot_case *c, const ot_case_side *from,
                        const ot_case_side *to, double shift)
{
    *s = (answer){.m = from->n, .n = to->n, .report = {.struct_size = sizeof s->report}};
    if (s->m > SIZE_MAX / sizeof(double) / s->n) {
        return JKO_ERR_TOO_LARGE;
    }
    s->plan = cli_alloc(s->m * s->n, sizeof(double));
    s->f = cli_alloc(s->m, sizeof(double));
    s->g = cli_alloc(s->n, sizeof(double));
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_status status = JKO_OK;
    if ((c->kind == OT_CASE_INTERVAL || c->kind == OT_CASE_CIRCLE) && c->scale == 1.0) {
        status = create_1d(&ot, c, from, to, shift);
    } else {
        status = create(&ot, &cost, c, from, to, shift);
    }
    if (status >= 0) {
        status = solve_with(s, c, ot, from, to);
    }
    jko_ot_free(ot);
    jko_cost_free(cost);
    return status;
}

static double sum(size_t n, const double *values)
{
    long double total = 0.0L;
    for (size_t i = 0; i < n; i++) {
        total += values[i];
    }
    return (double)total;
}

// Totals that differ by rounding are the same: b counts times this factor.
static double factor(const ot_case *c)
{
    return sum(c->a.n, c->a.mass) / sum(c->b.n, c->b.mass);
}

// |row sums - a| + |column sums - b|; infinite for a negative entry.
static double marginal_error(const ot_case *c, const answer *s)
{
    const double same = factor(c);
    long double error = 0.0L;
    for (size_t i = 0; i < s->m; i++) {
        error += fabsl((long double)sum(s->n, s->plan + i * s->n) - c->a.mass[i]);
    }
    for (size_t j = 0; j < s->n; j++) {
        long double column = 0.0L;
        for (size_t i = 0; i < s->m; i++) {
            column += s->plan[i * s->n + j];
            error = s->plan[i * s->n + j] >= 0.0 ? error : (long double)INFINITY;
        }
        error += fabsl(column - (long double)same * c->b.mass[j]);
    }
    return (double)error;
}

static double dual_value(const ot_case *c, const answer *s)
{
    const double same = factor(c);
    long double value = 0.0L;
    for (size_t i = 0; i < s->m; i++) {
        value += (long double)c->a.mass[i] * s->f[i];
    }
    for (size_t j = 0; j < s->n; j++) {
        value += (long double)same * c->b.mass[j] * s->g[j];
    }
    return (double)value;
}

// The largest f_i + g_j - C_ij above 0; or, if that is larger, by how much the dual value misses
// the primal one, where it misses it by more than rounding.
static jko_status dual_violation(const ot_case *c, const answer *s, double shift, double *largest)
{
    jko_cost *cost = NULL;
    const jko_status status = ot_case_create_cost(&cost, c, &c->a, &c->b, shift);
    *largest = 0.0;
    for (size_t i = 0; status >= 0 && i < s->m; i++) {
        for (size_t j = 0; j < s->n; j++) {
            const long double slack = (long double)jko_cost_get(cost, i, j) - s->f[i] - s->g[j];
            *largest = slack < -*largest ? (double)-slack : *largest;
        }
    }
    jko_cost_free(cost);
    const double value = s->report.transport_cost;
    const double miss = fabs(dual_value(c, s) - value);
    if (miss > DUALITY * fabs(value)) {
        *largest = fmax(*largest, miss);
    }
    return status;
}

static void add_potentials(const answer *s, json_t *results)
{
    double *centred = cli_alloc(s->m, sizeof *centred);
    const double mean = sum(s->m, s->f) / (double)s->m;
    for (size_t i = 0; i < s->m; i++) {
        centred[i] = s->f[i] - mean;
    }
    result_numbers(results, "potential_f", s->m, s->f);
    result_numbers(results, "potential_g", s->n, s->g);
    result_numbers(results, "potential_f_centred", s->m, centred);
    free(centred);
}

// The cost of the problem's own plan, and what bounds the least cost of all.
static void add_transport(const ot_case *c, const answer *s, double cost, json_t *results)
{
    const jko_ot_report *report = &s->report;
    result_text(results, "method", jko_ot_method_name(report->method));
    result_number(results, "transport_cost", cost);
    if (c->cost == OT_CASE_SQUARED || c->cost == OT_CASE_CIRCLE_SQUARED) {
        result_number(results, "distance", sqrt(fmax(cost, 0.0)));
    }
    result_number(results, "lower", report->lower);
    result_number(results, "upper", report->upper);
    result_number(results, "gap", report->gap);
    result_matrix(results, "plan", s->m, s->n, s->plan);
    result_number(results, "marginal_error_l1", marginal_error(c, s));
}

static jko_status run_exact(const ot_case *c, double shift, json_t *results)
{
    answer s = {0};
    answer swapped = {0};
    double violation = 0.0;
    jko_status status = solve(&s, c, &c->a, &c->b, shift);
    jko_status other = status;
    if (status >= 0) {
        other = solve(&swapped, c, &c->b, &c->a, shift);
    }
    if (other >= 0) {
        other = dual_violation(c, &s, shift, &violation);
    }
    if (other >= 0) {
        add_transport(c, &s, s.report.transport_cost, results);
        add_potentials(&s, results);
        result_number(results, "dual_value", dual_value(c, &s));
        result_number(results, "dual_feasible", violation);
        result_number(results, "swap_symmetric",
                      fabs(s.report.transport_cost - swapped.report.transport_cost));
    }
    answer_free(&swapped);
    answer_free(&s);
    return other < 0 ? other : status;
}

static jko_status run_entropic(const ot_case *c, double shift, json_t *results)
{
    answer s = {0};
    answer swapped = {0};
    jko_status status = solve(&s, c, &c->a, &c->b, shift);
    const jko_status other = status < 0 ? status : solve(&swapped, c, &c->b, &c->a, shift);
    if (other >= 0) {
        const double value = s.report.entropic_value;
        add_transport(c, &s, s.report.entropic_cost, results);
        add_potentials(&s, results);
        result_number(results, "dual_value", s.report.dual_value);
        result_number(results, "entropic_value", value);
        result_number(results, "neg_entropy_value", s.report.neg_entropy_value);
        result_number(results, "swap_symmetric", fabs(value - swapped.report.entropic_value));
    }
    answer_free(&swapped);
    answer_free(&s);
    return other < 0 ? other : status;
}

// S from one side to the other; f and g of s are its potentials.
static jko_status diverge(answer *s, const ot_case *c, const ot_case_side *from,
                          const ot_case_side *to, double shift, jko_ot_divergence_report *report)
{
    *s = (answer){.m = from->n, .n = to->n};
    s->f = cli_alloc(s->m, sizeof(double));
    s->g = cli_alloc(s->n, sizeof(double));
    jko_cost *ab = NULL;
    jko_cost *aa = NULL;
    jko_cost *bb = NULL;
    jko_ot_settings settings;
    settings_for(&settings, c);
    jko_status status = ot_case_create_cost(&ab, c, from, to, shift);
    if (status >= 0) {
        status = ot_case_create_cost(&aa, c, from, from, shift);
    }
    if (status >= 0) {
        status = ot_case_create_cost(&bb, c, to, to, shift);
    }
    if (status >= 0) {
        status = jko_ot_divergence(ab, aa, bb, &settings, from->mass, to->mass, s->f, s->g, report);
    }
    jko_cost_free(bb);
    jko_cost_free(aa);
    jko_cost_free(ab);
    return status;
}

static jko_status run_divergence(const ot_case *c, double shift, json_t *results)
{
    answer s = {0};
    answer swapped = {0};
    jko_ot_divergence_report there = {.struct_size = sizeof there};
    jko_ot_divergence_report back = {.struct_size = sizeof back};
    jko_status status = diverge(&s, c, &c->a, &c->b, shift, &there);
    const jko_status other = status < 0 ? status : diverge(&swapped, c, &c->b, &c->a, shift, &back);
    if (other >= 0) {
        result_number(results, "divergence", there.divergence);
        result_number(results, "value_ab", there.value_ab);
        result_number(results, "value_aa", there.value_aa);
        result_number(results, "value_bb", there.value_bb);
        add_potentials(&s, results);
        result_number(results, "swap_symmetric", fabs(there.divergence - back.divergence));
    }
    answer_free(&swapped);
    answer_free(&s);
    return other < 0 ? other : status;
}

jko_status ot_case_run(const ot_case *c, double shift, json_t *results)
{
    const jko_status status = c->kind == OT_CASE_ENTROPIC     ? run_entropic(c, shift, results)
                              : c->kind == OT_CASE_DIVERGENCE ? run_divergence(c, shift, results)
                                                              : run_exact(c, shift, results);
    if (status < 0) {
        (void)cli_fail_status(status, c->file.path);
    }
    return status;
}
