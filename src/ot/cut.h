// SPDX-License-Identifier: BSD-3-Clause
/* Forbidden arcs: whether a plan exists, and the cut that proves that none does. Internal. */
#ifndef JKO_SRC_OT_CUT_H
#define JKO_SRC_OT_CUT_H

#include "tree.h"

/* Mass that rounding may leave on forbidden arcs, as the masses are sums of rounded numbers. */
double jko_i_cut_rounding(const jko_i_ot_problem *problem);

/* The mass that a tree puts on forbidden arcs. */
double jko_i_cut_mass(const jko_i_tree *tree);

/*
 * Whether an optimal tree is one of a problem that has a plan: JKO_OK, or JKO_ERR_INFEASIBLE with
 * a detail that names a set of sources, the targets that they can reach, and both masses. Where
 * it fails, tree->list, depth and tie are overwritten.
 */
jko_status jko_i_cut_check(jko_i_tree *tree, const jko_i_ot_problem *problem);

#endif
