// SPDX-License-Identifier: BSD-3-Clause
/*
 * Costs that are computed whenever they are wanted, by every method: what each answer claims, and
 * the values that a matrix of the same entries has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#include <stdlib.h>

// A problem between clouds in the unit cube; t has the computed cost, *stored the same as a matrix.
static instance clouds(size_t m, size_t n, size_t dim, double power, double offset,
                       jko_cost **stored, jko_t_random *random)
{
    instance t = instance_create(m, n);
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    double *points = calloc((m + n) * dim, sizeof *points);
    double *matrix = calloc(m * n, sizeof *matrix);
    assert_true(points != NULL && matrix != NULL);
    for (size_t k = 0; k < (m + n) * dim; k++) {
        points[k] = jko_t_uniform(random) + (k < m * dim ? offset : 0.0);
    }
    assert_int_equal(jko_grid_create_points(&source, m, dim, points, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, n, dim, points + m * dim, NULL), JKO_OK);
    assert_int_equal(jko_cost_create_power(&t.cost, source, target, power), JKO_OK);
    for (size_t k = 0; k < m * n; k++) {
        matrix[k] = jko_cost_get(t.cost, k / n, k % n);
    }
    assert_int_equal(jko_cost_create_matrix(stored, m, n, matrix), JKO_OK);
    for (size_t i = 0; i < m; i++) {
        t.a[i] = jko_t_exponential(random);
    }
    for (size_t j = 0; j < n; j++) {
        t.b[j] = jko_t_exponential(random);
    }
    t.a[m / 2] = t.b[n / 3] = 0.0;
    instance_balance(&t);
    jko_grid_free(target);
    jko_grid_free(source);
    free(matrix);
    free(points);
    return t;
}

static jko_ot_report solve_with(instance *t, jko_cost *cost, const jko_ot_settings *settings,
                                jko_status *status)
{
    jko_cost *own = t->cost;
    jko_ot_report report;
    t->cost = cost;
    *status = instance_solve(t, settings, &report);
    t->cost = own;
    return report;
}

static void every_method_agrees_with_the_matrix(void **state)
{
    (void)state;
    const double powers[] = {2.0, 1.0, 3.0};
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN, JKO_OT_SHORTLIST, JKO_OT_LP};
    jko_t_random random = {51};
    for (size_t k = 0; k < 9; k++) {
        jko_cost *stored = NULL;
        instance t = clouds(20 + 7 * k, 31, 1 + k % 3, powers[k % 3], 0.0, &stored, &random);
        for (size_t method = 0; method < (jko_i_lp_exists() ? 4 : 3); method++) {
            jko_ot_settings s;
            jko_status status[2];
            jko_ot_settings_default(&s);
            s.method = methods[method];
            s.epsilon = 0.05 * jko_cost_max(t.cost);
            const jko_ot_report with_matrix = solve_with(&t, stored, &s, &status[1]);
            const jko_ot_report report = solve_with(&t, t.cost, &s, &status[0]);
            assert_int_equal(status[0], JKO_OK);
            assert_int_equal(status[1], JKO_OK);
            instance_check(&t, &report);
            if (methods[method] == JKO_OT_SINKHORN) {
                assert_close_rel(report.entropic_value, with_matrix.entropic_value, 1e-8);
                assert_close_rel(report.dual_value, with_matrix.dual_value, 1e-8);
            } else {
                assert_close_rel(report.upper, with_matrix.upper, 1e-14);
                instance_check_exact(&t, &report, 1e-12);
            }
        }
        jko_cost_free(stored);
        instance_free(&t);
    }
}

// Rows of several pieces, Newton's method out of reach, clouds so far apart that the cost is moved.
static void rows_of_many_pieces_give_the_same_answers(void **state)
{
    (void)state;
    jko_t_need_long_double(); // sums of a third of a million entries are the truth
    const size_t m = 300;
    const size_t n = 1300;
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN};
    jko_t_random random = {52};
    for (size_t k = 0; k < 4; k++) {
        jko_cost *stored = NULL;
        instance t = clouds(m, n, 2, 2.0, k < 2 ? 0.0 : 40.0, &stored, &random);
        instance one = instance_create(m, n);
        jko_ot_settings s;
        jko_status status = JKO_OK;
        jko_ot_settings_default(&s);
        s.method = methods[k % 2];
        s.epsilon = 0.05;
        s.threads = 1;
        const jko_ot_report first = solve_with(&t, t.cost, &s, &status);
        assert_int_equal(status, JKO_OK);
        memcpy(one.plan, t.plan, m * n * sizeof *t.plan);
        memcpy(one.g, t.g, n * sizeof *t.g);
        s.threads = 3;
        const jko_ot_report report = solve_with(&t, t.cost, &s, &status);
        assert_int_equal(status, JKO_OK);
        assert_same_bits(m * n, t.plan, one.plan);
        assert_same_bits(n, t.g, one.g);
        assert_same_bits(1, &report.lower, &first.lower);
        instance_check(&t, &report);
        const jko_ot_report with_matrix = solve_with(&t, stored, &s, &status);
        assert_int_equal(status, JKO_OK);
        if (k % 2 == 0) {
            assert_close_rel(report.upper, with_matrix.upper, 1e-13);
        } else {
            assert_close_rel(report.entropic_value, with_matrix.entropic_value, 1e-8);
            assert_close_rel(report.entropic_cost, with_matrix.entropic_cost, 1e-6);
        }
        jko_cost_free(stored);
        instance_free(&one);
        instance_free(&t);
    }
}

// S(a, a) = 0, and a translation by h costs |h|^2 times the mass, as for any cost.
static void divergence_takes_computed_costs(void **state)
{
    (void)state;
    enum { N = 40 };
    double x[2 * N];
    double y[2 * N];
    double a[N];
    jko_t_random random = {53};
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    jko_cost *ab = NULL;
    jko_cost *aa = NULL;
    jko_cost *bb = NULL;
    for (size_t k = 0; k < 2 * N; k++) {
        x[k] = jko_t_uniform(&random);
        y[k] = x[k] + (k % 2 == 0 ? 0.3 : -0.4);
        a[k / 2] = jko_t_exponential(&random);
    }
    double total = 0.0;
    for (size_t i = 0; i < N; i++) {
        total += a[i];
    }
    assert_int_equal(jko_grid_create_points(&source, N, 2, x, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, N, 2, y, NULL), JKO_OK);
    assert_int_equal(jko_cost_create_power(&ab, source, target, 2.0), JKO_OK);
    assert_int_equal(jko_cost_create_power(&aa, source, source, 2.0), JKO_OK);
    assert_int_equal(jko_cost_create_power(&bb, target, target, 2.0), JKO_OK);
    jko_ot_divergence_report report = {.struct_size = sizeof report};
    jko_ot_settings s;
    jko_ot_settings_default(&s);
    s.epsilon = 0.05;
    assert_int_equal(jko_ot_divergence(ab, aa, bb, &s, a, a, NULL, NULL, &report), JKO_OK);
    assert_close_abs(report.divergence, 0.25 * total, 1e-8 * total);
    assert_int_equal(jko_ot_divergence(aa, aa, aa, &s, a, a, NULL, NULL, &report), JKO_OK);
    assert_close_abs(report.divergence, 0.0, 1e-8 * total);
    // A cost between two clouds is not symmetric.
    assert_int_equal(jko_ot_divergence(ab, ab, bb, &s, a, a, NULL, NULL, &report),
                     JKO_ERR_ARGUMENT);
    jko_cost_free(bb);
    jko_cost_free(aa);
    jko_cost_free(ab);
    jko_grid_free(target);
    jko_grid_free(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_agrees_with_the_matrix),
        cmocka_unit_test(rows_of_many_pieces_give_the_same_answers),
        cmocka_unit_test(divergence_takes_computed_costs),
    };
    return cmocka_run_group_tests_name("ot/computed", tests, NULL, NULL);
}
