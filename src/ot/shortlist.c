// SPDX-License-Identifier: BSD-3-Clause
/*
 * A short list of arcs that a best plan is likely to use.
 *
 * One pass over all arcs keeps the few least reduced costs of each row and of each column, in
 * sorted order; an arc that is among neither is turned away by two comparisons. They are then
 * merged, row by row, with the arcs that the caller adds.
 *
 * Source: Gottschlich and Schuhmacher, PLOS ONE 9 (2014); Schmitzer, J. Math. Imaging Vis. 56
 * (2016).
 */
#include "shortlist.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define DEPTH JKO_I_SHORTLIST_DEPTH

bool jko_i_shortlist_create(jko_i_shortlist *list, size_t m, size_t n)
{
    const size_t room = (DEPTH + 2) * (m + n);
    list->m = m;
    list->n = n;
    list->begin = jko_i_alloc(m + 1, sizeof *list->begin);
    list->column = jko_i_alloc(room, sizeof *list->column);
    list->price = jko_i_alloc(room, sizeof *list->price);
    list->row_arc = jko_i_alloc(DEPTH * m, sizeof *list->row_arc);
    list->column_arc = jko_i_alloc(DEPTH * n, sizeof *list->column_arc);
    list->column_key = jko_i_alloc(DEPTH * n, sizeof *list->column_key);
    return list->begin != NULL && list->column != NULL && list->price != NULL &&
           list->row_arc != NULL && list->column_arc != NULL && list->column_key != NULL;
}

void jko_i_shortlist_free(jko_i_shortlist *list)
{
    jko_i_free(list->begin);
    jko_i_free(list->column);
    jko_i_free(list->price);
    jko_i_free(list->row_arc);
    jko_i_free(list->column_arc);
    jko_i_free(list->column_key);
}

// Put an arc in its place among the DEPTH best of a node, the last of which it beats.
static void insert(double *keys, size_t *ends, double key, size_t end)
{
    size_t k = DEPTH - 1;
    for (; k > 0 && key < keys[k - 1]; k--) {
        keys[k] = keys[k - 1];
        ends[k] = ends[k - 1];
    }
    keys[k] = key;
    ends[k] = end;
}

// The best arcs of one row, and what they are to the columns. Returns the least reduced cost.
static double choose_row(jko_i_shortlist *list, const jko_i_ot_problem *problem, size_t i, double f,
                         const double *g)
{
    const jko_cost *cost = problem->cost;
    double keys[DEPTH];
    double buffer[JKO_I_PIECE];
    for (size_t k = 0; k < DEPTH; k++) {
        keys[k] = INFINITY;
    }
    for (size_t first = 0, count = 0; first < list->n; first += count) {
        count = jko_i_cost_piece(cost, list->n, first);
        const double *c = jko_i_cost_row_piece(cost, i, first, count, buffer);
        for (size_t k = 0; k < count; k++) {
            const size_t j = first + k;
            const double key = c[k] - f - g[j];
            double *column_keys = list->column_key + DEPTH * j;
            if (key < keys[DEPTH - 1] && problem->b[j] > 0.0) {
                insert(keys, list->row_arc + DEPTH * i, key, j);
            }
            if (key < column_keys[DEPTH - 1] && problem->b[j] > 0.0) {
                insert(column_keys, list->column_arc + DEPTH * j, key, i);
            }
        }
    }
    return keys[0];
}

// Sort the columns of a row and drop the second of equal ones; returns how many are left.
static size_t sort_row(size_t *columns, size_t count)
{
    size_t kept = 0;
    for (size_t k = 0; k < count; k++) {
        const size_t j = columns[k];
        size_t place = kept;
        while (place > 0 && columns[place - 1] > j) {
            place--;
        }
        if (place > 0 && columns[place - 1] == j) {
            continue;
        }
        memmove(columns + place + 1, columns + place, (kept - place) * sizeof *columns);
        columns[place] = j;
        kept++;
    }
    return kept;
}

// Call put(list, i, j) for the chosen arcs and those to add.
static void visit(jko_i_shortlist *list, void (*put)(jko_i_shortlist *list, size_t i, size_t j),
                  size_t arcs, const size_t *rows, const size_t *columns)
{
    for (size_t k = 0; k < DEPTH * list->m; k++) {
        if (list->row_arc[k] != JKO_I_NONE) {
            put(list, k / DEPTH, list->row_arc[k]);
        }
    }
    for (size_t k = 0; k < DEPTH * list->n; k++) {
        if (list->column_arc[k] != JKO_I_NONE) {
            put(list, list->column_arc[k], k / DEPTH);
        }
    }
    for (size_t k = 0; k < arcs; k++) {
        put(list, rows[k], columns[k]);
    }
}

static void count(jko_i_shortlist *list, size_t i, size_t j)
{
    (void)j;
    list->begin[i + 1]++;
}

// begin[i + 1] is where the next arc of row i goes.
static void place(jko_i_shortlist *list, size_t i, size_t j)
{
    list->column[list->begin[i + 1]++] = j;
}

static void merge(jko_i_shortlist *list, size_t arcs, const size_t *rows, const size_t *columns)
{
    memset(list->begin, 0, (list->m + 1) * sizeof *list->begin);
    visit(list, count, arcs, rows, columns);
    size_t sum = 0;
    for (size_t i = 0; i < list->m; i++) { // from counts to where each row begins
        const size_t length = list->begin[i + 1];
        list->begin[i + 1] = sum;
        sum += length;
    }
    visit(list, place, arcs, rows, columns);
    size_t from = 0;
    size_t to = 0;
    for (size_t i = 0; i < list->m; i++) {
        const size_t end = list->begin[i + 1];
        const size_t kept = sort_row(list->column + from, end - from);
        memmove(list->column + to, list->column + from, kept * sizeof *list->column);
        from = end;
        to += kept;
        list->begin[i + 1] = to;
    }
}

double jko_i_shortlist_choose(jko_i_shortlist *list, const jko_i_ot_problem *problem,
                              const double *f, const double *g, size_t arcs, const size_t *rows,
                              const size_t *columns)
{
    const jko_cost *cost = problem->cost;
    const double fine = cost->forbidden ? jko_i_tree_fine(cost) : 0.0;
    double least = INFINITY;
    for (size_t k = 0; k < DEPTH * list->n; k++) {
        list->column_key[k] = INFINITY;
        list->column_arc[k] = JKO_I_NONE;
    }
    for (size_t i = 0; i < list->m; i++) {
        for (size_t k = 0; k < DEPTH; k++) {
            list->row_arc[DEPTH * i + k] = JKO_I_NONE;
        }
        if (problem->a[i] > 0.0) {
            least = fmin(least, choose_row(list, problem, i, f[i], g));
        }
    }
    merge(list, arcs, rows, columns);
    for (size_t i = 0; i < list->m; i++) {
        for (size_t k = list->begin[i]; k < list->begin[i + 1]; k++) {
            const double c = jko_i_cost_entry(cost, i, list->column[k]);
            list->price[k] = isinf(c) ? fine : c;
        }
    }
    return least;
}

size_t jko_i_shortlist_find(const jko_i_shortlist *list, size_t i, size_t j)
{
    size_t low = list->begin[i];
    size_t high = list->begin[i + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (list->column[middle] < j) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < list->begin[i + 1] && list->column[low] == j ? low : JKO_I_NONE;
}
