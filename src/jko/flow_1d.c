// SPDX-License-Identifier: BSD-3-Clause
/*
 * Flows between densities on a line or circle: which method, and what it can take.
 */
#include "path.h"

#include "base/alloc.h"
#include "base/status.h"
#include "measure/grid.h"

// Steps meet these easily: the last Newton step squares the gap.
#define DENSITY_TOLERANCE 1e-11
#define DENSITY_ABSOLUTE 1e-16
#define MOST_DENSE 512 // cells, for an energy whose Hessian is dense

static jko_status choose(const jko_flow_settings *settings, const jko_i_density_method **method)
{
    if (settings->method == JKO_STEP_FV) {
        *method = &jko_i_fv_method;
        return JKO_OK;
    }
    if (settings->method == JKO_STEP_EXACT1D) {
        *method = &jko_i_exact1d_method;
        return JKO_OK;
    }
    return jko_i_fail(JKO_ERR_UNSUPPORTED,
                      "method %s is not one of steps between densities; use exact1d or fv",
                      jko_step_method_name(settings->method));
}

static jko_status check_energy(const jko_energy *energy, size_t n)
{
    if (!energy->convex) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the energy is not convex, which steps between densities need; use "
                          "method entropic of jko_flow_create()");
    }
    if (energy->hessian_parts == NULL && n > MOST_DENSE) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the energy has no hessian_parts, without which a step takes O(n^3) "
                          "operations; the limit is %d cells, here are %zu",
                          MOST_DENSE, n);
    }
    return JKO_OK;
}

static jko_status check_reallocation(const jko_flow_settings *settings,
                                     const jko_i_density_method *method)
{
    if (settings->reallocation == JKO_REALLOCATION_HARD) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "hard reallocation is not convex in what moves between densities; use "
                          "hull, or method atoms of jko_flow_create()");
    }
    if (settings->reallocation != JKO_REALLOCATION_NONE && !method->reallocates) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "method %s knows no cost of reallocation; use exact1d or fv",
                          jko_step_method_name(settings->method));
    }
    return JKO_OK;
}

jko_status jko_flow_create_1d(jko_flow **out, const jko_grid *grid, const jko_energy *energy,
                              const jko_flow_settings *settings)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a flow pointer");
    }
    *out = NULL;
    if (grid == NULL || energy == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", grid == NULL ? "grid" : "energy");
    }
    jko_flow_settings known;
    jko_energy used;
    const jko_i_density_method *method = NULL;
    jko_status status = jko_i_flow_read_settings(&known, settings);
    if (settings == NULL) {
        known.method = JKO_STEP_EXACT1D;
    }
    status = status < 0 ? status : choose(&known, &method);
    status = status < 0 ? status : jko_i_flow_read_energy(&used, energy, grid->n);
    status = status < 0 ? status : check_energy(&used, grid->n);
    if (status >= 0 && grid->kind == JKO_GRID_POINTS) {
        status = jko_i_fail(JKO_ERR_UNSUPPORTED,
                            "the grid is one of points, which have no cells; use a line or circle");
    }
    status = status < 0 ? status : check_reallocation(&known, method);
    if (status < 0) {
        return status;
    }
    known.tolerance = known.tolerance == 0.0 ? DENSITY_TOLERANCE : known.tolerance;
    known.absolute_tolerance =
        known.absolute_tolerance == 0.0 ? DENSITY_ABSOLUTE : known.absolute_tolerance;
    jko_flow *flow = jko_i_alloc(1, sizeof *flow);
    if (flow == NULL) {
        return jko_i_fail_memory("a flow");
    }
    flow->n = grid->n;
    flow->energy = used;
    flow->settings = known;
    flow->circle = grid->kind == JKO_GRID_CIRCLE;
    flow->cell = grid->length / (double)grid->n;
    flow->method = method;
    const bool arrays = jko_i_flow_allocate_arrays(flow);
    flow->density = method->create(flow);
    flow->path = jko_i_alloc(flow->n, JKO_I_PATH_ARRAYS * sizeof *flow->path);
    if (!arrays || flow->density == NULL || flow->path == NULL) {
        jko_flow_free(flow);
        return jko_i_fail_memory("the workspace of a flow");
    }
    *out = flow;
    return JKO_OK;
}
