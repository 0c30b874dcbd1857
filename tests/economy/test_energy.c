// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/energy.c: which callbacks each class and scaling has, and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

#include <string.h>

static void class_decides_the_callbacks(void **state)
{
    (void)state;
    jko_t_random random = {101};
    for (size_t k = 0; k < ALL_S; k++) {
        jko_economy *economy = random_reduced(&random, 5, all_s[k]);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        assert_non_null(energy.eval);
        assert_non_null(energy.hessian_product);
        assert_non_null(energy.conjugate);
        assert_true(energy.convex == (all_s[k] <= 1.0));
        assert_true((energy.kl_prox != NULL) == (all_s[k] <= 1.0));
        assert_true((energy.majorant != NULL) == (all_s[k] > 1.0));
        assert_true((energy.majorant_bytes != NULL) == (all_s[k] > 1.0));
        assert_true(energy.struct_size == sizeof energy);
        jko_economy_free(economy);
    }
}

/* The level scaling of an economy with this eta and sigma, beta 0.75. */
static jko_status level_status(double eta, double sigma)
{
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.beta = 0.75;
    p.eta = eta;
    p.sigma = sigma;
    jko_economy *economy = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    const jko_status status = jko_economy_energy(economy, JKO_ENERGY_LEVEL, &energy);
    assert_true((status == JKO_OK) == (energy.eval != NULL && energy.convex));
    jko_economy_free(economy);
    return status;
}

static void level_scaling_is_for_returns_up_to_constant(void **state)
{
    (void)state;
    assert_int_equal(level_status(0.75, 2.0), JKO_OK);               // theta = 1
    assert_int_equal(level_status(-0.125, 2.0), JKO_OK);             // theta = 1/8
    assert_int_equal(level_status(-0.25, 2.0), JKO_ERR_UNSUPPORTED); // theta = 0
    assert_int_equal(level_status(-0.5, 2.0), JKO_ERR_UNSUPPORTED);  // theta < 0
    assert_int_equal(level_status(1.0, 2.0), JKO_ERR_UNSUPPORTED);   // theta > 1
    assert_non_null(strstr(jko_error_detail(), "1.25"));
}

static void level_scaling_needs_consumption_and_s_below_one(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0};
    jko_energy energy = {.struct_size = sizeof energy};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, 0.5, weights), JKO_OK);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LEVEL, &energy), JKO_ERR_UNSUPPORTED);
    jko_economy_free(economy);
    // Mobile labour: e = q/(1 - beta q) is above 1 for close substitutes, so s = theta e may be.
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.labour = JKO_LABOUR_MOBILE;
    p.sigma = 20.0;
    p.eta = 0.8; // theta = 0.94
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    jko_economy_summary numbers = {.struct_size = sizeof numbers};
    assert_int_equal(jko_economy_summarize(economy, &numbers), JKO_OK);
    assert_true(numbers.s > 1.0 && numbers.theta < 1.0);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LEVEL, &energy), JKO_ERR_UNSUPPORTED);
    assert_null(energy.eval);
    jko_economy_free(economy);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    assert_int_equal(jko_economy_energy(NULL, JKO_ENERGY_LOG, &energy), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_energy(economy, (jko_energy_scaling)7, &energy), JKO_ERR_ARGUMENT);
    energy.struct_size = sizeof(size_t);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_ERR_ARGUMENT);
    assert_null(energy.eval);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(class_decides_the_callbacks),
        cmocka_unit_test(level_scaling_is_for_returns_up_to_constant),
        cmocka_unit_test(level_scaling_needs_consumption_and_s_below_one),
        cmocka_unit_test(bad_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("economy/energy", tests, NULL, NULL);
}
