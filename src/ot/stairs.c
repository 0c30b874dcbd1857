// SPDX-License-Identifier: BSD-3-Clause
/*
 * Staircases: cumulative masses as whole numbers, and potentials along a pair of them.
 *
 * A total is 2^60 units, some thousand to a rounding of the total, so that counting in units is
 * finer than the masses are known, and equal is equal.
 *
 * The pairs that share mass in the monotone plan form a staircase, on which f + g is the cost. As
 * the cost is convex, potentials with that property are feasible for all pairs. Each is one sum of
 * changes of the cost from step to step. At a tie, where a row and a column end together, two paths
 * lead to the next pair, and any mixture of them is feasible: on a circle the mixture has to be the
 * one that comes back to where it began.
 *
 * Source: Santambrogio, Optimal Transport for Applied Mathematicians (2015), section 2.2; Delon,
 * Salomon and Sobolevski, SIAM J. Appl. Math. 70 (2010).
 */
#include "stairs.h"

#include "base/sum.h"

// Units to a mass of 1, as a sum in two doubles: 2^60 / whole.
static jko_i_sum find_scale(const jko_i_sum *whole)
{
    const double unit = (double)JKO_I_WHOLE;
    const double high = unit / whole->high;
    const double rest = fma(-high, whole->high, unit) - high * whole->low;
    const jko_i_sum scale = {high, rest / whole->high};
    return scale;
}

// How many units a part of the mass is, to one unit or so.
static int64_t units(const jko_i_sum *part, double even, const jko_i_sum *scale)
{
    const double mass = part->high * even;
    const double high = mass * scale->high;
    const double rest =
        fma(mass, scale->high, -high) + (part->low * even * scale->high + mass * scale->low);
    // Past 2^53 high is whole, below it counts to a small part of a unit.
    const int64_t whole = (int64_t)high;
    const double left = (high - (double)whole) + rest;
    return whole + (int64_t)(left < 0.0 ? left - 0.5 : left + 0.5);
}

void jko_i_stairs_build(jko_i_stairs *stairs, size_t n, const double *place, const size_t *order,
                        const double *mass)
{
    jko_i_sum whole = {0.0, 0.0};
    jko_i_sum part = {0.0, 0.0};
    size_t last = 0;
    int64_t before = 0;
    for (size_t r = 0; r < n; r++) {
        jko_i_sum_add(&whole, mass[order[r]]);
        last = mass[order[r]] > 0.0 ? r : last;
    }
    // Totals near the ends of what a double holds are moved away from there, by a power of two.
    const double even = whole.high < 1e-200 ? 0x1p600 : (whole.high > 1e200 ? 0x1p-600 : 1.0);
    whole.high *= even;
    whole.low *= even;
    const jko_i_sum scale = find_scale(&whole);
    stairs->n = 0;
    for (size_t r = 0; r <= last; r++) {
        jko_i_sum_add(&part, mass[order[r]]);
        int64_t end = r == last ? JKO_I_WHOLE : units(&part, even, &scale);
        end = end > JKO_I_WHOLE ? JKO_I_WHOLE : end;
        if (end > before) {
            stairs->place[stairs->n] = place[r];
            stairs->end[stairs->n] = end;
            stairs->rank[stairs->n++] = r;
            before = end;
        }
    }
}

jko_i_cursor jko_i_stairs_find(const jko_i_stairs *stairs, int64_t t)
{
    jko_i_cursor c = {stairs, 0, 0};
    for (; t > JKO_I_WHOLE; t -= JKO_I_WHOLE) {
        c.lap++;
    }
    for (; t <= 0; t += JKO_I_WHOLE) {
        c.lap--;
    }
    size_t high = stairs->n - 1;
    while (c.k < high) {
        const size_t middle = c.k + (high - c.k) / 2;
        if (stairs->end[middle] >= t) {
            high = middle;
        } else {
            c.k = middle + 1;
        }
    }
    return c;
}

typedef struct walk {
    const jko_i_ground *ground;
    jko_i_cursor row;
    jko_i_cursor column;
    jko_i_sum f; // at row
    jko_i_sum g; // at column
} walk;

static void pass_to_row(walk *w)
{
    const jko_i_cursor before = w->row;
    jko_i_cursor_advance(&w->row);
    jko_i_sum_add(&w->f, jko_i_stairs_change(w->ground, &before, &w->row, &w->column));
}

static void pass_to_column(walk *w)
{
    const jko_i_cursor before = w->column;
    jko_i_cursor_advance(&w->column);
    jko_i_sum_add(&w->g, jko_i_stairs_change(w->ground, &before, &w->column, &w->row));
}

static void pass_tie(walk *w, double mix)
{
    const jko_i_cursor row = w->row;
    const jko_i_cursor column = w->column;
    jko_i_cursor_advance(&w->row);
    jko_i_cursor_advance(&w->column);
    // By the column: seen from the row that ends, then on; by the row: the other way round.
    jko_i_sum_add_product(&w->g, 1.0 - mix,
                          jko_i_stairs_change(w->ground, &column, &w->column, &row));
    jko_i_sum_add_product(&w->g, mix, jko_i_stairs_change(w->ground, &column, &w->column, &w->row));
    jko_i_sum_add_product(&w->f, 1.0 - mix,
                          jko_i_stairs_change(w->ground, &row, &w->row, &w->column));
    jko_i_sum_add_product(&w->f, mix, jko_i_stairs_change(w->ground, &row, &w->row, &column));
}

// Mean of a potential over its measure, about: it only balances sizes.
static double mean(const jko_i_stairs *stairs, const double *potential)
{
    double sums[4] = {0.0};
    int64_t before = 0;
    for (size_t k = 0; k < stairs->n; k++) {
        sums[k % 4] += ((double)(stairs->end[k] - before) / (double)JKO_I_WHOLE) * potential[k];
        before = stairs->end[k];
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void jko_i_stairs_potentials(const jko_i_ground *ground, jko_i_cursor row, jko_i_cursor column,
                             int64_t ahead, double mix, double *f, double *g)
{
    const jko_i_stairs *rows = row.stairs;
    const jko_i_stairs *columns = column.stairs;
    const double d = jko_i_ground_difference(ground, jko_i_cursor_place(&row),
                                             jko_i_cursor_place(&column), column.lap - row.lap);
    walk w = {ground, row, column, {jko_i_ground_cost(ground, d), 0.0}, {0.0, 0.0}};
    size_t rows_left = rows->n;
    size_t columns_left = columns->n;
    for (;;) {
        f[w.row.k] = jko_i_sum_value(&w.f);
        g[w.column.k] = jko_i_sum_value(&w.g);
        const int64_t row_end = jko_i_cursor_end(&w.row);
        const int64_t column_end = jko_i_cursor_end(&w.column) - ahead;
        if (row_end < column_end) {
            pass_to_row(&w);
            rows_left--;
        } else if (row_end > column_end) {
            pass_to_column(&w);
            columns_left--;
        } else if (rows_left > 1 && columns_left > 1) {
            pass_tie(&w, mix);
            rows_left--;
            columns_left--;
        } else {
            break;
        }
    }
    const double shift = 0.5 * (mean(rows, f) - mean(columns, g));
    for (size_t i = 0; i < rows->n; i++) {
        f[i] -= shift;
    }
    for (size_t j = 0; j < columns->n; j++) {
        g[j] += shift;
    }
}
