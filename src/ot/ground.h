// SPDX-License-Identifier: BSD-3-Clause
/*
 * The ground cost of one dimension: |d|^p, d the difference of two places on a line or on the
 * universal cover of a circle. Internal.
 *
 * Differences are rounded once, whatever the offset of the places, and the change of the cost over
 * a step is computed without subtracting costs, so sums of such changes keep their digits.
 */
#ifndef JKO_SRC_OT_GROUND_H
#define JKO_SRC_OT_GROUND_H

#include "triple.h"

#include <math.h>

typedef struct jko_i_ground {
    double period; // 0: a line
    double power;  // >= 1
} jko_i_ground;

/* x - y - laps * period, rounded about once. |laps| is small. */
static inline double jko_i_ground_difference(const jko_i_ground *ground, double x, double y,
                                             int laps)
{
    double d = 0.0;
    double low = 0.0;
    double lower = 0.0;
    jko_i_two_sum(x, -y, &d, &low);
    if (laps != 0) {
        jko_i_two_sum(d, -(double)laps * ground->period, &d, &lower);
    }
    return d + (low + lower);
}

/* |d|^p. */
static inline double jko_i_ground_cost(const jko_i_ground *ground, double d)
{
    if (ground->power == 2.0) {
        return d * d;
    }
    return ground->power == 1.0 ? fabs(d) : pow(fabs(d), ground->power);
}

/* Cost between two places of one period: over the shorter arc on a circle. */
static inline double jko_i_ground_between(const jko_i_ground *ground, double x, double y)
{
    const double d = x - y;
    int laps = 0;
    if (ground->period > 0.0 && fabs(d) > 0.5 * ground->period) {
        laps = d > 0.0 ? 1 : -1;
    }
    return jko_i_ground_cost(ground, jko_i_ground_difference(ground, x, y, laps));
}

/* |to|^p - |from|^p where to = from + step, step >= 0, each rounded. */
static inline double jko_i_ground_rise(const jko_i_ground *ground, double from, double to,
                                       double step)
{
    if (ground->power == 2.0) {
        return step * (from + to);
    }
    if (ground->power == 1.0) {
        return from >= 0.0 ? step : (to <= 0.0 ? -step : to + from);
    }
    if (step < 0.5 * fabs(from)) {
        return pow(fabs(from), ground->power) * expm1(ground->power * log1p(step / from));
    }
    return pow(fabs(to), ground->power) - pow(fabs(from), ground->power);
}

#endif
