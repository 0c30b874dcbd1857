// SPDX-License-Identifier: BSD-3-Clause
/* Cyclic tridiagonal systems against the product with the matrix itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/tridiagonal.h"
#include "support/close.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

// y = A x, entry by entry.
static void multiply(size_t n, const double *diagonal, const double *off, const double *x,
                     double *y)
{
    for (size_t i = 0; i < n; i++) {
        y[i] = diagonal[i] * x[i];
    }
    for (size_t i = 0; i < n && n > 1; i++) {
        const size_t j = (i + 1) % n;
        y[i] += off[i] * x[j];
        y[j] += off[i] * x[i];
    }
}

static void solutions_satisfy_their_systems(void **state)
{
    (void)state;
    jko_t_random random = {5};
    for (size_t trial = 0; trial < 2000; trial++) {
        const size_t n = 1 + trial % MOST;
        double diagonal[MOST];
        double off[MOST];
        double x[MOST];
        double y[MOST];
        double factor[JKO_I_CYCLIC_FACTOR(MOST)];
        for (size_t i = 0; i < n; i++) {
            off[i] = jko_t_uniform(&random) - 0.5;
            x[i] = jko_t_uniform(&random) - 0.5;
        }
        if (trial % 2 == 0) {
            off[n - 1] = 0.0;
        }
        for (size_t i = 0; i < n; i++) {
            // Diagonally dominant, by little now and then.
            diagonal[i] = fabs(off[i]) + fabs(off[(i + n - 1) % n]) + 1e-3 + jko_t_uniform(&random);
        }
        multiply(n, diagonal, off, x, y);
        assert_true(jko_i_cyclic_factor(n, diagonal, off, factor));
        double other[MOST];
        double ones[MOST];
        double product[MOST];
        for (size_t i = 0; i < n; i++) {
            other[i] = y[i];
            ones[i] = 1.0;
        }
        multiply(n, diagonal, off, ones, product);
        jko_i_cyclic_solve(n, factor, y);
        jko_i_cyclic_solve_two(n, factor, other, product);
        for (size_t i = 0; i < n; i++) {
            assert_close_abs(y[i], x[i], 1e-11);
            assert_close_abs(other[i], x[i], 1e-11);
            assert_close_abs(product[i], 1.0, 1e-11);
        }
    }
}

static void other_matrices_are_refused(void **state)
{
    (void)state;
    double factor[JKO_I_CYCLIC_FACTOR(3)];
    const double indefinite[] = {1.0, 1.0, 1.0};
    const double off[] = {2.0, 0.0, 0.0};
    const double corner[] = {0.0, 0.0, 2.0};
    const double nan[] = {1.0, NAN, 1.0};
    const double none[] = {0.0, 0.0, 0.0};
    const double infinite[] = {1.0, 1.0, INFINITY};
    assert_false(jko_i_cyclic_factor(3, indefinite, off, factor));
    assert_false(jko_i_cyclic_factor(3, indefinite, corner, factor));
    assert_false(jko_i_cyclic_factor(3, nan, none, factor));
    assert_false(jko_i_cyclic_factor(3, infinite, none, factor));
    assert_false(jko_i_cyclic_factor(1, none, none, factor));
}

// Also where the elimination begins and ends, in each of its parts.
static void one_bad_entry_is_found_anywhere(void **state)
{
    (void)state;
    double diagonal[MOST];
    double off[MOST];
    double factor[JKO_I_CYCLIC_FACTOR(MOST)];
    static const double bad[] = {-1.0, (double)NAN, (double)INFINITY, 0.0};
    for (size_t n = 3; n <= MOST; n++) {
        for (size_t i = 0; i < n; i++) {
            diagonal[i] = 2.5;
            off[i] = -1.0;
        }
        assert_true(jko_i_cyclic_factor(n, diagonal, off, factor));
        for (size_t at = 0; at < n; at++) {
            for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
                diagonal[at] = bad[k];
                assert_false(jko_i_cyclic_factor(n, diagonal, off, factor));
            }
            diagonal[at] = 2.5;
        }
    }
}

// The Laplacian of a ring plus little: 1e5 unknowns, a solution that is known.
static void large_systems_keep_their_digits(void **state)
{
    (void)state;
    enum { LARGE = 100003 };
    double *memory = calloc(LARGE, 6 * sizeof *memory);
    assert_non_null(memory);
    double *diagonal = memory;
    double *off = memory + LARGE;
    double *x = memory + 2 * LARGE;
    for (size_t i = 0; i < LARGE; i++) {
        diagonal[i] = 2.0 + 1e-3;
        off[i] = -1.0;
    }
    for (size_t i = 0; i < LARGE; i++) {
        const double left = (double)((i + LARGE - 1) % LARGE % 7);
        const double right = (double)((i + 1) % LARGE % 7);
        x[i] = (2.0 + 1e-3) * (double)(i % 7) - left - right;
    }
    assert_true(jko_i_cyclic_factor(LARGE, diagonal, off, memory + 3 * LARGE));
    jko_i_cyclic_solve(LARGE, memory + 3 * LARGE, x);
    for (size_t i = 0; i < LARGE; i++) {
        assert_close_abs(x[i], (double)(i % 7), 1e-9);
    }
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solutions_satisfy_their_systems),
        cmocka_unit_test(other_matrices_are_refused),
        cmocka_unit_test(one_bad_entry_is_found_anywhere),
        cmocka_unit_test(large_systems_keep_their_digits),
    };
    return cmocka_run_group_tests_name("base/tridiagonal", tests, NULL, NULL);
}
