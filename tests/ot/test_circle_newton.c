// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/circle_newton.c: the derivatives of the cost at its cut by their definition, in
 * long double, and the cost at the cut that a search by bracketing finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/circle_newton.h"
#include "support/close.h"

#include <math.h>
#include <stdlib.h>

enum { KINDS = 5 };

static const jko_i_ot_limits no_limits = {1000, INFINITY, NULL, NULL};

typedef struct side {
    size_t n;
    double *place;
    int64_t *end;
    float *part;
    jko_i_stairs stairs;
} side;

// Masses: exponential, smooth, one heavy cell in ten, equal, or all in a tenth of the circle.
static double mass_of(int kind, size_t k, size_t n, jko_t_random *random)
{
    const double at = (double)k / (double)n;
    switch (kind) {
    case 1:
        return 1.0 + 0.9 * cos(6.283185307179586 * (at + 0.1 * jko_t_uniform(random)));
    case 2:
        return jko_t_integer(random, 10) == 0 ? 100.0 : 1e-3;
    case 3:
        return 1.0;
    case 4:
        return at < 0.1 ? 1.0 + jko_t_uniform(random) : 1e-9;
    default:
        return jko_t_exponential(random);
    }
}

static void make(side *s, size_t n, int kind, bool grid, jko_t_random *random)
{
    double *mass = calloc(n, sizeof *mass);
    jko_i_sum unit;
    s->n = n;
    s->place = calloc(n, sizeof *s->place);
    s->end = calloc(n, sizeof *s->end);
    s->part = calloc(n, sizeof *s->part);
    assert_true(mass != NULL && s->place != NULL && s->end != NULL && s->part != NULL);
    for (size_t k = 0; k < n; k++) {
        s->place[k] = ((double)k + (grid ? 0.0 : jko_t_uniform(random))) / (double)n - 0.5;
        mass[k] = mass_of(kind, k, n, random);
    }
    assert_true(jko_i_lap_count(n, mass, s->end, s->part, &unit));
    assert_true(s->end[n - 1] == JKO_I_WHOLE);
    s->stairs = (jko_i_stairs){n, s->place, s->end, NULL};
    free(mass);
}

static void release(side *s)
{
    free(s->place);
    free(s->end);
    free(s->part);
}

// W'(theta+) or W'(theta-): each column j in the row that stands where it ends.
static long double slope(const side *rows, const side *columns, int64_t theta, bool right)
{
    long double sum = 0.0L;
    for (size_t j = 0; j < columns->n; j++) {
        // The first row that ends at or behind t, or strictly behind it for the left derivative.
        int64_t t = columns->end[j] - theta + (right ? 0 : 1);
        long double lap = 0.0L;
        for (; t > JKO_I_WHOLE; t -= JKO_I_WHOLE) {
            lap += 1.0L;
        }
        for (; t <= 0; t += JKO_I_WHOLE) {
            lap -= 1.0L;
        }
        size_t i = 0;
        while (rows->end[i] < t) {
            i++;
        }
        const bool last = j + 1 == columns->n;
        const long double from = columns->place[j];
        const long double to = columns->place[last ? 0 : j + 1] + (last ? 1.0L : 0.0L);
        const long double seen = rows->place[i] + lap;
        sum += (to - seen) * (to - seen) - (from - seen) * (from - seen);
    }
    return sum;
}

static bool check(const side *rows, const side *columns, jko_i_circle_work *work)
{
    jko_i_cut cut = {{NULL, 0, 0}, {NULL, 0, 0}, 0, 0.0, 0.0, 0};
    bool found = false;
    assert_int_equal(
        jko_i_circle_newton(1.0, &rows->stairs, &columns->stairs, &no_limits, work, &cut, &found),
        JKO_OK);
    if (!found) {
        return false;
    }
    assert_true(jko_i_cursor_end(&cut.row) == jko_i_cursor_end(&cut.column) - cut.theta);
    assert_true(cut.left <= 0.0 && cut.right >= 0.0);
    assert_close_abs(cut.right, (double)slope(rows, columns, cut.theta, true), 1e-15);
    assert_close_abs(cut.left, (double)slope(rows, columns, cut.theta, false), 1e-15);
    assert_true(cut.trials >= 1);
    return true;
}

static void circle_newton_finds_where_the_slope_changes_its_sign(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {5};
    int found = 0;
    int tried = 0;
    for (int k = 0; k < 150; k++) {
        const size_t m = 64 + jko_t_integer(&random, 1500);
        const size_t n = k % 2 == 0 ? m : 64 + jko_t_integer(&random, 1500);
        side rows;
        side columns;
        jko_i_circle_work work;
        make(&rows, m, k % KINDS, k % 2 == 0, &random);
        make(&columns, n, k / KINDS % KINDS, k % 2 == 0, &random);
        jko_i_block block = {NULL, 0};
        jko_i_circle_work_lay(&block, &work, m, n);
        block.memory = jko_i_alloc(block.used, 1);
        assert_non_null(block.memory);
        block.used = 0;
        jko_i_circle_work_lay(&block, &work, m, n);
        const bool one = check(&rows, &columns, &work);
        found += one;
        assert_true(one || k % KINDS > 1 || k / KINDS % KINDS > 1); // plain and smooth ones all
        tried++;
        jko_i_free(block.memory);
        release(&rows);
        release(&columns);
    }
    print_message("%d of %d found\n", found, tried);
    assert_true(4 * found >= 3 * tried); // the others are left to bracketing
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(circle_newton_finds_where_the_slope_changes_its_sign),
    };
    return cmocka_run_group_tests_name("ot/circle_newton", tests, NULL, NULL);
}
