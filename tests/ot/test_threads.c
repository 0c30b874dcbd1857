// SPDX-License-Identifier: BSD-3-Clause
/*
 * Threads: the same bits from any number of them, and from eight solvers side by side.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#include <pthread.h>

// Big enough for a team of threads: 480 x 480 arcs.
static void threads_one_and_two_give_same_bits(void **state)
{
    (void)state;
    const size_t n = 480;
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN, JKO_OT_SHORTLIST};
    jko_t_random random = {31};
    instance t = instance_random(n, n, INSTANCE_POINTS, &random);
    instance u = instance_create(n, n);
    t.a[7] = t.b[9] = 0.0;
    instance_balance(&t);
    memcpy(u.a, t.a, n * sizeof *t.a);
    memcpy(u.b, t.b, n * sizeof *t.b);
    for (size_t k = 0; k < 3; k++) {
        jko_ot_settings s;
        jko_ot_report one;
        jko_ot_report two;
        jko_ot_settings_default(&s);
        s.method = methods[k];
        s.epsilon = 0.02;
        s.threads = 1;
        assert_int_equal(instance_solve(&t, &s, &one), JKO_OK);
        s.threads = 2;
        u.cost = t.cost;
        assert_int_equal(instance_solve(&u, &s, &two), JKO_OK);
        u.cost = NULL;
        assert_same_bits(n * n, u.plan, t.plan);
        assert_same_bits(n, u.f, t.f);
        assert_same_bits(n, u.g, t.g);
        assert_same_bits(1, &two.upper, &one.upper);
        assert_same_bits(1, &two.lower, &one.lower);
        assert_int_equal(two.iterations, one.iterations);
    }
    instance_free(&t);
    instance_free(&u);
}

// Between grids the iterate is a product, whose sums and rows have loops of their own.
static void threads_one_and_two_give_same_bits_between_grids(void **state)
{
    (void)state;
    const size_t n = 480;
    jko_t_random random = {33};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    instance t[2] = {instance_create(n, n), instance_create(n, n)};
    jko_ot_report report[2];
    assert_int_equal(jko_grid_create_circle(&grid, n, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    for (size_t i = 0; i < n; i++) {
        t[0].a[i] = i == 7 ? 0.0 : 0.5 + jko_t_uniform(&random);
        t[0].b[i] = i == 9 ? 0.0 : 0.5 + jko_t_uniform(&random);
    }
    instance_balance(&t[0]);
    memcpy(t[1].a, t[0].a, n * sizeof *t[0].a);
    memcpy(t[1].b, t[0].b, n * sizeof *t[0].b);
    for (int k = 0; k < 2; k++) {
        jko_ot_settings s;
        jko_ot_settings_default(&s);
        s.method = JKO_OT_SINKHORN;
        s.epsilon = 1e-2 * jko_cost_max(cost);
        s.threads = 1 + k;
        t[k].cost = cost;
        assert_int_equal(instance_solve(&t[k], &s, &report[k]), JKO_OK);
        t[k].cost = NULL;
    }
    assert_same_bits(n * n, t[1].plan, t[0].plan);
    assert_same_bits(n, t[1].f, t[0].f);
    assert_same_bits(n, t[1].g, t[0].g);
    assert_same_bits(1, &report[1].upper, &report[0].upper);
    assert_same_bits(1, &report[1].lower, &report[0].lower);
    assert_same_bits(1, &report[1].column_error, &report[0].column_error);
    assert_same_bits(1, &report[1].entropic_cost, &report[0].entropic_cost);
    instance_free(&t[0]);
    instance_free(&t[1]);
    jko_cost_free(cost);
    jko_grid_free(grid);
}

#define TEAM 8

typedef struct task {
    const jko_cost *cost;
    const double *a;
    const double *b;
    jko_ot_method method;
    jko_status status;
    double plan[25 * 30];
    jko_ot_report report;
} task;

static void *run(void *context)
{
    task *t = context;
    jko_ot_settings s;
    jko_ot *ot = NULL;
    jko_ot_settings_default(&s);
    s.method = t->method;
    s.epsilon = 0.05;
    memset(&t->report, 0, sizeof t->report);
    t->report.struct_size = sizeof t->report;
    t->status = jko_ot_create(&ot, t->cost, &s);
    if (t->status >= 0) {
        t->status = jko_ot_solve(ot, t->a, t->b, t->plan, &t->report);
    }
    jko_ot_free(ot);
    return NULL;
}

static void side_by_side(jko_ot_method method)
{
    static task tasks[TEAM + 1];
    pthread_t threads[TEAM];
    jko_t_random random = {32};
    instance t = instance_random(25, 30, INSTANCE_ZEROS, &random);
    for (size_t k = 0; k <= TEAM; k++) {
        tasks[k].cost = t.cost;
        tasks[k].a = t.a;
        tasks[k].b = t.b;
        tasks[k].method = method;
    }
    (void)run(&tasks[TEAM]);
    assert_int_equal(tasks[TEAM].status, JKO_OK);
    for (size_t k = 0; k < TEAM; k++) {
        assert_int_equal(pthread_create(&threads[k], NULL, run, &tasks[k]), 0);
    }
    for (size_t k = 0; k < TEAM; k++) {
        assert_int_equal(pthread_join(threads[k], NULL), 0);
    }
    for (size_t k = 0; k < TEAM; k++) {
        assert_int_equal(tasks[k].status, JKO_OK);
        assert_same_bits(25 * 30, tasks[k].plan, tasks[TEAM].plan);
        assert_same_bits(1, &tasks[k].report.lower, &tasks[TEAM].report.lower);
        assert_int_equal(tasks[k].report.iterations, tasks[TEAM].report.iterations);
    }
    instance_free(&t);
}

static void threads_eight_solvers_give_bits_of_one(void **state)
{
    (void)state;
    side_by_side(JKO_OT_SIMPLEX);
    side_by_side(JKO_OT_SINKHORN);
    side_by_side(JKO_OT_SHORTLIST);
    if (jko_i_lp_exists()) {
        for (int repeat = 0; repeat < 5; repeat++) {
            side_by_side(JKO_OT_LP);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_one_and_two_give_same_bits),
        cmocka_unit_test(threads_one_and_two_give_same_bits_between_grids),
        cmocka_unit_test(threads_eight_solvers_give_bits_of_one),
    };
    return cmocka_run_group_tests_name("ot/threads", tests, NULL, NULL);
}
