// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/entropic_newton.c: problems on which the plain iteration is slow are solved, to
 * the same answer as the iteration's where that gets there too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/entropic.h"
#include "jko/problem.h"

/* Uneven weights and masses on a circle; prepared as the step prepares them. */
static jko_flow *prepare(problem *p, jko_t_random *random, double spread)
{
    for (size_t i = 0; i < p->n; i++) {
        p->w[i] = pow(spread, jko_t_uniform(random) - 0.5);
        p->a[i] = i == 1 ? 0.0 : jko_t_exponential(random) / (double)p->n;
    }
    problem_on_grid(p, true);
    jko_flow *flow = problem_flow(p);
    memcpy(flow->start, p->a, p->n * sizeof *p->a);
    flow->epsilon = p->eps;
    flow->deadline = INFINITY;
    jko_i_step_cost_update(flow, p->tau);
    return flow;
}

/* From cold, at every s and small epsilon: the error reaches its floor in few iterations, epsilon
   is as before, and the plan's columns have the potential that the energy asks for. */
static void entropic_newton_reaches_the_floor_of_the_error(void **state)
{
    (void)state;
    const double exponents[] = {-3.0, -0.375, 0.0, 0.0385, 0.5};
    const double all_eps[] = {1e-2, 1e-3, 1e-4};
    jko_t_random random = {51};
    for (size_t s = 0; s < 5; s++) {
        for (size_t k = 0; k < 3; k++) {
            problem p = {.n = 20, .h = 0.05, .s = exponents[s], .tau = 2.0, .eps = all_eps[k]};
            jko_flow *flow = prepare(&p, &random, 10.0);
            jko_i_entropic *work = flow->entropic;
            double error = NAN;
            assert_int_equal(jko_i_entropic_newton(flow, &p.energy, &error), JKO_OK);
            assert_true(flow->epsilon == p.eps);
            assert_at_most(error, 1e-9);
            assert_at_most((double)flow->iterations, 200.0);
            // phi = -p = dE/dm at the plan's own columns.
            double m[PROBLEM_MAX] = {0.0};
            long double e[PROBLEM_MAX];
            for (size_t i = 0; i < p.n; i++) {
                long double row[PROBLEM_MAX];
                long double least = INFINITY;
                long double sum = 0.0L;
                for (size_t j = 0; j < p.n; j++) {
                    row[j] = problem_step_cost(&p, i, j) - (long double)work->best[j];
                    least = fminl(least, row[j]);
                }
                for (size_t j = 0; j < p.n; j++) {
                    row[j] = expl((least - row[j]) / p.eps);
                    sum += row[j];
                }
                for (size_t j = 0; j < p.n; j++) {
                    m[j] += (double)(p.a[i] * row[j] / sum);
                }
            }
            problem_variation(&p, m, e);
            for (size_t j = 0; j < p.n; j++) {
                assert_close_rel(-work->best[j], (double)e[j], 1e-6);
            }
            jko_flow_free(flow);
            problem_free(&p);
        }
    }
}

/* The limits of the step are its limits too. */
static void entropic_newton_ends_at_the_limit(void **state)
{
    (void)state;
    jko_t_random random = {52};
    problem p = {.n = 20, .h = 0.05, .s = -3.0, .tau = 2.0, .eps = 1e-3};
    jko_flow *flow = prepare(&p, &random, 10.0);
    flow->settings.max_iterations = 5;
    double error = NAN;
    assert_int_equal(jko_i_entropic_newton(flow, &p.energy, &error), JKO_NOT_CONVERGED);
    assert_int_equal(flow->iterations, 5);
    assert_true(flow->epsilon == p.eps);
    flow->iterations = 0;
    flow->settings.max_iterations = 1000;
    flow->deadline = -INFINITY;
    assert_int_equal(jko_i_entropic_newton(flow, &p.energy, &error), JKO_TIME_LIMIT);
    assert_true(flow->epsilon == p.eps);
    jko_flow_free(flow);
    problem_free(&p);
}

/* 52 sectors, weights over a wide range, epsilon of 1e-4 of the largest cost: the iteration alone
   stalled here. Long steps too. */
static void entropic_step_of_many_sectors_at_a_small_epsilon_is_certified(void **state)
{
    (void)state;
    jko_t_random random = {53};
    for (int k = 0; k < 6; k++) {
        problem p = {.n = 52, .h = 1.0 / 52.0, .s = 0.0385, .tau = pow(10.0, k - 2.0)};
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = pow(1e3, jko_t_uniform(&random) - 0.5);
            p.a[i] = pow(1e3, jko_t_uniform(&random) - 0.5) / 52.0;
            for (size_t j = 0; j < i; j++) {
                p.d[i * p.n + j] = p.d[j * p.n + i] = 0.05 + jko_t_uniform(&random);
            }
        }
        p.eps = 1e-4 * 1.05 / (2.0 * p.tau);
        problem_on_matrix(&p);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
        assert_at_most(r.gap, fmax(1e-6 * r.released, 1e-14));
        problem_check_report(&p, flow, m, &r);
        problem_check_gap(&p, flow, m, &r, &random);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entropic_newton_reaches_the_floor_of_the_error),
        cmocka_unit_test(entropic_newton_ends_at_the_limit),
        cmocka_unit_test(entropic_step_of_many_sectors_at_a_small_epsilon_is_certified),
    };
    return cmocka_run_group_tests_name("jko/entropic_newton", tests, NULL, NULL);
}
