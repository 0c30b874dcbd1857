// SPDX-License-Identifier: BSD-3-Clause
/* Sorting without allocation. Internal. */
#ifndef JKO_SRC_BASE_ORDER_H
#define JKO_SRC_BASE_ORDER_H

#include <stddef.h>

/*
 * Set order [n] to 0 .. n - 1 arranged so that key[order[k]] ascends; equal keys keep their order.
 *
 * key [n]: no NaN. work [n]: overwritten. O(n log n).
 */
void jko_i_order(size_t n, const double *key, size_t *order, size_t *work);

#endif
