// SPDX-License-Identifier: BSD-3-Clause
/* The transport LP by GLPK, in a thread of its own. Internal. */
#ifndef JKO_SRC_OT_LP_H
#define JKO_SRC_OT_LP_H

#include "basis.h"
#include "shortlist.h"

#include <stdbool.h>

/* Whether this build has GLPK. */
bool jko_i_lp_exists(void);

/*
 * Let GLPK find a basis.
 *
 * basis: arc_rows and arc_columns take the basic arcs, *arcs of them. report: iterations and
 * solver_objective are filled in.
 *
 * JKO_OK: GLPK calls its basis optimal; JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_CANCELLED: stopped
 * at the basis given; JKO_ERR_TOO_LARGE; JKO_ERR_SOLVER; JKO_ERR_NOMEM; JKO_ERR_UNSUPPORTED.
 */
jko_status jko_i_lp_solve(jko_i_basis *basis, const jko_i_ot_problem *problem,
                          const jko_i_ot_limits *limits, size_t *arcs, jko_ot_report *report);

/*
 * Let GLPK find a basis among the arcs of a list, from a basis of theirs.
 *
 * dual: by the dual simplex, as the basis may be infeasible. basis: arc_rows and arc_columns hold
 * the *arcs arcs to start from, and take the basic arcs. Uses list and depth of its tree. report:
 * iterations, which max_iterations counts from 0, are counted up from what it holds.
 *
 * As jko_i_lp_solve(), without a cap; JKO_ERR_SOLVER leaves no detail, as other ways are left.
 */
jko_status jko_i_lp_solve_list(jko_i_basis *basis, const jko_i_ot_problem *problem,
                               const jko_i_shortlist *list, bool dual,
                               const jko_i_ot_limits *limits, size_t *arcs, jko_ot_report *report);

#endif
