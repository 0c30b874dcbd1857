// SPDX-License-Identifier: BSD-3-Clause
/*
 * Forbidden arcs: whether a plan exists, and the cut that proves that none does.
 *
 * In a tree a forbidden arc has a fine that outweighs all other costs (tree.h). If an optimal tree
 * still needs one, count fines: F_i + G_j = 1 on forbidden arcs of the tree, 0 on its others, and
 * F_i + G_j <= 0 on all allowed arcs. So sources with F_i >= k reach only targets with G_j <= -k,
 * and since a.F + b.G is the fined mass, for some k those sources have more mass than those
 * targets take. All k are tried, O(m + n) each.
 *
 * Source: Gale (1957); Ahuja, Magnanti and Orlin, Network Flows (1993), section 6.7 (cuts).
 */
#include "cut.h"

#include "base/status.h"
#include "base/sum.h"

#include <float.h>
#include <string.h>

#define LISTED 6 // indices of a set that the detail names

double jko_i_cut_rounding(const jko_i_ot_problem *problem)
{
    const double nodes = (double)problem->cost->m + (double)problem->cost->n;
    return 4.0 * DBL_EPSILON * nodes * problem->total;
}

double jko_i_cut_mass(const jko_i_tree *tree)
{
    jko_i_sum mass = {0.0, 0.0};
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        if (tree->parent[v] != JKO_I_NONE && jko_i_tree_is_forbidden(tree, v)) {
            jko_i_sum_add(&mass, fmax(jko_i_triple_value(tree->flow[v]), 0.0));
        }
    }
    return jko_i_sum_value(&mass);
}

// F of rows and -G of columns into tree->tie: the same along allowed arcs, one more for the row
// than for the column along forbidden ones.
static void count_fines(jko_i_tree *tree, int64_t *least, int64_t *most)
{
    *least = *most = tree->tie[tree->root] = 0;
    for (size_t v = tree->root; v != JKO_I_NONE; v = jko_i_tree_walk(tree, tree->root, v)) {
        if (v == tree->root) {
            continue;
        }
        const int64_t step = jko_i_tree_is_forbidden(tree, v) ? 1 : 0;
        const int64_t level = tree->tie[tree->parent[v]];
        tree->tie[v] = v < tree->m ? level + step : level - step;
        *least = tree->tie[v] < *least ? tree->tie[v] : *least;
        *most = tree->tie[v] > *most ? tree->tie[v] : *most;
    }
}

// Mass of the rows (or columns) of the tree at level k or above.
static double mass_above(const jko_i_tree *tree, const jko_i_ot_problem *problem, bool rows,
                         int64_t k)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < (rows ? tree->m : tree->n); i++) {
        const double mass = rows ? problem->a[i] : problem->b[i];
        if (mass > 0.0 && tree->tie[rows ? i : tree->m + i] >= k) {
            jko_i_sum_add(&sum, mass);
        }
    }
    return jko_i_sum_value(&sum);
}

typedef struct text {
    char bytes[160];
    size_t length;
} text;

static void append(text *to, const char *from)
{
    const size_t room = sizeof to->bytes - 1 - to->length;
    const size_t length = strlen(from);
    const size_t taken = length < room ? length : room;
    memcpy(to->bytes + to->length, from, taken);
    to->length += taken;
    to->bytes[to->length] = '\0';
}

static void append_number(text *to, size_t number)
{
    char digits[24];
    size_t first = sizeof digits - 1;
    digits[first] = '\0';
    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    append(to, digits + first);
}

// "3, 5, 8 and 4 more", or "none".
static text list(const jko_i_tree *tree, const jko_i_ot_problem *problem, bool rows, int64_t k)
{
    text out = {"", 0};
    size_t found = 0;
    for (size_t i = 0; i < (rows ? tree->m : tree->n); i++) {
        const double mass = rows ? problem->a[i] : problem->b[i];
        if (!(mass > 0.0) || tree->tie[rows ? i : tree->m + i] < k) {
            continue;
        }
        if (found < LISTED) {
            append(&out, found == 0 ? "" : ", ");
            append_number(&out, i);
        }
        found++;
    }
    if (found == 0) {
        append(&out, "none");
    } else if (found > LISTED) {
        append(&out, " and ");
        append_number(&out, found - LISTED);
        append(&out, " more");
    }
    return out;
}

jko_status jko_i_cut_check(jko_i_tree *tree, const jko_i_ot_problem *problem)
{
    int64_t least = 0;
    int64_t most = 0;
    int64_t best = 0;
    double lack = -INFINITY;
    if (!problem->cost->forbidden || jko_i_cut_mass(tree) <= jko_i_cut_rounding(problem)) {
        return JKO_OK;
    }
    count_fines(tree, &least, &most);
    for (int64_t k = least; k <= most; k++) {
        const double excess =
            mass_above(tree, problem, true, k) - mass_above(tree, problem, false, k);
        if (excess > lack) {
            lack = excess;
            best = k;
        }
    }
    const text sources = list(tree, problem, true, best);
    const text targets = list(tree, problem, false, best);
    return jko_i_fail(JKO_ERR_INFEASIBLE,
                      "sources %s hold %.17g of mass, but of the targets that want mass their "
                      "allowed arcs reach only %s, which take %.17g; allow more arcs or move mass",
                      sources.bytes, mass_above(tree, problem, true, best), targets.bytes,
                      mass_above(tree, problem, false, best));
}
