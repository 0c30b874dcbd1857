// SPDX-License-Identifier: BSD-3-Clause
/*
 * What the theory says of every variant, by both methods between densities: the energy never rises,
 * aggregate consumption follows the sign of theta, the long run is the closed-form equilibrium,
 * approached at the known rates, and the level scaling takes the path of the log scaling at the
 * speed X.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "economy/fixture.h"
#include "support/close.h"

#include <jko/jko.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define N 40
#define ROUNDING 1e-14 // relative, of energies and X

static const jko_step_method methods[] = {JKO_STEP_FV, JKO_STEP_EXACT1D};

typedef struct variant {
    const char *name;
    jko_labour labour;
    double beta;
    double eta;
    double sigma;
    bool tastes; // technology and preferences differ between sectors
    double until;
} variant;

static const variant variants[] = {
    {"baseline", JKO_LABOUR_IMMOBILE, 0.86, 0.0207477, 1.3145209, false, 60.0},
    {"mobile", JKO_LABOUR_MOBILE, 0.86, 0.0207477, 1.3145209, false, 60.0},
    {"tastes", JKO_LABOUR_IMMOBILE, 0.86, 0.0207477, 1.3145209, true, 60.0},
    {"mobile tastes", JKO_LABOUR_MOBILE, 0.86, 0.0207477, 1.3145209, true, 60.0},
    {"s < 0", JKO_LABOUR_IMMOBILE, 0.86, 0.0207477, 0.3, false, 60.0},
    {"s = 0", JKO_LABOUR_IMMOBILE, 0.75, -0.25, 2.0, false, 40.0},
    {"tiny s", JKO_LABOUR_IMMOBILE, 0.75, -0.25 + 1e-9, 2.0, false, 40.0},
    {"theta < 0", JKO_LABOUR_IMMOBILE, 0.86, -0.5, 1.3145209, false, 60.0},
    {"s = 0.5", JKO_LABOUR_IMMOBILE, 0.5, 0.5, 2.0, true, 20.0},
};
#define VARIANTS (sizeof variants / sizeof variants[0])

typedef struct world {
    jko_economy *economy;
    jko_energy energy;
    jko_grid *grid;
    double mass[N];
    double last_energy;
    double last_x;
    double last_t;
    double log_time; // integral of X over the path
    double sign;     // of theta
    int steps;
} world;

static world open_world(const variant *v, jko_energy_scaling scaling)
{
    world w = {.sign = 1.0 + v->eta - v->beta};
    double labour[N];
    double technology[N];
    double preferences[N];
    double total = 0.0;
    double workers = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double x = 2.0 * acos(-1.0) * ((double)i / N - 0.25);
        const double mirrored = (double)(i < N / 2 ? i : N - 1 - i) / N;
        w.mass[i] = 30.0 - tan(5.5 * (mirrored - 0.25));
        labour[i] = 1.5 + 0.5 * sin(x);
        technology[i] = v->tastes ? 1.0 + 0.2 * cos(3.0 * x) : 1.0;
        preferences[i] = v->tastes ? 1.0 + 0.3 * cos(2.0 * x + 1.0) : 1.0;
        total += w.mass[i];
        workers += labour[i] / N;
    }
    for (size_t i = 0; i < N; i++) {
        w.mass[i] /= total;
        labour[i] /= workers;
    }
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.labour = v->labour;
    p.beta = v->beta;
    p.eta = v->eta;
    p.sigma = v->sigma;
    p.labour_distribution = labour;
    p.technology = technology;
    p.preferences = preferences;
    w.energy.struct_size = sizeof w.energy;
    assert_int_equal(jko_economy_create(&w.economy, N, 1.0 / N, &p), JKO_OK);
    assert_int_equal(jko_economy_energy(w.economy, scaling, &w.energy), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&w.grid, N, 1.0), JKO_OK);
    assert_int_equal(w.energy.eval(w.energy.user, N, w.mass, &w.last_energy, NULL), 0);
    assert_int_equal(jko_economy_consumption(w.economy, w.mass, &w.last_x), JKO_OK);
    return w;
}

static void close_world(world *w)
{
    jko_economy_free(w->economy);
    jko_grid_free(w->grid);
}

static int on_step(void *user, const jko_advance_step *step)
{
    world *w = user;
    double energy = NAN;
    double x = NAN;
    assert_int_equal(w->energy.eval(w->energy.user, N, step->mass, &energy, NULL), 0);
    assert_int_equal(jko_economy_consumption(w->economy, step->mass, &x), JKO_OK);
    assert_true(energy <= w->last_energy + ROUNDING * (1.0 + fabs(energy)));
    if (w->sign > 1e-12) {
        assert_true(x >= w->last_x * (1.0 - ROUNDING));
    } else if (w->sign < -1e-12) {
        assert_true(x <= w->last_x * (1.0 + ROUNDING));
    } else {
        assert_close_rel(x, w->last_x, ROUNDING);
    }
    // Simpson's rule would need the middle; steps are short where X bends.
    w->log_time += 0.5 * (x + w->last_x) * (step->t - w->last_t);
    w->last_energy = energy;
    w->last_x = x;
    w->last_t = step->t;
    w->steps++;
    return 0;
}

static void follow(world *w, jko_step_method method, double until, double tolerance)
{
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_advance_settings advance;
    const jko_advance_observer observer = {
        .struct_size = sizeof observer, .user = w, .step = on_step};
    jko_flow_settings_default(&settings);
    jko_advance_settings_default(&advance);
    settings.method = method;
    advance.tolerance = tolerance;
    assert_int_equal(jko_flow_create_1d(&flow, w->grid, &w->energy, &settings), JKO_OK);
    assert_int_equal(
        jko_flow_advance(flow, &advance, 0.0, 1, &until, w->mass, NULL, &observer, NULL), JKO_OK);
    assert_true(w->steps > 5);
    jko_flow_free(flow);
}

static void energy_falls_and_x_follows_theta_to_the_equilibrium(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2 * VARIANTS; k++) {
        const variant *v = &variants[k / 2];
        world w = open_world(v, JKO_ENERGY_LOG);
        double limit[N];
        double rates[N];
        double rate = NAN;
        jko_short_run short_run = {.struct_size = sizeof short_run, .profit_rate = rates};
        print_message("%s by %s\n", v->name, jko_step_method_name(methods[k % 2]));
        follow(&w, methods[k % 2], v->until, 1e-6);
        assert_int_equal(jko_economy_equilibrium(w.economy, 1.0, limit, &rate), JKO_OK);
        assert_int_equal(jko_economy_short_run(w.economy, w.mass, &short_run), JKO_OK);
        for (size_t i = 0; i < N; i++) {
            assert_close_abs(rates[i], rate, 1e-8);
            assert_close_abs(w.mass[i] * N, limit[i] * N, 1e-6);
        }
        close_world(&w);
    }
}

// docs/theory.md, section 13: E_level takes the same path at the speed X.
static void level_takes_the_path_of_log_at_speed_x(void **state)
{
    (void)state;
    for (size_t k = 0; k < 4; k++) {
        const variant *v = &variants[k / 2];
        world level = open_world(v, JKO_ENERGY_LEVEL);
        world plain = open_world(v, JKO_ENERGY_LOG);
        double distance = 0.0;
        follow(&level, methods[k % 2], 0.5, 1e-6);
        follow(&plain, methods[k % 2], level.log_time, 1e-6);
        for (size_t i = 0; i < N; i++) {
            distance += fabs(level.mass[i] - plain.mass[i]);
        }
        print_message("%s: time %g of level is %.9g of log, L1 %.2e\n", v->name, 0.5,
                      level.log_time, distance);
        assert_true(level.log_time != 0.5);
        assert_true(distance <= 1e-4);
        close_world(&level);
        close_world(&plain);
    }
}

static double distance_to(size_t n, const double *mass, const double *limit)
{
    double square = 0.0;
    for (size_t i = 0; i < n; i++) {
        square += (mass[i] - limit[i]) * (mass[i] - limit[i]);
    }
    return sqrt(square);
}

/* How fast the equilibrium is approached (docs/theory.md, after (18)): the slope of the logarithm of the
   L2 distance over t in [3, 5]. The rates are those of the method of lines on the same 200 cells,
   integrated by another program (SciPy's BDF, relative tolerance 1e-10); the lowest two eigenvalues
   of its linearisation are within a percent or so of them, alike and 4 pi^2 c (1 - s) for mobile labour. */
static void equilibrium_is_approached_at_the_known_rates(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        paper_run run;
        double rate;
    } known[] = {
        {"baseline", BASELINE, 0.74902},
        {"beta 0.8", BETA_080, 1.52918},
        {"sigma 0.3", SIGMA_03, 1.05790},
        {"mobile", MOBILE, 0.73625},
    };
    static const double times[] = {3.0, 5.0};
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        double mass[PAPER_N];
        double labour[PAPER_N];
        double limit[PAPER_N];
        double saved[2][PAPER_N];
        jko_grid *grid = NULL;
        jko_flow *flow = NULL;
        jko_energy energy = {.struct_size = sizeof energy};
        jko_flow_settings settings;
        jko_advance_settings advance;
        paper_data(mass, labour);
        jko_economy *economy = paper_economy(known[k].run, labour);
        jko_flow_settings_default(&settings);
        jko_advance_settings_default(&advance);
        settings.method = JKO_STEP_FV;
        advance.tolerance = 1e-9;
        assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
        assert_int_equal(jko_grid_create_circle(&grid, PAPER_N, 1.0), JKO_OK);
        assert_int_equal(jko_flow_create_1d(&flow, grid, &energy, &settings), JKO_OK);
        assert_int_equal(
            jko_flow_advance(flow, &advance, 0.0, 2, times, mass, saved[0], NULL, NULL), JKO_OK);
        assert_int_equal(jko_economy_equilibrium(economy, 1.0, limit, NULL), JKO_OK);
        const double rate = 0.5 * log(distance_to(PAPER_N, saved[0], limit) /
                                      distance_to(PAPER_N, saved[1], limit));
        print_message("%s: %.6f, known %.5f\n", known[k].name, rate, known[k].rate);
        assert_close_rel(rate, known[k].rate, 1e-4);
        jko_flow_free(flow);
        jko_grid_free(grid);
        jko_economy_free(economy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(energy_falls_and_x_follows_theta_to_the_equilibrium),
        cmocka_unit_test(equilibrium_is_approached_at_the_known_rates),
        cmocka_unit_test(level_takes_the_path_of_log_at_speed_x),
    };
    return cmocka_run_group_tests_name("reference/theory", tests, NULL, NULL);
}
