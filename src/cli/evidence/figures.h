// SPDX-License-Identifier: BSD-3-Clause
/* The figures of the evidence, each with its caption and the table it is drawn from. */
#ifndef JKO_SRC_CLI_EVIDENCE_FIGURES_H
#define JKO_SRC_CLI_EVIDENCE_FIGURES_H

#include "inference.h"

typedef struct ev_figure_file {
    const char *name; // without ".svg"
    const char *data; // CSV file it is drawn from, without ".csv"
    char *caption;
    char *svg;
} ev_figure_file;

/* Growth against the first level of one measure; adds its points to the table. */
void ev_figure_convergence(ev_figure_file *out, ev_measure measure, const ev_panel *panel,
                           ev_window window, ev_table *points);
ev_table *ev_points_table(void);

void ev_figure_dispersion(ev_figure_file *out, const ev_table *dispersion);
void ev_figure_quartiles(ev_figure_file *out, const ev_table *dispersion);

/* The exact plan between start and end of the window judged on; sets its table. Exit code. */
int ev_figure_transport(ev_figure_file *out, const ev_forecast *forecast, ev_table **plan);

void ev_figure_forecast(ev_figure_file *out, const ev_forecast *forecast);
void ev_figure_permutations(ev_figure_file *out, const ev_forecast *forecast,
                            const ev_permutations *permutations);
void ev_figure_free(ev_figure_file *figure);

#endif
