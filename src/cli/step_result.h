// SPDX-License-Identifier: BSD-3-Clause
/* The results of a step under the names of the case format. */
#ifndef JKO_SRC_CLI_STEP_RESULT_H
#define JKO_SRC_CLI_STEP_RESULT_H

#include "result.h"

#include <jko/jko.h>

/*
 * Add what a step over n cells of width cell gave, without its status: the masses it reached, and
 * the numbers of its report that its method and energy have. For an energy that is not convex
 * (the gap is then NaN) objective_max and stationarity_max take the place of gap_max.
 */
void step_result(json_t *result, size_t n, double cell, const double *mass,
                 const jko_step_report *report);

#endif
