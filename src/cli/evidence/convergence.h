// SPDX-License-Identifier: BSD-3-Clause
/* R1: do profit rates and productivity converge, and how spread out are they? */
#ifndef JKO_SRC_CLI_EVIDENCE_CONVERGENCE_H
#define JKO_SRC_CLI_EVIDENCE_CONVERGENCE_H

#include "data.h"
#include "table.h"

typedef enum ev_form {
    EV_LOGS,   // growth of logs from end to end on the first log
    EV_LEVELS, // change of levels on the first level
    EV_YEARLY, // yearly growth of logs on the last year's log, year effects, clusters by sector
    EV_FORMS,
} ev_form;

typedef struct ev_beta {
    ev_measure measure;
    ev_window window;
    ev_form form;
    size_t n;
    size_t missing;     // sectors (or sector-years) without a value
    size_t nonpositive; // without a logarithm
    bool good;          // there was enough to regress
    double a;
    double b;
    double hc1; // standard error of b; CV1 for the yearly form
    double hc3; // likewise; CV3
    double low; // 95 %, by the second of them
    double high;
    double p;
    double sd_first; // over the sectors of the regression, of logs or levels
    double sd_last;
    double p_sigma; // that the two are the same (Pitman 1939, Morgan 1939)
} ev_beta;

/* Growth (y - x)/years of n pairs on x: fills a to p_sigma. */
void ev_beta_fit(ev_beta *out, size_t n, const double *x, const double *y, double years);

void ev_beta_panel(ev_beta *out, const ev_panel *panel, ev_measure measure, ev_window window,
                   ev_form form);

/* The pairs (x, y) of a form, for figures: room for panel->n; who [n] are their sectors. */
size_t ev_beta_pairs(const ev_panel *panel, ev_measure measure, ev_window window, ev_form form,
                     double *x, double *y, size_t *who, ev_beta *counts);

ev_table *ev_convergence_table(const ev_panel *panel, const ev_map *map);
ev_table *ev_dispersion_table(const ev_panel *panel);
ev_table *ev_sums_table(const ev_panel *panel);

#endif
