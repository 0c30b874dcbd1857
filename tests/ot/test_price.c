// SPDX-License-Identifier: BSD-3-Clause
/*
 * Pricing, against all reduced costs one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/price.h"
#include "ot/start.h"
#include "ot/tree_check.h"

// The least reduced cost of each row, and nothing where none is negative.
static void price_row_finds_least_reduced_cost(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 40; seed++) {
        jko_t_random random = {seed};
        instance t = instance_random(6, 37, (instance_kind)(seed % INSTANCE_KINDS), &random);
        const jko_i_ot_problem problem = tree_problem(&t);
        jko_i_tree tree;
        assert_true(jko_i_tree_create(&tree, 6, 37));
        jko_i_start(&tree, &problem);
        for (size_t i = 0; i < 6; i++) {
            double least = 0.0;
            double best = 0.0;
            for (size_t j = 0; t.a[i] > 0.0 && j < 37; j++) {
                if (t.b[j] > 0.0) {
                    const double c = jko_cost_get(t.cost, i, j);
                    least =
                        fmin(least, jko_i_triple_value(jko_i_tree_reduced_cost(&tree, i, j, c)));
                }
            }
            if (t.a[i] > 0.0) {
                const size_t j = jko_i_price_row(&tree, &problem, i, &best);
                assert_close_abs(best, least, 0.0);
                assert_true((j == JKO_I_NONE) == (least == 0.0));
            }
        }
        jko_i_tree_free(&tree);
        instance_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(price_row_finds_least_reduced_cost),
    };
    return cmocka_run_group_tests_name("ot/price", tests, NULL, NULL);
}
