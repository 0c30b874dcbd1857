// SPDX-License-Identifier: BSD-3-Clause
/*
 * The baseline as a whole: entropic steps on the circle with a blur of two cells, against the
 * trajectory of the partial differential equation (README.md beside this file has its origin).
 *
 * t = 0 against closed forms worked out here in long double, and against the stored rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

#include <jko/jko.h>
#include <string.h>

static const double times[] = {0.2, 1.0, 2.0};

static jko_csv *table(const char *name)
{
    char path[1024] = JKO_TEST_DATA "/";
    jko_csv *csv = NULL;
    strncat(path, name, sizeof path - strlen(path) - 1);
    assert_int_equal(jko_csv_read(&csv, path), JKO_OK);
    return csv;
}

/* Column `name` of the row whose first column is t. */
static double stored(const jko_csv *csv, const char *name, double t)
{
    const size_t column = jko_csv_find(csv, name);
    assert_true(column != JKO_CSV_NONE);
    for (size_t row = 0; row < jko_csv_rows(csv); row++) {
        double at = NAN;
        double value = NAN;
        assert_int_equal(jko_csv_number(csv, row, 0, &at), JKO_OK);
        assert_int_equal(jko_csv_number(csv, row, column, &value), JKO_OK);
        if (at == t) {
            return value;
        }
    }
    fail_msg("no row at t = %g", t);
    return NAN;
}

/* The economy at t = 0: Z = h sum L^(beta q) mu^s, X = Z^(1/q), E = -(c/s) log Z, pi = (1 - beta)
   L^(beta q) mu^(s-1) / Z, with q = rho1/(beta (1 + rho2)), s = rho2/(1 + rho2). */
static void baseline_begins_with_the_closed_forms(void **state)
{
    (void)state;
    double mass[PAPER_N];
    double labour[PAPER_N];
    double profit[PAPER_N];
    paper_data(mass, labour);
    const long double beta = 0.86L;
    const long double q = 0.214L / (beta * 1.04L);
    const long double s = 0.04L / 1.04L;
    const long double h = 1.0L / PAPER_N;
    const long double c = (1.0L - beta) * (1.0L - beta);
    long double z = 0.0L;
    long double least = INFINITY;
    long double largest = 0.0L;
    for (size_t i = 0; i < PAPER_N; i++) {
        z += h * powl(labour[i], beta * q) * powl(mass[i] / h, s);
    }
    for (size_t i = 0; i < PAPER_N; i++) {
        const long double pi =
            (1.0L - beta) * powl(labour[i], beta * q) * powl(mass[i] / h, s - 1.0L) / z;
        least = fminl(least, pi);
        largest = fmaxl(largest, pi);
    }

    jko_economy *economy = paper_economy(BASELINE, labour);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    jko_short_run run = {.struct_size = sizeof run, .profit_rate = profit};
    double x = NAN;
    double value = NAN;
    double low = INFINITY;
    double high = 0.0;
    assert_int_equal(jko_economy_consumption(economy, mass, &x), JKO_OK);
    assert_int_equal(jko_economy_short_run(economy, mass, &run), JKO_OK);
    assert_int_equal(energy.eval(energy.user, PAPER_N, mass, &value, NULL), 0);
    for (size_t i = 0; i < PAPER_N; i++) {
        low = fmin(low, profit[i]);
        high = fmax(high, profit[i]);
    }
    assert_close_rel(x, (double)powl(z, 1.0L / q), 1e-12);
    assert_close_rel(value, (double)(-(c / s) * logl(z)), 1e-11);
    assert_close_rel(low, (double)least, 1e-12);
    assert_close_rel(high, (double)largest, 1e-12);
    jko_csv *rows = table("baseline_n200_conservative.csv");
    assert_close_rel(x, stored(rows, "X", 0.0), 1e-9);
    assert_close_rel(low, stored(rows, "pi_min", 0.0), 1e-9);
    assert_close_rel(high, stored(rows, "pi_max", 0.0), 1e-9);
    jko_csv_free(rows);
    // The first column of densities is the initial one.
    jko_csv *csv = table("baseline_n200_conservative_mu.csv");
    assert_int_equal(jko_csv_rows(csv), PAPER_N);
    for (size_t i = 0; i < PAPER_N; i++) {
        double mu = NAN;
        assert_int_equal(jko_csv_number(csv, i, jko_csv_find(csv, "t=0"), &mu), JKO_OK);
        assert_close_rel(mass[i] * PAPER_N, mu, 1e-11);
    }
    jko_csv_free(csv);
    jko_economy_free(economy);
}

/* Mean |density - stored density| at each of `times`. */
typedef struct comparison {
    jko_csv *csv;
    const jko_economy *economy;
    double last_x;
    double distance[3];
} comparison;

static int compare(void *user, int64_t step, double t, const double *mass,
                   const jko_step_report *report)
{
    (void)step;
    comparison *c = user;
    double x = NAN;
    // No assertion in here: it would jump out of the library.
    if (jko_economy_consumption(c->economy, mass, &x) != JKO_OK || !(x >= c->last_x) ||
        report->status != JKO_OK) {
        return 1;
    }
    c->last_x = x;
    for (size_t k = 0; k < 3; k++) {
        const char *const names[] = {"t=0.2", "t=1", "t=2"};
        if (fabs(t - times[k]) > 1e-9) {
            continue;
        }
        c->distance[k] = 0.0;
        for (size_t i = 0; i < PAPER_N; i++) {
            double mu = NAN;
            if (jko_csv_number(c->csv, i, jko_csv_find(c->csv, names[k]), &mu) != JKO_OK) {
                return 1;
            }
            c->distance[k] += fabs(mass[i] * PAPER_N - mu) / PAPER_N;
        }
    }
    return 0;
}

/* Run to t = 2 and check every step; the distances must be below the limits. */
static void check_run(double tau, const double limits[3])
{
    enum { MOST = 40 };
    double mass[PAPER_N];
    double labour[PAPER_N];
    double steps[MOST];
    static jko_step_report records[MOST];
    const size_t count = (size_t)lround(2.0 / tau);
    paper_data(mass, labour);
    jko_economy *economy = paper_economy(BASELINE, labour);
    const jko_energy energy = energy_of(economy, JKO_ENERGY_LOG);
    comparison c = {.csv = table("baseline_n200_conservative_mu.csv"),
                    .economy = economy,
                    .distance = {NAN, NAN, NAN}};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    jko_flow *flow = NULL;
    assert_int_equal(jko_grid_create_circle(&grid, PAPER_N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_ENTROPIC;
    settings.blur = 2.0 / PAPER_N;
    assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
    for (size_t k = 0; k < count; k++) {
        steps[k] = tau;
        records[k] = (jko_step_report){.struct_size = sizeof records[k]};
    }
    assert_int_equal(jko_economy_consumption(economy, mass, &c.last_x), JKO_OK);
    size_t done = 0;
    assert_int_equal(jko_flow_run(flow, count, steps, mass, records, compare, &c, &done), JKO_OK);
    assert_int_equal(done, count);
    int64_t iterations = 0;
    for (size_t k = 0; k < count; k++) {
        assert_at_most(records[k].gap, fmax(1e-6 * records[k].released, 1e-14));
        assert_true(records[k].energy_after < records[k].energy_before);
        assert_close_rel(records[k].mass, 1.0, 1e-13);
        iterations += records[k].iterations;
    }
    for (size_t k = 0; k < 3; k++) {
        print_message("tau %g, t %g: L1 %.3g, at most %.3g\n", tau, times[k], c.distance[k],
                      limits[k]);
        assert_at_most(c.distance[k], limits[k]);
    }
    print_message("%lld iterations in %zu steps\n", (long long)iterations, count);
    // Some 30 a step: without acceleration it would be over 400.
    assert_true(iterations < 60 * (int64_t)count);
    jko_flow_free(flow);
    jko_cost_free(cost);
    jko_grid_free(grid);
    jko_csv_free(c.csv);
    jko_economy_free(economy);
}

static void baseline_at_tau_0_1_follows_the_stored_trajectory(void **state)
{
    (void)state;
    const double limits[] = {2.0e-3, 1.3e-3, 1.6e-3};
    check_run(0.1, limits);
}

static void baseline_at_tau_0_05_follows_it_closer(void **state)
{
    (void)state;
    const double limits[] = {1.0e-3, 1.0e-3, 1.0e-3};
    check_run(0.05, limits);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baseline_begins_with_the_closed_forms),
        cmocka_unit_test(baseline_at_tau_0_1_follows_the_stored_trajectory),
        cmocka_unit_test(baseline_at_tau_0_05_follows_it_closer),
    };
    return cmocka_run_group_tests_name("reference/baseline", tests, NULL, NULL);
}
