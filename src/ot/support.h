// SPDX-License-Identifier: BSD-3-Clause
/* Which arcs a plan can use at all, where some are forbidden. Internal. */
#ifndef JKO_SRC_OT_SUPPORT_H
#define JKO_SRC_OT_SUPPORT_H

#include "tree.h"

/* Workspace for costs of one shape. */
typedef struct jko_i_support {
    jko_cost *pattern; // 0 where an arc is allowed; NULL if all arcs are
    jko_i_tree tree;
    size_t *part; // [m + n], of each node with mass: those that mass may flow around between
    bool *forth;  // [m + n], reached from a node
    bool *back;   // [m + n], nodes that reach it
} jko_i_support;

/* Workspace if the cost forbids arcs, else empty; false without memory (free it then too). */
bool jko_i_support_create(jko_i_support *support, const jko_cost *cost);
void jko_i_support_free(jko_i_support *support);

/*
 * Find a plan, and the parts: an arc between two nodes with mass can carry mass in some plan if
 * and only if it is allowed and both are of one part.
 *
 * JKO_OK; JKO_ERR_INFEASIBLE, as jko_i_cut_check() says. Past the deadline all is one part.
 */
jko_status jko_i_support_find(jko_i_support *support, const jko_i_ot_problem *problem,
                              const jko_i_ot_limits *limits);

#endif
