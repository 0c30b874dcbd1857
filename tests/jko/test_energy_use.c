// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/energy_use.c: what an energy lacks is computed, what fails is reported.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/status.h"
#include "jko/cases.h"
#include "jko/problem.h"
#include "jko/step.h"

/* The step of p with an energy that lacks some of its callbacks. */
static void step_without(const problem *p, bool hessian, bool prox, bool conjugate, double *m)
{
    problem q = *p;
    q.energy.hessian_product = hessian ? q.energy.hessian_product : NULL;
    q.energy.kl_prox = prox ? q.energy.kl_prox : NULL;
    q.energy.conjugate = conjugate ? q.energy.conjugate : NULL;
    jko_flow *flow = problem_flow(&q);
    jko_step_report r = {.struct_size = sizeof r};
    memcpy(m, p->a, p->n * sizeof *m);
    assert_int_equal(jko_flow_step(flow, p->tau, m, &r), JKO_OK);
    problem_check_report(&q, flow, m, &r);
    jko_flow_free(flow);
}

static void energy_without_optional_callbacks_gives_the_same_step(void **state)
{
    (void)state;
    expected (*const cases[])(problem *) = {case_atoms_circle_long_step, case_atoms_soft,
                                            case_entropic_circle_12,
                                            case_entropic_matrix_zero_mass};
    for (size_t k = 0; k < 4; k++) {
        problem p;
        double all[PROBLEM_MAX];
        double some[PROBLEM_MAX];
        (void)cases[k](&p);
        step_without(&p, true, true, true, all);
        for (int mask = 0; mask < 7; mask++) {
            step_without(&p, mask & 1, mask & 2, mask & 4, some);
            for (size_t j = 0; j < p.n; j++) {
                assert_close_rel(some[j], all[j], 1e-5); // strongly convex: gap of 1e-9 of released
            }
        }
        problem_free(&p);
    }
}

/* Differences of the variation against the product, column by column. */
static void energy_hessian_by_differences_is_the_product(void **state)
{
    (void)state;
    problem p;
    (void)case_atoms_circle_long_step(&p);
    jko_flow *flow = problem_flow(&p);
    double exact[64];
    double differences[64];
    double scratch[24];
    assert_int_equal(jko_i_energy_hessian(flow, &p.energy, p.a, exact, scratch), JKO_OK);
    jko_energy bare = p.energy;
    bare.hessian_product = NULL;
    assert_int_equal(jko_i_energy_hessian(flow, &bare, p.a, differences, scratch), JKO_OK);
    double largest = 0.0;
    for (size_t k = 0; k < 64; k++) {
        largest = fmax(largest, fabs(exact[k]));
    }
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            // The step is 6e-6 of a mass: about 1e-10 of truncation and of rounding.
            assert_close_abs(differences[i * 8 + j], exact[i * 8 + j], 1e-8 * largest);
            assert_true(exact[i * 8 + j] == exact[j * 8 + i]);
        }
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* The generic proximal map against the closed form of the entropy, from a poor start. */
static void energy_prox_by_newton_is_the_closed_form(void **state)
{
    (void)state;
    enum { N = 5 };
    double memory[2];
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_energy_entropy(&energy, memory, 0.3, 0.2), JKO_OK);
    jko_energy bare = energy;
    bare.kl_prox = NULL;
    problem p = {.n = N, .h = 0.2, .s = 0.5, .tau = 1.0, .w = {1, 1, 1, 1, 1}};
    problem_on_grid(&p, true);
    jko_flow *flow = problem_flow(&p);
    const double all_eps[] = {1e-4, 1e-2, 1.0, 100.0};
    for (size_t k = 0; k < 4; k++) {
        const double log_r[N] = {-3.0, -20.0, 0.0, 4.0, -1.0};
        double want[N];
        double log_m[N] = {0.0, 0.0, 0.0, 0.0, 0.0};
        double matrix[N * N];
        double scratch[5 * N];
        size_t pivot[N];
        assert_int_equal(
            jko_i_energy_prox(flow, &energy, log_r, all_eps[k], want, NULL, NULL, NULL), JKO_OK);
        assert_int_equal(
            jko_i_energy_prox(flow, &bare, log_r, all_eps[k], log_m, matrix, scratch, pivot),
            JKO_OK);
        for (size_t j = 0; j < N; j++) {
            assert_close_abs(log_m[j], want[j], 1e-12 * (1.0 + fabs(want[j])));
        }
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* An energy that goes wrong at its k-th call, in the way asked for. */
typedef struct saboteur {
    jko_energy inner;
    int calls;
    int at;
    enum { CODE, NAN_VALUE, NAN_VARIATION, INFINITE_VARIATION } how;
    bool in_eval, in_hessian, in_prox;
} saboteur;

static bool strikes(saboteur *s, bool here)
{
    return here && ++s->calls == s->at;
}

static int bad_eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    saboteur *s = user;
    const int code = s->inner.eval(s->inner.user, n, mass, value, variation);
    if (strikes(s, s->in_eval)) {
        if (s->how == CODE) {
            return 77;
        }
        if (s->how == NAN_VALUE) {
            *value = NAN;
        } else if (variation != NULL) {
            variation[n - 1] = s->how == NAN_VARIATION ? NAN : INFINITY;
        } else {
            s->calls--; // no variation was asked for: strike at the next call
        }
    }
    return code;
}

static int bad_hessian(void *user, size_t n, const double *mass, const double *v, double *hv)
{
    saboteur *s = user;
    return strikes(s, s->in_hessian) ? 78 : s->inner.hessian_product(s->inner.user, n, mass, v, hv);
}

static int bad_prox(void *user, size_t n, const double *log_r, double eps, double *log_m)
{
    saboteur *s = user;
    return strikes(s, s->in_prox) ? 79 : s->inner.kl_prox(s->inner.user, n, log_r, eps, log_m);
}

/* Sabotage the step of p at every call in turn until it succeeds: a report each time, and the
   masses as they were; and the flow still works afterwards. */
static void sabotage(const problem *p, saboteur s, jko_status want, int code)
{
    problem q = *p;
    s.inner = p->energy;
    q.energy = (jko_energy){.struct_size = sizeof q.energy,
                            .user = &s,
                            .eval = bad_eval,
                            .convex = true,
                            .hessian_product = bad_hessian,
                            .kl_prox = bad_prox};
    double good[PROBLEM_MAX];
    jko_flow *flow = problem_flow(&q);
    memcpy(good, p->a, sizeof good);
    s.at = 0;
    assert_int_equal(jko_flow_step(flow, p->tau, good, NULL), JKO_OK);
    jko_flow_free(flow);
    int failures = 0;
    for (s.at = 1; s.at < 100000; s.at = s.at < 20 ? s.at + 1 : s.at * 2) {
        double m[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        flow = problem_flow(&q);
        memcpy(m, p->a, sizeof m);
        s.calls = 0;
        const jko_status status = jko_flow_step(flow, p->tau, m, &r);
        if (s.calls < s.at) { // it was never reached: all is as without
            assert_int_equal(status, JKO_OK);
            assert_same_bits(p->n, m, good);
            jko_flow_free(flow);
            break;
        }
        failures++;
        assert_int_equal(status, want);
        assert_int_equal(r.status, want);
        assert_int_equal(r.callback_error, code);
        assert_same_bits(p->n, m, p->a);
        assert_true(strlen(jko_error_detail()) > 0);
        s.calls = s.at; // past the strike
        assert_int_equal(jko_flow_step(flow, p->tau, m, NULL), JKO_OK);
        for (size_t j = 0; j < p->n; j++) {
            assert_close_rel(m[j], good[j], 1e-6);
        }
        jko_flow_free(flow);
    }
    assert_true(failures > 2);
}

static void energy_errors_end_the_step_and_touch_nothing(void **state)
{
    (void)state;
    expected (*const cases[])(problem *) = {case_atoms_circle_long_step, case_entropic_circle_12};
    for (size_t k = 0; k < 2; k++) {
        problem p;
        (void)cases[k](&p);
        sabotage(&p, (saboteur){.how = CODE, .in_eval = true}, JKO_ERR_CALLBACK, 77);
        if (k == 0) {
            sabotage(&p, (saboteur){.how = CODE, .in_hessian = true}, JKO_ERR_CALLBACK, 78);
        } else {
            sabotage(&p, (saboteur){.how = CODE, .in_prox = true}, JKO_ERR_CALLBACK, 79);
        }
        problem_free(&p);
    }
}

/* A small epsilon on steep energies, where Newton's method takes over from the iteration. */
static void energy_errors_end_newtons_method_too(void **state)
{
    (void)state;
    jko_t_random random = {12};
    problem p = {.n = 8, .h = 0.125, .s = -3.0, .tau = 5.8, .eps = 1e-4};
    for (size_t i = 0; i < p.n; i++) {
        p.w[i] = pow(10.0, jko_t_uniform(&random) - 0.5);
        p.a[i] = 0.01 + jko_t_exponential(&random) / 8.0;
    }
    problem_on_grid(&p, true);
    sabotage(&p, (saboteur){.how = CODE, .in_eval = true}, JKO_ERR_CALLBACK, 77);
    sabotage(&p, (saboteur){.how = CODE, .in_prox = true}, JKO_ERR_CALLBACK, 79);
    sabotage(&p, (saboteur){.how = CODE, .in_hessian = true}, JKO_ERR_CALLBACK, 78);
    problem_free(&p);
}

/* NaN at the first look is an error; eval says so with the detail. */
static void energy_nan_is_refused(void **state)
{
    (void)state;
    problem p;
    (void)case_atoms_circle_long_step(&p);
    for (int how = NAN_VALUE; how <= INFINITE_VARIATION; how++) {
        saboteur s = {.inner = p.energy, .at = 1, .in_eval = true};
        s.how = how == NAN_VALUE       ? NAN_VALUE
                : how == NAN_VARIATION ? NAN_VARIATION
                                       : INFINITE_VARIATION;
        problem q = p;
        q.energy = (jko_energy){
            .struct_size = sizeof q.energy, .user = &s, .eval = bad_eval, .convex = true};
        jko_flow *flow = problem_flow(&q);
        double m[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_ERR_NUMERIC);
        assert_int_equal(r.callback_error, 0);
        assert_same_bits(p.n, m, p.a);
        jko_flow_free(flow);
    }
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energy_without_optional_callbacks_gives_the_same_step),
        cmocka_unit_test(energy_hessian_by_differences_is_the_product),
        cmocka_unit_test(energy_prox_by_newton_is_the_closed_form),
        cmocka_unit_test(energy_errors_end_the_step_and_touch_nothing),
        cmocka_unit_test(energy_errors_end_newtons_method_too),
        cmocka_unit_test(energy_nan_is_refused),
    };
    return cmocka_run_group_tests_name("jko/energy_use", tests, NULL, NULL);
}
