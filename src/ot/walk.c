// SPDX-License-Identifier: BSD-3-Clause
/*
 * The staircase in one walk, for the squared cost.
 *
 * A merge of the ends says which row stands where a column ends and which column where a row ends.
 * All else is a sum over rows, columns or arcs: masses are differences of ends, potentials sums of
 * changes of the cost.
 *
 * The proof needs no c-transform. Let g_{j+1} - g_j be the change of the cost from column j to j + 1
 * seen from row i(j), or between two rows if they end together, i(j) ascending. As the cost is
 * convex, the change seen from any row before is at least that and from any row behind at most
 * that. So no pair off the staircase gains on the pair of its row on it: potentials are feasible
 * for all pairs but for their rounding, which is bounded by what has been added up, and on a circle
 * but for how far they fail to close.
 *
 * Source: Santambrogio, Optimal Transport for Applied Mathematicians (2015), section 2.2; Burkard,
 * Klinz and Rudolf, Discrete Appl. Math. 70 (1996), for Monge arrays; Higham, Accuracy and
 * Stability of Numerical Algorithms (2002), section 4.2, for the sums.
 */
#include "walk.h"

#include "base/vector.h"
#include "merge.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define U (0.5 * DBL_EPSILON)

typedef struct walk {
    double period;
    const jko_i_lap *rows;
    const jko_i_lap *columns;
    double *f; // by entry
    double *g;
    size_t ties;
} walk;

// Where a row and a column end together, the change is a mixture of what is seen from both sides.
static void mix_ties(const walk *w, double mix, double *sizes)
{
    const jko_i_lap *rows = w->rows;
    const jko_i_lap *columns = w->columns;
    double *f = w->f;
    double *g = w->g;
    for (size_t i = 0; i + 1 < rows->n; i++) {
        const size_t j = rows->near[i]; // the next column, if a column ended with row i
        if (j == 0 || columns->end[j] != rows->end[1 + i]) {
            continue;
        }
        const double by_row = jko_i_lap_change(w->period, rows, i, columns, j - 1, sizes);
        f[i + 1] = (1.0 - mix) * f[i + 1] + mix * by_row;
        const double next = jko_i_lap_change(w->period, columns, j - 1, rows, i + 1, sizes + 1);
        g[j] = (1.0 - mix) * g[j] + mix * next;
    }
}

// What the potentials of the rows lack when they come back to where they began.
static double fail_to_close(const walk *w, double mix, jko_i_sum last, double *size)
{
    const size_t i = w->rows->n - 1;
    const size_t j = w->columns->n - 1;
    const double by_row = jko_i_lap_change(w->period, w->rows, i, w->columns, j, size);
    const double next = jko_i_lap_change(w->period, w->rows, i, w->columns, j + 1, size);
    jko_i_sum_add(&last, (1.0 - mix) * next);
    jko_i_sum_add(&last, mix * by_row);
    jko_i_sum_add(&last, -w->f[0]);
    return jko_i_sum_value(&last);
}

// What goes with the atoms, in the order of the lap.
static void turn(jko_i_lap *lap, const jko_i_walk_side *side)
{
    const size_t rest = lap->n - lap->wrap;
    float *part = lap->part + 1;
    memcpy(part, side->part + lap->first, lap->wrap * sizeof *part);
    memcpy(part + lap->wrap, side->part, rest * sizeof *part);
    memcpy(lap->mass, side->mass + lap->first, lap->wrap * sizeof *lap->mass);
    memcpy(lap->mass + lap->wrap, side->mass, rest * sizeof *lap->mass);
}

// Potentials along the staircase, and how far rounding may have left them from feasible.
static double climb(const walk *w, double mix)
{
    const size_t m = w->rows->n;
    const size_t n = w->columns->n;
    double *f = w->f;
    double *g = w->g;
    double sizes[2] = {0.0, 0.0};
    const double d = jko_i_lap_apart(w->period, w->rows, 0, w->columns, 0);
    f[0] = d * d;
    g[0] = 0.0;
    sizes[0] += jko_i_lap_changes(w->period, w->rows, w->columns, f + 1);
    sizes[1] += jko_i_lap_changes(w->period, w->columns, w->rows, g + 1);
    if (w->ties > 0 && mix > 0.0) {
        mix_ties(w, mix, sizes);
    }
    const jko_i_sum last = jko_i_lap_run(m, f);
    (void)jko_i_lap_run(n, g);
    const double open = w->period > 0.0 ? fail_to_close(w, mix, last, sizes) : 0.0;
    // A term is off by 4 U of its size, one of a mixture by 6 U; the first cost by 3 U; sums of two
    // doubles by less than is left. How far the lap is open is known to the terms of the rows.
    const double rounding = U * (16.0 * sizes[0] + 8.0 * sizes[1] + 4.0 * d * d);
    // Products that underflow are off by a last place, however small.
    const double least = sizes[0] + sizes[1] + d * d > 0.0 ? DBL_TRUE_MIN : 0.0;
    return 2.0 * fabs(open) + rounding + 8.0 * (double)(m + n) * least;
}

jko_i_walk jko_i_walk_along(double period, const jko_i_cursor *first_row,
                            const jko_i_cursor *first_column, double mix, jko_i_sum unit,
                            const jko_i_walk_side *from, const jko_i_walk_side *to, jko_i_lap *rows,
                            jko_i_lap *columns, uint32_t *row, double *mass)
{
    jko_i_lap_read(rows, first_row, jko_i_cursor_begin(first_row));
    jko_i_lap_read(columns, first_column, jko_i_cursor_begin(first_column));
    turn(rows, from);
    turn(columns, to);
    const size_t m = rows->n;
    const size_t n = columns->n;
    const size_t steps = m + n - 1;
    jko_i_merge(steps, m, rows->end + 1, n, columns->end + 1, row, rows->near, columns->near);
    row[steps] = row[steps - 1]; // the last end is a column's
    size_t count = jko_i_lap_masses(rows, columns, row, unit, mass);
    const walk w = {period, rows, columns, from->potential, to->potential, steps - count};
    // What is left of two ends may hide a cell of less than a unit between them.
    count += jko_i_lap_settle(columns, w.ties > 0, mass);
    count += jko_i_lap_settle(rows, w.ties > 0, mass);
    jko_i_lap_sums(rows, mass, from->sum);
    jko_i_lap_sums(columns, mass, to->sum);
    const jko_i_sum cost = jko_i_lap_cost(period, rows, columns, row, mass);
    const double slack = climb(&w, mix);
    const double total = jko_i_sum_value(&unit) * (double)JKO_I_WHOLE;
    const double shift =
        0.5 * (jko_i_vector_dot(m, rows->mass, w.f) - jko_i_vector_dot(n, columns->mass, w.g)) /
        total;
    // Each potential is rounded once, and once more when shifted.
    const double largest = jko_i_lap_shift(m, w.f, -shift) + jko_i_lap_shift(n, w.g, shift);
    const jko_i_walk done = {jko_i_sum_value(&cost), slack + 3.0 * U * largest, count};
    return done;
}
