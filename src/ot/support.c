// SPDX-License-Identifier: BSD-3-Clause
/*
 * Which arcs a plan can use at all, where some are forbidden.
 *
 * Take any plan F of the allowed arcs, here from the network simplex with all costs 0. In the
 * graph of allowed arcs from rows to columns, and of arcs back from columns to rows where F has
 * mass, mass can be sent around every cycle; so an allowed arc carries mass in some plan if and
 * only if its ends lie in one strongly connected part. The entropic plan is positive on exactly
 * those arcs; on the others its potentials would have to be infinite. Parts are found as what is
 * reached from a node and reaches it: O(m n) each, and mostly there is one.
 *
 * Source: Ahuja, Magnanti and Orlin, Network Flows (1993), sections 3.4 and 6.7; Sinkhorn and
 * Knopp (1967) (total support).
 */
#include "support.h"

#include "base/alloc.h"
#include "cut.h"
#include "simplex.h"
#include "start.h"

#include <string.h>

bool jko_i_support_create(jko_i_support *support, const jko_cost *cost)
{
    if (!cost->forbidden) {
        return true;
    }
    const size_t nodes = cost->m + cost->n;
    const bool has_tree = jko_i_tree_create(&support->tree, cost->m, cost->n);
    support->pattern = jko_i_cost_like(cost);
    support->part = jko_i_alloc(nodes, sizeof *support->part);
    support->forth = jko_i_alloc(nodes, sizeof *support->forth);
    support->back = jko_i_alloc(nodes, sizeof *support->back);
    if (!has_tree || support->pattern == NULL || support->part == NULL || support->forth == NULL ||
        support->back == NULL) {
        return false;
    }
    for (size_t k = 0; k < jko_i_cost_storage_length(cost); k++) {
        support->pattern->storage[k] = isinf(cost->storage[k]) ? INFINITY : 0.0;
    }
    support->pattern->forbidden = true;
    return true;
}

void jko_i_support_free(jko_i_support *support)
{
    jko_cost_free(support->pattern);
    jko_i_tree_free(&support->tree);
    jko_i_free(support->part);
    jko_i_free(support->forth);
    jko_i_free(support->back);
}

#define SMALL_SHARE 1e-6 // of a mass: more than this is not rounding, however small the mass

typedef struct search {
    jko_i_support *support;
    const jko_i_ot_problem *problem;
    double nothing; // flow that counts as none, unless the masses are as small
    bool *seen;
    size_t *queue;
    size_t length;
} search;

static void visit(search *s, size_t node)
{
    if (!s->seen[node] && s->support->part[node] == JKO_I_NONE) {
        s->seen[node] = true;
        s->queue[s->length++] = node;
    }
}

// Whether the arc of a node has more mass than rounding may have put there.
static bool carries(const search *s, size_t node)
{
    const jko_i_tree *tree = &s->support->tree;
    size_t i = 0;
    size_t j = 0;
    if (tree->parent[node] == JKO_I_NONE || jko_i_tree_is_forbidden(tree, node)) {
        return false;
    }
    jko_i_tree_arc(tree, node, &i, &j);
    const double smaller = fmin(s->problem->a[i], s->problem->b[j]);
    return tree->flow[node].high > fmin(s->nothing, SMALL_SHARE * smaller);
}

// The nodes at the other end of arcs of the tree with mass.
static void visit_carriers(search *s, size_t node)
{
    const jko_i_tree *tree = &s->support->tree;
    if (carries(s, node)) {
        visit(s, tree->parent[node]);
    }
    for (size_t v = tree->child[node]; v != JKO_I_NONE; v = tree->next[v]) {
        if (carries(s, v)) {
            visit(s, v);
        }
    }
}

// What is reached from a node, or reaches it.
static void explore(search *s, size_t from, bool forth, bool *seen)
{
    const jko_cost *pattern = s->support->pattern;
    const size_t m = pattern->m;
    s->seen = seen;
    s->length = 0;
    memset(seen, 0, (m + pattern->n) * sizeof *seen);
    visit(s, from);
    for (size_t k = 0; k < s->length; k++) {
        const size_t node = s->queue[k];
        if ((node < m) != forth) {
            visit_carriers(s, node);
            continue;
        }
        const double *arcs =
            forth ? jko_i_cost_row(pattern, node) : jko_i_cost_column(pattern, node - m);
        const double *mass = forth ? s->problem->b : s->problem->a;
        for (size_t other = 0; other < (forth ? pattern->n : m); other++) {
            if (!isinf(arcs[other]) && mass[other] > 0.0) {
                visit(s, forth ? m + other : other);
            }
        }
    }
}

static void find_parts(search *s)
{
    jko_i_support *support = s->support;
    const size_t m = support->pattern->m;
    const size_t nodes = m + support->pattern->n;
    size_t parts = 0;
    for (size_t v = 0; v < nodes; v++) {
        support->part[v] = JKO_I_NONE;
    }
    for (size_t v = 0; v < nodes; v++) {
        const double mass = v < m ? s->problem->a[v] : s->problem->b[v - m];
        if (!(mass > 0.0) || support->part[v] != JKO_I_NONE) {
            continue;
        }
        explore(s, v, true, support->forth);
        explore(s, v, false, support->back);
        for (size_t w = 0; w < nodes; w++) {
            if (support->forth[w] && support->back[w]) {
                support->part[w] = parts;
            }
        }
        parts++;
    }
}

jko_status jko_i_support_find(jko_i_support *support, const jko_i_ot_problem *problem,
                              const jko_i_ot_limits *limits)
{
    const jko_i_ot_limits quiet = {INT64_MAX, limits->deadline, NULL, NULL};
    jko_i_ot_problem plain = *problem;
    int64_t pivots = 0;
    plain.cost = support->pattern;
    jko_i_start(&support->tree, &plain);
    jko_status status = jko_i_simplex_run(&support->tree, &plain, &quiet, &pivots);
    if (status == JKO_OK) {
        status = jko_i_cut_check(&support->tree, &plain);
    }
    if (status == JKO_OK) {
        search s = {.support = support,
                    .problem = problem,
                    .nothing = jko_i_cut_rounding(problem),
                    .queue = support->tree.list};
        find_parts(&s);
    }
    if (status > 0) { // out of time: all arcs, which the same limit will soon stop
        memset(support->part, 0, (problem->cost->m + problem->cost->n) * sizeof *support->part);
        status = JKO_OK;
    }
    return status;
}
