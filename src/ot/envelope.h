// SPDX-License-Identifier: BSD-3-Clause
/* c-transforms in one dimension. Internal. */
#ifndef JKO_SRC_OT_ENVELOPE_H
#define JKO_SRC_OT_ENVELOPE_H

#include "ground.h"

#include <stddef.h>

/*
 * least[q] = min over k of cost(x_q - y_k) - weight_k, over all laps on a circle.
 *
 * queries: number of places x [queries], ascending. sites: number, at least 1, of places
 * y [sites], ascending, each with a finite weight [sites]. On a circle all places lie within one
 * period. stack, first: work, [3 * sites] each. least [queries]: set.
 *
 * Squared cost: O(queries + sites). Others: O(queries + sites log queries).
 */
void jko_i_envelope(const jko_i_ground *ground, size_t queries, const double *x, size_t sites,
                    const double *y, const double *weight, size_t *stack, size_t *first,
                    double *least);

#endif
