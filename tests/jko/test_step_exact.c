// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/step_exact.c: stored cases, closed forms, random problems against a dual bound
 * and against feasible plans, and an independent solver.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"

/* Whether the gap is good enough by the acceptance of the step. */
static void check_certified(const jko_step_report *r)
{
    const double released = isfinite(r->released) ? fmax(r->released, 0.0) : r->step_cost;
    assert_at_most(r->gap, fmax(1e-9 * released, 1e-12));
}

static void step_exact_solves_the_stored_cases(void **state)
{
    (void)state;
    expected (*const cases[])(problem *) = {case_atoms_austria_12, case_atoms_circle_long_step,
                                            case_atoms_soft, case_atoms_zero_masses_s_negative};
    jko_t_random random = {1};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        problem p;
        double m[PROBLEM_MAX];
        jko_step_report r;
        const expected want = cases[k](&p);
        jko_flow *flow = case_run(&p, &want, JKO_OK, &r, m);
        problem_check_report(&p, flow, m, &r);
        problem_check_gap(&p, flow, m, &r, &random);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

// One cell: nothing can move, and the step costs nothing.
static void step_exact_of_one_cell_stays(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_atoms_one_cell(&p);
    jko_flow *flow = case_run(&p, &want, JKO_LOCKED, &r, m);
    assert_same_bits(1, m, p.a);
    jko_flow_free(flow);
    problem_free(&p);
}

/* 40 random problems: converged or locked, always; and everything that the report says holds. */
static void step_exact_proves_random_answers(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {20260};
    for (int k = 0; k < 40; k++) {
        problem p;
        problem_random(&p, &random, 40, k % 2 == 0 ? 10.0 : 1e6);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        memcpy(m, p.a, sizeof m);
        const jko_status status = jko_flow_step(flow, p.tau, m, &r);
        print_message("problem %d of seed 20260: n %zu, s %g, tau %g, %s, gap %g\n", k, p.n, p.s,
                      p.tau, jko_status_name(status), r.gap);
        assert_true(status == JKO_OK || status == JKO_LOCKED);
        check_certified(&r);
        problem_check_report(&p, flow, m, &r);
        problem_check_gap(&p, flow, m, &r, &random);
        assert_true(r.objective <= problem_objective_of_staying(&p) + 1e-12);
        if (status == JKO_LOCKED) {
            assert_same_bits(p.n, m, p.a);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* The minimum by descent along pairs of arcs of a row, each by golden section: slow and simple. */
static long double slow_minimum(const problem *p, double *plan)
{
    const size_t n = p->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            plan[i * n + j] = p->a[i] / (double)n;
        }
    }
    long double best = problem_objective(p, plan);
    for (int sweep = 0; sweep < 400; sweep++) {
        const long double before = best;
        for (size_t arc = 0; arc < n * n * n; arc++) {
            double *from = plan + arc / n / n * n + arc / n % n;
            double *to = plan + arc / n / n * n + arc % n;
            if (from == to) {
                continue;
            }
            const double both = *from + *to;
            double low = 0.0;
            double high = 1.0;
            long double value = 0.0L;
            for (int k = 0; k < 60; k++) {
                const double t[] = {high - 0.6180339887498949 * (high - low),
                                    low + 0.6180339887498949 * (high - low)};
                long double at[2];
                for (int side = 0; side < 2; side++) {
                    *from = both * t[side];
                    *to = both * (1.0 - t[side]);
                    at[side] = problem_objective(p, plan);
                }
                *(at[0] < at[1] ? &high : &low) = t[at[0] < at[1] ? 1 : 0];
                value = fminl(at[0], at[1]);
            }
            best = fminl(best, value);
        }
        if (before - best < 1e-15L) {
            break;
        }
    }
    return best;
}

// An independent method, with every kind of reallocation cost: 3 cells, all s.
static void step_exact_agrees_with_slow_descent(void **state)
{
    (void)state;
    const double exponents[] = {-0.375, 0.0, 0.0385, 0.5};
    jko_t_random random = {77};
    for (int k = 0; k < 8; k++) {
        problem p = {.n = 3, .h = 1.0 / 3.0, .s = exponents[k / 2], .tau = 2.0 + 3.0 * k};
        p.reallocation = (jko_reallocation)(k % 4);
        p.k = 0.002;
        for (size_t i = 0; i < 3; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = 0.2 + jko_t_uniform(&random);
        }
        problem_on_grid(&p, k < 4);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        double plan[9];
        jko_step_report r = {.struct_size = sizeof r};
        memcpy(m, p.a, sizeof m);
        assert_true(jko_flow_step(flow, p.tau, m, &r) >= 0);
        // Descent along pairs is not exact, but never below the minimum.
        const double slow = (double)slow_minimum(&p, plan);
        assert_true(r.objective <= slow + 1e-15);
        assert_close_abs(r.objective, slow, 1e-9);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* Two atoms on the slope of a potential: all mass goes down iff the drop is worth the way. */
static void step_exact_down_a_potential_moves_all_or_nothing(void **state)
{
    (void)state;
    const double cost[] = {0.0, 0.5, 0.5, 0.0};
    const double potential[] = {0.25, 0.0};
    jko_cost *c = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_flow *flow = NULL;
    assert_int_equal(jko_cost_create_matrix(&c, 2, 2, cost), JKO_OK);
    assert_int_equal(jko_energy_potential(&energy, 2, potential), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, c, &energy, NULL), JKO_OK);
    const double steps[] = {0.5, 0.999, 1.0, 1.001, 4.0}; // moves iff 0.5/(2 tau) < 0.25
    for (size_t k = 0; k < 5; k++) {
        double m[] = {0.75, 0.25};
        const jko_status status = jko_flow_step(flow, steps[k], m, NULL);
        assert_int_equal(status, k < 3 ? JKO_LOCKED : JKO_OK);
        assert_close_abs(m[0], k < 3 ? 0.75 : 0.0, k < 3 ? 0.0 : 1e-12);
        assert_close_abs(m[1], k < 3 ? 0.25 : 1.0, k < 3 ? 0.0 : 1e-12);
    }
    jko_flow_free(flow);
    jko_cost_free(c);
}

/* Two atoms and the entropy: the mass x that moves has k log((a1 - x)/(a2 + x)) = D/(2 tau). */
static void step_exact_of_two_atoms_with_entropy(void **state)
{
    (void)state;
    const double cost[] = {0.0, 0.04, 0.04, 0.0};
    double memory[2];
    jko_cost *c = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_flow *flow = NULL;
    assert_int_equal(jko_cost_create_matrix(&c, 2, 2, cost), JKO_OK);
    assert_int_equal(jko_energy_entropy(&energy, memory, 0.3, 0.5), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, c, &energy, NULL), JKO_OK);
    for (double tau = 0.05; tau < 10.0; tau *= 3.0) {
        double m[] = {0.9, 0.1};
        jko_step_report r = {.struct_size = sizeof r};
        assert_int_equal(jko_flow_step(flow, tau, m, &r), JKO_OK);
        const double ratio = exp(0.04 / (2.0 * tau) / 0.3); // of m_1 to m_2
        assert_close_abs(m[0], ratio / (1.0 + ratio), 1e-7);
        assert_at_most(r.gap, 1e-9 * r.released);
    }
    jko_flow_free(flow);
    jko_cost_free(c);
}

/* What stays where it is keeps its bits, so movers can be counted without a threshold. */
static void step_exact_keeps_the_bits_of_those_who_stay(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_atoms_austria_12(&p);
    jko_flow *flow = case_run(&p, &want, JKO_OK, &r, m);
    const bool stays[] = {true, false, false, true, true,  true,
                          true, true,  false, true, false, true};
    for (size_t j = 0; j < p.n; j++) {
        assert_true((m[j] == p.a[j]) == stays[j]); // as in the stored answer
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* The rest set: who keeps some of its mass gains nothing by going elsewhere. */
static void step_exact_leaves_no_gain_to_those_who_stay(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    double plan[PROBLEM_MAX * PROBLEM_MAX];
    long double e[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_atoms_circle_long_step(&p);
    jko_flow *flow = case_run(&p, &want, JKO_OK, &r, m);
    assert_int_equal(jko_flow_get_plan(flow, plan), JKO_OK);
    problem_variation(&p, m, e);
    for (size_t i = 0; i < p.n; i++) {
        for (size_t j = 0; plan[i * p.n + i] > 0.0 && j < p.n; j++) {
            assert_at_most((double)(e[i] - e[j] - problem_step_cost(&p, i, j)), 1e-9);
        }
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* A long step from anywhere ends in the equilibrium w^(1/(1-s)), and from there nothing moves. */
static void step_exact_of_endless_length_finds_the_equilibrium(void **state)
{
    (void)state;
    jko_t_random random = {5};
    const double exponents[] = {-3.0, -0.375, 0.0, 0.0385, 0.5};
    for (size_t k = 0; k < 5; k++) {
        problem p = {.n = 12, .h = 1.0 / 12.0, .s = exponents[k], .tau = 1e9};
        double want[PROBLEM_MAX];
        double total = 0.0;
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = jko_t_exponential(&random);
            want[i] = pow(p.w[i], 1.0 / (1.0 - p.s));
            total += want[i];
        }
        const double mass = (double)problem_total(p.n, p.a);
        problem_on_grid(&p, true);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
        for (size_t i = 0; i < p.n; i++) {
            want[i] *= mass / total;
            assert_close_rel(m[i], want[i], 1e-5);
        }
        double again[PROBLEM_MAX];
        memcpy(again, want, sizeof again);
        assert_int_equal(jko_flow_step(flow, 10.0, again, NULL), JKO_LOCKED);
        assert_same_bits(p.n, again, want);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* s = 1, where E is minus the log of sum w m: in the long run all go where w is largest. */
static void step_exact_at_s_one_ends_in_the_best_cell(void **state)
{
    (void)state;
    problem p = {.n = 6, .h = 1.0 / 6.0, .s = 1.0, .tau = 1e6};
    for (size_t i = 0; i < p.n; i++) {
        p.w[i] = i == 4 ? 1.5 : 1.0 + 0.05 * (double)i;
        p.a[i] = 0.1 + 0.02 * (double)i;
    }
    problem_on_grid(&p, true);
    jko_flow *flow = problem_flow(&p);
    double m[PROBLEM_MAX];
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
    for (size_t i = 0; i < p.n; i++) {
        const double want = i == 4 ? 0.1 + 0.12 + 0.14 + 0.16 + 0.18 + 0.2 : 0.0;
        assert_close_abs(m[i], want, 1e-9);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* Totals are not normalised: with masses and cells times k, E moves by a constant, so costs
   divided by k (tau times k) give the same step times k. */
static void step_exact_scales_with_the_total(void **state)
{
    (void)state;
    jko_t_need_long_double();
    const double factors[] = {2.5, 1e-8, 1e8};
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_atoms_circle_long_step(&p);
    jko_flow_free(case_run(&p, &want, JKO_OK, &r, m));
    for (size_t k = 0; k < 3; k++) {
        problem q = p;
        q.tau = p.tau * factors[k];
        q.h = p.h * factors[k];
        for (size_t i = 0; i < p.n; i++) {
            q.a[i] = p.a[i] * factors[k];
        }
        problem_make_energy(&q);
        jko_flow *flow = problem_flow(&q);
        double scaled[PROBLEM_MAX];
        jko_step_report report = {.struct_size = sizeof report};
        memcpy(scaled, q.a, sizeof scaled);
        assert_int_equal(jko_flow_step(flow, q.tau, scaled, &report), JKO_OK);
        for (size_t i = 0; i < p.n; i++) {
            assert_close_rel(scaled[i] / factors[k], m[i], 1e-6);
        }
        assert_close_rel(report.released, r.released, 1e-7);
        problem_check_report(&q, flow, scaled, &report);
        jko_flow_free(flow);
        jko_economy_free(q.economy);
    }
    problem_free(&p);
}

/* Masses of 1e-300 and below, beside ordinary ones: a row however light is moved as it should. */
static void step_exact_moves_the_lightest_rows(void **state)
{
    (void)state;
    problem p;
    jko_t_random random = {31};
    (void)case_atoms_circle_long_step(&p);
    p.a[2] = 1e-300;
    p.a[3] = 1e-290;
    p.a[6] = 1e-17;
    jko_flow *flow = problem_flow(&p);
    double m[PROBLEM_MAX];
    jko_step_report r = {.struct_size = sizeof r};
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
    check_certified(&r);
    problem_check_gap(&p, flow, m, &r, &random);
    for (size_t i = 0; i < p.n; i++) {
        assert_true(m[i] > 0.02); // all are wanted: compare the stored answer of the case
    }
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_exact_solves_the_stored_cases),
        cmocka_unit_test(step_exact_of_one_cell_stays),
        cmocka_unit_test(step_exact_proves_random_answers),
        cmocka_unit_test(step_exact_agrees_with_slow_descent),
        cmocka_unit_test(step_exact_down_a_potential_moves_all_or_nothing),
        cmocka_unit_test(step_exact_of_two_atoms_with_entropy),
        cmocka_unit_test(step_exact_keeps_the_bits_of_those_who_stay),
        cmocka_unit_test(step_exact_leaves_no_gain_to_those_who_stay),
        cmocka_unit_test(step_exact_of_endless_length_finds_the_equilibrium),
        cmocka_unit_test(step_exact_at_s_one_ends_in_the_best_cell),
        cmocka_unit_test(step_exact_scales_with_the_total),
        cmocka_unit_test(step_exact_moves_the_lightest_rows),
    };
    return cmocka_run_group_tests_name("jko/step_exact", tests, NULL, NULL);
}
