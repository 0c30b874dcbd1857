// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/envelope.c: against the least over all pairs and laps, in long double.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/envelope.h"
#include "support/close.h"

#include <stdlib.h>

enum { MOST = 60 };

// Insertion sort.
static void sort(size_t n, double *x)
{
    for (size_t k = 1; k < n; k++) {
        const double moving = x[k];
        size_t at = k;
        for (; at > 0 && x[at - 1] > moving; at--) {
            x[at] = x[at - 1];
        }
        x[at] = moving;
    }
}

static long double least_of_all(const jko_i_ground *ground, double x, size_t sites, const double *y,
                                const double *weight, double *size)
{
    long double least = INFINITY;
    for (size_t k = 0; k < sites; k++) {
        for (int lap = -2; lap <= 2; lap++) {
            const long double d = (long double)x - y[k] - lap * (long double)ground->period;
            const long double cost = ground->power == 2.0 ? d * d : powl(fabsl(d), ground->power);
            least = cost - weight[k] < least ? cost - weight[k] : least;
        }
        *size = fmax(*size, fabs(weight[k]));
    }
    return least;
}

static void check(const jko_i_ground *ground, size_t queries, const double *x, size_t sites,
                  const double *y, const double *weight)
{
    size_t stack[3 * MOST];
    size_t first[3 * MOST];
    double least[MOST];
    double span = fmax(x[queries - 1], y[sites - 1]) - fmin(x[0], y[0]);
    span = ground->period > 0.0 ? ground->period : span;
    jko_i_envelope(ground, queries, x, sites, y, weight, stack, first, least);
    for (size_t q = 0; q < queries; q++) {
        double size = jko_i_ground_cost(ground, span);
        const double want = (double)least_of_all(ground, x[q], sites, y, weight, &size);
        // The distance, its power, the sum: an ulp each, the first times the power.
        assert_close_abs(least[q], want, 2.3e-16 * (2.0 + ground->power) * size);
    }
}

static double draw(size_t kind, double length, jko_t_random *random)
{
    switch (kind) {
    case 0:
        return length * (jko_t_uniform(random) - 0.5);
    case 1: // repeated places, ties of everything
        return length * ((double)jko_t_integer(random, 8) / 8.0 - 0.5);
    default: // close together
        return length * 1e-3 * (jko_t_uniform(random) - 0.5);
    }
}

static void check_random(double period, double offset, unsigned long long seed)
{
    jko_t_random random = {seed};
    const double powers[] = {2.0, 1.0, 1.3, 2.0, 4.0};
    double x[MOST];
    double y[MOST];
    double weight[MOST];
    for (size_t k = 0; k < 250; k++) {
        const jko_i_ground ground = {period, powers[k % 5]};
        const size_t queries = 1 + jko_t_integer(&random, MOST);
        const size_t sites = 1 + jko_t_integer(&random, MOST);
        const double length = period > 0.0 ? period : 2.0;
        // From weights that hardly matter to weights by which one site hides all others.
        const double size = pow(10.0, 1.0 - 5.0 * jko_t_uniform(&random));
        for (size_t q = 0; q < queries; q++) {
            x[q] = offset + draw(k % 3, length, &random);
        }
        for (size_t s = 0; s < sites; s++) {
            y[s] = offset + draw(k % 3, length, &random);
            weight[s] = size * jko_i_ground_cost(&ground, length) * (jko_t_uniform(&random) - 0.5);
        }
        sort(queries, x);
        sort(sites, y);
        check(&ground, queries, x, sites, y, weight);
    }
}

static void envelope_on_a_line_is_the_least_of_all_pairs(void **state)
{
    (void)state;
    jko_t_need_long_double();
    check_random(0.0, 0.0, 101);
    check_random(0.0, 1e6, 102);
}

static void envelope_on_a_circle_is_the_least_over_all_laps(void **state)
{
    (void)state;
    jko_t_need_long_double();
    check_random(1.0, 0.0, 103);
    check_random(6.283185307179586, 0.0, 104);
}

// Identity: without weights the least squared distance to a grid that holds the query is 0.
static void envelope_of_a_grid_at_its_points_is_zero(void **state)
{
    (void)state;
    const jko_i_ground ground = {0.0, 2.0};
    double x[MOST];
    double zero[MOST] = {0.0};
    size_t stack[3 * MOST];
    size_t first[3 * MOST];
    double least[MOST];
    for (size_t k = 0; k < MOST; k++) {
        x[k] = 1e6 + 0.1 * (double)k;
    }
    jko_i_envelope(&ground, MOST, x, MOST, x, zero, stack, first, least);
    assert_same_bits(MOST, least, zero);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(envelope_on_a_line_is_the_least_of_all_pairs),
        cmocka_unit_test(envelope_on_a_circle_is_the_least_over_all_laps),
        cmocka_unit_test(envelope_of_a_grid_at_its_points_is_zero),
    };
    return cmocka_run_group_tests_name("ot/envelope", tests, NULL, NULL);
}
