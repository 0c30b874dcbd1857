// SPDX-License-Identifier: BSD-3-Clause
/* A short list of arcs that a best plan is likely to use. Internal. */
#ifndef JKO_SRC_OT_SHORTLIST_H
#define JKO_SRC_OT_SHORTLIST_H

#include "tree.h"

/* Arcs of each row and column that are chosen for their reduced costs. */
#define JKO_I_SHORTLIST_DEPTH ((size_t)5)

/* Arcs row by row, by ascending columns, none twice. */
typedef struct jko_i_shortlist {
    size_t m;
    size_t n;
    size_t *begin;      // [m + 1], where each row begins; the last one is the number of arcs
    size_t *column;     // [room]
    double *price;      // [room], jko_i_tree_price() of the cost
    size_t *row_arc;    // [depth m], chosen columns of each row, JKO_I_NONE for fewer
    size_t *column_arc; // [depth n], chosen rows of each column, likewise
    double *column_key; // [depth n], their reduced costs, ascending
} jko_i_shortlist;

/* O(m + n) memory; false without memory (free it then too). */
bool jko_i_shortlist_create(jko_i_shortlist *list, size_t m, size_t n);
void jko_i_shortlist_free(jko_i_shortlist *list);

/*
 * Choose the arcs of least C - f - g of each row and column among those with mass at both ends, and
 * add others.
 *
 * f [m], g [n]: -inf, or anything, where there is no mass. rows, columns [arcs]: those to add, at
 * most 2 (m + n), whatever their cost.
 *
 * Returns the least C - f - g found, in plain doubles; INFINITY if no arc is allowed. O(m n) time.
 */
double jko_i_shortlist_choose(jko_i_shortlist *list, const jko_i_ot_problem *problem,
                              const double *f, const double *g, size_t arcs, const size_t *rows,
                              const size_t *columns);

/* Where in the list arc (i, j) stands, or JKO_I_NONE. */
size_t jko_i_shortlist_find(const jko_i_shortlist *list, size_t i, size_t j);

#endif
