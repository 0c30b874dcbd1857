// SPDX-License-Identifier: BSD-3-Clause
/*
 * What method, grid, tau and epsilon let expect of a step.
 *
 *     locking    mass in cell i stays if e_i - e_j <= h^2/(2 tau) for its neighbours j
 *     blur       sigma = sqrt(tau epsilon) >= h, or the kernel does not reach the neighbour
 *     diffusion  epsilon/2 beside m d2E/dm2, which is mu de/dmu: the diffusivity of the flow
 */
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"
#include "measure/grid.h"

#include <jko/measure.h>
#include <jko/outlook.h>
#include <math.h>
#include <stdbool.h>

#define LEAST_OUTLOOK (offsetof(jko_outlook, advice) + sizeof(const char *))
#define LOCKED 0.1    // share of the mass
#define USEFUL 5.0    // times the tau at which the steepest slope starts to move mass
#define DIFFUSED 0.01 // of the energy's own diffusivity
#define ROUNDING 1e-9 // of a cell

static jko_status check(const jko_grid *grid, double tau, double epsilon, bool blurs,
                        const double *mass, const double *variation, const jko_outlook *outlook)
{
    if (grid == NULL || variation == NULL || outlook == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL",
                          grid == NULL        ? "grid"
                          : variation == NULL ? "variation"
                                              : "outlook");
    }
    if (outlook->struct_size < LEAST_OUTLOOK) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "outlook->struct_size is %zu; set it to sizeof *outlook before the call",
                          outlook->struct_size);
    }
    if (grid->kind == JKO_GRID_POINTS) {
        return jko_i_fail(JKO_ERR_UNSUPPORTED,
                          "the grid is points, which have no cells; use a line or circle");
    }
    if (!isfinite(tau) || tau <= 0.0) {
        return jko_i_fail(JKO_ERR_TAU, "tau is %g; it must be a finite number > 0", tau);
    }
    if (blurs && (!isfinite(epsilon) || epsilon <= 0.0)) {
        return jko_i_fail(JKO_ERR_EPSILON, "epsilon is %g; it must be a finite number > 0",
                          epsilon);
    }
    return jko_measure_check(grid->n, mass, NULL);
}

// The most that a unit of mass in cell j gains by going to a neighbour.
static double gain(const jko_grid *grid, const double *e, size_t j)
{
    const size_t n = grid->n;
    const bool circle = grid->kind == JKO_GRID_CIRCLE;
    double most = 0.0;
    if (n > 1 && (circle || j + 1 < n)) {
        most = fmax(most, e[j] - e[j + 1 < n ? j + 1 : 0]);
    }
    if (n > 1 && (circle || j > 0)) {
        most = fmax(most, e[j] - e[j > 0 ? j - 1 : n - 1]);
    }
    return most;
}

static void judge(jko_step_method method, const jko_grid *grid, double steepest, double tau,
                  jko_outlook *out)
{
    const double h = jko_grid_cell(grid);
    const bool blurs = method == JKO_STEP_ENTROPIC || method == JKO_STEP_DEBIASED;
    if (method == JKO_STEP_ATOMS && out->locked_share > LOCKED) {
        out->verdict = JKO_VERDICT_LOCKS;
        out->better_tau = steepest > 0.0 ? USEFUL * h * h / (2.0 * steepest) : 0.0;
        out->advice = "steps between atoms lock on this grid: take a larger tau, more cells, or "
                      "method exact1d or fv";
    } else if (blurs && out->blur_cells < 1.0 - ROUNDING) {
        out->verdict = JKO_VERDICT_NARROW;
        out->better_epsilon = h * h / tau;
        out->advice = "the blur is less than a cell: take a larger epsilon, more cells, or method "
                      "exact1d or fv";
    } else if (method == JKO_STEP_ENTROPIC && out->added > DIFFUSED * out->diffusivity) {
        out->verdict = JKO_VERDICT_DIFFUSES;
        // The blur of one cell is the least; where it is too much, tau must grow.
        out->better_epsilon = 2.0 * DIFFUSED * out->diffusivity;
        out->better_tau = fmax(tau, h * h / out->better_epsilon);
        out->advice =
            "the blur diffuses beside the energy: take a smaller epsilon with a blur of at "
            "least a cell, or method debiased, exact1d or fv";
    }
}

jko_status jko_look_ahead(const jko_grid *grid, jko_step_method method, double tau, double epsilon,
                          const double *mass, const double *variation, const double *diagonal,
                          jko_outlook *outlook)
{
    const bool blurs = method == JKO_STEP_ENTROPIC || method == JKO_STEP_DEBIASED;
    const jko_status status = check(grid, tau, epsilon, blurs, mass, variation, outlook);
    if (status < 0) {
        return status;
    }
    const double h = jko_grid_cell(grid);
    const double total = jko_i_sum_array(grid->n, mass);
    jko_i_sum locked = {0.0, 0.0};
    jko_i_sum own = {0.0, 0.0};
    double steepest = 0.0;
    for (size_t j = 0; j < grid->n; j++) {
        if (mass[j] == 0.0) {
            continue;
        }
        const double gains = gain(grid, variation, j);
        steepest = fmax(steepest, gains);
        jko_i_sum_add(&locked, gains <= h * h / (2.0 * tau) ? mass[j] : 0.0);
        jko_i_sum_add(&own, diagonal == NULL ? 0.0 : mass[j] * (mass[j] * diagonal[j]));
    }
    jko_outlook found = {.struct_size = sizeof found, .advice = ""};
    found.fastest = tau * steepest / (h * h);
    found.locked_share = jko_i_sum_value(&locked) / total;
    found.blur_cells = blurs ? sqrt(tau * epsilon) / h : 0.0;
    found.diffusivity = diagonal == NULL ? NAN : jko_i_sum_value(&own) / total;
    found.added = method == JKO_STEP_ENTROPIC ? 0.5 * epsilon : 0.0;
    judge(method, grid, steepest, tau, &found);
    jko_i_sized_write(outlook, &found, sizeof found);
    return JKO_OK;
}
