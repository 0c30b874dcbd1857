// SPDX-License-Identifier: BSD-3-Clause
/*
 * Drawing figures as SVG. gnuplot, which draws for jko flow where it is present, cannot follow the
 * reader's light or dark colours, and the report must not depend on it.
 *
 * Each figure is whole by itself and may also stand inside the report: classes begin with "ev".
 */
#include "chart.h"

#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MARKS 6     // about so many on an axis
#define LETTER 7.2  // width of a letter of 12 px, generously
#define LINE 13.0   // height of a line of text
#define NEAREST 6.0 // from a point to its label

const char *ev_chart_style(void)
{
    return ":root{color-scheme:light dark;--ink:#1b2330;--muted:#566173;--line:#dfe4ea;"
           "--paper:#ffffff;--panel:#f5f7f9;--c0:#0b5fad;--c1:#b4540a;--good:#1c6b3a;--bad:#a3231f}"
           "@media (prefers-color-scheme:dark){:root{--ink:#e7eaef;--muted:#a5b0bf;--line:#39424e;"
           "--paper:#14181e;--panel:#1d232b;--c0:#76b7ff;--c1:#ffae66;--good:#7fd49b;"
           "--bad:#ff9d97}}"
           "@media print{:root{color-scheme:light;--ink:#000;--muted:#444;--line:#ccc;--paper:#fff;"
           "--panel:#fff;--c0:#0b5fad;--c1:#b4540a;--good:#1c6b3a;--bad:#a3231f}}"
           ".ev-figure{font:12px system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;"
           "background:var(--paper);color:var(--ink)}"
           ".ev-figure text{fill:var(--ink)}.ev-figure .ev-mark{fill:var(--muted)}"
           ".ev-grid{stroke:var(--line);stroke-width:1}.ev-axis{stroke:var(--muted);stroke-width:1}"
           ".ev-rule{stroke:var(--muted);stroke-width:1.2;stroke-dasharray:5 4}"
           ".ev-s0{fill:var(--c0)}.ev-s1{fill:var(--c1)}.ev-dot{fill-opacity:.75}"
           ".ev-l0{stroke:var(--c0)}.ev-l1{stroke:var(--c1)}"
           ".ev-line{fill:none;stroke-width:2}.ev-arc{fill:none;stroke-opacity:.55}"
           ".ev-bar{fill:var(--c0);fill-opacity:.55}";
}

void ev_chart_start(ev_chart *chart, const char *id, const char *title, const char *description,
                    double width, double height)
{
    *chart = (ev_chart){.width = width, .height = height};
    chart->left = 62.0;
    chart->right = width - 24.0; // half of the last mark hangs over
    chart->top = 34.0;
    chart->bottom = height - 46.0;
    cli_text *svg = &chart->svg;
    cli_text_add(svg,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ev-figure\" viewBox=\"0 0 %g "
                 "%g\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
                 width, height, id, id, id);
    ev_escape(svg, title);
    cli_text_add(svg, "</title><desc id=\"%s-d\">", id);
    ev_escape(svg, description);
    cli_text_add(svg, "</desc><style>%s</style>\n", ev_chart_style());
}

static double nice(double span)
{
    const double rough = span / MARKS;
    const double power = pow(10.0, floor(log10(rough)));
    const double part = rough / power;
    return power * (part < 1.5 ? 1.0 : part < 3.5 ? 2.0 : part < 7.5 ? 5.0 : 10.0);
}

static void number(const ev_chart *chart, char text[32], double value, double step, bool years)
{
    (void)chart;
    const int digits = step >= 1.0 || years ? 0 : (int)ceil(-log10(step) - 1e-9);
    const bool zero = fabs(value) < 1e-9 * step;
    char plain[24];
    (void)snprintf(plain, sizeof plain, "%.*f", digits, zero ? 0.0 : fabs(value));
    (void)snprintf(text, 32, "%s%s", value < 0.0 && !zero ? "−" : "", plain);
}

void ev_chart_axes(ev_chart *chart, const char *x_title, const char *y_title, double x0, double x1,
                   double y0, double y1, bool years)
{
    cli_text *svg = &chart->svg;
    const double flat_x = x1 > x0 ? 0.0 : 1.0;
    const double flat_y = y1 > y0 ? 0.0 : 1.0;
    const double x_step = years ? fmax(1.0, nice(x1 - x0 + flat_x)) : nice(x1 - x0 + flat_x);
    const double y_step = nice(y1 - y0 + flat_y);
    chart->x0 = years ? x0 - 0.4 : floor(x0 / x_step) * x_step;
    chart->x1 = years ? x1 + 0.4 : ceil(x1 / x_step + 1e-9) * x_step;
    chart->y0 = floor(y0 / y_step) * y_step;
    chart->y1 = ceil(y1 / y_step + 1e-9) * y_step;
    char text[32];
    for (double x = ceil(chart->x0 / x_step - 1e-9) * x_step; x <= chart->x1 + 1e-9 * x_step;
         x += x_step) {
        number(chart, text, x, x_step, years);
        cli_text_add(svg,
                     "<line class=\"ev-grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                     "<text class=\"ev-mark\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s"
                     "</text>\n",
                     ev_chart_x(chart, x), ev_chart_x(chart, x), chart->top, chart->bottom,
                     ev_chart_x(chart, x), chart->bottom + 16.0, text);
    }
    for (double y = chart->y0; y <= chart->y1 + 1e-9 * y_step; y += y_step) {
        number(chart, text, y, y_step, false);
        cli_text_add(
            svg,
            "<line class=\"ev-grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>"
            "<text class=\"ev-mark\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
            chart->left, chart->right, ev_chart_y(chart, y), ev_chart_y(chart, y),
            chart->left - 6.0, ev_chart_y(chart, y) + 4.0, text);
    }
    cli_text_add(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                 0.5 * (chart->left + chart->right), chart->height - 10.0);
    ev_escape(svg, x_title);
    cli_text_add(svg,
                 "</text>\n<text transform=\"translate(15 %.1f) rotate(-90)\" "
                 "text-anchor=\"middle\">",
                 0.5 * (chart->top + chart->bottom));
    ev_escape(svg, y_title);
    cli_text_add(svg, "</text>\n");
}

double ev_chart_x(const ev_chart *chart, double x)
{
    return chart->left + (x - chart->x0) / (chart->x1 - chart->x0) * (chart->right - chart->left);
}

double ev_chart_y(const ev_chart *chart, double y)
{
    return chart->bottom - (y - chart->y0) / (chart->y1 - chart->y0) * (chart->bottom - chart->top);
}

static void says_of(cli_text *svg, const char *says)
{
    if (says != NULL) {
        cli_text_add(svg, "<title>");
        ev_escape(svg, says);
        cli_text_add(svg, "</title>");
    }
}

static void dot_at(cli_text *svg, int series, double x, double y, const char *says)
{
    if (series == 0) {
        cli_text_add(svg, "<circle class=\"ev-dot ev-s0\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.4\">", x,
                     y);
    } else {
        cli_text_add(svg,
                     "<rect class=\"ev-dot ev-s1\" x=\"%.1f\" y=\"%.1f\" width=\"6.2\" "
                     "height=\"6.2\">",
                     x - 3.1, y - 3.1);
    }
    says_of(svg, says);
    cli_text_add(svg, series == 0 ? "</circle>\n" : "</rect>\n");
}

void ev_chart_dot(ev_chart *chart, int series, double x, double y, const char *says)
{
    dot_at(&chart->svg, series, ev_chart_x(chart, x), ev_chart_y(chart, y), says);
}

void ev_chart_line(ev_chart *chart, int series, size_t n, const double *x, const double *y)
{
    cli_text_add(&chart->svg, "<polyline class=\"ev-line ev-l%d\" points=\"", series);
    for (size_t k = 0; k < n; k++) {
        cli_text_add(&chart->svg, "%s%.1f,%.1f", k > 0 ? " " : "", ev_chart_x(chart, x[k]),
                     ev_chart_y(chart, y[k]));
    }
    cli_text_add(&chart->svg, "\"/>\n");
}

void ev_chart_rule(ev_chart *chart, double x0, double y0, double x1, double y1)
{
    cli_text_add(
        &chart->svg, "<line class=\"ev-rule\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
        ev_chart_x(chart, x0), ev_chart_y(chart, y0), ev_chart_x(chart, x1), ev_chart_y(chart, y1));
}

void ev_chart_bar(ev_chart *chart, double x0, double x1, double y, const char *says)
{
    const double left = ev_chart_x(chart, x0);
    const double top = ev_chart_y(chart, y);
    cli_text_add(
        &chart->svg, "<rect class=\"ev-bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">",
        left + 0.5, top, fmax(ev_chart_x(chart, x1) - left - 1.0, 0.5), chart->bottom - top);
    says_of(&chart->svg, says);
    cli_text_add(&chart->svg, "</rect>\n");
}

void ev_chart_label(ev_chart *chart, double x, double y, const char *text)
{
    const double width = LETTER * (double)strlen(text);
    const double at = ev_chart_x(chart, x);
    const double middle = ev_chart_y(chart, y);
    for (int side = 0; side < 4 && chart->boxes < EV_BOXES; side++) {
        const double left = side == 0   ? at + NEAREST
                            : side == 1 ? at - NEAREST - width
                                        : at - 0.5 * width;
        const double top = side < 2    ? middle - 0.5 * LINE
                           : side == 2 ? middle - NEAREST - LINE
                                       : middle + NEAREST;
        bool is_free = left > chart->left && left + width < chart->right && top > chart->top &&
                       top + LINE < chart->bottom;
        for (size_t k = 0; k < chart->boxes && is_free; k++) {
            const double *b = chart->box[k];
            is_free = left > b[2] || left + width < b[0] || top > b[3] || top + LINE < b[1];
        }
        if (is_free) {
            double *b = chart->box[chart->boxes++];
            b[0] = left;
            b[1] = top;
            b[2] = left + width;
            b[3] = top + LINE;
            cli_text_add(&chart->svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
                         side == 0   ? left
                         : side == 1 ? left + width
                                     : at,
                         top + 10.0,
                         side == 0   ? "start"
                         : side == 1 ? "end"
                                     : "middle");
            ev_escape(&chart->svg, text);
            cli_text_add(&chart->svg, "</text>\n");
            return;
        }
    }
}

void ev_chart_legend(ev_chart *chart, int series, double at, const char *text)
{
    dot_at(&chart->svg, series, at, 16.0, NULL);
    cli_text_add(&chart->svg, "<text x=\"%.1f\" y=\"20\">", at + 9.0);
    ev_escape(&chart->svg, text);
    cli_text_add(&chart->svg, "</text>\n");
}

char *ev_chart_end(ev_chart *chart)
{
    cli_text_add(&chart->svg, "</svg>\n");
    return cli_text_take(&chart->svg);
}
