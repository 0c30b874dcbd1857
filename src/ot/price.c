// SPDX-License-Identifier: BSD-3-Clause
/*
 * Pricing: the arc of a row that gains most. The inner loop of the simplex.
 *
 * One pass in plain doubles finds the least reduced cost of a row to rounding. Only when that may
 * beat the best so far does a second pass look closer, and only the arcs that rounding leaves in
 * doubt are computed exactly. A row without candidates costs n subtractions and comparisons.
 */
#include "price.h"

#include "base/clones.h"

#include <math.h>

// Numbers handled side by side, for the vector units.
#define LANES ((size_t)16)
// Bounds the error of C - g - f in doubles by this share of |C| + |g| + |f|: two roundings of the
// sums and one of each potential, twice over.
#define DOUBT 0x1p-50
// Below this share of |C| + |g| + |f| an exact reduced cost is 0: a triple holds 2^-150.
#define NOTHING 0x1p-140

// min_j (c_j - g_j).
static double least(size_t n, const double *c, const double *g)
{
    double lanes[LANES];
    double smallest = INFINITY;
    size_t j = 0;
    for (size_t k = 0; k < LANES; k++) {
        lanes[k] = INFINITY;
    }
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double r = c[j + k] - g[j + k];
            lanes[k] = r < lanes[k] ? r : lanes[k];
        }
    }
    for (; j < n; j++) {
        smallest = c[j] - g[j] < smallest ? c[j] - g[j] : smallest;
    }
    for (size_t k = 0; k < LANES; k++) {
        smallest = lanes[k] < smallest ? lanes[k] : smallest;
    }
    return smallest;
}

// With the compiler's vectors of any width: a minimum is the same in any order.
static JKO_I_CLONES double least_sum(size_t n, const double *c, const double *h)
{
    double lanes[LANES];
    double smallest = INFINITY;
    size_t j = 0;
    for (size_t k = 0; k < LANES; k++) {
        lanes[k] = INFINITY;
    }
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double r = c[j + k] + h[j + k];
            lanes[k] = r < lanes[k] ? r : lanes[k];
        }
    }
    for (; j < n; j++) {
        smallest = c[j] + h[j] < smallest ? c[j] + h[j] : smallest;
    }
    for (size_t k = 0; k < LANES; k++) {
        smallest = lanes[k] < smallest ? lanes[k] : smallest;
    }
    return smallest;
}

double jko_i_price_least(size_t n, const double *c, const double *h)
{
    return least_sum(n, c, h);
}

size_t jko_i_price_find(size_t n, const double *c, const double *h, double least)
{
    size_t j = 0;
    while (j + 1 < n && c[j] + h[j] != least) {
        j++;
    }
    return j;
}

// The best of `count` columns from `first`, whose costs are c, if it beats *best.
static size_t price_piece(const jko_i_tree *tree, const jko_cost *cost, size_t i, size_t first,
                          size_t count, const double *c, double *best)
{
    const double *g = tree->high + tree->m + first;
    const double f = tree->high[i];
    const double row_doubt = DOUBT * (cost->max + tree->scale + fabs(f));
    size_t entering = JKO_I_NONE;
    if (least(count, c, g) - f > *best + row_doubt) {
        return JKO_I_NONE;
    }
    for (size_t k = 0; k < count; k++) {
        const double rough = (c[k] - g[k]) - f;
        const double size = fabs(c[k]) + fabs(g[k]) + fabs(f);
        if (isinf(c[k]) || isinf(g[k]) || !(rough <= *best + DOUBT * size)) {
            continue;
        }
        const double exact = jko_i_triple_value(jko_i_tree_reduced_cost(tree, i, first + k, c[k]));
        if (exact < *best && exact < -NOTHING * size) {
            *best = exact;
            entering = first + k;
        }
    }
    return entering;
}

size_t jko_i_price_row(const jko_i_tree *tree, const jko_i_ot_problem *problem, size_t i,
                       double *best)
{
    double buffer[JKO_I_PIECE];
    const jko_cost *cost = problem->cost;
    size_t entering = JKO_I_NONE;
    for (size_t first = 0, count = 0; first < tree->n; first += count) {
        count = jko_i_cost_piece(cost, tree->n, first);
        const double *c = jko_i_cost_row_piece(cost, i, first, count, buffer);
        const size_t j = price_piece(tree, cost, i, first, count, c, best);
        entering = j != JKO_I_NONE ? j : entering;
    }
    return entering;
}

size_t jko_i_price_list_row(const jko_i_tree *tree, const jko_i_shortlist *list, size_t i,
                            double *best)
{
    const double *g = tree->high + tree->m;
    const double f = tree->high[i];
    size_t entering = JKO_I_NONE;
    for (size_t k = list->begin[i]; k < list->begin[i + 1]; k++) {
        const size_t j = list->column[k];
        const double c = list->price[k];
        const double rough = (c - g[j]) - f;
        const double size = fabs(c) + fabs(g[j]) + fabs(f);
        // A fine is no allowed arc, and no way out for one that is in the tree.
        if (!(rough <= *best + DOUBT * size) || (tree->fine > 0.0 && c == tree->fine)) {
            continue;
        }
        const double exact = jko_i_triple_value(jko_i_tree_reduced_cost(tree, i, j, c));
        if (exact < *best && exact < -NOTHING * size) {
            *best = exact;
            entering = j;
        }
    }
    return entering;
}
