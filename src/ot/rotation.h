// SPDX-License-Identifier: BSD-3-Clause
/* The best rotation of a pairing on the circle. Internal. */
#ifndef JKO_SRC_OT_ROTATION_H
#define JKO_SRC_OT_ROTATION_H

#include "ot/pairing.h"

#include <stdint.h>

/* Memory of a search: what one pairing of n cells needs, twice. */
typedef struct jko_i_rotation {
    jko_i_pairing pairing; // at the best rotation
    double *pull;          // [n] of another rotation
    double *pull_end;      // [n]
    double *shift;         // [n + 1]
    double offset;         // the best rotation; in and out: where the search starts
    double lower;          // lower bound of the value
    int64_t trials;
} jko_i_rotation;

bool jko_i_rotation_create(jko_i_rotation *r, size_t n);
void jko_i_rotation_free(jko_i_rotation *r);

/* Pair p with q: on a circle by the best rotation, on a line as they lie. On return the drift of
   r->pairing is 0 to rounding, also where the best rotation has several potentials: empty cells
   against jumps. */
void jko_i_rotation_find(const jko_i_quantile *q, const jko_i_bent_cost *cost, size_t n,
                         const double *p, jko_i_rotation *r);

#endif
