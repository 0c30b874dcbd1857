// SPDX-License-Identifier: BSD-3-Clause
/*
 * Closed forms and identities of transport, through the public interface.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#include <float.h>

static double exact_cost(instance *t)
{
    jko_ot_report report;
    assert_int_equal(instance_solve(t, NULL, &report), JKO_OK);
    instance_check_exact(t, &report, 1e-12);
    return report.transport_cost;
}

static instance on_grid(size_t n, double length, bool circle)
{
    jko_grid *grid = NULL;
    instance t = instance_create(n, n);
    assert_int_equal((circle ? jko_grid_create_circle : jko_grid_create_line)(&grid, n, length),
                     JKO_OK);
    assert_int_equal(jko_cost_create_squared(&t.cost, grid, grid), JKO_OK);
    jko_grid_free(grid);
    return t;
}

// A Dirac moved by d costs d squared a unit of mass; on the circle the shorter way round.
static void identity_dirac_costs_squared_distance(void **state)
{
    (void)state;
    for (int circle = 0; circle <= 1; circle++) {
        instance t = on_grid(16, 1.0, circle != 0);
        t.a[1] = 2.0;
        t.b[13] = 2.0;
        t.total = 2.0;
        const double distance = circle ? 0.25 : 0.75;
        assert_close_abs(exact_cost(&t), 2.0 * distance * distance, 0.0);
        instance_free(&t);
    }
}

// One cell on each side, the smallest problem, by every method.
static void identity_single_cell_costs_mass_times_cost(void **state)
{
    (void)state;
    for (int method = JKO_OT_AUTO; method <= JKO_OT_SHORTLIST; method++) {
        if (method == JKO_OT_MONOTONE || (method == JKO_OT_LP && !jko_i_lp_exists())) {
            continue;
        }
        const double matrix[] = {-2.5};
        jko_ot_settings s;
        jko_ot_report report;
        instance t = instance_create(1, 1);
        jko_ot_settings_default(&s);
        s.method = (jko_ot_method)method;
        assert_int_equal(jko_cost_create_matrix(&t.cost, 1, 1, matrix), JKO_OK);
        t.a[0] = t.b[0] = t.total = 1e-300;
        assert_int_equal(instance_solve(&t, &s, &report), JKO_OK);
        assert_close_rel(report.transport_cost, -2.5e-300, 1e-14);
        assert_close_rel(report.lower, -2.5e-300, 1e-14);
        assert_close_abs(t.plan[0], 1e-300, 1e-314);
        instance_free(&t);
    }
}

// A Dirac against any measure has one plan.
static void identity_dirac_source_has_one_plan(void **state)
{
    (void)state;
    jko_t_random random = {21};
    instance t = instance_random(1, 50, INSTANCE_PLAIN, &random);
    double value = 0.0;
    for (size_t j = 0; j < 50; j++) {
        value += t.b[j] * jko_cost_get(t.cost, 0, j);
    }
    assert_close_rel(exact_cost(&t), value, 1e-14);
    instance_free(&t);
}

// A cloud moved by h costs |h|^2 times its mass.
static void identity_translation_costs_squared_length(void **state)
{
    (void)state;
    jko_t_random random = {22};
    double from[60];
    double to[60];
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    instance t = instance_create(30, 30);
    for (size_t k = 0; k < 60; k++) {
        from[k] = (double)jko_t_integer(&random, 1024) / 1024.0;
        to[k] = from[k] + (k % 2 == 0 ? 0.375 : -0.125);
    }
    for (size_t i = 0; i < 30; i++) {
        t.a[i] = t.b[i] = jko_t_exponential(&random);
        t.total += t.a[i];
    }
    assert_int_equal(jko_grid_create_points(&source, 30, 2, from, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, 30, 2, to, NULL), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&t.cost, source, target), JKO_OK);
    assert_close_rel(exact_cost(&t), 0.15625 * t.total, 1e-13);
    jko_grid_free(source);
    jko_grid_free(target);
    instance_free(&t);
}

static void fill(instance *t, unsigned long long seed)
{
    jko_t_random random = {seed};
    for (size_t i = 0; i < t->m; i++) {
        t->a[i] = jko_t_integer(&random, 4) == 0 ? 0.0 : jko_t_exponential(&random);
    }
    for (size_t j = 0; j < t->n; j++) {
        t->b[j] = jko_t_integer(&random, 4) == 0 ? 0.0 : jko_t_exponential(&random);
    }
    instance_balance(t);
}

static void identity_equal_measures_cost_nothing(void **state)
{
    (void)state;
    for (int circle = 0; circle <= 1; circle++) {
        instance t = on_grid(64, 1.0, circle != 0);
        fill(&t, 23);
        memcpy(t.b, t.a, 64 * sizeof *t.a);
        assert_close_abs(exact_cost(&t), 0.0, 0.0);
        instance_free(&t);
    }
}

// Turning both by the same number of cells changes nothing on the circle.
static void identity_shift_by_cells_keeps_cost(void **state)
{
    (void)state;
    const size_t n = 48;
    instance t = on_grid(n, 3.0, true);
    instance u = on_grid(n, 3.0, true);
    fill(&t, 24);
    u.total = t.total;
    const double value = exact_cost(&t);
    for (size_t shift = 1; shift < n; shift += 11) {
        for (size_t i = 0; i < n; i++) {
            u.a[(i + shift) % n] = t.a[i];
            u.b[(i + shift) % n] = t.b[i];
        }
        assert_close_rel(exact_cost(&u), value, 1e-13);
    }
    instance_free(&t);
    instance_free(&u);
}

// Lengths times 4 multiply the cost by 16, exactly: powers of two round nothing.
static void identity_scaled_length_scales_cost_squared(void **state)
{
    (void)state;
    instance t = on_grid(32, 1.0, true);
    instance u = on_grid(32, 4.0, true);
    fill(&t, 25);
    fill(&u, 25);
    assert_close_abs(exact_cost(&u), 16.0 * exact_cost(&t), 0.0);
    instance_free(&t);
    instance_free(&u);
}

// Six cells moved by four: the monotone plan moves each by four, 6 * 16; leaving the two that
// overlap in place would cost 4 * 36.
static void identity_line_monotone_plan_by_hand(void **state)
{
    (void)state;
    instance t = on_grid(10, 10.0, false); // cells of width 1
    for (size_t i = 0; i < 6; i++) {
        t.a[i] = 1.0;
        t.b[i + 4] = 1.0;
    }
    t.total = 6.0;
    assert_close_abs(exact_cost(&t), 6.0 * 16.0, 0.0);
    instance_free(&t);
}

// W2 is a distance: the triangle inequality for its square root.
static void identity_triangle_inequality(void **state)
{
    (void)state;
    for (unsigned long long seed = 30; seed < 40; seed++) {
        instance t = on_grid(24, 1.0, true);
        instance u = on_grid(24, 1.0, true);
        fill(&t, seed);
        fill(&u, seed + 100);
        for (size_t i = 0; i < 24; i++) {
            u.b[i] *= t.total / u.total;
        }
        memcpy(u.a, t.b, 24 * sizeof *t.b);
        u.total = t.total;
        const double ab = sqrt(exact_cost(&t));
        const double bc = sqrt(exact_cost(&u));
        memcpy(t.b, u.b, 24 * sizeof *t.b);
        const double ac = sqrt(exact_cost(&t));
        assert_at_most(ac, (ab + bc) * (1.0 + 1e-12));
        instance_free(&t);
        instance_free(&u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_dirac_costs_squared_distance),
        cmocka_unit_test(identity_single_cell_costs_mass_times_cost),
        cmocka_unit_test(identity_dirac_source_has_one_plan),
        cmocka_unit_test(identity_translation_costs_squared_length),
        cmocka_unit_test(identity_equal_measures_cost_nothing),
        cmocka_unit_test(identity_shift_by_cells_keeps_cost),
        cmocka_unit_test(identity_scaled_length_scales_cost_squared),
        cmocka_unit_test(identity_line_monotone_plan_by_hand),
        cmocka_unit_test(identity_triangle_inequality),
    };
    return cmocka_run_group_tests_name("ot/identities", tests, NULL, NULL);
}
