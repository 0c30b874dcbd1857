// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/energy/potential.c: closed forms, the battery of identities, each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "energy/battery.h"

#include <jko/energy.h>

static const double potential[] = {0.5, -2.0, 0.0, 3.0};

static jko_energy make(void)
{
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_energy_potential(&energy, 4, potential), JKO_OK);
    return energy;
}

static void potential_is_linear(void **state)
{
    (void)state;
    const jko_energy energy = make();
    const double mass[] = {2.0, 0.25, 7.0, 0.0};
    const double v[] = {1.0, -1.0, 5.0, 2.0};
    double value = NAN;
    double variation[4];
    double hv[4] = {9.0, 9.0, 9.0, 9.0};
    const double zero[4] = {0.0};
    assert_true(energy.convex);
    assert_int_equal(energy.eval(energy.user, 4, mass, &value, variation), 0);
    assert_true(value == 0.5); // 1 - 1/2, exact in binary
    assert_same_bits(4, variation, potential);
    assert_int_equal(energy.hessian_product(energy.user, 4, mass, v, hv), 0);
    assert_same_bits(4, hv, zero);
}

static void potential_conjugate_is_an_indicator(void **state)
{
    (void)state;
    const jko_energy energy = make();
    const double below[] = {0.5, -2.5, -1.0, 0.0};
    const double above[] = {0.5, -2.5, 1e-9, 0.0};
    const double nan[] = {0.5, -2.5, NAN, 0.0};
    assert_true(battery_conjugate(&energy, 4, potential) == 0.0);
    assert_true(battery_conjugate(&energy, 4, below) == 0.0);
    assert_true(battery_conjugate(&energy, 4, above) == INFINITY);
    assert_true(battery_conjugate(&energy, 4, nan) == INFINITY);
}

static void potential_prox_is_stationary(void **state)
{
    (void)state;
    const jko_energy energy = make();
    const double log_r[] = {-600.0, 0.25, -INFINITY, 2.0};
    const double eps[] = {1e-2, 1.0, 1e3};
    for (size_t k = 0; k < 3; k++) {
        double log_m[4];
        assert_at_most(battery_prox_residual(&energy, 4, log_r, eps[k], log_m),
                       1e-15 * (10.0 + 600.0 * eps[k]));
    }
}

static void potential_with_bad_arguments_is_refused(void **state)
{
    (void)state;
    const double with_nan[] = {0.0, NAN};
    const double with_inf[] = {0.0, INFINITY};
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_energy_potential(NULL, 4, potential), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_energy_potential(&energy, 4, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_energy_potential(&energy, 0, potential), JKO_ERR_EMPTY);
    assert_int_equal(jko_energy_potential(&energy, 2, with_nan), JKO_ERR_NONFINITE);
    assert_int_equal(jko_energy_potential(&energy, 2, with_inf), JKO_ERR_NONFINITE);
    energy.struct_size = 0;
    assert_int_equal(jko_energy_potential(&energy, 4, potential), JKO_ERR_ARGUMENT);
    assert_null(energy.eval);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(potential_is_linear),
        cmocka_unit_test(potential_conjugate_is_an_indicator),
        cmocka_unit_test(potential_prox_is_stationary),
        cmocka_unit_test(potential_with_bad_arguments_is_refused),
    };
    return cmocka_run_group_tests_name("energy/potential", tests, NULL, NULL);
}
