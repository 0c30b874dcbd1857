// SPDX-License-Identifier: BSD-3-Clause
/* The spanning tree of a transport basis: structure, flows and potentials. Internal. */
#ifndef JKO_SRC_OT_TREE_H
#define JKO_SRC_OT_TREE_H

#include "problem.h"
#include "triple.h"

#include <math.h>
#include <stdbool.h>

/* No node. */
#define JKO_I_NONE ((size_t)-1)

/*
 * Node i < m is row i, node m + j is column j. Rows and columns without mass are not in the tree;
 * their `high` is -inf, so that no arc to them ever looks cheap.
 *
 * The arc of a node is the one to its parent. The flow on it is value + tie * e for an
 * infinitesimal e > 0: each row has e more mass, and the last column makes up for it (Orden 1956).
 * Then no basis is degenerate, whatever the masses.
 */
typedef struct jko_i_tree {
    size_t m;
    size_t n;
    size_t root;
    size_t *parent;          // [m + n], JKO_I_NONE for the root and for nodes without mass
    size_t *child;           // [m + n], first child or JKO_I_NONE
    size_t *next;            // [m + n], siblings
    size_t *prev;            // [m + n]
    size_t *depth;           // [m + n]
    double *cost;            // [m + n], of the arc to the parent
    double *high;            // [m + n], the potential rounded to a double
    double scale;            // no |high| is larger
    double fine;             // what a forbidden arc costs in the tree; see jko_i_tree_fine()
    int64_t *tie;            // [m + n]
    jko_i_triple *flow;      // [m + n], on the arc to the parent, >= 0
    jko_i_triple *potential; // [m + n], f then g: f_i + g_j = C_ij on the arcs of the tree
    size_t *list;            // [m + n], workspace
} jko_i_tree;

/* Memory for trees of m rows and n columns, O(m + n); false without memory (free it then too). */
bool jko_i_tree_create(jko_i_tree *tree, size_t m, size_t n);
void jko_i_tree_free(jko_i_tree *tree);

/*
 * A cost that no plan pays if it can be helped: a forbidden arc may be in a tree, at this price.
 *
 * Potentials of a tree of allowed arcs differ by at most m + n of their costs; a fine above that
 * leaves no mass on forbidden arcs unless every plan needs them. Potentials in three doubles keep
 * all digits of the other costs beside it.
 */
static inline double jko_i_tree_fine(const jko_cost *cost)
{
    const double largest = cost->max > 0.0 ? cost->max : 1.0;
    return 4.0 * ((double)cost->m + (double)cost->n) * largest;
}

/* The price of arc (i, j) in a tree. */
static inline double jko_i_tree_price(const jko_i_tree *tree, double c)
{
    return isinf(c) ? tree->fine : c;
}

/* Whether the arc of a node is forbidden. */
static inline bool jko_i_tree_is_forbidden(const jko_i_tree *tree, size_t node)
{
    return tree->fine > 0.0 && tree->cost[node] == tree->fine;
}

/* Hang a node that has no parent below another; cost and flow of its arc are the caller's to set. */
void jko_i_tree_attach(jko_i_tree *tree, size_t node, size_t parent);

/* Compute depth and potential of a subtree anew from its top's parent; the root's potential is 0. */
void jko_i_tree_refresh(jko_i_tree *tree, size_t top);

/* Bring arc (i, j) into the tree, push what the cycle can take, and drop the arc that is emptied. */
void jko_i_tree_pivot(jko_i_tree *tree, size_t i, size_t j, double cost);

/* Whether the flow of arc v is less than that of arc w; flows of one tree are never equal. */
static inline bool jko_i_tree_is_less(const jko_i_tree *tree, size_t v, size_t w)
{
    const double order = jko_i_triple_compare(tree->flow[v], tree->flow[w]);
    return order < 0.0 || (order == 0.0 && tree->tie[v] < tree->tie[w]);
}

/* C_ij - f_i - g_j. */
static inline jko_i_triple jko_i_tree_reduced_cost(const jko_i_tree *tree, size_t i, size_t j,
                                                   double cost)
{
    const jko_i_triple rest = jko_i_triple_difference(jko_i_triple_of(cost), tree->potential[i]);
    return jko_i_triple_difference(rest, tree->potential[tree->m + j]);
}

/* Row and column of the arc of a node that is in the tree and not its root. */
static inline void jko_i_tree_arc(const jko_i_tree *tree, size_t node, size_t *i, size_t *j)
{
    const size_t parent = tree->parent[node];
    *i = node < tree->m ? node : parent;
    *j = (node < tree->m ? parent : node) - tree->m;
}

/* The node after `node` in a walk of the subtree of top, parents first; JKO_I_NONE at the end. */
static inline size_t jko_i_tree_walk(const jko_i_tree *tree, size_t top, size_t node)
{
    if (tree->child[node] != JKO_I_NONE) {
        return tree->child[node];
    }
    while (node != top && tree->next[node] == JKO_I_NONE) {
        node = tree->parent[node];
    }
    return node == top ? JKO_I_NONE : tree->next[node];
}

#endif
