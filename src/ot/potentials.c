// SPDX-License-Identifier: BSD-3-Clause
/*
 * Well-scaled potentials of an optimal tree.
 *
 * Where masses tie, some arcs of the tree carry nothing. Such an arc may cost 1e30, and potentials
 * read along it leave no digits for the costs that matter. So the tree is cut at its empty arcs
 * into parts; within a part potentials are fixed up to a shift, and the shifts may be any s with
 *
 *     s(part of i) <= s(part of j) + C_ij - f_i - g_j   for all arcs (i, j).
 *
 * Dijkstra's algorithm gives the largest such s below the ones that would make each part's least
 * g zero. All is added up in three doubles and rounded once.
 *
 * Source: Dijkstra (1959); Ahuja, Magnanti and Orlin, Network Flows (1993), section 4.5.
 */
#include "potentials.h"

#include "base/alloc.h"

#include <float.h>
#include <math.h>

// As in price.c: the error of a sum of four numbers in doubles, as a share of their sizes.
#define DOUBT 0x1p-50
// A shift before any arc bounds it; the sizes of costs are checked to stay far below.
#define FAR (0.5 * DBL_MAX)

bool jko_i_potentials_create(jko_i_potentials *work, size_t m, size_t n)
{
    work->part = jko_i_alloc(m + n, sizeof *work->part);
    work->settled = jko_i_alloc(m + n, sizeof *work->settled);
    work->shift = jko_i_alloc(m + n, sizeof *work->shift);
    return work->part != NULL && work->settled != NULL && work->shift != NULL;
}

void jko_i_potentials_free(jko_i_potentials *work)
{
    jko_i_free(work->part);
    jko_i_free(work->settled);
    jko_i_free(work->shift);
}

static bool is_less(jko_i_triple s, jko_i_triple t)
{
    return jko_i_triple_compare(s, t) < 0.0;
}

// Number the parts, each with the shift that makes its least g zero. Returns how many there are.
static size_t cut(const jko_i_tree *tree, bool optimal, jko_i_potentials *work)
{
    size_t parts = 0;
    for (size_t v = tree->root; v != JKO_I_NONE; v = jko_i_tree_walk(tree, tree->root, v)) {
        const bool joined = v != tree->root && !jko_i_tree_is_forbidden(tree, v) &&
                            (!optimal || jko_i_triple_value(tree->flow[v]) > 0.0);
        const size_t p = work->part[v] = joined ? work->part[tree->parent[v]] : parts;
        if (!joined) {
            work->shift[parts] = jko_i_triple_of(FAR);
            work->settled[parts++] = false;
        }
        if (v >= tree->m && is_less(tree->potential[v], work->shift[p])) {
            work->shift[p] = tree->potential[v];
        }
    }
    return parts;
}

// Lower the shifts of other parts to what the arcs into column j allow.
static void relax(const jko_i_tree *tree, const jko_i_ot_problem *problem, jko_i_potentials *work,
                  size_t j)
{
    double buffer[JKO_I_PIECE];
    const jko_i_triple from = work->shift[work->part[tree->m + j]];
    const double g = tree->high[tree->m + j];
    const double *column = NULL;
    size_t first = 0;
    size_t end = 0;
    for (size_t i = 0; i < tree->m; i++) {
        if (i == end) {
            const size_t count = jko_i_cost_piece(problem->cost, tree->m, i);
            column = jko_i_cost_column_piece(problem->cost, j, i, count, buffer);
            first = i;
            end = i + count;
        }
        const double c = column[i - first];
        if (!(problem->a[i] > 0.0) || isinf(c) || work->settled[work->part[i]]) {
            continue;
        }
        jko_i_triple *to = &work->shift[work->part[i]];
        const double f = tree->high[i];
        const double rough = from.high + ((c - g) - f);
        const double size = fabs(from.high) + fabs(c) + fabs(g) + fabs(f);
        if (rough - DOUBT * size > to->high) {
            continue;
        }
        const jko_i_triple exact = jko_i_triple_sum(from, jko_i_tree_reduced_cost(tree, i, j, c));
        if (is_less(exact, *to)) {
            *to = exact;
        }
    }
}

static void find_shifts(const jko_i_tree *tree, const jko_i_ot_problem *problem,
                        jko_i_potentials *work, size_t parts)
{
    for (size_t k = 0; k + 1 < parts; k++) {
        size_t nearest = JKO_I_NONE;
        for (size_t p = 0; p < parts; p++) {
            if (!work->settled[p] &&
                (nearest == JKO_I_NONE || is_less(work->shift[p], work->shift[nearest]))) {
                nearest = p;
            }
        }
        work->settled[nearest] = true;
        for (size_t j = 0; j < tree->n; j++) {
            if (problem->b[j] > 0.0 && work->part[tree->m + j] == nearest) {
                relax(tree, problem, work, j);
            }
        }
    }
}

void jko_i_potentials_read(const jko_i_tree *tree, const jko_i_ot_problem *problem, bool optimal,
                           jko_i_potentials *work, double *f, double *g)
{
    const size_t parts = cut(tree, optimal, work);
    find_shifts(tree, problem, work, parts);
    for (size_t v = tree->root; v != JKO_I_NONE; v = jko_i_tree_walk(tree, tree->root, v)) {
        const jko_i_triple shift = work->shift[work->part[v]];
        if (v < tree->m) {
            f[v] = jko_i_triple_value(jko_i_triple_sum(tree->potential[v], shift));
        } else {
            g[v - tree->m] = jko_i_triple_value(jko_i_triple_difference(tree->potential[v], shift));
        }
    }
}
