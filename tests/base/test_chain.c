// SPDX-License-Identifier: BSD-3-Clause
/* Chains of springs against dense elimination in long double, links of any stiffness. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/chain.h"
#include "support/close.h"

#include <string.h>

enum { MOST = 24, K = JKO_I_CHAIN_SIDES };

// Gauss with pivoting; the matrix is summed in long double, whose extra digits the test needs.
static void dense(size_t n, const double *ground, const double *link, const double *b,
                  long double *x)
{
    static long double a[MOST][MOST];
    memset(a, 0, sizeof a);
    for (size_t i = 0; i < n; i++) {
        a[i][i] += ground[i];
        if (i + 1 < n) {
            a[i][i] += link[i];
            a[i + 1][i + 1] += link[i];
            a[i][i + 1] -= link[i];
            a[i + 1][i] -= link[i];
        }
        x[i] = b[i * K];
    }
    for (size_t c = 0; c < n; c++) {
        for (size_t r = c + 1; r < n; r++) {
            const long double f = a[r][c] / a[c][c];
            for (size_t k = c; k < n; k++) {
                a[r][k] -= f * a[c][k];
            }
            x[r] -= f * x[c];
        }
    }
    for (size_t c = n; c-- > 0;) {
        for (size_t k = c + 1; k < n; k++) {
            x[c] -= a[c][k] * x[k];
        }
        x[c] /= a[c][c];
    }
}

static void solves(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {71};
    for (int trial = 0; trial < 200; trial++) {
        const size_t n = 1 + jko_t_integer(&random, MOST);
        const double stiff = trial % 3 == 0 ? 1.0 : trial % 3 == 1 ? 1e2 : 1e4;
        double ground[MOST];
        double link[MOST];
        double b[MOST * K];
        double x[MOST * K];
        double difference[MOST * K];
        double store[3 * MOST];
        long double want[MOST];
        for (size_t i = 0; i < n; i++) {
            ground[i] = 0.5 + jko_t_uniform(&random);
            link[i] = jko_t_uniform(&random) < 0.3 ? -0.1 : jko_t_exponential(&random);
            link[i] *= link[i] > 0.0 ? pow(stiff, 2.0 * jko_t_uniform(&random) - 1.0) : 1.0;
        }
        for (size_t i = 0; i < n * K; i++) {
            x[i] = b[i] = jko_t_uniform(&random) - 0.5;
        }
        jko_i_chain chain = {store, store + MOST, store + 2 * MOST};
        assert_true(jko_i_chain_factor(n, ground, link, &chain));
        jko_i_chain_solve(n, &chain, x, difference);
        for (size_t k = 0; k < K; k++) {
            dense(n, ground, link, b + k, want);
            for (size_t i = 0; i < n; i++) {
                assert_close_abs(x[i * K + k], (double)want[i], 1e-14);
                if (i + 1 < n) {
                    assert_close_abs(difference[i * K + k], (double)(want[i + 1] - want[i]),
                                     1e-14 / fmax(1.0, link[i]));
                }
            }
        }
    }
}

// Two masses to the ground by 1 each and one another by 1e30: both move by the mean force / 2, and
// their difference is that of the forces, halved, over the link.
static void very_stiff(void **state)
{
    (void)state;
    const double ground[2] = {1.0, 1.0};
    const double link[2] = {1e30, 0.0};
    double x[2 * K] = {1.0, 2.0, 0.0, 3.0, 2.0, 1.0};
    double difference[K];
    double store[6];
    jko_i_chain chain = {store, store + 2, store + 4};
    assert_true(jko_i_chain_factor(2, ground, link, &chain));
    jko_i_chain_solve(2, &chain, x, difference);
    const double mean[K] = {2.0, 2.0, 0.5};
    const double half[K] = {1.0, 0.0, 0.5};
    for (size_t k = 0; k < K; k++) {
        assert_close_rel(x[k], mean[k], 1e-15);
        assert_close_rel(x[K + k], mean[k], 1e-15);
        assert_close_abs(difference[k], half[k] * 1e-30, 1e-45);
    }
}

static void refused(void **state)
{
    (void)state;
    const double ground[3] = {1.0, 1.0, 1.0};
    const double negative[3] = {0.0, -1.0, 0.0};
    const double broken[3] = {0.0, NAN, 0.0};
    double store[9];
    jko_i_chain chain = {store, store + 3, store + 6};
    assert_false(jko_i_chain_factor(3, ground, negative, &chain));
    assert_false(jko_i_chain_factor(3, ground, broken, &chain));
    const double none = 0.0;
    assert_false(jko_i_chain_factor(1, &none, &none, &chain));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solves),
        cmocka_unit_test(very_stiff),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
