// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/exact_newton.c and exact_advance.c: the direction solves the linearised
 * conditions, put together here entry by entry; a step along it stays inside and lowers the
 * barrier problem.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/exact.h"
#include "jko/problem.h"

/* A random interior iterate: P with exact rows, S > 0, f, and m, e that belong to P. */
static jko_flow *random_iterate(problem *p, jko_t_random *random, size_t n)
{
    *p = (problem){.n = n, .h = 1.0 / (double)n, .s = 0.5, .tau = 1.0};
    for (size_t i = 0; i < n; i++) {
        p->w[i] = 0.5 + jko_t_uniform(random);
        p->a[i] = i == n / 2 ? 0.0 : 0.1 + jko_t_uniform(random);
    }
    problem_on_grid(p, true);
    jko_flow *flow = problem_flow(p);
    jko_i_exact *work = flow->exact;
    double value = 0.0;
    memcpy(flow->start, p->a, n * sizeof *p->a);
    jko_i_step_cost_update(flow, p->tau);
    work->rows = 0;
    work->total = (double)problem_total(n, p->a);
    for (size_t i = 0; i < n; i++) {
        if (p->a[i] == 0.0) {
            continue;
        }
        double sum = 0.0;
        double *plan = work->plan + work->rows * n;
        for (size_t j = 0; j < n; j++) {
            plan[j] = 0.01 + jko_t_exponential(random);
            sum += plan[j];
            work->slack[work->rows * n + j] = 0.01 + jko_t_exponential(random);
        }
        for (size_t j = 0; j < n; j++) {
            plan[j] *= p->a[i] / sum;
        }
        work->f[work->rows] = jko_t_uniform(random) - 0.5;
        work->source[work->rows++] = i;
    }
    jko_i_exact_columns(work, work->plan, work->m);
    assert_int_equal(jko_i_energy_eval(flow, &p->energy, work->m, &value, work->e), JKO_OK);
    return flow;
}

static void exact_direction_solves_the_linearised_conditions(void **state)
{
    (void)state;
    jko_t_random random = {41};
    for (int trial = 0; trial < 20; trial++) {
        problem p;
        const size_t n = 2 + (size_t)trial % 7;
        jko_flow *flow = random_iterate(&p, &random, n);
        jko_i_exact *work = flow->exact;
        const double mu = 0.01 * (trial + 1);
        double hdm[PROBLEM_MAX];
        assert_int_equal(jko_i_exact_direction(flow, &p.energy, mu), JKO_OK);
        assert_int_equal(p.energy.hessian_product(p.energy.user, n, work->m, work->dm, hdm), 0);
        for (size_t k = 0; k < work->rows; k++) {
            double row = 0.0;
            for (size_t j = 0; j < n; j++) {
                const size_t arc = k * n + j;
                const double c = (double)problem_step_cost(&p, work->source[k], j);
                // c + e + H dm - (f + df) - (S + dS) = 0
                assert_close_abs(c + work->e[j] + hdm[j] - work->f[k] - work->df[k] -
                                     work->slack[arc] - work->dslack[arc],
                                 0.0, 1e-11);
                // P S + P dS + S dP = mu a
                assert_close_abs(work->plan[arc] * (work->slack[arc] + work->dslack[arc]) +
                                     work->slack[arc] * work->dplan[arc],
                                 mu * p.a[work->source[k]], 1e-11);
                row += work->dplan[arc];
            }
            assert_close_abs(row, 0.0, 1e-11); // rows keep their sums
        }
        for (size_t j = 0; j < n; j++) {
            double column = 0.0;
            for (size_t k = 0; k < work->rows; k++) {
                column += work->dplan[k * n + j];
            }
            assert_close_abs(column, work->dm[j], 1e-11);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* <c, P> + E - mu sum a log P. */
static long double barrier(const problem *p, const jko_i_exact *work, double mu)
{
    long double value = problem_energy(p, work->m);
    for (size_t k = 0; k < work->rows; k++) {
        for (size_t j = 0; j < p->n; j++) {
            const long double mass = work->plan[k * p->n + j];
            value += mass * problem_step_cost(p, work->source[k], j);
            value -= mu * p->a[work->source[k]] * logl(mass);
        }
    }
    return value;
}

/* From any iterate, however uneven, the barrier problem never climbs, P and S stay positive, rows
   keep their sums; and repeated, the iteration ends where P S = mu a and S = c + e - f. */
static void exact_advance_lowers_the_barrier_problem(void **state)
{
    (void)state;
    jko_t_random random = {42};
    for (int trial = 0; trial < 20; trial++) {
        problem p;
        const size_t n = 2 + (size_t)trial % 7;
        jko_flow *flow = random_iterate(&p, &random, n);
        jko_i_exact *work = flow->exact;
        const double mu = 1e-3;
        long double last = barrier(&p, work, mu);
        for (int k = 0; k < 60; k++) {
            double step = NAN;
            assert_int_equal(jko_i_exact_direction(flow, &p.energy, mu), JKO_OK);
            assert_int_equal(jko_i_exact_advance(flow, &p.energy, mu, &step), JKO_OK);
            assert_true(step > 0.0 && step <= 1.0);
            const long double value = barrier(&p, work, mu);
            assert_true(value <= last + 1e-13L);
            last = value;
        }
        for (size_t k = 0; k < work->rows; k++) {
            double row = 0.0;
            for (size_t j = 0; j < n; j++) {
                const size_t arc = k * n + j;
                const double c = (double)problem_step_cost(&p, work->source[k], j);
                assert_true(work->plan[arc] > 0.0 && work->slack[arc] > 0.0);
                assert_close_rel(work->plan[arc] * work->slack[arc], mu * p.a[work->source[k]],
                                 1e-9);
                assert_close_abs(work->slack[arc], c + work->e[j] - work->f[k], 1e-12);
                row += work->plan[arc];
            }
            assert_close_rel(row, p.a[work->source[k]], 1e-14);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

static int no_curvature(void *user, size_t n, const double *mass, const double *v, double *hv)
{
    (void)user;
    (void)mass;
    (void)v;
    for (size_t j = 0; j < n; j++) {
        hv[j] = NAN;
    }
    return 0;
}

static void exact_direction_reports_a_singular_system(void **state)
{
    (void)state;
    jko_t_random random = {43};
    problem p;
    jko_flow *flow = random_iterate(&p, &random, 4);
    p.energy.hessian_product = no_curvature;
    assert_int_equal(jko_i_exact_direction(flow, &p.energy, 0.1), JKO_ERR_NUMERIC);
    jko_flow_free(flow);
    problem_free(&p);
}

/* The gap of a plan, by hand: two cells, e given; and a NaN in it is no proof. */
static void exact_gap_is_that_of_the_formula(void **state)
{
    (void)state;
    jko_t_random random = {44};
    problem p;
    jko_flow *flow = random_iterate(&p, &random, 2); // of the two cells the second is empty
    jko_i_exact *work = flow->exact;
    assert_int_equal(work->rows, 1);
    const double c = (double)problem_step_cost(&p, 0, 1);
    const double e[] = {-0.25, -0.5 - c};
    double plan[] = {0.75, 0.125};
    // Going to 1 is cheaper by 0.25: what stays loses that much.
    assert_close_rel(jko_i_exact_gap(flow, plan, e, NULL), 0.75 * 0.25, 1e-14);
    const double some[] = {1.0, 1.0};
    assert_close_rel(jko_i_exact_gap(flow, plan, e, some), 0.75 * 0.25, 1e-14);
    // The second cell empty, its e counts as 0 to those who look: then staying is best.
    const double none[] = {1.0, 0.0};
    plan[1] = 0.0;
    assert_close_abs(jko_i_exact_gap(flow, plan, e, none), 0.0, 0.0);
    plan[1] = NAN;
    assert_true(jko_i_exact_gap(flow, plan, e, NULL) == INFINITY);
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_direction_solves_the_linearised_conditions),
        cmocka_unit_test(exact_advance_lowers_the_barrier_problem),
        cmocka_unit_test(exact_direction_reports_a_singular_system),
        cmocka_unit_test(exact_gap_is_that_of_the_formula),
    };
    return cmocka_run_group_tests_name("jko/exact_newton", tests, NULL, NULL);
}
