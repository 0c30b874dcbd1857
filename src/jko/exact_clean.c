// SPDX-License-Identifier: BSD-3-Clause
/*
 * From an interior iterate to a plan whose idle arcs are exactly empty.
 *
 * An interior point keeps a little mass on every arc. At its end each arc is either used (P_ij /
 * a_i large, the loss c_ij + e_j - min_k (c_ik + e_k) small) or idle (the reverse), in units of the
 * row's mass and of the energy. Idle arcs are set to 0 and what they held goes to the row's largest arc, so that a
 * source that keeps all its mass has exactly a_i on its own arc: sectors that do not move keep
 * their bits, and counting those that do needs no threshold.
 */
#include "exact.h"

#include "measure/cost.h"

#include <math.h>

bool jko_i_exact_clean(const jko_flow *flow, double *plan)
{
    const jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    for (size_t k = 0; k < work->rows; k++) {
        const double *from = work->best + k * n;
        const double *c = jko_i_cost_row(flow->cost, work->source[k]);
        const double a = flow->start[work->source[k]];
        double *to = plan + k * n;
        size_t largest = 0;
        double others = 0.0;
        double least = INFINITY;
        for (size_t j = 0; j < n; j++) {
            least = fmin(least, c[j] + work->e[j]);
        }
        for (size_t j = 0; j < n; j++) {
            const bool used = from[j] / a > (c[j] + work->e[j] - least) / work->scale;
            to[j] = used ? from[j] : 0.0;
            largest = to[j] > to[largest] ? j : largest;
        }
        if (to[largest] <= 0.0) {
            return false;
        }
        for (size_t j = 0; j < n; j++) {
            others += j == largest ? 0.0 : to[j];
        }
        to[largest] = a - others;
        if (to[largest] <= 0.0) {
            return false;
        }
    }
    return true;
}
