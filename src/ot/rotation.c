// SPDX-License-Identifier: BSD-3-Clause
/*
 * The best rotation on the circle: a root of the drift.
 *
 * The value is convex in the rotation theta and its derivative is - drift(theta), continuous but
 * where an empty cell of the target meets a jump of the quantile. Newton's method, kept in a
 * bracket that bisection shrinks where Newton does not, ends at a drift of rounding size, or at a
 * jump of it: then the bracket is as narrow as numbers allow, and the mean of its two pairings whose
 * drift is 0 belongs to the map that takes the empty cells to one place within the jump.
 *
 * Tangents at the bracket's ends bound the value from below.
 */
#include "ot/rotation.h"

#include "base/alloc.h"

#include <float.h>
#include <string.h>

#define TRIALS 200 // bisection alone needs 60
#define PATIENCE 8 // trials of Newton's method alone

bool jko_i_rotation_create(jko_i_rotation *r, size_t n)
{
    memset(r, 0, sizeof *r);
    r->pairing.pull = jko_i_alloc(n, sizeof(double));
    r->pairing.pull_end = jko_i_alloc(n, sizeof(double));
    r->pairing.shift = jko_i_alloc(n + 1, sizeof(double));
    r->pull = jko_i_alloc(n, sizeof(double));
    r->pull_end = jko_i_alloc(n, sizeof(double));
    r->shift = jko_i_alloc(n + 1, sizeof(double));
    return r->pairing.pull != NULL && r->pairing.pull_end != NULL && r->pairing.shift != NULL &&
           r->pull != NULL && r->pull_end != NULL && r->shift != NULL;
}

void jko_i_rotation_free(jko_i_rotation *r)
{
    jko_i_free(r->pairing.pull);
    jko_i_free(r->pairing.pull_end);
    jko_i_free(r->pairing.shift);
    jko_i_free(r->pull);
    jko_i_free(r->pull_end);
    jko_i_free(r->shift);
    memset(r, 0, sizeof *r);
}

// One end of the bracket.
typedef struct end {
    double offset;
    double value;
    double drift;
    bool tried;
} end;

// What rounding makes of a drift: that of its terms, and of the edges' masses.
static double noise(size_t n, const jko_i_pairing *pairing, double total)
{
    double sum = 0.0;
    for (size_t j = 0; j < n; j++) {
        sum += fabs(pairing->pull[j]);
    }
    return 2.0 * DBL_EPSILON * sum + 0.25 * DBL_EPSILON * DBL_EPSILON * total * pairing->stiffness;
}

static void mean_arrays(size_t n, double share, const double *other, double *to)
{
    for (size_t j = 0; j < n; j++) {
        to[j] += share * (other[j] - to[j]);
    }
}

// Mix the pairings at the two ends so that the drift is 0.
static void mix(const jko_i_quantile *q, const jko_i_bent_cost *cost, size_t n, const double *p,
                const end *low, const end *high, jko_i_rotation *r)
{
    jko_i_pairing other = {.pull = r->pull, .pull_end = r->pull_end, .shift = r->shift};
    jko_i_pair(q, cost, n, p, NULL, (jko_i_sum){low->offset, 0.0}, &other);
    jko_i_pair(q, cost, n, p, NULL, (jko_i_sum){high->offset, 0.0}, &r->pairing);
    r->trials += 2;
    r->offset = high->offset;
    const double share = r->pairing.drift / (r->pairing.drift - other.drift);
    if (!(share > 0.0 && share <= 1.0)) {
        return;
    }
    if (other.value < r->pairing.value) { // each is an upper bound
        r->pairing.value = other.value;
        r->pairing.square = other.square;
        r->offset = low->offset;
    }
    r->pairing.drift = 0.0;
    mean_arrays(n, share, other.pull, r->pairing.pull);
    mean_arrays(n, share, other.pull_end, r->pairing.pull_end);
    mean_arrays(n + 1, share, other.shift, r->pairing.shift);
}

// A lower bound over the bracket: where the tangents at its ends meet, or the tangent at the last
// trial at the far end.
static double tangents(const end *low, const end *high, bool mixed, const jko_i_rotation *r)
{
    const jko_i_pairing *last = &r->pairing;
    const double far = last->drift > 0.0 ? high->offset : low->offset;
    double bound = last->value - fabs(last->drift) * fabs(far - r->offset);
    if (low->tried && high->tried) {
        const double width = high->offset - low->offset;
        const double slopes = low->drift - high->drift; // > 0
        const double step = (low->value - high->value - high->drift * width) / slopes;
        const double meet = low->value - low->drift * fmin(fmax(step, 0.0), width);
        bound = mixed ? fmin(meet, last->value) : fmax(bound, fmin(meet, last->value));
    }
    return bound;
}

void jko_i_rotation_find(const jko_i_quantile *q, const jko_i_bent_cost *cost, size_t n,
                         const double *p, jko_i_rotation *r)
{
    const double total = jko_i_sum_value(&q->total);
    r->trials = 1;
    if (q->lap == 0.0) {
        r->offset = 0.0;
        jko_i_pair(q, cost, n, p, NULL, (jko_i_sum){0.0, 0.0}, &r->pairing);
        r->lower = r->pairing.value * (1.0 - 16.0 * DBL_EPSILON);
        return;
    }
    // A round ahead nothing lies behind its partner, and a round behind nothing ahead.
    end low = {.offset = -total};
    end high = {.offset = total};
    r->offset = fabs(r->offset) < total ? r->offset : 0.0;
    bool mixed = false;
    for (;; r->trials++) {
        jko_i_pair(q, cost, n, p, NULL, (jko_i_sum){r->offset, 0.0}, &r->pairing);
        const double drift = r->pairing.drift;
        if (fabs(drift) <= noise(n, &r->pairing, total) || r->trials >= TRIALS) {
            break;
        }
        *(drift > 0.0 ? &low : &high) = (end){r->offset, r->pairing.value, drift, true};
        const double width = high.offset - low.offset;
        if (width <= 4.0 * DBL_EPSILON * total) {
            mix(q, cost, n, p, &low, &high, r);
            mixed = true;
            break;
        }
        double next = r->offset + drift / r->pairing.stiffness;
        const bool slow = r->trials > PATIENCE && r->trials % 2 == 0;
        if (!(next > low.offset && next < high.offset) || slow) {
            next = low.offset + 0.5 * width;
        }
        r->offset = next;
    }
    r->lower = fmax(tangents(&low, &high, mixed, r), 0.0) * (1.0 - 16.0 * DBL_EPSILON);
}
