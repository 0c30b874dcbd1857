// SPDX-License-Identifier: BSD-3-Clause
/*
 * Stabilised scaling against the log domain: the same potentials, whatever was absorbed before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/absorbed.h"
#include "ot/instance.h"

#define M ((size_t)70)
#define N ((size_t)90)

// f_i and next_j by their formulas, in long double, against what the kernel gives.
static void check(const instance *t, double eps, const double *g, const double *f,
                  const double *next)
{
    const double size = jko_cost_max(t->cost) + eps;
    for (size_t i = 0; i < M; i++) {
        long double sum = 0.0L;
        for (size_t j = 0; j < N && t->a[i] > 0.0; j++) {
            if (t->b[j] > 0.0) {
                sum += expl(((long double)f[i] + g[j] - jko_cost_get(t->cost, i, j)) / eps);
            }
        }
        // An error of d in f is one of d / eps in the row sum.
        if (t->a[i] > 0.0) {
            assert_close_abs(eps * (double)logl(sum / t->a[i]), 0.0, 1e-14 * size);
        }
    }
    for (size_t j = 0; j < N; j++) {
        long double sum = 0.0L;
        for (size_t i = 0; i < M && t->b[j] > 0.0; i++) {
            if (t->a[i] > 0.0) {
                sum += expl(((long double)f[i] + next[j] - jko_cost_get(t->cost, i, j)) / eps);
            }
        }
        if (t->b[j] > 0.0) {
            assert_close_abs(eps * (double)logl(sum / t->b[j]), 0.0, 1e-14 * size);
        }
    }
}

// Potentials wander by up to 30 eps, which the kernel bears, and once by 200, which it does not.
static void absorbed_update_agrees_with_the_log_domain(void **state)
{
    (void)state;
    jko_t_need_long_double();
    for (double eps = 1.0; eps > 0.005; eps /= 4.0) {
        jko_t_random random = {11};
        jko_i_absorbed work = {0};
        double g[N];
        double f[M];
        double next[N];
        instance t = instance_random(M, N, INSTANCE_ZEROS, &random);
        const jko_i_ot_problem problem = {t.cost, t.a, t.b, t.total, 1};
        assert_true(jko_i_absorbed_create(&work, t.cost) && work.kernel != NULL);
        for (size_t j = 0; j < N; j++) {
            g[j] = t.b[j] > 0.0 ? eps * jko_t_uniform(&random) : -INFINITY;
        }
        for (int k = 0; k < 6; k++) {
            assert_true(jko_i_absorbed_update(&work, &problem, eps, 0.0, g, f, next));
            check(&t, eps, g, f, next);
            const double far = k == 3 ? 200.0 : 10.0;
            for (size_t j = 0; j < N; j++) {
                g[j] += far * eps * (jko_t_uniform(&random) - 0.5);
            }
        }
        assert_int_equal(work.made, 2);
        jko_i_absorbed_reset(&work);
        assert_true(jko_i_absorbed_update(&work, &problem, eps, 0.0, g, f, next));
        assert_int_equal(work.made, 3);
        jko_i_absorbed_free(&work);
        instance_free(&t);
    }
}

// A column that the kernel cannot hold: all its entries are below the smallest double.
static void absorbed_out_of_range_is_said(void **state)
{
    (void)state;
    jko_t_random random = {12};
    jko_i_absorbed work = {0};
    double g[N];
    double f[M];
    double next[N];
    instance t = instance_random(M, N, INSTANCE_PLAIN, &random);
    const jko_i_ot_problem problem = {t.cost, t.a, t.b, t.total, 1};
    assert_true(jko_i_absorbed_create(&work, t.cost));
    for (size_t j = 0; j < N; j++) {
        g[j] = j == 7 ? -2.0 : 0.0;
    }
    assert_true(jko_i_absorbed_update(&work, &problem, 1e-2, 0.0, g, f, next));
    assert_false(jko_i_absorbed_update(&work, &problem, 1e-3, 0.0, g, f, next));
    jko_i_absorbed_free(&work);
    instance_free(&t);
}

// Grids have no matrix to speak of, and small matrices nothing to gain.
static void absorbed_is_for_matrices_of_some_size(void **state)
{
    (void)state;
    jko_t_random random = {13};
    jko_i_absorbed work = {0};
    jko_grid *circle = NULL;
    jko_cost *cost = NULL;
    assert_int_equal(jko_grid_create_circle(&circle, 300, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, circle, circle), JKO_OK);
    assert_true(jko_i_absorbed_create(&work, cost) && work.kernel == NULL);
    jko_cost_free(cost);
    jko_grid_free(circle);
    cost = instance_random_cost(60, 60, INSTANCE_PLAIN, &random);
    assert_true(jko_i_absorbed_create(&work, cost) && work.kernel == NULL);
    jko_cost_free(cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absorbed_update_agrees_with_the_log_domain),
        cmocka_unit_test(absorbed_out_of_range_is_said),
        cmocka_unit_test(absorbed_is_for_matrices_of_some_size),
    };
    return cmocka_run_group_tests_name("ot/absorbed", tests, NULL, NULL);
}
