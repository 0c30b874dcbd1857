// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/exact_clean.c: idle arcs are emptied, rows kept, and a row without arcs refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/exact.h"
#include "jko/problem.h"

/* Three cells in line, all with mass; the plan and e are set by the test. */
static jko_flow *three_cells(problem *p)
{
    *p = (problem){.n = 3, .h = 1.0 / 3.0, .s = 0.5, .tau = 0.5, .w = {1, 1, 1}};
    p->a[0] = 0.3;
    p->a[1] = 0.1;
    p->a[2] = 0.7;
    problem_on_grid(p, false);
    jko_flow *flow = problem_flow(p);
    memcpy(flow->start, p->a, sizeof p->a[0] * 3);
    jko_i_step_cost_update(flow, p->tau); // c = D: 0, 1/9, 4/9
    flow->exact->rows = 3;
    flow->exact->total = 1.1;
    flow->exact->scale = 1.0;
    for (size_t i = 0; i < 3; i++) {
        flow->exact->source[i] = i;
    }
    return flow;
}

static void exact_clean_empties_idle_arcs_and_keeps_rows(void **state)
{
    (void)state;
    problem p;
    jko_flow *flow = three_cells(&p);
    jko_i_exact *work = flow->exact;
    // From 0 both ways are as cheap (0 and 1/9 - 1/9), 1 and 2 stay.
    const double e[] = {0.0, -1.0 / 9.0, 0.0};
    const double best[] = {0.2,   0.1 - 1e-12, 1e-12, //
                           1e-13, 0.1 - 2e-13, 1e-13, //
                           2e-12, 1e-12,       0.7 - 3e-12};
    double plan[9];
    memcpy(work->e, e, sizeof e);
    memcpy(work->best, best, sizeof best);
    assert_true(jko_i_exact_clean(flow, plan));
    assert_true(plan[2] == 0.0 && plan[3] == 0.0 && plan[5] == 0.0 && plan[6] == 0.0);
    assert_close_abs(plan[1], 0.1, 2e-12);
    assert_true(plan[4] == 0.1); // who stays keeps all its bits
    // From 2 to 1 costs 1/9 - 1/9: as cheap as staying, so the arc counts as used.
    assert_true(plan[7] == 1e-12);
    for (size_t i = 0; i < 3; i++) {
        assert_close_rel(plan[3 * i] + plan[3 * i + 1] + plan[3 * i + 2], p.a[i], 1e-15);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

/* Every arc dearer than its share: nothing is left to hold the row. */
static void exact_clean_refuses_a_row_without_arcs(void **state)
{
    (void)state;
    problem p;
    jko_flow *flow = three_cells(&p);
    jko_i_exact *work = flow->exact;
    double plan[9];
    const double e[] = {0.0, 0.0, 0.0};
    // Row 1 holds nothing where it is cheapest.
    const double best[] = {0.3, 0.0, 0.0, 0.01, 0.0, 0.01, 0.0, 0.0, 0.7};
    memcpy(work->e, e, sizeof e);
    memcpy(work->best, best, sizeof best);
    work->scale = 1e-3;
    assert_false(jko_i_exact_clean(flow, plan));
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_clean_empties_idle_arcs_and_keeps_rows),
        cmocka_unit_test(exact_clean_refuses_a_row_without_arcs),
    };
    return cmocka_run_group_tests_name("jko/exact_clean", tests, NULL, NULL);
}
