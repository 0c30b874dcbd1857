// SPDX-License-Identifier: BSD-3-Clause
/* The monotone plan between two measures in order. Internal. */
#ifndef JKO_SRC_OT_SWEEP_H
#define JKO_SRC_OT_SWEEP_H

#include <stddef.h>

/* A sparse plan: mass[k] from cell from[k] to cell to[k], k < count. */
typedef struct jko_i_arcs {
    size_t count;
    size_t *from;
    size_t *to;
    double *mass;
} jko_i_arcs;

/* One measure, with the order in which its cells are swept. */
typedef struct jko_i_sweep_side {
    size_t n;
    const size_t *order; // [n]
    const double *mass;  // [n], by cell; some > 0
    size_t first;        // where in the order the sweep begins; it goes on round and round
} jko_i_sweep_side;

/*
 * Ship what is left at the row to what is wanted at the column, cell after cell.
 *
 * Totals equal to rounding. arcs: room for rows->n + columns->n; at most one less is used, all of
 * positive mass. Marginals are those of the masses, to one rounding of each arc. O(m + n).
 */
void jko_i_sweep(const jko_i_sweep_side *rows, const jko_i_sweep_side *columns, jko_i_arcs *arcs);

#endif
