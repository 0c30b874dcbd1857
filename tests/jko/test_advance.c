// SPDX-License-Identifier: BSD-3-Clause
/*
 * Flows through time: what the observer is told must add up to the states, by the formulas of
 * docs/theory.md worked out here; fixed steps are those of jko_flow_step(); bad input is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fv_problem.h"
#include "support/close.h"

enum { N = 24 };

static problem smooth_problem(double s)
{
    problem p = {.n = N, .h = 1.0 / N, .s = s, .tau = 0.01};
    for (size_t i = 0; i < N; i++) {
        const double x = 2.0 * acos(-1.0) * (double)i / N;
        p.w[i] = 1.0 + 0.3 * cos(x);
        p.a[i] = p.h * (1.0 + 0.5 * sin(x) + 0.2 * cos(2.0 * x));
    }
    problem_make_energy(&p);
    return p;
}

/* Everything that was told, checked as it comes. */
typedef struct log_of {
    const problem *p;
    double answers[64][N]; // of the attempt
    double starts[64][N];
    double taus[64];
    int inner;
    int64_t attempt;
    double state[N]; // the last one
    double energy;
    int64_t inners;
    int64_t steps;
    int64_t fallbacks;
    int bad;
    int64_t stop_at; // step to stop at; 0: none
    bool stop_inner;
} log_of;

static int told_inner(void *user, const jko_inner_step *inner)
{
    log_of *g = user;
    if (inner->attempt != g->attempt) {
        g->attempt = inner->attempt;
        g->inner = 0;
    }
    g->bad += inner->index == g->inner && g->inner < 64 ? 0 : 1;
    memcpy(g->answers[g->inner], inner->mass, sizeof g->answers[0]);
    memcpy(g->starts[g->inner], inner->start, sizeof g->starts[0]);
    g->taus[g->inner++] = inner->tau;
    g->inners++;
    g->bad += inner->status == JKO_OK && inner->struct_size == sizeof *inner ? 0 : 1;
    return g->stop_inner;
}

static int told_step(void *user, const jko_advance_step *step)
{
    log_of *g = user;
    g->steps++;
    g->bad +=
        step->attempt == g->attempt && step->inner == g->inner && step->step == g->steps ? 0 : 1;
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        double mass = 0.0;
        double size = 0.0;
        for (int k = 0; k < step->inner; k++) {
            mass += step->coefficients[k] * g->answers[k][i];
            size += fabs(step->coefficients[k] * g->answers[k][i]);
        }
        sum += step->mass[i];
        g->bad += fabs(mass - step->mass[i]) <= 1e-15 * size ? 0 : 1;
    }
    g->bad += fabs(sum - 1.0) <= 1e-14 && step->energy <= g->energy + 1e-17 ? 0 : 1;
    g->bad += step->fell_back && step->order != 1 ? 1 : 0;
    g->fallbacks += step->fell_back ? 1 : 0;
    g->energy = step->energy;
    memcpy(g->state, step->mass, sizeof g->state);
    return g->stop_at > 0 && step->step >= g->stop_at;
}

static jko_advance_settings settings_of(jko_scheme scheme, double tau)
{
    jko_advance_settings settings;
    jko_advance_settings_default(&settings);
    settings.scheme = scheme;
    settings.tau = tau;
    return settings;
}

static void what_is_told_adds_up(void **state)
{
    (void)state;
    static const double exponents[] = {-0.375, 0.0, 0.0384615, 0.9};
    static const double times[] = {0.05, 0.3, 1.0};
    for (size_t k = 0; k < 8 * 4; k++) {
        problem p = smooth_problem(exponents[k % 4]);
        const jko_scheme scheme = (jko_scheme)(1 + k / 8);
        const jko_advance_settings settings = settings_of(scheme, 0.04);
        jko_flow *flow = fv_flow(&p, k / 4 % 2 == 0);
        static log_of g;
        memset(&g, 0, sizeof g);
        g.energy = INFINITY;
        const jko_advance_observer observer = {
            .struct_size = sizeof observer, .user = &g, .inner = told_inner, .step = told_step};
        jko_advance_report report = {.struct_size = sizeof report};
        double saved[3][N];
        assert_int_equal(
            jko_flow_advance(flow, &settings, 0.0, 3, times, p.a, saved[0], &observer, &report),
            JKO_OK);
        assert_int_equal(g.bad, 0);
        assert_int_equal(g.steps, report.steps);
        assert_int_equal(g.inners, report.inner_steps);
        assert_int_equal(report.fallbacks, 0);
        assert_same_bits(N, p.a, g.state);
        assert_same_bits(N, p.a, saved[2]);
        assert_true(report.t == 1.0 && report.energy_after == g.energy);
        assert_true(report.worst_gap <= 1e-15 || report.worst_share <= 1e-10);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

static void fixed_steps_are_the_steps(void **state)
{
    (void)state;
    problem p = smooth_problem(0.5);
    jko_flow *flow = fv_flow(&p, true);
    jko_advance_settings settings = settings_of(JKO_SCHEME_FIXED, 0.03);
    const double end = 0.1; // four steps of 0.025
    double m[N];
    jko_advance_report report = {.struct_size = sizeof report};
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_advance(flow, &settings, 0.0, 1, &end, m, NULL, NULL, &report),
                     JKO_OK);
    assert_int_equal(report.steps, 4);
    for (int k = 0; k < 4; k++) {
        assert_int_equal(jko_flow_step(flow, 0.025, p.a, NULL), JKO_OK);
    }
    for (size_t i = 0; i < N; i++) {
        assert_close_abs(m[i], p.a[i], 1e-9);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

// The variable-step formula of second order is that of the uniform one, (4 m_k - m_{k-1})/3.
static void second_order_starts_where_it_should(void **state)
{
    (void)state;
    problem p = smooth_problem(0.5);
    jko_flow *flow = fv_flow(&p, true);
    const jko_advance_settings settings = settings_of(JKO_SCHEME_BDF2, 0.05);
    static log_of g;
    memset(&g, 0, sizeof g);
    g.energy = INFINITY;
    const jko_advance_observer observer = {
        .struct_size = sizeof observer, .user = &g, .inner = told_inner, .step = told_step};
    const double times[] = {0.05, 0.1, 0.15};
    double saved[3][N];
    assert_int_equal(
        jko_flow_advance(flow, &settings, 0.0, 3, times, p.a, saved[0], &observer, NULL), JKO_OK);
    assert_int_equal(g.inner, 1);
    assert_close_rel(g.taus[0], 2.0 * 0.05 / 3.0, 1e-12);
    for (size_t i = 0; i < N; i++) {
        assert_close_abs(g.starts[0][i], (4.0 * saved[1][i] - saved[0][i]) / 3.0, 1e-15);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

// Cells that are nearly empty make combinations negative: steps of first order take over.
static void hard_starts_are_survived(void **state)
{
    (void)state;
    static const double times[] = {1e-3, 0.2, 5.0};
    for (int scheme = JKO_SCHEME_BDF2; scheme <= JKO_SCHEME_MULTISTEP; scheme++) {
        int64_t fallbacks = 0;
        for (int kind = 0; kind < 4; kind++) {
            problem p = smooth_problem(kind == 3 ? 0.9 : -3.0);
            for (size_t i = 0; i < N; i++) {
                p.a[i] = i % 8 < 3                 ? 1.0 / 9.0
                         : kind == 0               ? 1e-12
                         : kind == 1 && i % 8 == 5 ? 0.0
                                                   : 1e-3;
            }
            double sum = (double)problem_total(N, p.a);
            for (size_t i = 0; i < N; i++) {
                p.a[i] /= sum;
            }
            const jko_advance_settings settings = settings_of((jko_scheme)scheme, 0.1);
            jko_flow *flow = fv_flow(&p, true);
            static log_of g;
            memset(&g, 0, sizeof g);
            g.energy = INFINITY;
            const jko_advance_observer observer = {
                .struct_size = sizeof observer, .user = &g, .inner = told_inner, .step = told_step};
            jko_advance_report report = {.struct_size = sizeof report};
            assert_int_equal(jko_flow_advance(flow, &settings, 0.0, kind == 2 ? 1 : 3,
                                              kind == 2 ? times + 2 : times, p.a, NULL, &observer,
                                              &report),
                             JKO_OK);
            assert_int_equal(g.bad, 0);
            assert_true(report.t == 5.0);
            assert_int_equal(report.fallbacks, g.fallbacks);
            fallbacks += report.fallbacks;
            jko_flow_free(flow);
            problem_free(&p);
        }
        assert_true(fallbacks > 0 || scheme == JKO_SCHEME_EXTRAPOLATED);
    }
}

// An energy that calls every state but answers of steps too high: whose values alone are asked for.
static int eval_high(void *user, size_t n, const double *mass, double *value, double *variation)
{
    const jko_energy *energy = user;
    const int code = energy->eval(energy->user, n, mass, value, variation);
    *value += variation == NULL ? 1.0 : 0.0;
    return code;
}

static int parts_of(void *user, size_t n, const double *mass, const double *variation,
                    double *diagonal, double *vector, double *weight)
{
    const jko_energy *energy = user;
    return energy->hessian_parts(energy->user, n, mass, variation, diagonal, vector, weight);
}

static void rising_energy_is_not_accepted(void **state)
{
    (void)state;
    problem p = smooth_problem(0.5);
    jko_energy told = p.energy;
    p.energy = (jko_energy){.struct_size = sizeof p.energy,
                            .user = &told,
                            .eval = eval_high,
                            .convex = true,
                            .hessian_parts = parts_of};
    const jko_advance_settings settings = settings_of(JKO_SCHEME_EXTRAPOLATED, 0.0);
    jko_flow *flow = fv_flow(&p, true);
    static log_of g;
    memset(&g, 0, sizeof g);
    g.energy = INFINITY;
    const jko_advance_observer observer = {
        .struct_size = sizeof observer, .user = &g, .inner = told_inner, .step = told_step};
    const double end = 0.1;
    jko_advance_report report = {.struct_size = sizeof report};
    assert_int_equal(jko_flow_advance(flow, &settings, 0.0, 1, &end, p.a, NULL, &observer, &report),
                     JKO_OK);
    assert_int_equal(g.bad, 0);
    assert_true(report.steps > 0);
    assert_int_equal(report.fallbacks, report.steps);
    // The state is the end of the longest chain.
    assert_same_bits(N, p.a, g.answers[g.inner - 1]);
    jko_flow_free(flow);
    problem_free(&p);
}

static void calls_end_when_asked(void **state)
{
    (void)state;
    problem p = smooth_problem(0.5);
    jko_flow *flow = fv_flow(&p, true);
    jko_advance_settings settings = settings_of(JKO_SCHEME_FIXED, 0.01);
    static log_of g;
    jko_advance_observer observer = {
        .struct_size = sizeof observer, .user = &g, .inner = told_inner, .step = told_step};
    jko_advance_report report = {.struct_size = sizeof report};
    const double end = 1.0;
    double m[N];
    memset(&g, 0, sizeof g);
    g.energy = INFINITY;
    g.stop_at = 3;
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_advance(flow, &settings, 0.0, 1, &end, m, NULL, &observer, &report),
                     JKO_CANCELLED);
    assert_int_equal(report.steps, 3);
    assert_close_rel(report.t, 0.03, 1e-12);
    assert_same_bits(N, m, g.state);
    g.stop_inner = true;
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_advance(flow, &settings, 0.0, 1, &end, m, NULL, &observer, &report),
                     JKO_CANCELLED);
    assert_int_equal(report.steps, 0);
    assert_same_bits(N, m, p.a);
    settings.max_steps = 7;
    assert_int_equal(jko_flow_advance(flow, &settings, 0.0, 1, &end, m, NULL, NULL, &report),
                     JKO_NOT_CONVERGED);
    assert_int_equal(report.steps, 7);
    jko_flow_free(flow);
    problem_free(&p);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    problem p = smooth_problem(0.5);
    jko_flow *flow = fv_flow(&p, true);
    jko_advance_settings settings = settings_of(JKO_SCHEME_FIXED, 0.01);
    const double end[] = {1.0, 0.5};
    double kept[N];
    memcpy(kept, p.a, sizeof kept);
#define REFUSED(wanted, text, ...)                                                                 \
    do {                                                                                           \
        assert_int_equal(jko_flow_advance(__VA_ARGS__), (wanted));                                 \
        assert_non_null(strstr(jko_error_detail(), (text)));                                       \
        assert_same_bits(N, p.a, kept);                                                            \
    } while (0)
    REFUSED(JKO_ERR_ARGUMENT, "flow", NULL, &settings, 0.0, 1, end, p.a, NULL, NULL, NULL);
    REFUSED(JKO_ERR_ARGUMENT, "times[1]", flow, &settings, 0.0, 2, end, p.a, NULL, NULL, NULL);
    REFUSED(JKO_ERR_ARGUMENT, "times[0]", flow, &settings, 1.0, 1, end, p.a, NULL, NULL, NULL);
    REFUSED(JKO_ERR_ARGUMENT, "begin", flow, &settings, NAN, 1, end, p.a, NULL, NULL, NULL);
    REFUSED(JKO_ERR_EMPTY, "times", flow, &settings, 0.0, 0, end, p.a, NULL, NULL, NULL);
    settings.tau = 0.0;
    REFUSED(JKO_ERR_TAU, "tau", flow, &settings, 0.0, 1, end, p.a, NULL, NULL, NULL);
    settings = settings_of(JKO_SCHEME_MULTISTEP, 0.0);
    settings.order = 6;
    REFUSED(JKO_ERR_ARGUMENT, "order", flow, &settings, 0.0, 1, end, p.a, NULL, NULL, NULL);
    settings = settings_of(JKO_SCHEME_EXTRAPOLATED, 0.0);
    settings.tolerance = -1.0;
    REFUSED(JKO_ERR_ARGUMENT, "tolerance", flow, &settings, 0.0, 1, end, p.a, NULL, NULL, NULL);
    for (int scheme = 0; scheme < 2; scheme++) {
        settings = settings_of(scheme == 0 ? JKO_SCHEME_EXTRAPOLATED : JKO_SCHEME_MULTISTEP, 0.0);
        settings.tolerance = 0.99 * JKO_LEAST_TOLERANCE;
        settings.max_steps = 100; // where it is not refused
        REFUSED(JKO_ERR_ARGUMENT, "give 1e-13 or more", flow, &settings, 0.0, 1, end, p.a, NULL,
                NULL, NULL);
    }
    settings = settings_of((jko_scheme)5, 0.0);
    REFUSED(JKO_ERR_ARGUMENT, "scheme", flow, &settings, 0.0, 1, end, p.a, NULL, NULL, NULL);
    settings = settings_of(JKO_SCHEME_AUTO, 0.0);
    settings.max_steps = 0;
    REFUSED(JKO_ERR_ARGUMENT, "max_steps", flow, &settings, 0.0, 1, end, p.a, NULL, NULL, NULL);
    p.a[3] = kept[3] = -1.0;
    REFUSED(JKO_ERR_NEGATIVE_MASS, "", flow, NULL, 0.0, 1, end, p.a, NULL, NULL, NULL);
    jko_flow_free(flow);
    problem_free(&p);

    problem other = smooth_problem(0.5);
    jko_economy_free(other.economy);
    problem_on_grid(&other, true);
    jko_flow *atoms = problem_flow(&other);
    assert_int_equal(jko_flow_advance(atoms, NULL, 0.0, 1, end, other.a, NULL, NULL, NULL),
                     JKO_ERR_UNSUPPORTED);
    jko_flow_free(atoms);
    problem_free(&other);
    assert_string_equal(jko_scheme_name(JKO_SCHEME_MULTISTEP), "multistep");
    assert_string_equal(jko_scheme_name((jko_scheme)-1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_adds_up),
        cmocka_unit_test(fixed_steps_are_the_steps),
        cmocka_unit_test(second_order_starts_where_it_should),
        cmocka_unit_test(hard_starts_are_survived),
        cmocka_unit_test(rising_energy_is_not_accepted),
        cmocka_unit_test(calls_end_when_asked),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("jko/advance", tests, NULL, NULL);
}
