// SPDX-License-Identifier: BSD-3-Clause
/*
 * Do intervals of 95 % cover the truth in 93 to 97 % of 4000 made-up panels, does the dead-zone
 * test reject in 3 to 7 % where there is none, and how far is rho2 off where capital is measured
 * with error? The truth is known, as the panels are drawn from the equations of the theory.
 *
 * 4000 draws know a share of 95 % to 0.35 points (s.e.), so that 93 to 97 % is six of them away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "convergence.h"
#include "deadzone.h"
#include "draws.h"
#include "ols.h"
#include "structure.h"
#include "support/close.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PANELS 4000
#define SECTORS ((size_t)53)
#define YEARS ((size_t)15)
#define SEED 20

static void assert_share(const char *what, size_t hits, double least, double most)
{
    const double share = (double)hits / PANELS;
    print_message("%s: %.2f %% of %d\n", what, 100.0 * share, PANELS);
    assert_at_most(least, share);
    assert_at_most(share, most);
}

// Growth whose noise depends on where a sector starts, or not.
static void draw_growth(ev_draws *random, size_t n, double b, double spread, double *x, double *y)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = -1.4 + 0.73 * ev_draw_normal(random);
        const double noise = 0.25 * (1.0 + spread * fabs(x[i] + 1.4)) * ev_draw_normal(random);
        y[i] = x[i] + 9.0 * (0.01 + b * x[i]) + noise;
    }
}

static void convergence_intervals_cover(void **state)
{
    (void)state;
    static const double spreads[] = {0.0, 1.0};
    double x[SECTORS];
    double y[SECTORS];
    for (size_t s = 0; s < 2; s++) {
        size_t covered = 0;
        for (uint64_t k = 0; k < PANELS; k++) {
            ev_draws random;
            ev_beta fit = {0};
            ev_draws_start(&random, SEED + s, k);
            draw_growth(&random, SECTORS, -0.0136, spreads[s], x, y);
            ev_beta_fit(&fit, SECTORS, x, y, 9.0);
            covered += fit.low <= -0.0136 && -0.0136 <= fit.high;
        }
        assert_share(s == 0 ? "R1, even noise" : "R1, noise grows", covered, 0.93, 0.97);
    }
}

static const double rho1 = 0.5;
static const double rho2 = 0.5;
static const double beta = 0.86;

// log mu = c_t + rho1 log L - (1 + rho2) log pi + a multiple of log A; capital with an error.
static void draw_panel(ev_draws *random, double error, ev_rows *rows)
{
    rows->n = 0;
    for (size_t i = 0; i < SECTORS; i++) {
        const double labour = ev_draw_normal(random);
        const double rate = -1.3 + 0.4 * ev_draw_normal(random);
        const double technology = 0.5 * ev_draw_normal(random);
        for (size_t t = 0; t < YEARS; t++) {
            const double l = labour + 0.02 * (double)t + 0.1 * ev_draw_normal(random);
            const double pi = rate + 0.3 * ev_draw_normal(random);
            const double mu = 0.03 * (double)t + rho1 * l - (1.0 + rho2) * pi + technology +
                              0.1 * ev_draw_normal(random);
            const double v = error * ev_draw_normal(random);
            rows->y[rows->n] = mu + v;
            rows->x[2 * rows->n] = l;
            rows->x[2 * rows->n + 1] = pi - v; // surplus over capital as measured
            rows->lag[rows->n] = NAN;
            rows->sector[rows->n] = i;
            rows->year[rows->n++] = t;
        }
    }
}

static bool covers(double low, double high, double truth)
{
    return low <= truth && truth <= high;
}

static void structure_intervals_cover(void **state)
{
    (void)state;
    const double truth[EV_PARAMETERS] = {rho2 / (1.0 + rho2), rho1 / (beta * (1.0 + rho2)),
                                         beta * rho2 / rho1, beta * (1.0 + rho2 / rho1) - 1.0,
                                         1.0 + rho1 / (beta * (1.0 + rho2) - rho1)};
    static const char *const names[EV_PARAMETERS] = {"s", "q", "theta", "eta", "sigma"};
    const double t = ev_t_quantile(0.975, (double)SECTORS - 1.0);
    size_t covered[2] = {0, 0};
    size_t derived[EV_PARAMETERS] = {0};
    size_t fieller = 0;
    ev_rows rows;
    ev_rows_create(&rows, SECTORS * YEARS, 2, SECTORS, YEARS);
    for (uint64_t k = 0; k < PANELS; k++) {
        ev_draws random;
        ev_pooled fit;
        ev_draws_start(&random, SEED + 2, k);
        draw_panel(&random, 0.0, &rows);
        assert_true(ev_pooled_fit(&fit, &rows, EV_YEARS));
        ev_structure s = {.beta = beta,
                          .df = (double)SECTORS - 1.0,
                          .rho1 = fit.beta[0],
                          .rho2 = -fit.beta[1] - 1.0,
                          .covariance = {fit.cv3[0], -fit.cv3[1], -fit.cv3[2], fit.cv3[3]}};
        ev_structure_derive(&s);
        free(s.verdict);
        covered[0] += fabs(s.rho1 - rho1) <= t * sqrt(fit.cv3[0]);
        covered[1] += fabs(s.rho2 - rho2) <= t * sqrt(fit.cv3[3]);
        for (int p = 0; p < EV_PARAMETERS; p++) {
            derived[p] += covers(s.derived[p].low, s.derived[p].high, truth[p]);
        }
        fieller += covers(s.derived[EV_SIGMA].fieller_low, s.derived[EV_SIGMA].fieller_high,
                          truth[EV_SIGMA]);
    }
    ev_rows_free(&rows);
    assert_share("R3, rho1", covered[0], 0.93, 0.97);
    assert_share("R3, rho2", covered[1], 0.93, 0.97);
    for (int p = 0; p < EV_PARAMETERS; p++) {
        assert_share(names[p], derived[p], 0.93, 0.97);
    }
    assert_share("sigma, Fieller", fieller, 0.93, 0.97);
}

// One year of such a panel is a short-run equilibrium of the library's economy: with the technology
// and labour drawn, its profit rates are the drawn ones times a constant.
static void drawn_panel_is_an_equilibrium_of_the_economy(void **state)
{
    (void)state;
    const double s = rho2 / (1.0 + rho2);
    const double q = rho1 / (beta * (1.0 + rho2));
    double technology[SECTORS];
    double labour[SECTORS];
    double rate[SECTORS];
    double mass[SECTORS];
    double found[SECTORS];
    ev_draws random;
    jko_economy *economy = NULL;
    jko_economy_parameters parameters;
    jko_short_run short_run = {.struct_size = sizeof short_run, .profit_rate = found};
    ev_draws_start(&random, SEED, 0);
    for (size_t i = 0; i < SECTORS; i++) {
        technology[i] = exp(0.5 * ev_draw_normal(&random));
        labour[i] = exp(ev_draw_normal(&random));
        rate[i] = exp(-1.3 + 0.5 * ev_draw_normal(&random));
        const double log_mu = q / (1.0 - s) * log(technology[i]) + rho1 * log(labour[i]) -
                              (1.0 + rho2) * log(rate[i]);
        mass[i] = exp(log_mu) / (double)SECTORS;
    }
    jko_economy_parameters_default(&parameters);
    parameters.beta = beta;
    assert_int_equal(jko_economy_calibrate(beta, rho1, rho2, &parameters.eta, &parameters.sigma),
                     JKO_OK);
    parameters.technology = technology;
    parameters.labour_distribution = labour;
    assert_int_equal(jko_economy_create(&economy, SECTORS, 1.0 / (double)SECTORS, &parameters),
                     JKO_OK);
    assert_int_equal(jko_economy_short_run(economy, mass, &short_run), JKO_OK);
    for (size_t i = 0; i < SECTORS; i++) {
        assert_close_rel(found[i] / found[0], rate[i] / rate[0], 1e-11);
    }
    jko_economy_free(economy);
}

// Where mass has not yet answered technology, profit rates show it. With mu fixed, log pi = q log A
// - (1 - s) log mu + labour's part, and the slope of log mu on log pi given L is
// -(1 - s) M / ((1 - s)^2 M + q^2 A) in variances M and A: not -(1 + rho2) but nearer 0.
static void technology_in_profits_hides_rho2(void **state)
{
    (void)state;
    const double s = rho2 / (1.0 + rho2);
    const double q = rho1 / (beta * (1.0 + rho2));
    const double expected = -(1.0 - s) / ((1.0 - s) * (1.0 - s) + q * q);
    double sum = 0.0;
    enum { DRAWS = 400 };
    ev_rows rows;
    ev_rows_create(&rows, SECTORS * YEARS, 2, SECTORS, YEARS);
    for (uint64_t k = 0; k < DRAWS; k++) {
        ev_draws random;
        ev_pooled fit;
        ev_draws_start(&random, SEED + 8, k);
        rows.n = 0;
        for (size_t i = 0; i < SECTORS * YEARS; i++) {
            const double mu = ev_draw_normal(&random);
            const double labour = ev_draw_normal(&random);
            const double technology = ev_draw_normal(&random);
            rows.y[i] = mu;
            rows.x[2 * i] = labour;
            rows.x[2 * i + 1] = q * technology + beta * q * labour - (1.0 - s) * mu;
            rows.lag[i] = NAN;
            rows.sector[i] = i / YEARS;
            rows.year[i] = i % YEARS;
            rows.n++;
        }
        assert_true(ev_pooled_fit(&fit, &rows, EV_YEARS));
        sum += fit.beta[1];
    }
    ev_rows_free(&rows);
    print_message("technology in profit rates: slope %.3f on average, expected %.3f, not %.3f\n",
                  sum / DRAWS, expected, -(1.0 + rho2));
    assert_close_abs(sum / DRAWS, expected, 0.02);
}

// The slope on log pi is (-(1 + rho2) V - v^2) / (V + v^2), V the variance of log pi: rho2 shrinks
// by V / (V + v^2).
static void error_in_capital_shrinks_rho2(void **state)
{
    (void)state;
    static const double errors[] = {0.1, 0.3};
    const double variance = 0.4 * 0.4 + 0.3 * 0.3;
    ev_rows rows;
    ev_rows_create(&rows, SECTORS * YEARS, 2, SECTORS, YEARS);
    for (size_t e = 0; e < 2; e++) {
        const double v = errors[e];
        const double expected = rho2 * variance / (variance + v * v);
        double sum = 0.0;
        size_t covered = 0;
        enum { DRAWS = 400 };
        for (uint64_t k = 0; k < DRAWS; k++) {
            ev_draws random;
            ev_pooled fit;
            ev_draws_start(&random, SEED + 3 + e, k);
            draw_panel(&random, v, &rows);
            assert_true(ev_pooled_fit(&fit, &rows, EV_YEARS));
            sum += -fit.beta[1] - 1.0;
            covered += fabs(-fit.beta[1] - 1.0 - rho2) <= 2.0066 * sqrt(fit.cv3[3]);
        }
        print_message("error %.1f in log capital: rho2 %.3f on average, not %.3f; expected %.3f; "
                      "intervals cover in %.1f %%\n",
                      v, sum / DRAWS, rho2, expected, 100.0 * (double)covered / DRAWS);
        // Its own standard error is about 0.2/sqrt(400), and small samples shrink a little less.
        assert_close_abs(sum / DRAWS, expected, 0.04);
        assert_at_most(sum / DRAWS, rho2);
    }
    ev_rows_free(&rows);
}

static void dead_zone_test_has_its_size(void **state)
{
    (void)state;
    static const double spreads[] = {0.0, 1.0};
    double x[SECTORS];
    double y[SECTORS];
    for (size_t s = 0; s < 2; s++) {
        size_t rejected = 0;
        for (uint64_t k = 0; k < PANELS; k++) {
            ev_draws random;
            ev_zones zones;
            double statistic = 0.0;
            size_t best = 0;
            ev_draws_start(&random, SEED + 5 + s, k);
            draw_growth(&random, SECTORS, -0.0373, spreads[s], x, y);
            for (size_t i = 0; i < SECTORS; i++) {
                y[i] = (y[i] - x[i]) / 9.0;
            }
            assert_true(ev_zones_create(&zones, SECTORS, x, y));
            rejected +=
                ev_zones_test(&zones, zones.growth, 199, &random, &statistic, &best) <= 0.05;
            ev_zones_free(&zones);
        }
        assert_share(s == 0 ? "dead zone rejected where there is none, even noise"
                            : "dead zone rejected where there is none, noise grows",
                     rejected, 0.03, 0.07);
    }
}

// A wide zone and little noise: a test that never found it would be no test.
static void dead_zone_that_is_there_is_found(void **state)
{
    (void)state;
    double x[SECTORS];
    double y[SECTORS];
    size_t rejected = 0;
    enum { DRAWS = 200 };
    for (uint64_t k = 0; k < DRAWS; k++) {
        ev_draws random;
        ev_zones zones;
        double statistic = 0.0;
        size_t best = 0;
        ev_draws_start(&random, SEED + 7, k);
        for (size_t i = 0; i < SECTORS; i++) {
            x[i] = 0.7 * ev_draw_normal(&random);
            y[i] = -0.1 * (x[i] > 0.5    ? x[i] - 0.5
                           : x[i] < -0.5 ? x[i] + 0.5
                                         : 0.0) +
                   0.005 * ev_draw_normal(&random);
        }
        assert_true(ev_zones_create(&zones, SECTORS, x, y));
        rejected += ev_zones_test(&zones, zones.growth, 199, &random, &statistic, &best) <= 0.05;
        ev_zones_free(&zones);
    }
    print_message("a zone of 0.5 logs is found in %.1f %%\n", 100.0 * (double)rejected / DRAWS);
    assert_true(rejected >= DRAWS * 95 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convergence_intervals_cover),
        cmocka_unit_test(structure_intervals_cover),
        cmocka_unit_test(drawn_panel_is_an_equilibrium_of_the_economy),
        cmocka_unit_test(technology_in_profits_hides_rho2),
        cmocka_unit_test(error_in_capital_shrinks_rho2),
        cmocka_unit_test(dead_zone_test_has_its_size),
        cmocka_unit_test(dead_zone_that_is_there_is_found),
    };
    return cmocka_run_group_tests_name("cli/evidence/coverage", tests, NULL, NULL);
}
