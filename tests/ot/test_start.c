// SPDX-License-Identifier: BSD-3-Clause
/*
 * First trees for the simplex.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/simplex.h"
#include "ot/start.h"
#include "ot/tree_check.h"

static void start_random_problems_give_feasible_trees(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 60; seed++) {
        jko_t_random random = {seed};
        const size_t m = 1 + jko_t_integer(&random, 12);
        const size_t n = 1 + jko_t_integer(&random, 12);
        instance t = instance_random(m, n, (instance_kind)(seed % INSTANCE_KINDS), &random);
        const jko_i_ot_problem problem = tree_problem(&t);
        jko_i_tree tree;
        assert_true(jko_i_tree_create(&tree, m, n));
        jko_i_start(&tree, &problem);
        tree_check(&tree, &t);
        jko_i_tree_free(&tree);
        instance_free(&t);
    }
}

// On a line the north-west corner rule is optimal: the simplex has nothing to do.
static void start_line_is_optimal(void **state)
{
    (void)state;
    jko_t_random random = {5};
    jko_grid *line = NULL;
    instance t = instance_create(40, 40);
    const jko_i_ot_limits none = {INT64_MAX, INFINITY, NULL, NULL};
    jko_i_tree tree;
    int64_t pivots = 0;
    for (size_t i = 0; i < 40; i++) {
        t.a[i] = jko_t_exponential(&random);
        t.b[i] = jko_t_exponential(&random);
    }
    instance_balance(&t);
    assert_int_equal(jko_grid_create_line(&line, 40, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&t.cost, line, line), JKO_OK);
    const jko_i_ot_problem problem = tree_problem(&t);
    assert_true(jko_i_tree_create(&tree, 40, 40));
    jko_i_start(&tree, &problem);
    tree_check(&tree, &t);
    assert_int_equal(jko_i_simplex_run(&tree, &problem, &none, &pivots), JKO_OK);
    assert_int_equal(pivots, 0);
    jko_i_tree_free(&tree);
    jko_grid_free(line);
    instance_free(&t);
}

// A basis given in any order comes back as it was.
static void start_from_feasible_arcs_is_that_basis(void **state)
{
    (void)state;
    const double matrix[] = {9.0, 9.0, 1.0, 9.0, 9.0, 1.0};
    size_t rows[] = {0, 1, 0, 1};
    size_t columns[] = {1, 1, 0, 2};
    instance t = instance_create(2, 3);
    jko_i_tree tree;
    assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 3, matrix), JKO_OK);
    t.a[0] = 0.5;
    t.a[1] = 0.75;
    t.b[0] = 0.25;
    t.b[1] = 0.5;
    t.b[2] = 0.5;
    t.total = 1.25;
    const jko_i_ot_problem problem = tree_problem(&t);
    assert_true(jko_i_tree_create(&tree, 2, 3));
    jko_i_start_from_arcs(&tree, &problem, 4, rows, columns);
    tree_check(&tree, &t);
    for (size_t v = 0; v < 5; v++) {
        size_t i = 0;
        size_t j = 0;
        if (v != tree.root) {
            jko_i_tree_arc(&tree, v, &i, &j);
            assert_false(i == 0 && j == 2); // the arcs given leave these two out
            assert_false(i == 1 && j == 0);
        }
    }
    jko_i_tree_free(&tree);
    instance_free(&t);
}

// Cycles and arcs that cannot be filled are no harm.
static void start_from_bad_arcs_is_feasible(void **state)
{
    (void)state;
    jko_t_random random = {13};
    for (int k = 0; k < 40; k++) {
        instance t = instance_random(8, 6, INSTANCE_TIES, &random);
        const jko_i_ot_problem problem = tree_problem(&t);
        size_t rows[14];
        size_t columns[14];
        size_t arcs = 0;
        jko_i_tree tree;
        assert_true(jko_i_tree_create(&tree, 8, 6));
        for (int l = 0; l < 14; l++) {
            const size_t i = jko_t_integer(&random, 8);
            const size_t j = jko_t_integer(&random, 6);
            if (t.a[i] > 0.0 && t.b[j] > 0.0) {
                rows[arcs] = i;
                columns[arcs++] = j;
            }
        }
        jko_i_start_from_arcs(&tree, &problem, arcs, rows, columns);
        tree_check(&tree, &t);
        jko_i_tree_free(&tree);
        instance_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_random_problems_give_feasible_trees),
        cmocka_unit_test(start_line_is_optimal),
        cmocka_unit_test(start_from_feasible_arcs_is_that_basis),
        cmocka_unit_test(start_from_bad_arcs_is_feasible),
    };
    return cmocka_run_group_tests_name("ot/start", tests, NULL, NULL);
}
