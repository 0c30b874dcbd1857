// SPDX-License-Identifier: BSD-3-Clause
/*
 * Newton's direction of the exact step between densities.
 *
 * In the masses M_j left of the edges, F = cost + E has with g = pull + e
 *
 *     dF/dM_j = g_{j-1} - g_j.
 *
 * The second derivative is a ring of springs (a chain on a line, whose ends are fixed): cell j adds
 *
 *     (l_j + m_j) M_j^2 + (r_j + m_j) M_{j+1}^2 + (d_j - m_j) (M_{j+1} - M_j)^2
 *
 * with l, m, r of the cost (jko_i_pair) and d the diagonal of the energy's Hessian, which is huge where
 * there is little mass; base/chain.h keeps the digits of the soft parts. The energy's rank-one part
 * w v v^T is w b b^T with b_j = v_{j-1} - v_j. A ring is cut open in its softest cell, which comes back
 * as a second term of rank one; both by the formula of Sherman, Morrison and Woodbury. O(n).
 *
 * An energy that does not give these parts has its Hessian formed by products, and the system
 * is solved densely.
 */
#include "jko/exact1d.h"

#include "base/dense.h"
#include "base/status.h"
#include "base/sum.h"

#include <math.h>
#include <string.h>

enum { SIDES = JKO_I_CHAIN_SIDES };

static size_t cell_before(const jko_i_exact1d *work, size_t edge)
{
    return edge == 0 ? work->n - 1 : edge - 1;
}

// -dF/dM_j at a point.
static inline double force_at(const jko_i_exact1d *work, const jko_i_exact1d_point *at, size_t j)
{
    const jko_i_pairing *pairing = &at->pairing;
    const size_t left = cell_before(work, j);
    const double pull = pairing->pull_end[left] + (pairing->pull[j] - pairing->pull_end[j]);
    return pull + (at->e[j] - at->e[left]);
}

static void set_force(jko_i_exact1d *work)
{
    for (size_t j = work->first; j < work->n; j++) {
        work->force[j] = force_at(work, &work->here, j);
    }
}

double jko_i_exact1d_slope(const jko_i_exact1d *work, const jko_i_exact1d_point *at)
{
    jko_i_sum slope = {0.0, 0.0};
    for (size_t j = work->first; work->n > 1 && j < work->n; j++) {
        jko_i_sum_add(&slope, force_at(work, at, j) * work->move[j]);
    }
    return -jko_i_sum_value(&slope);
}

static jko_status no_factor(void)
{
    return jko_i_fail(JKO_ERR_NUMERIC,
                      "Newton's matrix is not positive definite or not finite; is the Hessian of "
                      "the energy right, and the energy convex?");
}

// The cell in which a ring is cut open: the softest link.
static size_t softest(const jko_i_exact1d *work)
{
    size_t best = 0;
    for (size_t j = 1; j < work->n; j++) {
        const double *mixed = work->here.pairing.mixed;
        if (work->diagonal[j] - mixed[j] < work->diagonal[best] - mixed[best]) {
            best = j;
        }
    }
    return best;
}

// The springs and right-hand sides of unknowns k = 0, 1, ..., which are the edges from `edge` on.
static void set_springs(jko_i_exact1d *work, size_t unknowns, size_t edge)
{
    const size_t n = work->n;
    const jko_i_pairing *pairing = &work->here.pairing;
    for (size_t k = 0, j = edge; k < unknowns; k++, j = j + 1 == n ? 0 : j + 1) {
        const size_t left = cell_before(work, j);
        // On a line the other edge of the first and of the last cell is fixed.
        const bool fixed_left = !work->circle && left == 0;
        const bool fixed_right = !work->circle && j + 1 == n;
        work->ground[k] =
            pairing->diag_right[left] + (fixed_left ? work->diagonal[left] : pairing->mixed[left]);
        work->ground[k] +=
            pairing->diag_left[j] + (fixed_right ? work->diagonal[j] : pairing->mixed[j]);
        work->link[k] = work->diagonal[j] - pairing->mixed[j];
        work->sides[k * SIDES] = work->force[j];
        work->sides[k * SIDES + 1] = work->vector[left] - work->vector[j];
        work->sides[k * SIDES + 2] = 0.0;
    }
    if (work->circle) {
        work->sides[2] = 1.0;
        work->sides[(unknowns - 1) * SIDES + 2] -= 1.0;
    }
}

// Shares y of the solutions of the two rank-one terms of weight w, from the solved sides.
static bool woodbury(const jko_i_exact1d *work, size_t unknowns, size_t edge, const double w[2],
                     double y[2])
{
    jko_i_sum product[SIDES] = {{0.0, 0.0}}; // b.x of each solution
    double closing[SIDES];                   // and c.x
    for (size_t k = 0, j = edge; k < unknowns; k++, j = j + 1 == work->n ? 0 : j + 1) {
        const double b = work->vector[cell_before(work, j)] - work->vector[j];
        for (size_t side = 0; side < SIDES; side++) {
            jko_i_sum_add(&product[side], b * work->sides[k * SIDES + side]);
        }
    }
    for (size_t side = 0; side < SIDES; side++) {
        closing[side] =
            work->circle ? work->sides[side] - work->sides[(unknowns - 1) * SIDES + side] : 0.0;
    }
    const double a00 = 1.0 + w[0] * jko_i_sum_value(&product[1]);
    const double a01 = w[0] * jko_i_sum_value(&product[2]);
    const double a10 = w[1] * closing[1];
    const double a11 = 1.0 + w[1] * closing[2];
    const double determinant = a00 * a11 - a01 * a10;
    const double r0 = w[0] * jko_i_sum_value(&product[0]);
    const double r1 = w[1] * closing[0];
    y[0] = (a11 * r0 - a01 * r1) / determinant;
    y[1] = (a00 * r1 - a10 * r0) / determinant;
    return determinant > 0.0 && isfinite(y[0]) && isfinite(y[1]);
}

static double combine(const double *sides, const double y[2])
{
    return sides[0] - (y[0] * sides[1] + y[1] * sides[2]);
}

static jko_status solve_parts(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy)
{
    const size_t n = work->n;
    double w[2] = {0.0, 0.0};
    double y[2];
    const jko_status status = jko_i_energy_parts(flow, energy, work->here.p, work->here.e,
                                                 work->diagonal, work->vector, &w[0]);
    if (status < 0) {
        return status;
    }
    const size_t cut = work->circle ? softest(work) : 0;
    const size_t edge = cut + 1 == n ? 0 : cut + 1;
    const size_t unknowns = n - work->first;
    set_springs(work, unknowns, edge);
    w[1] = work->circle ? work->diagonal[cut] - work->here.pairing.mixed[cut] : 0.0;
    if (!jko_i_chain_factor(unknowns, work->ground, work->link, &work->factor)) {
        return no_factor();
    }
    jko_i_chain_solve(unknowns, &work->factor, work->sides, work->steps);
    if (!woodbury(work, unknowns, edge, w, y)) {
        return no_factor();
    }
    for (size_t k = 0, j = edge; k < unknowns; k++, j = j + 1 == n ? 0 : j + 1) {
        work->move[j] = combine(work->sides + k * SIDES, y);
        if (k + 1 < unknowns) {
            work->change[j] = combine(work->steps + k * SIDES, y);
        }
    }
    return JKO_OK;
}

// Second derivative of the cost by the masses left of edges j and i.
static double cost_hessian(const jko_i_exact1d *work, size_t j, size_t i)
{
    const jko_i_pairing *pairing = &work->here.pairing;
    double sum = 0.0;
    if (j == i) {
        sum += pairing->diag_right[cell_before(work, j)] + pairing->diag_left[j];
    }
    // Both of two edges of a ring bound both of its cells.
    sum += (j + 1) % work->n == i ? pairing->mixed[j] : 0.0;
    sum += (i + 1) % work->n == j ? pairing->mixed[i] : 0.0;
    return sum;
}

static jko_status solve_dense(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy)
{
    const size_t n = work->n;
    const size_t unknowns = n - work->first;
    double *hessian = work->dense;
    double *matrix = work->dense + n * n;
    const jko_status status =
        jko_i_energy_hessian(flow, energy, work->here.p, hessian, work->scratch);
    if (status < 0) {
        return status;
    }
    for (size_t k = 0; k < unknowns; k++) {
        const size_t j = k + work->first;
        const double *row = hessian + j * n;
        const double *row_left = hessian + cell_before(work, j) * n;
        for (size_t l = 0; l < unknowns; l++) {
            const size_t i = l + work->first;
            const size_t left = cell_before(work, i);
            matrix[k * unknowns + l] =
                (row_left[left] - row_left[i]) - (row[left] - row[i]) + cost_hessian(work, j, i);
        }
    }
    if (!jko_i_lu_factor(unknowns, matrix, work->pivot)) {
        return no_factor();
    }
    memcpy(work->move + work->first, work->force + work->first, unknowns * sizeof *work->move);
    jko_i_lu_solve(unknowns, matrix, work->pivot, work->move + work->first);
    for (size_t j = 0; j + 1 < n; j++) {
        work->change[j] = work->move[j + 1] - work->move[j];
    }
    return JKO_OK;
}

jko_status jko_i_exact1d_direction(jko_flow *flow, jko_i_exact1d *work, const jko_energy *energy,
                                   double *turn)
{
    const size_t n = work->n;
    *turn = 0.0;
    work->decrement = 0.0;
    if (n == 1) { // nothing to move
        work->change[0] = 0.0;
        return JKO_OK;
    }
    work->move[0] = 0.0;
    set_force(work);
    const jko_status status = energy->hessian_parts != NULL ? solve_parts(flow, work, energy)
                                                            : solve_dense(flow, work, energy);
    if (status < 0) {
        return status;
    }
    // Cells whose differences are not those of neighbours in the chain.
    if (work->circle) {
        const size_t cut = energy->hessian_parts != NULL ? softest(work) : n - 1;
        work->change[cut] = work->move[cut + 1 == n ? 0 : cut + 1] - work->move[cut];
        *turn = work->move[0];
    } else {
        work->change[0] = work->move[1];
        work->change[n - 1] = -work->move[n - 1];
    }
    jko_i_sum decrement = {0.0, 0.0};
    for (size_t j = work->first; j < n; j++) {
        jko_i_sum_add(&decrement, work->force[j] * work->move[j]);
    }
    work->decrement = jko_i_sum_value(&decrement);
    return work->decrement >= 0.0 ? JKO_OK : no_factor();
}
