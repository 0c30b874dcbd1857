// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Ground costs: what it costs to move one unit of mass from source i to target j.
 *
 * A cost is immutable: it may be shared between threads. Between a line or circle and itself it
 * takes O(n) memory, and so does jko_cost_create_power(); otherwise 16 m n bytes.
 */
#ifndef JKO_COST_H
#define JKO_COST_H

#include <jko/grid.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** A ground cost; opaque, immutable. */
typedef struct jko_cost jko_cost;

/**
 * The squared distance between two grids: C_ij = d(x_i, y_j)^2, not halved.
 *
 * @param out     Set to the cost, or to NULL on failure. Release with jko_cost_free().
 * @param source  Grid of m cells; only read during the call.
 * @param target  Grid of n cells of the same dimension and periods; may be the same grid.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL; JKO_ERR_SHAPE when the dimensions or periods
 *         differ; JKO_ERR_NUMERIC when a squared distance overflows; JKO_ERR_TOO_LARGE;
 *         JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_cost_create_squared(jko_cost **out, const jko_grid *source,
                                           const jko_grid *target);

/**
 * A power of the distance between two grids, C_ij = d(x_i, y_j)^power, computed whenever it is
 * wanted: 8 (m + n) dim bytes, and no m n array.
 *
 * For clouds of points too large for a matrix. Transport takes it by every method; by Sinkhorn it
 * takes more time an iteration than a matrix does. Flows do not take it.
 *
 * Distances are those of the coordinates, on a periodic axis first brought exactly within half a
 * period of 0; they are squared, added up and raised to power / 2 in double precision.
 *
 * @param out     Set to the cost, or to NULL on failure. Release with jko_cost_free().
 * @param source  Grid of m cells; only read during the call.
 * @param target  Grid of n cells of the same dimension and periods; may be the same grid.
 * @param power   At least 1; 2 for the squared distance. Powers other than 1 and 2 take some ten
 *                times as long.
 *
 * @return As jko_cost_create_squared(); also JKO_ERR_ARGUMENT for a bad power; JKO_ERR_NUMERIC
 *         when squared distances would underflow. O(m n dim) time, for jko_cost_max().
 */
JKO_API jko_status jko_cost_create_power(jko_cost **out, const jko_grid *source,
                                         const jko_grid *target, double power);

/**
 * A cost given as a matrix.
 *
 * @param out     Set to the cost, or to NULL on failure.
 * @param m       Number of sources.
 * @param n       Number of targets.
 * @param matrix  [m][n] row-major: C_ij at i * n + j, finite, of any sign, not necessarily
 *                symmetric; or +inf, which forbids the arc: no mass may take it. Copied. Where a
 *                distance is asked for, d_ij = sqrt(C_ij).
 *
 * @return JKO_OK; JKO_ERR_EMPTY for m or n 0; JKO_ERR_ARGUMENT for NULL; JKO_ERR_NONFINITE for
 *         NaN and -inf; JKO_ERR_TOO_LARGE if m * n overflows; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_cost_create_matrix(jko_cost **out, size_t m, size_t n, const double *matrix);

/** Release a cost; NULL is fine. */
JKO_API void jko_cost_free(jko_cost *cost);

/** Number of sources m; 0 for NULL. */
JKO_API size_t jko_cost_rows(const jko_cost *cost);

/** Number of targets n; 0 for NULL. */
JKO_API size_t jko_cost_columns(const jko_cost *cost);

/** C_ij, +inf for a forbidden arc; NaN for NULL or an index out of range. */
JKO_API double jko_cost_get(const jko_cost *cost, size_t i, size_t j);

/** Largest |C_ij| of the arcs that are allowed; 0 if none is, and for NULL. */
JKO_API double jko_cost_max(const jko_cost *cost);

JKO_END_DECLS

#endif
