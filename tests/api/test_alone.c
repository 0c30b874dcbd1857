// SPDX-License-Identifier: BSD-3-Clause
/*
 * Steps by public functions alone and without the economy: an energy of the library's own.
 *
 * With a potential energy the rows of a step do not meet: row i is spread by the kernel, or goes
 * where moving and potential together cost least. Both are closed forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/jko.h>
#include <math.h>

#define N 4
#define TAU 0.5
#define EPSILON 0.2

static const double potential[N] = {1.0, 0.25, 0.5, 0.0};
static const double before[N] = {0.4, 0.0, 0.5, 0.1};

static void step(jko_step_method method, double epsilon, double *mass, jko_step_report *report)
{
    jko_grid *line = NULL;
    jko_cost *cost = NULL;
    jko_flow *flow = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = method;
    settings.epsilon = epsilon;
    for (int i = 0; i < N; i++) {
        mass[i] = before[i];
    }
    assert_int_equal(jko_grid_create_line(&line, N, 4.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, line, line), JKO_OK);
    assert_int_equal(jko_energy_potential(&energy, N, potential), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
    assert_true(jko_flow_step(flow, TAU, mass, report) >= 0);
    jko_flow_free(flow);
    jko_cost_free(cost);
    jko_grid_free(line);
}

// What moving from i to j and being there costs: cells have width 1.
static double cost_of(int i, int j)
{
    return (double)((i - j) * (i - j)) / (2.0 * TAU) + potential[j];
}

static void step_entropic_spreads_each_row_by_the_kernel(void **state)
{
    (void)state;
    double mass[N];
    double wanted[N] = {0};
    jko_step_report report = {.struct_size = sizeof report};
    for (int i = 0; i < N; i++) {
        double sum = 0.0;
        for (int j = 0; j < N; j++) {
            sum += exp(-cost_of(i, j) / EPSILON);
        }
        for (int j = 0; j < N; j++) {
            wanted[j] += before[i] * exp(-cost_of(i, j) / EPSILON) / sum;
        }
    }
    step(JKO_STEP_ENTROPIC, EPSILON, mass, &report);
    for (int j = 0; j < N; j++) {
        assert_close_rel(mass[j], wanted[j], 1e-7); // the default tolerance is on the gap: its root
    }
}

static void step_exact_moves_to_the_least_sum(void **state)
{
    (void)state;
    double mass[N];
    double wanted[N] = {0};
    jko_step_report report = {.struct_size = sizeof report};
    for (int i = 0; i < N; i++) {
        int best = 0;
        for (int j = 1; j < N; j++) {
            best = cost_of(i, j) < cost_of(i, best) ? j : best;
        }
        wanted[best] += before[i];
    }
    step(JKO_STEP_ATOMS, 0.0, mass, &report);
    for (int j = 0; j < N; j++) {
        assert_close_abs(mass[j], wanted[j], 1e-7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_entropic_spreads_each_row_by_the_kernel),
        cmocka_unit_test(step_exact_moves_to_the_least_sum),
    };
    return cmocka_run_group_tests_name("api/alone", tests, NULL, NULL);
}
