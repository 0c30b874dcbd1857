// SPDX-License-Identifier: BSD-3-Clause
/*
 * The network simplex: it ends, also where everything ties, and stops when told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/simplex.h"
#include "ot/start.h"
#include "ot/tree_check.h"

static const jko_i_ot_limits no_limits = {INT64_MAX, INFINITY, NULL, NULL};

static jko_status run(const instance *t, const jko_i_ot_limits *limits, int64_t *pivots)
{
    const jko_i_ot_problem problem = tree_problem(t);
    jko_i_tree tree;
    assert_true(jko_i_tree_create(&tree, t->m, t->n));
    jko_i_start(&tree, &problem);
    const jko_status status = jko_i_simplex_run(&tree, &problem, limits, pivots);
    tree_check(&tree, t);
    for (size_t i = 0; status == JKO_OK && i < t->m; i++) {
        for (size_t j = 0; j < t->n; j++) {
            if (t->a[i] > 0.0 && t->b[j] > 0.0) {
                const double c = jko_cost_get(t->cost, i, j);
                assert_at_most(-jko_i_triple_value(jko_i_tree_reduced_cost(&tree, i, j, c)), 0.0);
            }
        }
    }
    jko_i_tree_free(&tree);
    return status;
}

// Assignments with costs 0 and 1: nearly all bases are degenerate, nearly all costs equal.
static void simplex_all_ties_ends(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 30; seed++) {
        jko_t_random random = {seed};
        instance t = instance_create(30, 30);
        double matrix[900];
        int64_t pivots = 0;
        for (size_t k = 0; k < 900; k++) {
            matrix[k] = (double)jko_t_integer(&random, 2);
        }
        for (size_t i = 0; i < 30; i++) {
            t.a[i] = t.b[i] = 1.0 / 3.0;
            t.total += t.a[i];
        }
        assert_int_equal(jko_cost_create_matrix(&t.cost, 30, 30, matrix), JKO_OK);
        assert_int_equal(run(&t, &no_limits, &pivots), JKO_OK);
        assert_true(pivots < 10000);
        instance_free(&t);
    }
}

static void simplex_iteration_limit_stops_at_feasible_tree(void **state)
{
    (void)state;
    jko_t_random random = {3};
    instance t = instance_random(20, 25, INSTANCE_PLAIN, &random);
    const jko_i_ot_limits five = {5, INFINITY, NULL, NULL};
    int64_t pivots = 0;
    assert_int_equal(run(&t, &five, &pivots), JKO_NOT_CONVERGED);
    assert_int_equal(pivots, 5);
    instance_free(&t);
}

static void simplex_deadline_stops(void **state)
{
    (void)state;
    jko_t_random random = {3};
    instance t = instance_random(20, 25, INSTANCE_PLAIN, &random);
    const jko_i_ot_limits past = {INT64_MAX, jko_i_seconds() - 1.0, NULL, NULL};
    int64_t pivots = 0;
    assert_int_equal(run(&t, &past, &pivots), JKO_TIME_LIMIT);
    assert_int_equal(pivots, 0);
    instance_free(&t);
}

static int stop_at_100(void *user, int64_t iteration, double error)
{
    ++*(int *)user;
    assert_true(error > 0.0);
    return iteration >= 100;
}

static void simplex_progress_cancels(void **state)
{
    (void)state;
    jko_t_random random = {3};
    instance t = instance_random(60, 60, INSTANCE_PLAIN, &random);
    int calls = 0;
    const jko_i_ot_limits asked = {INT64_MAX, INFINITY, stop_at_100, &calls};
    int64_t pivots = 0;
    assert_int_equal(run(&t, &asked, &pivots), JKO_CANCELLED);
    assert_int_equal(calls, 2); // at pivot 0 and at the first multiple of 128
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simplex_all_ties_ends),
        cmocka_unit_test(simplex_iteration_limit_stops_at_feasible_tree),
        cmocka_unit_test(simplex_deadline_stops),
        cmocka_unit_test(simplex_progress_cancels),
    };
    return cmocka_run_group_tests_name("ot/simplex", tests, NULL, NULL);
}
