// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/prox.c: stationarity and the conjugate gap, over s, eps, both scalings and
 * far too small or large references; an independent solution for two sectors; empty sectors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/callbacks.h"
#include "economy/fixture.h"
#include "energy/battery.h"

enum { N = 20 };

static const double all_eps[] = {1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 1.0, 100.0};
enum { ALL_EPS = sizeof all_eps / sizeof all_eps[0] };

/* Reference k: near uniform, spread over e^20, masses down to 1e-300, and up to 1e5. */
static void reference(jko_t_random *random, int k, double *log_r)
{
    const double spread[] = {0.5, 10.0, 690.0, 11.0};
    for (size_t i = 0; i < N; i++) {
        log_r[i] = k == 2   ? -spread[k] * jko_t_uniform(random)
                   : k == 3 ? spread[k]
                            : spread[k] * (2.0 * jko_t_uniform(random) - 1.0);
    }
}

/* Residual and gap at every eps and reference; what dE/dm and log m round to is the tolerance. */
static void check(const jko_energy *energy, jko_t_random *random)
{
    for (size_t e = 0; e < ALL_EPS; e++) {
        for (int k = 0; k < 4; k++) {
            double log_r[N];
            double log_m[N];
            double largest = 1.0;
            reference(random, k, log_r);
            const double residual = battery_prox_residual(energy, N, log_r, all_eps[e], log_m);
            for (size_t i = 0; i < N; i++) {
                largest = fmax(largest, fabs(all_eps[e] * (log_m[i] - log_r[i])));
            }
            assert_at_most(residual, 1e-12 * largest);
        }
    }
}

static void log_prox_is_stationary(void **state)
{
    (void)state;
    jko_t_random random = {71};
    for (size_t k = 0; k < CONVEX_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        check(&energy, &random);
        jko_economy_free(economy);
    }
}

static void level_prox_is_stationary(void **state)
{
    (void)state;
    jko_t_random random = {72};
    const double etas[] = {0.05, 0.05, 0.2, 0.69, 0.7, 0.7, 0.05};
    const double sigmas[] = {3.0, 0.4, 1.3, 2.0, 2.0, 0.5, 3.0};
    for (size_t k = 0; k < 7; k++) {
        jko_economy *economy = random_economy(
            &random, N, k == 6 ? JKO_LABOUR_MOBILE : JKO_LABOUR_IMMOBILE, 0.7, etas[k], sigmas[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LEVEL);
        // Constant returns and a small eps ask for masses like exp(1/eps): beyond double.
        double log_r[N];
        double log_m[N];
        for (size_t e = etas[k] < 0.69 ? 0 : 4; e < ALL_EPS; e++) {
            reference(&random, 0, log_r);
            double largest = 1.0;
            const double residual = battery_prox_residual(&energy, N, log_r, all_eps[e], log_m);
            for (size_t i = 0; i < N; i++) {
                largest = fmax(largest, fabs(all_eps[e] * (log_m[i] - log_r[i])));
            }
            assert_at_most(residual, 1e-12 * largest);
        }
        jko_economy_free(economy);
    }
}

// The prox and phi = -eps log(m/r) are a pair: their Fenchel gap is 0.
static void prox_closes_the_gap_to_the_conjugate(void **state)
{
    (void)state;
    jko_t_random random = {73};
    for (size_t k = 0; k < CONVEX_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        const double noise = all_s[k] == 0.0 ? 0.0 : 4e-18 / fabs(all_s[k]);
        for (size_t e = 2; e < ALL_EPS; e++) {
            double log_r[N];
            reference(&random, 0, log_r);
            assert_close_abs(battery_prox_gap(&energy, N, log_r, all_eps[e]), 0.0, 1e-14 + noise);
        }
        jko_economy_free(economy);
    }
}

// s = 0: the sectors separate, y e^y = c v h/(eps r) each; solved here by bisection.
static void prox_at_s_zero_separates(void **state)
{
    (void)state;
    const double weights[] = {1.0, 3.0};
    const double log_r[] = {log(0.2), log(0.7)};
    const double eps = 1e-3;
    double log_m[2];
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, 0.0, weights), JKO_OK);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    assert_int_equal(energy.kl_prox(energy.user, 2, log_r, eps, log_m), 0);
    for (size_t i = 0; i < 2; i++) {
        const double want = (1.0 - 0.86) * (1.0 - 0.86) * weights[i] / 4.0 / (eps * exp(log_r[i]));
        double low = 0.0;
        double high = 100.0;
        for (int k = 0; k < 200; k++) {
            const double y = 0.5 * (low + high);
            *(y * exp(y) < want ? &low : &high) = y;
        }
        assert_close_rel(log_m[i], log_r[i] + low, 1e-14);
    }
    jko_economy_free(economy);
}

static void prox_skips_empty_references(void **state)
{
    (void)state;
    jko_t_random random = {74};
    for (size_t k = 0; k < CONVEX_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        double log_r[N];
        double log_m[N];
        double none[N];
        reference(&random, 0, log_r);
        log_r[3] = log_r[11] = -INFINITY;
        assert_int_equal(energy.kl_prox(energy.user, N, log_r, 1e-3, log_m), 0);
        assert_true(log_m[3] == -INFINITY && log_m[11] == -INFINITY);
        if (all_s[k] < 0.0) {
            // E is +inf whatever m: the nearest is r itself.
            assert_same_bits(N, log_m, log_r);
        } else if (all_s[k] > 0.0) {
            assert_at_most(battery_prox_residual(&energy, N, log_r, 1e-3, log_m), 1e-12);
        }
        for (size_t i = 0; i < N; i++) {
            none[i] = -INFINITY;
        }
        assert_int_equal(energy.kl_prox(energy.user, N, none, 1e-3, log_m), 0);
        assert_same_bits(N, log_m, none);
        jko_economy_free(economy);
    }
}

// No random move in log m lowers E + eps KL: checks the minimum, not only its equation.
static void prox_is_a_minimum(void **state)
{
    (void)state;
    jko_t_random random = {75};
    const double eps = 1e-2;
    for (size_t k = 0; k < CONVEX_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        double log_r[N];
        double log_m[N];
        reference(&random, 0, log_r);
        assert_int_equal(energy.kl_prox(energy.user, N, log_r, eps, log_m), 0);
        double values[30];
        for (int trial = 0; trial < 30; trial++) {
            double mass[N];
            double kl = 0.0;
            for (size_t i = 0; i < N; i++) {
                const double move = trial == 0 ? 0.0 : 0.2 * (jko_t_uniform(&random) - 0.5);
                mass[i] = exp(log_m[i] + move);
                kl += mass[i] * (log_m[i] + move - log_r[i]) - mass[i] + exp(log_r[i]);
            }
            double value = NAN;
            assert_int_equal(energy.eval(energy.user, N, mass, &value, NULL), 0);
            values[trial] = value + eps * kl;
            assert_true(trial == 0 || values[trial] > values[0]);
        }
        jko_economy_free(economy);
    }
}

static void prox_reports_numbers_out_of_range(void **state)
{
    (void)state;
    const double log_r[] = {0.0, NAN};
    double log_m[2];
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    assert_int_equal(energy.kl_prox(energy.user, 2, log_r, 1e-3, log_m), JKO_I_NO_ANSWER);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_prox_is_stationary),
        cmocka_unit_test(level_prox_is_stationary),
        cmocka_unit_test(prox_closes_the_gap_to_the_conjugate),
        cmocka_unit_test(prox_at_s_zero_separates),
        cmocka_unit_test(prox_skips_empty_references),
        cmocka_unit_test(prox_is_a_minimum),
        cmocka_unit_test(prox_reports_numbers_out_of_range),
    };
    return cmocka_run_group_tests_name("economy/prox", tests, NULL, NULL);
}
