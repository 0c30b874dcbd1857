// SPDX-License-Identifier: BSD-3-Clause
/*
 * The network simplex for transport, with costs read row by row.
 *
 * Block pricing: rows are priced in turn, from where the last search ended; once about sqrt(m n)
 * arcs were seen, the best arc so far enters. When a whole round finds none, the tree is optimal.
 * Flows and potentials are sums of up to m + n masses or costs held in three doubles, so reduced
 * costs have the right sign, and the masses are perturbed symbolically (tree.h), so every pivot
 * lowers the cost: no cycling, whatever ties and zeros the input has.
 *
 * Source: Orden (1956); Ahuja, Magnanti and Orlin, Network Flows (1993), chapter 11; block search:
 * Kovacs, Optimization Methods and Software 30 (2015).
 */
#include "simplex.h"

#include "price.h"

#include <math.h>

// Pivots between two calls of the caller's progress function.
#define ASK_EVERY 128

typedef struct entering {
    size_t i;
    size_t j;
    double reduced_cost; // < 0, or 0 if there is none
} entering;

// What is priced: all arcs, or those of a list, in blocks.
typedef struct pricing {
    const jko_i_tree *tree;
    const jko_i_ot_problem *problem;
    const jko_i_shortlist *list; // or NULL
    size_t block;                // arcs
    size_t next;                 // row to begin with
} pricing;

// The best arc of the next rows, at least a block of arcs.
static entering search(pricing *p)
{
    entering best = {JKO_I_NONE, JKO_I_NONE, 0.0};
    size_t seen = 0;
    for (size_t k = 0; k < p->tree->m; k++) {
        const size_t i = p->next;
        p->next = i + 1 == p->tree->m ? 0 : i + 1;
        if (!(p->problem->a[i] > 0.0)) {
            continue;
        }
        const size_t j = p->list == NULL
                             ? jko_i_price_row(p->tree, p->problem, i, &best.reduced_cost)
                             : jko_i_price_list_row(p->tree, p->list, i, &best.reduced_cost);
        if (j != JKO_I_NONE) {
            best.i = i;
            best.j = j;
        }
        seen += p->list == NULL ? p->tree->n : p->list->begin[i + 1] - p->list->begin[i];
        if (seen >= p->block && best.i != JKO_I_NONE) {
            break;
        }
    }
    return best;
}

static jko_status run(pricing *p, jko_i_tree *tree, const jko_i_ot_limits *limits, int64_t *pivots)
{
    const jko_cost *cost = p->problem->cost;
    const double unit = cost->max > 0.0 ? cost->max : 1.0;
    for (int64_t k = 0;; k++) {
        const entering arc = search(p);
        if (arc.i == JKO_I_NONE) {
            return JKO_OK;
        }
        jko_status status = jko_i_ot_check_limits(limits, *pivots);
        if (status == JKO_OK && k % ASK_EVERY == 0) {
            status = jko_i_ot_ask(limits, *pivots, -arc.reduced_cost / unit);
        }
        if (status != JKO_OK) {
            return status;
        }
        jko_i_tree_pivot(tree, arc.i, arc.j, jko_i_cost_entry(cost, arc.i, arc.j));
        ++*pivots;
    }
}

jko_status jko_i_simplex_run(jko_i_tree *tree, const jko_i_ot_problem *problem,
                             const jko_i_ot_limits *limits, int64_t *pivots)
{
    const size_t block = (size_t)sqrt((double)tree->m * (double)tree->n);
    pricing p = {tree, problem, NULL, block, 0};
    return run(&p, tree, limits, pivots);
}

jko_status jko_i_simplex_run_list(jko_i_tree *tree, const jko_i_ot_problem *problem,
                                  const jko_i_shortlist *list, const jko_i_ot_limits *limits,
                                  int64_t *pivots)
{
    const size_t block = (size_t)sqrt((double)list->begin[list->m]);
    pricing p = {tree, problem, list, block, 0};
    return run(&p, tree, limits, pivots);
}
