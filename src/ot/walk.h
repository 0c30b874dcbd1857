// SPDX-License-Identifier: BSD-3-Clause
/* Plan, potentials and proof along the staircase of two measures, squared cost. Internal. */
#ifndef JKO_SRC_OT_WALK_H
#define JKO_SRC_OT_WALK_H

#include "lap.h"

/* One side of a walk. */
typedef struct jko_i_walk_side {
    const double *mass; // [n], by place, each with units of its own
    const float *part;  // [n], by place, what the ends lack
    double *potential;  // [n], set, by entry of the lap
    double *sum;        // [n], set, marginal of the plan by entry
} jko_i_walk_side;

/* What a walk found. */
typedef struct jko_i_walk {
    double cost;  // of the plan
    double slack; // the potentials exceed no cost by more
    size_t count; // arcs
} jko_i_walk;

/*
 * Walk one lap from a row and a column that begin together, or along a line (period 0).
 *
 * mix: where a row and a column end together, the share of passing by the next row first, as in
 * stairs.h. unit: the mass of one of the staircases' units. rows, columns: work; read from the
 * first pair on and set. row [m + n], mass [m + n - 1]: set, the plan: mass[t] goes from entry row[t] of
 * rows to entry t - row[t] of columns; some may be 0. Marginals are met to one rounding of each
 * arc, and to a unit where a row and a column end within one. O(m + n).
 */
jko_i_walk jko_i_walk_along(double period, const jko_i_cursor *first_row,
                            const jko_i_cursor *first_column, double mix, jko_i_sum unit,
                            const jko_i_walk_side *from, const jko_i_walk_side *to, jko_i_lap *rows,
                            jko_i_lap *columns, uint32_t *row, double *mass);

#endif
