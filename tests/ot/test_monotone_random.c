// SPDX-License-Identifier: BSD-3-Clause
/*
 * Random problems on the line and circle, against the simplex and GLPK, which see a cost matrix.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance_1d.h"
#include "ot/lp.h"

#define PROBLEMS 500
#define LARGER 80
#define LARGEST ((size_t)40)
#define SEED 20241105ULL
// Gap allowed, as a share of the largest cost times the total: some roundings of each potential.
#define ROUNDING 1e-14

static double solve_matrix(instance_1d *p, jko_ot_method method)
{
    jko_ot_settings settings;
    jko_ot_report report;
    jko_ot_settings_default(&settings);
    settings.method = method;
    assert_int_equal(instance_solve(&p->t, &settings, &report), JKO_OK);
    return report.upper;
}

static void check_one(double period, double power, instance_1d_kind kind, unsigned long long seed)
{
    jko_t_random random = {seed};
    instance_1d p = instance_1d_random(LARGEST, period, power, kind, &random);
    const double rounding = ROUNDING * jko_cost_max(p.t.cost) * p.t.total;
    const jko_ot_report report = instance_1d_solve(&p, ROUNDING);
    assert_close_abs(report.upper, solve_matrix(&p, JKO_OT_SIMPLEX), rounding);
    if (jko_i_lp_exists()) {
        assert_close_abs(report.upper, solve_matrix(&p, JKO_OT_LP), rounding);
    }
    instance_1d_free(&p);
}

// Squared costs between so many cells that the cut is found by Newton's method, and the walk goes by
// vectors.
static void larger_problems_agree_with_the_simplex(void **state)
{
    (void)state;
    jko_t_need_long_double();
    print_message("seeds %llu to %llu\n", SEED + 2000, SEED + 2000 + LARGER - 1);
    for (int k = 0; k < LARGER; k++) {
        const instance_1d_kind kind = (instance_1d_kind)(k % INSTANCE_1D_KINDS);
        jko_t_random random = {SEED + 2000 + (unsigned long long)k};
        instance_1d p = instance_1d_random(400, k % 3 == 0 ? 0.0 : 2.5, 2.0, kind, &random);
        const double rounding = ROUNDING * jko_cost_max(p.t.cost) * p.t.total;
        const jko_ot_report report = instance_1d_solve(&p, ROUNDING);
        assert_close_abs(report.upper, solve_matrix(&p, JKO_OT_SIMPLEX), rounding);
        instance_1d_free(&p);
    }
}

// Powers in turn, the squared distance every other time.
static double choose_power(int k)
{
    static const double powers[] = {1.0, 1.5, 3.0, 4.7, 1.01};
    return (k / INSTANCE_1D_KINDS) % 2 == 0 ? 2.0 : powers[(k / INSTANCE_1D_KINDS / 2) % 5];
}

static void random_problems_on_a_line_agree_with_the_lp(void **state)
{
    (void)state;
    jko_t_need_long_double();
    print_message("seeds %llu to %llu\n", SEED, SEED + PROBLEMS - 1);
    for (int k = 0; k < PROBLEMS; k++) {
        const instance_1d_kind kind = (instance_1d_kind)(k % INSTANCE_1D_KINDS);
        check_one(0.0, choose_power(k), kind, SEED + (unsigned long long)k);
    }
}

static void random_problems_on_a_circle_agree_with_the_lp(void **state)
{
    (void)state;
    static const double periods[] = {1.0, 6.283185307179586, 360.0, 1e-5, 3e7};
    jko_t_need_long_double();
    print_message("seeds %llu to %llu\n", SEED + 1000, SEED + 1000 + PROBLEMS - 1);
    for (int k = 0; k < PROBLEMS; k++) {
        const instance_1d_kind kind = (instance_1d_kind)(k % INSTANCE_1D_KINDS);
        check_one(periods[(k / 16) % 5], choose_power(k), kind,
                  SEED + 1000 + (unsigned long long)k);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems_on_a_line_agree_with_the_lp),
        cmocka_unit_test(random_problems_on_a_circle_agree_with_the_lp),
        cmocka_unit_test(larger_problems_agree_with_the_simplex),
    };
    return cmocka_run_group_tests_name("ot/monotone_random", tests, NULL, NULL);
}
