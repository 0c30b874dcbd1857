// SPDX-License-Identifier: BSD-3-Clause
/* Calibration and forecast: one exact JKO step against its rivals. */
#ifndef JKO_SRC_CLI_EVIDENCE_FORECAST_H
#define JKO_SRC_CLI_EVIDENCE_FORECAST_H

#include "data.h"
#include "distance.h"
#include "parallel.h"
#include "table.h"

#include <jko/jko.h>

/* Values of tau that are tried: EV_COARSE in geometric progression from where firms begin to move,
   then the others around the best of them. */
#define EV_COARSE ((size_t)12)
#define EV_TAUS ((size_t)16)
#define EV_TAU_RANGE 300.0

typedef struct ev_tau_choice {
    double least; // below, nobody moves
    double tried[EV_TAUS];
    double w2[EV_TAUS]; // error on train of each
    size_t at;          // the best
} ev_tau_choice;

typedef enum ev_rival {
    EV_THEORY,
    EV_NO_CHANGE,
    EV_TREND,
    EV_PROFIT_GAP,
    EV_RIVALS,
} ev_rival;

/* How near a prediction came. */
typedef struct ev_score {
    double w2;           // to the observed shares
    double l1;           //
    double rank;         // Spearman's correlation of predicted and observed changes; NaN: none
    double movers;       // sectors whose predicted change is not 0
    double still;        // sectors whose predicted change is 0
    double agree_movers; // share of movers whose change has the observed sign; NaN: no movers
    double agree_all;    // share of all sectors; one that stays agrees with no change only
} ev_score;

/* A window of the forecast, for sectors of the sample. */
typedef struct ev_case {
    ev_window window;
    double *start;                // [n] shares of mass of the first year
    double *observed;             // [n] of the last year
    double *rate;                 // [n] surplus over mass of the first year
    double *weight;               // [n] calibrated
    double *predicted[EV_RIVALS]; // [n]
    ev_score score[EV_RIVALS];
    jko_step_report report;
} ev_case;

typedef struct ev_forecast {
    const ev_panel *panel;
    const ev_map *map;
    const ev_progress *progress;
    size_t n;
    size_t *who;      // [n] sectors of the panel
    double *distance; // [n][n]
    ev_metric metric;
    double eta; // of the map's beta, rho1, rho2
    double sigma;
    double s;
    ev_case train;
    ev_case test;
    double tau; // chosen on train
    ev_tau_choice choice;
    double gap;         // how far the profit gap moves shares, chosen on train
    ev_table *excluded; // sectors that are not in the sample, and why
} ev_forecast;

/* Choose the sample, load the distance, calibrate, choose tau, predict and score. Exit code. */
int ev_forecast_run(ev_forecast **out, const ev_panel *panel, const ev_map *map,
                    const ev_progress *progress);
void ev_forecast_free(ev_forecast *forecast);

const char *ev_rival_name(ev_rival rival);

/* One exact step from the start of a case under squared distances [n][n]; report may be NULL. */
int ev_step(const ev_forecast *forecast, const ev_case *c, const jko_cost *cost, double tau,
            double tolerance, double *mass, jko_step_report *report);

/* The tau whose step under a distance [n][n] comes nearest to the end of train by W2 of ot. Exit
   code. */
int ev_choose_tau(const ev_forecast *forecast, const double *distance, const jko_cost *cost,
                  jko_ot *ot, double tolerance, ev_tau_choice *choice);

/* Score a prediction; multiplicity [n] counts each sector so often, NULL: once. */
int ev_score_of(ev_score *out, jko_ot *ot, size_t n, const double *start, const double *observed,
                const double *predicted, const size_t *multiplicity);

/* The cost of squared distances, order [n] permuting sectors, or NULL. */
int ev_cost_create(jko_cost **out, size_t n, const double *distance, const size_t *order);

/* A solver for W2 over a cost. */
int ev_ot_create(jko_ot **out, const jko_cost *cost);

#endif
