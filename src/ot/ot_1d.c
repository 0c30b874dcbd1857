// SPDX-License-Identifier: BSD-3-Clause
/*
 * The transport solver made from positions on a line or circle, and plans as lists of arcs.
 */
#include "base/alloc.h"
#include "base/status.h"
#include "base/vector.h"
#include "solver.h"

#include <float.h>
#include <math.h>

static jko_status check_positions(const char *name, size_t n, const double *x)
{
    if (n == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "%s has length 0; at least one cell is needed", name);
    }
    if (x == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", name);
    }
    const size_t checked = jko_i_vector_is_within(n, x, -DBL_MAX, DBL_MAX) ? 0 : n;
    for (size_t i = 0; i < checked; i++) {
        if (!isfinite(x[i])) {
            return jko_i_fail(JKO_ERR_NONFINITE, "%s[%zu] is %g; positions must be finite numbers",
                              name, i, x[i]);
        }
    }
    return JKO_OK;
}

static jko_status settle_1d(jko_ot_settings *to, const jko_ot_settings *from, double period,
                            double power)
{
    const jko_status status = jko_i_ot_copy_settings(to, from);
    if (status < 0) {
        return status;
    }
    if (to->method != JKO_OT_AUTO && to->method != JKO_OT_MONOTONE) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "method %s does not take positions; use jko_ot_create() with a cost",
                          jko_ot_method_name(to->method));
    }
    if (!isfinite(period) || period < 0.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "period is %g; it must be finite and > 0, or 0 for a line", period);
    }
    if (!isfinite(power) || power < 1.0) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "power is %g; it must be finite and at least 1, for less use "
                          "jko_ot_create() with a cost matrix",
                          power);
    }
    to->method = JKO_OT_MONOTONE;
    to->tolerance = to->tolerance > 0.0 ? to->tolerance : JKO_I_EXACT_TOLERANCE;
    return JKO_OK;
}

jko_status jko_ot_create_1d(jko_ot **out, size_t m, const double *x, size_t n, const double *y,
                            double period, double power, const jko_ot_settings *settings)
{
    jko_ot_settings settled;
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of a solver pointer");
    }
    *out = NULL;
    jko_status status = settle_1d(&settled, settings, period, power);
    if (status >= 0) {
        status = check_positions("x", m, x);
    }
    if (status >= 0) {
        status = check_positions("y", n, y);
    }
    if (status < 0) {
        return status;
    }
    jko_ot *ot = jko_i_alloc(1, sizeof *ot);
    if (ot == NULL) {
        return jko_i_fail_memory("a transport solver");
    }
    ot->cost = &ot->shape;
    ot->settings = settled;
    ot->f = jko_i_alloc_unset(m, sizeof *ot->f);
    ot->g = jko_i_alloc_unset(n, sizeof *ot->g);
    ot->b = jko_i_alloc_unset(n, sizeof *ot->b);
    ot->monotone = jko_i_monotone_create(m, x, n, y, period, power);
    if (ot->f == NULL || ot->g == NULL || ot->b == NULL || ot->monotone == NULL) {
        jko_ot_free(ot);
        return jko_i_fail_memory("the workspace of a transport solver");
    }
    ot->shape.m = m;
    ot->shape.n = n;
    ot->shape.max = jko_i_monotone_max_cost(ot->monotone);
    if (!isfinite(ot->shape.max)) {
        jko_ot_free(ot);
        return jko_i_fail(JKO_ERR_NUMERIC, "costs |x - y|^%g overflow; use a larger unit of length",
                          power);
    }
    *out = ot;
    return JKO_OK;
}

jko_status jko_ot_get_arcs(const jko_ot *ot, size_t *count, size_t *from, size_t *to, double *mass)
{
    if (ot == NULL || count == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", ot == NULL ? "ot" : "count");
    }
    if (ot->sinkhorn != NULL) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the plan of method sinkhorn is not sparse; pass plan to jko_ot_solve()");
    }
    if (!ot->has_arcs) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "there is no plan before a successful solve; call jko_ot_solve()");
    }
    if (ot->monotone != NULL) {
        jko_i_monotone_arcs(ot->monotone, count, from, to, mass);
    } else {
        jko_i_basis_arcs(&ot->basis, count, from, to, mass);
    }
    return JKO_OK;
}
