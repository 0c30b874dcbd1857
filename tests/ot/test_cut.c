// SPDX-License-Identifier: BSD-3-Clause
/*
 * Forbidden arcs: plans that must go round them, and the cut that proves that there is none. Every
 * method.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#include <stdio.h>

#define X INFINITY

static instance from_matrix(size_t m, size_t n, const double *a, const double *b,
                            const double *matrix)
{
    instance t = instance_create(m, n);
    memcpy(t.a, a, m * sizeof *a);
    memcpy(t.b, b, n * sizeof *b);
    for (size_t i = 0; i < m; i++) {
        t.total += a[i];
    }
    assert_int_equal(jko_cost_create_matrix(&t.cost, m, n, matrix), JKO_OK);
    return t;
}

static jko_status solve(instance *t, jko_ot_method method, jko_ot_report *report)
{
    jko_ot_settings settings;
    jko_ot *ot = NULL;
    jko_ot_settings_default(&settings);
    settings.method = method;
    settings.epsilon = 0.01;
    assert_int_equal(jko_ot_create(&ot, t->cost, &settings), JKO_OK);
    *report = (jko_ot_report){.struct_size = sizeof *report, .upper = -7.0};
    const jko_status status = jko_ot_solve(ot, t->a, t->b, t->plan, report);
    if (status >= 0) {
        assert_int_equal(jko_ot_get_potentials(ot, t->f, t->g), JKO_OK);
    } else {
        assert_close_abs(report->upper, -7.0, 0.0);
    }
    jko_ot_free(ot);
    return status;
}

static const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN, JKO_OT_SHORTLIST,
                                        JKO_OT_LP};

static size_t count_methods(void)
{
    return jko_i_lp_exists() ? 4 : 3;
}

// By hand: column 0 must take row 0 whole and 0.05 of row 1; the rest has one way each. The plan
// is the only one, so the entropic plan is the same.
static void cut_only_plan_is_found(void **state)
{
    (void)state;
    const double matrix[] = {1.0, X, X, 2.0, X, 3.0, X, 1.0, X};
    const double a[] = {0.4, 0.3, 0.3};
    const double b[] = {0.45, 0.3, 0.25};
    const double plan[] = {0.4, 0.0, 0.0, 0.05, 0.0, 0.25, 0.0, 0.3, 0.0};
    for (size_t k = 0; k < count_methods(); k++) {
        jko_ot_report report;
        instance t = from_matrix(3, 3, a, b, matrix);
        assert_int_equal(solve(&t, methods[k], &report), JKO_OK);
        instance_check(&t, &report);
        assert_close_rel(report.transport_cost, 0.4 + 0.1 + 0.75 + 0.3, 1e-14);
        for (size_t l = 0; l < 9; l++) {
            assert_close_abs(t.plan[l], plan[l], 1e-15);
        }
        instance_free(&t);
    }
}

// Sources 0 and 2 reach targets 0 and 1 only, which take less; source 0 alone lacks most.
static void cut_is_named_where_no_plan_is_left(void **state)
{
    (void)state;
    const double matrix[] = {1.0, X, X, 2.0, X, 3.0, X, 1.0, X};
    const double a[] = {0.5, 0.25, 0.25};
    const double b[] = {0.125, 0.375, 0.5};
    for (size_t k = 0; k < count_methods(); k++) {
        jko_ot_report report;
        instance t = from_matrix(3, 3, a, b, matrix);
        memset(t.plan, 0x5a, 9 * sizeof *t.plan);
        const double before = t.plan[4];
        assert_int_equal(solve(&t, methods[k], &report), JKO_ERR_INFEASIBLE);
        const char *detail = jko_error_detail();
        double held = 0.0;
        double taken = 0.0;
        assert_int_equal(sscanf(detail,
                                "sources 0 hold %lf of mass, but of the targets that want mass "
                                "their allowed arcs reach only 0, which take %lf",
                                &held, &taken),
                         2);
        assert_close_abs(held, 0.5, 0.0);
        assert_close_abs(taken, 0.125, 0.0);
        assert_same_bits(1, t.plan + 4, &before);
        instance_free(&t);
    }
}

// A source with no allowed arc at all; many sources are listed and then counted.
static void cut_without_targets_says_none_and_counts(void **state)
{
    (void)state;
    double matrix[20];
    double a[10];
    const double b[] = {0.5, 0.5};
    for (size_t i = 0; i < 10; i++) {
        a[i] = 0.1;
        matrix[2 * i] = matrix[2 * i + 1] = i == 9 ? 0.0 : X;
    }
    for (size_t k = 0; k < count_methods(); k++) {
        jko_ot_report report;
        instance t = from_matrix(10, 2, a, b, matrix);
        assert_int_equal(solve(&t, methods[k], &report), JKO_ERR_INFEASIBLE);
        assert_non_null(strstr(jko_error_detail(), "sources 0, 1, 2, 3, 4, 5 and 3 more hold 0.9"));
        assert_non_null(strstr(jko_error_detail(), "only none, which take 0"));
        instance_free(&t);
    }
}

// 0.1 + 0.2 is not 0.3 in binary, and yet these two blocks balance.
static void cut_blocks_that_balance_to_rounding_are_feasible(void **state)
{
    (void)state;
    const double matrix[] = {1.0, X, X, 2.0, X, X, X, 3.0, 5.0};
    const double a[] = {0.1, 0.2, 0.7};
    const double b[] = {0.3, 0.4, 0.3};
    for (size_t k = 0; k < count_methods(); k++) {
        jko_ot_report report;
        instance t = from_matrix(3, 3, a, b, matrix);
        assert_int_equal(solve(&t, methods[k], &report), JKO_OK);
        instance_check(&t, &report);
        assert_close_rel(report.transport_cost, 0.1 + 0.4 + 1.2 + 1.5, 1e-14);
        assert_at_most(report.gap, 1e-8);
        instance_free(&t);
    }
}

// Triangular: each arc above the diagonal is allowed and of no use, as the last target is reached
// by all but takes what the last source has. The entropic potentials stay finite.
static void cut_arcs_of_no_use_do_not_slow_sinkhorn(void **state)
{
    (void)state;
    double matrix[64];
    double mass[8];
    for (size_t k = 0; k < 64; k++) {
        matrix[k] = k % 8 < k / 8 ? X : (double)((k * 7) % 5);
        mass[k / 8] = 0.125;
    }
    for (size_t k = 0; k < count_methods(); k++) {
        jko_ot_report report;
        instance t = from_matrix(8, 8, mass, mass, matrix);
        assert_int_equal(solve(&t, methods[k], &report), JKO_OK);
        instance_check(&t, &report);
        for (size_t i = 0; i < 64; i++) {
            assert_close_abs(t.plan[i], i / 8 == i % 8 ? 0.125 : 0.0, 1e-15);
        }
        assert_true(methods[k] != JKO_OT_SINKHORN || report.iterations <= 5);
        instance_free(&t);
    }
}

// Cells without mass may have no allowed arc: their potentials bound nothing and are finite.
static void cut_empty_cells_need_no_arc(void **state)
{
    (void)state;
    const double matrix[] = {1.0, X, 2.0, X, X, X, 4.0, X, 3.0};
    const double a[] = {0.5, 0.0, 0.5};
    const double b[] = {0.75, 0.0, 0.25};
    for (size_t k = 0; k < count_methods(); k++) {
        jko_ot_report report;
        instance t = from_matrix(3, 3, a, b, matrix);
        assert_int_equal(solve(&t, methods[k], &report), JKO_OK);
        instance_check(&t, &report);
        assert_true(isfinite(t.f[1]) && isfinite(t.g[1]));
        instance_free(&t);
    }
}

// Stopped before it has a plan, the simplex says so: no upper bound; the lower one holds.
static void cut_stopped_without_plan_has_infinite_upper_bound(void **state)
{
    (void)state;
    size_t without = 0;
    for (unsigned long long seed = 1; seed <= 20; seed++) {
        jko_t_random random = {seed};
        jko_ot_settings settings;
        jko_ot_report exact;
        jko_ot_report report;
        instance t = instance_random(30, 25, INSTANCE_PLAIN, &random);
        instance_forbid(&t, 0.95, false, &random);
        assert_int_equal(instance_solve(&t, NULL, &exact), JKO_OK);
        jko_ot_settings_default(&settings);
        settings.max_iterations = 1;
        const jko_status status = instance_solve(&t, &settings, &report);
        assert_true(status == JKO_OK || status == JKO_NOT_CONVERGED);
        assert_at_most(report.lower, exact.upper);
        assert_int_equal(isinf(report.upper) ? 1 : 0, report.plan_error > 1e-10 * t.total);
        without += isinf(report.upper) ? 1 : 0;
        instance_free(&t);
    }
    assert_true(without > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_only_plan_is_found),
        cmocka_unit_test(cut_is_named_where_no_plan_is_left),
        cmocka_unit_test(cut_without_targets_says_none_and_counts),
        cmocka_unit_test(cut_blocks_that_balance_to_rounding_are_feasible),
        cmocka_unit_test(cut_arcs_of_no_use_do_not_slow_sinkhorn),
        cmocka_unit_test(cut_empty_cells_need_no_arc),
        cmocka_unit_test(cut_stopped_without_plan_has_infinite_upper_bound),
    };
    return cmocka_run_group_tests_name("ot/cut", tests, NULL, NULL);
}
