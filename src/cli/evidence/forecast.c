// SPDX-License-Identifier: BSD-3-Clause
/*
 * Calibration and forecast. Weights of the first year make the model's profit rates proportional to
 * the observed ones; tau is the one of EV_TAUS whose step comes nearest, by W2, to the end of the
 * window train, and is judged on test. Rivals: no change; the trend of shares over train; the bare
 * profit gap m_i = a_i (1 + lambda (r_i - mean)), its lambda chosen like tau.
 */
#include "forecast.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_SECTORS ((size_t)5)
#define STEP_TOLERANCE 1e-9
#define GAP_SIZES 20

const char *ev_rival_name(ev_rival rival)
{
    static const char *const names[EV_RIVALS] = {"theory: one JKO step", "no change",
                                                 "linear trend", "bare profit gap"};
    return names[rival];
}

// Why a sector is not in the sample, NULL if it is.
static char *why_not(const ev_forecast *f, size_t i)
{
    const ev_map *map = f->map;
    const int years[] = {map->train.from, map->train.to, map->test.from, map->test.to};
    for (size_t k = 0; k < 4; k++) {
        const double mass = ev_value(f->panel, EV_MASS, i, years[k]);
        if (!(mass > 0.0)) {
            return isnan(mass) ? cli_format("no mass in %d", years[k])
                               : cli_format("mass of %d is %g, which is not > 0", years[k], mass);
        }
    }
    for (size_t k = 0; k < 3; k += 2) {
        const double surplus = ev_value(f->panel, EV_SURPLUS, i, years[k]);
        if (!(surplus > 0.0)) {
            return isnan(surplus)
                       ? cli_format("no surplus in %d", years[k])
                       : cli_format("surplus of %d is %g, which is not > 0", years[k], surplus);
        }
    }
    return NULL;
}

static int choose_sample(ev_forecast *f)
{
    static const ev_column columns[] = {
        {"sector", "sector", EV_TEXT}, {"label", "name", EV_TEXT}, {"reason", "reason", EV_TEXT}};
    f->who = cli_alloc(f->panel->n, sizeof *f->who);
    f->excluded = ev_table_create("forecast-excluded", "Not in the sample of the forecast",
                                  sizeof columns / sizeof columns[0], columns);
    for (size_t i = 0; i < f->panel->n; i++) {
        char *reason = f->panel->kept[i] ? why_not(f, i) : cli_copy("left out by the map");
        if (reason == NULL) {
            f->who[f->n++] = i;
            continue;
        }
        ev_table_text(f->excluded, f->panel->codes[i]);
        ev_table_text(f->excluded, f->panel->labels[i]);
        ev_table_text(f->excluded, reason);
        free(reason);
    }
    return f->n >= LEAST_SECTORS
               ? CLI_OK
               : cli_fail(CLI_INVALID,
                          "%s: [forecast] only %zu sectors have a mass in all of %d, %d, %d and %d "
                          "and a surplus > 0 at both starts; take other years or leave out less",
                          f->map->path, f->n, f->map->train.from, f->map->train.to,
                          f->map->test.from, f->map->test.to);
}

static void load_shares(const ev_forecast *f, int year, double *share)
{
    double total = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        share[i] = ev_value(f->panel, EV_MASS, f->who[i], year);
        total += share[i];
    }
    for (size_t i = 0; i < f->n; i++) {
        share[i] /= total;
    }
}

// w = rate mu^(1-s), mu = n share, with mean 1.
static void load_case(const ev_forecast *f, ev_case *c, ev_window window)
{
    const double n = (double)f->n;
    double total = 0.0;
    c->window = window;
    c->start = cli_alloc(f->n, sizeof(double));
    c->observed = cli_alloc(f->n, sizeof(double));
    c->rate = cli_alloc(f->n, sizeof(double));
    c->weight = cli_alloc(f->n, sizeof(double));
    for (int r = 0; r < EV_RIVALS; r++) {
        c->predicted[r] = cli_alloc(f->n, sizeof(double));
    }
    load_shares(f, window.from, c->start);
    load_shares(f, window.to, c->observed);
    for (size_t i = 0; i < f->n; i++) {
        c->rate[i] = ev_value(f->panel, EV_SURPLUS, f->who[i], window.from) /
                     ev_value(f->panel, EV_MASS, f->who[i], window.from);
        c->weight[i] = c->rate[i] * pow(n * c->start[i], 1.0 - f->s);
        total += c->weight[i] / n;
    }
    for (size_t i = 0; i < f->n; i++) {
        c->weight[i] /= total;
    }
}

int ev_cost_create(jko_cost **out, size_t n, const double *distance, const size_t *order)
{
    double *squared = cli_alloc(n * n, sizeof *squared);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const double d =
                order == NULL ? distance[i * n + j] : distance[order[i] * n + order[j]];
            squared[i * n + j] = d * d;
        }
    }
    const jko_status status = jko_cost_create_matrix(out, n, n, squared);
    free(squared);
    return status < 0 ? cli_fail_status(status, "the distances") : CLI_OK;
}

int ev_ot_create(jko_ot **out, const jko_cost *cost)
{
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SIMPLEX;
    settings.threads = 1;
    const jko_status status = jko_ot_create(out, cost, &settings);
    return status < 0 ? cli_fail_status(status, "W2") : CLI_OK;
}

int ev_step(const ev_forecast *f, const ev_case *c, const jko_cost *cost, double tau,
            double tolerance, double *mass, jko_step_report *report)
{
    jko_step_report own = {.struct_size = sizeof own};
    jko_economy_parameters parameters;
    jko_flow_settings settings;
    jko_economy *economy = NULL;
    jko_flow *flow = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_economy_parameters_default(&parameters);
    jko_flow_settings_default(&settings);
    parameters.beta = f->map->beta;
    parameters.eta = f->eta;
    parameters.sigma = f->sigma;
    parameters.weights = c->weight;
    settings.threads = 1;
    settings.tolerance = tolerance;
    jko_status status = jko_economy_create(&economy, f->n, 1.0 / (double)f->n, &parameters);
    status = status < 0 ? status : jko_economy_energy(economy, JKO_ENERGY_LOG, &energy);
    status = status < 0 ? status : jko_flow_create(&flow, cost, &energy, &settings);
    memcpy(mass, c->start, f->n * sizeof *mass);
    status = status < 0 ? status : jko_flow_step(flow, tau, mass, &own);
    int code = status < 0 ? cli_fail_status(status, "a JKO step") : CLI_OK;
    if (code == CLI_OK && status != JKO_OK && status != JKO_LOCKED) {
        code = cli_fail(CLI_FAILED, "a JKO step of tau = %g is not proved: %s", tau,
                        jko_status_text(status));
    }
    jko_flow_free(flow);
    jko_economy_free(economy);
    if (report != NULL) {
        *report = own;
    }
    return code;
}

// Least tau at which anybody moves: a step stays where (1 - beta)(pi_j - pi_i) <= d^2/(2 tau).
static double least_tau(const ev_forecast *f, const ev_case *c, const double *distance)
{
    const size_t n = f->n;
    double mean = 0.0;
    double least = INFINITY;
    for (size_t i = 0; i < n; i++) {
        mean += c->start[i] * c->rate[i];
    }
    // dE/dm_i = -(1 - beta) pi_i with pi_i = (1 - beta) rate_i / mean, as total mass is 1.
    const double scale = (1.0 - f->map->beta) * (1.0 - f->map->beta) / mean;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            const double gain = scale * (c->rate[j] - c->rate[i]);
            const double d = distance[i * n + j];
            if (gain > 0.0 && d > 0.0) {
                least = fmin(least, d * d / (2.0 * gain));
            }
        }
    }
    return least;
}

// The error on train of tau number k.
static int try_tau(const ev_forecast *f, const jko_cost *cost, jko_ot *ot, double tolerance,
                   ev_tau_choice *choice, size_t k)
{
    const ev_case *c = &f->train;
    ev_score score = {0};
    double *mass = cli_alloc(f->n, sizeof *mass);
    int code = ev_step(f, c, cost, choice->tried[k], tolerance, mass, NULL);
    code = code != CLI_OK ? code : ev_score_of(&score, ot, f->n, c->start, c->observed, mass, NULL);
    choice->w2[k] = score.w2;
    choice->at = k == 0 || score.w2 < choice->w2[choice->at] ? k : choice->at;
    free(mass);
    return code;
}

int ev_choose_tau(const ev_forecast *f, const double *distance, const jko_cost *cost, jko_ot *ot,
                  double tolerance, ev_tau_choice *choice)
{
    const double ratio = pow(EV_TAU_RANGE, 1.0 / (double)EV_COARSE);
    const size_t around = EV_TAUS - EV_COARSE; // half of them on each side of the best
    int code = CLI_OK;
    *choice = (ev_tau_choice){.least = least_tau(f, &f->train, distance)};
    if (!isfinite(choice->least)) {
        return cli_fail(CLI_INVALID,
                        "%s: all sectors have the same profit rate in %d, or lie on one "
                        "spot: nothing can move",
                        f->map->path, f->train.window.from);
    }
    for (size_t k = 0; k < EV_COARSE && code == CLI_OK; k++) {
        choice->tried[k] = choice->least * pow(ratio, (double)k + 0.25);
        code = try_tau(f, cost, ot, tolerance, choice, k);
    }
    const double best = choice->tried[choice->at];
    for (size_t k = 0; k < around && code == CLI_OK; k++) {
        // Thirds of the way to both neighbours: -2/3, -1/3, 1/3, 2/3.
        const double step = (double)k - 0.5 * (double)around + (k >= around / 2 ? 1.0 : 0.0);
        choice->tried[EV_COARSE + k] = best * pow(ratio, step / (0.5 * (double)around + 1.0));
        code = try_tau(f, cost, ot, tolerance, choice, EV_COARSE + k);
    }
    return code;
}

static double mean_rate(const ev_forecast *f, const ev_case *c)
{
    double mean = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        mean += c->start[i] * c->rate[i];
    }
    return mean;
}

// Largest lambda that leaves every sector some mass.
static double largest_gap(const ev_forecast *f, const ev_case *c)
{
    const double mean = mean_rate(f, c);
    double below = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        below = fmax(below, mean - c->rate[i]);
    }
    return 0.99 / below;
}

static void predict_gap(const ev_forecast *f, const ev_case *c, double lambda, double *mass)
{
    const double mean = mean_rate(f, c);
    const double size = fmin(lambda, largest_gap(f, c));
    for (size_t i = 0; i < f->n; i++) {
        mass[i] = c->start[i] * (1.0 + size * (c->rate[i] - mean));
    }
}

static int choose_gap(ev_forecast *f, jko_ot *ot)
{
    const ev_case *c = &f->train;
    double *mass = cli_alloc(f->n, sizeof *mass);
    double best = INFINITY;
    int code = CLI_OK;
    for (int k = 1; k <= GAP_SIZES && code == CLI_OK; k++) {
        ev_score score;
        const double lambda = largest_gap(f, c) * (double)k / GAP_SIZES;
        predict_gap(f, c, lambda, mass);
        code = ev_score_of(&score, ot, f->n, c->start, c->observed, mass, NULL);
        if (code == CLI_OK && score.w2 < best) {
            best = score.w2;
            f->gap = lambda;
        }
    }
    free(mass);
    return code;
}

// Shares go on as over train, from the start of test; none below 0.
static void predict_trend(const ev_forecast *f, const ev_case *c, double *mass)
{
    const double years = (double)(f->train.window.to - f->train.window.from);
    const double ahead = (double)(c->window.to - c->window.from);
    double total = 0.0;
    for (size_t i = 0; i < f->n; i++) {
        mass[i] =
            fmax(c->start[i] + (f->train.observed[i] - f->train.start[i]) * ahead / years, 0.0);
        total += mass[i];
    }
    for (size_t i = 0; i < f->n; i++) {
        mass[i] /= total;
    }
}

static int predict(ev_forecast *f, ev_case *c, const jko_cost *cost, jko_ot *ot)
{
    int code = ev_step(f, c, cost, f->tau, STEP_TOLERANCE, c->predicted[EV_THEORY], &c->report);
    memcpy(c->predicted[EV_NO_CHANGE], c->start, f->n * sizeof(double));
    predict_trend(f, c, c->predicted[EV_TREND]);
    predict_gap(f, c, f->gap, c->predicted[EV_PROFIT_GAP]);
    for (int r = 0; r < EV_RIVALS && code == CLI_OK; r++) {
        code = ev_score_of(&c->score[r], ot, f->n, c->start, c->observed, c->predicted[r], NULL);
    }
    return code;
}

int ev_forecast_run(ev_forecast **out, const ev_panel *panel, const ev_map *map,
                    const ev_progress *progress)
{
    ev_forecast *f = cli_alloc(1, sizeof *f);
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    *f = (ev_forecast){.panel = panel, .map = map, .progress = progress};
    *out = NULL;
    int code = CLI_OK;
    const jko_status status =
        jko_economy_calibrate(map->beta, map->rho1, map->rho2, &f->eta, &f->sigma);
    if (status < 0) {
        code = cli_fail(CLI_INVALID, "%s: [forecast] beta, rho1, rho2: %s", map->path,
                        jko_error_detail());
    }
    f->s = map->rho2 / (1.0 + map->rho2);
    code = code != CLI_OK ? code : choose_sample(f);
    if (code == CLI_OK) {
        f->distance = cli_alloc(f->n * f->n, sizeof(double));
        code = ev_distance_load(panel, map, f->n, f->who, f->distance);
    }
    if (code == CLI_OK) {
        ev_metric_check(&f->metric, f->n, f->distance);
        load_case(f, &f->train, map->train);
        load_case(f, &f->test, map->test);
        code = ev_cost_create(&cost, f->n, f->distance, NULL);
    }
    code = code != CLI_OK ? code : ev_ot_create(&ot, cost);
    ev_progress_say(progress, "choosing tau", 0, 0);
    code =
        code != CLI_OK ? code : ev_choose_tau(f, f->distance, cost, ot, STEP_TOLERANCE, &f->choice);
    f->tau = f->choice.tried[f->choice.at];
    code = code != CLI_OK ? code : choose_gap(f, ot);
    code = code != CLI_OK ? code : predict(f, &f->train, cost, ot);
    code = code != CLI_OK ? code : predict(f, &f->test, cost, ot);
    jko_ot_free(ot);
    jko_cost_free(cost);
    if (code != CLI_OK) {
        ev_forecast_free(f);
        return code;
    }
    *out = f;
    return CLI_OK;
}

static void free_case(ev_case *c)
{
    free(c->start);
    free(c->observed);
    free(c->rate);
    free(c->weight);
    for (int r = 0; r < EV_RIVALS; r++) {
        free(c->predicted[r]);
    }
}

void ev_forecast_free(ev_forecast *f)
{
    if (f != NULL) {
        free_case(&f->train);
        free_case(&f->test);
        ev_table_free(f->excluded);
        free(f->who);
        free(f->distance);
        free(f);
    }
}
