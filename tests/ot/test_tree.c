// SPDX-License-Identifier: BSD-3-Clause
/*
 * The spanning tree and its pivot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/start.h"
#include "ot/tree_check.h"

static bool is_in_tree(const jko_i_tree *tree, size_t i, size_t j)
{
    return tree->parent[i] == tree->m + j || tree->parent[tree->m + j] == i;
}

// Any arc may enter: the tree stays a feasible basis, and the arc is in it.
static void tree_pivot_keeps_basis_feasible(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 20; seed++) {
        jko_t_random random = {seed};
        instance t = instance_random(7, 9, (instance_kind)(seed % INSTANCE_KINDS), &random);
        const jko_i_ot_problem problem = tree_problem(&t);
        jko_i_tree tree;
        assert_true(jko_i_tree_create(&tree, 7, 9));
        jko_i_start(&tree, &problem);
        for (int k = 0; k < 50; k++) {
            const size_t i = jko_t_integer(&random, 7);
            const size_t j = jko_t_integer(&random, 9);
            if (t.a[i] > 0.0 && t.b[j] > 0.0 && !is_in_tree(&tree, i, j)) {
                jko_i_tree_pivot(&tree, i, j, jko_cost_get(t.cost, i, j));
                assert_true(is_in_tree(&tree, i, j));
                tree_check(&tree, &t);
            }
        }
        jko_i_tree_free(&tree);
        instance_free(&t);
    }
}

static void tree_without_memory_is_refused(void **state)
{
    (void)state;
    jko_i_tree tree;
    assert_false(jko_i_tree_create(&tree, SIZE_MAX / 16, SIZE_MAX / 16));
    jko_i_tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_pivot_keeps_basis_feasible),
        cmocka_unit_test(tree_without_memory_is_refused),
    };
    return cmocka_run_group_tests_name("ot/tree", tests, NULL, NULL);
}
