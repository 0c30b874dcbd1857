// SPDX-License-Identifier: BSD-3-Clause
/*
 * Bounds that prove a transport cost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/certificate.h"
#include "ot/instance.h"

#include <float.h>

static const double matrix[] = {4.0, 7.0, 1.0, 0.0, 0.5, 2.0};

static jko_i_ot_problem problem_of(const instance *t)
{
    const jko_i_ot_problem problem = {t->cost, t->a, t->b, t->total, 1};
    return problem;
}

static instance example(void)
{
    instance t = instance_create(2, 3);
    assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 3, matrix), JKO_OK);
    t.a[0] = 1.0;
    t.b[0] = 0.25;
    t.b[2] = 0.75;
    t.total = 1.0;
    return t;
}

// Closed form: f_i = min over columns with mass of C - g, g_j = min over all rows of C - f.
static void certificate_close_is_two_transforms(void **state)
{
    (void)state;
    instance t = example();
    const jko_i_ot_problem problem = problem_of(&t);
    t.g[0] = 3.0;
    t.g[1] = 1e6; // no mass there: must not count
    t.g[2] = 0.0;
    jko_i_certificate_close(&problem, t.f, t.g);
    assert_close_abs(t.f[0], 1.0, 0.0);  // min(4 - 3, 1 - 0)
    assert_close_abs(t.f[1], -3.0, 0.0); // min(0 - 3, 2 - 0)
    assert_close_abs(t.g[0], 3.0, 0.0);  // min(4 - 1, 0 + 3)
    assert_close_abs(t.g[1], 3.5, 0.0);  // min(7 - 1, 0.5 + 3)
    assert_close_abs(t.g[2], 0.0, 0.0);  // min(1 - 1, 2 + 3)
    instance_free(&t);
}

// Identity: closing again changes nothing.
static void certificate_close_twice_is_once(void **state)
{
    (void)state;
    jko_t_random random = {11};
    instance t = instance_random(30, 20, INSTANCE_ZEROS, &random);
    const jko_i_ot_problem problem = problem_of(&t);
    double f[30];
    double g[20];
    jko_i_certificate_close(&problem, t.f, t.g);
    memcpy(f, t.f, sizeof f);
    memcpy(g, t.g, sizeof g);
    jko_i_certificate_close(&problem, t.f, t.g);
    for (size_t i = 0; i < 30; i++) {
        assert_close_abs(t.f[i], f[i], 4.0 * DBL_EPSILON);
    }
    for (size_t j = 0; j < 20; j++) {
        assert_close_abs(t.g[j], g[j], 4.0 * DBL_EPSILON);
    }
    instance_free(&t);
}

// The only plan costs 0.25 * 4 + 0.75 * 1 = 1.75; the bound is just below.
static void certificate_lower_is_value_less_rounding(void **state)
{
    (void)state;
    instance t = example();
    const jko_i_ot_problem problem = problem_of(&t);
    t.g[0] = 3.0;
    jko_i_certificate_close(&problem, t.f, t.g);
    const double lower = jko_i_certificate_lower(&problem, t.f, t.g, t.a, t.b);
    assert_true(lower < 1.75);
    assert_close_rel(lower, 1.75, 8.0 * DBL_EPSILON);
    instance_free(&t);
}

// A plan whose marginals are off by d may cost |d| |f| less; the bound stays below it.
static void certificate_lower_allows_for_marginal_errors(void **state)
{
    (void)state;
    instance t = example();
    const jko_i_ot_problem problem = problem_of(&t);
    const double rows[] = {1.0, 0.0};
    const double columns[] = {0.24, 0.0, 0.76}; // costs 0.24 * 4 + 0.76 * 1 = 1.72
    t.g[0] = 3.0;
    jko_i_certificate_close(&problem, t.f, t.g);
    assert_at_most(jko_i_certificate_lower(&problem, t.f, t.g, rows, columns), 1.72);
    instance_free(&t);
}

static void certificate_l1_adds_absolute_differences(void **state)
{
    (void)state;
    const double x[] = {1.0, -2.0, 0.5};
    const double y[] = {0.5, 2.0, 0.5};
    assert_close_abs(jko_i_certificate_l1(3, x, y), 4.5, 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(certificate_close_is_two_transforms),
        cmocka_unit_test(certificate_close_twice_is_once),
        cmocka_unit_test(certificate_lower_is_value_less_rounding),
        cmocka_unit_test(certificate_lower_allows_for_marginal_errors),
        cmocka_unit_test(certificate_l1_adds_absolute_differences),
    };
    return cmocka_run_group_tests_name("ot/certificate", tests, NULL, NULL);
}
