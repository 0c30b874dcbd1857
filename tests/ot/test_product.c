// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/product.c: sums and rows against the formula of the iterate in long double, on
 * circles and lines and for kernels of any shape, with cells without mass; and what is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/product.h"
#include "support/close.h"

#include <jko/jko.h>
#include <math.h>
#include <stdlib.h>

enum { MOST = 700 };

static const double EPS = 0.003;

typedef struct iterate {
    jko_cost *cost;
    double f[MOST];
    double g[MOST];
} iterate;

static jko_cost *make_cost(size_t n, bool circle)
{
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    assert_int_equal(circle ? jko_grid_create_circle(&grid, n, 1.0)
                            : jko_grid_create_line(&grid, n, 1.0),
                     JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    jko_grid_free(grid);
    return cost;
}

// Potentials that vary by `size` eps.
static void make(iterate *t, size_t n, bool circle, double size, jko_t_random *random)
{
    t->cost = make_cost(n, circle);
    for (size_t i = 0; i < n; i++) {
        t->f[i] = i % 13 == 5 ? -INFINITY : 7.0 + EPS * size * jko_t_uniform(random);
        t->g[i] = i % 17 == 2 ? -INFINITY : EPS * size * jko_t_uniform(random) - 7.0;
    }
}

static long double entry(const iterate *t, size_t i, size_t j)
{
    const long double c = jko_cost_get(t->cost, i, j);
    return expl(((long double)t->f[i] + t->g[j] - c) / EPS);
}

// Exponents of f and g are 7 / EPS, whose roundings are those of the entries.
#define TOLERANCE 1e-12

static void check_table(const iterate *t, jko_i_product *work, const double *x)
{
    const size_t n = jko_cost_rows(t->cost);
    double rows[MOST];
    double columns[MOST];
    double scaled[MOST];
    const size_t cut = n / 3;
    assert_true(jko_i_product_set_table(work, t->cost, EPS, t->f, t->g));
    assert_true(jko_i_product_sum_rows(work, 0, cut, rows));
    assert_true(jko_i_product_sum_rows(work, cut, n - cut, rows));
    jko_i_product_scale_rows(work, 0, n, x);
    assert_true(jko_i_product_sum_columns(work, 0, cut, columns, scaled));
    assert_true(jko_i_product_sum_columns(work, cut, n - cut, columns, scaled));
    for (size_t i = 0; i < n; i++) {
        long double want[3] = {0.0L};
        for (size_t j = 0; j < n; j++) {
            want[0] += entry(t, i, j);
            want[1] += entry(t, j, i);
            want[2] += x[j] * entry(t, j, i);
        }
        assert_close_rel(rows[i], (double)want[0], TOLERANCE);
        assert_close_rel(columns[i], (double)want[1], TOLERANCE);
        assert_close_rel(scaled[i], (double)want[2], TOLERANCE);
    }
}

static void check_rows(const iterate *t, jko_i_product *work, const double *y)
{
    const size_t m = jko_cost_rows(t->cost);
    const size_t n = jko_cost_columns(t->cost);
    double row[MOST];
    double c[MOST];
    double rest[MOST];
    jko_i_product_scale_columns(work, y);
    for (size_t i = 0; i < m; i++) {
        long double mass = 0.0L;
        long double cost = 0.0L;
        long double lack = 0.0L;
        long double plain = 0.0L;
        for (size_t j = 0; j < n; j++) {
            c[j] = jko_cost_get(t->cost, i, j);
            rest[j] = 1e-9 * y[j];
            lack += (long double)rest[j] * c[j];
            plain += entry(t, i, j) * c[j];
        }
        const jko_i_product_sums sums = jko_i_product_row(work, i, 0.75, c, rest, row);
        for (size_t j = 0; j < n; j++) {
            assert_close_rel(row[j], (double)(0.75L * entry(t, i, j) * y[j]), TOLERANCE);
            mass += row[j];
            cost += (long double)row[j] * c[j];
        }
        assert_close_rel(sums.plain, (double)plain, TOLERANCE);
        // Of the row as it is: a few roundings.
        assert_close_rel(sums.mass, (double)mass, 1e-15);
        assert_close_rel(sums.cost, (double)cost, 1e-15);
        assert_close_rel(sums.rest, (double)lack, 1e-15);
    }
}

static void product_between_grids_agrees_with_the_formula(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {71};
    const size_t sizes[] = {1, 2, 3, 5, 8, 19, 63, 64, 203, 257, MOST};
    for (size_t k = 0; k < 2 * (sizeof sizes / sizeof *sizes); k++) {
        iterate t;
        jko_i_product work;
        double factor[MOST];
        const size_t n = sizes[k / 2];
        make(&t, n, k % 2 == 0, 40.0, &random);
        for (size_t i = 0; i < n; i++) {
            factor[i] = 0.5 + 0.5 * jko_t_uniform(&random);
        }
        assert_true(jko_i_product_create(&work, t.cost));
        check_table(&t, &work, factor);
        check_rows(&t, &work, factor);
        jko_i_product_free(&work);
        jko_cost_free(t.cost);
    }
}

static jko_cost *random_cost(size_t m, size_t n, jko_t_random *random)
{
    static double matrix[90 * 70];
    jko_cost *cost = NULL;
    for (size_t k = 0; k < m * n; k++) {
        matrix[k] = 0.1 * jko_t_uniform(random);
    }
    assert_int_equal(jko_cost_create_matrix(&cost, m, n, matrix), JKO_OK);
    return cost;
}

// A kernel with potentials absorbed that are up to `apart` eps off.
static double *make_kernel(const iterate *t, jko_i_scaling *scaling, double apart,
                           jko_t_random *random)
{
    const size_t m = jko_cost_rows(t->cost);
    const size_t n = jko_cost_columns(t->cost);
    double *kernel = malloc(m * n * sizeof *kernel);
    assert_non_null(kernel);
    assert_true(jko_i_scaling_create(scaling, m, n, 50.0));
    scaling->eps = EPS;
    for (size_t i = 0; i < m; i++) {
        const double off = 2.0 * jko_t_uniform(random) - 1.0;
        scaling->f[i] = isfinite(t->f[i]) ? t->f[i] + apart * EPS * off : 0.0;
    }
    for (size_t j = 0; j < n; j++) {
        const double off = 2.0 * jko_t_uniform(random) - 1.0;
        scaling->g[j] = t->g[j] + apart * EPS * off;
    }
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            const long double c = jko_cost_get(t->cost, i, j);
            const long double p = (long double)scaling->f[i] + scaling->g[j];
            kernel[i * n + j] = isfinite(t->f[i]) ? (double)expl((p - c) / EPS) : 0.0;
        }
    }
    return kernel;
}

static void check_matrix(const iterate *t, jko_i_product *work, const double *x)
{
    const size_t m = jko_cost_rows(t->cost);
    const size_t n = jko_cost_columns(t->cost);
    double rows[MOST];
    double sums[4 * 70] = {0.0};
    const size_t cut = m / 3;
    assert_true(jko_i_product_sum_rows(work, 0, cut, rows));
    assert_true(jko_i_product_sum_rows(work, cut, m - cut, rows));
    jko_i_product_scale_rows(work, 0, m, x);
    jko_i_product_add_rows(work, 0, cut, sums);
    jko_i_product_add_rows(work, cut, m - cut, sums);
    for (size_t i = 0; i < m; i++) {
        long double want = 0.0L;
        for (size_t j = 0; j < n; j++) {
            want += entry(t, i, j);
        }
        assert_close_rel(rows[i], (double)want, TOLERANCE);
    }
    for (size_t j = 0; j < n; j++) {
        long double want = 0.0L;
        long double scaled = 0.0L;
        for (size_t i = 0; i < m; i++) {
            want += entry(t, i, j);
            scaled += x[i] * entry(t, i, j);
        }
        const double v = work->v[j];
        assert_close_rel(v * (sums[j] + sums[n + j]), (double)want, TOLERANCE);
        assert_close_rel(v * (sums[2 * n + j] + sums[3 * n + j]), (double)scaled, TOLERANCE);
    }
}

static void product_of_a_kernel_agrees_with_the_formula(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {73};
    const size_t sizes[][2] = {{1, 1}, {2, 7}, {3, 16}, {4, 17}, {5, 70}, {90, 33}, {61, 64}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t m = sizes[k][0];
        const size_t n = sizes[k][1];
        iterate t;
        jko_i_product work;
        jko_i_scaling scaling;
        double factor[MOST];
        t.cost = random_cost(m, n, &random);
        for (size_t i = 0; i < 90; i++) {
            t.f[i] = i % 13 == 5 ? -INFINITY : 0.03 * jko_t_uniform(&random);
            t.g[i] = i % 17 == 2 ? -INFINITY : 0.03 * jko_t_uniform(&random);
            factor[i] = 0.5 + 0.5 * jko_t_uniform(&random);
        }
        double *kernel = make_kernel(&t, &scaling, 40.0, &random);
        assert_true(jko_i_product_create(&work, t.cost));
        assert_false(jko_i_product_set_table(&work, t.cost, EPS, t.f, t.g));
        assert_false(jko_i_product_set_kernel(&work, NULL, &scaling, EPS, t.f, t.g));
        assert_false(jko_i_product_set_kernel(&work, kernel, &scaling, 2.0 * EPS, t.f, t.g));
        assert_true(jko_i_product_set_kernel(&work, kernel, &scaling, EPS, t.f, t.g));
        check_matrix(&t, &work, factor);
        check_rows(&t, &work, factor);
        t.f[0] = scaling.f[0] + 51.0 * EPS;
        assert_false(jko_i_product_set_kernel(&work, kernel, &scaling, EPS, t.f, t.g));
        jko_i_product_free(&work);
        jko_i_scaling_free(&scaling);
        jko_cost_free(t.cost);
        free(kernel);
    }
}

// Potentials that are too far apart, rows that reach mass only where K is nothing, and costs that
// are no table.
static void product_is_refused_where_digits_are_lost(void **state)
{
    (void)state;
    jko_t_random random = {72};
    const size_t n = 200;
    iterate t;
    jko_i_product work;
    double sums[MOST];
    make(&t, n, true, 900.0, &random);
    assert_true(jko_i_product_create(&work, t.cost));
    assert_false(jko_i_product_set_table(&work, t.cost, EPS, t.f, t.g));
    t.f[0] = NAN;
    assert_false(jko_i_product_set_table(&work, t.cost, EPS, t.f, t.g));
    jko_i_product_free(&work);
    jko_cost_free(t.cost);

    t.cost = make_cost(n, false); // c / eps up to 3e3 over the line
    for (size_t i = 0; i < n; i++) {
        t.f[i] = 0.0;
        t.g[i] = i < 5 ? 0.0 : -INFINITY;
    }
    assert_true(jko_i_product_create(&work, t.cost));
    assert_true(jko_i_product_set_table(&work, t.cost, EPS / 10.0, t.f, t.g));
    assert_true(jko_i_product_sum_rows(&work, 0, 10, sums));
    assert_false(jko_i_product_sum_rows(&work, 0, n, sums));
    jko_i_product_free(&work);
    jko_cost_free(t.cost);

    const double matrix[] = {0.0, 1.0, 1.0, 0.0};
    assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 2, matrix), JKO_OK);
    assert_true(jko_i_product_create(&work, t.cost));
    assert_false(jko_i_product_set_table(&work, t.cost, EPS, t.f, t.g));
    jko_i_product_free(&work);
    jko_cost_free(t.cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product_between_grids_agrees_with_the_formula),
        cmocka_unit_test(product_of_a_kernel_agrees_with_the_formula),
        cmocka_unit_test(product_is_refused_where_digits_are_lost),
    };
    return cmocka_run_group_tests_name("ot/product", tests, NULL, NULL);
}
