// SPDX-License-Identifier: BSD-3-Clause
/*
 * Bounds on the excess over the minimum of F = E + T, both convex, with T' = pull at mass m.
 *
 * First order, for every E: F(n) >= F(m) + g.(n - m) with g = e + pull, and over all n of the same
 * total g.n >= (sum m) min g, so that  F(m) - min F <= sum m_j (g_j - min g).
 *
 * With the conjugate: T(n) >= T(m) + pull.(n - m) and E(n) >= phi.n - E*(phi) at phi = t - pull give
 *
 *     F(m) - min F  <=  E(m) + E*(t - pull) - (t - pull).m  =: G(t)
 *
 * for every t: the gap of Fenchel and Young's inequality, of second order in g - t. G is convex, and
 * its slope the total of the maximiser at phi less that of m; its root is sought by secants in a
 * bracket. Where the energy gives this gap and slope themselves (conjugate_gap), nothing cancels;
 * else the sum is formed, with an allowance for its rounding, and the search is golden.
 */
#include "jko/dual_gap.h"

#include "base/status.h"
#include "base/sum.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#define MOST 60           // evaluations of one search
#define WORTH 0.02        // of the gap: less to gain than this ends the search
#define GOLDEN 0.38196601 // (3 - sqrt 5) / 2

typedef struct search {
    const jko_energy *energy;
    size_t n;
    const double *mass;
    double value;
    const double *variation;
    const double *pull;
    double *scratch;
    double total;
    jko_i_dual_gap *out;
} search;

static jko_status callback_failed(search *s, const char *name, int code)
{
    s->out->callback_error = code;
    return jko_i_fail(JKO_ERR_CALLBACK, "the energy's %s callback returned %d", name, code);
}

static void keep(search *s, double t, double gap)
{
    if (gap < s->out->gap) {
        s->out->gap = gap;
        s->out->shift = t;
    }
}

// G and its slope at t, by the energy's own.
static jko_status own_gap(search *s, double t, double *gap, double *slope)
{
    for (size_t j = 0; j < s->n; j++) {
        s->scratch[j] = t - (s->pull[j] + s->variation[j]);
    }
    const int code = s->energy->conjugate_gap(s->energy->user, s->n, s->mass, s->variation,
                                              s->scratch, gap, slope);
    s->out->evaluations++;
    if (code != 0) {
        return callback_failed(s, "conjugate_gap", code);
    }
    *gap = isnan(*gap) || isnan(*slope) ? INFINITY : fmax(*gap, 0.0);
    keep(s, t, *gap);
    return JKO_OK;
}

// Root of the slope, from t and a guess of the slope's own slope.
static jko_status search_own(search *s, double t, double stiffness, double enough)
{
    double low = -INFINITY; // slope < 0 there, or not known
    double high = INFINITY; // slope > 0 there, or G infinite
    double step = fabs(t) + DBL_MIN;
    double last_t = NAN;
    double last_slope = NAN;
    for (int k = 0; k < MOST; k++) {
        double gap = 0.0;
        double slope = 0.0;
        const jko_status status = own_gap(s, t, &gap, &slope);
        if (status < 0 || gap <= enough) {
            return status;
        }
        double next = NAN;
        if (isfinite(gap) && isfinite(slope)) {
            const double secant = (slope - last_slope) / (t - last_t);
            const bool known = isfinite(secant) && secant > 0.0;
            const double bend = known ? secant : stiffness;
            if (slope == 0.0 || (known && slope * slope <= 2.0 * WORTH * bend * gap)) {
                return JKO_OK;
            }
            next = t - slope / bend;
            last_t = t;
            last_slope = slope;
        }
        *(slope < 0.0 ? &low : &high) = t;
        if (!(next > low && next < high)) {
            if (isfinite(low) && isfinite(high)) {
                next = low + 0.5 * (high - low);
            } else {
                next = isfinite(low) ? low + step : high - step;
                step *= 4.0;
            }
        }
        if (!isfinite(next) || next == low || next == high) {
            return JKO_OK; // no number between
        }
        t = next;
    }
    return JKO_OK;
}

// G at t by the sum that cancels.
static jko_status summed_gap(search *s, double t, double *gap)
{
    double conjugate = 0.0;
    jko_i_sum product = {0.0, 0.0};
    double size = 0.0;
    for (size_t j = 0; j < s->n; j++) {
        s->scratch[j] = t - s->pull[j];
        jko_i_sum_add_product(&product, s->scratch[j], s->mass[j]);
        size += fabs(s->scratch[j]) * s->mass[j];
    }
    const int code = s->energy->conjugate(s->energy->user, s->n, s->scratch, &conjugate);
    s->out->evaluations++;
    if (code != 0) {
        return callback_failed(s, "conjugate", code);
    }
    const double sum = s->value + conjugate - jko_i_sum_value(&product);
    const double rounding = 4.0 * DBL_EPSILON * (fabs(s->value) + fabs(conjugate) + size);
    *gap = isfinite(sum) ? fmax(sum, 0.0) + rounding : INFINITY;
    keep(s, t, *gap);
    return JKO_OK;
}

// Minimum of G by a golden section of [low, high], which holds it.
static jko_status golden(search *s, double low, double high)
{
    double gap[2];
    double at[2] = {low + GOLDEN * (high - low), high - GOLDEN * (high - low)};
    jko_status status = summed_gap(s, at[0], &gap[0]);
    status = status < 0 ? status : summed_gap(s, at[1], &gap[1]);
    for (int k = 0; status >= 0 && k < MOST && at[0] < at[1]; k++) {
        // Infinite on the right alone: E* grows with phi.
        if (gap[0] <= gap[1] || isinf(gap[1])) {
            high = at[1];
            at[1] = at[0];
            gap[1] = gap[0];
            at[0] = low + GOLDEN * (high - low);
            status = summed_gap(s, at[0], &gap[0]);
        } else {
            low = at[0];
            at[0] = at[1];
            gap[0] = gap[1];
            at[1] = high - GOLDEN * (high - low);
            status = summed_gap(s, at[1], &gap[1]);
        }
    }
    return status;
}

// Find a t where G is finite, then points on both sides where it is larger, then narrow down.
static jko_status search_summed(search *s, double t, double step)
{
    double here = 0.0;
    jko_status status = summed_gap(s, t, &here);
    for (int k = 0; status >= 0 && isinf(here) && k < MOST; k++, step *= 2.0) {
        t -= step;
        status = summed_gap(s, t, &here);
    }
    double ends[2] = {t, t};
    for (int side = 0; side < 2; side++) {
        double gap = -INFINITY;
        double way = side == 0 ? -step : step;
        for (int k = 0; status >= 0 && gap <= here && k < MOST; k++, way *= 2.0) {
            ends[side] = t + way;
            status = summed_gap(s, ends[side], &gap);
        }
    }
    return status < 0 ? status : golden(s, ends[0], ends[1]);
}

jko_status jko_i_dual_gap_find(const jko_energy *energy, size_t n, const double *mass, double value,
                               const double *variation, const double *pull, double enough,
                               double *scratch, jko_i_dual_gap *out)
{
    search s = {energy, n, mass, value, variation, pull, scratch, jko_i_sum_array(n, mass), out};
    double least = INFINITY;
    double size = 0.0;
    bool inner = isfinite(value);
    jko_i_sum mean = {0.0, 0.0};
    *out = (jko_i_dual_gap){.gap = INFINITY, .first_order = INFINITY, .shift = NAN};
    for (size_t j = 0; j < n; j++) {
        const double g = pull[j] + variation[j];
        inner = inner && mass[j] > 0.0 && isfinite(g);
        least = fmin(least, g);
        if (mass[j] > 0.0) {
            jko_i_sum_add_product(&mean, mass[j], g);
            size += mass[j] * (isfinite(variation[j]) ? fabs(variation[j]) : 0.0);
        }
    }
    if (!isfinite(value)) {
        return JKO_OK;
    }
    const double t = jko_i_sum_value(&mean) / s.total;
    if (isfinite(least)) {
        jko_i_sum excess = {0.0, 0.0};
        for (size_t j = 0; j < n; j++) {
            jko_i_sum_add(&excess, mass[j] * ((pull[j] + variation[j]) - least));
        }
        out->first_order = fmax(jko_i_sum_value(&excess), 0.0);
        keep(&s, t, out->first_order);
    }
    if (inner && energy->conjugate_gap != NULL) {
        return search_own(&s, t, s.total * s.total / (size + DBL_MIN), enough);
    }
    if (energy->conjugate != NULL && out->gap > enough && isfinite(t)) {
        const double step = size / s.total;
        return search_summed(&s, t, step > 0.0 ? step : 1.0);
    }
    return JKO_OK;
}
