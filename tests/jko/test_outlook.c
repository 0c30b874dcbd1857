// SPDX-License-Identifier: BSD-3-Clause
/* What is foretold of a step, against the step itself and against the figures of the baseline. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "economy/fixture.h"

#include <jko/jko.h>
#include <string.h>

static double variation[PAPER_N];
static double diagonal[PAPER_N];
static double mass[PAPER_N];

static jko_energy baseline(jko_economy **economy)
{
    double labour[PAPER_N];
    double vector[PAPER_N];
    double weight = 0.0;
    double value = 0.0;
    paper_data(mass, labour);
    *economy = paper_economy(BASELINE, labour);
    const jko_energy energy = energy_of(*economy, JKO_ENERGY_LOG);
    assert_int_equal(energy.eval(energy.user, PAPER_N, mass, &value, variation), 0);
    assert_int_equal(
        energy.hessian_parts(energy.user, PAPER_N, mass, variation, diagonal, vector, &weight), 0);
    return energy;
}

static jko_outlook look(const jko_grid *grid, jko_step_method method, double tau, double epsilon)
{
    jko_outlook out = {.struct_size = sizeof out};
    assert_int_equal(jko_look_ahead(grid, method, tau, epsilon, mass, variation, diagonal, &out),
                     JKO_OK);
    assert_true((out.verdict == JKO_VERDICT_GOOD) == (strlen(out.advice) == 0));
    return out;
}

// All of the mass is foretold to stay exactly where the step between atoms is locked.
static void foretells_locking(void **state)
{
    (void)state;
    jko_economy *economy = NULL;
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    const jko_energy energy = baseline(&economy);
    assert_int_equal(jko_grid_create_circle(&grid, PAPER_N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    const double taus[] = {0.005, 0.02, 0.5};
    for (size_t k = 0; k < 3; k++) {
        jko_flow *flow = NULL;
        double moved[PAPER_N];
        const jko_outlook out = look(grid, JKO_STEP_ATOMS, taus[k], 0.0);
        // Slopes reach 0.090 at the start, so that nothing moves below tau = h / 0.18.
        assert_true((out.locked_share == 1.0) == (taus[k] < 0.0275));
        assert_true((out.verdict == JKO_VERDICT_LOCKS) == (out.locked_share > 0.1));
        memcpy(moved, mass, sizeof moved);
        if (out.locked_share == 1.0) {
            assert_int_equal(jko_flow_create(&flow, cost, &energy, NULL), JKO_OK);
            assert_int_equal(jko_flow_step(flow, taus[k], moved, NULL), JKO_LOCKED);
        }
        jko_flow_free(flow);
    }
    assert_close_abs(look(grid, JKO_STEP_ATOMS, 0.005, 0.0).fastest, 0.005 * 0.090 / 0.005, 5e-3);
    assert_int_equal(look(grid, JKO_STEP_EXACT1D, 1e-4, 0.0).verdict, JKO_VERDICT_GOOD);
    assert_int_equal(look(grid, JKO_STEP_FV, 1e-4, 0.0).verdict, JKO_VERDICT_GOOD);
    jko_cost_free(cost);
    jko_grid_free(grid);
    jko_economy_free(economy);
}

// Diffusivity about 0.019; with the blur of a cell epsilon = h^2 / tau.
static void foretells_diffusion(void **state)
{
    (void)state;
    jko_economy *economy = NULL;
    jko_grid *grid = NULL;
    const double h = 1.0 / PAPER_N;
    (void)baseline(&economy);
    assert_int_equal(jko_grid_create_circle(&grid, PAPER_N, 1.0), JKO_OK);
    jko_outlook out = look(grid, JKO_STEP_ENTROPIC, 0.1, h * h / 0.1);
    assert_close_abs(out.diffusivity, 0.019, 1e-3);
    assert_close_rel(out.blur_cells, 1.0, 1e-12);
    assert_close_rel(out.added, 0.5 * h * h / 0.1, 1e-12);
    assert_int_equal(out.verdict, JKO_VERDICT_GOOD);
    out = look(grid, JKO_STEP_ENTROPIC, 0.0125, h * h / 0.0125);
    assert_int_equal(out.verdict, JKO_VERDICT_DIFFUSES); // 5 per cent
    const jko_outlook better = look(grid, JKO_STEP_ENTROPIC, out.better_tau, out.better_epsilon);
    assert_int_equal(better.verdict, JKO_VERDICT_GOOD);
    out = look(grid, JKO_STEP_ENTROPIC, 0.1, 0.25 * h * h / 0.1);
    assert_int_equal(out.verdict, JKO_VERDICT_NARROW);
    assert_int_equal(look(grid, JKO_STEP_ENTROPIC, 0.1, out.better_epsilon).verdict,
                     JKO_VERDICT_GOOD);
    assert_int_equal(look(grid, JKO_STEP_DEBIASED, 0.0125, 4.0 * h * h / 0.0125).verdict,
                     JKO_VERDICT_GOOD);
    jko_grid_free(grid);
    jko_economy_free(economy);
}

static void refused(void **state)
{
    (void)state;
    const double point = 0.0;
    jko_grid *points = NULL;
    jko_grid *line = NULL;
    jko_outlook out = {.struct_size = sizeof out};
    assert_int_equal(jko_grid_create_points(&points, 1, 1, &point, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_line(&line, 2, 1.0), JKO_OK);
    const double m[2] = {0.5, 0.5};
    const double e[2] = {1.0, 2.0};
    assert_int_equal(jko_look_ahead(NULL, JKO_STEP_FV, 1.0, 0.0, m, e, NULL, &out),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_look_ahead(line, JKO_STEP_FV, 1.0, 0.0, m, NULL, NULL, &out),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_look_ahead(line, JKO_STEP_FV, 1.0, 0.0, m, e, NULL, NULL),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_look_ahead(points, JKO_STEP_FV, 1.0, 0.0, m, e, NULL, &out),
                     JKO_ERR_UNSUPPORTED);
    assert_int_equal(jko_look_ahead(line, JKO_STEP_FV, 0.0, 0.0, m, e, NULL, &out), JKO_ERR_TAU);
    assert_int_equal(jko_look_ahead(line, JKO_STEP_ENTROPIC, 1.0, 0.0, m, e, NULL, &out),
                     JKO_ERR_EPSILON);
    assert_int_equal(jko_look_ahead(line, JKO_STEP_FV, 1.0, 0.0, m, e, NULL, &out), JKO_OK);
    assert_true(isnan(out.diffusivity) && out.verdict == JKO_VERDICT_GOOD);
    out.struct_size = 8;
    assert_int_equal(jko_look_ahead(line, JKO_STEP_FV, 1.0, 0.0, m, e, NULL, &out),
                     JKO_ERR_ARGUMENT);
    jko_grid_free(points);
    jko_grid_free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foretells_locking),
        cmocka_unit_test(foretells_diffusion),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
