// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/truncated.c: sweeps against plain sums over all entries, room, and that what
 * absorbed.c claims comes from the whole kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/absorbed.h"
#include "ot/instance.h"
#include "ot/truncated.h"

enum { M = 430, N = 391 };

// A share of the entries counts, of many sizes; others are far below.
static void fill(double share, double *kernel, double *a, jko_t_random *random)
{
    for (size_t i = 0; i < M; i++) {
        a[i] = i % 11 == 3 ? 0.0 : 0.1 + jko_t_uniform(random);
        for (size_t j = 0; j < N; j++) {
            const bool counts = jko_t_uniform(random) < share || j == i % N;
            kernel[i * N + j] = pow(10.0, counts ? -8.0 * jko_t_uniform(random) : -26.0);
        }
    }
}

static bool take(jko_i_truncated *t, const double *kernel, const double *a)
{
    for (size_t i = 0; i < M; i++) {
        jko_i_truncated_count(t, i, kernel + i * N, a[i]);
    }
    if (!jko_i_truncated_reserve(t)) {
        return false;
    }
    for (size_t i = M; i-- > 0;) {
        jko_i_truncated_take(t, i, kernel + i * N, a[i]);
    }
    return true;
}

static void truncated_sweep_is_that_of_all_entries(void **state)
{
    (void)state;
    jko_t_random random = {61};
    jko_i_truncated t;
    double *kernel = calloc(M * N, sizeof *kernel);
    double a[M];
    double u[M];
    double v[N];
    double sum[N];
    double want[N] = {0.0};
    assert_non_null(kernel);
    assert_true(jko_i_truncated_create(&t, M, N) && t.capacity > 0);
    fill(0.03, kernel, a, &random);
    assert_true(take(&t, kernel, a));
    assert_true(t.end[M - 1] > M && t.end[M - 1] < M * N / 25);
    for (size_t j = 0; j < N; j++) {
        v[j] = 0.5 + jko_t_uniform(&random);
    }
    for (size_t first = 0; first < M; first += 43) { // M in ten
        double part[N];
        jko_i_truncated_sweep(&t, first, 43, a, v, u, part);
        for (size_t j = 0; j < N; j++) {
            sum[j] = first > 0 ? sum[j] + part[j] : part[j];
        }
    }
    for (size_t i = 0; i < M; i++) {
        double row = 0.0;
        for (size_t j = 0; j < N; j++) {
            row += kernel[i * N + j] * v[j];
        }
        assert_close_rel(u[i], a[i] > 0.0 ? a[i] / row : 0.0, 1e-14);
        for (size_t j = 0; j < N; j++) {
            want[j] += u[i] * kernel[i * N + j];
        }
    }
    for (size_t j = 0; j < N; j++) {
        assert_close_rel(sum[j], want[j], 1e-14);
    }
    jko_i_truncated_free(&t);
    free(kernel);
}

static void truncated_kernel_must_be_sparse_and_large(void **state)
{
    (void)state;
    jko_t_random random = {62};
    jko_i_truncated t;
    double *kernel = calloc(M * N, sizeof *kernel);
    double a[M];
    assert_non_null(kernel);
    assert_true(jko_i_truncated_create(&t, M, N));
    fill(0.08, kernel, a, &random);
    assert_false(take(&t, kernel, a));
    assert_false(t.holds);
    fill(0.01, kernel, a, &random);
    assert_true(take(&t, kernel, a));
    assert_true(t.holds);
    jko_i_truncated_free(&t);
    assert_true(jko_i_truncated_create(&t, 300, 300));
    assert_true(t.capacity == 0 && t.value == NULL);
    jko_i_truncated_free(&t);
    free(kernel);
}

// Bits of the whole kernel where an error is claimed; the same to rounding where it is not and the
// kernel is new.
static void absorbed_claims_by_the_whole_kernel(void **state)
{
    (void)state;
    jko_t_random random = {63};
    instance t = instance_random(M, N, INSTANCE_POINTS, &random);
    const jko_i_ot_problem problem = {t.cost, t.a, t.b, t.total, 1};
    const double eps = 1e-4;
    jko_i_absorbed work[2] = {{0}};
    double g[N];
    double f[2][M];
    double next[2][N];
    for (size_t k = 0; k < 2; k++) {
        assert_true(jko_i_absorbed_create(&work[k], t.cost));
    }
    work[1].truncated.capacity = 0; // has the whole kernel alone
    for (size_t j = 0; j < N; j++) {
        g[j] = eps * jko_t_uniform(&random);
    }
    for (int step = 0; step < 40; step++) {
        for (size_t k = 0; k < 2; k++) {
            assert_true(jko_i_absorbed_update(&work[k], &problem, eps, INFINITY, g, f[k], next[k]));
        }
        assert_true(work[0].truncated.holds && !work[1].truncated.holds);
        assert_same_bits(M, f[0], f[1]);
        assert_same_bits(N, next[0], next[1]);
        memcpy(g, next[0], sizeof g);
    }
    assert_true(work[0].made > 1);
    assert_int_equal(work[0].made, work[1].made);
    for (size_t k = 0; k < 2; k++) {
        jko_i_absorbed_reset(&work[k]);
        assert_true(jko_i_absorbed_update(&work[k], &problem, eps, 0.0, g, f[k], next[k]));
    }
    assert_close_rel(work[0].scaling.error, work[1].scaling.error, 1e-12);
    for (size_t j = 0; j < N; j++) {
        assert_close_abs(next[0][j], next[1][j], 1e-12 * eps);
    }
    for (size_t k = 0; k < 2; k++) {
        jko_i_absorbed_free(&work[k]);
    }
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(truncated_sweep_is_that_of_all_entries),
        cmocka_unit_test(truncated_kernel_must_be_sparse_and_large),
        cmocka_unit_test(absorbed_claims_by_the_whole_kernel),
    };
    return cmocka_run_group_tests_name("ot/truncated", tests, NULL, NULL);
}
