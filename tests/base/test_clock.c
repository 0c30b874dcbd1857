// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/clock.c: time does not go back, and runs in seconds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"

#include <math.h>
#include <time.h>

static void clock_never_goes_back(void **state)
{
    (void)state;
    double last = jko_i_seconds();
    for (int k = 0; k < 10000; k++) {
        const double now = jko_i_seconds();
        assert_true(now >= last && isfinite(now));
        last = now;
    }
}

static void clock_runs_in_seconds(void **state)
{
    (void)state;
    const double start = jko_i_seconds();
    const clock_t busy = clock();
    while (clock() - busy < CLOCKS_PER_SEC / 50) {
    }
    // 20 ms of processor time take at least that long; a loaded machine may take far longer.
    const double passed = jko_i_seconds() - start;
    assert_true(passed >= 0.019 && passed < 60.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_never_goes_back),
        cmocka_unit_test(clock_runs_in_seconds),
    };
    return cmocka_run_group_tests_name("base/clock", tests, NULL, NULL);
}
