// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/dense.c: solutions of systems whose answer is known, and singular ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/dense.h"
#include "support/close.h"

#include <math.h>

enum { MAX = 60 };

// b = A x for a known x: the residual of the solution is rounding, whatever the matrix.
static void random_systems_are_solved_to_rounding(void **state)
{
    (void)state;
    jko_t_random random = {5};
    for (size_t n = 1; n <= MAX; n++) {
        static double a[MAX * MAX];
        static double lu[MAX * MAX];
        double b[MAX];
        double x[MAX];
        size_t pivot[MAX];
        for (size_t k = 0; k < n * n; k++) {
            a[k] = lu[k] = 2.0 * jko_t_uniform(&random) - 1.0;
        }
        for (size_t i = 0; i < n; i++) {
            x[i] = b[i] = jko_t_exponential(&random);
        }
        assert_true(jko_i_lu_factor(n, lu, pivot));
        jko_i_lu_solve(n, lu, pivot, x);
        double largest = 0.0;
        for (size_t i = 0; i < n; i++) {
            largest = fmax(largest, fabs(x[i]));
        }
        for (size_t i = 0; i < n; i++) {
            double residual = -b[i];
            for (size_t j = 0; j < n; j++) {
                residual += a[i * n + j] * x[j];
            }
            assert_close_abs(residual, 0.0, 1e-14 * (double)n * (1.0 + largest));
        }
    }
}

// A zero in the corner: without pivoting there is no factorisation.
static void permutation_is_solved_exactly(void **state)
{
    (void)state;
    double a[] = {0.0, 2.0, 0.0, 0.0, 0.0, 4.0, 8.0, 0.0, 0.0};
    double b[] = {2.0, 4.0, 8.0};
    const double want[] = {1.0, 1.0, 1.0};
    size_t pivot[3];
    assert_true(jko_i_lu_factor(3, a, pivot));
    jko_i_lu_solve(3, a, pivot, b);
    assert_same_bits(3, b, want);
}

static void singular_and_not_finite_matrices_are_refused(void **state)
{
    (void)state;
    size_t pivot[2];
    double singular[] = {1.0, 2.0, 2.0, 4.0};
    double nan[] = {1.0, NAN, 0.0, 1.0};
    double infinite[] = {INFINITY, 1.0, 1.0, 1.0};
    double zero[] = {0.0};
    assert_false(jko_i_lu_factor(2, singular, pivot));
    assert_false(jko_i_lu_factor(2, infinite, pivot));
    assert_false(jko_i_lu_factor(1, zero, pivot));
    nan[3] = NAN;
    assert_false(jko_i_lu_factor(2, nan, pivot));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_systems_are_solved_to_rounding),
        cmocka_unit_test(permutation_is_solved_exactly),
        cmocka_unit_test(singular_and_not_finite_matrices_are_refused),
    };
    return cmocka_run_group_tests_name("base/dense", tests, NULL, NULL);
}
