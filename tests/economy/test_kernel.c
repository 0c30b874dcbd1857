// SPDX-License-Identifier: BSD-3-Clause
/*
 * The vector loops over sectors, against long double sums; and the energy beside the scalar formulas
 * that take over where densities are no normal numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

#include <economy/kernel.h>
#include <float.h>
#include <string.h>

enum { N = 700 };

static const size_t lengths[] = {1, 2, 15, 16, 17, 255, 256, 257, N};
#define LENGTHS (sizeof lengths / sizeof lengths[0])

static void ranges_are_found_and_odd_numbers_refused(void **state)
{
    (void)state;
    double mass[N];
    jko_t_random random = {3};
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double low = INFINITY;
        double high = 0.0;
        double least = 0.0;
        double largest = 0.0;
        for (size_t i = 0; i < n; i++) {
            mass[i] = 0.1 + jko_t_uniform(&random);
            low = fmin(low, mass[i]);
            high = fmax(high, mass[i]);
        }
        assert_true(jko_i_density_range(n, mass, 0.5, &least, &largest));
        assert_true(least == low / 0.5 && largest == high / 0.5);
        static const double odd[] = {0.0, -0.0, -1.0, 1e-310, INFINITY, -INFINITY, (double)NAN};
        for (size_t k = 0; k < sizeof odd / sizeof odd[0]; k++) {
            const size_t at = jko_t_integer(&random, n);
            const double kept = mass[at];
            mass[at] = odd[k];
            assert_false(jko_i_density_range(n, mass, 0.5, &least, &largest));
            mass[at] = kept;
        }
        // m / h leaves the range of normal numbers although m does not.
        mass[0] = 1e-300;
        assert_false(jko_i_density_range(n, mass, 1e20, &least, &largest));
        mass[0] = 1e300;
        assert_false(jko_i_density_range(n, mass, 1e-20, &least, &largest));
    }
}

static void sums_are_compensated(void **state)
{
    (void)state;
    static const double exponents[] = {-3.0, -0.375, 0.0, 1e-9, 0.0384615, 0.5, 0.99, 1.5};
    static const double spreads[] = {1e-6, 0.3, 5.0, 300.0};
    double mass[N];
    double share[N];
    double x[N];
    jko_t_random random = {4};
    jko_t_need_long_double();
    for (size_t k = 0; k < LENGTHS * 8 * 4; k++) {
        const size_t n = lengths[k % LENGTHS];
        const double s = exponents[k / LENGTHS % 8];
        const double spread = spreads[k / LENGTHS / 8];
        double top = s < 0.0 ? INFINITY : -INFINITY;
        for (size_t i = 0; i < n; i++) {
            mass[i] = 0.25 * exp(spread * (jko_t_uniform(&random) - 0.5));
            share[i] = (0.1 + jko_t_uniform(&random)) / (double)n;
            top = s < 0.0 ? fmin(top, log(mass[i] / 0.25)) : fmax(top, log(mass[i] / 0.25));
        }
        long double sum = 0.0L;
        long double size = 0.0L;
        for (size_t i = 0; i < n; i++) {
            const long double y = logl((long double)mass[i] / 0.25L);
            const long double term = share[i] * (s == 0.0 ? y : expm1l(s * (y - top)));
            sum += term;
            size += fabsl(term) + share[i] * fabs(s) * fabsl(y); // x is rounded, and top
        }
        const double got = jko_i_density_sum(n, mass, 0.25, share, s, top, x);
        assert_close_abs(got, (double)sum, 4.0 * DBL_EPSILON * (double)size);
        assert_true(got == jko_i_density_sum(n, mass, 0.25, share, s, top, NULL));
        for (size_t i = 0; i < n; i++) {
            assert_close_abs(x[i], (double)logl((long double)mass[i] / 0.25L),
                             4.0 * DBL_EPSILON * (1.0 + fabs(x[i])));
        }
    }
}

static void variations_and_hessians_are_right(void **state)
{
    (void)state;
    double x[N];
    double logs[N];
    double mass[N];
    double diagonal[N];
    double vector[N];
    jko_t_random random = {5};
    jko_t_need_long_double();
    for (size_t l = 0; l < LENGTHS; l++) {
        const size_t n = lengths[l];
        double kept[N];
        long double product = 0.0L;
        for (size_t i = 0; i < n; i++) {
            x[i] = kept[i] = 4.0 * (jko_t_uniform(&random) - 0.5);
            logs[i] = 2.0 * (jko_t_uniform(&random) - 0.5);
            mass[i] = 0.1 + jko_t_uniform(&random);
        }
        jko_i_density_variation(n, logs, -0.96, 0.3, 0.02, x);
        for (size_t i = 0; i < n; i++) {
            const long double want = -0.02L * expl(0.3L + logs[i] - 0.96L * kept[i]);
            assert_close_rel(x[i], (double)want, 1e-14);
            product += (long double)x[i] * mass[i];
        }
        const double got = jko_i_density_hessian(n, mass, x, -0.96, diagonal, vector);
        assert_close_rel(got, (double)product, 1e-14);
        for (size_t i = 0; i < n; i++) {
            assert_close_rel(diagonal[i], (double)(-0.96L * x[i] / mass[i]), 1e-15);
        }
        assert_same_bits(n, vector, x);
    }
}

/* One sector below the normal numbers sends the whole energy to the scalar formulas. With an exponent
   s of 0.04 its 1e-308 counts by 1e-12 of the rest at most. */
static void both_ways_give_the_same_energy(void **state)
{
    (void)state;
    double mass[2][PAPER_N];
    double labour[PAPER_N];
    double e[2][PAPER_N];
    double value[2];
    paper_data(mass[0], labour);
    jko_economy *economy = paper_economy(BASELINE, labour);
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
    memcpy(mass[1], mass[0], sizeof mass[1]);
    mass[0][7] = DBL_MIN * 4.0;
    mass[1][7] = DBL_MIN / 4.0;
    for (int way = 0; way < 2; way++) {
        assert_int_equal(energy.eval(energy.user, PAPER_N, mass[way], &value[way], e[way]), 0);
    }
    for (size_t i = 0; i < PAPER_N; i++) {
        if (i != 7) {
            assert_close_rel(e[1][i], e[0][i], 1e-13);
        }
    }
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_found_and_odd_numbers_refused),
        cmocka_unit_test(sums_are_compensated),
        cmocka_unit_test(variations_and_hessians_are_right),
        cmocka_unit_test(both_ways_give_the_same_energy),
    };
    return cmocka_run_group_tests_name("economy/kernel", tests, NULL, NULL);
}
