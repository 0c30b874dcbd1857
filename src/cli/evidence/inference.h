// SPDX-License-Identifier: BSD-3-Clause
/* Intervals of a forecast by bootstrap over sectors, and whether the distance says anything. */
#ifndef JKO_SRC_CLI_EVIDENCE_INFERENCE_H
#define JKO_SRC_CLI_EVIDENCE_INFERENCE_H

#include "forecast.h"

/* Numbers of a score that get an interval. */
typedef enum ev_figure {
    EV_W2,
    EV_L1,
    EV_RANK,
    EV_AGREE_MOVERS,
    EV_AGREE_ALL,
    EV_W2_LESS, // than no change: W2 of the rival less W2 of no change
    EV_L1_LESS,
    EV_FIGURES,
} ev_figure;

typedef struct ev_intervals {
    double value[EV_RIVALS][EV_FIGURES];
    double low[EV_RIVALS][EV_FIGURES]; // 95 %, percentiles
    double high[EV_RIVALS][EV_FIGURES];
    double usable[EV_RIVALS][EV_FIGURES]; // share of draws in which the number exists
} ev_intervals;

/* Sectors drawn with replacement, tau and lambda kept. Exit code. */
int ev_bootstrap(ev_intervals *out, const ev_forecast *forecast, const ev_case *c, uint64_t stream);

typedef struct ev_permutations {
    size_t count;
    double *tau; // [count] chosen on train, as for the true distance
    double *w2;  // [count] on test, over the true distance
    double *l1;
    double *rank;
    double p_w2; // share as good as the true distance, the true one included
    double p_l1;
    double p_rank;
} ev_permutations;

/* The whole procedure again with the sectors of the distance matrix shuffled. Exit code. */
int ev_permute(ev_permutations *out, const ev_forecast *forecast);
void ev_permutations_free(ev_permutations *permutations);

/* Tables of the forecast. */
ev_table *ev_forecast_table(const ev_forecast *forecast, const ev_intervals *train,
                            const ev_intervals *test);
ev_table *ev_changes_table(const ev_forecast *forecast, const ev_intervals *train,
                           const ev_intervals *test);
ev_table *ev_permutation_table(const ev_permutations *permutations, const ev_forecast *forecast);
ev_table *ev_permutation_summary(const ev_permutations *permutations, const ev_forecast *forecast);
ev_table *ev_tau_table(const ev_forecast *forecast);
ev_table *ev_shares_table(const ev_forecast *forecast);

#endif
