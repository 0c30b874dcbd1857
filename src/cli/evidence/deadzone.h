// SPDX-License-Identifier: BSD-3-Clause
/* R2: is there a zone of profit rates within which nothing moves, as a fixed cost would have it? */
#ifndef JKO_SRC_CLI_EVIDENCE_DEADZONE_H
#define JKO_SRC_CLI_EVIDENCE_DEADZONE_H

#include "data.h"
#include "draws.h"
#include "parallel.h"
#include "table.h"

/* Zones tried: quantiles 5 % to 60 % of the distance to the median. */
#define EV_ZONES ((size_t)23)
/* Power at which a zone counts as one that the test would find. */
#define EV_POWER 0.8

/* A sample, prepared for any number of tests. */
typedef struct ev_zones {
    size_t n;
    double *u;                  // [n] log of the first rate less its median
    double *growth;             // [n]
    double width[EV_ZONES + 1]; // half-width of each zone, in logs; [0] is none
    double share[EV_ZONES + 1]; // of sectors within
    double *shape;              // [EV_ZONES + 1][n] centred soft thresholds of u, of length 1
    double *fitted;             // [n] without a zone
    double *residual;           // [n] likewise, stretched
    double *stretch;            // [n] (1 - leverage)^(-1/2): residuals are smaller than errors
} ev_zones;

/* Prepare; false if there are fewer than 10 sectors or the rates do not differ. */
bool ev_zones_create(ev_zones *zones, size_t n, const double *log_rate, const double *growth);
void ev_zones_free(ev_zones *zones);

/* The statistic of a growth [n], and the best zone. */
double ev_zones_statistic(const ev_zones *zones, const double *growth, size_t *best);

/* p-value of the observed growth against no zone, by a wild bootstrap (Wu 1986; Mammen 1993) with
   Rademacher signs. */
double ev_zones_test(const ev_zones *zones, const double *growth, size_t draws, ev_draws *random,
                     double *statistic, size_t *best);

/* The table of all windows, and how wide a zone the test would find. */
ev_table *ev_deadzone_table(const ev_panel *panel, const ev_map *map, const ev_progress *progress);

#endif
