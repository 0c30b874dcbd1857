// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/step_entropic.c and entropic_plan.c: stored cases, closed forms, an independent
 * fixed point in long double, random problems against a dual bound and feasible plans.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"

/* The potential gives the masses exactly, as the header says; and it is close to dE/dm. */
static void check_potential(const problem *p, const jko_flow *flow, const double *m)
{
    double phi[PROBLEM_MAX];
    double plan[PROBLEM_MAX * PROBLEM_MAX];
    const double total = (double)problem_total(p->n, p->a);
    assert_int_equal(jko_flow_get_potential(flow, phi), JKO_OK);
    assert_int_equal(jko_flow_get_plan(flow, plan), JKO_OK);
    for (size_t i = 0; i < p->n; i++) {
        long double row[PROBLEM_MAX];
        long double least = INFINITY;
        long double sum = 0.0L;
        for (size_t j = 0; j < p->n; j++) {
            row[j] = problem_step_cost(p, i, j) + (long double)phi[j];
            least = fminl(least, row[j]);
        }
        for (size_t j = 0; j < p->n; j++) {
            row[j] = expl((least - row[j]) / p->eps);
            sum += row[j];
        }
        // What c + phi rounds to, over eps, is the relative error of the plan.
        const double rounding = 1e-15 * (1.0 + (double)fabsl(least) / p->eps) + 1e-15;
        for (size_t j = 0; j < p->n; j++) {
            assert_close_abs(plan[i * p->n + j], (double)(p->a[i] * row[j] / sum),
                             p->a[i] * (1e-13 + 10.0 * rounding));
        }
    }
    assert_close_abs((double)problem_total(p->n, m), total, 1e-14 * total);
}

static void check_certified(const jko_step_report *r)
{
    const double released = isfinite(r->released) ? fmax(r->released, 0.0) : r->step_cost;
    assert_at_most(r->gap, fmax(1e-6 * released, 1e-14));
}

static void step_entropic_solves_the_stored_cases(void **state)
{
    (void)state;
    expected (*const cases[])(problem *) = {case_entropic_circle_12,
                                            case_entropic_matrix_zero_mass};
    jko_t_random random = {1};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        problem p;
        double m[PROBLEM_MAX];
        jko_step_report r;
        const expected want = cases[k](&p);
        jko_flow *flow = case_run(&p, &want, JKO_OK, &r, m);
        problem_check_report(&p, flow, m, &r);
        problem_check_gap(&p, flow, m, &r, &random);
        check_potential(&p, flow, m);
        check_certified(&r);
        assert_at_most(r.marginal_error, 1e-9);
        assert_true(isnan(r.stationarity));
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* 40 random problems, eps from 1e-1 to 1e-3 of the largest cost: all converge, and all is true. */
static void step_entropic_proves_random_answers(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {20261};
    for (int k = 0; k < 40; k++) {
        problem p;
        problem_random(&p, &random, 40, k % 2 == 0 ? 10.0 : 1e3);
        p.reallocation = (jko_reallocation)(k % 3);
        const double largest =
            p.n == 1 ? 1.0 : jko_cost_max(p.cost) / (2.0 * p.tau); // reallocation adds little
        p.eps = largest * pow(10.0, -1.0 - 2.0 * jko_t_uniform(&random));
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        memcpy(m, p.a, sizeof m);
        const jko_status status = jko_flow_step(flow, p.tau, m, &r);
        print_message("problem %d of seed 20261: n %zu, s %g, eps %g of the cost, %s, gap %g, "
                      "%lld iterations\n",
                      k, p.n, p.s, p.eps / largest, jko_status_name(status), r.gap,
                      (long long)r.iterations);
        assert_int_equal(status, JKO_OK);
        check_certified(&r);
        problem_check_report(&p, flow, m, &r);
        problem_check_gap(&p, flow, m, &r, &random);
        check_potential(&p, flow, m);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* m = columns of the plan of phi = e(m), iterated in long double with damping: no proximal map. */
static void slow_fixed_point(const problem *p, long double *m)
{
    long double e[PROBLEM_MAX];
    double rounded[PROBLEM_MAX];
    for (size_t j = 0; j < p->n; j++) {
        m[j] = problem_total(p->n, p->a) / (long double)p->n;
    }
    for (int k = 0; k < 4000; k++) {
        long double next[PROBLEM_MAX] = {0.0L};
        for (size_t j = 0; j < p->n; j++) {
            rounded[j] = (double)m[j];
        }
        problem_variation(p, rounded, e);
        for (size_t i = 0; i < p->n; i++) {
            long double row[PROBLEM_MAX];
            long double sum = 0.0L;
            for (size_t j = 0; j < p->n; j++) {
                row[j] = expl(-(problem_step_cost(p, i, j) + e[j]) / p->eps);
                sum += row[j];
            }
            for (size_t j = 0; j < p->n; j++) {
                next[j] += p->a[i] * row[j] / sum;
            }
        }
        for (size_t j = 0; j < p->n; j++) {
            m[j] += 0.2L * (next[j] - m[j]);
        }
    }
}

static void step_entropic_agrees_with_a_slow_fixed_point(void **state)
{
    (void)state;
    const double exponents[] = {-0.375, 0.0, 0.0385, 0.5, 0.9};
    jko_t_random random = {9};
    for (size_t k = 0; k < 5; k++) {
        problem p = {.n = 5, .h = 0.2, .s = exponents[k], .tau = 1.0, .eps = 0.02};
        p.reallocation = (jko_reallocation)(k % 3);
        p.k = 0.01;
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = 0.1 + 0.2 * jko_t_uniform(&random);
        }
        problem_on_grid(&p, k % 2 == 0);
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        long double slow[PROBLEM_MAX];
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
        slow_fixed_point(&p, slow);
        for (size_t j = 0; j < p.n; j++) {
            assert_close_rel(m[j], (double)slow[j], 1e-10);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* Without curvature the step is one softmax a row. */
static void step_entropic_down_a_potential_is_a_softmax(void **state)
{
    (void)state;
    enum { N = 9 };
    const double eps = 0.01;
    const double tau = 0.7;
    double potential[N];
    double a[N];
    double want[N] = {0.0};
    jko_t_random random = {4};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    for (size_t i = 0; i < N; i++) {
        potential[i] = 0.1 * jko_t_uniform(&random);
        a[i] = i == 4 ? 0.0 : jko_t_exponential(&random);
    }
    assert_int_equal(jko_grid_create_line(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    assert_int_equal(jko_energy_potential(&energy, N, potential), JKO_OK);
    for (size_t i = 0; i < N; i++) {
        double row[N];
        double sum = 0.0;
        for (size_t j = 0; j < N; j++) {
            row[j] = exp(-(jko_cost_get(cost, i, j) / (2.0 * tau) + potential[j]) / eps);
            sum += row[j];
        }
        for (size_t j = 0; j < N; j++) {
            want[j] += a[i] * row[j] / sum;
        }
    }
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_ENTROPIC;
    settings.epsilon = eps;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
    assert_int_equal(jko_flow_step(flow, tau, a, NULL), JKO_OK);
    for (size_t j = 0; j < N; j++) {
        assert_close_rel(a[j], want[j], 1e-11);
    }
    jko_flow_free(flow);
    jko_cost_free(cost);
    jko_grid_free(grid);
}

/*
 * Heat: E = k sum m log(m/h) on a circle. A wave a = 1 + alpha cos(2 pi x) stays one to first
 * order in alpha, and one step multiplies it by
 *
 *     theta kappa / (1 - (1 - theta) kappa^2),    theta = eps/(k + eps),
 *
 * kappa the kernel's factor on that wave: from r = K v, m = r^theta up to a constant, v = a / K u.
 */
static void step_entropic_of_heat_damps_a_wave(void **state)
{
    (void)state;
    enum { N = 100 };
    const double k = 0.02;
    const double tau = 0.1;
    const double sigma = 0.02;
    const double eps = sigma * sigma / tau;
    const double wave = 2.0 * acos(-1.0);
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    double memory[2];
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_grid_create_circle(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    assert_int_equal(jko_energy_entropy(&energy, memory, k, 1.0 / N), JKO_OK);
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_ENTROPIC;
    settings.blur = sigma;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
    double kappa = 0.0;
    double sum = 0.0;
    double m[N];
    const double alpha = 1e-6;
    for (size_t j = 0; j < N; j++) {
        const double weight = exp(-jko_cost_get(cost, 0, j) / (2.0 * tau * eps));
        kappa += weight * cos(wave * (double)j / N);
        sum += weight;
        m[j] = (1.0 + alpha * cos(wave * (double)j / N)) / N;
    }
    kappa /= sum;
    const double theta = eps / (k + eps);
    const double factor = theta * kappa / (1.0 - (1.0 - theta) * kappa * kappa);
    double want = alpha;
    for (int step = 0; step < 5; step++) {
        assert_int_equal(jko_flow_step(flow, tau, m, NULL), JKO_OK);
        double amplitude = 0.0;
        want *= factor;
        for (size_t j = 0; j < N; j++) {
            amplitude += 2.0 * m[j] * cos(wave * (double)j / N);
        }
        assert_close_rel(amplitude, want, 1e-6);
    }
    // And the factor is the heat kernel's to first order in tau, the blur's eps/2 added to k.
    assert_close_rel(-log(factor) / tau, (k + 0.5 * eps) * wave * wave, 0.05);
    jko_flow_free(flow);
    jko_cost_free(cost);
    jko_grid_free(grid);
}

/* Even weights and even masses: by symmetry nothing changes. */
static void step_entropic_keeps_the_uniform(void **state)
{
    (void)state;
    problem p = {.n = 50, .h = 0.02, .s = 0.0385, .tau = 0.1, .eps = 0.004};
    for (size_t i = 0; i < p.n; i++) {
        p.w[i] = 1.0;
        p.a[i] = 0.02;
    }
    problem_on_grid(&p, true);
    jko_flow *flow = problem_flow(&p);
    double m[PROBLEM_MAX];
    memcpy(m, p.a, sizeof m);
    for (int step = 0; step < 10; step++) {
        assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
    }
    for (size_t i = 0; i < p.n; i++) {
        assert_close_rel(m[i], 0.02, 1e-13);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* On a circle, what is turned by whole cells before the step is turned so after it. */
static void step_entropic_turns_with_the_circle(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_entropic_circle_12(&p);
    jko_flow_free(case_run(&p, &want, JKO_OK, &r, m));
    for (size_t turn = 1; turn < p.n; turn++) {
        problem q = p;
        for (size_t i = 0; i < p.n; i++) {
            q.a[(i + turn) % p.n] = p.a[i];
            q.w[(i + turn) % p.n] = p.w[i];
        }
        problem_make_energy(&q);
        jko_flow *flow = problem_flow(&q);
        double turned[PROBLEM_MAX];
        memcpy(turned, q.a, sizeof turned);
        assert_int_equal(jko_flow_step(flow, q.tau, turned, NULL), JKO_OK);
        for (size_t i = 0; i < p.n; i++) {
            assert_close_rel(turned[(i + turn) % p.n], m[i], 1e-11);
        }
        jko_flow_free(flow);
        jko_economy_free(q.economy);
    }
    problem_free(&p);
}

/* A fixed epsilon and tau -> 0: nothing has time to move. */
static void step_entropic_of_no_length_moves_nothing(void **state)
{
    (void)state;
    problem p;
    (void)case_entropic_circle_12(&p);
    p.tau = 1e-9;
    p.eps = 1e-3;
    jko_flow *flow = problem_flow(&p);
    double m[PROBLEM_MAX];
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
    for (size_t i = 0; i < p.n; i++) {
        assert_close_rel(m[i], p.a[i], 1e-14);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* As epsilon falls the entropic objective without its entropy comes down to the exact one. */
static void step_entropic_tends_to_the_exact_step(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_atoms_circle_long_step(&p);
    jko_flow_free(case_run(&p, &want, JKO_OK, &r, m));
    double last = INFINITY;
    for (p.eps = 1e-3; p.eps > 1e-6; p.eps *= 0.3) {
        jko_flow *flow = problem_flow(&p);
        double blurred[PROBLEM_MAX];
        jko_step_report report = {.struct_size = sizeof report};
        memcpy(blurred, p.a, sizeof blurred);
        assert_int_equal(jko_flow_step(flow, p.tau, blurred, &report), JKO_OK);
        const double excess = report.step_cost + report.energy_after - r.objective;
        assert_true(excess >= -1e-12 && excess <= last);
        last = excess;
        jko_flow_free(flow);
    }
    assert_at_most(last, 8.0 * 3e-6); // eps times the log of the cells
    problem_free(&p);
}

/* Masses of 1e-300, and a total of 1e8 or 1e-8 with the cells to match. */
static void step_entropic_takes_any_total_and_the_lightest_mass(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r;
    const expected want = case_entropic_circle_12(&p);
    jko_flow_free(case_run(&p, &want, JKO_OK, &r, m));
    const double factors[] = {2.5, 1e-8, 1e8};
    for (size_t k = 0; k < 3; k++) {
        // E moves by a constant, so costs and eps divided by the factor give the same step.
        problem q = p;
        q.tau = p.tau * factors[k];
        q.eps = p.eps / factors[k];
        q.h = p.h * factors[k];
        for (size_t i = 0; i < p.n; i++) {
            q.a[i] = p.a[i] * factors[k];
        }
        problem_make_energy(&q);
        jko_flow *flow = problem_flow(&q);
        double scaled[PROBLEM_MAX];
        memcpy(scaled, q.a, sizeof scaled);
        assert_int_equal(jko_flow_step(flow, q.tau, scaled, NULL), JKO_OK);
        for (size_t i = 0; i < p.n; i++) {
            assert_close_rel(scaled[i] / factors[k], m[i], 1e-8);
        }
        jko_flow_free(flow);
        jko_economy_free(q.economy);
    }
    p.a[3] = 1e-300;
    p.a[7] = 5e-324;
    jko_t_random random = {3};
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    r = (jko_step_report){.struct_size = sizeof r};
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
    check_certified(&r);
    problem_check_gap(&p, flow, m, &r, &random);
    jko_flow_free(flow);
    problem_free(&p);
}

/* A cell empty before and all but unreachable: its mass is nothing to the marginals, but all to the
   certificate. Once the step stalled on it, with a gap of 14. */
static void step_entropic_proves_cells_of_next_to_no_mass(void **state)
{
    (void)state;
    problem p = {.n = 2, .h = 0.5, .s = 0.9, .tau = 0.1158, .eps = 0.0615};
    p.w[0] = 0.687;
    p.w[1] = 1.056;
    p.a[0] = 1.0;
    p.d[1] = p.d[2] = 0.911;
    problem_on_matrix(&p);
    jko_t_random random = {8};
    jko_flow *flow = problem_flow(&p);
    double m[PROBLEM_MAX];
    jko_step_report r = {.struct_size = sizeof r};
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
    check_certified(&r);
    problem_check_gap(&p, flow, m, &r, &random);
    // eps (log m_1 - log a_0) = -c_01 - e_1 + c_00 + e_0, and e_1 ~ m_1^(s - 1).
    long double e[PROBLEM_MAX];
    problem_variation(&p, m, e);
    const double want = (double)(e[0] - e[1] - problem_step_cost(&p, 0, 1)) / p.eps;
    // A relative error of d in so light a cell adds eps m_1 d^2/2 to the gap: 1e-25 at d = 1e-3.
    assert_close_abs(log(m[1]), want, 1e-3);
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_entropic_solves_the_stored_cases),
        cmocka_unit_test(step_entropic_proves_random_answers),
        cmocka_unit_test(step_entropic_agrees_with_a_slow_fixed_point),
        cmocka_unit_test(step_entropic_down_a_potential_is_a_softmax),
        cmocka_unit_test(step_entropic_of_heat_damps_a_wave),
        cmocka_unit_test(step_entropic_keeps_the_uniform),
        cmocka_unit_test(step_entropic_turns_with_the_circle),
        cmocka_unit_test(step_entropic_of_no_length_moves_nothing),
        cmocka_unit_test(step_entropic_tends_to_the_exact_step),
        cmocka_unit_test(step_entropic_takes_any_total_and_the_lightest_mass),
        cmocka_unit_test(step_entropic_proves_cells_of_next_to_no_mass),
    };
    return cmocka_run_group_tests_name("jko/step_entropic", tests, NULL, NULL);
}
