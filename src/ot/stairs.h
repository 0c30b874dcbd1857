// SPDX-License-Identifier: BSD-3-Clause
/*
 * Measures on a line or circle as staircases of cumulative mass, and the potentials along a pair of
 * them. Internal.
 */
#ifndef JKO_SRC_OT_STAIRS_H
#define JKO_SRC_OT_STAIRS_H

#include "ground.h"

#include <stddef.h>
#include <stdint.h>

/* Cumulative mass is counted in units of which a total has this many. Some eight totals fit. */
#define JKO_I_WHOLE ((int64_t)1 << 60)

/* n atoms by ascending place, and the mass up to and including each. */
typedef struct jko_i_stairs {
    size_t n;
    double *place; // [n], on a circle all within one period
    int64_t *end;  // [n], strictly ascending, above 0, the last one JKO_I_WHOLE
    size_t *rank;  // [n], which of all cells in order each atom is
} jko_i_stairs;

/* An atom of the unrolled circle: number k in some lap. */
typedef struct jko_i_cursor {
    const jko_i_stairs *stairs;
    size_t k;
    int lap;
} jko_i_cursor;

static inline void jko_i_cursor_advance(jko_i_cursor *c)
{
    if (++c->k == c->stairs->n) {
        c->k = 0;
        c->lap++;
    }
}

static inline double jko_i_cursor_place(const jko_i_cursor *c)
{
    return c->stairs->place[c->k];
}

/* Where the mass of the atom begins and ends. */
static inline int64_t jko_i_cursor_begin(const jko_i_cursor *c)
{
    return (c->k > 0 ? c->stairs->end[c->k - 1] : 0) + c->lap * JKO_I_WHOLE;
}

static inline int64_t jko_i_cursor_end(const jko_i_cursor *c)
{
    return c->stairs->end[c->k] + c->lap * JKO_I_WHOLE;
}

/* The change of the cost when an atom x moves on to x_next, seen from y. */
static inline double jko_i_stairs_change(const jko_i_ground *ground, const jko_i_cursor *x,
                                         const jko_i_cursor *x_next, const jko_i_cursor *y)
{
    const double from = jko_i_cursor_place(x);
    const double to = jko_i_cursor_place(x_next);
    const double seen = jko_i_cursor_place(y);
    return jko_i_ground_rise(ground, jko_i_ground_difference(ground, from, seen, y->lap - x->lap),
                             jko_i_ground_difference(ground, to, seen, y->lap - x_next->lap),
                             jko_i_ground_difference(ground, to, from, x->lap - x_next->lap));
}

/*
 * Build the staircase of mass [n], read in the order order [n], over place [n], which is in that
 * order already. Cells without a whole unit of their own, as all without mass, are left out.
 *
 * stairs: its arrays have room for n.
 */
void jko_i_stairs_build(jko_i_stairs *stairs, size_t n, const double *place, const size_t *order,
                        const double *mass);

/* The first atom of the unrolled circle whose mass ends at or behind t, a few totals at most from
   the first lap. */
jko_i_cursor jko_i_stairs_find(const jko_i_stairs *stairs, int64_t t);

/*
 * Potentials along the staircase of the pairs (row, column) that share mass.
 *
 * row, column: the first pair; one lap of each is walked. ahead: how much further the columns'
 * masses are to be read. mix: where a row and a column end together, the share of passing by the
 * next row first; the rest passes by the next column first. f, g [n of each]: set, with f + g the
 * cost of each pair, to rounding; the sizes of both balanced over the mass.
 */
void jko_i_stairs_potentials(const jko_i_ground *ground, jko_i_cursor row, jko_i_cursor column,
                             int64_t ahead, double mix, double *f, double *g);

#endif
