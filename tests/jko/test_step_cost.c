// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/step_cost.c: the four costs against their formulas and against each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/problem.h"
#include "jko/step.h"
#include "measure/cost.h"

static double entry(jko_reallocation kind, double k, double d, double tau)
{
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.reallocation = kind;
    settings.reallocation_cost = k;
    return jko_i_step_cost_entry(&settings, d * d, tau);
}

/* d = 3, tau = 2: D/(2 tau) = 2.25. Hull with a tau above and below d. */
static void step_cost_entries_are_those_of_the_formulas(void **state)
{
    (void)state;
    assert_close_rel(entry(JKO_REALLOCATION_NONE, 9.0, 3.0, 2.0), 2.25, 1e-15);
    assert_close_rel(entry(JKO_REALLOCATION_SOFT, 0.5, 3.0, 2.0), 2.25 + 1.5, 1e-15);
    assert_close_rel(entry(JKO_REALLOCATION_HARD, 0.5, 3.0, 2.0), 2.25 + 1.0, 1e-15);
    assert_close_rel(entry(JKO_REALLOCATION_HULL, 2.0, 3.0, 2.0), 6.0, 1e-15);
    assert_close_rel(entry(JKO_REALLOCATION_HULL, 1.0, 3.0, 2.0), 2.25 + 1.0, 1e-15);
    for (int kind = 0; kind < 4; kind++) {
        assert_true(entry((jko_reallocation)kind, 0.5, 0.0, 2.0) == 0.0); // staying is free
        // Without a price all four are plain transport.
        assert_close_rel(entry((jko_reallocation)kind, 0.0, 3.0, 2.0), 2.25, 1e-15);
    }
}

/* hull with a = sqrt(2 k0) is the convex hull of hard with k0: below it, equal beyond d = a tau,
   convex and continuous. */
static void step_cost_hull_is_the_hull_of_hard(void **state)
{
    (void)state;
    const double a = 0.7;
    const double tau = 0.4;
    const double k0 = 0.5 * a * a;
    const double step = 1e-3;
    for (int i = 1; i < 2000; i++) {
        const double d = step * i;
        const double here = entry(JKO_REALLOCATION_HULL, a, d, tau);
        const double hard = entry(JKO_REALLOCATION_HARD, k0, d, tau);
        assert_true(here <= hard + 1e-15);
        if (d > a * tau + step) {
            assert_close_rel(here, hard, 1e-14);
        }
        const double left = entry(JKO_REALLOCATION_HULL, a, d - step, tau);
        const double right = entry(JKO_REALLOCATION_HULL, a, d + step, tau);
        assert_true(left + right >= 2.0 * here - 1e-14);
        assert_true(here > left);
    }
}

/* The step's cost object: every entry of a grid and of a matrix, both ways round, and its range;
   a second tau overwrites the first. */
static void step_cost_update_fills_rows_and_columns(void **state)
{
    (void)state;
    jko_t_random random = {6};
    for (int k = 0; k < 8; k++) {
        problem p;
        problem_random(&p, &random, 12, 2.0);
        p.reallocation = (jko_reallocation)(k % 4);
        p.k = 0.1;
        jko_flow *flow = problem_flow(&p);
        const double steps[] = {0.3, 7.0};
        for (int t = 0; t < 2; t++) {
            double largest = 0.0;
            p.tau = steps[t];
            jko_i_step_cost_update(flow, p.tau);
            for (size_t i = 0; i < p.n; i++) {
                for (size_t j = 0; j < p.n; j++) {
                    const double want = (double)problem_step_cost(&p, i, j);
                    const double row = jko_i_cost_row(flow->cost, i)[j];
                    const double column = jko_i_cost_column(flow->cost, j)[i];
                    assert_close_abs(row, want, 1e-14 * want);
                    assert_true(row == column);
                    largest = fmax(largest, row);
                }
            }
            assert_true(flow->cost->max == largest);
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_cost_entries_are_those_of_the_formulas),
        cmocka_unit_test(step_cost_hull_is_the_hull_of_hard),
        cmocka_unit_test(step_cost_update_fills_rows_and_columns),
    };
    return cmocka_run_group_tests_name("jko/step_cost", tests, NULL, NULL);
}
