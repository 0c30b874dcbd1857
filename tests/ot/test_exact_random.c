// SPDX-License-Identifier: BSD-3-Clause
/*
 * 2,000 random exact problems: the network simplex, the short list and GLPK from their own bases
 * agree, each with
 * its proof; forbidden arcs among them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

#define PROBLEMS 2000
#define WIDE_PROBLEMS 200
#define LARGEST ((size_t)80)
#define SEED 50240611ULL

// A third of up to 80 by 80, the others smaller; a third square.
static instance random_problem(unsigned long long seed, bool wide)
{
    jko_t_random random = {seed};
    const instance_kind kind =
        wide ? INSTANCE_FIFTEEN_ORDERS : (instance_kind)(seed % INSTANCE_KINDS);
    const size_t most = jko_t_integer(&random, 3) == 0 ? LARGEST : LARGEST / 2;
    const size_t m = 1 + jko_t_integer(&random, most);
    const size_t n = jko_t_integer(&random, 3) == 0 ? m : 1 + jko_t_integer(&random, most);
    instance t = instance_random(m, n, kind, &random);
    if (jko_t_integer(&random, 3) == 0) {
        const double share = 0.2 + 0.75 * jko_t_uniform(&random);
        instance_forbid(&t, share, kind == INSTANCE_TIES, &random);
    }
    return t;
}

static jko_ot_report solve(instance *t, jko_ot_method method, unsigned long long seed)
{
    jko_ot_settings settings;
    jko_ot_report report;
    jko_ot_settings_default(&settings);
    settings.method = method;
    const jko_status status = instance_solve(t, &settings, &report);
    if (status != JKO_OK) {
        print_error("seed %llu\n", seed);
    }
    assert_int_equal(status, JKO_OK);
    instance_check_exact(t, &report, 1e-12);
    assert_at_most(report.accuracy, 1e-12);
    return report;
}

// GLPK's own objective is recomputed from its own plan, before our simplex sees the basis.
static void exact_random_problems_agree_with_glpk(void **state)
{
    (void)state;
    print_message("seeds %llu to %llu\n", SEED, SEED + PROBLEMS - 1);
    for (unsigned long long seed = SEED; seed < SEED + PROBLEMS; seed++) {
        instance t = random_problem(seed, false);
        const double rounding = 1e-15 * jko_cost_max(t.cost) * t.total;
        const jko_ot_report simplex = solve(&t, JKO_OT_SIMPLEX, seed);
        const jko_ot_report listed = solve(&t, JKO_OT_SHORTLIST, seed);
        assert_close_abs(listed.upper, simplex.upper, 1e-14 * fabs(simplex.upper) + rounding);
        if (jko_i_lp_exists()) {
            const jko_ot_report lp = solve(&t, JKO_OT_LP, seed);
            const double tolerance = 1e-9 * fabs(simplex.upper) + rounding;
            assert_close_abs(lp.upper, simplex.upper, tolerance);
            assert_close_abs(lp.solver_objective, simplex.upper, tolerance);
        }
        instance_free(&t);
    }
}

// Costs over 15 orders of magnitude: the certificate closes.
static void exact_random_wide_problems_close_the_certificate(void **state)
{
    (void)state;
    print_message("seeds %llu to %llu\n", SEED + 10000, SEED + 10000 + WIDE_PROBLEMS - 1);
    for (unsigned long long seed = SEED + 10000; seed < SEED + 10000 + WIDE_PROBLEMS; seed++) {
        instance t = random_problem(seed, true);
        (void)solve(&t, JKO_OT_SIMPLEX, seed);
        (void)solve(&t, JKO_OT_SHORTLIST, seed);
        if (jko_i_lp_exists()) {
            (void)solve(&t, JKO_OT_LP, seed);
        }
        instance_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_random_problems_agree_with_glpk),
        cmocka_unit_test(exact_random_wide_problems_close_the_certificate),
    };
    return cmocka_run_group_tests_name("ot/exact_random", tests, NULL, NULL);
}
