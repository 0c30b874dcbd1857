// SPDX-License-Identifier: BSD-3-Clause
/* Pricing: the arc of a row that gains most. Internal. */
#ifndef JKO_SRC_OT_PRICE_H
#define JKO_SRC_OT_PRICE_H

#include "shortlist.h"

/* The column of the least reduced cost of row i, among those whose reduced cost is below *best;
   *best is then set to it. JKO_I_NONE if there is none. */
size_t jko_i_price_row(const jko_i_tree *tree, const jko_i_ot_problem *problem, size_t i,
                       double *best);

/* The least c_j + h_j, n terms, in plain doubles; INFINITY if all are. */
double jko_i_price_least(size_t n, const double *c, const double *h);

/* The first j for which c_j + h_j is `least`, which is there. */
size_t jko_i_price_find(size_t n, const double *c, const double *h, double least);

/* What jko_i_price_row() does, among the arcs of a list. */
size_t jko_i_price_list_row(const jko_i_tree *tree, const jko_i_shortlist *list, size_t i,
                            double *best);

#endif
