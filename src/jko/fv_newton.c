// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's direction of the finite-volume step: a cyclic tridiagonal matrix and one of rank one,
 * or a dense one where the energy does not tell the parts of its Hessian.
 */
#include "base/dense.h"
#include "base/tridiagonal.h"
#include "base/vector.h"
#include "jko/fv.h"

#include <math.h>
#include <string.h>

#define KEPT 0.01 // of a cell's mass, at least, in one Newton step

static bool energy_is_dense(const jko_i_fv *w)
{
    return w->dense != NULL;
}

/* What the changes of held faces do to the residual of the others: the Hessian of E by masses times
   the changes of mass. */
static void add_held(const jko_flow *flow, jko_i_fv *w, double weight)
{
    const size_t n = flow->n;
    double product = 0.0;
    double before = w->held[n - 1];
    for (size_t j = 0; j < n; j++) {
        w->trial[j] = before - w->held[j];
        before = w->held[j];
        product += w->vector[j] * w->trial[j];
    }
    if (energy_is_dense(w)) {
        for (size_t j = 0; j < n; j++) {
            w->mass[j] = jko_i_vector_dot(n, w->dense + j * n, w->trial);
        }
    } else {
        for (size_t j = 0; j < n; j++) {
            w->mass[j] = w->diagonal[j] * w->trial[j] + weight * product * w->vector[j];
        }
    }
    for (size_t e = 0; e < n; e++) {
        w->residual[e] += w->mass[jko_i_fv_right(flow, e)] - w->mass[e];
    }
}

// By the parts of the Hessian.
static bool solve_parts(const jko_flow *flow, jko_i_fv *w, double weight)
{
    const size_t n = flow->n;
    jko_i_fv_assemble(n, w->stiffness, w->diagonal, w->vector, w->residual, w->system, w->off,
                      w->shared, w->direction);
    if (n == 2 && flow->circle && w->off[0] != 0.0) {
        // Both faces lie between the same two cells: each is the other's neighbour twice over.
        w->off[0] = w->off[1] = -0.5 * (w->diagonal[0] + w->diagonal[1]);
    }
    if (!jko_i_cyclic_factor(n, w->system, w->off, w->factor)) {
        return false;
    }
    if (weight == 0.0) {
        jko_i_cyclic_solve(n, w->factor, w->direction);
        return true;
    }
    // Sherman and Morrison.
    memcpy(w->solved, w->shared, n * sizeof *w->solved);
    jko_i_cyclic_solve_two(n, w->factor, w->direction, w->solved);
    const double denominator = 1.0 + weight * jko_i_vector_dot(n, w->shared, w->solved);
    if (!(denominator > 0.0)) {
        return false;
    }
    const double share = weight * jko_i_vector_dot(n, w->shared, w->direction) / denominator;
    jko_i_vector_add(n, -share, w->solved, w->direction);
    return true;
}

// By a dense Hessian.
static bool solve_dense(const jko_flow *flow, jko_i_fv *w)
{
    const size_t n = flow->n;
    const double *hessian = w->dense;
    double *matrix = w->dense + n * n;
    for (size_t e = 0; e < n; e++) {
        const size_t re = jko_i_fv_right(flow, e);
        for (size_t f = 0; f < n; f++) {
            const size_t rf = jko_i_fv_right(flow, f);
            const bool open = w->stiffness[e] >= 0.0 && w->stiffness[f] >= 0.0;
            const double second = hessian[re * n + rf] - hessian[re * n + f] - hessian[e * n + rf] +
                                  hessian[e * n + f];
            matrix[e * n + f] = open ? second + (e == f ? w->stiffness[e] : 0.0) : e == f;
        }
        w->direction[e] = w->stiffness[e] >= 0.0 ? -w->residual[e] : 0.0;
    }
    if (!jko_i_lu_factor(n, matrix, w->pivot)) {
        return false;
    }
    jko_i_lu_solve(n, matrix, w->pivot, w->direction);
    return true;
}

jko_status jko_i_fv_curvature(jko_flow *flow, const jko_energy *energy, jko_i_fv *w)
{
    const size_t n = flow->n;
    const bool dense = energy_is_dense(w);
    w->rank = 0.0;
    const jko_status status =
        dense ? jko_i_energy_hessian(flow, energy, flow->mass, w->dense, w->scratch)
              : jko_i_energy_parts(flow, energy, flow->mass, flow->variation, w->diagonal,
                                   w->vector, &w->rank);
    for (size_t j = 0; w->nu > 0.0 && status >= 0 && j < n; j++) {
        *(dense ? &w->dense[j * n + j] : &w->diagonal[j]) +=
            w->nu / (flow->mass[j] * flow->mass[j]);
    }
    for (size_t j = 0; dense && status >= 0 && j < n; j++) {
        w->diagonal[j] = w->dense[j * n + j];
    }
    return status;
}

bool jko_i_fv_solve(const jko_flow *flow, jko_i_fv *w)
{
    if (w->holds) {
        add_held(flow, w, w->rank);
    }
    const bool good = energy_is_dense(w) ? solve_dense(flow, w) : solve_parts(flow, w, w->rank);
    for (size_t e = 0; w->holds && e < flow->n; e++) {
        w->direction[e] = w->stiffness[e] < 0.0 ? w->held[e] : w->direction[e];
    }
    return good;
}

double jko_i_fv_room(const jko_flow *flow, const jko_i_fv *w)
{
    const double most = jko_i_fv_taken(flow->n, w->direction, flow->mass);
    return most > 1.0 - KEPT ? (1.0 - KEPT) / most : 1.0;
}
