// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/locking.c, and of the exact step's first question: is not moving optimal?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"
#include "jko/step.h"

static void locking_solves_the_stored_case(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    jko_t_random random = {1};
    const expected want = case_locked_circle_16(&p);
    jko_flow *flow = case_run(&p, &want, JKO_LOCKED, &r, m);
    assert_same_bits(p.n, m, p.a);
    assert_true(r.transport_cost == 0.0 && r.step_cost == 0.0 && r.released == 0.0);
    assert_true(r.iterations == 0 && r.outer_iterations == 0);
    problem_check_report(&p, flow, m, &r);
    problem_check_gap(&p, flow, m, &r, &random);
    jko_flow_free(flow);
    problem_free(&p);
}

/* The longest tau that locks is in closed form: min over pairs of D_ij / (2 (e_i - e_j)). */
static void locking_ends_at_the_threshold(void **state)
{
    (void)state;
    jko_t_random random = {2};
    for (int k = 0; k < 20; k++) {
        problem p = {.n = 8, .h = 0.125, .s = k % 2 == 0 ? 0.0385 : -0.375, .tau = 1.0};
        long double e[PROBLEM_MAX];
        double longest = INFINITY;
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.9 + 0.2 * jko_t_uniform(&random);
            p.a[i] = 0.1 + 0.05 * jko_t_uniform(&random);
        }
        problem_on_grid(&p, true);
        problem_variation(&p, p.a, e);
        for (size_t i = 0; i < p.n; i++) {
            for (size_t j = 0; j < p.n; j++) {
                const double gain = (double)(e[i] - e[j]);
                longest = gain > 0.0 ? fmin(longest, p.d[i * p.n + j] / (2.0 * gain)) : longest;
            }
        }
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, longest * (1.0 - 1e-9), m, NULL), JKO_LOCKED);
        assert_same_bits(p.n, m, p.a);
        // Just beyond, next to nothing moves: the step must still end, with a proof.
        const double beyond[] = {1e-6, 1e-4, 1e-2, 1.0};
        for (size_t t = 0; t < 4; t++) {
            jko_step_report r = {.struct_size = sizeof r};
            memcpy(m, p.a, sizeof m);
            assert_int_equal(jko_flow_step(flow, longest * (1.0 + beyond[t]), m, &r), JKO_OK);
            assert_at_most(r.gap, fmax(1e-9 * r.released, 1e-14));
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

static void locking_keeps_uniform_and_equilibrium(void **state)
{
    (void)state;
    problem p = {.n = 40, .h = 0.025, .s = 0.0385, .tau = 100.0};
    for (size_t i = 0; i < p.n; i++) {
        p.w[i] = 1.0;
        p.a[i] = 0.025;
    }
    problem_on_grid(&p, true);
    jko_flow *flow = problem_flow(&p);
    double m[PROBLEM_MAX];
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_LOCKED);
    assert_same_bits(p.n, m, p.a);
    jko_flow_free(flow);
    problem_free(&p);

    (void)case_atoms_circle_long_step(&p);
    double rest[PROBLEM_MAX];
    assert_int_equal(jko_economy_equilibrium(p.economy, 1.0, rest, NULL), JKO_OK);
    flow = problem_flow(&p);
    memcpy(m, rest, sizeof m);
    assert_int_equal(jko_flow_step(flow, 10.0, m, NULL), JKO_LOCKED);
    assert_same_bits(p.n, m, rest);
    jko_flow_free(flow);
    problem_free(&p);
}

/* tau -> 0 keeps any input in which no cell is empty, bits and all. */
static void locking_takes_every_step_of_no_length(void **state)
{
    (void)state;
    jko_t_random random = {3};
    for (int k = 0; k < 20; k++) {
        problem p = {.n = 1 + jko_t_integer(&random, 20), .s = 0.0385, .tau = 1e-9};
        p.h = 1.0 / (double)p.n;
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.1 + jko_t_uniform(&random);
            p.a[i] = 1e-3 + jko_t_exponential(&random);
        }
        problem_on_grid(&p, k % 2 == 0);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_LOCKED);
        assert_same_bits(p.n, m, p.a);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* An empty cell draws without limit for s < 1: then no step is locked, however short. */
static void locking_never_leaves_a_cell_empty(void **state)
{
    (void)state;
    const double exponents[] = {-3.0, 0.0, 0.0385, 0.9};
    for (size_t k = 0; k < 4; k++) {
        problem p = {.n = 4, .h = 0.25, .s = exponents[k], .tau = 0.5};
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 1.0;
            p.a[i] = i == 2 ? 0.0 : 0.3;
        }
        problem_on_grid(&p, true);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
        assert_true(m[2] > 0.0);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* A mass so light that its own variation is -inf is no reason to stay (it once locked anything). */
static void locking_is_not_fooled_by_a_mass_of_5e_324(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    (void)case_atoms_circle_long_step(&p);
    p.a[3] = 5e-324;
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    assert_true(jko_flow_step(flow, p.tau, m, NULL) != JKO_LOCKED);
    jko_flow_free(flow);
    problem_free(&p);
}

/* A cost that is dear on its diagonal: staying can be worse than leaving whatever the energy. */
static void locking_counts_the_cost_of_staying(void **state)
{
    (void)state;
    const double cost[] = {1.0, 0.0, 0.0, 1.0};
    jko_cost *c = NULL;
    jko_flow *flow = NULL;
    double memory[2];
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_cost_create_matrix(&c, 2, 2, cost), JKO_OK);
    assert_int_equal(jko_energy_entropy(&energy, memory, 1e-6, 0.5), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, c, &energy, NULL), JKO_OK);
    double m[] = {0.7, 0.3};
    jko_step_report r = {.struct_size = sizeof r};
    assert_int_equal(jko_flow_step(flow, 1.0, m, &r), JKO_OK);
    assert_close_abs(m[0], 0.3, 1e-9); // both change places
    assert_close_abs(m[1], 0.7, 1e-9);
    assert_close_abs(r.transport_cost, 0.0, 1e-9);
    jko_flow_free(flow);
    jko_cost_free(c);
}

/* The sum itself: each source's loss in closed form. */
static void locking_gap_sums_what_not_moving_loses(void **state)
{
    (void)state;
    const double cost[] = {0.0, 2.0, 8.0, 2.0, 0.0, 2.0, 8.0, 2.0, 0.0};
    const double potential[] = {5.0, 3.5, 0.0};
    jko_cost *c = NULL;
    jko_flow *flow = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_cost_create_matrix(&c, 3, 3, cost), JKO_OK);
    assert_int_equal(jko_energy_potential(&energy, 3, potential), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, c, &energy, NULL), JKO_OK);
    jko_i_step_cost_update(flow, 1.0); // c = D/2: ways of 1 and 4
    memcpy(flow->variation, potential, sizeof potential);
    const double a[] = {0.5, 0.25, 0.125};
    double worst = 0.0;
    // From 0: to 1 gains 5 - 3.5 - 1 = 0.5, to 2 5 - 0 - 4 = 1. From 1: to 2 3.5 - 0 - 1 = 2.5.
    assert_close_rel(jko_i_locking_gap(flow, a, false, &worst), 0.5 * 1.0 + 0.25 * 2.5, 1e-15);
    assert_close_rel(worst, 2.5, 1e-15);
    // Empty cells count as level 0 when asked: then 2 is where 1's mass would go, now at 0 too.
    const double b[] = {0.5, 0.0, 0.125};
    assert_close_rel(jko_i_locking_gap(flow, b, true, &worst), 0.5 * 4.0, 1e-15);
    assert_close_rel(worst, 4.0, 1e-15);
    jko_flow_free(flow);
    jko_cost_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locking_solves_the_stored_case),
        cmocka_unit_test(locking_ends_at_the_threshold),
        cmocka_unit_test(locking_keeps_uniform_and_equilibrium),
        cmocka_unit_test(locking_takes_every_step_of_no_length),
        cmocka_unit_test(locking_never_leaves_a_cell_empty),
        cmocka_unit_test(locking_is_not_fooled_by_a_mass_of_5e_324),
        cmocka_unit_test(locking_counts_the_cost_of_staying),
        cmocka_unit_test(locking_gap_sums_what_not_moving_loses),
    };
    return cmocka_run_group_tests_name("jko/locking", tests, NULL, NULL);
}
