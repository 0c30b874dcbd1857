// SPDX-License-Identifier: BSD-3-Clause
/*
 * From an interior iterate to a plan whose idle arcs are exactly empty.
 *
 * An interior point keeps a little mass on every arc. At its end each arc is either used
 * (P_ij / a_i large, S_ij small) or idle (the reverse), in units of the row's mass and of the
 * energy. Idle arcs are set to 0 and what they held goes to the row's largest arc, so that a
 * source that keeps all its mass has exactly a_i on its own arc: sectors that do not move keep
 * their bits, and counting those that do needs no threshold.
 */
#include "exact.h"

#include <string.h>

bool jko_i_exact_clean(const jko_flow *flow, double *plan)
{
    const jko_i_exact *work = flow->exact;
    const size_t n = work->n;
    for (size_t k = 0; k < work->rows; k++) {
        const double *from = work->best + k * n;
        const double *slack = work->slack + k * n;
        const double a = flow->start[work->source[k]];
        double *to = plan + k * n;
        size_t largest = 0;
        double others = 0.0;
        for (size_t j = 0; j < n; j++) {
            const bool used = from[j] / a > slack[j] / work->scale;
            to[j] = used ? from[j] : 0.0;
            others += to[j];
            largest = to[j] > to[largest] ? j : largest;
        }
        if (to[largest] <= 0.0) {
            return false;
        }
        others = 0.0;
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
