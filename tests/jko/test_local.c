// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/local.c: what a step of an energy that is not convex promises. s > 1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"

/* R = sum P_ij (c_ij + e_j) - sum a_i min_j (c_ij + e_j), e = 0 in an empty cell. */
static double stationarity(const problem *p, const jko_flow *flow, const double *m)
{
    double plan[PROBLEM_MAX * PROBLEM_MAX];
    long double e[PROBLEM_MAX];
    long double r = 0.0L;
    assert_int_equal(jko_flow_get_plan(flow, plan), JKO_OK);
    problem_variation(p, m, e);
    for (size_t i = 0; i < p->n; i++) {
        long double least = INFINITY;
        for (size_t j = 0; j < p->n; j++) {
            e[j] = m[j] > 0.0 ? e[j] : 0.0L;
            least = fminl(least, problem_step_cost(p, i, j) + e[j]);
        }
        for (size_t j = 0; j < p->n; j++) {
            r += plan[i * p->n + j] * (problem_step_cost(p, i, j) + e[j] - least);
        }
    }
    return (double)r;
}

static void check_local(const problem *p, jko_flow *flow, double *m)
{
    jko_step_report r = {.struct_size = sizeof r};
    memcpy(m, p->a, p->n * sizeof *m);
    assert_int_equal(jko_flow_step(flow, p->tau, m, &r), JKO_LOCAL);
    assert_int_equal(r.status, JKO_LOCAL);
    assert_true(isnan(r.gap)); // no global bound is claimed
    problem_check_report(p, flow, m, &r);
    assert_true(r.objective <= problem_objective_of_staying(p) + 1e-12);
    assert_at_most(stationarity(p, flow, m), 1e-6);
    assert_close_abs(r.stationarity, stationarity(p, flow, m), 1e-12);
    assert_true(r.stationarity >= 0.0);
}

static void local_step_solves_the_stored_case(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r = {.struct_size = sizeof r};
    const expected want = case_local_s_above_1(&p);
    jko_flow *flow = problem_flow(&p);
    check_local(&p, flow, m);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_LOCAL);
    assert_at_most(r.objective, want.objective);
    assert_at_most(r.stationarity, 1e-6);
    jko_flow_free(flow);
    problem_free(&p);
}

/* Random starts, time steps and weights, some cells empty: the promises hold at each. */
static void local_step_keeps_its_promises_from_random_starts(void **state)
{
    (void)state;
    jko_t_random random = {47};
    for (int k = 0; k < 60; k++) {
        problem p = {.n = 2 + jko_t_integer(&random, 14), .s = k % 3 == 0 ? 1.133 : 1.47};
        p.h = 1.0 / (double)p.n;
        p.tau = 0.1 * pow(1e3, jko_t_uniform(&random));
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = i > 0 && jko_t_uniform(&random) < 0.2 ? 0.0 : jko_t_exponential(&random) * p.h;
        }
        problem_on_grid(&p, k % 2 == 0);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        print_message("start %d of seed 47: n %zu, s %g, tau %g\n", k, p.n, p.s, p.tau);
        check_local(&p, flow, m);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* Agglomeration: steps gather the firms, and all in one cell is a rest point, bits and all. */
static void local_steps_gather_all_mass_in_one_cell(void **state)
{
    (void)state;
    jko_t_random random = {48};
    problem p = {.n = 6, .h = 1.0 / 6.0, .s = 1.47, .tau = 50.0};
    double m[PROBLEM_MAX];
    for (size_t i = 0; i < p.n; i++) {
        p.w[i] = 0.9 + 0.2 * jko_t_uniform(&random);
        p.a[i] = (0.9 + 0.2 * jko_t_uniform(&random)) / 6.0;
    }
    problem_on_grid(&p, true);
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    double last = INFINITY;
    for (int k = 0; k < 30; k++) {
        jko_step_report r = {.struct_size = sizeof r};
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_LOCAL);
        assert_true(r.energy_after <= last + 1e-13);
        last = r.energy_after;
    }
    size_t full = 0;
    for (size_t i = 0; i < p.n; i++) {
        full += m[i] > 1e-9;
    }
    assert_int_equal(full, 1);

    double one[PROBLEM_MAX] = {0.0};
    double before[PROBLEM_MAX];
    one[2] = 0.8;
    memcpy(before, one, sizeof one);
    jko_step_report r = {.struct_size = sizeof r};
    assert_int_equal(jko_flow_step(flow, 1.0, one, &r), JKO_LOCAL);
    assert_same_bits(p.n, one, before);
    assert_true(r.outer_iterations == 0 && r.stationarity == 0.0);
    jko_flow_free(flow);
    problem_free(&p);
}

/* Two cells: the objective over the moved mass is scanned; the step ends at a point that no
   nearby one beats, and not above where it began. */
static void local_step_of_two_cells_is_a_local_minimum(void **state)
{
    (void)state;
    jko_t_random random = {49};
    for (int k = 0; k < 20; k++) {
        problem p = {.n = 2, .h = 0.5, .s = 1.47, .tau = pow(100.0, jko_t_uniform(&random))};
        for (size_t i = 0; i < 2; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = 0.2 + jko_t_uniform(&random);
        }
        problem_on_grid(&p, true);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        check_local(&p, flow, m);
        const double total = p.a[0] + p.a[1];
        long double here = 0.0L;
        for (int side = 0; side < 3; side++) {
            const double shift = side == 0 ? 0.0 : side == 1 ? 1e-4 : -1e-4;
            const double x = fmin(fmax(m[0] + shift, 0.0), total);
            double plan[4] = {fmin(p.a[0], x), fmax(p.a[0] - x, 0.0), fmax(x - p.a[0], 0.0),
                              fmin(p.a[1], total - x)};
            const long double value = problem_objective(&p, plan);
            here = side == 0 ? value : here;
            assert_true(value >= here - 1e-12L);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* The entropic step of s > 1: the objective falls from that of the first plan, R is small. */
static void local_entropic_step_is_stationary(void **state)
{
    (void)state;
    jko_t_random random = {50};
    for (int k = 0; k < 8; k++) {
        problem p = {.n = 20, .h = 0.05, .s = 1.47, .tau = 0.5, .eps = 0.01};
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = 0.05 * (0.5 + jko_t_uniform(&random));
        }
        problem_on_grid(&p, true);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        double phi[PROBLEM_MAX];
        long double e[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_LOCAL);
        problem_check_report(&p, flow, m, &r);
        assert_true(isnan(r.gap) && r.outer_iterations >= 1);
        assert_at_most(r.stationarity, 1e-6);
        // Stationary: the plan's potential is the energy's own variation, up to a constant. R is
        // eps times a divergence, so quadratic in how far the two are apart.
        const double apart = 3.0 * sqrt(p.eps * r.stationarity / r.min_mass);
        assert_int_equal(jko_flow_get_potential(flow, phi), JKO_OK);
        problem_variation(&p, m, e);
        for (size_t j = 1; j < p.n; j++) {
            assert_close_abs(phi[j] - phi[0], (double)(e[j] - e[0]), apart);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

static int no_majorant(void *user, size_t n, const double *at, void *memory, jko_energy *out)
{
    (void)user;
    (void)n;
    (void)at;
    (void)memory;
    (void)out;
    return 42;
}

static void local_step_reports_a_failing_majorant(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    (void)case_local_s_above_1(&p);
    p.energy.majorant = no_majorant;
    jko_flow *flow = problem_flow(&p);
    jko_step_report r = {.struct_size = sizeof r};
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_ERR_CALLBACK);
    assert_int_equal(r.callback_error, 42);
    assert_same_bits(p.n, m, p.a);
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_step_solves_the_stored_case),
        cmocka_unit_test(local_step_keeps_its_promises_from_random_starts),
        cmocka_unit_test(local_steps_gather_all_mass_in_one_cell),
        cmocka_unit_test(local_step_of_two_cells_is_a_local_minimum),
        cmocka_unit_test(local_entropic_step_is_stationary),
        cmocka_unit_test(local_step_reports_a_failing_majorant),
    };
    return cmocka_run_group_tests_name("jko/local", tests, NULL, NULL);
}
