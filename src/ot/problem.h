// SPDX-License-Identifier: BSD-3-Clause
/* What every transport method is given: checked masses, a cost, and the caller's limits. Internal. */
#ifndef JKO_SRC_OT_PROBLEM_H
#define JKO_SRC_OT_PROBLEM_H

#include "base/clock.h"
#include "measure/cost.h"

#include <jko/status.h>
#include <stddef.h>
#include <stdint.h>

/* Transport of a to b. Masses are checked, finite and >= 0, some of them > 0; the total of b is
   that of a to rounding. */
typedef struct jko_i_ot_problem {
    const jko_cost *cost; // m by n
    const double *a;      // [m]
    const double *b;      // [n]
    double total;         // of a
    int threads;          // 0: OpenMP's own
} jko_i_ot_problem;

/* When to stop short of the answer. */
typedef struct jko_i_ot_limits {
    int64_t max_iterations;
    double deadline; // on the clock of jko_i_seconds(); INFINITY for none
    int (*progress)(void *user, int64_t iteration, double error); // or NULL
    void *user;
} jko_i_ot_limits;

/* JKO_OK to go on, else JKO_NOT_CONVERGED or JKO_TIME_LIMIT. Cheap: once an iteration. */
static inline jko_status jko_i_ot_check_limits(const jko_i_ot_limits *limits, int64_t iteration)
{
    if (iteration >= limits->max_iterations) {
        return JKO_NOT_CONVERGED;
    }
    return jko_i_seconds() >= limits->deadline ? JKO_TIME_LIMIT : JKO_OK;
}

/* JKO_OK to go on, else JKO_CANCELLED. On the thread that called the library. */
static inline jko_status jko_i_ot_ask(const jko_i_ot_limits *limits, int64_t iteration,
                                      double error)
{
    if (limits->progress != NULL && limits->progress(limits->user, iteration, error) != 0) {
        return JKO_CANCELLED;
    }
    return JKO_OK;
}

#endif
