// SPDX-License-Identifier: BSD-3-Clause
/*
 * The monotone plan: a sweep over both measures at once.
 *
 * What is left at the row and wanted at the column is kept in three doubles, so that a heavy cell
 * loses nothing to thousands of light ones, and cells that end together are seen to.
 *
 * Source: Santambrogio, Optimal Transport for Applied Mathematicians (2015), section 2.2.
 */
#include "sweep.h"

#include "triple.h"

#include <stdint.h>

typedef struct sweep {
    const jko_i_sweep_side *side;
    size_t rank;
    size_t cells;      // still to come, this one included
    jko_i_triple rest; // of this cell's mass
    size_t largest;    // cell that takes the difference of the totals, if any
    jko_i_triple difference;
} sweep;

static void skip(sweep *s)
{
    s->rank = s->rank + 1 == s->side->n ? 0 : s->rank + 1;
    s->cells--;
}

static size_t cell_of(const sweep *s)
{
    return s->side->order[s->rank];
}

// From here on, the first cell with mass.
static void load(sweep *s)
{
    while (s->cells > 0 && !(s->side->mass[cell_of(s)] > 0.0)) {
        skip(s);
    }
    if (s->cells > 0) {
        s->rest = jko_i_triple_of(s->side->mass[cell_of(s)]);
        if (cell_of(s) == s->largest) {
            s->rest = jko_i_triple_sum(s->rest, s->difference);
        }
    }
}

static void next(sweep *s)
{
    skip(s);
    load(s);
}

// The totals differ by rounding; the largest column takes the difference, far below its own mass.
static void balance(const sweep *rows, sweep *columns)
{
    const double *b = columns->side->mass;
    columns->largest = 0;
    for (size_t i = 0; i < rows->side->n; i++) {
        columns->difference = jko_i_triple_add(columns->difference, rows->side->mass[i]);
    }
    for (size_t j = 0; j < columns->side->n; j++) {
        columns->difference = jko_i_triple_add(columns->difference, -b[j]);
        columns->largest = b[j] > b[columns->largest] ? j : columns->largest;
    }
}

static void record(jko_i_arcs *arcs, const sweep *row, const sweep *column, jko_i_triple moved)
{
    const double mass = jko_i_triple_value(moved);
    if (mass > 0.0) {
        arcs->from[arcs->count] = cell_of(row);
        arcs->to[arcs->count] = cell_of(column);
        arcs->mass[arcs->count++] = mass;
    }
}

void jko_i_sweep(const jko_i_sweep_side *rows, const jko_i_sweep_side *columns, jko_i_arcs *arcs)
{
    const jko_i_triple zero = {0.0, 0.0, 0.0};
    sweep row = {rows, rows->first, rows->n, zero, SIZE_MAX, zero};
    sweep column = {columns, columns->first, columns->n, zero, SIZE_MAX, zero};
    balance(&row, &column);
    load(&row);
    load(&column);
    arcs->count = 0;
    while (row.cells > 0 && column.cells > 0) {
        const double order = jko_i_triple_compare(row.rest, column.rest);
        const jko_i_triple moved = order < 0.0 ? row.rest : column.rest;
        record(arcs, &row, &column, moved);
        if (order < 0.0) {
            column.rest = jko_i_triple_difference(column.rest, moved);
            next(&row);
        } else if (order > 0.0) {
            row.rest = jko_i_triple_difference(row.rest, moved);
            next(&column);
        } else {
            next(&row);
            next(&column);
        }
    }
}
