// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/walk.c and its use: cells, masses and costs near the least that can be told apart,
 * and what is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance_1d.h"

// All of it is 2^60 units. Two cells end within a unit of each other, half a unit to both sides.
static void walk_counts_a_cell_that_is_lost_between_two_halves_of_units(void **state)
{
    (void)state;
    const double a[] = {5.5 - 0x1p-40, 0x1p-39, 0x1p60 - 128.0, 122.5};
    const double x[] = {0.0, 0.125, 0.25, 0.375};
    const double y = 0.5;
    for (int circle = 0; circle < 2; circle++) {
        instance_1d p = instance_1d_create(4, 1, circle ? 1.0 : 0.0, 2.0);
        memcpy(p.t.a, a, sizeof a);
        memcpy(p.x, x, sizeof x);
        p.t.b[0] = 0x1p60;
        p.y[0] = y;
        p.t.total = 0x1p60;
        instance_1d_make_cost(&p);
        jko_ot *ot = NULL;
        size_t count = 0;
        assert_int_equal(jko_ot_create_1d(&ot, 4, p.x, 1, p.y, p.period, 2.0, NULL), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, p.t.a, p.t.b, p.t.plan, NULL), JKO_OK);
        assert_int_equal(jko_ot_get_arcs(ot, &count, NULL, NULL, NULL), JKO_OK);
        assert_int_equal(count, 4);
        instance_1d_check_arcs(&p.t, ot);
        assert_same_bits(4, p.t.plan, a);
        jko_ot_free(ot);
        instance_1d_free(&p);
    }
}

// A unit, 2^-60 of the total, is below the least double then.
static void walk_leaves_totals_too_small_for_units(void **state)
{
    (void)state;
    jko_t_random random = {11};
    for (int k = 0; k < 60; k++) {
        const double total = pow(10.0, -265.0 - (double)(k % 40));
        instance_1d p =
            instance_1d_random(20, k % 2 == 0 ? 0.0 : 100.0, 2.0, INSTANCE_1D_PLAIN, &random);
        instance *t = &p.t;
        for (size_t i = 0; i < t->m; i++) {
            t->a[i] *= total;
        }
        for (size_t j = 0; j < t->n; j++) {
            t->b[j] *= total;
        }
        jko_ot *ot = NULL;
        jko_ot_report report = {.struct_size = sizeof report};
        assert_int_equal(jko_ot_create_1d(&ot, t->m, p.x, t->n, p.y, p.period, 2.0, NULL), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, t->a, t->b, t->plan, &report), JKO_OK);
        assert_at_most(report.plan_error, 1e-14 * t->total * total);
        assert_at_most(report.gap, 1e-14 * jko_cost_max(t->cost) * t->total * total);
        assert_true(report.gap >= 0.0);
        instance_1d_check_arcs(t, ot);
        jko_ot_free(ot);
        instance_1d_free(&p);
    }
}

// Squares of distances have few digits, and products with masses fewer.
static void bounds_hold_where_costs_underflow(void **state)
{
    (void)state;
    jko_t_random random = {12};
    int some = 0;
    for (int k = 0; k < 400; k++) {
        const double length = pow(10.0, -150.0 - 10.0 * jko_t_uniform(&random));
        const double total = pow(10.0, -20.0 + 120.0 * jko_t_uniform(&random));
        double x[10];
        double y[10];
        double a[10];
        double b[10];
        for (size_t i = 0; i < 10; i++) {
            x[i] = length * jko_t_uniform(&random);
            y[i] = length * jko_t_uniform(&random);
            a[i] = b[9 - i] = total * jko_t_exponential(&random);
        }
        jko_ot *ot = NULL;
        jko_ot_report report = {.struct_size = sizeof report};
        const double period = k % 2 == 0 ? 0.0 : length;
        assert_int_equal(jko_ot_create_1d(&ot, 10, x, 10, y, period, 2.0, NULL), JKO_OK);
        assert_true(jko_ot_solve(ot, a, b, NULL, &report) >= 0);
        assert_true(report.gap >= 0.0);
        some += report.upper > 0.0;
        jko_ot_free(ot);
    }
    assert_true(some > 200);
}

// Each number once, also where one search for the cut leaves it to the other.
static int follow(void *user, int64_t iteration, double error)
{
    int64_t *last = user;
    assert_true(error >= 0.0 && error <= 2.0);
    assert_true(iteration == *last + 1);
    *last = iteration;
    return 0;
}

static void cuts_of_both_searches_are_counted(void **state)
{
    (void)state;
    jko_t_random random = {13};
    enum { CELLS = 100 };
    int64_t most = 0;
    for (int k = 0; k < 100; k++) {
        double x[CELLS];
        double a[CELLS];
        double b[CELLS];
        for (size_t i = 0; i < CELLS; i++) {
            x[i] = ((double)i + jko_t_uniform(&random)) / CELLS;
            a[i] = jko_t_integer(&random, 10) == 0 ? 100.0 : 1e-3;
            b[(i + 37) % CELLS] = a[i];
        }
        int64_t last = 0;
        jko_ot *ot = NULL;
        jko_ot_settings s;
        jko_ot_report report = {.struct_size = sizeof report};
        jko_ot_settings_default(&s);
        s.progress = follow;
        s.user = &last;
        assert_int_equal(jko_ot_create_1d(&ot, CELLS, x, CELLS, x, 1.0, 2.0, &s), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, a, b, NULL, &report), JKO_OK);
        assert_true(report.iterations == last + 1); // the last cut is not asked about
        most = report.iterations > most ? report.iterations : most;
        jko_ot_free(ot);
    }
    assert_true(most > 8); // more than Newton's method takes
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk_counts_a_cell_that_is_lost_between_two_halves_of_units),
        cmocka_unit_test(walk_leaves_totals_too_small_for_units),
        cmocka_unit_test(bounds_hold_where_costs_underflow),
        cmocka_unit_test(cuts_of_both_searches_are_counted),
    };
    return cmocka_run_group_tests_name("ot/walk", tests, NULL, NULL);
}
