// SPDX-License-Identifier: BSD-3-Clause
/* The network simplex in plain numbers: it finds a basis for the exact one to prove. Internal. */
#ifndef JKO_SRC_OT_QUICK_H
#define JKO_SRC_OT_QUICK_H

#include "basis.h"

/* What a walk along the tree reads of a node. */
typedef struct jko_i_quick_node {
    uint32_t next;  // in preorder; the root after the last one
    uint32_t depth; // 0 of the root
} jko_i_quick_node;

/* An arc that gained when it was priced. */
typedef struct jko_i_quick_arc {
    uint32_t row; // nodes
    uint32_t column;
    double cost;
} jko_i_quick_arc;

/* A spanning tree with flows in integers. Node i < m is row i, node m + j column j; nodes without
   mass are not in it. */
typedef struct jko_i_quick {
    size_t m;
    size_t n;
    jko_i_quick_node *node; // [m + n]
    double *height;         // [m + n], f_i of a row, -g_j of a column; +inf without mass
    uint32_t *before;       // [m + n], in preorder
    uint32_t *parent;       // [m + n], the root's own number for the root
    int64_t *flow;          // [m + n], on the arc to the parent, > 0
    double *cost;           // [m + n], of that arc
    double *mass;           // [m + n], in whole units, a then b
    jko_i_quick_arc *arc;   // some, to choose the next from
    uint32_t root;
} jko_i_quick;

/* Whether the integers can count that many nodes, and tell their masses apart. */
bool jko_i_quick_fits(size_t m, size_t n);

/* O(m + n) memory, for sizes that fit; NULL without memory. */
jko_i_quick *jko_i_quick_create(size_t m, size_t n);
void jko_i_quick_free(jko_i_quick *quick);

/* Begin at the start of start.h, for masses in whole units. Overwrites the tree. */
void jko_i_quick_start(jko_i_quick *quick, jko_i_tree *tree, const jko_i_ot_problem *problem);

/* Bring an arc into the tree, whose reduced cost is less than 0; drop the arc that empties. */
void jko_i_quick_pivot(jko_i_quick *quick, const jko_i_quick_arc *arc, double reduced_cost);

/*
 * Pivot until no arc has a negative reduced cost, to rounding.
 *
 * basis: its tree is overwritten; arc_rows and arc_columns take the arcs of the tree found, *arcs of
 * them. pivots: counted up from what it holds.
 *
 * JKO_OK; JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_CANCELLED: stopped at a feasible tree.
 */
jko_status jko_i_quick_run(jko_i_quick *quick, jko_i_basis *basis, const jko_i_ot_problem *problem,
                           const jko_i_ot_limits *limits, size_t *arcs, int64_t *pivots);

#endif
