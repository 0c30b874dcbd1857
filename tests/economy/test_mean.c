// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/mean.c: power means against long double, across exponents and masses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"
#include "economy/mean.h"

/* (1/p) log sum share exp(p x), in long double, whose exponent range is enough unshifted. */
static long double reference(const jko_economy *economy, double p, const double *x)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < economy->n; i++) {
        // expm1l where it keeps digits: shares sum to 1 up to their own rounding.
        sum += (long double)economy->share[i] *
               (p == 0.0 ? (long double)x[i] : expm1l((long double)p * (long double)x[i]));
    }
    return p == 0.0 ? sum : log1pl(sum) / (long double)p;
}

static void mean_agrees_with_long_double(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {11};
    const double exponents[] = {-40.0,  -3.0,  -0.5, -1e-3, -1e-9, -1e-300, 0.0,
                                1e-300, 1e-12, 1e-6, 0.04,  1.0,   9.0,     300.0};
    for (int trial = 0; trial < 50; trial++) {
        jko_economy *economy = random_reduced(&random, 30, 0.5);
        double x[30];
        const double spread = trial % 2 == 0 ? 1.0 : 20.0;
        for (size_t i = 0; i < 30; i++) {
            x[i] = spread * (2.0 * jko_t_uniform(&random) - 1.0);
        }
        for (size_t k = 0; k < sizeof exponents / sizeof exponents[0]; k++) {
            // Rounding of the largest |x|, a few times.
            assert_close_abs(jko_i_power_mean(economy, exponents[k], jko_i_plain, x),
                             (double)reference(economy, exponents[k], x), 1e-15 * spread);
        }
        jko_economy_free(economy);
    }
}

// A sector of a tiny share dominates: the sum of expm1 alone would cancel.
static void mean_dominated_by_small_share_keeps_digits(void **state)
{
    (void)state;
    const double weights[] = {1e-12, 1.0, 1.0};
    const double x[] = {30.0, -1.0, -2.0};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 1.0, 0.5, 1.0, weights), JKO_OK);
    assert_close_abs(jko_i_power_mean(economy, 1.0, jko_i_plain, x),
                     (double)reference(economy, 1.0, x), 1e-15 * 30.0);
    assert_close_abs(jko_i_power_mean(economy, 7.0, jko_i_plain, x),
                     (double)reference(economy, 7.0, x), 1e-15 * 30.0);
    jko_economy_free(economy);
}

static void mean_far_outside_exp_is_the_extreme(void **state)
{
    (void)state;
    const double weights[] = {1.0, 1.0};
    const double x[] = {-2000.0, 3000.0};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.5, 1.0, weights), JKO_OK);
    // share 1/2 of the extreme, the other negligible.
    assert_close_rel(jko_i_power_mean(economy, 2.0, jko_i_plain, x), 3000.0 - log(2.0) / 2.0,
                     1e-15);
    assert_close_rel(jko_i_power_mean(economy, -2.0, jko_i_plain, x), -2000.0 + log(2.0) / 2.0,
                     1e-15);
    jko_economy_free(economy);
}

static void mean_with_infinite_terms_is_infinite_or_skips_them(void **state)
{
    (void)state;
    const double weights[] = {1.0, 3.0};
    const double empty[] = {-INFINITY, 0.25};
    const double none[] = {-INFINITY, -INFINITY};
    const double full[] = {INFINITY, 0.25};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.25, 0.5, 1.0, weights), JKO_OK);
    assert_close_rel(jko_i_power_mean(economy, 0.5, jko_i_plain, empty), 0.25 + 2.0 * log(0.75),
                     1e-15);
    assert_true(jko_i_power_mean(economy, -0.5, jko_i_plain, empty) == -INFINITY);
    assert_true(jko_i_power_mean(economy, 0.0, jko_i_plain, empty) == -INFINITY);
    assert_true(jko_i_power_mean(economy, 0.5, jko_i_plain, none) == -INFINITY);
    assert_true(jko_i_power_mean(economy, 0.5, jko_i_plain, full) == INFINITY);
    assert_close_rel(jko_i_power_mean(economy, -0.5, jko_i_plain, full), 0.25 - 2.0 * log(0.75),
                     1e-15);
    jko_economy_free(economy);
}

static void log_density_outside_the_range_of_a_quotient_is_finite(void **state)
{
    (void)state;
    const double weights[] = {1.0, 1.0, 1.0};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 1e-10, 0.5, 1.0, weights), JKO_OK);
    const double mass[] = {1e305, 0.0, 1e-300};
    assert_close_rel(jko_i_log_density(economy, mass, 0), 315.0 * log(10.0), 1e-15);
    assert_true(jko_i_log_density(economy, mass, 1) == -INFINITY);
    assert_close_rel(jko_i_log_density(economy, mass, 2), -290.0 * log(10.0), 1e-15);
    jko_economy_free(economy);
}

// sum m g = 1 is Euler's identity for a 1-homogeneous function, for every s.
static void gain_weighted_by_mass_sums_to_one(void **state)
{
    (void)state;
    jko_t_random random = {12};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = random_reduced(&random, 40, all_s[k]);
        double mass[40];
        for (size_t i = 0; i < 40; i++) {
            mass[i] = jko_t_exponential(&random);
        }
        mass[7] = 1e-300;
        const double u = jko_i_log_equivalent(economy, mass);
        double sum = 0.0;
        for (size_t i = 0; i < 40; i++) {
            sum +=
                mass[i] * exp(jko_i_log_gain(economy, i, jko_i_log_density(economy, mass, i), u));
        }
        // Logs of 1e-300 round at 1e-13; they matter for s < 0 only.
        assert_close_abs(sum, 1.0, all_s[k] < -1e-3 ? 1e-12 : 4e-15);
        jko_economy_free(economy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mean_agrees_with_long_double),
        cmocka_unit_test(mean_dominated_by_small_share_keeps_digits),
        cmocka_unit_test(mean_far_outside_exp_is_the_extreme),
        cmocka_unit_test(mean_with_infinite_terms_is_infinite_or_skips_them),
        cmocka_unit_test(log_density_outside_the_range_of_a_quotient_is_finite),
        cmocka_unit_test(gain_weighted_by_mass_sums_to_one),
    };
    return cmocka_run_group_tests_name("economy/mean", tests, NULL, NULL);
}
