// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/consumption.c: stored cases, the source's figures, identities, statuses.
 *
 * X at t = 0 and in the long run for the source's four runs: from the model's section 10, which
 * were computed there by a method-of-lines code of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

static double z_of(const jko_economy *economy, const double *mass)
{
    double z = NAN;
    assert_int_equal(jko_economy_z(economy, mass, &z), JKO_OK);
    return z;
}

static double x_of(const jko_economy *economy, const double *mass)
{
    double x = NAN;
    assert_int_equal(jko_economy_consumption(economy, mass, &x), JKO_OK);
    return x;
}

static double relative_of(const jko_economy *economy, const double *mass)
{
    double value = NAN;
    assert_int_equal(jko_economy_energy_relative(economy, mass, &value), JKO_OK);
    return value;
}

static void case_immobile_matches_stored_values(void **state)
{
    (void)state;
    double mass[5];
    jko_economy *economy = case_immobile();
    masses_of(5, 0.2, immobile_mu, mass);
    assert_close_rel(z_of(economy, mass), 1.0929750138305552, 1e-14);
    assert_close_rel(x_of(economy, mass), 1.4500037151160272, 1e-14);
    assert_close_rel(relative_of(economy, mass), -0.002654962330666105, 1e-13);
    jko_economy_free(economy);
}

static void case_tiny_s_matches_stored_values(void **state)
{
    (void)state;
    double mass[4];
    jko_economy *economy = case_tiny();
    masses_of(4, 0.25, tiny_mu, mass);
    assert_close_abs(z_of(economy, mass), 1.0000000000422533, 4e-16);
    assert_close_rel(relative_of(economy, mass), -0.0008281642720297361, 1e-13);
    jko_economy_free(economy);
}

static void runs_match_the_sources_consumption(void **state)
{
    (void)state;
    const paper_run runs[] = {BASELINE, BETA_080, SIGMA_03, MOBILE};
    const double start[] = {0.9798653842, 0.9812568740, 0.9299077047, 0.9997736614};
    const double end[] = {0.9806773899, 0.9820132790, 0.9395156064, 1.0};
    double mass[PAPER_N];
    double labour[PAPER_N];
    double rest[PAPER_N];
    double x[4];
    double x_end[4];
    paper_data(mass, labour);
    for (size_t k = 0; k < 4; k++) {
        jko_economy *economy = paper_economy(runs[k], labour);
        assert_int_equal(jko_economy_equilibrium(economy, 1.0, rest, NULL), JKO_OK);
        x[k] = x_of(economy, mass);
        x_end[k] = x_of(economy, rest);
        assert_close_rel(x[k], start[k], 1e-10);
        assert_close_rel(x_end[k], end[k], 1e-10);
        jko_economy_free(economy);
    }
    // Figure 4 at t = 0: log(X*/X); figure 9: mobile minus immobile, at t = 0 and in the limit.
    assert_close_abs(log(x_end[0] / x[0]), 8.28e-4, 5e-7);
    assert_close_abs(log(x_end[1] / x[1]), 7.71e-4, 5e-7);
    assert_close_abs(log(x_end[2] / x[2]), 1.03e-2, 5e-5);
    assert_close_abs(x[3] - x[0], 0.019908, 5e-7);
    assert_close_abs(x_end[3] - x_end[0], 0.0193226, 5e-8);
}

// With theta < 0 the long-run equilibrium minimises X.
static void equilibrium_of_negative_returns_has_least_consumption(void **state)
{
    (void)state;
    double mass[PAPER_N];
    double labour[PAPER_N];
    double rest[PAPER_N];
    paper_data(mass, labour);
    jko_economy *economy = paper_economy(ETA_NEGATIVE, labour);
    assert_int_equal(jko_economy_equilibrium(economy, 1.0, rest, NULL), JKO_OK);
    assert_true(x_of(economy, rest) < x_of(economy, mass));
    jko_economy_free(economy);
}

// E = -(c/theta) log X + constant, and E(a m) = E(m) - c log a: two ways to one number.
static void energy_follows_consumption(void **state)
{
    (void)state;
    jko_t_random random = {21};
    for (int trial = 0; trial < 20; trial++) {
        const jko_labour kind = trial % 2 == 0 ? JKO_LABOUR_IMMOBILE : JKO_LABOUR_MOBILE;
        const double sigma = trial % 4 < 2 ? 3.0 : 0.4;
        const double theta = 1.0 + 0.05 - 0.7;
        const double c = 0.3 * 0.3;
        jko_economy *economy = random_economy(&random, 30, kind, 0.7, 0.05, sigma);
        double a[30];
        double b[30];
        double scaled[30];
        for (size_t i = 0; i < 30; i++) {
            a[i] = 0.01 + jko_t_exponential(&random);
            b[i] = 0.01 + jko_t_exponential(&random);
            scaled[i] = 2.5 * a[i];
        }
        assert_close_abs(relative_of(economy, a) - relative_of(economy, b),
                         -c / theta * log(x_of(economy, a) / x_of(economy, b)), 1e-14);
        assert_close_abs(relative_of(economy, scaled), relative_of(economy, a) - c * log(2.5),
                         1e-15);
        jko_economy_free(economy);
    }
}

// X written out in long double, for sigma as near 1 as 1e-9.
static void consumption_near_sigma_one_keeps_its_digits(void **state)
{
    (void)state;
    const double technology[] = {0.5, 3.0, 2.0, 1.0};
    const double mu[] = {0.4, 1.3, 1.2, 1.1};
    const double d[] = {1e-3, -1e-6, 1e-9};
    double mass[4];
    masses_of(4, 0.25, mu, mass);
    for (size_t k = 0; k < 3; k++) {
        jko_economy_parameters p;
        jko_economy_parameters_default(&p);
        p.sigma = 1.0 + d[k];
        p.technology = technology;
        jko_economy *economy = NULL;
        jko_economy_summary numbers = {.struct_size = sizeof numbers};
        assert_int_equal(jko_economy_create(&economy, 4, 0.25, &p), JKO_OK);
        assert_int_equal(jko_economy_summarize(economy, &numbers), JKO_OK);
        long double sum = 0.0L;
        for (size_t i = 0; i < 4; i++) {
            const long double log_y =
                logl((long double)technology[i]) + (long double)numbers.theta * logl(mu[i]);
            sum += 0.25L * expm1l((long double)numbers.q * log_y);
        }
        const double want = (double)expl(log1pl(sum) / (long double)numbers.q);
        assert_close_rel(x_of(economy, mass), want, 2e-15);
        jko_economy_free(economy);
    }
}

static void empty_sectors_give_the_limits(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0, 3.0};
    const double mass[] = {0.25, 0.0, 0.5}; // densities 0.5, 0, 1
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, -0.5, weights), JKO_OK);
    assert_true(z_of(economy, mass) == INFINITY);
    assert_true(relative_of(economy, mass) == INFINITY);
    jko_economy_free(economy);
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, 0.0, weights), JKO_OK);
    assert_close_rel(z_of(economy, mass), 3.0, 1e-15); // h sum w
    assert_true(relative_of(economy, mass) == INFINITY);
    jko_economy_free(economy);
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, 2.0, weights), JKO_OK);
    assert_close_rel(z_of(economy, mass), 0.5 * (0.25 + 3.0), 1e-15);
    jko_economy_free(economy);
}

// sigma < 1 and theta > 0: goods are essential, so X = 0; theta = 0: X does not depend on mass.
static void consumption_with_an_empty_sector_is_zero_or_constant(void **state)
{
    (void)state;
    const double mass[] = {0.5, 0.0};
    const double even[] = {0.5, 0.5};
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.sigma = 0.5;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    assert_true(x_of(economy, mass) == 0.0);
    jko_economy_free(economy);
    p.beta = 0.75;
    p.eta = -0.25;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    assert_close_rel(x_of(economy, mass), x_of(economy, even), 1e-15);
    jko_economy_free(economy);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    const double good[] = {0.5, 0.5};
    const double negative[] = {0.5, -0.5};
    const double nan[] = {0.5, NAN};
    const double zero[] = {0.0, 0.0};
    const double *bad[] = {NULL, negative, nan, zero};
    const jko_status want[] = {JKO_ERR_ARGUMENT, JKO_ERR_NEGATIVE_MASS, JKO_ERR_NONFINITE,
                               JKO_ERR_ZERO_MASS};
    jko_economy *economy = NULL;
    double value = 7.0;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(jko_economy_z(economy, bad[k], &value), want[k]);
        assert_int_equal(jko_economy_consumption(economy, bad[k], &value), want[k]);
        assert_int_equal(jko_economy_energy_relative(economy, bad[k], &value), want[k]);
    }
    assert_int_equal(jko_economy_z(NULL, good, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_consumption(NULL, good, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_energy_relative(NULL, good, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_z(economy, good, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_consumption(economy, good, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_energy_relative(economy, good, NULL), JKO_ERR_ARGUMENT);
    jko_economy_free(economy);
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.5, 0.5, good), JKO_OK);
    assert_int_equal(jko_economy_consumption(economy, good, &value), JKO_ERR_UNSUPPORTED);
    assert_true(value == 7.0);
    jko_economy_free(economy);
}

// Weights given directly replace those of technology, labour and preferences, in X too.
static void consumption_of_given_weights_uses_them(void **state)
{
    (void)state;
    const double weights[] = {1.5, 0.25};
    const double mass[] = {0.3, 0.7};
    const double technology[] = {5.0, 7.0};
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.weights = weights;
    p.technology = technology;
    p.sigma = 2.0;
    p.eta = 0.36; // theta = 1/2, q = 1/2, s = 1/4
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    const double z = 0.5 * (1.5 * pow(0.6, 0.25) + 0.25 * pow(1.4, 0.25));
    assert_close_rel(x_of(economy, mass), z * z, 1e-15);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_immobile_matches_stored_values),
        cmocka_unit_test(case_tiny_s_matches_stored_values),
        cmocka_unit_test(runs_match_the_sources_consumption),
        cmocka_unit_test(equilibrium_of_negative_returns_has_least_consumption),
        cmocka_unit_test(energy_follows_consumption),
        cmocka_unit_test(consumption_near_sigma_one_keeps_its_digits),
        cmocka_unit_test(empty_sectors_give_the_limits),
        cmocka_unit_test(consumption_with_an_empty_sector_is_zero_or_constant),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(consumption_of_given_weights_uses_them),
    };
    return cmocka_run_group_tests_name("economy/consumption", tests, NULL, NULL);
}
