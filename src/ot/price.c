// SPDX-License-Identifier: BSD-3-Clause
/*
 * Pricing: the arc of a row that gains most. The inner loop of the simplex.
 *
 * One pass in plain doubles finds the least reduced cost of a row to rounding. Only when that may
 * beat the best so far does a second pass look closer, and only the arcs that rounding leaves in
 * doubt are computed exactly. A row without candidates costs n subtractions and comparisons.
 */
#include "price.h"

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

size_t jko_i_price_row(const jko_i_tree *tree, const jko_i_ot_problem *problem, size_t i,
                       double *best)
{
    const double *c = jko_i_cost_row(problem->cost, i);
    const double *g = tree->high + tree->m;
    const double f = tree->high[i];
    const double row_doubt = DOUBT * (problem->cost->max + tree->scale + fabs(f));
    size_t entering = JKO_I_NONE;
    if (least(tree->n, c, g) - f > *best + row_doubt) {
        return JKO_I_NONE;
    }
    for (size_t j = 0; j < tree->n; j++) {
        const double rough = (c[j] - g[j]) - f;
        const double size = fabs(c[j]) + fabs(g[j]) + fabs(f);
        if (isinf(c[j]) || isinf(g[j]) || !(rough <= *best + DOUBT * size)) {
            continue;
        }
        const double exact = jko_i_triple_value(jko_i_tree_reduced_cost(tree, i, j, c[j]));
        if (exact < *best && exact < -NOTHING * size) {
            *best = exact;
            entering = j;
        }
    }
    return entering;
}
