// SPDX-License-Identifier: BSD-3-Clause
/*
 * Solving: what may allocate survives each failure with the caller's arrays untouched, and what may
 * not allocate does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alloc/each_failure.h"
#include "support/close.h"

#include <jko/jko.h>

enum { N = 7 };

typedef struct transport {
    jko_ot *ot;
    double a[N];
    double b[N];
} transport;

static jko_status solve(void *context)
{
    transport *t = context;
    double plan[N * N];
    jko_ot_report report = {.struct_size = sizeof report};
    for (size_t k = 0; k < (size_t)N * N; k++) {
        plan[k] = -1.0;
    }
    const jko_status status = jko_ot_solve(t->ot, t->a, t->b, plan, &report);
    double total = 0.0;
    for (size_t k = 0; k < (size_t)N * N; k++) {
        assert_true(status >= 0 ? plan[k] >= 0.0 : plan[k] == -1.0);
        total += plan[k];
    }
    if (status >= 0) {
        assert_close_rel(total, 1.0, 1e-14);
        assert_true(report.lower <= report.upper);
    }
    return status;
}

static void transport_survives_each_failure(void **state)
{
    (void)state;
    jko_t_random random = {61};
    transport t = {.ot = NULL};
    double entries[N * N];
    double totals[2] = {0.0, 0.0};
    for (size_t i = 0; i < N; i++) {
        totals[0] += t.a[i] = jko_t_exponential(&random);
        totals[1] += t.b[i] = jko_t_exponential(&random);
        for (size_t j = 0; j < N; j++) {
            entries[i * N + j] = jko_t_uniform(&random);
        }
    }
    for (size_t i = 0; i < N; i++) {
        t.a[i] /= totals[0];
        t.b[i] /= totals[1];
    }
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, N, N, entries), JKO_OK);
    const jko_ot_method methods[] = {JKO_OT_AUTO, JKO_OT_SINKHORN, JKO_OT_SIMPLEX, JKO_OT_LP,
                                     JKO_OT_SHORTLIST};
    for (size_t m = 0; m < 5; m++) {
        jko_ot_settings settings;
        jko_ot_settings_default(&settings);
        settings.method = methods[m];
        settings.threads = 1;
        const jko_status created = jko_ot_create(&t.ot, cost, &settings);
        if (created == JKO_ERR_UNSUPPORTED) {
            continue; // no GLPK in this build
        }
        assert_int_equal(created, JKO_OK);
        if (methods[m] == JKO_OT_LP || (methods[m] == JKO_OT_SHORTLIST && jko_feature("glpk"))) {
            each_failure(jko_ot_method_name(methods[m]), solve, &t, 1); // its thread at least
        } else {
            no_acquisition(jko_ot_method_name(methods[m]), solve, &t);
        }
        jko_ot_free(t.ot);
    }
    jko_cost_free(cost);
    assert_int_equal(jko_t_live(), 0);
}

static jko_status step(void *context)
{
    double m[N] = {0.1, 0.2, 0.0, 0.3, 0.2, 0.1, 0.1};
    double plan[N * N];
    double phi[N];
    jko_step_report report = {.struct_size = sizeof report};
    const double tau[] = {5.0, 50.0};
    jko_flow *flow = context;
    jko_status status = jko_flow_step(flow, 5.0, m, &report);
    if (status >= 0) {
        status = jko_flow_get_plan(flow, plan);
    }
    if (status >= 0) {
        status = jko_flow_get_potential(flow, phi);
    }
    return status < 0 ? status : jko_flow_run(flow, 2, tau, m, NULL, NULL, NULL, NULL);
}

static jko_status advance(void *context)
{
    double m[N] = {0.1, 0.2, 0.0, 0.3, 0.2, 0.1, 0.1};
    const double times[] = {0.01, 1.0};
    return jko_flow_advance(context, NULL, 0.0, 2, times, m, NULL, NULL, NULL);
}

static void flows_through_time_allocate_nothing(void **state)
{
    (void)state;
    const double weights[N] = {1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0};
    jko_grid *grid = NULL;
    jko_economy *economy = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_grid_create_circle(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&economy, N, 1.0 / N, 0.86, 0.5, weights), JKO_OK);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
    for (int k = 0; k < 8; k++) {
        jko_flow *flow = NULL;
        jko_flow_settings settings;
        jko_flow_settings_default(&settings);
        settings.method = k < 6 ? JKO_STEP_FV : JKO_STEP_EXACT1D;
        settings.reallocation = k < 6 ? (jko_reallocation)(k % 3) : JKO_REALLOCATION_NONE;
        settings.reallocation_cost = 1e-3;
        assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
        if (k >= 3 && k != 6) {
            energy.hessian_parts = NULL;
        }
        assert_int_equal(jko_flow_create_1d(&flow, grid, &energy, &settings), JKO_OK);
        no_acquisition("advance", advance, flow);
        jko_flow_free(flow);
    }
    jko_economy_free(economy);
    jko_grid_free(grid);
}

/* Hundreds of steps reuse one workspace: neither a step nor a run allocates, local ones included. */
static void steps_allocate_nothing(void **state)
{
    (void)state;
    const double weights[N] = {1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0};
    const double exponents[] = {0.5, 1.47};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    assert_int_equal(jko_grid_create_circle(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    for (int k = 0; k < 8; k++) {
        jko_economy *economy = NULL;
        jko_flow *flow = NULL;
        jko_energy energy = {.struct_size = sizeof energy};
        jko_flow_settings settings;
        jko_flow_settings_default(&settings);
        if (k % 2 == 1) {
            settings.method = JKO_STEP_ENTROPIC;
            settings.epsilon = 1e-3;
        }
        assert_int_equal(
            jko_economy_create_reduced(&economy, N, 1.0 / N, 0.86, exponents[k / 2 % 2], weights),
            JKO_OK);
        assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
        if (k >= 4) {
            energy.hessian_product = NULL;
            energy.kl_prox = NULL;
        }
        assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
        no_acquisition("step", step, flow);
        jko_flow_free(flow);
        jko_economy_free(economy);
    }
    jko_cost_free(cost);
    jko_grid_free(grid);
    assert_int_equal(jko_t_live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transport_survives_each_failure),
        cmocka_unit_test(flows_through_time_allocate_nothing),
        cmocka_unit_test(steps_allocate_nothing),
    };
    return cmocka_run_group_tests_name("alloc/solve", tests, NULL, NULL);
}
