// SPDX-License-Identifier: BSD-3-Clause
/* Pricing: the arc of a row that gains most. Internal. */
#ifndef JKO_SRC_OT_PRICE_H
#define JKO_SRC_OT_PRICE_H

#include "shortlist.h"

/* The column of the least reduced cost of row i, among those whose reduced cost is below *best;
   *best is then set to it. JKO_I_NONE if there is none. */
size_t jko_i_price_row(const jko_i_tree *tree, const jko_i_ot_problem *problem, size_t i,
                       double *best);

/* The same among the arcs of a list. */
size_t jko_i_price_list_row(const jko_i_tree *tree, const jko_i_shortlist *list, size_t i,
                            double *best);

#endif
