// SPDX-License-Identifier: BSD-3-Clause
/* The network simplex for transport. Internal. */
#ifndef JKO_SRC_OT_SIMPLEX_H
#define JKO_SRC_OT_SIMPLEX_H

#include "shortlist.h"

/*
 * Pivot from the tree's basis to an optimal one.
 *
 * problem: the one that the tree was started with. pivots: counted up from what it holds.
 *
 * JKO_OK: no arc has a negative reduced cost; JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_CANCELLED:
 * stopped at a feasible tree. O(m + n) memory, that of the tree.
 */
jko_status jko_i_simplex_run(jko_i_tree *tree, const jko_i_ot_problem *problem,
                             const jko_i_ot_limits *limits, int64_t *pivots);

/* The same among the arcs of a list, which has those of the tree. */
jko_status jko_i_simplex_run_list(jko_i_tree *tree, const jko_i_ot_problem *problem,
                                  const jko_i_shortlist *list, const jko_i_ot_limits *limits,
                                  int64_t *pivots);

#endif
