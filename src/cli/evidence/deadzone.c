// SPDX-License-Identifier: BSD-3-Clause
/*
 * R2: the dead zone of a fixed reallocation cost. Growth = a + b S_h(u), u the log of the first
 * profit rate less its median, S_h the soft threshold at h; h is profiled, and the gain in fit
 * over h = 0, which no usual distribution describes, is judged by a wild bootstrap under h = 0.
 *
 * Each shape S_h(u) is centred and scaled once, so that a fit is a scalar product. The power is
 * that of data drawn with a zone of each width and the slope that fits the panel best with it.
 */
#include "deadzone.h"

#include "convergence.h"
#include "ols.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_SECTORS ((size_t)10)
#define POWER_DRAWS ((size_t)199) // of each test within a simulation of power
#define FIRST_QUANTILE 0.05
#define LAST_QUANTILE 0.60

static double soft(double u, double h)
{
    return u > h ? u - h : u < -h ? u + h : 0.0;
}

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static void centre(size_t n, double *values)
{
    const double mean = ev_mean(n, values);
    for (size_t i = 0; i < n; i++) {
        values[i] -= mean;
    }
}

bool ev_zones_create(ev_zones *zones, size_t n, const double *log_rate, const double *growth)
{
    *zones = (ev_zones){.n = n};
    if (n < LEAST_SECTORS) {
        return false;
    }
    zones->u = cli_alloc(n, sizeof(double));
    zones->growth = cli_alloc(n, sizeof(double));
    zones->shape = cli_alloc((EV_ZONES + 1) * n, sizeof(double));
    zones->fitted = cli_alloc(n, sizeof(double));
    zones->residual = cli_alloc(n, sizeof(double));
    zones->stretch = cli_alloc(n, sizeof(double));
    double *distance = cli_alloc(n, sizeof *distance);
    const double median = ev_quantile(n, log_rate, 0.5);
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        zones->u[i] = log_rate[i] - median;
        zones->growth[i] = growth[i];
        distance[i] = fabs(zones->u[i]);
    }
    for (size_t z = 0; z <= EV_ZONES; z++) {
        double *shape = zones->shape + z * n;
        const double q = FIRST_QUANTILE + (LAST_QUANTILE - FIRST_QUANTILE) * ((double)z - 1.0) /
                                              ((double)EV_ZONES - 1.0);
        zones->width[z] = z == 0 ? 0.0 : ev_quantile(n, distance, q);
        for (size_t i = 0; i < n; i++) {
            shape[i] = soft(zones->u[i], zones->width[z]);
            zones->share[z] += (double)(z > 0 && distance[i] <= zones->width[z]) / (double)n;
        }
        centre(n, shape);
        const double length = sqrt(product(n, shape, shape));
        good = good && length > 0.0;
        for (size_t i = 0; i < n && length > 0.0; i++) {
            shape[i] /= length;
        }
    }
    free(distance);
    const double mean = ev_mean(n, growth);
    const double slope = product(n, zones->shape, growth);
    for (size_t i = 0; i < n; i++) {
        zones->fitted[i] = mean + slope * zones->shape[i];
        const double leverage = 1.0 / (double)n + zones->shape[i] * zones->shape[i];
        zones->stretch[i] = 1.0 / sqrt(1.0 - leverage);
        zones->residual[i] = zones->stretch[i] * (growth[i] - zones->fitted[i]);
    }
    if (!good) {
        ev_zones_free(zones);
    }
    return good;
}

void ev_zones_free(ev_zones *zones)
{
    free(zones->u);
    free(zones->growth);
    free(zones->shape);
    free(zones->fitted);
    free(zones->residual);
    free(zones->stretch);
    *zones = (ev_zones){0};
}

double ev_zones_statistic(const ev_zones *zones, const double *growth, size_t *best)
{
    const size_t n = zones->n;
    double total = 0.0;
    const double mean = ev_mean(n, growth);
    for (size_t i = 0; i < n; i++) {
        total += (growth[i] - mean) * (growth[i] - mean);
    }
    const double none = product(n, zones->shape, growth);
    double most = 0.0;
    *best = 1;
    for (size_t z = 1; z <= EV_ZONES; z++) {
        const double fit = product(n, zones->shape + z * n, growth);
        *best = z == 1 || fit * fit > most ? z : *best;
        most = fmax(most, fit * fit);
    }
    return (most - none * none) / (total - most);
}

double ev_zones_test(const ev_zones *zones, const double *growth, size_t draws, ev_draws *random,
                     double *statistic, size_t *best)
{
    const size_t n = zones->n;
    const double mean = ev_mean(n, growth);
    const double slope = product(n, zones->shape, growth);
    double *drawn = cli_alloc(n, sizeof *drawn);
    size_t ignored = 0;
    size_t beyond = 0;
    *statistic = ev_zones_statistic(zones, growth, best);
    for (size_t k = 0; k < draws; k++) {
        for (size_t i = 0; i < n; i++) {
            const double fitted = mean + slope * zones->shape[i];
            drawn[i] = fitted + ev_draw_sign(random) * zones->stretch[i] * (growth[i] - fitted);
        }
        beyond += ev_zones_statistic(zones, drawn, &ignored) >= *statistic;
    }
    free(drawn);
    return ((double)beyond + 1.0) / ((double)draws + 1.0);
}

// The simulations of one window: a piece of work for each zone.
typedef struct power_work {
    const ev_zones *zones;
    const ev_map *map;
    uint64_t stream;
    double power[EV_ZONES + 1];
} power_work;

static int find_power(void *user, size_t z)
{
    power_work *work = user;
    const ev_zones *zones = work->zones;
    const size_t n = zones->n;
    const double *shape = zones->shape + z * n;
    const double slope = product(n, shape, zones->growth);
    const double mean = ev_mean(n, zones->growth);
    double *drawn = cli_alloc(n, sizeof *drawn);
    size_t found = 0;
    ev_draws random;
    ev_draws_start(&random, work->map->seed, work->stream + z);
    for (size_t k = 0; k < work->map->power; k++) {
        double statistic = 0.0;
        size_t best = 0;
        for (size_t i = 0; i < n; i++) {
            drawn[i] = mean + slope * shape[i] + ev_draw_sign(&random) * zones->residual[i];
        }
        found += ev_zones_test(zones, drawn, POWER_DRAWS, &random, &statistic, &best) <= 0.05;
    }
    work->power[z] = (double)found / (double)work->map->power;
    free(drawn);
    return 0;
}

static void add_row(ev_table *table, const ev_zones *zones, const power_work *work,
                    ev_window window, ev_draws *random)
{
    double statistic = 0.0;
    size_t best = 0;
    const double p =
        ev_zones_test(zones, zones->growth, work->map->dead_zone, random, &statistic, &best);
    size_t found = 0;
    size_t strongest = 0;
    for (size_t z = EV_ZONES; z > 0; z--) {
        found = work->power[z] >= EV_POWER ? z : found;
        strongest = work->power[z] > work->power[strongest] ? z : strongest;
    }
    char *name = cli_format("%d-%d", window.from, window.to);
    ev_table_text(table, name);
    free(name);
    const double numbers[] = {(double)zones->n,
                              product(zones->n, zones->shape, zones->growth) /
                                  (ev_deviation(zones->n, zones->u) * sqrt((double)zones->n - 1.0)),
                              zones->width[best],
                              zones->share[best],
                              statistic,
                              p,
                              (double)work->map->dead_zone,
                              work->power[0],
                              found > 0 ? zones->width[found] : NAN,
                              found > 0 ? zones->share[found] : NAN,
                              zones->width[strongest],
                              work->power[strongest]};
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        ev_table_number(table, numbers[k]);
    }
}

ev_table *ev_deadzone_table(const ev_panel *panel, const ev_map *map, const ev_progress *progress)
{
    static const ev_column columns[] = {
        {"window", "window", EV_TEXT},
        {"n", "n", 0},
        {"b", "b without a zone", 4},
        {"zone", "best zone, ± logs", 3},
        {"share_inside", "sectors inside", 2},
        {"statistic", "gain in fit", 4},
        {"p", "p", 2},
        {"draws", NULL, 0},
        {"size", "rejects if none", 3},
        {"smallest_found", "smallest zone found, ± logs", 3},
        {"smallest_share", "sectors inside", 2},
        {"strongest_zone", "easiest zone, ± logs", 3},
        {"strongest_power", "its power", 2},
    };
    ev_table *table = ev_table_create("deadzone", "R2: a dead zone, as a fixed cost would leave it",
                                      sizeof columns / sizeof columns[0], columns);
    double *x = cli_alloc(panel->n, sizeof *x);
    double *y = cli_alloc(panel->n, sizeof *y);
    size_t *who = cli_alloc(panel->n, sizeof *who);
    for (size_t w = 0; w < map->window_count; w++) {
        ev_beta ignored = {0};
        ev_zones zones;
        ev_draws random;
        const ev_window window = map->windows[w];
        const size_t n = ev_beta_pairs(panel, EV_GROSS, window, EV_LOGS, x, y, who, &ignored);
        for (size_t i = 0; i < n; i++) {
            y[i] = (y[i] - x[i]) / (double)(window.to - window.from);
        }
        if (!ev_zones_create(&zones, n, x, y)) {
            continue;
        }
        power_work work = {.zones = &zones, .map = map, .stream = 1000 * (w + 1)};
        (void)ev_parallel(progress, "power of the dead-zone test", EV_ZONES + 1, find_power, &work);
        ev_draws_start(&random, map->seed, 1000 * (w + 1) + 999);
        add_row(table, &zones, &work, window, &random);
        ev_zones_free(&zones);
    }
    free(x);
    free(y);
    free(who);
    table->note = cli_format(
        "Gross profit rate in logs. p by wild bootstrap; a small p would speak for a fixed cost. "
        "“Smallest zone found” is the narrowest of %zu that the test at 5 %% finds in at least 80 "
        "%% "
        "of simulated panels; “–” means that it finds none of them so often: a large p is then no "
        "evidence against a fixed cost.",
        EV_ZONES);
    return table;
}
