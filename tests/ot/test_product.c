// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/product.c: sums and rows against the formula of the iterate in long double, on
 * circles and lines, with cells without mass; and what is refused.
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

static void check_sums(const iterate *t, jko_i_product *work, const double *x)
{
    const size_t n = jko_cost_rows(t->cost);
    double rows[MOST];
    double costs[MOST];
    double columns[MOST];
    double scaled[MOST];
    const size_t cut = n / 3;
    assert_true(jko_i_product_set(work, t->cost, EPS, t->f, t->g));
    assert_true(jko_i_product_sum_rows(work, 0, cut, rows, costs));
    assert_true(jko_i_product_sum_rows(work, cut, n - cut, rows, costs));
    jko_i_product_scale_rows(work, x);
    assert_true(jko_i_product_sum_columns(work, 0, cut, columns, scaled));
    assert_true(jko_i_product_sum_columns(work, cut, n - cut, columns, scaled));
    for (size_t i = 0; i < n; i++) {
        long double want[4] = {0.0L};
        for (size_t j = 0; j < n; j++) {
            want[0] += entry(t, i, j);
            want[1] += entry(t, i, j) * jko_cost_get(t->cost, i, j);
            want[2] += entry(t, j, i);
            want[3] += x[j] * entry(t, j, i);
        }
        assert_close_rel(rows[i], (double)want[0], TOLERANCE);
        assert_close_rel(costs[i], (double)want[1], TOLERANCE);
        assert_close_rel(columns[i], (double)want[2], TOLERANCE);
        assert_close_rel(scaled[i], (double)want[3], TOLERANCE);
    }
}

static void check_rows(const iterate *t, jko_i_product *work, const double *y)
{
    const size_t n = jko_cost_rows(t->cost);
    double row[MOST];
    double c[MOST];
    double rest[MOST];
    jko_i_product_scale_columns(work, y);
    for (size_t i = 0; i < n; i++) {
        long double mass = 0.0L;
        long double cost = 0.0L;
        long double lack = 0.0L;
        for (size_t j = 0; j < n; j++) {
            c[j] = jko_cost_get(t->cost, i, j);
            rest[j] = 1e-9 * y[j];
            lack += (long double)rest[j] * c[j];
        }
        const jko_i_product_sums sums = jko_i_product_row(work, i, 0.75, c, rest, row);
        for (size_t j = 0; j < n; j++) {
            assert_close_rel(row[j], (double)(0.75L * entry(t, i, j) * y[j]), TOLERANCE);
            mass += row[j];
            cost += (long double)row[j] * c[j];
        }
        // Of the row as it is: a few roundings.
        assert_close_rel(sums.mass, (double)mass, 1e-15);
        assert_close_rel(sums.cost, (double)cost, 1e-15);
        assert_close_rel(sums.rest, (double)lack, 1e-15);
    }
}

static void product_agrees_with_the_formula(void **state)
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
        check_sums(&t, &work, factor);
        check_rows(&t, &work, factor);
        jko_i_product_free(&work);
        jko_cost_free(t.cost);
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
    double costs[MOST];
    make(&t, n, true, 900.0, &random);
    assert_true(jko_i_product_create(&work, t.cost));
    assert_false(jko_i_product_set(&work, t.cost, EPS, t.f, t.g));
    t.f[0] = NAN;
    assert_false(jko_i_product_set(&work, t.cost, EPS, t.f, t.g));
    jko_i_product_free(&work);
    jko_cost_free(t.cost);

    t.cost = make_cost(n, false); // c / eps up to 3e3 over the line
    for (size_t i = 0; i < n; i++) {
        t.f[i] = 0.0;
        t.g[i] = i < 5 ? 0.0 : -INFINITY;
    }
    assert_true(jko_i_product_create(&work, t.cost));
    assert_true(jko_i_product_set(&work, t.cost, EPS / 10.0, t.f, t.g));
    assert_true(jko_i_product_sum_rows(&work, 0, 10, sums, costs));
    assert_false(jko_i_product_sum_rows(&work, 0, n, sums, costs));
    jko_i_product_free(&work);
    jko_cost_free(t.cost);

    const double matrix[] = {0.0, 1.0, 1.0, 0.0};
    assert_int_equal(jko_cost_create_matrix(&t.cost, 2, 2, matrix), JKO_OK);
    assert_true(jko_i_product_create(&work, t.cost));
    assert_false(jko_i_product_set(&work, t.cost, EPS, t.f, t.g));
    jko_i_product_free(&work);
    jko_cost_free(t.cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product_agrees_with_the_formula),
        cmocka_unit_test(product_is_refused_where_digits_are_lost),
    };
    return cmocka_run_group_tests_name("ot/product", tests, NULL, NULL);
}
