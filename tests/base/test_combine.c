// SPDX-License-Identifier: BSD-3-Clause
/*
 * Linear combinations of arrays, against long double sums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/close.h"

#include <base/combine.h>
#include <math.h>

enum { N = 1000, ARRAYS = 5 };

static void combinations_are_right(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 7, 16, 255, 256, 257, N};
    static double x[ARRAYS][N];
    const double *arrays[ARRAYS];
    double out[N];
    jko_t_random random = {5};
    jko_t_need_long_double();
    for (size_t k = 0; k < ARRAYS; k++) {
        arrays[k] = x[k];
        for (size_t i = 0; i < N; i++) {
            x[k][i] = jko_t_uniform(&random) - 0.4;
        }
    }
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        for (size_t count = 1; count <= ARRAYS; count++) {
            const double weights[ARRAYS] = {NAN, 1.5, -0.25, 3.0, -2.0};
            const double anchor = count % 2 == 0 ? 1.0 : 0.0;
            long double least = INFINITY;
            long double norm = 0.0L;
            const double got = jko_i_combine(lengths[l], count, arrays, weights, anchor, out);
            for (size_t i = 0; i < lengths[l]; i++) {
                long double sum = 0.0L;
                for (size_t k = 1; k < count; k++) {
                    sum += (long double)weights[k] * ((long double)x[k][i] - x[0][i]);
                }
                norm += fabsl(sum);
                sum += anchor * x[0][i];
                least = fminl(least, sum);
                assert_close_abs(out[i], (double)sum, 1e-14);
            }
            assert_close_abs(got, (double)least, 1e-14);
            assert_close_rel(jko_i_combine_norm(lengths[l], count, arrays, weights), (double)norm,
                             1e-14);
        }
    }
}

static void equal_states_stay_as_they_are(void **state)
{
    (void)state;
    const double x[3] = {0.1, 0.2, 0.3};
    const double *const arrays[] = {x, x, x};
    const double weights[] = {0.0, 1.0 / 3.0, -7.0};
    double out[3];
    assert_true(jko_i_combine(3, 3, arrays, weights, 1.0, out) == 0.1);
    assert_same_bits(3, out, x);
    assert_true(jko_i_combine_norm(3, 3, arrays, weights) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(combinations_are_right),
        cmocka_unit_test(equal_states_stay_as_they_are),
    };
    return cmocka_run_group_tests_name("base/combine", tests, NULL, NULL);
}
