// SPDX-License-Identifier: BSD-3-Clause
/* A first feasible tree for the simplex. Internal. */
#ifndef JKO_SRC_OT_START_H
#define JKO_SRC_OT_START_H

#include "tree.h"

/* A feasible tree, the cheaper of two heuristics. O((m + n) n) time. */
void jko_i_start(jko_i_tree *tree, const jko_i_ot_problem *problem);

/*
 * A feasible tree that follows a basis found elsewhere.
 *
 * rows, columns [arcs]: at most m + n arcs between rows and columns with mass; put in another
 * order. If they are a feasible basis, the tree is that basis; where rounding or ties made them
 * infeasible, or where they close a cycle, other arcs fill in.
 */
void jko_i_start_from_arcs(jko_i_tree *tree, const jko_i_ot_problem *problem, size_t arcs,
                           size_t *rows, size_t *columns);

#endif
