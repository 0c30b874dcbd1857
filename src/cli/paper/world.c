// SPDX-License-Identifier: BSD-3-Clause
/*
 * The theory's economy on its circle of 200 sectors, and flows of it by certified steps.
 */
#include "world.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define RHO1 0.214
#define RHO2 0.04

// Tight enough for the ten digits of known values of X.
const paper_variant paper_baseline = {.beta = 0.86, .eta = NAN, .sigma = NAN, .tolerance = 1e-9};

static void fill(paper_world *world, double *preferences)
{
    const size_t n = world->n;
    double firms = 0.0;
    double workers = 0.0;
    for (size_t i = 0; i < n; i++) {
        const size_t k = i < n / 2 ? i : n - 1 - i;
        world->x[i] = (double)i * world->h;
        world->start[i] = 30.0 - tan(5.5 * ((double)k * world->h - 0.25));
        world->labour[i] = 1.5 + 0.5 * sin(2.0 * PI * (world->x[i] - 0.25));
        preferences[i] = 1.0 + 0.3 * cos(4.0 * PI * world->x[i]);
        firms += world->start[i];
        workers += world->labour[i];
    }
    for (size_t i = 0; i < n; i++) {
        world->start[i] /= firms;
        world->labour[i] /= workers * world->h;
    }
}

int paper_world_make(paper_world *world, const paper_variant *variant)
{
    const size_t n = PAPER_CELLS;
    jko_economy_parameters parameters;
    jko_economy_parameters_default(&parameters);
    *world = (paper_world){.n = n, .h = 1.0 / (double)n, .variant = *variant};
    double *preferences = cli_alloc(n, sizeof(double));
    world->x = cli_alloc(4 * n, sizeof(double));
    world->labour = world->x + n;
    world->start = world->x + 2 * n;
    world->rest = world->x + 3 * n;
    fill(world, preferences);
    parameters.beta = variant->beta;
    jko_status status =
        jko_economy_calibrate(variant->beta, RHO1, RHO2, &parameters.eta, &parameters.sigma);
    parameters.eta = isnan(variant->eta) ? parameters.eta : variant->eta;
    parameters.sigma = isnan(variant->sigma) ? parameters.sigma : variant->sigma;
    parameters.labour = variant->mobile ? JKO_LABOUR_MOBILE : JKO_LABOUR_IMMOBILE;
    parameters.labour_distribution = world->labour;
    parameters.preferences = variant->preferences ? preferences : NULL;
    world->energy.struct_size = sizeof world->energy;
    world->summary.struct_size = sizeof world->summary;
    status = status < 0 ? status : jko_economy_create(&world->economy, n, world->h, &parameters);
    status =
        status < 0 ? status : jko_economy_energy(world->economy, JKO_ENERGY_LOG, &world->energy);
    status = status < 0 ? status : jko_economy_summarize(world->economy, &world->summary);
    if (status >= 0 && world->summary.s < 1.0) {
        status = jko_economy_equilibrium(world->economy, 1.0, world->rest, NULL);
        world->rest_x = paper_x(world, world->rest);
    }
    free(preferences);
    return status < 0 ? cli_fail_status(status, "paper") : CLI_OK;
}

void paper_world_clear(paper_world *world)
{
    jko_economy_free(world->economy);
    free(world->x);
}

static int on_iteration(void *user, int64_t iteration, double gap)
{
    (void)user;
    (void)iteration;
    (void)gap;
    return run_interrupted();
}

double *paper_follow(const paper_world *world, size_t count, const double *times)
{
    const size_t n = world->n;
    double *states = cli_alloc((count + 1) * n, sizeof(double));
    double *mass = cli_alloc(n, sizeof(double));
    jko_grid *circle = NULL;
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_advance_settings through;
    jko_flow_settings_default(&settings);
    jko_advance_settings_default(&through);
    settings.method = JKO_STEP_FV;
    settings.threads = 1; // experiments run beside each other
    settings.progress = on_iteration;
    settings.reallocation = world->variant.reallocation;
    settings.reallocation_cost = world->variant.threshold;
    through.tolerance = world->variant.tolerance;
    memcpy(states, world->start, n * sizeof(double));
    memcpy(mass, world->start, n * sizeof(double));
    jko_status status = jko_grid_create_circle(&circle, n, 1.0);
    status = status < 0 ? status : jko_flow_create_1d(&flow, circle, &world->energy, &settings);
    status = status < 0 ? status
                        : jko_flow_advance(flow, &through, 0.0, count, times, mass, states + n,
                                           NULL, NULL);
    jko_flow_free(flow);
    jko_grid_free(circle);
    free(mass);
    if (status != JKO_OK) {
        if (!run_interrupted()) {
            (void)cli_fail(CLI_FAILED, "paper: the flow was not followed to its end: %s",
                           status < 0 ? jko_error_detail() : jko_status_text(status));
        }
        free(states);
        return NULL;
    }
    return states;
}

double paper_x(const paper_world *world, const double *mass)
{
    double x = NAN;
    (void)jko_economy_consumption(world->economy, mass, &x);
    return x;
}

void paper_densities(const paper_world *world, const double *mass, double *density)
{
    for (size_t i = 0; i < world->n; i++) {
        density[i] = mass[i] / world->h;
    }
}

void paper_profit_rates(const paper_world *world, const double *mass, double *rates)
{
    jko_short_run short_run = {.struct_size = sizeof short_run, .profit_rate = rates};
    (void)jko_economy_short_run(world->economy, mass, &short_run);
}

double paper_to_rest(const paper_world *world, const double *mass)
{
    double sum = 0.0;
    for (size_t i = 0; i < world->n; i++) {
        const double difference = (mass[i] - world->rest[i]) / world->h;
        sum += difference * difference * world->h;
    }
    return sqrt(sum);
}

double paper_slope(const paper_world *world, const double *mass, bool two)
{
    const size_t n = world->n;
    double *rates = cli_alloc(n, sizeof(double));
    double largest = 0.0;
    paper_profit_rates(world, mass, rates);
    for (size_t i = 0; i < n; i++) {
        const double rise =
            two ? 0.5 * (rates[(i + 2) % n] - rates[i]) : rates[(i + 1) % n] - rates[i];
        largest = fmax(largest, fabs(rise) / world->h);
    }
    free(rates);
    return largest;
}

double paper_least(size_t n, const double *values)
{
    double least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, values[i]);
    }
    return least;
}

double paper_largest(size_t n, const double *values)
{
    double largest = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, values[i]);
    }
    return largest;
}

static double mean(size_t n, const double *values)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
    }
    return sum / (double)n;
}

double paper_variation(size_t n, const double *values)
{
    const double middle = mean(n, values);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += (values[i] - middle) * (values[i] - middle);
    }
    return sqrt(sum / (double)n) / middle;
}

double paper_correlation(size_t n, const double *a, const double *b)
{
    const double mean_a = mean(n, a);
    const double mean_b = mean(n, b);
    double ab = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    for (size_t i = 0; i < n; i++) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
    }
    return ab / sqrt(aa * bb);
}

double *paper_times(size_t count, double end)
{
    double *times = cli_alloc(count + 1, sizeof(double));
    for (size_t k = 0; k <= count; k++) {
        times[k] = end * (double)k / (double)count;
    }
    return times;
}
