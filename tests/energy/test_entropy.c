// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/energy/entropy.c: closed forms, the battery of identities, each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "energy/battery.h"

#include <jko/energy.h>

static jko_energy make(double memory[2], double strength, double cell)
{
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_energy_entropy(&energy, memory, strength, cell), JKO_OK);
    return energy;
}

// Density e on half of the cells, nothing elsewhere: E = k sum m.
static void entropy_of_density_e_is_strength_times_mass(void **state)
{
    (void)state;
    double memory[2];
    const jko_energy energy = make(memory, 0.25, 0.5);
    const double mass[] = {0.5 * exp(1.0), 0.0, 0.5 * exp(1.0)};
    double value = NAN;
    double variation[3];
    assert_true(energy.convex);
    assert_int_equal(energy.eval(energy.user, 3, mass, &value, variation), 0);
    assert_close_rel(value, 0.25 * exp(1.0), 1e-15);
    assert_close_rel(variation[0], 0.5, 1e-15);
    assert_true(variation[1] == -INFINITY);
}

static void entropy_callbacks_agree(void **state)
{
    (void)state;
    jko_t_random random = {20260301};
    double memory[2];
    const jko_energy energy = make(memory, 0.7, 0.05);
    for (int trial = 0; trial < 10; trial++) {
        double mass[20];
        battery_mass(&random, 20, mass);
        battery_variation(&energy, 20, mass, 1e-10);
        battery_hessian(&energy, 20, mass, &random, 1e-10);
        battery_fenchel(&energy, 20, mass, &random, true, 1e-13);
    }
}

static void entropy_prox_is_stationary(void **state)
{
    (void)state;
    const double eps[] = {1e-8, 1e-3, 1.0, 1e3};
    double memory[2];
    const jko_energy energy = make(memory, 0.7, 0.25);
    const double log_r[] = {-690.0, -INFINITY, 0.3, -2.0};
    for (size_t k = 0; k < 4; k++) {
        double log_m[4];
        // The terms are eps log r; 690 eps for the largest.
        assert_at_most(battery_prox_residual(&energy, 4, log_r, eps[k], log_m),
                       1e-15 * (10.0 + 690.0 * eps[k]));
    }
    assert_close_abs(battery_prox_gap(&energy, 2, log_r + 2, 0.1), 0.0, 1e-14);
}

static void entropy_with_bad_arguments_is_refused(void **state)
{
    (void)state;
    const double bad[] = {0.0, -1.0, NAN, INFINITY};
    double memory[2] = {7.0, 8.0};
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_energy_entropy(NULL, memory, 1.0, 1.0), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_energy_entropy(&energy, NULL, 1.0, 1.0), JKO_ERR_ARGUMENT);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(jko_energy_entropy(&energy, memory, bad[k], 1.0), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_energy_entropy(&energy, memory, 1.0, bad[k]), JKO_ERR_ARGUMENT);
    }
    energy.struct_size = 8;
    assert_int_equal(jko_energy_entropy(&energy, memory, 1.0, 1.0), JKO_ERR_ARGUMENT);
    assert_true(memory[0] == 7.0 && memory[1] == 8.0 && energy.eval == NULL);
}

static void entropy_fills_no_more_than_the_callers_struct(void **state)
{
    (void)state;
    struct {
        jko_energy energy;
        double after;
    } caller = {.energy = {.struct_size = sizeof(jko_energy) + sizeof(double)}, .after = 3.5};
    double memory[2];
    assert_int_equal(jko_energy_entropy(&caller.energy, memory, 1.0, 1.0), JKO_OK);
    assert_true(caller.energy.struct_size == sizeof(jko_energy) + sizeof(double));
    assert_true(caller.after == 3.5 && caller.energy.eval != NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entropy_of_density_e_is_strength_times_mass),
        cmocka_unit_test(entropy_callbacks_agree),
        cmocka_unit_test(entropy_prox_is_stationary),
        cmocka_unit_test(entropy_with_bad_arguments_is_refused),
        cmocka_unit_test(entropy_fills_no_more_than_the_callers_struct),
    };
    return cmocka_run_group_tests_name("energy/entropy", tests, NULL, NULL);
}
