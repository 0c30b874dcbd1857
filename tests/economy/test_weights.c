// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/weights.c: the weights of both kinds of labour, and log(h sum w) near 0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/economy.h"
#include "economy/fixture.h"

// Stored value: the shared case energy_immobile, computed there to 40 digits.
static void weights_of_immobile_labour_match_the_case(void **state)
{
    (void)state;
    const double want[] = {0.6625822149409659, 1.3219113114837033, 1.2749788380319498,
                           1.4579191075218598, 0.7190862030606158};
    double got[5];
    jko_economy *economy = case_immobile();
    assert_int_equal(jko_economy_get_weights(economy, got), JKO_OK);
    for (size_t i = 0; i < 5; i++) {
        assert_close_rel(got[i], want[i], 1e-15);
    }
    assert_close_rel(economy->s, 0.03846154996617399, 1e-15);
    jko_economy_free(economy);
}

// Closed form: with omega = 1 the mobile weights are A^e.
static void weights_of_mobile_labour_are_powers_of_technology(void **state)
{
    (void)state;
    const double technology[] = {0.5, 1.0, 2.0};
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.labour = JKO_LABOUR_MOBILE;
    p.technology = technology;
    jko_economy *economy = NULL;
    double got[3];
    assert_int_equal(jko_economy_create(&economy, 3, 1.0 / 3.0, &p), JKO_OK);
    assert_int_equal(jko_economy_get_weights(economy, got), JKO_OK);
    const double e = (p.sigma - 1.0) / (p.sigma * (1.0 - p.beta) + p.beta);
    for (size_t i = 0; i < 3; i++) {
        assert_close_rel(got[i], pow(technology[i], e), 1e-15);
    }
    jko_economy_free(economy);
}

static void log_total_of_given_weights_keeps_its_last_digits(void **state)
{
    (void)state;
    // 0.25 (1 + 1 + 1 + (1 + 2^-50)) - 1 = 2^-52: below the rounding of a sum near 1.
    const double weights[] = {1.0, 1.0, 1.0, 1.0 + 0x1p-50};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 4, 0.25, 0.5, 0.5, weights), JKO_OK);
    assert_close_rel(economy->log_total, 0x1p-52, 1e-15);
    jko_economy_free(economy);
    assert_int_equal(jko_economy_create_reduced(&economy, 4, 1e3, 0.5, 0.5, weights), JKO_OK);
    assert_close_rel(economy->log_total, log(4e3), 1e-15);
    jko_economy_free(economy);
}

// sigma = 1 + d: w = A^q with q about d, so log(h sum w) is about q times the mean of log A.
static void log_total_of_derived_weights_keeps_its_digits_near_sigma_one(void **state)
{
    (void)state;
    const double technology[] = {0.5, 3.0, 2.0, 1.0};
    const double d[] = {1e-3, 1e-6, 1e-9, 1e-12};
    for (size_t k = 0; k < 4; k++) {
        jko_economy_parameters p;
        jko_economy_parameters_default(&p);
        p.sigma = 1.0 + d[k];
        p.technology = technology;
        jko_economy *economy = NULL;
        assert_int_equal(jko_economy_create(&economy, 4, 0.25, &p), JKO_OK);
        long double sum = 0.0L;
        for (size_t i = 0; i < 4; i++) {
            sum += 0.25L * expm1l((long double)economy->q * logl((long double)technology[i]));
        }
        assert_close_rel(economy->log_total, (double)log1pl(sum), 4e-16);
        jko_economy_free(economy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_of_immobile_labour_match_the_case),
        cmocka_unit_test(weights_of_mobile_labour_are_powers_of_technology),
        cmocka_unit_test(log_total_of_given_weights_keeps_its_last_digits),
        cmocka_unit_test(log_total_of_derived_weights_keeps_its_digits_near_sigma_one),
    };
    return cmocka_run_group_tests_name("economy/weights", tests, NULL, NULL);
}
