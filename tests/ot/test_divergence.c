// SPDX-License-Identifier: BSD-3-Clause
/*
 * The debiased divergence: identities, a closed form, its gradient by differences, bad input.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/jko.h>
#include <math.h>
#include <string.h>

#define M ((size_t)5)
#define N ((size_t)7)

typedef struct clouds {
    jko_cost *ab;
    jko_cost *aa;
    jko_cost *bb;
} clouds;

static clouds clouds_create(size_t m, const double *x, size_t n, const double *y)
{
    clouds c = {NULL, NULL, NULL};
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    assert_int_equal(jko_grid_create_points(&source, m, 2, x, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, n, 2, y, NULL), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&c.ab, source, target), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&c.aa, source, source), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&c.bb, target, target), JKO_OK);
    jko_grid_free(source);
    jko_grid_free(target);
    return c;
}

static void clouds_free(clouds *c)
{
    jko_cost_free(c->ab);
    jko_cost_free(c->aa);
    jko_cost_free(c->bb);
}

static jko_ot_settings with_epsilon(double epsilon)
{
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.epsilon = epsilon;
    settings.tolerance = 1e-12;
    return settings;
}

static jko_ot_divergence_report solve(const clouds *c, double epsilon, const double *a,
                                      const double *b, double *f, double *g)
{
    jko_ot_divergence_report report = {.struct_size = sizeof report};
    const jko_ot_settings settings = with_epsilon(epsilon);
    assert_int_equal(jko_ot_divergence(c->ab, c->aa, c->bb, &settings, a, b, f, g, &report),
                     JKO_OK);
    assert_int_equal(report.status, JKO_OK);
    assert_at_most(report.accuracy, 1e-12);
    return report;
}

static void random_points(size_t count, double *x, jko_t_random *random)
{
    for (size_t k = 0; k < 2 * count; k++) {
        x[k] = jko_t_uniform(random);
    }
}

static void random_masses(size_t count, double *a, jko_t_random *random)
{
    double sum = 0.0;
    for (size_t k = 0; k < count; k++) {
        a[k] = jko_t_exponential(random);
        sum += a[k];
    }
    for (size_t k = 0; k < count; k++) {
        a[k] /= sum;
    }
}

// Closed form: a cloud moved by h costs |h|^2, however small h is beside the cloud. Case
// divergence_tiny_translation (jeanfeydy/geomloss#24, #25) has this cloud and the first h.
static void divergence_of_translation_is_square_of_shift(void **state)
{
    (void)state;
    const double mass[] = {0.1, 0.3, 0.2, 0.25, 0.15};
    const double x[] = {0.0, 0.0, 0.5, 0.125, 0.25, 0.75, 1.0, 0.5, 0.875, 1.0};
    for (double scale = 1.0; scale > 1e-3; scale /= 8.0) {
        for (double epsilon = 0.25; epsilon > 1e-3; epsilon /= 4.0) {
            const double h[] = {0.0009765625 * scale, -0.00048828125 * scale};
            double y[10];
            for (size_t k = 0; k < 10; k++) {
                y[k] = x[k] + h[k % 2];
            }
            clouds c = clouds_create(5, x, 5, y);
            const jko_ot_divergence_report r = solve(&c, epsilon, mass, mass, NULL, NULL);
            const double value = h[0] * h[0] + h[1] * h[1];
            // Potentials of size 1 are rounded: some 1e-16 of the value are lost, no more.
            assert_close_abs(r.divergence, value, 2e-15);
            assert_close_abs(r.value_ab - 0.5 * r.value_aa - 0.5 * r.value_bb, r.divergence, 1e-14);
            clouds_free(&c);
        }
    }
}

// S(a, a) = 0, and its gradient is constant: it is the least value.
static void divergence_of_equal_measures_is_zero(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 10; seed++) {
        jko_t_random random = {seed};
        double x[2 * M];
        double a[M];
        double f[M];
        double g[M];
        random_points(M, x, &random);
        random_masses(M, a, &random);
        a[1] = seed % 2 == 0 ? 0.0 : a[1];
        clouds c = clouds_create(M, x, M, x);
        const jko_ot_divergence_report r = solve(&c, 0.05, a, a, f, g);
        assert_close_abs(r.divergence, 0.0, 1e-15);
        assert_close_abs(r.value_ab, r.value_aa, 1e-15);
        for (size_t i = 0; i < M; i++) {
            // Potentials err by the marginal error, 1e-12, over the masses and what the kernel
            // damps: 1e3 at this epsilon.
            assert_close_abs(f[i], 0.0, 1e-9);
            assert_close_abs(g[i], 0.0, 1e-9);
        }
        clouds_free(&c);
    }
}

// S >= 0, S(a, b) = S(b, a), and the parts are what jko_ot_solve() calls the entropic value.
static void divergence_is_positive_symmetric_and_made_of_entropic_values(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 20; seed++) {
        jko_t_random random = {seed};
        double x[2 * M];
        double y[2 * N];
        double a[M];
        double b[N];
        double f[M];
        double g[N];
        const double epsilon = pow(10.0, -3.0 * jko_t_uniform(&random));
        random_points(M, x, &random);
        random_points(N, y, &random);
        random_masses(M, a, &random);
        random_masses(N, b, &random);
        clouds c = clouds_create(M, x, N, y);
        clouds back = clouds_create(N, y, M, x);
        const jko_ot_divergence_report r = solve(&c, epsilon, a, b, f, g);
        const jko_ot_divergence_report s = solve(&back, epsilon, b, a, NULL, NULL);
        assert_true(r.divergence >= 0.0);
        assert_close_abs(s.divergence, r.divergence, 1e-14);
        double half = 0.0;
        for (size_t i = 0; i < M; i++) {
            half += a[i] * f[i];
        }
        assert_close_abs(half, 0.5 * r.divergence, 1e-15);
        jko_ot *ot = NULL;
        jko_ot_report one = {.struct_size = sizeof one};
        jko_ot_settings settings = with_epsilon(epsilon);
        settings.method = JKO_OT_SINKHORN;
        assert_int_equal(jko_ot_create(&ot, c.ab, &settings), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, a, b, NULL, &one), JKO_OK);
        assert_close_abs(one.entropic_value, r.value_ab, 1e-11);
        jko_ot_free(ot);
        clouds_free(&c);
        clouds_free(&back);
    }
}

// Central differences of S as mass moves from cell to cell; also onto a cell without mass, where
// S has a derivative from one side.
static void divergence_gradient_meets_differences(void **state)
{
    (void)state;
    jko_t_random random = {77};
    const double step = 1e-5;
    double x[2 * M];
    double y[2 * N];
    double a[M];
    double b[N];
    double f[M];
    double g[N];
    random_points(M, x, &random);
    random_points(N, y, &random);
    random_masses(M, a, &random);
    random_masses(N, b, &random);
    clouds c = clouds_create(M, x, N, y);
    (void)solve(&c, 0.1, a, b, f, g);
    for (size_t i = 1; i < M; i++) {
        double more[M];
        double less[M];
        memcpy(more, a, sizeof more);
        memcpy(less, a, sizeof less);
        more[i] += step;
        more[0] -= step;
        less[i] -= step;
        less[0] += step;
        const double slope = (solve(&c, 0.1, more, b, NULL, NULL).divergence -
                              solve(&c, 0.1, less, b, NULL, NULL).divergence) /
                             (2.0 * step);
        assert_close_abs(slope, f[i] - f[0], 1e-7);
    }
    for (size_t j = 1; j < N; j++) {
        double more[N];
        double less[N];
        memcpy(more, b, sizeof more);
        memcpy(less, b, sizeof less);
        more[j] += step;
        more[0] -= step;
        less[j] -= step;
        less[0] += step;
        const double slope = (solve(&c, 0.1, a, more, NULL, NULL).divergence -
                              solve(&c, 0.1, a, less, NULL, NULL).divergence) /
                             (2.0 * step);
        assert_close_abs(slope, g[j] - g[0], 1e-7);
    }
    a[0] += a[2];
    a[2] = 0.0;
    const double before = solve(&c, 0.1, a, b, f, NULL).divergence;
    a[0] -= step;
    a[2] += step;
    const double after = solve(&c, 0.1, a, b, NULL, NULL).divergence;
    assert_close_abs((after - before) / step, f[2] - f[0], 1e-3);
    clouds_free(&c);
}

// Value and masses scale together; totals that differ by rounding are one total.
static void divergence_scales_with_the_masses(void **state)
{
    (void)state;
    jko_t_random random = {5};
    double x[2 * M];
    double y[2 * N];
    double a[M];
    double b[N];
    random_points(M, x, &random);
    random_points(N, y, &random);
    random_masses(M, a, &random);
    random_masses(N, b, &random);
    clouds c = clouds_create(M, x, N, y);
    const double one = solve(&c, 0.1, a, b, NULL, NULL).divergence;
    for (size_t i = 0; i < M; i++) {
        a[i] *= 256.0;
    }
    for (size_t j = 0; j < N; j++) {
        b[j] *= 256.0 * (1.0 + 5e-7);
    }
    assert_close_rel(solve(&c, 0.1, a, b, NULL, NULL).divergence, 256.0 * one, 1e-11);
    clouds_free(&c);
}

static int stop(void *user, int64_t iteration, double error)
{
    (void)user;
    (void)error;
    return iteration >= 2;
}

static void divergence_stopped_says_why_and_stays_finite(void **state)
{
    (void)state;
    jko_t_random random = {6};
    double x[2 * M];
    double y[2 * N];
    double a[M];
    double b[N];
    double f[M];
    random_points(M, x, &random);
    random_points(N, y, &random);
    random_masses(M, a, &random);
    random_masses(N, b, &random);
    clouds c = clouds_create(M, x, N, y);
    jko_ot_divergence_report r = {.struct_size = sizeof r};
    jko_ot_settings s = with_epsilon(1e-3);
    s.max_iterations = 3;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, f, NULL, &r), JKO_NOT_CONVERGED);
    assert_true(isfinite(r.divergence) && isfinite(f[0]) && r.epsilon > 1e-3);
    assert_int_equal(r.iterations, 9);
    s = with_epsilon(1e-3);
    s.progress = stop;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, NULL, NULL, &r), JKO_CANCELLED);
    s = with_epsilon(1e-3);
    s.time_limit = 1e-9;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, NULL, NULL, &r), JKO_TIME_LIMIT);
    s = with_epsilon(1e-6);
    s.tolerance = 1e-15;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, NULL, NULL, &r), JKO_STALLED);
    assert_true(r.accuracy > 1e-15 && r.accuracy < 1e-8);
    clouds_free(&c);
}

static void divergence_bad_input_is_refused(void **state)
{
    (void)state;
    jko_t_random random = {6};
    double x[2 * M];
    double y[2 * N];
    double a[M];
    double b[N];
    const double skew[] = {0.0, 1.0, 2.0, 0.0};
    const double forbidden[] = {0.0, INFINITY, INFINITY, 0.0};
    const double two[] = {0.5, 0.5};
    jko_cost *odd = NULL;
    jko_cost *closed = NULL;
    random_points(M, x, &random);
    random_points(N, y, &random);
    random_masses(M, a, &random);
    random_masses(N, b, &random);
    clouds c = clouds_create(M, x, N, y);
    jko_ot_divergence_report r = {.struct_size = sizeof r};
    jko_ot_settings s = with_epsilon(0.1);
    assert_int_equal(jko_cost_create_matrix(&odd, 2, 2, skew), JKO_OK);
    assert_int_equal(jko_cost_create_matrix(&closed, 2, 2, forbidden), JKO_OK);
    assert_int_equal(jko_ot_divergence(c.ab, c.bb, c.aa, &s, a, b, NULL, NULL, &r), JKO_ERR_SHAPE);
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, NULL, &s, a, b, NULL, NULL, &r),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_ot_divergence(odd, odd, odd, &s, two, two, NULL, NULL, &r),
                     JKO_ERR_ARGUMENT);
    assert_non_null(strstr(jko_error_detail(), "symmetric"));
    assert_int_equal(jko_ot_divergence(closed, closed, closed, &s, two, two, NULL, NULL, &r),
                     JKO_ERR_UNSUPPORTED);
    s.method = JKO_OT_SIMPLEX;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, NULL, NULL, &r),
                     JKO_ERR_ARGUMENT);
    s = with_epsilon(-1.0);
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, NULL, NULL, &r),
                     JKO_ERR_EPSILON);
    s = with_epsilon(0.1);
    b[3] = -1.0;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, b, NULL, NULL, &r),
                     JKO_ERR_NEGATIVE_MASS);
    r.struct_size = 8;
    assert_int_equal(jko_ot_divergence(c.ab, c.aa, c.bb, &s, a, a, NULL, NULL, &r),
                     JKO_ERR_ARGUMENT);
    jko_cost_free(odd);
    jko_cost_free(closed);
    clouds_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divergence_of_translation_is_square_of_shift),
        cmocka_unit_test(divergence_of_equal_measures_is_zero),
        cmocka_unit_test(divergence_is_positive_symmetric_and_made_of_entropic_values),
        cmocka_unit_test(divergence_gradient_meets_differences),
        cmocka_unit_test(divergence_scales_with_the_masses),
        cmocka_unit_test(divergence_stopped_says_why_and_stays_finite),
        cmocka_unit_test(divergence_bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("ot/divergence", tests, NULL, NULL);
}
