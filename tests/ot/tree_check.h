// SPDX-License-Identifier: BSD-3-Clause
/* A check that a tree is a feasible transport basis. Include after <cmocka.h>. */
#ifndef JKO_TESTS_OT_TREE_CHECK_H
#define JKO_TESTS_OT_TREE_CHECK_H

#include "ot/instance.h"
#include "ot/tree.h"

/* The tree spans the cells with mass, its flows have the marginals and are not negative, and its
   potentials are tight on every arc. */
static inline void tree_check(const jko_i_tree *tree, const instance *t)
{
    const size_t nodes = t->m + t->n;
    jko_i_triple *sums = calloc(nodes, sizeof *sums);
    size_t seen = 0;
    size_t wanted = 0;
    assert_non_null(sums);
    for (size_t v = tree->root; v != JKO_I_NONE; v = jko_i_tree_walk(tree, tree->root, v)) {
        seen++;
        assert_true((v < t->m ? t->a[v] : t->b[v - t->m]) > 0.0);
        if (v == tree->root) {
            assert_true(tree->parent[v] == JKO_I_NONE);
            continue;
        }
        size_t i = 0;
        size_t j = 0;
        jko_i_tree_arc(tree, v, &i, &j);
        const double c = jko_cost_get(t->cost, i, j);
        assert_close_abs(tree->cost[v], c, 0.0);
        assert_close_abs(jko_i_triple_value(jko_i_tree_reduced_cost(tree, i, j, c)), 0.0, 0.0);
        assert_int_equal(tree->depth[v], tree->depth[tree->parent[v]] + 1);
        const double flow = jko_i_triple_value(tree->flow[v]);
        assert_true(flow > 0.0 || (flow == 0.0 && tree->tie[v] > 0));
        sums[i] = jko_i_triple_sum(sums[i], tree->flow[v]);
        sums[t->m + j] = jko_i_triple_sum(sums[t->m + j], tree->flow[v]);
    }
    for (size_t v = 0; v < nodes; v++) {
        const double mass = v < t->m ? t->a[v] : t->b[v - t->m];
        wanted += mass > 0.0;
        // One column takes the difference of the totals, a rounding.
        assert_close_abs(jko_i_triple_value(sums[v]), mass, 1e-14 * t->total);
    }
    assert_int_equal(seen, wanted);
    free(sums);
}

static inline jko_i_ot_problem tree_problem(const instance *t)
{
    const jko_i_ot_problem problem = {t->cost, t->a, t->b, t->total, 1};
    return problem;
}

#endif
