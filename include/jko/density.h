// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Exact transport between two densities, constant on the cells of a line or circle.
 *
 *     W2^2(a, b) = min  int int d(x, y)^2 dP(x, y),    d the distance, or the shorter arc
 *
 * over plans P between the densities a_i / h and b_j / h', not between atoms at some point of the
 * cells. Such costs see displacements far below a cell. Knows nothing of energies.
 *
 * A pairing is used by one thread at a time; two may run in two threads.
 */
#ifndef JKO_DENSITY_H
#define JKO_DENSITY_H

#include <jko/grid.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>
#include <stdint.h>

JKO_BEGIN_DECLS

/** What was found and proved. Set struct_size before the call: {.struct_size = sizeof report}. */
typedef struct jko_density_report {
    size_t struct_size; /**< sizeof (jko_density_report) as the caller compiled it */
    jko_status status;  /**< the status that the call returned */
    double value;       /**< W2^2, in length^2 times mass */
    double lower;       /**< a lower bound of it: the tangents of its convex function of the
                             rotation, less an allowance for rounding */
    double gap;         /**< value - lower, >= 0 */
    double rotation;    /**< circle: mass by which the best pairing is rotated: what lies left of
                             edge 0 of b pairs with what lies left of this mass in a; 0 on a line */
    int64_t iterations; /**< rotations tried; 1 on a line */
} jko_density_report;

/** The workspace of such transports between two grids; opaque. */
typedef struct jko_density jko_density;

/**
 * Make the workspace for densities on two grids, both lines or both circles of one length.
 *
 * Memory: O(m + n).
 *
 * @param out     Set to the workspace, or to NULL on failure. Release with jko_density_free().
 * @param source  Grid of m cells of a. Not kept.
 * @param target  Grid of n cells of b. Not kept. m and n may differ.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL; JKO_ERR_UNSUPPORTED for grids that are points;
 *         JKO_ERR_SHAPE when one is a line and the other a circle, or their lengths differ;
 *         JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_density_create(jko_density **out, const jko_grid *source,
                                      const jko_grid *target);

/**
 * The exact squared distance of two densities, and its derivative.
 *
 * O(m + n) on a line, and on a circle for each of the few rotations tried. Empty cells are legal.
 *
 * @param density    The workspace.
 * @param a          [m] source masses.
 * @param b          [n] target masses; b is scaled to the total of a as by jko_ot_solve().
 * @param potential  [n] out, or NULL: dW2^2/db_j up to a constant, the same in all cells: the mean
 *                   over cell j of the Kantorovich potential psi, psi(x) = 2 int (x - T(x)) dx with
 *                   T the monotone map back to a. Its mean over the cells is 0. In length^2.
 * @param slope      [n + 1] out, or NULL: psi' = 2 (x - T(x)) at the edges of the target's cells.
 *                   In length.
 * @param report     Filled in, or NULL.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL; the statuses of jko_measure_check_pair(). Allocates
 *         nothing.
 *
 * Source: Delon, Salomon and Sobolevski (2010); Rabin, Delon and Gousseau (2011), for densities.
 */
JKO_API jko_status jko_density_distance(jko_density *density, const double *a, const double *b,
                                        double *potential, double *slope,
                                        jko_density_report *report);

/** Release a workspace; NULL is fine. */
JKO_API void jko_density_free(jko_density *density);

JKO_END_DECLS

#endif
