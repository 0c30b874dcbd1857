// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/anderson.c: what it saves on a linear map, the guards, restarts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/anderson.h"
#include "support/close.h"

#include <math.h>

enum { N = 30 };

/* G(x) = rate * x + target (1 - rate), entry by entry: fixed point target, plain rate 0.9 to 0.99
   in five distinct steps. */
static void contract(const double *x, double *gx, double *error)
{
    *error = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double rate = 0.9 + 0.0225 * (double)(i % 5);
        const double target = cos((double)i);
        gx[i] = rate * x[i] + (1.0 - rate) * target;
        *error += fabs(gx[i] - x[i]);
    }
}

/* Iterations until the error is below 1e-10, at most limit. */
static int iterations(size_t memory, int limit, double cap)
{
    jko_i_anderson *anderson = jko_i_anderson_create(N, memory);
    double x[N] = {0.0};
    int k = 0;
    assert_non_null(anderson);
    for (; k < limit; k++) {
        double gx[N];
        double error = 0.0;
        contract(x, gx, &error);
        if (error < 1e-10) {
            break;
        }
        jko_i_anderson_next(anderson, N, x, gx, error, cap, x);
    }
    for (size_t i = 0; i < N; i++) {
        assert_close_abs(x[i], cos((double)i), k < limit ? 1e-8 : INFINITY);
    }
    jko_i_anderson_free(anderson);
    return k;
}

// A cap that no extrapolation meets leaves the plain iteration, which is slow but sure: the rate
// 0.99 needs log(1e10)/0.01 steps. Five distinct rates are no more than five dimensions.
static void acceleration_saves_nine_steps_of_ten(void **state)
{
    (void)state;
    const int plain = iterations(10, 5000, 0.0);
    assert_in_range(plain, 1000, 4999);
    assert_in_range(iterations(10, 5000, 1e3), 5, (uintmax_t)plain / 10);
}

static void first_step_is_plain(void **state)
{
    (void)state;
    jko_i_anderson *anderson = jko_i_anderson_create(2, 5);
    const double x[] = {0.0, 1.0};
    const double gx[] = {0.5, 0.75};
    double next[2];
    jko_i_anderson_next(anderson, 2, x, gx, 1.0, 10.0, next);
    assert_same_bits(2, next, gx);
    // After a reset the next step is the first again.
    jko_i_anderson_reset(anderson);
    jko_i_anderson_next(anderson, 2, x, gx, 1.0, 10.0, next);
    assert_same_bits(2, next, gx);
    jko_i_anderson_free(anderson);
    jko_i_anderson_free(NULL);
}

static void growing_error_drops_the_history(void **state)
{
    (void)state;
    jko_i_anderson *anderson = jko_i_anderson_create(2, 5);
    double next[2];
    const double x[3][2] = {{0.0, 1.0}, {0.5, 0.75}, {0.6, 0.1}};
    const double gx[3][2] = {{0.5, 0.75}, {0.6, 0.7}, {0.9, 0.3}};
    const double errors[][3] = {{1.0, 0.5, 6.0}, {1.0, 0.5, NAN}, {1.0, 0.5, INFINITY}};
    for (size_t k = 0; k < 3; k++) {
        const int64_t before = jko_i_anderson_restarts(anderson);
        jko_i_anderson_reset(anderson);
        for (size_t step = 0; step < 3; step++) {
            jko_i_anderson_next(anderson, 2, x[step], gx[step], errors[k][step], 10.0, next);
        }
        assert_same_bits(2, next, gx[2]);
        assert_true(jko_i_anderson_restarts(anderson) == before + 1);
    }
    jko_i_anderson_free(anderson);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceleration_saves_nine_steps_of_ten),
        cmocka_unit_test(first_step_is_plain),
        cmocka_unit_test(growing_error_drops_the_history),
    };
    return cmocka_run_group_tests_name("base/anderson", tests, NULL, NULL);
}
