// SPDX-License-Identifier: BSD-3-Clause
/*
 * The exact transport plan between the observed shares of two years, as arcs between sectors.
 *
 * Sectors stand in a column in the order of the file, so that arcs to the right of it show who
 * gives to whom: downwards in one colour, upwards in the other.
 */
#include "figures.h"

#include "chart.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

#define WIDTH 480.0
#define ROW 13.0      // height of a sector
#define NAMES 92.0    // room for names
#define SHOWN 0.95    // of the mass that moves: small arcs would only blur the rest
#define THICKEST 12.0 // arc

typedef struct arc {
    size_t from;
    size_t to;
    double mass;
} arc;

static int larger_first(const void *a, const void *b)
{
    const arc *x = a;
    const arc *y = b;
    return x->mass != y->mass   ? (x->mass < y->mass) - (x->mass > y->mass)
           : x->from != y->from ? (x->from > y->from) - (x->from < y->from)
                                : (x->to > y->to) - (x->to < y->to);
}

// The arcs that leave their sector, largest first.
static int find_arcs(const ev_forecast *f, arc **arcs, size_t *count, double *moved)
{
    const ev_case *c = &f->test;
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    size_t *from = cli_alloc(2 * f->n, sizeof *from);
    size_t *to = cli_alloc(2 * f->n, sizeof *to);
    double *mass = cli_alloc(2 * f->n, sizeof *mass);
    size_t all = 0;
    *arcs = cli_alloc(2 * f->n, sizeof **arcs);
    *count = 0;
    *moved = 0.0;
    int code = ev_cost_create(&cost, f->n, f->distance, NULL);
    code = code != CLI_OK ? code : ev_ot_create(&ot, cost);
    if (code == CLI_OK) {
        jko_status status = jko_ot_solve(ot, c->start, c->observed, NULL, &report);
        status = status != JKO_OK ? status : jko_ot_get_arcs(ot, &all, from, to, mass);
        code = status == JKO_OK ? CLI_OK
               : status < 0     ? cli_fail_status(status, "the transport plan")
                                : cli_fail(CLI_FAILED, "the transport plan is not proved: %s",
                                           jko_status_text(status));
    }
    for (size_t k = 0; k < all && code == CLI_OK; k++) {
        if (from[k] != to[k]) {
            (*arcs)[(*count)++] = (arc){from[k], to[k], mass[k]};
            *moved += mass[k];
        }
    }
    qsort(*arcs, *count, sizeof **arcs, larger_first);
    jko_ot_free(ot);
    jko_cost_free(cost);
    free(from);
    free(to);
    free(mass);
    return code;
}

static double row_of(size_t i)
{
    return 40.0 + ROW * (double)i;
}

static void draw_arc(ev_chart *chart, const ev_forecast *f, const arc *a, double largest)
{
    const double y0 = row_of(a->from);
    const double y1 = row_of(a->to);
    const double reach =
        (WIDTH - NAMES - 24.0) * pow(fabs(y1 - y0) / (ROW * (double)f->n), 0.6) * 1.3;
    cli_text_add(&chart->svg,
                 "<path class=\"ev-arc ev-l%d\" stroke-width=\"%.2f\" d=\"M%.1f %.1f C%.1f %.1f "
                 "%.1f %.1f %.1f %.1f\"><title>",
                 y1 > y0 ? 0 : 1, fmax(0.7, THICKEST * a->mass / largest), NAMES, y0, NAMES + reach,
                 y0, NAMES + reach, y1, NAMES, y1);
    char *says = cli_format("%s to %s: %.3f %% of all capital", f->panel->codes[f->who[a->from]],
                            f->panel->codes[f->who[a->to]], 100.0 * a->mass);
    ev_escape(&chart->svg, says);
    cli_text_add(&chart->svg, "</title></path>\n");
    free(says);
}

int ev_figure_transport(ev_figure_file *out, const ev_forecast *f, ev_table **plan)
{
    static const ev_column columns[] = {{"from", "from", EV_TEXT},
                                        {"to", "to", EV_TEXT},
                                        {"mass", "share of all capital", 5},
                                        {"distance", "distance", 4}};
    arc *arcs = NULL;
    size_t count = 0;
    size_t shown = 0;
    double moved = 0.0;
    double sum = 0.0;
    ev_chart chart;
    *plan = NULL;
    const int code = find_arcs(f, &arcs, &count, &moved);
    if (code != CLI_OK) {
        free(arcs);
        return code;
    }
    *plan = ev_table_create("transport", "Transport between the observed shares",
                            sizeof columns / sizeof columns[0], columns);
    for (size_t k = 0; k < count; k++) {
        ev_table_text(*plan, f->panel->codes[f->who[arcs[k].from]]);
        ev_table_text(*plan, f->panel->codes[f->who[arcs[k].to]]);
        ev_table_number(*plan, arcs[k].mass);
        ev_table_number(*plan, f->distance[arcs[k].from * f->n + arcs[k].to]);
    }
    while (shown < count && sum < SHOWN * moved) {
        sum += arcs[shown++].mass;
    }
    *out = (ev_figure_file){.name = "transport", .data = "transport"};
    out->caption =
        cli_format("Cheapest plan that turns the shares of capital of %d into those of %d: "
                   "%.2f %% of all capital changes sector. The %zu largest of %zu arcs, "
                   "95 %% of what moves; width is mass.",
                   f->test.window.from, f->test.window.to, 100.0 * moved, shown, count);
    ev_chart_start(&chart, "transport", "Transport plan between two years", out->caption, WIDTH,
                   row_of(f->n));
    ev_chart_legend(&chart, 0, 70.0, "down the list");
    ev_chart_legend(&chart, 1, 210.0, "up the list");
    for (size_t k = shown; k-- > 0;) {
        draw_arc(&chart, f, &arcs[k], arcs[0].mass);
    }
    for (size_t i = 0; i < f->n; i++) {
        cli_text_add(&chart.svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">", NAMES - 6.0,
                     row_of(i) + 4.0);
        ev_escape(&chart.svg, f->panel->codes[f->who[i]]);
        cli_text_add(&chart.svg, "<title>");
        ev_escape(&chart.svg, f->panel->labels[f->who[i]]);
        cli_text_add(&chart.svg, "</title></text>\n");
    }
    out->svg = ev_chart_end(&chart);
    free(arcs);
    return CLI_OK;
}
