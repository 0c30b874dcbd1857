// SPDX-License-Identifier: BSD-3-Clause
/*
 * The fixed cost of the published code, (48) of docs/theory.md: central differences, times the
 * share of steep cells nearby. It does not conserve mass, and no cost has it for a flow.
 *
 * The rule jumps as cells pass the threshold, so that high order has no hold on it; what counts is
 * that steps are short. Heun's explicit method, of the length that its stability on the grid
 * allows. Needs no library for differential equations, and is a check on `jko pde`, which has one.
 */
#include "world.h"

#include "pde.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

#define THRESHOLD 0.1
#define HALF_WIDTH 0.05
#define RAMP 1e-6 // as good as a jump
#define STEP 1e-4 // stable: less than 2 h^2 over the diffusivity, twice as much as that

static void heun(const pde_model *model, double dt, double *mu, double *work)
{
    const size_t n = model->n;
    double *first = work;
    double *ahead = work + n;
    double *second = work + 2 * n;
    (void)pde_rate(model, mu, first);
    for (size_t i = 0; i < n; i++) {
        ahead[i] = mu[i] + dt * first[i];
    }
    (void)pde_rate(model, ahead, second);
    for (size_t i = 0; i < n; i++) {
        mu[i] += 0.5 * dt * (first[i] + second[i]);
    }
}

double *paper_follow_code(const paper_world *world, size_t count, const double *times)
{
    const size_t n = world->n;
    const scenario_pde how = {.central = true,
                              .law = SCENARIO_LAW_CODE,
                              .threshold = THRESHOLD,
                              .half_width = HALF_WIDTH,
                              .ramp = RAMP};
    double *states = cli_alloc((count + 1) * n, sizeof(double));
    double *weights = cli_alloc(9 * n, sizeof(double));
    double *mu = weights + n;
    const pde_model model = {.n = n,
                             .circle = true,
                             .h = world->h,
                             .s = world->summary.s,
                             .c = world->summary.c,
                             .w = weights,
                             .beta = world->summary.beta,
                             .how = &how,
                             .work = weights + 2 * n};
    double t = 0.0;
    (void)jko_economy_get_weights(world->economy, weights);
    paper_densities(world, world->start, mu);
    for (size_t k = 0; k <= count; k++) {
        const double span = k > 0 ? times[k - 1] - t : 0.0;
        const double steps = ceil(span / STEP - 1e-9);
        for (double step = 0.0; step < steps; step += 1.0) {
            heun(&model, span / steps, mu, weights + 6 * n);
        }
        t += span;
        for (size_t i = 0; i < n; i++) {
            states[k * n + i] = mu[i] * world->h;
        }
    }
    free(weights);
    return states;
}
