// SPDX-License-Identifier: BSD-3-Clause
/*
 * Guarded Anderson acceleration, type II, of a fixed-point iteration x <- G(x).
 *
 * With residuals r = G(x) - x and the last k differences dr, dg of r and G(x), take
 *
 *     gamma = argmin | r - sum_l gamma_l dr_l |^2,    next = G(x) - sum_l gamma_l dg_l
 *
 * by Gram-Schmidt from the newest difference to the oldest, which is scaled for by itself; what is
 * dependent on newer ones to rounding is left out. Guards: large coefficients, a long extrapolation
 * or a growing error drop the history, and the plain step is taken; an error that does not fall for
 * long does too, and then a number of plain steps follows that doubles each time, so that an
 * iteration which converges by itself is not held up for ever. All sums run in a fixed order, so
 * results do not depend on threads. O(n k^2) time a step.
 *
 * Source: Anderson (1965); Walker and Ni, SIAM J. Numer. Anal. 49 (2011).
 */
#include "base/anderson.h"

#include "base/alloc.h"
#include "base/vector.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define DEPENDENT 1e-13 // share of a square that newer differences leave: less is rounding
#define LARGEST_COEFFICIENT 1e4
#define LARGEST_GROWTH 10.0
#define BETTER 0.99      // of the best error: less than that is progress
#define FIRST_REST 8     // plain steps after the first standstill
#define LONGEST_REST 512 // and at most

struct jko_i_anderson {
    size_t n;         // capacity of a vector
    size_t memory;    // capacity of the history
    size_t used;      // differences in the history
    size_t oldest;    // slot of the oldest difference
    bool started;     // whether last_r and last_g hold a step
    double best;      // smallest error since the last reset
    size_t stale;     // steps since it fell
    size_t rest;      // plain steps still to take
    size_t next_rest; // and after the next standstill
    int64_t restarts;
    double *dr;     // [memory][n]
    double *dg;     // [memory][n]
    double *last_r; // [n]
    double *last_g; // [n]
    double *gram;   // [memory][memory], products of the dr
    double *r;      // [memory][memory], the Cholesky factor of those kept
    double *gamma;  // [memory]
    size_t *kept;   // [memory], slots of the differences kept
};

jko_i_anderson *jko_i_anderson_create(size_t n, size_t memory)
{
    size_t history = 0;
    jko_i_anderson *anderson = jko_i_alloc(1, sizeof *anderson);
    if (anderson == NULL || !jko_i_mul_size(n, memory, &history)) {
        jko_i_free(anderson);
        return NULL;
    }
    anderson->n = n;
    anderson->memory = memory;
    anderson->dr = jko_i_alloc(history, sizeof(double));
    anderson->dg = jko_i_alloc(history, sizeof(double));
    anderson->last_r = jko_i_alloc(n, sizeof(double));
    anderson->last_g = jko_i_alloc(n, sizeof(double));
    anderson->gram = jko_i_alloc(memory * memory, sizeof(double));
    anderson->r = jko_i_alloc(memory * memory, sizeof(double));
    anderson->gamma = jko_i_alloc(memory, sizeof(double));
    anderson->kept = jko_i_alloc(memory, sizeof(size_t));
    if (anderson->dr == NULL || anderson->dg == NULL || anderson->last_r == NULL ||
        anderson->last_g == NULL || anderson->gram == NULL || anderson->r == NULL ||
        anderson->gamma == NULL || anderson->kept == NULL) {
        jko_i_anderson_free(anderson);
        return NULL;
    }
    jko_i_anderson_reset(anderson);
    return anderson;
}

void jko_i_anderson_free(jko_i_anderson *anderson)
{
    if (anderson != NULL) {
        jko_i_free(anderson->dr);
        jko_i_free(anderson->dg);
        jko_i_free(anderson->last_r);
        jko_i_free(anderson->last_g);
        jko_i_free(anderson->gram);
        jko_i_free(anderson->r);
        jko_i_free(anderson->gamma);
        jko_i_free(anderson->kept);
        jko_i_free(anderson);
    }
}

static void forget(jko_i_anderson *anderson)
{
    anderson->used = 0;
    anderson->oldest = 0;
    anderson->started = false;
}

void jko_i_anderson_reset(jko_i_anderson *anderson)
{
    forget(anderson);
    anderson->best = INFINITY;
    anderson->stale = 0;
    anderson->rest = 0;
    anderson->next_rest = FIRST_REST;
}

int64_t jko_i_anderson_restarts(const jko_i_anderson *anderson)
{
    return anderson->restarts;
}

// Put the differences to the last step into the history, over the oldest when it is full.
static void remember(jko_i_anderson *anderson, size_t n, const double *x, const double *gx)
{
    if (anderson->started) {
        size_t slot = anderson->used;
        if (anderson->used == anderson->memory) {
            slot = anderson->oldest;
            anderson->oldest = (anderson->oldest + 1) % anderson->memory;
        } else {
            anderson->used++;
        }
        double *dr = anderson->dr + slot * anderson->n;
        double *dg = anderson->dg + slot * anderson->n;
        for (size_t i = 0; i < n; i++) {
            dr[i] = (gx[i] - x[i]) - anderson->last_r[i];
            dg[i] = gx[i] - anderson->last_g[i];
        }
        for (size_t k = 0; k < anderson->used; k++) {
            anderson->gram[slot * anderson->memory + k] =
                anderson->gram[k * anderson->memory + slot] =
                    jko_i_vector_dot(n, dr, anderson->dr + k * anderson->n);
        }
    }
    for (size_t i = 0; i < n; i++) {
        anderson->last_r[i] = gx[i] - x[i];
        anderson->last_g[i] = gx[i];
    }
    anderson->started = true;
}

// Row `count` of the Cholesky factor of the differences kept, for the one in a slot; false if that
// depends on them.
static bool factor(jko_i_anderson *anderson, size_t slot, size_t count)
{
    const size_t memory = anderson->memory;
    double *row = anderson->r + count * memory;
    const double whole = anderson->gram[slot * memory + slot];
    double left = whole;
    for (size_t k = 0; k < count; k++) {
        const double *other = anderson->r + k * memory;
        double along = anderson->gram[slot * memory + anderson->kept[k]];
        for (size_t l = 0; l < k; l++) {
            along -= row[l] * other[l];
        }
        row[k] = along / other[k];
        left -= row[k] * row[k];
    }
    if (!(left > DEPENDENT * whole)) {
        return false;
    }
    row[count] = sqrt(left);
    anderson->kept[count] = slot;
    return true;
}

// gamma for the differences kept; false if one is large. *count is set to how many there are.
static bool solve(jko_i_anderson *anderson, size_t n, size_t *count)
{
    const size_t memory = anderson->memory;
    *count = 0;
    for (size_t age = 0; age < anderson->used; age++) {
        const size_t slot = (anderson->oldest + anderson->used - 1 - age) % memory;
        *count += factor(anderson, slot, *count) ? 1 : 0;
    }
    for (size_t k = 0; k < *count; k++) {
        const double *row = anderson->r + k * memory;
        double sum =
            jko_i_vector_dot(n, anderson->dr + anderson->kept[k] * anderson->n, anderson->last_r);
        for (size_t l = 0; l < k; l++) {
            sum -= row[l] * anderson->gamma[l];
        }
        anderson->gamma[k] = sum / row[k];
    }
    for (size_t k = *count; k-- > 0;) {
        for (size_t l = k + 1; l < *count; l++) {
            anderson->gamma[k] -= anderson->r[l * memory + k] * anderson->gamma[l];
        }
        anderson->gamma[k] /= anderson->r[k * memory + k];
        if (!(fabs(anderson->gamma[k]) <= LARGEST_COEFFICIENT)) {
            return false;
        }
    }
    return true;
}

// What the guards say of an error: true if the history goes, or rests are due.
static bool is_held(jko_i_anderson *anderson, double error)
{
    bool held = false;
    if (!(error <= LARGEST_GROWTH * anderson->best)) {
        anderson->restarts++;
        forget(anderson);
        anderson->best = INFINITY;
    }
    anderson->stale = error < BETTER * anderson->best ? 0 : anderson->stale + 1;
    anderson->best = error < anderson->best ? error : anderson->best;
    if (anderson->rest > 0) {
        anderson->rest--;
        held = true;
    } else if (anderson->stale > 2 * anderson->memory) {
        anderson->restarts++;
        anderson->stale = 0;
        anderson->rest = anderson->next_rest;
        anderson->next_rest =
            2 * anderson->next_rest < LONGEST_REST ? 2 * anderson->next_rest : LONGEST_REST;
        held = true;
    }
    if (held) {
        forget(anderson);
    }
    return held;
}

void jko_i_anderson_next(jko_i_anderson *anderson, size_t n, const double *x, const double *gx,
                         double error, double cap, double *next)
{
    if (is_held(anderson, error)) {
        memmove(next, gx, n * sizeof *next);
        return;
    }
    size_t count = 0;
    remember(anderson, n, x, gx);
    memmove(next, gx, n * sizeof *next);
    bool good = solve(anderson, n, &count);
    for (size_t k = 0; good && k < count; k++) {
        jko_i_vector_add(n, -anderson->gamma[k], anderson->dg + anderson->kept[k] * anderson->n,
                         next);
    }
    for (size_t i = 0; good && i < n; i++) {
        good = fabs(next[i] - anderson->last_g[i]) <= cap;
    }
    if (!good) {
        memcpy(next, anderson->last_g, n * sizeof *next);
        forget(anderson);
        anderson->restarts++;
    }
}
