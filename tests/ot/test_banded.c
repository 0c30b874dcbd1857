// SPDX-License-Identifier: BSD-3-Clause
/*
 * Bands and convolutions against the formulas of the log domain: the same potentials, on circles
 * and lines, with cells without mass, over the seam.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/banded.h"
#include "ot/convolution.h"
#include "support/close.h"

#include <jko/jko.h>
#include <math.h>

#define PI 3.14159265358979323846

enum { MOST = 203 };

typedef struct problem {
    jko_cost *cost;
    double a[MOST];
    double b[MOST];
    jko_i_ot_problem view;
} problem;

static void make(problem *t, size_t n, bool circle, jko_t_random *random)
{
    jko_grid *grid = NULL;
    assert_int_equal(circle ? jko_grid_create_circle(&grid, n, 1.0)
                            : jko_grid_create_line(&grid, n, 1.0),
                     JKO_OK);
    assert_int_equal(jko_cost_create_squared(&t->cost, grid, grid), JKO_OK);
    jko_grid_free(grid);
    for (size_t i = 0; i < n; i++) {
        t->a[i] = i % 13 == 5 ? 0.0 : 0.1 + jko_t_uniform(random);
        t->b[i] = i % 17 == 2 ? 0.0 : 0.1 + jko_t_uniform(random);
    }
    const jko_i_ot_problem view = {t->cost, t->a, t->b, 1.0, 1};
    t->view = view;
}

// f_i and next_j by their formulas, in long double; errors in eps.
static double worst(const problem *t, double eps, const double *g, const double *f,
                    const double *next)
{
    const size_t n = jko_cost_rows(t->cost);
    long double most = 0.0L;
    for (size_t i = 0; i < n; i++) {
        long double rows = 0.0L;
        long double columns = 0.0L;
        for (size_t j = 0; j < n; j++) {
            const long double c = jko_cost_get(t->cost, i, j);
            if (t->a[i] > 0.0 && t->b[j] > 0.0) {
                rows += expl(((long double)f[i] + g[j] - c) / eps);
            }
            if (t->b[i] > 0.0 && t->a[j] > 0.0) {
                columns += expl(((long double)f[j] + next[i] - c) / eps);
            }
        }
        most = t->a[i] > 0.0 ? fmaxl(most, fabsl(logl(rows / t->a[i]))) : most;
        most = t->b[i] > 0.0 ? fmaxl(most, fabsl(logl(columns / t->b[i]))) : most;
    }
    return (double)most;
}

// A wave of some eps and noise, moved on from one update to the next.
static void move(const problem *t, double eps, double size, int k, double *g, jko_t_random *random)
{
    const size_t n = jko_cost_rows(t->cost);
    for (size_t j = 0; j < n; j++) {
        const double at = 2.0 * PI * ((double)j / (double)n + 0.1 * k);
        g[j] = t->b[j] > 0.0 ? eps * (size * sin(at) + jko_t_uniform(random)) : -INFINITY;
    }
}

static void banded_update_agrees_with_the_log_domain(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {41};
    const size_t sizes[] = {1, 15, 16, 64, 200, MOST};
    for (size_t s = 0; s < 6; s++) {
        for (double eps = 0.1; eps > 1e-5; eps /= 10.0) {
            problem t;
            jko_i_banded work = {0};
            double g[MOST];
            double f[MOST];
            double next[MOST];
            make(&t, sizes[s], s % 2 == 0, &random);
            t.a[0] = t.b[0] = 1.0;
            assert_true(jko_i_banded_create(&work, t.cost) && work.kernel != NULL);
            for (int k = 0; k < 5; k++) {
                move(&t, eps, k == 3 ? 200.0 : 10.0, k, g, &random);
                // Columns 400 eps below the others may lie in no row's band: then it is said.
                if (jko_i_banded_update(&work, &t.view, eps, g, f, next)) {
                    assert_at_most(worst(&t, eps, g, f, next), k == 3 ? 1e-12 : 1e-13);
                } else {
                    assert_int_equal(k, 3);
                }
            }
            jko_i_banded_reset(&work);
            const int64_t made = work.made;
            assert_true(jko_i_banded_update(&work, &t.view, eps, g, f, next));
            assert_int_equal(work.made, made + 1);
            jko_i_banded_free(&work);
            jko_cost_free(t.cost);
        }
    }
}

// At small epsilon a row keeps a small part of the columns, and far fewer numbers than m n.
static void banded_keeps_bands(void **state)
{
    (void)state;
    jko_t_random random = {42};
    problem t;
    jko_i_banded work = {0};
    double g[MOST];
    double f[MOST];
    double next[MOST];
    make(&t, 200, true, &random);
    move(&t, 1e-5, 0.0, 0, g, &random);
    assert_true(jko_i_banded_create(&work, t.cost));
    assert_true(jko_i_banded_update(&work, &t.view, 1e-5, g, f, next));
    // exp(-46) is at a distance of sqrt(46 eps) = 0.021: 4.3 cells a side; blocks have 16.
    assert_true(work.offset[200] > 0 && work.offset[200] <= 200 * 48);
    jko_i_banded_free(&work);
    jko_cost_free(t.cost);
}

static void banded_is_for_grids(void **state)
{
    (void)state;
    const double c[] = {0.0, 1.0, 1.0, 0.0};
    jko_cost *cost = NULL;
    jko_i_banded work = {0};
    jko_i_convolution other = {0};
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, c), JKO_OK);
    assert_true(jko_i_banded_create(&work, cost) && work.kernel == NULL);
    assert_true(jko_i_convolution_create(&other, cost) && other.fourier == NULL);
    jko_cost_free(cost);
}

static void convolution_agrees_with_the_log_domain(void **state)
{
    (void)state;
    jko_t_need_long_double();
    if (!jko_i_fourier_exists()) {
        skip();
    }
    jko_t_random random = {43};
    const size_t sizes[] = {64, 65, 127, MOST};
    for (size_t s = 0; s < 4; s++) {
        for (double eps = 0.1; eps > 1e-4; eps /= 4.0) {
            for (int circle = 0; circle < 2; circle++) {
                problem t;
                jko_i_convolution work = {0};
                double g[MOST];
                double f[MOST];
                double next[MOST];
                make(&t, sizes[s], circle == 1, &random);
                assert_true(jko_i_convolution_create(&work, t.cost) && work.fourier != NULL);
                for (int k = 0; k < 4; k++) {
                    move(&t, eps, 3.0, k, g, &random);
                    assert_true(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next));
                    // A cell's error is a share of the doubt, which is one of all the mass.
                    assert_at_most(worst(&t, eps, g, f, next), 1e-10);
                    assert_at_most(work.doubt, 1e-9);
                }
                jko_i_convolution_free(&work);
                jko_cost_free(t.cost);
            }
        }
    }
}

// Potentials 60 eps apart: most sums are noise, which is seen. The updates that follow are left to
// another kernel, ever more of them.
static void convolution_without_digits_is_left(void **state)
{
    (void)state;
    if (!jko_i_fourier_exists()) {
        skip();
    }
    jko_t_random random = {44};
    const double eps = 1e-3;
    problem t;
    jko_i_convolution work = {0};
    double g[MOST];
    double f[MOST];
    double next[MOST];
    make(&t, MOST, true, &random);
    assert_true(jko_i_convolution_create(&work, t.cost));
    move(&t, eps, 30.0, 0, g, &random);
    assert_false(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next));
    move(&t, eps, 3.0, 0, g, &random);
    assert_false(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next)); // rests
    assert_true(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next));
    for (int tried = 0, k = 0; k < 100; k++) {
        move(&t, eps, 30.0, k, g, &random);
        assert_false(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next));
        tried += work.rest > 0 && work.rest * 4 == work.next_rest;
        assert_true(tried <= 4);
    }
    move(&t, eps, 3.0, 0, g, &random);
    assert_false(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next));
    assert_true(jko_i_convolution_update(&work, &t.view, 2.0 * eps, 1e-9, g, f, next));
    jko_i_convolution_reset(&work);
    assert_true(jko_i_convolution_update(&work, &t.view, eps, 1e-9, g, f, next));
    jko_i_convolution_free(&work);
    jko_cost_free(t.cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(banded_update_agrees_with_the_log_domain),
        cmocka_unit_test(banded_keeps_bands),
        cmocka_unit_test(banded_is_for_grids),
        cmocka_unit_test(convolution_agrees_with_the_log_domain),
        cmocka_unit_test(convolution_without_digits_is_left),
    };
    return cmocka_run_group_tests_name("ot/banded", tests, NULL, NULL);
}
