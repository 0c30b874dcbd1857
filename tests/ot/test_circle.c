// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/circle.c: the cut against all cuts that can be best, each integrated on its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/circle.h"
#include "support/close.h"

#include <stdbool.h>

enum { MOST = 12 };

typedef struct circle {
    double x[MOST];
    double y[MOST];
    int64_t row_end[MOST];
    int64_t column_end[MOST];
    jko_i_stairs rows;
    jko_i_stairs columns;
} circle;

static const jko_i_ot_limits no_limits = {1000, INFINITY, NULL, NULL};

// Lifted quantile: the place of the mass just behind t.
static double quantile(const jko_i_stairs *stairs, int64_t t)
{
    int lap = 0;
    for (; t < 0; t += JKO_I_WHOLE) {
        lap--;
    }
    for (; t >= JKO_I_WHOLE; t -= JKO_I_WHOLE) {
        lap++;
    }
    size_t k = 0;
    while (stairs->end[k] <= t) {
        k++;
    }
    return stairs->place[k] + lap;
}

// The first end of a mass behind t.
static int64_t next_end(const jko_i_stairs *stairs, int64_t t)
{
    int64_t shift = 0;
    for (; t < 0; t += JKO_I_WHOLE) {
        shift -= JKO_I_WHOLE;
    }
    for (; t >= JKO_I_WHOLE; t -= JKO_I_WHOLE) {
        shift += JKO_I_WHOLE;
    }
    size_t k = 0;
    while (stairs->end[k] <= t) {
        k++;
    }
    return stairs->end[k] + shift;
}

// int over one total of |Q_a(t) - Q_b(t + theta)|^p dt, as a share of the total.
static long double integrate(const circle *c, double power, int64_t theta)
{
    long double sum = 0.0L;
    for (int64_t t = 0; t < JKO_I_WHOLE;) {
        const int64_t by_row = next_end(&c->rows, t);
        const int64_t by_column = next_end(&c->columns, t + theta) - theta;
        int64_t end = by_row < by_column ? by_row : by_column;
        end = end < JKO_I_WHOLE ? end : JKO_I_WHOLE;
        const long double d = (long double)quantile(&c->rows, t) - quantile(&c->columns, t + theta);
        sum += (long double)(end - t) * powl(fabsl(d), power);
        t = end;
    }
    return sum / (long double)JKO_I_WHOLE;
}

// Ends at sixteenths, so that many coincide; places on a common grid, or one in each cell of it.
static size_t fill_ties(bool grid, double *place, int64_t *end, jko_t_random *random)
{
    size_t n = 0;
    for (int64_t part = 1; part < 16 && n + 1 < MOST; part++) {
        if (jko_t_integer(random, 2) == 0) {
            end[n++] = part * (JKO_I_WHOLE / 16);
        }
    }
    end[n++] = JKO_I_WHOLE;
    for (size_t k = 0; k < n; k++) {
        place[k] = ((double)k + (grid ? 0.0 : jko_t_uniform(random))) / (double)n - 0.5;
    }
    return n;
}

// Ends anywhere, one in each of n equal parts.
static size_t fill_plain(double *place, int64_t *end, jko_t_random *random)
{
    const size_t n = 1 + jko_t_integer(random, MOST - 1);
    const int64_t part = JKO_I_WHOLE / (int64_t)n;
    for (size_t k = 0; k < n; k++) {
        place[k] = ((double)k + jko_t_uniform(random)) / (double)n - 0.5;
        end[k] = (int64_t)(k + 1) * part - (int64_t)jko_t_integer(random, (size_t)part);
    }
    end[n - 1] = JKO_I_WHOLE;
    return n;
}

static void make(circle *c, int k, jko_t_random *random)
{
    c->rows = (jko_i_stairs){0, c->x, c->row_end, NULL};
    c->columns = (jko_i_stairs){0, c->y, c->column_end, NULL};
    if (k % 3 == 2) {
        c->rows.n = fill_plain(c->x, c->row_end, random);
        c->columns.n = fill_plain(c->y, c->column_end, random);
    } else {
        c->rows.n = fill_ties(k % 3 == 0, c->x, c->row_end, random);
        c->columns.n = fill_ties(k % 3 == 0, c->y, c->column_end, random);
    }
}

static void check(const circle *c, double power, bool ties)
{
    const jko_i_ground ground = {1.0, power};
    jko_i_cut cut;
    assert_int_equal(jko_i_circle_cut(&ground, &c->rows, &c->columns, &no_limits, &cut), JKO_OK);
    // The masses on both sides of the cut end together.
    assert_true(jko_i_cursor_end(&cut.row) == jko_i_cursor_end(&cut.column) - cut.theta);
    assert_true(cut.left <= 0.0 && cut.right >= 0.0);
    const long double found = integrate(c, power, cut.theta);
    for (size_t i = 0; i < c->rows.n; i++) {
        for (size_t j = 0; j < c->columns.n; j++) {
            for (int64_t lap = -2; lap <= 2; lap++) {
                const int64_t theta = c->column_end[j] - c->row_end[i] + lap * JKO_I_WHOLE;
                assert_at_most((double)found, (double)integrate(c, power, theta) + 1e-15);
            }
        }
    }
    // With ends at sixteenths W is linear over half of one on both sides: slopes by differences.
    if (ties) {
        const int64_t step = JKO_I_WHOLE / 32;
        const double up = (double)(integrate(c, power, cut.theta + step) - found);
        const double down = (double)(found - integrate(c, power, cut.theta - step));
        assert_close_abs(cut.right, 32.0 * up, 1e-14);
        assert_close_abs(cut.left, 32.0 * down, 1e-14);
    }
}

static void circle_cut_is_the_best_of_all(void **state)
{
    (void)state;
    jko_t_need_long_double();
    jko_t_random random = {909};
    const double powers[] = {2.0, 1.0, 2.0, 3.0, 1.5};
    circle c;
    for (int k = 0; k < 600; k++) {
        make(&c, k, &random);
        check(&c, powers[k % 5], k % 3 != 2);
    }
}

static int stop(void *user, int64_t iteration, double error)
{
    (void)iteration;
    assert_true(error > 0.0 && error <= 2.0);
    return ++*(int *)user == 2;
}

static void circle_cut_stops_where_told(void **state)
{
    (void)state;
    jko_t_random random = {4242};
    const jko_i_ground ground = {1.0, 2.0};
    circle c;
    jko_i_cut cut;
    int asked = 0;
    const jko_i_ot_limits one = {1, INFINITY, NULL, NULL};
    const jko_i_ot_limits late = {1000, -INFINITY, NULL, NULL};
    const jko_i_ot_limits cancel = {1000, INFINITY, stop, &asked};
    do { // until it takes some trials
        make(&c, 2, &random);
        assert_int_equal(jko_i_circle_cut(&ground, &c.rows, &c.columns, &no_limits, &cut), JKO_OK);
    } while (cut.trials < 5);
    assert_int_equal(jko_i_circle_cut(&ground, &c.rows, &c.columns, &one, &cut), JKO_NOT_CONVERGED);
    assert_int_equal(cut.trials, 1);
    assert_true(jko_i_cursor_end(&cut.row) == jko_i_cursor_end(&cut.column) - cut.theta);
    assert_int_equal(jko_i_circle_cut(&ground, &c.rows, &c.columns, &late, &cut), JKO_TIME_LIMIT);
    assert_int_equal(jko_i_circle_cut(&ground, &c.rows, &c.columns, &cancel, &cut), JKO_CANCELLED);
    assert_int_equal(asked, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(circle_cut_is_the_best_of_all),
        cmocka_unit_test(circle_cut_stops_where_told),
    };
    return cmocka_run_group_tests_name("ot/circle", tests, NULL, NULL);
}
