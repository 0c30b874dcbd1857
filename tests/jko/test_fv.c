// SPDX-License-Identifier: BSD-3-Clause
/*
 * The finite-volume step. Truth: the bound by the conjugate, worked out here in long double; no
 * other fluxes may do better than the gap allows; the heat equation, whose step is one linear
 * system; and the same answer whatever the energy tells of its Hessian.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fv_problem.h"
#include "support/close.h"

#define MOST PROBLEM_MAX

static const double exponents[] = {-3.0, -0.375, 0.0, 1e-6, 0.0384615, 0.5, 0.9, 1.0};
#define EXPONENTS (sizeof exponents / sizeof *exponents)

// r of the face between i and i + 1; 0 at the end of a line.
static long double weight_of(const problem *p, bool circle, size_t e)
{
    const long double rho = fv_density_at(p, circle, e);
    return rho > 0.0L ? p->h / (p->tau * rho) : 0.0L;
}

// The least cost of fluxes that lead from a to m.
static long double least_cost(const problem *p, bool circle, const double *m)
{
    long double flux = 0.0L;
    long double square = 0.0L;
    long double first = 0.0L;
    long double weights = 0.0L;
    for (size_t e = 0; e < p->n; e++) {
        const long double r = weight_of(p, circle, e);
        flux += (long double)p->a[e] - m[e];
        square += r * flux * flux;
        first += r * flux;
        weights += r;
    }
    return (square - (circle && weights > 0.0L ? first * first / weights : 0.0L)) / 2.0L;
}

// The bound of docs/theory.md at the potential phi < 0, by the conjugate.
static long double bound(const problem *p, bool circle, const long double *phi)
{
    long double value = -problem_conjugate(p, phi);
    for (size_t e = 0; e < p->n; e++) {
        const long double r = weight_of(p, circle, e);
        const long double slope = phi[(e + 1) % p->n] - phi[e];
        value += phi[e] * p->a[e] - (r > 0.0L ? slope * slope / (2.0L * r) : 0.0L);
    }
    return value;
}

static void check_step(problem *p, bool circle, jko_t_random *random)
{
    jko_flow *flow = fv_flow(p, circle);
    jko_step_report report = {.struct_size = sizeof report};
    double m[MOST];
    double phi[MOST];
    long double e[MOST];
    memcpy(m, p->a, sizeof m);
    const jko_status status = jko_flow_step(flow, p->tau, m, &report);
    // For s = 1 cells empty, and rounding of masses near 0 ends the barrier's way.
    assert_true(status == JKO_OK || (p->s == 1.0 && status == JKO_STALLED));
    assert_close_abs((double)problem_total(p->n, m), (double)problem_total(p->n, p->a), 1e-15);
    const long double objective = problem_energy(p, m) + least_cost(p, circle, m);
    assert_close_abs(report.objective, (double)objective, 1e-14 * fabs((double)objective) + 1e-16);
    assert_close_abs(report.transport_cost, (double)(2.0L * p->tau * least_cost(p, circle, m)),
                     1e-13);
    assert_true(report.gap <= fmax((p->s < 1.0 ? 1e-11 : 1e-8) * report.released, 1e-16));
    assert_true(report.iterations <= (p->s < 1.0 ? 40 : 1000));
    // The gap reported is what the conjugate gives at the potential, which is dE/dm for s < 1.
    assert_int_equal(jko_flow_get_potential(flow, phi), JKO_OK);
    for (size_t j = 0; j < p->n; j++) {
        e[j] = phi[j];
    }
    const double rounding = 1e-15 * fabs((double)objective) + 1e-17;
    const double gap = (double)(objective - bound(p, circle, e));
    assert_true(gap <= report.gap + rounding);
    assert_true(p->s == 1.0 || gap >= report.gap - rounding);
    // Nor does any other state do better.
    for (int trial = 0; trial < 20; trial++) {
        double other[MOST];
        double sum = 0.0;
        for (size_t j = 0; j < p->n; j++) {
            other[j] = m[j] * (1.0 + 0.01 * (jko_t_uniform(random) - 0.5));
            sum += other[j];
        }
        for (size_t j = 0; j < p->n; j++) {
            other[j] *= (double)problem_total(p->n, p->a) / sum;
        }
        const long double theirs = problem_energy(p, other) + least_cost(p, circle, other);
        assert_true(theirs >= objective - (long double)report.gap - 1e-17L);
    }
    jko_flow_free(flow);
}

static void steps_are_proved_and_best(void **state)
{
    (void)state;
    jko_t_random random = {41};
    jko_t_need_long_double();
    static const size_t sizes[] = {1, 2, 3, 4, 17, 64};
    static const double taus[] = {1e-4, 0.01, 0.1, 10.0};
    for (size_t k = 0; k < 6 * 4 * EXPONENTS; k++) {
        problem p = fv_random_problem(&random, sizes[k % 6], exponents[k / 24], 0.01);
        p.tau = taus[k / 6 % 4];
        check_step(&p, false, &random);
        check_step(&p, true, &random);
        problem_free(&p);
    }
}

// One step of the heat equation with entropy is (I - tau k L) m = a up to the mobility: at the
// uniform density perturbed by little, implicit Euler of the heat equation.
static void small_waves_decay_as_the_heat_equation(void **state)
{
    (void)state;
    const size_t n = 64;
    const double h = 1.0 / 64.0;
    const double amplitude = 1e-6;
    double memory[2];
    jko_energy energy = {.struct_size = sizeof energy};
    problem p = {.n = n, .h = h};
    jko_step_report report = {.struct_size = sizeof report};
    double m[64];
    assert_int_equal(jko_energy_entropy(&energy, memory, 0.3, h), JKO_OK);
    p.energy = energy;
    jko_flow *flow = fv_flow(&p, true);
    for (size_t i = 0; i < n; i++) {
        m[i] = h * (1.0 + amplitude * cos(2.0 * acos(-1.0) * (double)i * h));
    }
    assert_int_equal(jko_flow_step(flow, 0.05, m, &report), JKO_OK);
    const double rate = 0.3 * (2.0 - 2.0 * cos(2.0 * acos(-1.0) * h)) / (h * h);
    for (size_t i = 0; i < n; i++) {
        const double want = amplitude / (1.0 + 0.05 * rate) * cos(2.0 * acos(-1.0) * (double)i * h);
        assert_close_abs(m[i] / h - 1.0, want, 2.0 * amplitude * amplitude);
    }
    jko_flow_free(flow);
}

static void all_ways_to_the_hessian_agree(void **state)
{
    (void)state;
    jko_t_random random = {43};
    for (size_t k = 0; k < 2 * EXPONENTS; k++) {
        problem p = fv_random_problem(&random, 12, exponents[k / 2], 0.01);
        double m[3][MOST];
        for (int way = 0; way < 3; way++) {
            p.energy.hessian_parts = way == 0 ? p.energy.hessian_parts : NULL;
            p.energy.hessian_product = way == 2 ? NULL : p.energy.hessian_product;
            jko_flow *flow = fv_flow(&p, k % 2 == 0);
            memcpy(m[way], p.a, sizeof m[way]);
            assert_int_equal(jko_flow_step(flow, 0.05, m[way], NULL), JKO_OK);
            jko_flow_free(flow);
        }
        for (size_t i = 0; i < p.n; i++) {
            assert_close_abs(m[1][i], m[0][i], 1e-8 * p.h);
            assert_close_abs(m[2][i], m[0][i], 1e-8 * p.h);
        }
        problem_free(&p);
    }
}

static void empty_cells_beside_mass_are_filled(void **state)
{
    (void)state;
    jko_t_random random = {44};
    for (size_t k = 0; k < 2 * EXPONENTS; k++) {
        problem p = fv_random_problem(&random, 9, exponents[k / 2], 0.01);
        jko_step_report report = {.struct_size = sizeof report};
        p.a[0] = p.a[4] = p.a[5] = 0.0;
        jko_flow *flow = fv_flow(&p, k % 2 == 0);
        assert_int_equal(jko_flow_step(flow, 0.05, p.a, &report), JKO_OK);
        assert_true(report.min_mass > 0.0 || p.s == 1.0);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

static void what_it_cannot_do_is_refused(void **state)
{
    (void)state;
    jko_t_random random = {45};
    problem p = fv_random_problem(&random, 9, 0.5, 0.01);
    double kept[MOST];
    double plan[MOST * MOST];
    jko_flow *flow = fv_flow(&p, true);
    p.a[3] = p.a[4] = p.a[5] = 0.0;
    memcpy(kept, p.a, sizeof kept);
    assert_int_equal(jko_flow_step(flow, 0.05, p.a, NULL), JKO_ERR_UNSUPPORTED);
    assert_non_null(strstr(jko_error_detail(), "cell 4"));
    assert_same_bits(MOST, p.a, kept);
    p.a[4] = -1.0;
    assert_int_equal(jko_flow_step(flow, 0.05, p.a, NULL), JKO_ERR_NEGATIVE_MASS);
    p.a[4] = 0.1;
    assert_int_equal(jko_flow_step(flow, 0.0, p.a, NULL), JKO_ERR_TAU);
    assert_int_equal(jko_flow_step(flow, 1e-320, p.a, NULL), JKO_ERR_TAU);
    assert_int_equal(jko_flow_step(flow, 0.05, p.a, NULL), JKO_OK);
    assert_int_equal(jko_flow_get_plan(flow, plan), JKO_ERR_UNSUPPORTED);
    jko_flow_free(flow);

    jko_grid *points = NULL;
    jko_grid *line = NULL;
    jko_cost *cost = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_FV;
    assert_int_equal(jko_grid_create_points(&points, 9, 1, kept, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_line(&line, 9, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, line, line), JKO_OK);
    assert_int_equal(jko_flow_create_1d(&flow, points, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    assert_null(flow);
    assert_int_equal(jko_flow_create(&flow, cost, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    p.energy.size = 10;
    assert_int_equal(jko_flow_create_1d(&flow, line, &p.energy, &settings), JKO_ERR_SHAPE);
    p.energy.size = 9;
    p.energy.convex = false;
    assert_int_equal(jko_flow_create_1d(&flow, line, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    p.energy.convex = true;
    settings.method = JKO_STEP_ATOMS;
    assert_int_equal(jko_flow_create_1d(&flow, line, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    jko_cost_free(cost);
    jko_grid_free(points);
    jko_grid_free(line);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_proved_and_best),
        cmocka_unit_test(small_waves_decay_as_the_heat_equation),
        cmocka_unit_test(all_ways_to_the_hessian_agree),
        cmocka_unit_test(empty_cells_beside_mass_are_filled),
        cmocka_unit_test(what_it_cannot_do_is_refused),
    };
    return cmocka_run_group_tests_name("jko/fv", tests, NULL, NULL);
}
