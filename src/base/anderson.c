// SPDX-License-Identifier: BSD-3-Clause
/*
 * Guarded Anderson acceleration, type II, of a fixed-point iteration x <- G(x).
 *
 * With residuals r = G(x) - x and the last k differences dr, dg of r and G(x), take
 *
 *     gamma = argmin | r - sum_l gamma_l dr_l |^2,    next = G(x) - sum_l gamma_l dg_l
 *
 * by the normal equations, scaled to a diagonal of ones and regularised. Guards: large coefficients, a
 * long extrapolation or a growing error drop the history, and the plain step is taken. All sums
 * run in index order, so results do not depend on threads. O(n k) time a step.
 *
 * Source: Anderson (1965); Walker and Ni, SIAM J. Numer. Anal. 49 (2011).
 */
#include "base/anderson.h"

#include "base/alloc.h"
#include "base/dense.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define REGULARISATION 1e-14 // of the diagonal: below what double can resolve in the products
#define LARGEST_COEFFICIENT 1e4
#define LARGEST_GROWTH 10.0

struct jko_i_anderson {
    size_t n;      // capacity of a vector
    size_t memory; // capacity of the history
    size_t used;   // differences in the history
    size_t oldest; // slot of the oldest difference
    bool started;  // whether last_r and last_g hold a step
    double best;   // smallest error since the last reset
    int64_t restarts;
    double *dr;     // [memory][n]
    double *dg;     // [memory][n]
    double *last_r; // [n]
    double *last_g; // [n]
    double *normal; // [memory][memory]
    double *gamma;  // [memory]
    double *length; // [memory], of each dr
    size_t *pivot;  // [memory]
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
    anderson->normal = jko_i_alloc(memory * memory, sizeof(double));
    anderson->gamma = jko_i_alloc(memory, sizeof(double));
    anderson->length = jko_i_alloc(memory, sizeof(double));
    anderson->pivot = jko_i_alloc(memory, sizeof(size_t));
    if (anderson->dr == NULL || anderson->dg == NULL || anderson->last_r == NULL ||
        anderson->last_g == NULL || anderson->normal == NULL || anderson->gamma == NULL ||
        anderson->length == NULL || anderson->pivot == NULL) {
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
        jko_i_free(anderson->normal);
        jko_i_free(anderson->gamma);
        jko_i_free(anderson->length);
        jko_i_free(anderson->pivot);
        jko_i_free(anderson);
    }
}

void jko_i_anderson_reset(jko_i_anderson *anderson)
{
    anderson->used = 0;
    anderson->oldest = 0;
    anderson->started = false;
    anderson->best = INFINITY;
}

int64_t jko_i_anderson_restarts(const jko_i_anderson *anderson)
{
    return anderson->restarts;
}

static double dot(size_t n, const double *x, const double *y)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += x[i] * y[i];
    }
    return sum;
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
    }
    for (size_t i = 0; i < n; i++) {
        anderson->last_r[i] = gx[i] - x[i];
        anderson->last_g[i] = gx[i];
    }
    anderson->started = true;
}

// gamma from the regularised normal equations, each difference scaled to length 1: old ones are
// larger by orders of magnitude than new ones. False if they are singular or gamma is large.
static bool solve(jko_i_anderson *anderson, size_t n)
{
    const size_t k = anderson->used;
    double *const normal = anderson->normal;
    for (size_t a = 0; a < k; a++) {
        const double *ra = anderson->dr + a * anderson->n;
        for (size_t b = 0; b <= a; b++) {
            const double product = dot(n, ra, anderson->dr + b * anderson->n);
            normal[a * k + b] = normal[b * k + a] = product;
        }
        anderson->length[a] = sqrt(normal[a * k + a]);
        if (!(anderson->length[a] > 0.0)) {
            return false;
        }
        anderson->gamma[a] = dot(n, ra, anderson->last_r) / anderson->length[a];
    }
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < k; b++) {
            normal[a * k + b] /= anderson->length[a] * anderson->length[b];
        }
        normal[a * k + a] += REGULARISATION;
    }
    if (!jko_i_lu_factor(k, normal, anderson->pivot)) {
        return false;
    }
    jko_i_lu_solve(k, normal, anderson->pivot, anderson->gamma);
    for (size_t a = 0; a < k; a++) {
        anderson->gamma[a] /= anderson->length[a];
        if (!(fabs(anderson->gamma[a]) <= LARGEST_COEFFICIENT)) {
            return false;
        }
    }
    return true;
}

void jko_i_anderson_next(jko_i_anderson *anderson, size_t n, const double *x, const double *gx,
                         double error, double cap, double *next)
{
    if (!(error <= LARGEST_GROWTH * anderson->best)) {
        anderson->restarts++;
        jko_i_anderson_reset(anderson);
    }
    anderson->best = error < anderson->best ? error : anderson->best;
    remember(anderson, n, x, gx);
    memmove(next, gx, n * sizeof *next);
    if (anderson->used == 0) {
        return;
    }
    bool good = solve(anderson, n);
    for (size_t i = 0; good && i < n; i++) {
        double change = 0.0;
        for (size_t a = 0; a < anderson->used; a++) {
            change += anderson->gamma[a] * anderson->dg[a * anderson->n + i];
        }
        good = fabs(change) <= cap;
        next[i] -= change;
    }
    if (!good) {
        memcpy(next, anderson->last_g, n * sizeof *next);
        const double best = anderson->best;
        jko_i_anderson_reset(anderson);
        anderson->best = best;
        anderson->restarts++;
    }
}
