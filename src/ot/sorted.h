// SPDX-License-Identifier: BSD-3-Clause
/* The cells of one side in the order of their places. Internal. */
#ifndef JKO_SRC_OT_SORTED_H
#define JKO_SRC_OT_SORTED_H

#include "ground.h"
#include "lap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JKO_I_NO_TURN SIZE_MAX

/* n cells: cell order[r] is at place[r], ascending; on a circle in [-period / 2, period / 2). */
typedef struct jko_i_sorted {
    size_t n;
    size_t *order; // [n], if `ordered`
    bool ordered;
    double *place; // [n]
    size_t turn;   // order[r] is (r + turn) % n, as for a grid; else JKO_I_NO_TURN
} jko_i_sorted;

/* Sort cells at x [n]: sets place, turn and, if there is no turn, order. work [n], order_work [n]. */
void jko_i_sorted_sort(jko_i_sorted *s, const double *x, double period, double *work,
                       size_t *order_work);

/* The same cells once more; memory of its own. */
void jko_i_sorted_copy(jko_i_sorted *s, const jko_i_sorted *from);

/* Make sure that there is the order. */
void jko_i_sorted_complete(jko_i_sorted *s);

/* The cell at place r. */
size_t jko_i_sorted_cell(const jko_i_sorted *s, size_t r);

/* Numbers by cell, by place. */
void jko_i_sorted_arrange(const jko_i_sorted *s, const double *by_cell, double *by_place);

/* Numbers by entry of a lap over all cells, by cell. */
void jko_i_sorted_spread(const jko_i_sorted *s, const jko_i_lap *lap, const double *by_entry,
                         double *by_cell);

/* The largest cost between a cell of x and one of y on a circle. O(m + n). */
double jko_i_sorted_farthest(const jko_i_ground *ground, const jko_i_sorted *x,
                             const jko_i_sorted *y);

#endif
