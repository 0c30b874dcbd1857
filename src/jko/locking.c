// SPDX-License-Identifier: BSD-3-Clause
/*
 * Locking: is not moving already optimal?
 *
 * Between atoms the masses stay exactly where they are iff no unit of mass gains by going
 * elsewhere: c_ii + e_i <= c_ij + e_j for every i that has mass and every j. On a grid with a
 * small time step that is so although the gradient is not zero. O(n^2).
 */
#include "step.h"

#include "base/sum.h"
#include "measure/cost.h"

#include <math.h>

double jko_i_locking_gap(const jko_flow *flow, const double *a, bool empty_is_zero, double *worst)
{
    const double *e = flow->variation;
    jko_i_sum gap = {0.0, 0.0};
    *worst = 0.0;
    for (size_t i = 0; i < flow->n; i++) {
        if (a[i] == 0.0) {
            continue;
        }
        const double *c = jko_i_cost_row(flow->cost, i);
        double least = INFINITY;
        for (size_t j = 0; j < flow->n; j++) {
            const double t = c[j] + (empty_is_zero && a[j] == 0.0 ? 0.0 : e[j]);
            least = t < least ? t : least;
        }
        const double loss = c[i] + e[i] - least; // +inf if some empty cell draws without limit
        *worst = loss > *worst ? loss : *worst;
        jko_i_sum_add(&gap, a[i] * loss);
    }
    return jko_i_sum_value(&gap);
}
