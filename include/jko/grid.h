// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Grids: where mass lives. Equal cells on a line or a circle, or points in R^d.
 *
 * A grid is immutable: it may be shared between threads.
 */
#ifndef JKO_GRID_H
#define JKO_GRID_H

#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** A grid; opaque, immutable. */
typedef struct jko_grid jko_grid;

/** What kind of grid. */
typedef enum jko_grid_kind {
    JKO_GRID_LINE = 0,   /**< equal cells on an interval */
    JKO_GRID_CIRCLE = 1, /**< equal cells on a circle; distance is the shorter arc */
    JKO_GRID_POINTS = 2  /**< points in R^d, some axes perhaps periodic */
} jko_grid_kind;

/**
 * Make n equal cells of width h = length / n on [0, length].
 *
 * Cell i is [i h, (i + 1) h]; its data are sampled and printed at x_i = i h.
 *
 * @param out     Set to the grid, or to NULL on failure. Release with jko_grid_free().
 * @param n       Number of cells, >= 1.
 * @param length  Length of the interval, finite and > 0.
 *
 * @return JKO_OK; JKO_ERR_EMPTY for n = 0; JKO_ERR_ARGUMENT for a bad length; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_grid_create_line(jko_grid **out, size_t n, double length);

/**
 * Make n equal cells of width h = circumference / n on a circle.
 *
 * The distance of two cells is the shorter arc. x_i = i h, as on the line.
 *
 * @param out            Set to the grid, or to NULL on failure.
 * @param n              Number of cells, >= 1.
 * @param circumference  Length of the circle, finite and > 0.
 *
 * @return As jko_grid_create_line().
 */
JKO_API jko_status jko_grid_create_circle(jko_grid **out, size_t n, double circumference);

/**
 * Make n points in R^dim.
 *
 * The distance is Euclidean; along an axis with a period it is the shorter way round.
 *
 * @param out     Set to the grid, or to NULL on failure.
 * @param n       Number of points, >= 1.
 * @param dim     Number of coordinates, >= 1.
 * @param points  [n][dim] row-major, finite; copied. Points may repeat and need no order.
 * @param period  [dim], copied: the period of each axis, 0 for none; or NULL for no period.
 *                On a periodic axis positions may lie outside [0, period).
 *
 * @return JKO_OK; JKO_ERR_EMPTY for n or dim 0; JKO_ERR_NONFINITE for a bad coordinate;
 *         JKO_ERR_ARGUMENT for a period that is negative or not finite; JKO_ERR_TOO_LARGE if
 *         n * dim overflows; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_grid_create_points(jko_grid **out, size_t n, size_t dim,
                                          const double *points, const double *period);

/** Release a grid; NULL is fine. */
JKO_API void jko_grid_free(jko_grid *grid);

/** Number of cells or points; 0 for NULL. */
JKO_API size_t jko_grid_size(const jko_grid *grid);

/** Kind of the grid. grid must not be NULL. */
JKO_API jko_grid_kind jko_grid_get_kind(const jko_grid *grid);

/** Number of coordinates of a position: 1 on line and circle; 0 for NULL. */
JKO_API size_t jko_grid_dimension(const jko_grid *grid);

/** Width h of a cell of a line or circle, in length; 0 for points, which have none. */
JKO_API double jko_grid_cell(const jko_grid *grid);

/**
 * Position of cell or point i, first coordinate first: x_i = i h on line and circle.
 *
 * @param grid      The grid.
 * @param i         Index, less than the size.
 * @param position  [dim] out, in length.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL or an index out of range.
 */
JKO_API jko_status jko_grid_get_position(const jko_grid *grid, size_t i, double *position);

JKO_END_DECLS

#endif
