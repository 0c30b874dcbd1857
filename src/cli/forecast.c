// SPDX-License-Identifier: BSD-3-Clause
/*
 * Comparing the steps of a run with the observed distribution of a later year.
 *
 * Beside each step stand two rivals: no change, and the bare sign of the profit gap, which says
 * for each sector whether its profit rate is above the capital-weighted mean. A sector that the
 * step leaves where it is has the change 0: it agrees with an observed change of 0 only, and takes
 * part in the rank correlation with the middle rank of its ties.
 */
#include "run.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

int run_w2(const jko_cost *cost, const double *a, const double *b, double *w2)
{
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SIMPLEX;
    jko_status status = jko_ot_create(&ot, cost, &settings);
    if (status >= 0) {
        status = jko_ot_solve(ot, a, b, NULL, &report);
    }
    jko_ot_free(ot);
    if (status != JKO_OK) {
        return status < 0 ? cli_fail_status(status, "the distance between two states")
                          : cli_fail(CLI_FAILED,
                                     "the distance between two states is not proved: "
                                     "%s",
                                     jko_status_text(status));
    }
    *w2 = sqrt(fmax(report.upper, 0.0));
    return CLI_OK;
}

static int sign(double x)
{
    return (x > 0.0) - (x < 0.0);
}

// Rank of each value, from 1; ties share their mean rank.
static void ranks(size_t n, const double *values, double *rank)
{
    for (size_t i = 0; i < n; i++) {
        size_t below = 0;
        size_t equal = 0;
        for (size_t j = 0; j < n; j++) {
            below += values[j] < values[i];
            equal += values[j] == values[i];
        }
        rank[i] = (double)below + 0.5 * ((double)equal + 1.0);
    }
}

// Spearman's rank correlation; NaN if one side is constant.
static double rank_correlation(size_t n, const double *x, const double *y)
{
    double *rx = cli_alloc(n, sizeof *rx);
    double *ry = cli_alloc(n, sizeof *ry);
    const double mean = 0.5 * ((double)n + 1.0);
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    ranks(n, x, rx);
    ranks(n, y, ry);
    for (size_t i = 0; i < n; i++) {
        xx += (rx[i] - mean) * (rx[i] - mean);
        yy += (ry[i] - mean) * (ry[i] - mean);
        xy += (rx[i] - mean) * (ry[i] - mean);
    }
    free(rx);
    free(ry);
    return xx > 0.0 && yy > 0.0 ? xy / sqrt(xx * yy) : NAN;
}

// Signs and ranks of a predicted change; W2 and L1 are left to the caller.
static void compare_change(const cli_run *run, const double *predicted, forecast_row *row)
{
    const cli_panel *panel = run->scenario->panel;
    const double *start = run_mass(run, 0);
    const size_t n = run->scenario->n;
    double *change = cli_alloc(n, sizeof *change);
    for (size_t i = 0; i < n; i++) {
        change[i] = panel->observed[i] - start[i];
        const bool agrees = sign(predicted[i]) == sign(change[i]);
        row->movers += predicted[i] != 0.0;
        row->agree_movers += predicted[i] != 0.0 && agrees;
        row->agree_all += agrees;
    }
    row->rank = rank_correlation(n, predicted, change);
    free(change);
}

static int compare_state(const cli_run *run, const double *mass, forecast_row *row)
{
    const cli_panel *panel = run->scenario->panel;
    const size_t n = run->scenario->n;
    double *predicted = cli_alloc(n, sizeof *predicted);
    for (size_t i = 0; i < n; i++) {
        predicted[i] = mass[i] - run_mass(run, 0)[i];
        row->l1_observed += fabs(mass[i] - panel->observed[i]);
    }
    compare_change(run, predicted, row);
    free(predicted);
    // Not the root of the step's transport cost: with costs of reallocation its plan is another.
    const int code = run_w2(run->cost, run_mass(run, 0), mass, &row->w2_moved);
    return code != CLI_OK ? code : run_w2(run->cost, mass, panel->observed, &row->w2_observed);
}

static void compare_profit_gap(const cli_run *run, forecast_row *row)
{
    const cli_panel *panel = run->scenario->panel;
    const size_t n = run->scenario->n;
    double *gap = cli_alloc(n, sizeof *gap);
    double mean = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean += panel->share[i] * panel->rate[i];
    }
    for (size_t i = 0; i < n; i++) {
        gap[i] = panel->rate[i] - mean;
    }
    compare_change(run, gap, row);
    row->w2_moved = row->w2_observed = row->l1_observed = NAN;
    free(gap);
}

int run_compare(cli_run *run)
{
    run->forecast = cli_alloc(run->steps + 2, sizeof *run->forecast);
    forecast_row *row = run->forecast;
    row->label = "no change";
    int code = compare_state(run, run_mass(run, 0), row++);
    for (size_t k = 1; k <= run->steps && code == CLI_OK; k++, row++) {
        row->label = k == run->fit ? "fit" : "step";
        row->step = k;
        code = compare_state(run, run_mass(run, k), row);
    }
    row->label = "sign of profit gap";
    compare_profit_gap(run, row++);
    run->forecast_rows = (size_t)(row - run->forecast);
    return code;
}
