// SPDX-License-Identifier: BSD-3-Clause
/*
 * Three kinds of step of the baseline's energy at N = 200 from the stored state at t = 0.05: between
 * densities, debiased, and entropic. None knows of the others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

#include <jko/jko.h>
#include <string.h>

typedef struct setting {
    double start[PAPER_N];
    jko_economy *economy;
    jko_energy energy;
    jko_grid *grid;
    jko_cost *cost;
} setting;

static void read_start(double *mass)
{
    jko_csv *csv = NULL;
    assert_int_equal(jko_csv_read(&csv, JKO_TEST_DATA "/baseline_n200_conservative_mu.csv"),
                     JKO_OK);
    const size_t column = jko_csv_find(csv, "t=0.05");
    assert_int_equal(jko_csv_rows(csv), PAPER_N);
    for (size_t i = 0; i < PAPER_N; i++) {
        assert_int_equal(jko_csv_number(csv, i, column, &mass[i]), JKO_OK);
        mass[i] /= PAPER_N;
    }
    jko_csv_free(csv);
    double total = 0.0;
    assert_int_equal(jko_measure_check(PAPER_N, mass, &total), JKO_OK);
    assert_close_abs(total, 1.0, 1e-9);
}

static int set_up(void **state)
{
    static setting s;
    double mass[PAPER_N];
    double labour[PAPER_N];
    paper_data(mass, labour);
    read_start(s.start);
    s.economy = paper_economy(BASELINE, labour);
    s.energy = energy_of(s.economy, JKO_ENERGY_LOG);
    assert_int_equal(jko_grid_create_circle(&s.grid, PAPER_N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&s.cost, s.grid, s.grid), JKO_OK);
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    setting *s = *state;
    jko_cost_free(s->cost);
    jko_grid_free(s->grid);
    jko_economy_free(s->economy);
    return 0;
}

/* One step over tau; width: sigma in cells. */
static void step(const setting *s, jko_step_method method, double width, double tau, double *mass)
{
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_step_report report = {.struct_size = sizeof report};
    jko_flow_settings_default(&settings);
    settings.method = method;
    settings.blur = width / PAPER_N;
    assert_int_equal(method == JKO_STEP_EXACT1D
                         ? jko_flow_create_1d(&flow, s->grid, &s->energy, &settings)
                         : jko_flow_create(&flow, s->cost, &s->energy, &settings),
                     JKO_OK);
    memcpy(mass, s->start, sizeof s->start);
    assert_int_equal(jko_flow_step(flow, tau, mass, &report), JKO_OK);
    assert_true(report.gap <= 1e-6 * report.released);
    jko_flow_free(flow);
}

/* Mean |difference of densities|. */
static double l1(const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < PAPER_N; i++) {
        sum += fabs(a[i] - b[i]);
    }
    return sum;
}

static void debiased_step_is_the_step_between_densities(void **state)
{
    const setting *s = *state;
    double exact[PAPER_N];
    double mass[PAPER_N];
    step(s, JKO_STEP_EXACT1D, 0.0, 0.05, exact);
    assert_true(l1(exact, s->start) > 2e-3); // what the step moves
    for (int width = 1; width <= 4; width *= 2) {
        step(s, JKO_STEP_DEBIASED, width, 0.05, mass);
        assert_at_most(l1(mass, exact), 1e-5);
    }
    step(s, JKO_STEP_EXACT1D, 0.0, 0.5, exact);
    step(s, JKO_STEP_DEBIASED, 2.0, 0.5, mass);
    assert_at_most(l1(mass, exact), 1e-5);
}

/* Epsilon halves, sigma falls by sqrt 2: so does the distance, for its bias is eps/2 of diffusion. */
static void entropic_steps_come_near_it_as_epsilon_halves(void **state)
{
    const setting *s = *state;
    double exact[PAPER_N];
    double mass[PAPER_N];
    double last = INFINITY;
    step(s, JKO_STEP_EXACT1D, 0.0, 0.05, exact);
    for (int k = 0; k < 5; k++) {
        step(s, JKO_STEP_ENTROPIC, 4.0 * pow(0.5, 0.5 * k), 0.05, mass);
        const double distance = l1(mass, exact);
        assert_true(k == 0 || (distance < 0.55 * last && distance > 0.45 * last));
        last = distance;
    }
    assert_at_most(last, 4e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debiased_step_is_the_step_between_densities),
        cmocka_unit_test(entropic_steps_come_near_it_as_epsilon_halves),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
