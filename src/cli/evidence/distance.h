// SPDX-License-Identifier: BSD-3-Clause
/* How far sectors are from one another. */
#ifndef JKO_SRC_CLI_EVIDENCE_DISTANCE_H
#define JKO_SRC_CLI_EVIDENCE_DISTANCE_H

#include "data.h"
#include "table.h"

/* What a matrix of distances is like. */
typedef struct ev_metric {
    size_t n;
    double largest;
    double median;      // off the diagonal
    double asymmetry;   // largest |d_ij - d_ji|
    double diagonal;    // largest |d_ii|
    size_t triangles;   // ordered triples i, j, k of different sectors
    size_t broken;      // of them, with d_ik > d_ij + d_jk beyond rounding
    double worst;       // largest d_ik / (d_ij + d_jk)
    size_t worst_at[3]; // i, j, k
    size_t zeros;       // pairs of different sectors at distance 0
} ev_metric;

/* Distances d [n][n] between the sectors who [n] of the panel, as the map says. CLI_OK, or an exit
   code after a message. */
int ev_distance_load(const ev_panel *panel, const ev_map *map, size_t n, const size_t *who,
                     double *d);

void ev_metric_check(ev_metric *metric, size_t n, const double *d);

ev_table *ev_metric_table(const ev_metric *metric, const ev_panel *panel, const size_t *who);

#endif
