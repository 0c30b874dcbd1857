// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/majorant.c: it touches, lies above, is an energy of its own, and descends.
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

/* Room for a majorant of N sectors, aligned for any type. */
typedef union room {
    max_align_t align;
    unsigned char bytes[1024];
} room;

static jko_energy majorant_at(const jko_energy *energy, const double *at, room *memory)
{
    jko_energy out = {.struct_size = sizeof out};
    assert_true(energy->majorant_bytes(energy->user, N) <= sizeof memory->bytes);
    assert_int_equal(energy->majorant(energy->user, N, at, memory, &out), 0);
    return out;
}

static void majorant_touches_and_lies_above(void **state)
{
    (void)state;
    jko_t_random random = {91};
    for (int trial = 0; trial < 20; trial++) {
        jko_economy *economy = random_reduced(&random, N, 1.1 + 0.2 * trial);
        const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
        room memory;
        double at[N];
        double mass[N];
        double value = NAN;
        double variation[N];
        double touching[N];
        battery_mass(&random, N, at);
        const jko_energy above = majorant_at(&energy, at, &memory);
        assert_true(above.convex && !energy.convex);
        assert_int_equal(energy.eval(energy.user, N, at, &value, variation), 0);
        assert_close_abs(battery_value(&above, N, at), value, 1e-15);
        assert_int_equal(above.eval(above.user, N, at, &value, touching), 0);
        for (size_t i = 0; i < N; i++) {
            assert_close_rel(touching[i], variation[i], 1e-13);
        }
        for (int k = 0; k < 50; k++) {
            battery_mass(&random, N, mass);
            assert_true(battery_value(&above, N, mass) > battery_value(&energy, N, mass));
        }
        jko_economy_free(economy);
    }
}

static void majorant_callbacks_agree(void **state)
{
    (void)state;
    jko_t_random random = {92};
    const double eps[] = {1e-8, 1e-4, 1e-2, 1.0};
    jko_economy *economy = random_reduced(&random, N, 1.47);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    room memory;
    double at[N];
    double mass[N];
    battery_mass(&random, N, at);
    at[4] = 0.0; // weight 0 from here on
    const jko_energy above = majorant_at(&energy, at, &memory);
    battery_mass(&random, N, mass);
    battery_variation(&above, N, mass, 1e-10);
    battery_hessian(&above, N, mass, &random, 1e-9);
    for (size_t e = 0; e < 4; e++) {
        double log_r[N];
        double log_m[N];
        for (size_t i = 0; i < N; i++) {
            log_r[i] = log(mass[i]);
        }
        assert_at_most(battery_prox_residual(&above, N, log_r, eps[e], log_m), 1e-12);
        assert_same_bits(1, &log_m[4], &log_r[4]);
    }
    // All mass in one sector attains the conjugate; see the economy's own at s >= 1.
    double value = NAN;
    double phi[N];
    const double c = (1.0 - 0.86) * (1.0 - 0.86);
    double least = INFINITY;
    for (size_t i = 0; i < N; i++) {
        phi[i] = -0.01 - jko_t_uniform(&random);
    }
    for (size_t i = 0; i < N; i++) {
        double one[N] = {0.0};
        one[i] = c / -phi[i];
        least = fmin(least, battery_fenchel_gap(&above, N, one, phi));
    }
    assert_close_abs(least, 0.0, 1e-15);
    assert_int_equal(above.eval(above.user, N, mass, &value, phi), 0);
    assert_true(battery_fenchel_gap(&above, N, mass, phi) >= -1e-15);
    jko_economy_free(economy);
}

// Prox after prox of the majorant: the objective of the true energy never rises (section 4 of the
// numerics), and ends where its own stationarity holds.
static void iterated_majorants_descend_to_a_stationary_point(void **state)
{
    (void)state;
    jko_t_random random = {93};
    const double eps = 2e-2;
    jko_economy *economy = random_reduced(&random, N, 1.47);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    double r[N];
    double log_r[N];
    double log_m[N];
    double mass[N];
    double before = INFINITY;
    battery_mass(&random, N, r);
    for (size_t i = 0; i < N; i++) {
        log_r[i] = log(r[i]);
        mass[i] = r[i];
    }
    for (int k = 0; k < 400; k++) {
        room memory;
        const jko_energy above = majorant_at(&energy, mass, &memory);
        assert_int_equal(above.kl_prox(above.user, N, log_r, eps, log_m), 0);
        double kl = 0.0;
        for (size_t i = 0; i < N; i++) {
            mass[i] = exp(log_m[i]);
            kl += mass[i] * (log_m[i] - log_r[i]) - mass[i] + r[i];
        }
        const double objective = battery_value(&energy, N, mass) + eps * kl;
        assert_true(objective <= before + 1e-15);
        before = objective;
    }
    double value = NAN;
    double variation[N];
    assert_int_equal(energy.eval(energy.user, N, mass, &value, variation), 0);
    for (size_t i = 0; i < N; i++) {
        assert_close_abs(variation[i] + eps * (log_m[i] - log_r[i]), 0.0, 1e-10);
    }
    jko_economy_free(economy);
}

static void majorant_without_mass_or_size_is_refused(void **state)
{
    (void)state;
    jko_t_random random = {94};
    jko_economy *economy = random_reduced(&random, N, 1.47);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    const double zero[N] = {0.0};
    double nan[N] = {1.0};
    room memory;
    jko_energy out = {.struct_size = sizeof out};
    nan[2] = NAN;
    assert_int_equal(energy.majorant(energy.user, N, zero, &memory, &out), JKO_I_NO_ANSWER);
    assert_int_equal(energy.majorant(energy.user, N, nan, &memory, &out), JKO_I_NO_ANSWER);
    assert_int_equal(energy.majorant(energy.user, N - 1, zero, &memory, &out), JKO_I_WRONG_SIZE);
    assert_null(out.eval);
    nan[2] = 1.0;
    const jko_energy above = majorant_at(&energy, nan, &memory);
    double value = 7.0;
    double array[N] = {8.0};
    assert_int_equal(above.eval(above.user, N - 1, nan, &value, array), JKO_I_WRONG_SIZE);
    assert_int_equal(above.hessian_product(above.user, N - 1, nan, nan, array), JKO_I_WRONG_SIZE);
    assert_int_equal(above.conjugate(above.user, N - 1, nan, &value), JKO_I_WRONG_SIZE);
    assert_int_equal(above.kl_prox(above.user, N - 1, nan, 1.0, array), JKO_I_WRONG_SIZE);
    assert_true(value == 7.0 && array[0] == 8.0);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(majorant_touches_and_lies_above),
        cmocka_unit_test(majorant_callbacks_agree),
        cmocka_unit_test(iterated_majorants_descend_to_a_stationary_point),
        cmocka_unit_test(majorant_without_mass_or_size_is_refused),
    };
    return cmocka_run_group_tests_name("economy/majorant", tests, NULL, NULL);
}
