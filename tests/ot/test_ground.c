// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/ground.h: against long double, and exact cases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/ground.h"
#include "support/close.h"

// Far from 0 a difference keeps all its digits, over laps too.
static void ground_difference_is_exact_far_from_zero(void **state)
{
    (void)state;
    const jko_i_ground circle = {0x1p-10, 2.0};
    const double x = 1e6 + 0x1p-20;
    assert_true(jko_i_ground_difference(&circle, x, 1e6, 0) == 0x1p-20);
    assert_true(jko_i_ground_difference(&circle, x, 1e6, 1) == 0x1p-20 - 0x1p-10);
    // x - y rounds here: 0.3 - (-0.3) - 0.6 is 0 in exact numbers of these doubles plus a rest.
    const jko_i_ground wide = {0.6, 2.0};
    const double rest = (double)((long double)0.3 + (long double)0.3 - (long double)0.6);
    assert_true(jko_i_ground_difference(&wide, 0.3, -0.3, 1) == rest);
}

static void ground_between_takes_the_shorter_arc(void **state)
{
    (void)state;
    const jko_i_ground circle = {1.0, 1.0};
    const jko_i_ground line = {0.0, 1.0};
    assert_true(jko_i_ground_between(&circle, -0.375, 0.375) == 0.25);
    assert_true(jko_i_ground_between(&circle, 0.375, -0.375) == 0.25);
    assert_true(jko_i_ground_between(&circle, 0.25, -0.25) == 0.5);
    assert_true(jko_i_ground_between(&line, -0.375, 0.375) == 0.75);
}

// Identity: the rise is the difference of two costs, with digits where these cancel. 64 bits of
// long double leave 11 to spare, 2^-40 of the distance takes most of them.
static void ground_rise_keeps_digits_of_small_steps(void **state)
{
    (void)state;
    jko_t_need_long_double();
    const double powers[] = {1.0, 1.01, 1.5, 2.0, 3.0, 7.5};
    jko_t_random random = {5};
    for (int k = 0; k < 6000; k++) {
        const jko_i_ground ground = {0.0, powers[k % 6]};
        const double from = 2.0 * jko_t_uniform(&random) - 1.0;
        const double step = ldexp(jko_t_uniform(&random), -(int)jko_t_integer(&random, 20));
        const double to = from + step;
        const long double exact_to = (long double)from + step;
        const double rise = (double)(powl(fabsl(exact_to), ground.power) -
                                     powl(fabsl((long double)from), ground.power));
        const double size = ground.power * pow(fmax(fabs(from), fabs(to)), ground.power - 1.0);
        assert_close_abs(jko_i_ground_rise(&ground, from, to, step), rise,
                         4e-16 * (fabs(rise) + size * step) + 1e-19 * ground.power);
    }
}

static void ground_rise_is_exact_for_power_one(void **state)
{
    (void)state;
    const jko_i_ground ground = {0.0, 1.0};
    assert_true(jko_i_ground_rise(&ground, 0.5, 0.5 + 0x1p-40, 0x1p-40) == 0x1p-40);
    assert_true(jko_i_ground_rise(&ground, -0.5, -0.25, 0.25) == -0.25);
    assert_true(jko_i_ground_rise(&ground, -0.5, 0.25, 0.75) == -0.25);
    assert_true(jko_i_ground_rise(&ground, 0.0, 0.0, 0.0) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ground_difference_is_exact_far_from_zero),
        cmocka_unit_test(ground_between_takes_the_shorter_arc),
        cmocka_unit_test(ground_rise_keeps_digits_of_small_steps),
        cmocka_unit_test(ground_rise_is_exact_for_power_one),
    };
    return cmocka_run_group_tests_name("ot/ground", tests, NULL, NULL);
}
