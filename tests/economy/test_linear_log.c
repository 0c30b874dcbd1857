// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/linear_log.c, and of the energy at s = 1 that it serves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"
#include "economy/linear_log.h"
#include "energy/battery.h"

enum { N = 20 };

static void log_sum_is_safe_at_both_ends(void **state)
{
    (void)state;
    const double large[] = {1e4, 1e4 + log(3.0)};
    const double none[] = {-INFINITY, -INFINITY};
    const double shift[] = {0.0, -2e4};
    assert_close_rel(jko_i_log_sum(2, large, NULL), 1e4 + log(4.0), 1e-15);
    assert_close_rel(jko_i_log_sum(2, large, shift), 1e4, 1e-15);
    assert_true(jko_i_log_sum(2, none, NULL) == -INFINITY);
}

// One sector: m = r e^y with y e^y = c/(eps r), whatever a is.
static void prox_of_one_sector_is_a_lambert_value(void **state)
{
    (void)state;
    const double log_a = 3.0;
    const double log_r = log(0.5);
    double log_m = NAN;
    // y = 2: c = 2 e^2 eps r.
    assert_true(jko_i_linear_log_prox(2.0 * exp(2.0) * 0.1 * 0.5, 1, &log_a, &log_r, 0.1, &log_m));
    assert_close_rel(log_m, log_r + 2.0, 2e-15);
}

static void energy_at_s_one_agrees_with_its_prox_and_conjugate(void **state)
{
    (void)state;
    jko_t_random random = {81};
    const double eps[] = {1e-8, 1e-5, 1e-3, 1e-2, 1.0, 100.0};
    for (int trial = 0; trial < 10; trial++) {
        jko_economy *economy = random_reduced(&random, N, 1.0);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        assert_true(energy.convex && energy.majorant == NULL);
        for (size_t e = 0; e < 6; e++) {
            for (int k = 0; k < 3; k++) {
                const double spread[] = {1.0, 20.0, 690.0};
                double log_r[N];
                double log_m[N];
                for (size_t i = 0; i < N; i++) {
                    log_r[i] = -spread[k] * jko_t_uniform(&random);
                }
                log_r[5] = -INFINITY;
                // eps times the rounding of log masses, where that is more.
                assert_at_most(battery_prox_residual(&energy, N, log_r, eps[e], log_m),
                               1e-12 * fmax(1.0, eps[e] * spread[k]));
            }
        }
        jko_economy_free(economy);
    }
}

static void prox_without_mass_where_it_counts_is_the_reference(void **state)
{
    (void)state;
    const double log_a[] = {-INFINITY, 0.0, -INFINITY};
    const double log_r[] = {1.0, -INFINITY, -2.0};
    double log_m[3];
    assert_true(jko_i_linear_log_prox(1.0, 3, log_a, log_r, 0.1, log_m));
    assert_same_bits(3, log_m, log_r);
}

static void prox_of_nan_is_refused(void **state)
{
    (void)state;
    const double log_a[] = {0.0, 0.0};
    const double log_r[] = {0.0, NAN};
    double log_m[2];
    assert_false(jko_i_linear_log_prox(1.0, 2, log_a, log_r, 0.1, log_m));
}

static void conjugate_at_the_edge_of_its_domain(void **state)
{
    (void)state;
    const double log_a[] = {-INFINITY, log(2.0)};
    const double c = 0.5;
    const double free_sector[] = {0.0, -4.0}; // a = 0 there: no gain, no cost
    const double paid_sector[] = {1e-9, -4.0};
    const double zero[] = {-1.0, 0.0};
    const double nan[] = {NAN, -4.0};
    assert_close_rel(jko_i_linear_log_conjugate(c, 2, log_a, free_sector),
                     c * log(c) - c + c * log(0.5), 1e-15);
    assert_true(jko_i_linear_log_conjugate(c, 2, log_a, paid_sector) == INFINITY);
    assert_true(jko_i_linear_log_conjugate(c, 2, log_a, zero) == INFINITY);
    assert_true(isnan(jko_i_linear_log_conjugate(c, 2, log_a, nan)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_sum_is_safe_at_both_ends),
        cmocka_unit_test(prox_of_one_sector_is_a_lambert_value),
        cmocka_unit_test(energy_at_s_one_agrees_with_its_prox_and_conjugate),
        cmocka_unit_test(prox_without_mass_where_it_counts_is_the_reference),
        cmocka_unit_test(prox_of_nan_is_refused),
        cmocka_unit_test(conjugate_at_the_edge_of_its_domain),
    };
    return cmocka_run_group_tests_name("economy/linear_log", tests, NULL, NULL);
}
