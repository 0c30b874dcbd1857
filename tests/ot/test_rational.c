// SPDX-License-Identifier: BSD-3-Clause
/*
 * Costs over 6 to 15 orders of magnitude, against values from rational arithmetic (rational.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"
#include "ot/rational.h"

#define PROBLEMS 20
#define SEED 70240611ULL

// The problem of rational.py; the draws come in the same order.
static instance problem(size_t k)
{
    jko_t_random random = {SEED + k};
    const size_t bits = 20 + 30 * k / (PROBLEMS - 1);
    const size_t m = 4 + jko_t_integer(&random, 9);
    const size_t n = 4 + jko_t_integer(&random, 9);
    instance t = instance_create(m, n);
    double matrix[12 * 12];
    double allowed[12 * 12];
    for (size_t l = 0; l < m * n; l++) {
        const double numerator = 1.0 + (double)jko_t_integer(&random, 1023);
        matrix[l] = allowed[l] = ldexp(numerator, -(int)jko_t_integer(&random, bits + 1));
    }
    for (size_t l = 0; k % 4 == 3 && l < m * n; l++) {
        matrix[l] = jko_t_integer(&random, 3) == 0 ? (double)INFINITY : matrix[l];
    }
    for (size_t l = 0; l < m + n; l++) {
        const size_t i = jko_t_integer(&random, m);
        const size_t j = jko_t_integer(&random, n);
        const double mass = 1.0 + (double)jko_t_integer(&random, 9);
        t.a[i] += mass;
        t.b[j] += mass;
        t.total += mass;
        matrix[i * n + j] = allowed[i * n + j];
    }
    assert_int_equal(jko_cost_create_matrix(&t.cost, m, n, matrix), JKO_OK);
    return t;
}

// Flows and reduced costs are exact in the simplex, so the plan is the optimal one; its cost is
// summed with one rounding or two.
static void rational_values_are_met(void **state)
{
    (void)state;
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SHORTLIST, JKO_OT_LP};
    for (size_t k = 0; k < PROBLEMS; k++) {
        for (size_t l = 0; l < (jko_i_lp_exists() ? 3 : 2); l++) {
            jko_ot_settings settings;
            jko_ot_report report;
            instance t = problem(k);
            jko_ot_settings_default(&settings);
            settings.method = methods[l];
            assert_int_equal(instance_solve(&t, &settings, &report), JKO_OK);
            instance_check_exact(&t, &report, 1e-12);
            assert_close_rel(report.transport_cost, rational_values[k], 4e-16);
            instance_free(&t);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rational_values_are_met),
    };
    return cmocka_run_group_tests_name("ot/rational", tests, NULL, NULL);
}
