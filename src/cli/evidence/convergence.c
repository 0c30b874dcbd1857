// SPDX-License-Identifier: BSD-3-Clause
/*
 * R1: beta- and sigma-convergence. (log z_T - log z_0)/T = a + b log z_0 + u, with HC1 errors for
 * comparison with other work and HC3 intervals, which hold their level in small samples
 * (MacKinnon and White 1985; Long and Ervin 2000).
 */
#include "convergence.h"

#include "ols.h"
#include "pooled.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void interval(ev_beta *out, double df)
{
    const double t = ev_t_quantile(0.975, df);
    out->low = out->b - t * out->hc3;
    out->high = out->b + t * out->hc3;
    out->p = ev_t_two_sided(out->b / out->hc3, df);
}

static double correlation(size_t n, const double *x, const double *y)
{
    const double mx = ev_mean(n, x);
    const double my = ev_mean(n, y);
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (size_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

// Equal variances of pairs: x + y and x - y are then uncorrelated.
static double same_variance(size_t n, const double *x, const double *y)
{
    double *sum = cli_alloc(n, sizeof *sum);
    double *difference = cli_alloc(n, sizeof *difference);
    for (size_t i = 0; i < n; i++) {
        sum[i] = x[i] + y[i];
        difference[i] = x[i] - y[i];
    }
    const double r = correlation(n, sum, difference);
    free(sum);
    free(difference);
    const double df = (double)n - 2.0;
    return ev_t_two_sided(r * sqrt(df / (1.0 - r * r)), df);
}

void ev_beta_fit(ev_beta *out, size_t n, const double *x, const double *y, double years)
{
    double *design = cli_alloc(2 * n, sizeof *design);
    double *growth = cli_alloc(n, sizeof *growth);
    double covariance[4];
    ev_fit fit = {0};
    for (size_t i = 0; i < n; i++) {
        design[2 * i] = 1.0;
        design[2 * i + 1] = x[i];
        growth[i] = (y[i] - x[i]) / years;
    }
    out->n = n;
    out->sd_first = ev_deviation(n, x);
    out->sd_last = ev_deviation(n, y);
    out->a = out->b = out->hc1 = out->hc3 = out->low = out->high = out->p = out->p_sigma = NAN;
    out->good = n > 3 && ev_fit_ols(&fit, n, 2, design, growth);
    if (out->good) {
        out->a = fit.beta[0];
        out->b = fit.beta[1];
        ev_fit_hc1(&fit, design, covariance);
        out->hc1 = sqrt(covariance[3]);
        ev_fit_hc3(&fit, design, covariance);
        out->hc3 = sqrt(covariance[3]);
        interval(out, (double)n - 2.0);
        out->p_sigma = same_variance(n, x, y);
    }
    ev_fit_free(&fit);
    free(design);
    free(growth);
}

size_t ev_beta_pairs(const ev_panel *panel, ev_measure measure, ev_window window, ev_form form,
                     double *x, double *y, size_t *who, ev_beta *counts)
{
    size_t n = 0;
    for (size_t i = 0; i < panel->n; i++) {
        const double first = ev_measured(panel, measure, i, window.from);
        const double last = ev_measured(panel, measure, i, window.to);
        if (!panel->kept[i]) {
            continue;
        }
        if (isnan(first) || isnan(last)) {
            counts->missing++;
        } else if (form == EV_LOGS && (first <= 0.0 || last <= 0.0)) {
            counts->nonpositive++;
        } else {
            x[n] = form == EV_LOGS ? log(first) : first;
            y[n] = form == EV_LOGS ? log(last) : last;
            who[n++] = i;
        }
    }
    return n;
}

static void fit_yearly(ev_beta *out, const ev_panel *panel)
{
    const size_t years = (size_t)(out->window.to - out->window.from);
    ev_rows rows;
    ev_pooled fit;
    ev_rows_create(&rows, panel->n * years, 1, panel->n, years);
    for (size_t i = 0; i < panel->n; i++) {
        for (size_t t = 0; t < years && panel->kept[i]; t++) {
            const int year = out->window.from + (int)t;
            const double now = ev_measured(panel, out->measure, i, year);
            const double then = ev_measured(panel, out->measure, i, year + 1);
            if (isnan(now) || isnan(then)) {
                out->missing++;
            } else if (now <= 0.0 || then <= 0.0) {
                out->nonpositive++;
            } else {
                rows.x[rows.n] = log(now);
                rows.y[rows.n] = log(then) - log(now);
                rows.sector[rows.n] = i;
                rows.year[rows.n++] = t;
            }
        }
    }
    out->a = out->sd_first = out->sd_last = out->p_sigma = NAN;
    out->b = out->hc1 = out->hc3 = out->low = out->high = out->p = NAN;
    out->good = ev_pooled_fit(&fit, &rows, EV_YEARS);
    out->n = rows.n;
    if (out->good) {
        out->b = fit.beta[0];
        out->hc1 = sqrt(fit.cv1[0]);
        out->hc3 = sqrt(fit.cv3[0]);
        interval(out, (double)fit.groups - 1.0);
    }
    ev_rows_free(&rows);
}

void ev_beta_panel(ev_beta *out, const ev_panel *panel, ev_measure measure, ev_window window,
                   ev_form form)
{
    *out = (ev_beta){.measure = measure, .window = window, .form = form};
    if (form == EV_YEARLY) {
        fit_yearly(out, panel);
        return;
    }
    double *x = cli_alloc(panel->n, sizeof *x);
    double *y = cli_alloc(panel->n, sizeof *y);
    size_t *who = cli_alloc(panel->n, sizeof *who);
    const size_t n = ev_beta_pairs(panel, measure, window, form, x, y, who, out);
    ev_beta_fit(out, n, x, y, (double)(window.to - window.from));
    free(x);
    free(y);
    free(who);
}

static const char *const forms[EV_FORMS] = {"logs", "levels", "yearly logs"};

ev_table *ev_convergence_table(const ev_panel *panel, const ev_map *map)
{
    static const ev_column columns[] = {
        {"window", "window", EV_TEXT},
        {"measure", NULL, EV_TEXT},
        {"measure_title", "measure", EV_TEXT},
        {"form", "form", EV_TEXT},
        {"n", "n", 0},
        {"missing", "no value", 0},
        {"nonpositive", "not > 0", 0},
        {"b", "b", 4},
        {"se_hc1", "s.e. HC1", 4},
        {"se_hc3", "s.e. HC3", 4},
        {"low", "95 % from", 4},
        {"high", "to", 4},
        {"p", "p", 3},
        {"sd_first", "s.d. first", 3},
        {"sd_last", "s.d. last", 3},
        {"p_same_sd", "p same s.d.", 3},
    };
    ev_table *table = ev_table_create("convergence", "R1: convergence by window and measure",
                                      sizeof columns / sizeof columns[0], columns);
    for (size_t w = 0; w < map->window_count; w++) {
        for (int m = 0; m < EV_MEASURES; m++) {
            if (m == EV_NET && panel->value[EV_CONSUMPTION] == NULL) {
                continue;
            }
            for (int f = 0; f < EV_FORMS; f++) {
                ev_beta b;
                ev_beta_panel(&b, panel, (ev_measure)m, map->windows[w], (ev_form)f);
                char *window = cli_format("%d-%d", b.window.from, b.window.to);
                ev_table_text(table, window);
                ev_table_text(table, ev_measure_key((ev_measure)m));
                ev_table_text(table, ev_measure_title((ev_measure)m));
                ev_table_text(table, forms[f]);
                const double numbers[] = {(double)b.n,
                                          (double)b.missing,
                                          (double)b.nonpositive,
                                          b.b,
                                          b.hc1,
                                          b.hc3,
                                          b.low,
                                          b.high,
                                          b.p,
                                          b.sd_first,
                                          b.sd_last,
                                          b.p_sigma};
                for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
                    ev_table_number(table, numbers[k]);
                }
                free(window);
            }
        }
    }
    table->note = cli_copy(
        "b < 0: what was high grew less. Intervals: HC3 with t(n - 2); for yearly logs both errors "
        "are clustered by sector (CV1 and the cluster jackknife CV3) with t(sectors - 1). "
        "Regression to the mean alone gives b < 0 where the first value is measured with error; "
        "the test of equal standard deviations (Pitman and Morgan) has no such bias but is no "
        "proof "
        "of convergence either.");
    return table;
}

static void add_spread(ev_table *table, const ev_panel *panel, ev_measure measure, int year)
{
    double *values = cli_alloc(panel->n, sizeof *values);
    double *logs = cli_alloc(panel->n, sizeof *logs);
    size_t n = 0;
    size_t positive = 0;
    for (size_t i = 0; i < panel->n; i++) {
        const double z = ev_measured(panel, measure, i, year);
        if (!isnan(z)) {
            values[n++] = z;
        }
        if (z > 0.0) {
            logs[positive++] = log(z);
        }
    }
    const double mean = ev_mean(n, values);
    const double sd = ev_deviation(n, values);
    const double low = ev_quantile(n, values, 0.25);
    const double high = ev_quantile(n, values, 0.75);
    const double numbers[] = {(double)year,
                              (double)n,
                              mean,
                              ev_quantile(n, values, 0.5),
                              low,
                              high,
                              high - low,
                              sd,
                              sd / mean,
                              (double)positive,
                              ev_deviation(positive, logs)};
    ev_table_text(table, ev_measure_key(measure));
    ev_table_text(table, ev_measure_title(measure));
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        ev_table_number(table, numbers[k]);
    }
    free(values);
    free(logs);
}

ev_table *ev_dispersion_table(const ev_panel *panel)
{
    static const ev_column columns[] = {
        {"measure", NULL, EV_TEXT},
        {"measure_title", "measure", EV_TEXT},
        {"year", "year", 0},
        {"n", "n", 0},
        {"mean", "mean", 4},
        {"median", "median", 4},
        {"q25", "lower quartile", 4},
        {"q75", "upper quartile", 4},
        {"iqr", "inter-quartile range", 3},
        {"sd", "s.d.", 3},
        {"cv", "coeff. of variation", 2},
        {"n_positive", "n > 0", 0},
        {"sd_log", "s.d. of logs", 3},
    };
    ev_table *table = ev_table_create("dispersion", "Dispersion by year",
                                      sizeof columns / sizeof columns[0], columns);
    for (int m = 0; m < EV_MEASURES; m++) {
        for (size_t t = 0; t < panel->years; t++) {
            const int year = panel->first + (int)t;
            const bool lacks = m == EV_NET && panel->value[EV_CONSUMPTION] == NULL;
            if (!lacks && ev_has_year(panel, year)) {
                add_spread(table, panel, (ev_measure)m, year);
            }
        }
    }
    table->note =
        cli_copy("Over the sectors that stay, unweighted; quartiles by linear "
                 "interpolation (type 7). Standard deviations follow the few sectors with "
                 "little capital; the inter-quartile range does not.");
    return table;
}

ev_table *ev_sums_table(const ev_panel *panel)
{
    // After the year, the roles in their order.
    static const ev_column columns[EV_ROLES + 1] = {
        {"year", "year", 0},
        {"mass", "mass of firms", 0},
        {"capital", "capital", 0},
        {"assets", "net assets", 0},
        {"employees", "employees", 0},
        {"value_added", "value added", 0},
        {"surplus", "gross surplus", 0},
        {"consumption", "consumption of fixed capital", 0},
        {"compensation", "compensation of employees", 0},
        {"output", "output", 0},
        {"firms", "firms", 0},
    };
    ev_table *table =
        ev_table_create("sums", "Sums over all rows of the file", EV_ROLES + 1, columns);
    for (size_t t = 0; t < panel->years; t++) {
        const int year = panel->first + (int)t;
        if (!ev_has_year(panel, year)) {
            continue;
        }
        ev_table_number(table, year);
        for (int role = 0; role < EV_ROLES; role++) {
            double sum = panel->value[role] == NULL ? NAN : 0.0;
            for (size_t i = 0; panel->value[role] != NULL && i < panel->n; i++) {
                const double value = panel->value[role][i * panel->years + t];
                sum += isnan(value) ? 0.0 : value;
            }
            ev_table_number(table, sum);
        }
    }
    table->note = cli_copy("Sectors that are left out included, for comparison with the source; "
                           "cells without a value count as 0.");
    return table;
}
