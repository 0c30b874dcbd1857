// SPDX-License-Identifier: BSD-3-Clause
/* The inside of a ground cost: rows and columns as contiguous arrays. Internal. */
#ifndef JKO_SRC_MEASURE_COST_H
#define JKO_SRC_MEASURE_COST_H

#include <jko/cost.h>
#include <stdbool.h>

/*
 * Row i is the n contiguous numbers at rows + row_origin + i * row_stride, column j the m numbers
 * at columns + column_origin + j * column_stride. For a matrix these are the matrix and its
 * transpose. Between a line or circle and itself C_ij depends on j - i only: one table of 2n - 1
 * numbers serves all rows, each beginning one place before the one above it (stride -1).
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
};

/* [n]: C_i. */
static inline const double *jko_i_cost_row(const jko_cost *cost, size_t i)
{
    return cost->rows + (ptrdiff_t)i * cost->row_stride;
}

/* [m]: C_.j. */
static inline const double *jko_i_cost_column(const jko_cost *cost, size_t j)
{
    return cost->columns + (ptrdiff_t)j * cost->column_stride;
}

/* Number of doubles in storage: what a function of every entry has to visit. */
size_t jko_i_cost_storage_length(const jko_cost *cost);

/* A cost of the same shape and storage, all zero, for a function of every entry of cost. The
   caller fills storage entry by entry. NULL without memory. */
jko_cost *jko_i_cost_like(const jko_cost *cost);

#endif
