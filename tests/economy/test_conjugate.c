// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/conjugate.c: stored cases, Fenchel and Young, maximisers, the edges of the
 * domain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"
#include "energy/battery.h"

enum { N = 20 };

static void cases_match_stored_values(void **state)
{
    (void)state;
    jko_economy *economy = case_immobile();
    jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    assert_close_abs(battery_conjugate(&energy, 5, immobile_phi), 0.025882033512833413, 1e-16);
    jko_economy_free(economy);
    economy = case_tiny();
    energy = energy_of(economy, JKO_ENERGY_LOG);
    assert_close_abs(battery_conjugate(&energy, 4, tiny_phi), -0.020442660875706484, 1e-16);
    jko_economy_free(economy);
}

static void log_conjugate_meets_fenchel_and_young(void **state)
{
    (void)state;
    jko_t_random random = {61};
    for (size_t k = 0; k <= CONVEX_S; k++) { // up to s = 1
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        const bool strict = all_s[k] > -1e-9 && all_s[k] < 1.0;
        // E and E* both hold the constant (c/s) log(h sum w), which cancels up to its rounding.
        const double noise = all_s[k] == 0.0 ? 0.0 : 4e-18 / fabs(all_s[k]);
        for (int trial = 0; trial < 5; trial++) {
            double mass[N];
            battery_mass(&random, N, mass);
            battery_fenchel(&energy, N, mass, &random, strict, 1e-15 + noise);
        }
        jko_economy_free(economy);
    }
}

static void level_conjugate_meets_fenchel_and_young(void **state)
{
    (void)state;
    jko_t_random random = {62};
    const double etas[] = {0.05, 0.05, 0.2, 0.69, 0.7, 0.7};
    const double sigmas[] = {3.0, 0.4, 1.3, 2.0, 2.0, 0.5};
    for (size_t k = 0; k < 6; k++) {
        jko_economy *economy =
            random_economy(&random, N, JKO_LABOUR_IMMOBILE, 0.7, etas[k], sigmas[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LEVEL);
        for (int trial = 0; trial < 5; trial++) {
            double mass[N];
            battery_mass(&random, N, mass);
            battery_fenchel(&energy, N, mass, &random, etas[k] < 0.6, 1e-13);
        }
        jko_economy_free(economy);
    }
}

// The closed maximiser m = h (c w/(q Z))^(1/(1-s)), Z = c^s S^(1-s), worked out here in plain
// powers: E* is attained there, and no random m does better.
static void conjugate_is_attained_at_its_maximiser(void **state)
{
    (void)state;
    jko_t_random random = {63};
    const double s[] = {-3.0, -0.375, 0.0385, 0.5, 0.9};
    const double h = 1.0 / N;
    const double c = (1.0 - 0.86) * (1.0 - 0.86);
    for (size_t k = 0; k < 5; k++) {
        jko_economy *economy = random_reduced(&random, N, s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        const double a = 1.0 / (1.0 - s[k]);
        double w[N];
        double phi[N];
        double best[N];
        double sum = 0.0;
        assert_int_equal(jko_economy_get_weights(economy, w), JKO_OK);
        for (size_t i = 0; i < N; i++) {
            phi[i] = -0.01 * (0.1 + jko_t_exponential(&random));
            sum += h * pow(w[i], a) * pow(-phi[i], -s[k] * a);
        }
        const double z = pow(c, s[k]) * pow(sum, 1.0 - s[k]);
        for (size_t i = 0; i < N; i++) {
            best[i] = h * pow(c * w[i] / (-phi[i] * z), a);
        }
        assert_close_abs(battery_fenchel_gap(&energy, N, best, phi), 0.0, 1e-14);
        jko_economy_free(economy);
    }
}

// s >= 1: the supremum is over states with all mass in one sector; random states stay below.
static void conjugate_for_s_from_one_is_attained_in_one_sector(void **state)
{
    (void)state;
    jko_t_random random = {64};
    const double s[] = {1.0, 1.47, 3.0};
    const double c = (1.0 - 0.86) * (1.0 - 0.86);
    for (size_t k = 0; k < 3; k++) {
        jko_economy *economy = random_reduced(&random, N, s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        for (int trial = 0; trial < 20; trial++) {
            double phi[N];
            double mass[N];
            double least = INFINITY;
            for (size_t i = 0; i < N; i++) {
                phi[i] = -0.01 * (0.1 + jko_t_exponential(&random));
            }
            for (size_t i = 0; i < N; i++) {
                double one[N] = {0.0};
                one[i] = c / -phi[i]; // stationary along the ray, since E(a m) = E(m) - c log a
                least = fmin(least, battery_fenchel_gap(&energy, N, one, phi));
            }
            assert_close_abs(least, 0.0, 1e-15);
            battery_mass(&random, N, mass);
            assert_true(battery_fenchel_gap(&energy, N, mass, phi) >= -1e-15);
        }
        jko_economy_free(economy);
    }
}

static void log_conjugate_at_the_edge_of_its_domain(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0, 3.0};
    const double positive[] = {-1.0, 1e-9, -1.0};
    const double some_zero[] = {-1.0, 0.0, -1.0};
    const double all_zero[] = {0.0, 0.0, 0.0};
    const double nan[] = {-1.0, NAN, -1.0};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = NULL;
        assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, all_s[k], weights),
                         JKO_OK);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        assert_true(battery_conjugate(&energy, 3, positive) == INFINITY);
        assert_true(battery_conjugate(&energy, 3, all_zero) == INFINITY);
        assert_true(isnan(battery_conjugate(&energy, 3, nan)));
        const double at_zero = battery_conjugate(&energy, 3, some_zero);
        assert_true(all_s[k] < 0.0 ? isfinite(at_zero) : at_zero == INFINITY);
        jko_economy_free(economy);
    }
}

// s = -1, one phi 0: E*(phi) by the closed form with that term left out of S.
static void log_conjugate_of_negative_s_leaves_out_free_sectors(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0, 3.0};
    const double phi[] = {-0.5, 0.0, -0.25};
    const double c = 0.25;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.5, -1.0, weights), JKO_OK);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    const double sum = 0.5 * (sqrt(1.0 * 0.5) + sqrt(3.0 * 0.25));
    assert_close_rel(battery_conjugate(&energy, 3, phi), -c + c * log(c) - 2.0 * c * log(sum),
                     1e-14);
    jko_economy_free(economy);
}

// theta = 1: X is 1-homogeneous, so E* is 0 or +inf, and the variation lies on the edge.
static void level_conjugate_of_constant_returns_is_an_indicator(void **state)
{
    (void)state;
    jko_t_random random = {65};
    const double sigmas[] = {2.0, 0.5};
    for (size_t k = 0; k < 2; k++) {
        jko_economy *economy =
            random_economy(&random, N, JKO_LABOUR_IMMOBILE, 0.75, 0.75, sigmas[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LEVEL);
        for (int trial = 0; trial < 20; trial++) {
            double mass[N];
            double value = NAN;
            double phi[N];
            battery_mass(&random, N, mass);
            assert_int_equal(energy.eval(energy.user, N, mass, &value, phi), 0);
            assert_true(battery_conjugate(&energy, N, phi) == 0.0);
            for (size_t i = 0; i < N; i++) {
                phi[i] *= 1.0 - 1e-13;
            }
            assert_true(battery_conjugate(&energy, N, phi) == INFINITY);
        }
        const double all_zero[N] = {0.0};
        assert_true(battery_conjugate(&energy, N, all_zero) == INFINITY);
        jko_economy_free(economy);
    }
}

// The model's formula for theta < 1, in plain powers.
static void level_conjugate_matches_the_models_formula(void **state)
{
    (void)state;
    jko_t_random random = {66};
    jko_economy *economy = random_economy(&random, N, JKO_LABOUR_IMMOBILE, 0.7, 0.05, 3.0);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LEVEL);
    const double theta = 1.0 + 0.05 - 0.7;
    const double s = theta * 2.0 / 3.0;
    const double kappa = 0.09 / theta;
    double w[N];
    double phi[N];
    double sum = 0.0;
    assert_int_equal(jko_economy_get_weights(economy, w), JKO_OK);
    for (size_t i = 0; i < N; i++) {
        phi[i] = -0.1 - jko_t_uniform(&random);
        sum += pow(w[i], 1.0 / (1.0 - s)) * pow(-phi[i], -s / (1.0 - s)) / N;
    }
    const double d = pow(sum, -(1.0 - s) / s);
    assert_close_rel(battery_conjugate(&energy, N, phi),
                     kappa * (1.0 - theta) * pow(kappa * theta / d, theta / (1.0 - theta)), 1e-13);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_match_stored_values),
        cmocka_unit_test(log_conjugate_meets_fenchel_and_young),
        cmocka_unit_test(level_conjugate_meets_fenchel_and_young),
        cmocka_unit_test(conjugate_is_attained_at_its_maximiser),
        cmocka_unit_test(conjugate_for_s_from_one_is_attained_in_one_sector),
        cmocka_unit_test(log_conjugate_at_the_edge_of_its_domain),
        cmocka_unit_test(log_conjugate_of_negative_s_leaves_out_free_sectors),
        cmocka_unit_test(level_conjugate_of_constant_returns_is_an_indicator),
        cmocka_unit_test(level_conjugate_matches_the_models_formula),
    };
    return cmocka_run_group_tests_name("economy/conjugate", tests, NULL, NULL);
}
