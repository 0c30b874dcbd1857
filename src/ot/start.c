// SPDX-License-Identifier: BSD-3-Clause
/*
 * A first feasible tree for the simplex.
 *
 * All starts ship along one arc after another as much as row and column allow, and drop the one
 * that is done. Two orders of arcs are tried, and the cheaper tree is kept:
 *  - each row in turn to the cheapest column that still wants mass: good for scattered points;
 *  - the north-west corner from the best first column: row by row and column by column, where
 *    both are sorted along a line or circle. On a line it is optimal, on a circle nearly so.
 *
 * Source: Ahuja, Magnanti and Orlin, Network Flows (1993), chapter 11; Orden (1956).
 */
#include "start.h"

#include <math.h>
#include <string.h>

typedef struct start {
    jko_i_tree *tree;
    const jko_i_ot_problem *problem;
    size_t rows;    // that still have mass
    size_t columns; // that still want mass
    size_t length;  // of tree->list: the nodes of the columns with mass, in order
} start;

// Place the masses as flows to come, the last column paying for the ties of all rows. The totals
// differ by rounding; the largest column takes the difference, which is far below its own mass.
static start begin(jko_i_tree *tree, const jko_i_ot_problem *problem)
{
    start s = {tree, problem, 0, 0, 0};
    jko_i_triple rest = jko_i_triple_of(0.0);
    size_t largest = tree->m;
    tree->fine = problem->cost->forbidden ? jko_i_tree_fine(problem->cost) : 0.0;
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        const bool is_row = v < tree->m;
        const double mass = is_row ? problem->a[v] : problem->b[v - tree->m];
        tree->parent[v] = tree->child[v] = tree->next[v] = tree->prev[v] = JKO_I_NONE;
        tree->high[v] = -INFINITY;
        tree->flow[v] = jko_i_triple_of(mass);
        tree->tie[v] = is_row;
        rest = jko_i_triple_add(rest, is_row ? mass : -mass);
        if (mass > 0.0 && is_row) {
            s.rows++;
        } else if (mass > 0.0) {
            tree->list[s.columns++] = v;
            largest = tree->flow[largest].high < mass ? v : largest;
        }
    }
    tree->flow[largest] = jko_i_triple_sum(tree->flow[largest], rest);
    tree->tie[tree->list[s.columns - 1]] = (int64_t)s.rows;
    s.length = s.columns;
    return s;
}

static bool is_open(const start *s)
{
    return s->rows + s->columns > 1;
}

// Ship all that row i has or column node v wants. Whichever is done hangs below the other for
// good: its flow to come is then the flow of its arc. The last one is the root.
static void ship(start *s, size_t i, size_t v)
{
    jko_i_tree *tree = s->tree;
    const bool row_is_done = s->columns == 1 || (s->rows > 1 && jko_i_tree_is_less(tree, i, v));
    const size_t done = row_is_done ? i : v;
    const size_t other = row_is_done ? v : i;
    tree->flow[other] = jko_i_triple_difference(tree->flow[other], tree->flow[done]);
    tree->tie[other] -= tree->tie[done];
    tree->cost[done] = jko_i_tree_price(tree, jko_i_cost_entry(s->problem->cost, i, v - tree->m));
    tree->root = other;
    jko_i_tree_attach(tree, done, other);
    (*(row_is_done ? &s->rows : &s->columns))--;
}

// The cheapest column for row i among those that want mass; the list loses the others.
static size_t cheapest(start *s, size_t i)
{
    jko_i_tree *tree = s->tree;
    const jko_cost *cost = s->problem->cost;
    double buffer[JKO_I_PIECE];
    double least = INFINITY;
    size_t best = JKO_I_NONE;
    size_t kept = 0;
    size_t k = 0;
    for (size_t first = 0, count = 0; k < s->length; first += count) {
        count = jko_i_cost_piece(cost, tree->n, first);
        const double *row = jko_i_cost_row_piece(cost, i, first, count, buffer);
        for (; k < s->length && tree->list[k] < tree->m + first + count; k++) {
            const size_t v = tree->list[k];
            if (tree->parent[v] != JKO_I_NONE) {
                continue;
            }
            const double c = row[v - tree->m - first];
            tree->list[kept++] = v;
            best = best == JKO_I_NONE || c < least ? v : best;
            least = fmin(least, c);
        }
    }
    s->length = kept;
    return best;
}

static void finish_by_row(start *s)
{
    for (size_t i = 0; i < s->tree->m; i++) {
        while (is_open(s) && s->problem->a[i] > 0.0 && s->tree->parent[i] == JKO_I_NONE) {
            ship(s, i, cheapest(s, i));
        }
    }
    jko_i_tree_refresh(s->tree, s->tree->root);
}

// The north-west corner rule, columns from the one at `first` in the list, round and round.
static void finish_by_corner(start *s, size_t first)
{
    const jko_i_tree *tree = s->tree;
    size_t k = first;
    for (size_t i = 0; i < tree->m; i++) {
        while (is_open(s) && s->problem->a[i] > 0.0 && tree->parent[i] == JKO_I_NONE) {
            while (tree->parent[tree->list[k]] != JKO_I_NONE) {
                k = k + 1 == s->length ? 0 : k + 1;
            }
            ship(s, i, tree->list[k]);
        }
    }
    jko_i_tree_refresh(s->tree, s->tree->root);
}

// Cost of the north-west corner's plan above that of the least arc everywhere, in plain doubles;
// INFINITY once it is past `limit`.
static double price_corner(const start *s, size_t first, double limit)
{
    const jko_i_ot_problem *p = s->problem;
    const size_t m = s->tree->m;
    size_t k = first;
    size_t left = s->length;
    double wanted = p->b[s->tree->list[k] - m];
    double sum = 0.0;
    for (size_t i = 0; i < m && left > 0; i++) {
        double mass = p->a[i];
        while (mass > 0.0 && left > 0) {
            const double moved = fmin(mass, wanted);
            const size_t j = s->tree->list[k] - m;
            const double price = jko_i_tree_price(s->tree, jko_i_cost_entry(p->cost, i, j));
            sum += moved * (price - p->cost->min);
            mass -= moved;
            wanted -= moved;
            if (wanted <= 0.0 && --left > 0) {
                k = k + 1 == s->length ? 0 : k + 1;
                wanted = p->b[s->tree->list[k] - m];
            }
        }
        if (sum >= limit) {
            return INFINITY;
        }
    }
    return sum;
}

static double price_tree(const start *s)
{
    double sum = 0.0;
    for (size_t v = 0; v < s->tree->m + s->tree->n; v++) {
        if (s->tree->parent[v] != JKO_I_NONE) {
            sum += s->tree->flow[v].high * (s->tree->cost[v] - s->problem->cost->min);
        }
    }
    return sum;
}

void jko_i_start(jko_i_tree *tree, const jko_i_ot_problem *problem)
{
    tree->scale = 0.0;
    start by_row = begin(tree, problem);
    finish_by_row(&by_row);
    double least = price_tree(&by_row);
    start by_corner = begin(tree, problem);
    size_t first = by_corner.length;
    for (size_t k = 0; k < by_corner.length; k++) {
        const double cost = price_corner(&by_corner, k, least);
        if (cost < least) {
            least = cost;
            first = k;
        }
    }
    if (first < by_corner.length) {
        finish_by_corner(&by_corner, first);
    } else {
        finish_by_row(&by_corner);
    }
}

// Order arcs so that each has an end that no later one touches; those on a cycle go. The arrays of
// the tree, which is to be built anew, hold degrees, the xor of the arcs at a node, and the order.
static size_t order_arcs(jko_i_tree *tree, size_t arcs, size_t *rows, size_t *columns)
{
    size_t *degree = tree->depth;
    size_t *joint = tree->next;
    size_t *ordered = tree->list;
    size_t count = 0;
    memset(degree, 0, (tree->m + tree->n) * sizeof *degree);
    memset(joint, 0, (tree->m + tree->n) * sizeof *joint);
    for (size_t k = 0; k < arcs; k++) {
        degree[rows[k]]++;
        degree[tree->m + columns[k]]++;
        joint[rows[k]] ^= k;
        joint[tree->m + columns[k]] ^= k;
    }
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        for (size_t leaf = v; degree[leaf] == 1;) {
            const size_t k = joint[leaf];
            const size_t other = leaf < tree->m ? tree->m + columns[k] : rows[k];
            ordered[count++] = k;
            degree[leaf] = 0;
            degree[other]--;
            joint[other] ^= k;
            leaf = other;
        }
    }
    memcpy(tree->prev, rows, arcs * sizeof *rows);
    memcpy(tree->child, columns, arcs * sizeof *columns);
    for (size_t k = 0; k < count; k++) {
        rows[k] = tree->prev[ordered[k]];
        columns[k] = tree->child[ordered[k]];
    }
    return count;
}

void jko_i_start_from_arcs(jko_i_tree *tree, const jko_i_ot_problem *problem, size_t arcs,
                           size_t *rows, size_t *columns)
{
    const size_t count = order_arcs(tree, arcs, rows, columns);
    start s = begin(tree, problem);
    for (size_t k = 0; k < count && is_open(&s); k++) {
        const size_t v = tree->m + columns[k];
        if (tree->parent[rows[k]] == JKO_I_NONE && tree->parent[v] == JKO_I_NONE) {
            ship(&s, rows[k], v);
        }
    }
    tree->scale = 0.0;
    finish_by_row(&s);
}
