// SPDX-License-Identifier: BSD-3-Clause
/*
 * Potentials read from a tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/potentials.h"
#include "ot/simplex.h"
#include "ot/start.h"
#include "ot/tree_check.h"

static void read_optimal(instance *t)
{
    const jko_i_ot_limits none = {INT64_MAX, INFINITY, NULL, NULL};
    const jko_i_ot_problem problem = tree_problem(t);
    jko_i_tree tree;
    jko_i_potentials work;
    int64_t pivots = 0;
    assert_true(jko_i_tree_create(&tree, t->m, t->n));
    assert_true(jko_i_potentials_create(&work, t->m, t->n));
    jko_i_start(&tree, &problem);
    assert_int_equal(jko_i_simplex_run(&tree, &problem, &none, &pivots), JKO_OK);
    jko_i_potentials_read(&tree, &problem, true, &work, t->f, t->g);
    // Tight where mass flows, feasible where there is mass, to rounding.
    for (size_t v = 0; v < t->m + t->n; v++) {
        if (tree.parent[v] != JKO_I_NONE && jko_i_triple_value(tree.flow[v]) > 0.0) {
            size_t i = 0;
            size_t j = 0;
            jko_i_tree_arc(&tree, v, &i, &j);
            assert_close_abs(t->f[i] + t->g[j], tree.cost[v],
                             4e-16 * (fabs(t->f[i]) + fabs(t->g[j])));
        }
    }
    for (size_t i = 0; i < t->m; i++) {
        for (size_t j = 0; t->a[i] > 0.0 && j < t->n; j++) {
            if (t->b[j] > 0.0) {
                assert_at_most(t->f[i] + t->g[j], jko_cost_get(t->cost, i, j) +
                                                      4e-16 * (fabs(t->f[i]) + fabs(t->g[j])));
            }
        }
    }
    jko_i_potentials_free(&work);
    jko_i_tree_free(&tree);
}

static void potentials_random_problems_are_tight_and_feasible(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 60; seed++) {
        jko_t_random random = {seed};
        instance t = instance_random(1 + jko_t_integer(&random, 20), 1 + jko_t_integer(&random, 20),
                                     (instance_kind)(seed % INSTANCE_KINDS), &random);
        read_optimal(&t);
        instance_free(&t);
    }
}

// Two parts joined by an arc of 1e30 that carries nothing: potentials stay near the costs used.
static void potentials_huge_empty_arcs_leave_small_numbers(void **state)
{
    (void)state;
    const double matrix[] = {1.25, 1e30, 1e30, 3.5};
    instance t = instance_create(2, 2);
    assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 2, matrix), JKO_OK);
    t.a[0] = t.a[1] = t.b[0] = t.b[1] = 0.5;
    t.total = 1.0;
    read_optimal(&t);
    assert_close_abs(t.f[0] + t.g[0], 1.25, 1e-15);
    assert_close_abs(t.f[1] + t.g[1], 3.5, 1e-15);
    for (size_t i = 0; i < 2; i++) {
        assert_at_most(fabs(t.f[i]) + fabs(t.g[i]), 10.0);
    }
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(potentials_random_problems_are_tight_and_feasible),
        cmocka_unit_test(potentials_huge_empty_arcs_leave_small_numbers),
    };
    return cmocka_run_group_tests_name("ot/potentials", tests, NULL, NULL);
}
