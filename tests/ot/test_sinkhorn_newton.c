// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's method for entropic transport: small epsilon, ties that hardly join the columns, limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"

static jko_ot_settings entropic(double epsilon)
{
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.epsilon = epsilon;
    return settings;
}

// Every kind of problem converges at every epsilon, in hundreds of iterations; plain iterations
// number about 1 / epsilon. The cost is within eps log(n) of the exact one.
static void newton_converges_at_small_epsilon(void **state)
{
    (void)state;
    jko_t_need_long_double(); // instance_check measures costs in it
    for (unsigned kind = 0; kind < INSTANCE_KINDS; kind++) {
        jko_t_random random = {30 + kind};
        jko_ot_report exact;
        jko_ot_report report;
        instance t = instance_random(62, 62, (instance_kind)kind, &random);
        assert_int_equal(instance_solve(&t, NULL, &exact), JKO_OK);
        for (double share = 1e-2; share > 0.5e-6; share /= 10.0) {
            jko_ot_settings settings = entropic(share * jko_cost_max(t.cost));
            settings.max_iterations = 1000;
            assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
            instance_check(&t, &report);
            assert_at_most(report.accuracy, 1e-9);
            const double bias = settings.epsilon * log(62.0) * t.total;
            const double error = 2e-9 * jko_cost_max(t.cost) * t.total;
            assert_at_most(report.entropic_cost - exact.upper, bias + error);
            assert_at_most(exact.lower - error, report.entropic_cost);
        }
        instance_free(&t);
    }
}

// Two blocks with equal masses, far apart: what joins them is exp(-1e4), and no mass crosses. The
// entropic plan is that of each block, whose closed form is known for 2 by 2.
static void newton_blocks_that_do_not_communicate(void **state)
{
    (void)state;
    const double eps = 1e-4;
    const double c = 3e-4; // off the diagonal of a block
    double matrix[16];
    jko_ot_report report;
    for (size_t k = 0; k < 16; k++) {
        const size_t i = k / 4;
        const size_t j = k % 4;
        matrix[k] = i / 2 != j / 2 ? 1.0 : i == j ? 0.0 : c;
    }
    instance t = instance_create(4, 4);
    assert_int_equal(jko_cost_create_matrix(&t.cost, 4, 4, matrix), JKO_OK);
    for (size_t i = 0; i < 4; i++) {
        t.a[i] = t.b[i] = 0.25;
    }
    t.total = 1.0;
    jko_ot_settings settings = entropic(eps);
    settings.tolerance = 1e-12;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
    const double off = 0.25 / (1.0 + exp(c / eps));
    for (size_t k = 0; k < 16; k++) {
        const double want = k / 8 != k % 4 / 2 ? 0.0 : k / 4 == k % 4 ? 0.25 - off : off;
        assert_close_abs(t.plan[k], want, 1e-12);
    }
    instance_free(&t);
}

// Rectangular problems; one column; one row.
static void newton_takes_any_shape(void **state)
{
    (void)state;
    const size_t shapes[][2] = {{1, 1}, {1, 30}, {30, 1}, {2, 60}, {60, 2}, {7, 80}, {80, 7}};
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        jko_t_random random = {40 + k};
        jko_ot_report report;
        instance t = instance_random(shapes[k][0], shapes[k][1], INSTANCE_POINTS, &random);
        const jko_ot_settings settings = entropic(1e-6 * jko_cost_max(t.cost));
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
        instance_check(&t, &report);
        instance_free(&t);
    }
}

// Whole numbers, whose sums are exact however many there are.
static void set_whole_masses(instance *t, jko_t_random *random)
{
    memset(t->b, 0, t->n * sizeof *t->b);
    t->total = 0.0;
    for (size_t i = 0; i < t->m; i++) {
        t->a[i] = (double)(1 + jko_t_integer(random, 20 * t->n / t->m + 1));
        t->total += t->a[i];
        for (double left = t->a[i]; left > 0.0; left -= 1.0) {
            t->b[jko_t_integer(random, t->n)] += 1.0;
        }
    }
}

// More columns than are eliminated as they come: plain iterations number some 1e5.
static void newton_takes_many_columns(void **state)
{
    (void)state;
    jko_t_need_long_double(); // instance_check measures costs in it
    jko_t_random random = {44};
    const size_t shapes[][2] = {{60, 1100}, {1100, 60}, {150, 1300}};
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        jko_ot_report report;
        instance t = instance_random(shapes[k][0], shapes[k][1], INSTANCE_POINTS, &random);
        set_whole_masses(&t, &random);
        jko_ot_settings settings = entropic(1e-5 * jko_cost_max(t.cost));
        settings.max_iterations = 2000;
        for (int choice = 0; choice < 2; choice++) {
            settings.engine = choice == 0 ? JKO_OT_ENGINE_AUTO : JKO_OT_ENGINE_NEWTON;
            assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
            assert_int_equal(report.engine, JKO_OT_ENGINE_NEWTON);
            assert_at_most(report.accuracy, 1e-9);
            instance_check(&t, &report);
        }
        instance_free(&t);
    }
}

static int stop_at(void *user, int64_t iteration, double error)
{
    assert_true(error >= 0.0);
    return iteration >= *(const int64_t *)user;
}

// Stopped at any iteration, among them those of Newton's method: bounds hold, the count is right.
static void newton_limits_leave_valid_bounds(void **state)
{
    (void)state;
    jko_t_random random = {50};
    jko_ot_report report;
    instance t = instance_random(40, 40, INSTANCE_POINTS, &random);
    for (int64_t limit = 20; limit <= 140; limit += 15) {
        jko_ot_settings settings = entropic(1e-6 * jko_cost_max(t.cost));
        settings.max_iterations = limit;
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_NOT_CONVERGED);
        assert_int_equal(report.iterations, limit);
        instance_check(&t, &report);
        settings = entropic(1e-6 * jko_cost_max(t.cost));
        settings.progress = stop_at;
        settings.user = &limit;
        assert_int_equal(instance_solve(&t, &settings, &report), JKO_CANCELLED);
        assert_int_equal(report.iterations, limit);
        instance_check(&t, &report);
    }
    instance_free(&t);
}

// More accuracy than the rounding of exponents allows is not claimed.
static void newton_at_its_floor_is_stalled(void **state)
{
    (void)state;
    jko_t_random random = {51};
    jko_ot_report report;
    instance t = instance_random(25, 25, INSTANCE_POINTS, &random);
    jko_ot_settings settings = entropic(1e-6 * jko_cost_max(t.cost));
    settings.tolerance = 1e-14;
    settings.max_iterations = 5000;
    assert_int_equal(instance_solve(&t, &settings, &report), JKO_STALLED);
    assert_true(report.accuracy > 1e-14);
    assert_at_most(report.accuracy, 1e-8);
    instance_check(&t, &report);
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newton_converges_at_small_epsilon),
        cmocka_unit_test(newton_blocks_that_do_not_communicate),
        cmocka_unit_test(newton_takes_any_shape),
        cmocka_unit_test(newton_takes_many_columns),
        cmocka_unit_test(newton_limits_leave_valid_bounds),
        cmocka_unit_test(newton_at_its_floor_is_stalled),
    };
    return cmocka_run_group_tests_name("ot/sinkhorn_newton", tests, NULL, NULL);
}
