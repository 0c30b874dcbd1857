// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/variation.c: value, variation and Hessian in both scalings against stored
 * cases, differences, Euler's identities and the signs of the model's section 6.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"
#include "energy/battery.h"

enum { N = 20 };

/* Economies with level scaling: theta 0.35, 1/2, 1 with s positive and negative, mobile too. */
static jko_economy *level_economy(jko_t_random *random, size_t k)
{
    static const double etas[] = {0.05, 0.05, 0.2, 0.7, 0.7, 0.2};
    static const double sigmas[] = {3.0, 0.4, 1.001, 2.0, 0.5, 3.0};
    return random_economy(random, N, k == 5 ? JKO_LABOUR_MOBILE : JKO_LABOUR_IMMOBILE, 0.7, etas[k],
                          sigmas[k]);
}
enum { LEVELS = 6 };

static void case_immobile_matches_stored_values(void **state)
{
    (void)state;
    const double want[] = {-0.011904787012950403, -0.021331293958168143, -0.015315254540125812,
                           -0.025846277537664122, -0.0122036114242426};
    double mass[5];
    double value = NAN;
    double variation[5];
    jko_economy *economy = case_immobile();
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    masses_of(5, 0.2, immobile_mu, mass);
    assert_int_equal(energy.eval(energy.user, 5, mass, &value, variation), 0);
    assert_close_rel(value, -0.045305132976287854, 1e-14);
    for (size_t i = 0; i < 5; i++) {
        assert_close_rel(variation[i], want[i], 3e-15);
    }
    jko_economy_free(economy);
}

static void case_tiny_s_matches_stored_values(void **state)
{
    (void)state;
    const double want[] = {-0.013999999994415008, -0.026727272728690795, -0.015312500006549929,
                           -0.024499999986449573};
    double mass[4];
    double value = NAN;
    double variation[4];
    jko_economy *economy = case_tiny();
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    masses_of(4, 0.25, tiny_mu, mass);
    assert_int_equal(energy.eval(energy.user, 4, mass, &value, variation), 0);
    assert_close_rel(value, -0.0008281642720297361, 1e-13);
    for (size_t i = 0; i < 4; i++) {
        assert_close_rel(variation[i], want[i], 1e-15);
    }
    jko_economy_free(economy);
}

static void log_callbacks_agree_with_differences(void **state)
{
    (void)state;
    jko_t_random random = {51};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        double mass[N];
        battery_mass(&random, N, mass);
        // The constant -(c/s) log(h sum w) rounds: it is 1e7 c for s = 1e-9.
        const double noise = all_s[k] == 0.0 ? 0.0 : 1e-12 / fabs(all_s[k]);
        battery_variation(&energy, N, mass, 1e-9 + noise);
        battery_hessian(&energy, N, mass, &random, 1e-9);
        jko_economy_free(economy);
    }
}

static void level_callbacks_agree_with_differences(void **state)
{
    (void)state;
    jko_t_random random = {52};
    for (size_t k = 0; k < LEVELS; k++) {
        jko_economy *economy = level_economy(&random, k);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LEVEL);
        double mass[N];
        battery_mass(&random, N, mass);
        battery_variation(&energy, N, mass, 1e-9);
        battery_hessian(&energy, N, mass, &random, 1e-9);
        jko_economy_free(economy);
    }
}

// sum m_i dE/dm_i = -c, and H m = c g = -dE/dm.
static void euler_identities_of_log_hold(void **state)
{
    (void)state;
    jko_t_random random = {53};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        const double c = (1.0 - 0.86) * (1.0 - 0.86);
        double mass[N];
        double value = NAN;
        double variation[N];
        double hm[N];
        double sum = 0.0;
        battery_mass(&random, N, mass);
        assert_int_equal(energy.eval(energy.user, N, mass, &value, variation), 0);
        assert_int_equal(energy.hessian_product(energy.user, N, mass, mass, hm), 0);
        for (size_t i = 0; i < N; i++) {
            sum += mass[i] * variation[i];
            assert_close_rel(hm[i], -variation[i], 1e-13);
        }
        assert_close_rel(sum, -c, 4e-15);
        jko_economy_free(economy);
    }
}

// E_level = -(c/theta) X, dE_level = X dE_log: the same path at speed X.
static void level_is_consumption_and_runs_at_its_speed(void **state)
{
    (void)state;
    jko_t_random random = {54};
    for (size_t k = 0; k < LEVELS; k++) {
        jko_economy *economy = level_economy(&random, k);
        const jko_energy log_energy = energy_of(economy, JKO_ENERGY_LOG);
        const jko_energy level = energy_of(economy, JKO_ENERGY_LEVEL);
        jko_economy_summary numbers = {.struct_size = sizeof numbers};
        double mass[N];
        double x = NAN;
        double value = NAN;
        double slow[N];
        double fast[N];
        battery_mass(&random, N, mass);
        assert_int_equal(jko_economy_summarize(economy, &numbers), JKO_OK);
        assert_int_equal(jko_economy_consumption(economy, mass, &x), JKO_OK);
        assert_int_equal(log_energy.eval(log_energy.user, N, mass, &value, slow), 0);
        assert_int_equal(level.eval(level.user, N, mass, &value, fast), 0);
        assert_close_rel(value, -numbers.c / numbers.theta * x, 1e-15);
        for (size_t i = 0; i < N; i++) {
            assert_close_rel(fast[i], x * slow[i], 1e-14);
        }
        jko_economy_free(economy);
    }
}

/* v.Hv for a random v that sums to 0, at the equilibrium-like point mass. */
static double curvature(const jko_energy *energy, const double *mass, jko_t_random *random)
{
    double v[N];
    double hv[N];
    double mean = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < N; i++) {
        v[i] = jko_t_uniform(random) - 0.5;
        mean += v[i] / N;
    }
    for (size_t i = 0; i < N; i++) {
        v[i] -= mean;
    }
    assert_int_equal(energy->hessian_product(energy->user, N, mass, v, hv), 0);
    for (size_t i = 0; i < N; i++) {
        sum += v[i] * hv[i];
    }
    return sum;
}

// Section 6: convex for s < 1; for s > 1 concave on mass-neutral directions where pi is constant.
static void curvature_has_the_sign_of_the_class(void **state)
{
    (void)state;
    jko_t_random random = {55};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = random_reduced(&random, N, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        double weights[N];
        double mass[N];
        assert_int_equal(jko_economy_get_weights(economy, weights), JKO_OK);
        for (int trial = 0; trial < 20; trial++) {
            battery_mass(&random, N, mass);
            if (all_s[k] < 1.0) {
                assert_true(curvature(&energy, mass, &random) > 0.0);
            } else if (all_s[k] == 1.0) {
                assert_true(curvature(&energy, mass, &random) >= 0.0);
            } else {
                for (size_t i = 0; i < N; i++) {
                    mass[i] = pow(weights[i], 1.0 / (1.0 - all_s[k]));
                }
                assert_true(curvature(&energy, mass, &random) < 0.0);
            }
        }
        jko_economy_free(economy);
    }
}

static void empty_sectors_give_limits_and_no_nan(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0, 3.0};
    const double mass[] = {0.0, 0.25, 0.5};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = NULL;
        double value = NAN;
        double variation[3];
        assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, all_s[k], weights),
                         JKO_OK);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        assert_int_equal(energy.eval(energy.user, 3, mass, &value, variation), 0);
        assert_true((value == INFINITY) == (all_s[k] <= 0.0));
        if (all_s[k] < 1.0) {
            assert_true(variation[0] == -INFINITY);
        } else if (all_s[k] == 1.0) {
            assert_close_rel(variation[0] / variation[1], 0.5, 1e-15); // as the weights
        } else {
            assert_true(variation[0] == 0.0);
        }
        assert_true(variation[1] <= 0.0 && variation[2] <= 0.0);
        assert_true(all_s[k] < 0.0 ? variation[1] == 0.0 : isfinite(variation[1]));
        jko_economy_free(economy);
    }
}

// Masses of 1e-300 beside masses of 1, for s where mu^s overflows.
static void tiny_masses_stay_finite(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0, 3.0};
    const double mass[] = {1e-300, 0.25, 0.5};
    const double c = (1.0 - 0.86) * (1.0 - 0.86);
    jko_economy *economy = NULL;
    double value = NAN;
    double variation[3];
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, -3.0, weights), JKO_OK);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    assert_int_equal(energy.eval(energy.user, 3, mass, &value, variation), 0);
    // Z is h w_0 mu_0^-3 to rounding, so E = (c/3) log of it and dE/dm_0 = -c/m_0.
    assert_close_rel(value, c / 3.0 * (log(0.5) - 3.0 * log(2e-300)), 1e-14);
    assert_close_rel(variation[0], -c / 1e-300, 1e-12);
    assert_true(variation[1] == 0.0 && variation[2] == 0.0);
    jko_economy_free(economy);
}

// Level, s < 0: X = 0 at an empty sector. theta < 1: infinite gain there. theta = 1: X is
// 1-homogeneous, and near the empty sector X = (h w_0)^(1/q) m_0/h exactly to first order.
static void level_at_an_empty_sector_is_zero(void **state)
{
    (void)state;
    const double weights[] = {1.5, 2.0, 3.0};
    const double mass[] = {0.0, 0.25, 0.5};
    const double etas[] = {0.5, 0.75};
    for (size_t k = 0; k < 2; k++) {
        jko_economy_parameters p;
        jko_economy_parameters_default(&p);
        p.weights = weights;
        p.beta = 0.75;
        p.eta = etas[k]; // theta 3/4 and 1
        p.sigma = 0.5;   // q = -1
        jko_economy *economy = NULL;
        double value = NAN;
        double variation[3];
        assert_int_equal(jko_economy_create(&economy, 3, 0.5, &p), JKO_OK);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LEVEL);
        assert_int_equal(energy.eval(energy.user, 3, mass, &value, variation), 0);
        assert_true(value == 0.0 && variation[1] == 0.0 && variation[2] == 0.0);
        if (k == 0) {
            assert_true(variation[0] == -INFINITY);
        } else {
            assert_close_rel(variation[0], -0.0625 / (0.5 * 1.5) / 0.5, 1e-14);
        }
        jko_economy_free(economy);
    }
}

static void wrong_number_of_sectors_is_reported(void **state)
{
    (void)state;
    const double three[] = {1.0, 1.0, 1.0};
    double value = 7.0;
    double array[3] = {8.0, 8.0, 8.0};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    for (int scaling = JKO_ENERGY_LOG; scaling <= JKO_ENERGY_LEVEL; scaling++) {
        const jko_energy e = energy_of(economy, (jko_energy_scaling)scaling);
        assert_int_not_equal(e.eval(e.user, 3, three, &value, array), 0);
        assert_int_not_equal(e.hessian_product(e.user, 3, three, three, array), 0);
        assert_int_not_equal(e.conjugate(e.user, 3, three, &value), 0);
        assert_int_not_equal(e.kl_prox(e.user, 3, three, 1.0, array), 0);
    }
    assert_true(value == 7.0 && array[0] == 8.0 && array[2] == 8.0);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_immobile_matches_stored_values),
        cmocka_unit_test(case_tiny_s_matches_stored_values),
        cmocka_unit_test(log_callbacks_agree_with_differences),
        cmocka_unit_test(level_callbacks_agree_with_differences),
        cmocka_unit_test(euler_identities_of_log_hold),
        cmocka_unit_test(level_is_consumption_and_runs_at_its_speed),
        cmocka_unit_test(curvature_has_the_sign_of_the_class),
        cmocka_unit_test(empty_sectors_give_limits_and_no_nan),
        cmocka_unit_test(tiny_masses_stay_finite),
        cmocka_unit_test(level_at_an_empty_sector_is_zero),
        cmocka_unit_test(wrong_number_of_sectors_is_reported),
    };
    return cmocka_run_group_tests_name("economy/variation", tests, NULL, NULL);
}
