// SPDX-License-Identifier: BSD-3-Clause
/* The inside of a grid. Internal. */
#ifndef JKO_SRC_MEASURE_GRID_H
#define JKO_SRC_MEASURE_GRID_H

#include <jko/grid.h>

struct jko_grid {
    jko_grid_kind kind;
    size_t n;
    size_t dim;
    double length;  // of the line or circle
    double *points; // [n][dim], points only
    double *period; // [dim], 0 for none; points only
};

/* Squared distance of cell i of a and cell j of b, which have the same dimension and periods. */
double jko_i_grid_squared_distance(const jko_grid *a, size_t i, const jko_grid *b, size_t j);

/* Coordinate `axis` of cell or point i. */
double jko_i_grid_coordinate(const jko_grid *grid, size_t i, size_t axis);

/* Period along an axis, 0 for none. */
double jko_i_grid_period(const jko_grid *grid, size_t axis);

#endif
