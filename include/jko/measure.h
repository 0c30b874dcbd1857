// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Measures: arrays of masses [n], one number a cell, >= 0, with any total > 0.
 */
#ifndef JKO_MEASURE_H
#define JKO_MEASURE_H

#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** Largest relative difference of two totals that counts as rounding: b is then scaled to a. */
#define JKO_MASS_TOLERANCE 1e-6

/**
 * Check that an array is a measure, and give its total.
 *
 * @param n      Number of cells.
 * @param mass   [n].
 * @param total  Set to the sum of mass (compensated), or NULL if not wanted. Untouched on failure.
 *
 * @return JKO_OK; JKO_ERR_EMPTY for n = 0; JKO_ERR_ARGUMENT for a NULL array; JKO_ERR_NONFINITE;
 *         JKO_ERR_NEGATIVE_MASS; JKO_ERR_ZERO_MASS. The detail names the first bad index.
 */
JKO_API jko_status jko_measure_check(size_t n, const double *mass, double *total);

/**
 * Check that two measures can be transported to one another.
 *
 * Totals within JKO_MASS_TOLERANCE (relative) of one another are the same total, rounded.
 *
 * @param m        Number of source cells.
 * @param a        [m] source masses.
 * @param n        Number of target cells.
 * @param b        [n] target masses.
 * @param total_a  Set to the total of a, or NULL.
 * @param total_b  Set to the total of b, or NULL.
 *
 * @return As jko_measure_check() for either array; JKO_ERR_MASS_MISMATCH when the totals differ
 *         by more than the tolerance.
 */
JKO_API jko_status jko_measure_check_pair(size_t m, const double *a, size_t n, const double *b,
                                          double *total_a, double *total_b);

JKO_END_DECLS

#endif
