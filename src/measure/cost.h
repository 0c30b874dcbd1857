// SPDX-License-Identifier: BSD-3-Clause
/* The inside of a ground cost: rows and columns as contiguous arrays. Internal. */
#ifndef JKO_SRC_MEASURE_COST_H
#define JKO_SRC_MEASURE_COST_H

#include <jko/cost.h>
#include <stdbool.h>

/*
 * A stored cost: row i is the n contiguous numbers at rows + i * row_stride, column j the m numbers
 * at columns + j * column_stride. For a matrix these are the matrix and its transpose. Between a
 * line or circle and itself C_ij depends on j - i only: one table of 2n - 1 numbers serves all
 * rows, each beginning one place before the one above it (stride -1).
 *
 * A computed cost: coordinates alone, axis by axis, of which pieces of rows and columns are
 * computed whenever they are wanted (cost_power.c); rows and columns are NULL.
 */
struct jko_cost {
    size_t m;
    size_t n;
    double *storage; // what rows and columns point into
    const double *rows;
    const double *columns;
    ptrdiff_t row_stride;
    ptrdiff_t column_stride;
    double max;     // largest |C_ij| of the arcs that are allowed, 0 if none is
    double min;     // smallest C_ij
    bool forbidden; // whether some C_ij is +inf
    // Of a computed cost, else 0:
    size_t dim;     // > 0
    double *x;      // [dim][m], on a periodic axis within half a period of 0
    double *y;      // [dim][n]
    double *period; // [dim], 0 for none
    double power;   // C_ij = distance^power - shift
    double shift;
    bool shared; // the coordinates are another cost's
};

/* JKO_OK, or what keeps two grids from having distances. */
jko_status jko_i_cost_check_grids(const jko_grid *source, const jko_grid *target);

/* Entries that are looked at together: a piece of a row or column fits on the stack. */
#define JKO_I_PIECE ((size_t)512)

static inline bool jko_i_cost_is_computed(const jko_cost *cost)
{
    return cost->dim > 0;
}

/* `count` entries of row i, or of column i, from the one at `first`, of a computed cost. The bits
   of an entry do not depend on the piece, nor on whether it is a row's or a column's. */
void jko_i_cost_compute_row(const jko_cost *cost, size_t i, size_t first, size_t count,
                            double *out);
void jko_i_cost_compute_column(const jko_cost *cost, size_t j, size_t first, size_t count,
                               double *out);

/* [n]: C_i. of a stored cost. */
static inline const double *jko_i_cost_row(const jko_cost *cost, size_t i)
{
    return cost->rows + (ptrdiff_t)i * cost->row_stride;
}

/* [m]: C_.j of a stored cost. */
static inline const double *jko_i_cost_column(const jko_cost *cost, size_t j)
{
    return cost->columns + (ptrdiff_t)j * cost->column_stride;
}

/* [count]: C_ij for j = first, ...; computed into buffer [count] unless it is stored. */
static inline const double *jko_i_cost_row_piece(const jko_cost *cost, size_t i, size_t first,
                                                 size_t count, double *buffer)
{
    if (!jko_i_cost_is_computed(cost)) {
        return jko_i_cost_row(cost, i) + first;
    }
    jko_i_cost_compute_row(cost, i, first, count, buffer);
    return buffer;
}

/* [count]: C_ij for i = first, ..., likewise. */
static inline const double *jko_i_cost_column_piece(const jko_cost *cost, size_t j, size_t first,
                                                    size_t count, double *buffer)
{
    if (!jko_i_cost_is_computed(cost)) {
        return jko_i_cost_column(cost, j) + first;
    }
    jko_i_cost_compute_column(cost, j, first, count, buffer);
    return buffer;
}

/* How many of n entries the piece from `first` has: all that are left of a stored cost. */
static inline size_t jko_i_cost_piece(const jko_cost *cost, size_t n, size_t first)
{
    const size_t left = n - first;
    return jko_i_cost_is_computed(cost) && left > JKO_I_PIECE ? JKO_I_PIECE : left;
}

/* C_ij. */
static inline double jko_i_cost_entry(const jko_cost *cost, size_t i, size_t j)
{
    double buffer[1];
    return jko_i_cost_row_piece(cost, i, j, 1, buffer)[0];
}

/* A computed cost >= 0 less shift; it shares the coordinates of cost, which must outlive it. NULL
   without memory. */
jko_cost *jko_i_cost_share(const jko_cost *cost, double shift);

/* Number of doubles in storage; 0 if computed: what a function of every entry has to visit. */
size_t jko_i_cost_storage_length(const jko_cost *cost);

/* A cost of the same shape and storage, all zero, for a function of every entry of cost. The
   caller fills storage entry by entry. cost is a stored one. NULL without memory. */
jko_cost *jko_i_cost_like(const jko_cost *cost);

#endif
