// SPDX-License-Identifier: BSD-3-Clause
/* The quantile of a piecewise-constant density, against the cells of a target grid. Internal. */
#ifndef JKO_SRC_OT_QUANTILE_H
#define JKO_SRC_OT_QUANTILE_H

#include "base/sum.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Q maps the mass that lies to the left to a position. It is made of pieces of positive mass, on
 * each of which it is linear; between two pieces it may jump (empty cells). Lengths are in cells of
 * the target grid: piece k runs from edge[k] + lead[k] over width[k]. Edges are whole numbers, so
 * that a displacement small beside the cells keeps its digits.
 *
 * On a circle Q goes on round after round: Q(t + total) = Q(t) + lap.
 */
typedef struct jko_i_quantile {
    size_t room;      // pieces that there is memory for
    size_t count;     // pieces
    double lap;       // cells of the target grid in one round; 0 on a line
    jko_i_sum total;  // mass of all pieces
    double *mass;     // [count] > 0
    double *edge;     // [count] a whole number
    double *lead;     // [count] from that edge to the left end
    double *width;    // [count] >= 0
    double *slope;    // [count] width / mass
    jko_i_sum *begin; // [count + 1] mass to the left
} jko_i_quantile;

bool jko_i_quantile_create(jko_i_quantile *q, size_t room);
void jko_i_quantile_free(jko_i_quantile *q);

/* No pieces yet; then add them from left to right. Pieces without mass are left out. */
void jko_i_quantile_clear(jko_i_quantile *q, double lap);
void jko_i_quantile_add(jko_i_quantile *q, double mass, double edge, double lead, double width);

/* Whether it nowhere falls by more than rounding; falls within rounding are made flat. */
bool jko_i_quantile_rises(jko_i_quantile *q);

/* The density of masses a over m equal cells, seen from n equal cells on the same line or circle. */
void jko_i_quantile_cells(jko_i_quantile *q, size_t m, const double *a, size_t n, bool circle);

#endif
