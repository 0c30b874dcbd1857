// SPDX-License-Identifier: BSD-3-Clause
/*
 * The right-hand side of the equation, (46) to (48) of docs/theory.md.
 *
 * Conservative: a face carries the mean density of its two cells at the speed V(P), P by the
 * difference of the two. Central: V and the divergence by differences over two cells, as in the
 * published code. Both keep mass; the rule `code` multiplies the latter by a factor that varies
 * over cells, and does not.
 */
#include "pde.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

bool pde_model_init(pde_model *model, const cli_run *run, double *w)
{
    const cli_scenario *scenario = run->scenario;
    const jko_economy_summary *summary = &run->summary;
    if (!(summary->s < 1.0)) {
        (void)cli_fail(CLI_UNSUPPORTED,
                       "%s: s is %g; the equation has no solution for s >= 1, where firms attract "
                       "firms; jko flow takes steps of it",
                       scenario->path, summary->s);
        return false;
    }
    (void)jko_economy_get_weights(run->economy, w);
    *model = (pde_model){
        .n = scenario->n,
        .circle = scenario->kind == SCENARIO_CIRCLE,
        .h = scenario->cell,
        .s = summary->s,
        .c = summary->c,
        .w = w,
        .level = scenario->scaling == JKO_ENERGY_LEVEL,
        .exponent = summary->exponent,
        .scale = summary->scale,
        .beta = summary->beta,
        .how = &scenario->pde,
        .work = cli_alloc(4 * scenario->n, sizeof(double)),
    };
    return true;
}

bool pde_g(const pde_model *model, const double *mu, double *g)
{
    double z = 0.0;
    for (size_t i = 0; i < model->n; i++) {
        if (!(mu[i] > 0.0)) {
            return false;
        }
        g[i] = model->w[i] * pow(mu[i], model->s - 1.0);
        z += g[i] * mu[i];
    }
    z *= model->h;
    const double x = model->level ? model->scale * pow(z, 1.0 / model->exponent) : 1.0;
    for (size_t i = 0; i < model->n; i++) {
        g[i] *= x / z;
    }
    return isfinite(z);
}

// Laws that jump at the threshold rise from 0 to the law beyond over a ramp above it. As the ramp
// narrows this tends to the flow whose cost is the convex hull, in which firms at the threshold
// move as fast as is needed.
double pde_speed(const scenario_pde *how, double force)
{
    const double size = fabs(force);
    const double a = how->threshold;
    double speed = size;
    if (how->law == SCENARIO_LAW_SOFT) {
        speed = fmax(size - a, 0.0);
    } else if (how->law == SCENARIO_LAW_HULL || how->law == SCENARIO_LAW_HARD) {
        const double top = a * (1.0 + how->ramp);
        speed = size <= a ? 0.0 : size >= top ? size : (size - a) * top / (top - a);
    }
    return copysign(speed, force);
}

double pde_speed_slope(const scenario_pde *how, double force)
{
    const double size = fabs(force);
    const double a = how->threshold;
    if (how->law == SCENARIO_LAW_SOFT) {
        return size > a ? 1.0 : 0.0;
    }
    if (how->law == SCENARIO_LAW_HULL || how->law == SCENARIO_LAW_HARD) {
        const double top = a * (1.0 + how->ramp);
        return size <= a ? 0.0 : size >= top ? 1.0 : top / (top - a);
    }
    return 1.0;
}

static void conservative(const pde_model *model, const double *mu, const double *g, double *rate)
{
    const size_t n = model->n;
    const size_t faces = model->circle ? n : n - 1;
    for (size_t i = 0; i < n; i++) {
        rate[i] = 0.0;
    }
    for (size_t i = 0; i < faces; i++) {
        const size_t next = i + 1 < n ? i + 1 : 0;
        const double force = model->c * (g[next] - g[i]) / model->h;
        const double flux = 0.5 * (mu[i] + mu[next]) * pde_speed(model->how, force) / model->h;
        rate[i] -= flux;
        rate[next] += flux;
    }
}

// Difference over two cells, on the circle.
static void central_difference(const pde_model *model, const double *f, double *slope)
{
    const size_t n = model->n;
    for (size_t i = 0; i < n; i++) {
        slope[i] = (f[(i + 1) % n] - f[(i + n - 1) % n]) / (2.0 * model->h);
    }
}

// The published rule: the share of cells nearby, under a triangular kernel, in which the profit
// rate is steeper than the threshold.
static void factor_of_code(const pde_model *model, const double *slope, double *factor)
{
    const scenario_pde *how = model->how;
    const size_t n = model->n;
    const double top = how->threshold * (1.0 + how->ramp);
    const double cells = how->half_width / model->h;
    const size_t reach = (size_t)fmin(ceil(cells) - 1.0, (double)((n - 1) / 2));
    double *steep = model->work + 3 * n;
    for (size_t i = 0; i < n; i++) {
        const double above = fabs(slope[i]) / (1.0 - model->beta) - how->threshold;
        steep[i] = fmin(fmax(above / (top - how->threshold), 0.0), 1.0);
    }
    double total = 1.0;
    for (size_t j = 1; j <= reach; j++) {
        total += 2.0 * (1.0 - (double)j / cells);
    }
    for (size_t i = 0; i < n; i++) {
        double sum = steep[i];
        for (size_t j = 1; j <= reach; j++) {
            sum += (1.0 - (double)j / cells) * (steep[(i + j) % n] + steep[(i + n - j) % n]);
        }
        factor[i] = sum / total;
    }
}

static void central(const pde_model *model, const double *mu, const double *g, double *rate)
{
    const size_t n = model->n;
    const bool code = model->how->law == SCENARIO_LAW_CODE;
    double *force = model->work + n;
    double *flux = model->work + 2 * n;
    central_difference(model, g, force);
    for (size_t i = 0; i < n; i++) {
        force[i] *= model->c;
        flux[i] = mu[i] * pde_speed(model->how, force[i]);
    }
    central_difference(model, flux, rate);
    if (code) {
        factor_of_code(model, force, flux);
    }
    for (size_t i = 0; i < n; i++) {
        rate[i] *= code ? -flux[i] : -1.0;
    }
}

bool pde_rate(const pde_model *model, const double *mu, double *rate)
{
    double *g = model->work;
    if (!pde_g(model, mu, g)) {
        return false;
    }
    (model->how->central ? central : conservative)(model, mu, g, rate);
    return true;
}

double pde_largest_slope(const pde_model *model, const double *mu)
{
    const size_t n = model->n;
    double *g = model->work;
    double largest = 0.0;
    if (!pde_g(model, mu, g)) {
        return INFINITY;
    }
    for (size_t i = 0; i + (model->circle ? 0 : 1) < n; i++) {
        const double rise = model->how->central
                                ? (g[(i + 1) % n] - g[(i + n - 1) % n]) / (2.0 * model->h)
                                : (g[(i + 1) % n] - g[i]) / model->h;
        largest = fmax(largest, (1.0 - model->beta) * fabs(rise));
    }
    return largest;
}
