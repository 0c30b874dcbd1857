// SPDX-License-Identifier: BSD-3-Clause
/* The cut of a circle for the squared cost, in few passes. Internal. */
#ifndef JKO_SRC_OT_CIRCLE_NEWTON_H
#define JKO_SRC_OT_CIRCLE_NEWTON_H

#include "base/block.h"
#include "circle.h"
#include "lap.h"
#include "merge.h"

#include <stdbool.h>

/* Memory for it. */
typedef struct jko_i_circle_work {
    jko_i_lap rows;
    jko_i_lap columns;
    uint32_t *row;          // [m + n + 1], which row stands as each end passes
    jko_i_stairs some_rows; // coarse pictures of both
    jko_i_stairs some_columns;
    size_t room;
    double *distance; // [room], events near a cut
    double *jump;     // [room]
    uint32_t *column; // [room]
    int64_t *passed;  // [room]
    size_t *order;    // [room]
} jko_i_circle_work;

/* Lay it out for up to m and n atoms, fewer than 2^31 each. */
void jko_i_circle_work_lay(jko_i_block *block, jko_i_circle_work *work, size_t m, size_t n);

/*
 * Find an optimal cut for the squared cost, as jko_i_circle_cut() does, but for its derivatives'
 * last digits.
 *
 * found: set, whether it is found; if not, cut is as it was, but for its trials, which count on.
 * JKO_OK; JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_CANCELLED: stopped, not found.
 */
jko_status jko_i_circle_newton(double period, const jko_i_stairs *rows, const jko_i_stairs *columns,
                               const jko_i_ot_limits *limits, jko_i_circle_work *work,
                               jko_i_cut *cut, bool *found);

#endif
