// SPDX-License-Identifier: BSD-3-Clause
/*
 * Which arcs a plan can use: by hand, and against the transport LP with each arc's mass made large.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/support.h"

static const jko_i_ot_limits no_limits = {INT64_MAX, INFINITY, NULL, NULL};

// Whether arc (i, j) carries mass in some plan: the plan that has most there, by the exact solver
// with cost -1 on this arc and 0 on the other allowed ones.
static bool carries(const instance *t, size_t i, size_t j)
{
    double *matrix = calloc(t->m * t->n, sizeof *matrix);
    assert_non_null(matrix);
    for (size_t k = 0; k < t->m * t->n; k++) {
        const double c = jko_cost_get(t->cost, k / t->n, k % t->n);
        matrix[k] = isinf(c) ? c : k == i * t->n + j ? -1.0 : 0.0;
    }
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    assert_int_equal(jko_cost_create_matrix(&cost, t->m, t->n, matrix), JKO_OK);
    assert_int_equal(jko_ot_create(&ot, cost, NULL), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t->a, t->b, NULL, &report), JKO_OK);
    jko_ot_free(ot);
    jko_cost_free(cost);
    free(matrix);
    return report.transport_cost < 0.0;
}

static void support_parts_are_the_arcs_some_plan_uses(void **state)
{
    (void)state;
    size_t useless = 0;
    for (unsigned long long seed = 1; seed <= 20; seed++) {
        jko_t_random random = {seed};
        jko_i_support support = {0};
        instance t = instance_random(8, 7, INSTANCE_PLAIN, &random);
        instance_forbid(&t, 0.7, true, &random);
        const jko_i_ot_problem problem = {t.cost, t.a, t.b, t.total, 1};
        assert_true(jko_i_support_create(&support, t.cost));
        assert_int_equal(jko_i_support_find(&support, &problem, &no_limits), JKO_OK);
        for (size_t i = 0; i < t.m; i++) {
            for (size_t j = 0; j < t.n; j++) {
                if (t.a[i] > 0.0 && t.b[j] > 0.0 && !isinf(jko_cost_get(t.cost, i, j))) {
                    const bool same = support.part[i] == support.part[t.m + j];
                    assert_int_equal(same, carries(&t, i, j));
                    useless += same ? 0 : 1;
                }
            }
        }
        jko_i_support_free(&support);
        instance_free(&t);
    }
    assert_true(useless > 0);
}

// Masses far below the rounding of the others still count.
static void support_tiny_masses_have_arcs(void **state)
{
    (void)state;
    const double matrix[] = {1.0, INFINITY, 2.0, 3.0};
    const double a[] = {1.0, 1e-30};
    const double b[] = {1.0, 1e-30};
    jko_i_support support = {0};
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, matrix), JKO_OK);
    const jko_i_ot_problem problem = {cost, a, b, 1.0, 1};
    assert_true(jko_i_support_create(&support, cost));
    assert_int_equal(jko_i_support_find(&support, &problem, &no_limits), JKO_OK);
    assert_int_equal(support.part[0], support.part[2]);
    assert_int_equal(support.part[1], support.part[3]);
    jko_i_support_free(&support);
    jko_cost_free(cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(support_parts_are_the_arcs_some_plan_uses),
        cmocka_unit_test(support_tiny_masses_have_arcs),
    };
    return cmocka_run_group_tests_name("ot/support", tests, NULL, NULL);
}
