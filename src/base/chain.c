// SPDX-License-Identifier: BSD-3-Clause
/*
 * Elimination of a chain from its first unknown on, written so that no digits of soft parts are lost
 * next to stiff ones: with s_0 = ground_0,
 *
 *     pivot_i = s_i + link_i,    s_{i+1} = ground_{i+1} + link_i s_i / pivot_i,
 *
 * where the usual recursion has link_i - link_i^2 / pivot_i. Likewise the difference of neighbours in
 * the solution is (s_i x_{i+1} - b_i) / pivot_i, b being the right-hand side as eliminated.
 */
#include "base/chain.h"

#include <math.h>

bool jko_i_chain_factor(size_t n, const double *ground, const double *link, jko_i_chain *chain)
{
    double own = ground[0];
    for (size_t i = 0; i + 1 < n; i++) {
        const double pivot = own + link[i];
        const double inverse = 1.0 / pivot;
        if (!(pivot > 0.0) || !isfinite(pivot)) {
            return false;
        }
        chain->own[i] = own;
        chain->inverse[i] = inverse;
        chain->share[i] = link[i] * inverse;
        own = ground[i + 1] + own * chain->share[i];
    }
    if (!(own > 0.0) || !isfinite(own)) {
        return false;
    }
    chain->own[n - 1] = own;
    chain->inverse[n - 1] = 1.0 / own;
    chain->share[n - 1] = 0.0;
    return true;
}

void jko_i_chain_solve(size_t n, const jko_i_chain *chain, double *x, double *difference)
{
    enum { K = JKO_I_CHAIN_SIDES };
    for (size_t i = 0; i + 1 < n; i++) {
        for (size_t k = 0; k < K; k++) {
            x[(i + 1) * K + k] += chain->share[i] * x[i * K + k];
        }
    }
    for (size_t k = 0; k < K; k++) {
        x[(n - 1) * K + k] *= chain->inverse[n - 1];
    }
    for (size_t i = n - 1; i-- > 0;) {
        for (size_t k = 0; k < K; k++) {
            const double ahead = x[(i + 1) * K + k];
            const double here = x[i * K + k];
            x[i * K + k] = here * chain->inverse[i] + chain->share[i] * ahead;
            difference[i * K + k] = (chain->own[i] * ahead - here) * chain->inverse[i];
        }
    }
}
