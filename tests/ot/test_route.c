// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a plan lacks, sent along allowed arcs: by hand, by a detour, and where there is no way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/route.h"
#include "support/close.h"

#include <math.h>

#define X INFINITY

// Row 0 lacks 0.25 and column 1 too, between which the arc is forbidden: row 0 takes over mass of
// column 0 from row 1, which goes to column 1.
static void route_detour_moves_what_was_there(void **state)
{
    (void)state;
    const double matrix[] = {1.0, X, 2.0, 3.0};
    const double want[] = {0.5, 0.0, 0.25, 0.25};
    double plan[] = {0.25, 0.0, 0.5, 0.0};
    double row_rest[] = {0.25, 0.0};
    double column_rest[] = {0.0, 0.25};
    jko_cost *cost = NULL;
    jko_i_route route;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, matrix), JKO_OK);
    assert_true(jko_i_route_create(&route, cost));
    jko_i_route_rest(&route, cost, 0.0, plan, row_rest, column_rest);
    assert_same_bits(4, plan, want);
    assert_close_abs(row_rest[0] + column_rest[1], 0.0, 0.0);
    jko_i_route_free(&route);
    jko_cost_free(cost);
}

static void route_without_a_way_leaves_the_rest(void **state)
{
    (void)state;
    const double matrix[] = {1.0, X, X, 3.0};
    double plan[] = {0.25, 0.0, 0.0, 0.5};
    double row_rest[] = {0.25, 0.0};
    double column_rest[] = {0.125, 0.125};
    jko_cost *cost = NULL;
    jko_i_route route;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, matrix), JKO_OK);
    assert_true(jko_i_route_create(&route, cost));
    jko_i_route_rest(&route, cost, 0.0, plan, row_rest, column_rest);
    assert_close_abs(plan[0], 0.375, 0.0);
    assert_close_abs(plan[3], 0.5, 0.0);
    assert_close_abs(row_rest[0], 0.125, 0.0);
    assert_close_abs(column_rest[1], 0.125, 0.0);
    jko_i_route_free(&route);
    jko_cost_free(cost);
}

// From nothing, along a random pattern that has a plan: everything finds its way.
static void route_from_nothing_finds_a_plan(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 30; seed++) {
        jko_t_random random = {seed};
        double matrix[12 * 9];
        double plan[12 * 9] = {0.0};
        double a[12] = {0.0};
        double b[9] = {0.0};
        double row_rest[12];
        double column_rest[9];
        for (size_t k = 0; k < 12 * 9; k++) {
            matrix[k] = jko_t_integer(&random, 4) == 0 ? 0.0 : X;
        }
        for (size_t k = 0; k < 25; k++) {
            const size_t i = jko_t_integer(&random, 12);
            const size_t j = jko_t_integer(&random, 9);
            const double mass = 1.0 + (double)jko_t_integer(&random, 5);
            matrix[i * 9 + j] = 0.0;
            a[i] += mass;
            b[j] += mass;
        }
        for (size_t i = 0; i < 12; i++) {
            row_rest[i] = a[i];
            column_rest[i % 9] = b[i % 9];
        }
        jko_cost *cost = NULL;
        jko_i_route route;
        assert_int_equal(jko_cost_create_matrix(&cost, 12, 9, matrix), JKO_OK);
        assert_true(jko_i_route_create(&route, cost));
        jko_i_route_rest(&route, cost, 0.0, plan, row_rest, column_rest);
        for (size_t k = 0; k < 12 * 9; k++) {
            assert_true(plan[k] >= 0.0 && (plan[k] == 0.0 || !isinf(matrix[k])));
            a[k / 9] -= plan[k];
            b[k % 9] -= plan[k];
        }
        for (size_t i = 0; i < 12; i++) {
            assert_close_abs(a[i], 0.0, 0.0); // integers
            assert_close_abs(b[i % 9], 0.0, 0.0);
        }
        jko_i_route_free(&route);
        jko_cost_free(cost);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(route_detour_moves_what_was_there),
        cmocka_unit_test(route_without_a_way_leaves_the_rest),
        cmocka_unit_test(route_from_nothing_finds_a_plan),
    };
    return cmocka_run_group_tests_name("ot/route", tests, NULL, NULL);
}
