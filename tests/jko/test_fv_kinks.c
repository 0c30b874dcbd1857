// SPDX-License-Identifier: BSD-3-Clause
/*
 * The finite-volume step with a cost of reallocation. Truth: the bound by the conjugates of E and of
 * the cost of a face, worked out here in long double; no other fluxes do better than the gap allows;
 * large costs stop everything; the law of motion of docs/theory.md holds face by face.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fv_problem.h"
#include "support/close.h"

static const double exponents[] = {-0.375, 0.0, 0.0384615, 0.9};

// c(d) of docs/theory.md.
static long double cost_of_way(const problem *p, long double d)
{
    const long double plain = d * d / (2.0L * p->tau);
    const long double k = p->k;
    if (p->reallocation == JKO_REALLOCATION_SOFT) {
        return plain + k * fabsl(d);
    }
    return fabsl(d) <= k * p->tau ? k * fabsl(d) : plain + k * k * p->tau / 2.0L;
}

// c*(slope)
static long double conjugate_of_way(const problem *p, long double slope)
{
    const long double over = fabsl(slope) - p->k;
    if (over <= 0.0L) {
        return 0.0L;
    }
    return p->reallocation == JKO_REALLOCATION_SOFT
               ? p->tau * over * over / 2.0L
               : p->tau * (slope * slope - (long double)p->k * p->k) / 2.0L;
}

// Cost of fluxes that lead from a to m, on a line.
static long double cost_to(const problem *p, const double *m)
{
    long double flux = 0.0L;
    long double sum = 0.0L;
    for (size_t e = 0; e + 1 < p->n; e++) {
        const long double rho = fv_density_at(p, false, e);
        flux += (long double)p->a[e] - m[e];
        sum += p->h * rho * cost_of_way(p, flux / rho);
    }
    return sum;
}

static long double bound(const problem *p, bool circle, const double *e)
{
    long double phi[PROBLEM_MAX];
    long double value = 0.0L;
    for (size_t i = 0; i < p->n; i++) {
        phi[i] = e[i];
        value += phi[i] * p->a[i];
    }
    for (size_t i = 0; i < p->n; i++) {
        const long double slope = (phi[(i + 1) % p->n] - phi[i]) / p->h;
        const long double rho = fv_density_at(p, circle, i);
        value -= rho > 0.0L ? p->h * rho * conjugate_of_way(p, slope) : 0.0L;
    }
    return value - problem_conjugate(p, phi);
}

static void check_step(const problem *p, bool circle, jko_t_random *random)
{
    jko_flow *flow = fv_flow(p, circle);
    jko_step_report report = {.struct_size = sizeof report};
    double m[PROBLEM_MAX];
    double phi[PROBLEM_MAX];
    memcpy(m, p->a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p->tau, m, &report), JKO_OK);
    assert_int_equal(jko_flow_get_potential(flow, phi), JKO_OK);
    assert_true(report.gap >= 0.0 && report.gap <= fmax(1e-10 * report.released, 1e-15));
    assert_true(report.released >= report.step_cost - 1e-15);
    assert_close_abs((double)problem_total(p->n, m), (double)problem_total(p->n, p->a), 1e-15);
    const long double energy = problem_energy(p, m);
    const double rounding = 1e-15 * (fabs((double)energy) + 1.0);
    const long double objective = energy + (circle ? (long double)report.step_cost : cost_to(p, m));
    assert_close_abs(report.objective, (double)objective, rounding);
    assert_close_abs((double)(objective - bound(p, circle, phi)), report.gap, rounding);
    for (int trial = 0; trial < 20 && !circle; trial++) {
        double other[PROBLEM_MAX];
        double sum = 0.0;
        const double size = trial % 2 == 0 ? 0.01 : 1e-5;
        for (size_t j = 0; j < p->n; j++) {
            other[j] = m[j] * (1.0 + size * (jko_t_uniform(random) - 0.5));
            sum += other[j];
        }
        for (size_t j = 0; j < p->n; j++) {
            other[j] *= (double)problem_total(p->n, p->a) / sum;
        }
        assert_true(problem_energy(p, other) + cost_to(p, other) >=
                    objective - (long double)report.gap - 1e-16L);
    }
    jko_flow_free(flow);
}

static void steps_are_proved_and_best(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 4, 17, 64};
    static const double taus[] = {1e-3, 0.1, 5.0};
    static const double costs[] = {0.0, 0.002, 0.05, 1.0};
    jko_t_random random = {51};
    jko_t_need_long_double();
    for (size_t k = 0; k < 6 * 3 * 4 * 4; k++) {
        problem p =
            fv_random_problem(&random, sizes[k % 6], exponents[k / 6 % 4], taus[k / 24 % 3]);
        p.k = costs[k / 72];
        for (int kind = JKO_REALLOCATION_SOFT; kind <= JKO_REALLOCATION_HULL; kind++) {
            p.reallocation = (jko_reallocation)kind;
            check_step(&p, false, &random);
            check_step(&p, true, &random);
        }
        problem_free(&p);
    }
}

static void nothing_moves_at_a_high_cost(void **state)
{
    (void)state;
    jko_t_random random = {52};
    for (int kind = JKO_REALLOCATION_SOFT; kind <= JKO_REALLOCATION_HULL; kind++) {
        problem p = fv_random_problem(&random, 20, 0.0384615, 0.1);
        double m[PROBLEM_MAX];
        double e[PROBLEM_MAX];
        double value = 0.0;
        double steepest = 0.0;
        jko_step_report report = {.struct_size = sizeof report};
        assert_int_equal(p.energy.eval(p.energy.user, p.n, p.a, &value, e), 0);
        for (size_t i = 0; i < p.n; i++) {
            steepest = fmax(steepest, fabs(e[(i + 1) % p.n] - e[i]) / p.h);
        }
        p.reallocation = (jko_reallocation)kind;
        for (int more = 0; more < 2; more++) {
            p.k = steepest * (more != 0 ? 1.0001 : 0.9999);
            jko_flow *flow = fv_flow(&p, true);
            memcpy(m, p.a, sizeof m);
            assert_int_equal(jko_flow_step(flow, p.tau, m, &report), JKO_OK);
            bool moved = false;
            for (size_t i = 0; i < p.n; i++) {
                moved = moved || m[i] != p.a[i];
            }
            assert_true(moved == (more == 0));
            assert_true(more == 0 || report.gap == 0.0);
            jko_flow_free(flow);
        }
        problem_free(&p);
    }
}

static void a_cost_of_nothing_is_none(void **state)
{
    (void)state;
    jko_t_random random = {53};
    for (size_t k = 0; k < 8; k++) {
        problem p = fv_random_problem(&random, 30, exponents[k % 4], 0.1);
        double m[3][PROBLEM_MAX];
        for (int kind = 0; kind < 3; kind++) {
            p.reallocation = (jko_reallocation)kind;
            p.k = 0.0;
            jko_flow *flow = fv_flow(&p, k < 4);
            memcpy(m[kind], p.a, sizeof m[kind]);
            assert_int_equal(jko_flow_step(flow, p.tau, m[kind], NULL), JKO_OK);
            jko_flow_free(flow);
        }
        for (size_t i = 0; i < p.n; i++) {
            assert_close_abs(m[1][i], m[0][i], 1e-7 * p.h);
            assert_close_abs(m[2][i], m[0][i], 1e-7 * p.h);
        }
        problem_free(&p);
    }
}

static void energies_without_parts_take_it_too(void **state)
{
    (void)state;
    jko_t_random random = {54};
    for (size_t k = 0; k < 8; k++) {
        problem p = fv_random_problem(&random, 12, exponents[k % 4], 0.1);
        double m[2][PROBLEM_MAX];
        p.reallocation = k < 4 ? JKO_REALLOCATION_SOFT : JKO_REALLOCATION_HULL;
        p.k = 0.03;
        for (int way = 0; way < 2; way++) {
            p.energy.hessian_parts = way == 0 ? p.energy.hessian_parts : NULL;
            jko_flow *flow = fv_flow(&p, k % 2 == 0);
            memcpy(m[way], p.a, sizeof m[way]);
            assert_int_equal(jko_flow_step(flow, p.tau, m[way], NULL), JKO_OK);
            jko_flow_free(flow);
        }
        for (size_t i = 0; i < p.n; i++) {
            assert_close_abs(m[1][i], m[0][i], 1e-7 * p.h);
        }
        problem_free(&p);
    }
}

static void hard_costs_are_refused(void **state)
{
    (void)state;
    jko_t_random random = {55};
    problem p = fv_random_problem(&random, 4, 0.5, 0.1);
    jko_grid *grid = NULL;
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_FV;
    settings.reallocation = JKO_REALLOCATION_HARD;
    assert_int_equal(jko_grid_create_line(&grid, 4, 1.0), JKO_OK);
    assert_int_equal(jko_flow_create_1d(&flow, grid, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    assert_non_null(strstr(jko_error_detail(), "hull"));
    jko_grid_free(grid);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_proved_and_best),
        cmocka_unit_test(nothing_moves_at_a_high_cost),
        cmocka_unit_test(a_cost_of_nothing_is_none),
        cmocka_unit_test(energies_without_parts_take_it_too),
        cmocka_unit_test(hard_costs_are_refused),
    };
    return cmocka_run_group_tests_name("jko/fv_kinks", tests, NULL, NULL);
}
