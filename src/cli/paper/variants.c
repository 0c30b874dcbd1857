// SPDX-License-Identifier: BSD-3-Clause
/*
 * What the theory allows and the published experiments leave out: preferences that differ between
 * sectors, with labour that cannot and that can move, and externalities so strong that firms
 * attract firms.
 */
#include "world.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOWN ((size_t)12) // sectors of the agglomeration
#define STRONG 4.595      // eta with s = 1.133
#define TAU 5.0
#define UNEVEN 0.3
#define PI 3.14159265358979323846
#define MOST_STEPS 2000
#define SETTLED 1e-9 // largest change of a share in a step

static int preferring(paper_result *result, bool mobile)
{
    static const double times[] = {0.2, 2.0, 20.0};
    paper_variant variant = paper_baseline;
    paper_world w;
    double *states = NULL;
    variant.preferences = true;
    variant.mobile = mobile;
    int code = paper_world_make(&w, &variant);
    if (code == CLI_OK) {
        states = paper_follow(&w, 3, times);
        code = states == NULL ? CLI_FAILED : CLI_OK;
    }
    if (code == CLI_OK) {
        double *density = cli_alloc(w.n, sizeof(double));
        double x[4];
        for (size_t k = 0; k <= 2; k++) {
            paper_densities(&w, states + k * w.n, density);
            (void)paper_curve(result, w.n, w.x, density, "t = %g", k > 0 ? times[k - 1] : 0.0);
        }
        paper_densities(&w, w.rest, density);
        (void)paper_curve(result, w.n, w.x, density, "long run");
        for (size_t k = 0; k <= 3; k++) {
            x[k] = paper_x(&w, states + k * w.n);
        }
        if (!mobile) {
            paper_match(result, "X at t = 0", x[0], 0.976840157743, 12);
            paper_match(result, "X at t = 0.2", x[1], 0.979673142, 9);
            paper_match(result, "X at t = 2", x[2], 0.981297218, 9);
            const double far = paper_to_rest(&w, states + 2 * w.n);
            paper_match(result, "distance to the long run at t = 2", far, 0.0354457, 7);
        }
        paper_say(result, x[0] < x[1] && x[1] < x[2] && x[2] < w.rest_x,
                  "Consumption rises to its maximum (X at t = 0, 0.2, 2 and in the long run)",
                  "%.7f, %.7f, %.7f, %.7f", x[0], x[1], x[2], w.rest_x);
        double *demand = cli_alloc(w.n, sizeof(double));
        for (size_t i = 0; i < w.n; i++) {
            demand[i] = cos(4.0 * PI * w.x[i]);
        }
        const double with = paper_correlation(w.n, demand, density);
        paper_say(result, with > 0.9,
                  "Firms gather where demand is (correlation of preferences and long-run density)",
                  "%.4f", with);
        free(demand);
        double *rates = density;
        paper_profit_rates(&w, states + 3 * w.n, rates);
        paper_say(result, paper_variation(w.n, rates) < 1e-4,
                  "Profit rates become equal though sectors differ (coefficient of variation at "
                  "t = 20)",
                  "%.1e", paper_variation(w.n, rates));
        if (mobile) {
            jko_short_run short_run = {.struct_size = sizeof short_run, .wage = rates};
            (void)jko_economy_short_run(w.economy, states + w.n, &short_run);
            paper_say(result, paper_variation(w.n, rates) < 1e-12,
                      "Labour that can move earns one wage at all times (coefficient of variation "
                      "at t = 0.2)",
                      "%.1e", paper_variation(w.n, rates));
        }
        free(density);
    }
    free(states);
    paper_world_clear(&w);
    return code;
}

int paper_preferences(paper_result *result)
{
    return preferring(result, false);
}

int paper_mobile_preferences(paper_result *result)
{
    return preferring(result, true);
}

typedef struct small_world {
    jko_grid *circle;
    jko_cost *cost;
    jko_economy *economy;
    jko_energy energy;
    jko_economy_summary summary;
    jko_flow *flow;
} small_world;

static int make_town(small_world *town)
{
    jko_economy_parameters parameters;
    jko_flow_settings settings;
    *town = (small_world){.energy.struct_size = sizeof town->energy,
                          .summary.struct_size = sizeof town->summary};
    jko_economy_parameters_default(&parameters);
    jko_flow_settings_default(&settings);
    parameters.eta = STRONG;
    settings.method = JKO_STEP_ENTROPIC;
    settings.blur = 1.0 / (double)TOWN; // a cell
    settings.threads = 1;
    jko_status status = jko_grid_create_circle(&town->circle, TOWN, 1.0);
    status = status < 0 ? status : jko_cost_create_squared(&town->cost, town->circle, town->circle);
    status = status < 0 ? status
                        : jko_economy_create(&town->economy, TOWN, 1.0 / (double)TOWN, &parameters);
    status = status < 0 ? status : jko_economy_energy(town->economy, JKO_ENERGY_LOG, &town->energy);
    status = status < 0 ? status : jko_economy_summarize(town->economy, &town->summary);
    status =
        status < 0 ? status : jko_flow_create(&town->flow, town->cost, &town->energy, &settings);
    return status < 0 ? cli_fail_status(status, "paper") : CLI_OK;
}

int paper_agglomeration(paper_result *result)
{
    static const int shown[] = {0, 2, 20};
    double x[TOWN];
    double mass[TOWN];
    double before[TOWN];
    double energy = 0.0;
    double first_energy = 0.0;
    bool falls = true;
    bool settled = false;
    small_world town;
    int k = 0;
    int code = make_town(&town);
    for (size_t i = 0; i < TOWN; i++) {
        x[i] = (double)i / (double)TOWN;
        // One broad rise about x = 1/4.
        mass[i] = (1.0 + UNEVEN * sin(2.0 * PI * x[i])) / (double)TOWN;
    }
    if (code == CLI_OK) {
        (void)town.energy.eval(town.energy.user, TOWN, mass, &first_energy, NULL);
        energy = first_energy;
    }
    while (code == CLI_OK && k < MOST_STEPS && !settled && !run_interrupted()) {
        jko_step_report report = {.struct_size = sizeof report};
        for (size_t i = 0; i < 3; i++) {
            if (shown[i] == k) {
                paper_curve(result, TOWN, x, mass, "t = %g", TAU * k)->points = true;
            }
        }
        memcpy(before, mass, sizeof mass);
        const jko_status status = jko_flow_step(town.flow, TAU, mass, &report);
        if (status < 0) {
            code = cli_fail_status(status, "paper");
        }
        settled = true;
        for (size_t i = 0; i < TOWN; i++) {
            settled = settled && fabs(mass[i] - before[i]) <= SETTLED;
        }
        falls = falls && (report.energy_after < energy || settled);
        energy = report.energy_after;
        k++;
    }
    if (code == CLI_OK) {
        paper_curve(result, TOWN, x, mass, "rest, t = %g", TAU * k)->points = true;
        paper_say(result, town.summary.s > 1.0, "The energy is not convex: s", "%.4f",
                  town.summary.s);
        paper_say(result, falls, "The energy falls at every step, in all by", "%.4e",
                  first_energy - energy);
        paper_say(result, settled && paper_largest(TOWN, mass) > 0.9,
                  "Nearly all firms end in one sector, though sectors are alike: its share", "%.6f",
                  paper_largest(TOWN, mass));
    }
    jko_flow_free(town.flow);
    jko_economy_free(town.economy);
    jko_cost_free(town.cost);
    jko_grid_free(town.circle);
    return code;
}
