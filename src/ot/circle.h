// SPDX-License-Identifier: BSD-3-Clause
/* Where to cut a circle so that transport on the line is transport on the circle. Internal. */
#ifndef JKO_SRC_OT_CIRCLE_H
#define JKO_SRC_OT_CIRCLE_H

#include "problem.h"
#include "stairs.h"

/* A cut, behind a row and a column whose masses end together. */
typedef struct jko_i_cut {
    jko_i_cursor row;
    jko_i_cursor column;
    int64_t theta;  // the mass by which the columns are ahead
    double left;    // left and right derivative of the cost in theta, in units of cost: <= 0 and
    double right;   // >= 0 at an optimal cut
    int64_t trials; // how many cuts were looked at
} jko_i_cut;

/*
 * Find an optimal cut, to the last unit of mass.
 *
 * O(rows->n + columns->n) a trial. JKO_OK; JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_CANCELLED:
 * stopped at a cut that may be beaten. The limits are asked once a trial.
 */
jko_status jko_i_circle_cut(const jko_i_ground *ground, const jko_i_stairs *rows,
                            const jko_i_stairs *columns, const jko_i_ot_limits *limits,
                            jko_i_cut *cut);

/* The same after cut->trials others, which count. */
jko_status jko_i_circle_cut_on(const jko_i_ground *ground, const jko_i_stairs *rows,
                               const jko_i_stairs *columns, const jko_i_ot_limits *limits,
                               jko_i_cut *cut);

#endif
