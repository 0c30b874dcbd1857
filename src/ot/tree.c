// SPDX-License-Identifier: BSD-3-Clause
/*
 * The spanning tree of a transport basis, and the pivot that changes it.
 *
 * Parent, first child and sibling links: an arc enters, the cycle that it closes is found by
 * climbing to the common ancestor, the arc that empties first leaves, and the part that was cut
 * off is hung up again by its end of the entering arc. Only the potentials of that part change;
 * they are computed anew from parent to child, so no error builds up. Time: the length of the
 * cycle plus the size of the part.
 *
 * Source: Ahuja, Magnanti and Orlin, Network Flows (1993), chapter 11.
 */
#include "tree.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>

bool jko_i_tree_create(jko_i_tree *tree, size_t m, size_t n)
{
    const size_t nodes = m + n;
    tree->m = m;
    tree->n = n;
    tree->parent = jko_i_alloc(nodes, sizeof *tree->parent);
    tree->child = jko_i_alloc(nodes, sizeof *tree->child);
    tree->next = jko_i_alloc(nodes, sizeof *tree->next);
    tree->prev = jko_i_alloc(nodes, sizeof *tree->prev);
    tree->depth = jko_i_alloc(nodes, sizeof *tree->depth);
    tree->cost = jko_i_alloc(nodes, sizeof *tree->cost);
    tree->high = jko_i_alloc(nodes, sizeof *tree->high);
    tree->tie = jko_i_alloc(nodes, sizeof *tree->tie);
    tree->flow = jko_i_alloc(nodes, sizeof *tree->flow);
    tree->potential = jko_i_alloc(nodes, sizeof *tree->potential);
    tree->list = jko_i_alloc(nodes, sizeof *tree->list);
    return tree->parent != NULL && tree->child != NULL && tree->next != NULL &&
           tree->prev != NULL && tree->depth != NULL && tree->cost != NULL && tree->high != NULL &&
           tree->tie != NULL && tree->flow != NULL && tree->potential != NULL && tree->list != NULL;
}

void jko_i_tree_free(jko_i_tree *tree)
{
    jko_i_free(tree->parent);
    jko_i_free(tree->child);
    jko_i_free(tree->next);
    jko_i_free(tree->prev);
    jko_i_free(tree->depth);
    jko_i_free(tree->cost);
    jko_i_free(tree->high);
    jko_i_free(tree->tie);
    jko_i_free(tree->flow);
    jko_i_free(tree->potential);
    jko_i_free(tree->list);
}

void jko_i_tree_attach(jko_i_tree *tree, size_t node, size_t parent)
{
    const size_t first = tree->child[parent];
    tree->parent[node] = parent;
    tree->prev[node] = JKO_I_NONE;
    tree->next[node] = first;
    if (first != JKO_I_NONE) {
        tree->prev[first] = node;
    }
    tree->child[parent] = node;
}

static void detach(jko_i_tree *tree, size_t node)
{
    const size_t next = tree->next[node];
    const size_t prev = tree->prev[node];
    if (prev == JKO_I_NONE) {
        tree->child[tree->parent[node]] = next;
    } else {
        tree->next[prev] = next;
    }
    if (next != JKO_I_NONE) {
        tree->prev[next] = prev;
    }
}

void jko_i_tree_refresh(jko_i_tree *tree, size_t top)
{
    for (size_t v = top; v != JKO_I_NONE; v = jko_i_tree_walk(tree, top, v)) {
        const size_t parent = tree->parent[v];
        if (parent == JKO_I_NONE) {
            tree->depth[v] = 0;
            tree->potential[v] = jko_i_triple_of(0.0);
        } else {
            tree->depth[v] = tree->depth[parent] + 1;
            tree->potential[v] =
                jko_i_triple_add(jko_i_triple_negative(tree->potential[parent]), tree->cost[v]);
        }
        tree->high[v] = jko_i_triple_value(tree->potential[v]);
        tree->scale = fmax(tree->scale, fabs(tree->high[v]));
    }
}

// Mass enters column j from row i, so it must leave j by the arc to its parent, and so on up:
// arcs below a column lose on j's side, arcs below a row on i's side.
static bool loses(const jko_i_tree *tree, size_t node, bool column_side)
{
    return (node >= tree->m) == column_side;
}

// The arc of the cycle of (i, j) that empties first, and the common ancestor.
static size_t find_leaving(const jko_i_tree *tree, size_t i, size_t j, size_t *join,
                           bool *on_column)
{
    size_t leaving = JKO_I_NONE;
    size_t u = i;
    size_t v = tree->m + j;
    while (u != v) {
        const bool column_side = tree->depth[v] >= tree->depth[u];
        const size_t node = column_side ? v : u;
        if (loses(tree, node, column_side) &&
            (leaving == JKO_I_NONE || jko_i_tree_is_less(tree, node, leaving))) {
            leaving = node;
            *on_column = column_side;
        }
        *(column_side ? &v : &u) = tree->parent[node];
    }
    *join = u;
    return leaving;
}

static void push(jko_i_tree *tree, size_t from, size_t join, bool column_side, jko_i_triple amount,
                 int64_t tie)
{
    const jko_i_triple negative = jko_i_triple_negative(amount);
    for (size_t v = from; v != join; v = tree->parent[v]) {
        const bool less = loses(tree, v, column_side);
        tree->flow[v] = jko_i_triple_sum(tree->flow[v], less ? negative : amount);
        tree->tie[v] += less ? -tie : tie;
    }
}

// Turn the path from node up to leaving, so that node hangs below parent by the entering arc.
static void hang(jko_i_tree *tree, size_t node, size_t parent, size_t leaving, double cost,
                 jko_i_triple flow, int64_t tie)
{
    const size_t top = node;
    for (;;) {
        const size_t old_parent = tree->parent[node];
        const double old_cost = tree->cost[node];
        const jko_i_triple old_flow = tree->flow[node];
        const int64_t old_tie = tree->tie[node];
        detach(tree, node);
        jko_i_tree_attach(tree, node, parent);
        tree->cost[node] = cost;
        tree->flow[node] = flow;
        tree->tie[node] = tie;
        if (node == leaving) {
            break;
        }
        parent = node;
        node = old_parent;
        cost = old_cost;
        flow = old_flow;
        tie = old_tie;
    }
    jko_i_tree_refresh(tree, top);
}

void jko_i_tree_pivot(jko_i_tree *tree, size_t i, size_t j, double cost)
{
    size_t join = JKO_I_NONE;
    bool on_column = false;
    const size_t leaving = find_leaving(tree, i, j, &join, &on_column);
    assert(leaving != JKO_I_NONE); // the arc of i or of j, or the next one up, loses
    const jko_i_triple amount = tree->flow[leaving];
    const int64_t tie = tree->tie[leaving];
    push(tree, tree->m + j, join, true, amount, tie);
    push(tree, i, join, false, amount, tie);
    if (on_column) {
        hang(tree, tree->m + j, i, leaving, cost, amount, tie);
    } else {
        hang(tree, i, tree->m + j, leaving, cost, amount, tie);
    }
}
