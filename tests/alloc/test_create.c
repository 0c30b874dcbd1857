// SPDX-License-Identifier: BSD-3-Clause
/*
 * Every _create function with each of its allocations made to fail in turn.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alloc/each_failure.h"

#include <jko/jko.h>
#include <math.h>

enum { N = 6 };

/* Something that is not NULL, for *out before a call that must set it. */
static char elsewhere;

static jko_status line(void *context)
{
    (void)context;
    jko_grid *grid = (jko_grid *)&elsewhere;
    const jko_status status = jko_grid_create_line(&grid, N, 1.0);
    assert_true((grid == NULL) == (status < 0));
    jko_grid_free(grid);
    return status;
}

static jko_status circle(void *context)
{
    (void)context;
    jko_grid *grid = (jko_grid *)&elsewhere;
    const jko_status status = jko_grid_create_circle(&grid, N, 1.0);
    assert_true((grid == NULL) == (status < 0));
    jko_grid_free(grid);
    return status;
}

static jko_status points(void *context)
{
    const double *period = context;
    const double where[2 * N] = {0.1, 0.2, 0.3};
    jko_grid *grid = (jko_grid *)&elsewhere;
    const jko_status status = jko_grid_create_points(&grid, N, 2, where, period);
    assert_true((grid == NULL) == (status < 0));
    jko_grid_free(grid);
    return status;
}

static jko_status squared(void *context)
{
    jko_grid *const *grids = context;
    jko_cost *cost = (jko_cost *)&elsewhere;
    const jko_status status = jko_cost_create_squared(&cost, grids[0], grids[1]);
    assert_true((cost == NULL) == (status < 0));
    jko_cost_free(cost);
    return status;
}

static jko_status matrix(void *context)
{
    (void)context;
    const double entries[N * N] = {1.0, 2.0, 3.0};
    jko_cost *cost = (jko_cost *)&elsewhere;
    const jko_status status = jko_cost_create_matrix(&cost, N, N, entries);
    assert_true((cost == NULL) == (status < 0));
    jko_cost_free(cost);
    return status;
}

static jko_status economy(void *context)
{
    const jko_economy_parameters *parameters = context;
    jko_economy *made = (jko_economy *)&elsewhere;
    const jko_status status = jko_economy_create(&made, N, 1.0 / N, parameters);
    assert_true((made == NULL) == (status < 0));
    jko_economy_free(made);
    return status;
}

static jko_status reduced(void *context)
{
    jko_economy *made = (jko_economy *)&elsewhere;
    const jko_status status = jko_economy_create_reduced(&made, N, 1.0 / N, 0.86, 0.5, context);
    assert_true((made == NULL) == (status < 0));
    jko_economy_free(made);
    return status;
}

static void grids_costs_and_economies_survive_each_failure(void **state)
{
    (void)state;
    const double period[2] = {0.0, 1.0};
    const double weights[N] = {1.0, 2.0, 3.0, 1.0, 2.0, 3.0};
    each_failure("line", line, NULL, 1);
    each_failure("circle", circle, NULL, 1);
    each_failure("points", points, NULL, 2);
    each_failure("points with periods", points, (void *)period, 3);

    jko_grid *grids[3][2] = {{NULL, NULL}};
    assert_int_equal(jko_grid_create_circle(&grids[0][0], N, 1.0), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&grids[1][1], N + 1, 1.0), JKO_OK);
    const double where[N] = {0.1, 0.2, 0.3};
    assert_int_equal(jko_grid_create_points(&grids[2][0], N, 1, where, NULL), JKO_OK);
    grids[0][1] = grids[1][0] = grids[0][0];
    grids[2][1] = grids[2][0];
    each_failure("cost of a circle to itself", squared, grids[0], 2);
    each_failure("cost of two circles", squared, grids[1], 2);
    each_failure("cost of points", squared, grids[2], 2);
    jko_grid_free(grids[0][0]);
    jko_grid_free(grids[1][1]);
    jko_grid_free(grids[2][0]);
    each_failure("cost matrix", matrix, NULL, 2);

    jko_economy_parameters parameters;
    jko_economy_parameters_default(&parameters);
    each_failure("default economy", economy, NULL, 2);
    parameters.labour = JKO_LABOUR_MOBILE;
    parameters.technology = parameters.labour_distribution = parameters.preferences = weights;
    each_failure("economy of arrays", economy, &parameters, 2);
    each_failure("reduced economy", reduced, (void *)weights, 2);
    assert_int_equal(jko_t_live(), 0);
}

/* What a solver or a flow is made from. */
typedef struct parts {
    const jko_cost *cost;
    jko_energy energy;
    jko_ot_settings ot;
    jko_flow_settings flow;
} parts;

static jko_status solver(void *context)
{
    const parts *p = context;
    jko_ot *ot = (jko_ot *)&elsewhere;
    const jko_status status = jko_ot_create(&ot, p->cost, &p->ot);
    assert_true((ot == NULL) == (status < 0));
    jko_ot_free(ot);
    return status;
}

static jko_status circle_solver(void *context)
{
    const double *x = context;
    jko_ot *ot = (jko_ot *)&elsewhere;
    const jko_status status = jko_ot_create_1d(&ot, N, x, N - 1, x + 1, 1.0, 2.0, NULL);
    assert_true((ot == NULL) == (status < 0));
    jko_ot_free(ot);
    return status;
}

static jko_status densities(void *context)
{
    const jko_grid *grid = context;
    jko_density *made = (jko_density *)&elsewhere;
    const jko_status status = jko_density_create(&made, grid, grid);
    assert_true((made == NULL) == (status < 0));
    jko_density_free(made);
    return status;
}

typedef struct certified {
    const jko_grid *grid;
    jko_energy energy;
} certified;

static jko_status certificate(void *context)
{
    const certified *c = context;
    jko_certificate *made = (jko_certificate *)&elsewhere;
    const jko_status status = jko_certificate_create(&made, c->grid, &c->energy);
    assert_true((made == NULL) == (status < 0));
    jko_certificate_free(made);
    return status;
}

static jko_status flow(void *context)
{
    const parts *p = context;
    jko_flow *made = (jko_flow *)&elsewhere;
    const jko_status status = jko_flow_create(&made, p->cost, &p->energy, &p->flow);
    assert_true((made == NULL) == (status < 0));
    jko_flow_free(made);
    return status;
}

typedef struct between_densities {
    const jko_grid *grid;
    const jko_energy *energy;
    jko_flow_settings settings;
} between_densities;

static jko_status density_flow(void *context)
{
    const between_densities *d = context;
    jko_flow *made = (jko_flow *)&elsewhere;
    const jko_status status = jko_flow_create_1d(&made, d->grid, d->energy, &d->settings);
    assert_true((made == NULL) == (status < 0));
    jko_flow_free(made);
    return status;
}

static void solvers_and_flows_survive_each_failure(void **state)
{
    (void)state;
    const double entries[N * N] = {0.0, 2.0, 3.0};
    const double weights[N] = {1.0, 2.0, 3.0, 1.0, 2.0, 3.0};
    jko_grid *grid = NULL;
    jko_cost *costs[2] = {NULL, NULL};
    jko_economy *economies[2] = {NULL, NULL};
    assert_int_equal(jko_grid_create_line(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&costs[0], grid, grid), JKO_OK);
    each_failure("densities", densities, grid, 15);
    certified with = {.grid = grid, .energy = {.struct_size = sizeof with.energy}};
    assert_int_equal(jko_energy_potential(&with.energy, N, weights), JKO_OK);
    each_failure("certificate", certificate, &with, 17);
    assert_int_equal(jko_cost_create_matrix(&costs[1], N, N, entries), JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&economies[0], N, 1.0 / N, 0.86, 0.5, weights),
                     JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&economies[1], N, 1.0 / N, 0.86, 1.5, weights),
                     JKO_OK);
    for (int k = 0; k < 4; k++) { // by finite volumes and exact, then without parts of the Hessian
        jko_energy energy = {.struct_size = sizeof energy};
        between_densities d = {.grid = grid, .energy = &energy};
        assert_int_equal(jko_economy_energy(economies[0], JKO_ENERGY_LOG, &energy), JKO_OK);
        energy.hessian_parts = k < 2 ? energy.hessian_parts : NULL;
        jko_flow_settings_default(&d.settings);
        d.settings.method = k % 2 == 0 ? JKO_STEP_FV : JKO_STEP_EXACT1D;
        each_failure("flow between densities", density_flow, &d, 8);
    }
    double places[N] = {0.5, 0.25, 0.75};
    each_failure("monotone", circle_solver, places, 5);
    for (int k = 0; k < 2; k++) {
        parts p = {.cost = costs[k]};
        jko_ot_settings_default(&p.ot);
        const jko_ot_method methods[] = {JKO_OT_AUTO, JKO_OT_SINKHORN, JKO_OT_SIMPLEX, JKO_OT_LP,
                                         JKO_OT_SHORTLIST};
        for (size_t m = 0; m < 5; m++) {
            p.ot.method = methods[m];
            jko_ot *ot = NULL;
            if (jko_ot_create(&ot, p.cost, &p.ot) == JKO_ERR_UNSUPPORTED) {
                continue; // no GLPK in this build
            }
            jko_ot_free(ot);
            each_failure(jko_ot_method_name(methods[m]), solver, &p, 3);
        }
        for (int e = 0; e < 4; e++) { // convex and not, then without its own proximal map
            p.energy = (jko_energy){.struct_size = sizeof p.energy};
            assert_int_equal(jko_economy_energy(economies[e % 2], JKO_ENERGY_LOG, &p.energy),
                             JKO_OK);
            p.energy.kl_prox = e < 2 ? p.energy.kl_prox : NULL;
            jko_flow_settings_default(&p.flow);
            each_failure("exact flow", flow, &p, 12);
            p.flow.method = JKO_STEP_ENTROPIC;
            p.flow.epsilon = 0.1;
            each_failure("entropic flow", flow, &p, 12);
        }
        jko_cost_free(costs[k]);
    }
    jko_economy_free(economies[0]);
    jko_economy_free(economies[1]);
    jko_grid_free(grid);
    assert_int_equal(jko_t_live(), 0);
}

static jko_status divergence(void *context)
{
    const jko_cost *cost = context;
    const double a[N] = {0.5, 0.25, 0.25};
    const double b[N] = {0.25, 0.25, 0.5};
    double f[N] = {-7.0};
    const jko_status status = jko_ot_divergence(cost, cost, cost, NULL, a, b, f, NULL, NULL);
    assert_true((f[0] == -7.0) == (status < 0));
    return status;
}

// Forbidden arcs take a workspace of their own; a divergence makes three solvers.
static void entropic_solvers_survive_each_failure(void **state)
{
    (void)state;
    double entries[N * N] = {0.0};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    parts p = {0};
    entries[N + 2] = INFINITY;
    assert_int_equal(jko_cost_create_matrix(&cost, N, N, entries), JKO_OK);
    jko_ot_settings_default(&p.ot);
    p.ot.method = JKO_OT_SINKHORN;
    p.ot.epsilon = 0.1;
    p.cost = cost;
    each_failure("sinkhorn with forbidden arcs", solver, &p, 10);
    jko_cost_free(cost);
    assert_int_equal(jko_grid_create_line(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    each_failure("divergence", divergence, cost, 10);
    jko_cost_free(cost);
    jko_grid_free(grid);
    assert_int_equal(jko_t_live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grids_costs_and_economies_survive_each_failure),
        cmocka_unit_test(solvers_and_flows_survive_each_failure),
        cmocka_unit_test(entropic_solvers_survive_each_failure),
    };
    return cmocka_run_group_tests_name("alloc/create", tests, NULL, NULL);
}
