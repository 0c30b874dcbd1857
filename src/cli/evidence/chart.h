// SPDX-License-Identifier: BSD-3-Clause
/* Drawing figures as SVG that follow the reader's light or dark colours. */
#ifndef JKO_SRC_CLI_EVIDENCE_CHART_H
#define JKO_SRC_CLI_EVIDENCE_CHART_H

#include "text.h"

#include <stdbool.h>

#define EV_BOXES ((size_t)64)

typedef struct ev_chart {
    cli_text svg;
    double width;
    double height;
    double left; // of the plane, in pixels
    double right;
    double top;
    double bottom;
    double x0; // of the plane, in data
    double x1;
    double y0;
    double y1;
    double box[EV_BOXES][4]; // labels placed so far
    size_t boxes;
} ev_chart;

/* The style that figures and report share. */
const char *ev_chart_style(void);

void ev_chart_start(ev_chart *chart, const char *id, const char *title, const char *description,
                    double width, double height);

/* Axes around data from x0 to x1 and y0 to y1; the ranges are widened to round numbers. years: the
   marks of x are whole numbers without a separator. */
void ev_chart_axes(ev_chart *chart, const char *x_title, const char *y_title, double x0, double x1,
                   double y0, double y1, bool years);

double ev_chart_x(const ev_chart *chart, double x);
double ev_chart_y(const ev_chart *chart, double y);

/* Series 0 has discs, 1 squares, each in a colour of its own. */
void ev_chart_dot(ev_chart *chart, int series, double x, double y, const char *says);
void ev_chart_line(ev_chart *chart, int series, size_t n, const double *x, const double *y);
void ev_chart_rule(ev_chart *chart, double x0, double y0, double x1, double y1); // dashed
void ev_chart_bar(ev_chart *chart, double x0, double x1, double y, const char *says);

/* A label near a point, unless it would cover another. */
void ev_chart_label(ev_chart *chart, double x, double y, const char *text);

/* What the series are, above the plane. */
void ev_chart_legend(ev_chart *chart, int series, double at, const char *text);

/* The whole <svg> element, to be freed. */
char *ev_chart_end(ev_chart *chart);

#endif
