// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/lambert.c: the defining equation, against long double and at the ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/lambert.h"
#include "support/close.h"

#include <math.h>

/* W + log W = l to long double, by many Newton steps in log W: v + e^v = l. */
static long double reference(long double l)
{
    long double v = l > 1.0L ? logl(l) : l - 1.0L;
    for (int k = 0; k < 40; k++) {
        v -= (v + expl(v) - l) / (1.0L + expl(v));
    }
    return expl(v);
}

static void lambert_agrees_with_long_double(void **state)
{
    (void)state;
    jko_t_need_long_double();
    for (int k = -12000; k <= 40000; k += 3) {
        const double l = 0.0501 * (double)k;
        // Rounding of exp and of the result.
        assert_close_rel(jko_i_lambert_exp(l), (double)reference((long double)l), 4e-16);
    }
}

static void lambert_of_special_arguments_is_known(void **state)
{
    (void)state;
    assert_close_rel(jko_i_lambert_exp(1.0), 1.0, 1e-16);                 // 1 + log 1 = 1
    assert_close_rel(jko_i_lambert_exp(2.0 + log(2.0)), 2.0, 3e-16);      // 2 + log 2
    assert_close_rel(jko_i_lambert_exp(0.0), 0.56714329040978387, 2e-16); // omega constant
    assert_close_rel(jko_i_lambert_exp(1e300), 1e300, 1e-16);
    assert_true(jko_i_lambert_exp(-1e4) == 0.0);
    assert_true(jko_i_lambert_exp(-INFINITY) == 0.0);
    assert_true(jko_i_lambert_exp(INFINITY) == INFINITY);
    assert_true(isnan(jko_i_lambert_exp(NAN)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lambert_agrees_with_long_double),
        cmocka_unit_test(lambert_of_special_arguments_is_known),
    };
    return cmocka_run_group_tests_name("economy/lambert", tests, NULL, NULL);
}
