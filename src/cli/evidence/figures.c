// SPDX-License-Identifier: BSD-3-Clause
/*
 * The figures of the evidence. Widths are those of a phone, so that texts stay readable there.
 */
#include "figures.h"

#include "chart.h"
#include "convergence.h"
#include "ols.h"
#include "text.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 480.0
#define HEIGHT 380.0
#define LABELS ((size_t)10) // points that are named

static void widest(size_t n, const double *values, double *low, double *high)
{
    for (size_t k = 0; k < n; k++) {
        *low = fmin(*low, values[k]);
        *high = fmax(*high, values[k]);
    }
}

// Name the points that lie farthest out, by a weight that is set to -1 once used.
static void name_farthest(ev_chart *chart, size_t n, const double *x, const double *y,
                          double *weight, const char *const *names)
{
    for (size_t done = 0; done < LABELS && done < n; done++) {
        size_t best = 0;
        for (size_t k = 1; k < n; k++) {
            best = weight[k] > weight[best] ? k : best;
        }
        ev_chart_label(chart, x[best], y[best], names[best]);
        weight[best] = -1.0;
    }
}

ev_table *ev_points_table(void)
{
    static const ev_column columns[] = {{"measure", "measure", EV_TEXT},
                                        {"window", "window", EV_TEXT},
                                        {"sector", "sector", EV_TEXT},
                                        {"label", "name", EV_TEXT},
                                        {"log_first", "log of the first value", 4},
                                        {"growth", "growth a year", 4}};
    return ev_table_create("convergence-points", "Points of the convergence figures",
                           sizeof columns / sizeof columns[0], columns);
}

void ev_figure_convergence(ev_figure_file *out, ev_measure measure, const ev_panel *panel,
                           ev_window window, ev_table *points)
{
    double *x = cli_alloc(panel->n, sizeof *x);
    double *y = cli_alloc(panel->n, sizeof *y);
    double *far = cli_alloc(panel->n, sizeof *far);
    size_t *who = cli_alloc(panel->n, sizeof *who);
    const char **names = cli_alloc(panel->n, sizeof *names);
    ev_beta fit = {0};
    ev_chart chart;
    char *name = cli_format("%d-%d", window.from, window.to);
    const double years = (double)(window.to - window.from);
    const size_t n = ev_beta_pairs(panel, measure, window, EV_LOGS, x, y, who, &fit);
    ev_beta_fit(&fit, n, x, y, years);
    double x0 = INFINITY;
    double x1 = -INFINITY;
    double y0 = 0.0;
    double y1 = 0.0;
    for (size_t k = 0; k < n; k++) {
        y[k] = (y[k] - x[k]) / years;
        far[k] = fit.good ? fabs(y[k] - fit.a - fit.b * x[k]) : fabs(y[k]);
        names[k] = panel->codes[who[k]];
    }
    widest(n, x, &x0, &x1);
    widest(n, y, &y0, &y1);
    *out = (ev_figure_file){.data = "convergence-points"};
    out->name = measure == EV_GROSS ? "convergence-r_gross"
                : measure == EV_NET ? "convergence-r_net"
                                    : "convergence-lp";
    out->caption = cli_format("%s, %s: growth a year against the log of the first value; b = %.4f, "
                              "95 %% from %.4f to %.4f (HC3), n = %zu.",
                              ev_measure_title(measure), name, fit.b, fit.low, fit.high, n);
    out->caption[0] = (char)toupper((unsigned char)out->caption[0]);
    ev_chart_start(&chart, out->name, "Convergence", out->caption, WIDTH, HEIGHT);
    if (n > 0) {
        char *title = cli_format("log of the %s, %d", ev_measure_title(measure), window.from);
        ev_chart_axes(&chart, title, "growth a year", x0, x1, y0, y1, false);
        free(title);
        ev_chart_rule(&chart, chart.x0, 0.0, chart.x1, 0.0);
    }
    for (size_t k = 0; k < n; k++) {
        char *says = cli_format("%s %s: log %.3f, growth %.2f %% a year", names[k],
                                panel->labels[who[k]], x[k], 100.0 * y[k]);
        ev_chart_dot(&chart, 0, x[k], y[k], says);
        free(says);
        ev_table_text(points, ev_measure_key(measure));
        ev_table_text(points, name);
        ev_table_text(points, names[k]);
        ev_table_text(points, panel->labels[who[k]]);
        ev_table_number(points, x[k]);
        ev_table_number(points, y[k]);
    }
    if (fit.good) {
        const double ends[2] = {x0, x1};
        const double heights[2] = {fit.a + fit.b * x0, fit.a + fit.b * x1};
        ev_chart_line(&chart, 1, 2, ends, heights);
        name_farthest(&chart, n, x, y, far, names);
    }
    out->svg = ev_chart_end(&chart);
    free(name);
    free(x);
    free(y);
    free(far);
    free(who);
    free(names);
}

// Two series of the dispersion table over the years.
static void over_years(ev_figure_file *out, const ev_table *table, const char *const keys[2],
                       const char *const titles[2], const char *column, const char *y_title)
{
    double *x = cli_alloc(2 * table->rows, sizeof *x);
    double *y = cli_alloc(2 * table->rows, sizeof *y);
    size_t n[2] = {0, 0};
    double x0 = INFINITY;
    double x1 = -INFINITY;
    double y0 = 0.0;
    double y1 = -INFINITY;
    ev_chart chart;
    for (size_t row = 0; row < table->rows; row++) {
        for (size_t s = 0; s < 2; s++) {
            const double value = ev_table_get(table, row, column);
            if (strcmp(table->texts[row * table->columns], keys[s]) == 0 && !isnan(value)) {
                x[s * table->rows + n[s]] = ev_table_get(table, row, "year");
                y[s * table->rows + n[s]++] = value;
            }
        }
    }
    for (size_t s = 0; s < 2; s++) {
        widest(n[s], x + s * table->rows, &x0, &x1);
        widest(n[s], y + s * table->rows, &y0, &y1);
    }
    out->data = "dispersion";
    ev_chart_start(&chart, out->name, "Dispersion over time", out->caption, WIDTH, 300.0);
    if (n[0] + n[1] > 0) {
        ev_chart_axes(&chart, "year", y_title, x0, x1, y0, y1, true);
    }
    for (size_t s = 0; s < 2; s++) {
        const double *xs = x + s * table->rows;
        const double *ys = y + s * table->rows;
        if (n[s] == 0) {
            continue;
        }
        ev_chart_line(&chart, (int)s, n[s], xs, ys);
        for (size_t k = 0; k < n[s]; k++) {
            char *says = cli_format("%s %.0f: %.3f", titles[s], xs[k], ys[k]);
            ev_chart_dot(&chart, (int)s, xs[k], ys[k], says);
            free(says);
        }
        ev_chart_legend(&chart, (int)s, 70.0 + 190.0 * (double)s, titles[s]);
    }
    out->svg = ev_chart_end(&chart);
    free(x);
    free(y);
}

void ev_figure_dispersion(ev_figure_file *out, const ev_table *dispersion)
{
    static const char *const keys[2] = {"r_gross", "lp"};
    static const char *const titles[2] = {"gross profit rate", "labour productivity"};
    *out = (ev_figure_file){.name = "dispersion-logs"};
    out->caption = cli_copy("Standard deviation of logs over sectors, by year.");
    over_years(out, dispersion, keys, titles, "sd_log", "s.d. of logs");
}

void ev_figure_quartiles(ev_figure_file *out, const ev_table *dispersion)
{
    static const char *const keys[2] = {"r_gross", "r_net"};
    static const char *const titles[2] = {"gross profit rate", "net profit rate"};
    *out = (ev_figure_file){.name = "dispersion-quartiles"};
    out->caption = cli_copy("Inter-quartile range of profit rates over sectors, by year.");
    over_years(out, dispersion, keys, titles, "iqr", "inter-quartile range");
}

void ev_figure_forecast(ev_figure_file *out, const ev_forecast *f)
{
    const ev_case *c = &f->test;
    double *x = cli_alloc(2 * f->n, sizeof *x); // of the theory, then of the trend
    double *y = cli_alloc(2 * f->n, sizeof *y);
    double *far = cli_alloc(f->n, sizeof *far);
    const char **names = cli_alloc(f->n, sizeof *names);
    double x0 = 0.0;
    double x1 = 0.0;
    double y0 = 0.0;
    double y1 = 0.0;
    ev_chart chart;
    for (size_t i = 0; i < f->n; i++) {
        x[i] = x[f->n + i] = 100.0 * (c->observed[i] - c->start[i]);
        y[i] = 100.0 * (c->predicted[EV_THEORY][i] - c->start[i]);
        y[f->n + i] = 100.0 * (c->predicted[EV_TREND][i] - c->start[i]);
        far[i] = fabs(x[i]) + fabs(y[i]);
        names[i] = f->panel->codes[f->who[i]];
    }
    widest(2 * f->n, x, &x0, &x1);
    widest(2 * f->n, y, &y0, &y1);
    *out = (ev_figure_file){.name = "forecast-observed", .data = "shares"};
    out->caption =
        cli_format("Change of the share of capital, %d-%d, in percentage points: predicted "
                   "against observed. On the dashed line a forecast would be right.",
                   c->window.from, c->window.to);
    ev_chart_start(&chart, out->name, "Forecast against observed", out->caption, WIDTH, HEIGHT);
    ev_chart_axes(&chart, "observed change, points", "predicted change, points", x0, x1, y0, y1,
                  false);
    const double low = fmax(chart.x0, chart.y0);
    const double high = fmin(chart.x1, chart.y1);
    if (low < high) {
        ev_chart_rule(&chart, low, low, high, high);
    }
    for (int s = 1; s >= 0; s--) {
        for (size_t i = 0; i < f->n; i++) {
            const size_t at = (size_t)s * f->n + i;
            char *says =
                cli_format("%s %s, %s: predicted %.3f, observed %.3f", names[i],
                           f->panel->labels[f->who[i]], s == 0 ? "theory" : "trend", y[at], x[at]);
            ev_chart_dot(&chart, s, x[at], y[at], says);
            free(says);
        }
    }
    ev_chart_legend(&chart, 0, 70.0, "one JKO step");
    ev_chart_legend(&chart, 1, 200.0, "linear trend");
    name_farthest(&chart, f->n, x, y, far, names);
    out->svg = ev_chart_end(&chart);
    free(x);
    free(y);
    free(far);
    free(names);
}

#define BINS 24

void ev_figure_permutations(ev_figure_file *out, const ev_forecast *f,
                            const ev_permutations *permutations)
{
    const double own = f->test.score[EV_THEORY].w2;
    const double still = f->test.score[EV_NO_CHANGE].w2;
    double count[BINS] = {0.0};
    double x0 = fmin(own, still);
    double x1 = fmax(own, still);
    double most = 1.0;
    ev_chart chart;
    widest(permutations->count, permutations->w2, &x0, &x1);
    const double width = x1 > x0 ? (x1 - x0) / BINS : 1.0;
    for (size_t b = 0; b < permutations->count; b++) {
        const size_t bin = (size_t)fmin((permutations->w2[b] - x0) / width, BINS - 1.0);
        count[bin] += 1.0;
        most = fmax(most, count[bin]);
    }
    *out = (ev_figure_file){.name = "permutations", .data = "permutations"};
    out->caption =
        cli_format("W2 error on %d-%d with %zu permuted distance matrices; with the true "
                   "one it is %.4f, of no change %.4f. p = %.3f.",
                   f->test.window.from, f->test.window.to, permutations->count, own, still,
                   permutations->p_w2);
    ev_chart_start(&chart, out->name, "Permuted distances", out->caption, WIDTH, 300.0);
    ev_chart_axes(&chart, "W2 to the observed shares", "matrices", x0, x1, 0.0, 1.15 * most, false);
    for (size_t k = 0; k < BINS; k++) {
        if (count[k] > 0.0) {
            char *says = cli_format("%.0f matrices from %.4f to %.4f", count[k],
                                    x0 + width * (double)k, x0 + width * (double)(k + 1));
            ev_chart_bar(&chart, x0 + width * (double)k, x0 + width * (double)(k + 1), count[k],
                         says);
            free(says);
        }
    }
    const double marks[2] = {own, own};
    const double heights[2] = {0.0, 1.08 * most};
    ev_chart_line(&chart, 1, 2, marks, heights);
    ev_chart_label(&chart, own, 1.08 * most, "true distance");
    ev_chart_rule(&chart, still, 0.0, still, 0.95 * most);
    ev_chart_label(&chart, still, 0.95 * most, "no change");
    out->svg = ev_chart_end(&chart);
}

void ev_figure_free(ev_figure_file *figure)
{
    free(figure->caption);
    free(figure->svg);
    *figure = (ev_figure_file){0};
}
