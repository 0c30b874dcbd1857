// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/equilibrium.c: equal profit rates, stored cases, minimality, statuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

static void case_immobile_matches_stored_values(void **state)
{
    (void)state;
    const double want[] = {0.6799432412828709, 1.3945487835292647, 1.343093956504422,
                           1.5440667292459511, 0.7403472894374911};
    double total = 0.0;
    double mass[5];
    double rate = NAN;
    for (size_t i = 0; i < 5; i++) {
        total += 0.2 * immobile_mu[i];
    }
    jko_economy *economy = case_immobile();
    assert_int_equal(jko_economy_equilibrium(economy, total, mass, &rate), JKO_OK);
    for (size_t i = 0; i < 5; i++) {
        assert_close_rel(mass[i] / 0.2, want[i], 2e-15);
    }
    assert_close_rel(rate, 0.1227639424763241, 2e-15);
    jko_economy_free(economy);
}

static void case_tiny_s_matches_stored_values(void **state)
{
    (void)state;
    const double want[] = {0.49999999961282743, 1.5000000004864007, 1.250000000177432,
                           0.74999999972334};
    double mass[4];
    double rate = NAN;
    jko_economy *economy = case_tiny();
    assert_int_equal(jko_economy_equilibrium(economy, 1.0, mass, &rate), JKO_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_close_rel(mass[i] / 0.25, want[i], 1e-15);
    }
    assert_close_rel(rate, 0.14, 1e-15);
    jko_economy_free(economy);
}

static void profit_rates_at_equilibrium_are_equal(void **state)
{
    (void)state;
    jko_t_random random = {31};
    for (size_t k = 0; k < CONVEX_S; k++) {
        double mass[50];
        double profit[50];
        double rate = NAN;
        jko_economy *economy = random_reduced(&random, 50, all_s[k]);
        assert_int_equal(jko_economy_equilibrium(economy, 2.5, mass, &rate), JKO_OK);
        jko_short_run out = {.struct_size = sizeof out, .profit_rate = profit};
        assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
        assert_close_rel(rate, 0.14 / 2.5, 1e-15);
        for (size_t i = 0; i < 50; i++) {
            assert_close_rel(profit[i], rate, 1e-14);
        }
        jko_economy_free(economy);
    }
}

static void equilibrium_has_least_energy(void **state)
{
    (void)state;
    jko_t_random random = {32};
    for (size_t k = 0; k < CONVEX_S; k++) {
        double mass[20];
        double least = NAN;
        jko_economy *economy = random_reduced(&random, 20, all_s[k]);
        assert_int_equal(jko_economy_equilibrium(economy, 1.0, mass, NULL), JKO_OK);
        assert_int_equal(jko_economy_energy_relative(economy, mass, &least), JKO_OK);
        for (int trial = 0; trial < 50; trial++) {
            double moved[20];
            double value = NAN;
            double sum = 0.0;
            for (size_t i = 0; i < 20; i++) {
                moved[i] = mass[i] * (0.8 + 0.4 * jko_t_uniform(&random));
                sum += moved[i];
            }
            for (size_t i = 0; i < 20; i++) {
                moved[i] /= sum;
            }
            assert_int_equal(jko_economy_energy_relative(economy, moved, &value), JKO_OK);
            assert_true(value > least);
        }
        jko_economy_free(economy);
    }
}

// Figures 1a and 1b of the source: ranges at t = 0 and in the long run, as printed.
static void baseline_has_the_sources_ranges(void **state)
{
    (void)state;
    double mass[PAPER_N];
    double labour[PAPER_N];
    double rest[PAPER_N];
    double profit[PAPER_N];
    paper_data(mass, labour);
    jko_economy *economy = paper_economy(BASELINE, labour);
    jko_short_run out = {.struct_size = sizeof out, .profit_rate = profit};
    double rate = NAN;
    assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
    assert_int_equal(jko_economy_equilibrium(economy, 1.0, rest, &rate), JKO_OK);
    double range[3][2] = {{INFINITY, 0.0}, {INFINITY, 0.0}, {INFINITY, 0.0}};
    for (size_t i = 0; i < PAPER_N; i++) {
        const double now[3] = {PAPER_N * mass[i], profit[i], PAPER_N * rest[i]};
        for (size_t k = 0; k < 3; k++) {
            range[k][0] = fmin(range[k][0], now[k]);
            range[k][1] = fmax(range[k][1], now[k]);
        }
    }
    assert_close_abs(range[0][0], 0.8518, 5e-5);
    assert_close_abs(range[0][1], 1.1661, 5e-5);
    assert_close_abs(range[1][0], 0.11164, 5e-6);
    assert_close_abs(range[1][1], 0.17416, 5e-6);
    assert_close_abs(range[2][0], 0.92135, 5e-6);
    assert_close_abs(range[2][1], 1.06867, 5e-6);
    assert_close_rel(rate, 0.14, 1e-15);
    jko_economy_free(economy);
}

// A large exponent 1/(1-s): all mass in the best sector, nothing overflows.
static void equilibrium_near_s_one_concentrates(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0, 1.999};
    double mass[3];
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 1.0, 0.86, 1.0 - 1e-9, weights),
                     JKO_OK);
    assert_int_equal(jko_economy_equilibrium(economy, 3.0, mass, NULL), JKO_OK);
    assert_true(mass[0] == 0.0 && mass[1] == 3.0 && mass[2] == 0.0);
    jko_economy_free(economy);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0};
    const double totals[] = {0.0, -1.0, NAN, INFINITY};
    double mass[] = {7.0, 8.0};
    double rate = 9.0;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, 0.5, weights), JKO_OK);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(jko_economy_equilibrium(economy, totals[k], mass, &rate),
                         JKO_ERR_ARGUMENT);
    }
    assert_int_equal(jko_economy_equilibrium(NULL, 1.0, mass, &rate), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_equilibrium(economy, 1.0, NULL, &rate), JKO_ERR_ARGUMENT);
    jko_economy_free(economy);
    const double s[] = {1.0, 1.47};
    for (size_t k = 0; k < 2; k++) {
        assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, s[k], weights), JKO_OK);
        assert_int_equal(jko_economy_equilibrium(economy, 1.0, mass, &rate), JKO_ERR_UNSUPPORTED);
        jko_economy_free(economy);
    }
    assert_true(mass[0] == 7.0 && mass[1] == 8.0 && rate == 9.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_immobile_matches_stored_values),
        cmocka_unit_test(case_tiny_s_matches_stored_values),
        cmocka_unit_test(profit_rates_at_equilibrium_are_equal),
        cmocka_unit_test(equilibrium_has_least_energy),
        cmocka_unit_test(baseline_has_the_sources_ranges),
        cmocka_unit_test(equilibrium_near_s_one_concentrates),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("economy/equilibrium", tests, NULL, NULL);
}
