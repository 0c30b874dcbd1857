// SPDX-License-Identifier: BSD-3-Clause
/*
 * Minus the log of a linear form, E(m) = -c log S, S = sum a_i m_i.
 *
 * It is the energy at s = 1, and what majorises it for s > 1. Conjugate:
 *
 *     E*(phi) = c log c - c + c log max_i( a_i / -phi_i )
 *
 * Prox: m_i = r_i exp(y_i) with y_i = (c/eps) a_i / S, and L = log S the root of
 *
 *     F(L) = L - log( sum a_i r_i exp(y_i(L)) ),    F' = 1 + mean of y (weights a_i m_i)
 *
 * F increases and is concave (the log of a sum of exponentials of convex functions is convex), so
 * Newton from a point left of the root climbs to it without overshooting. Such a point: S is at
 * least each of its terms, hence y_k e^(y_k) <= c/(eps r_k), y_k <= W(c/(eps r_k)) and
 *
 *     L >= log(c/eps) + log a_k - log W(c/(eps r_k))     for every k;
 *
 * the best of them is off by log n at most, and no y_i overflows there. O(n) an iteration.
 * Source: Peyre (2015) for prox steps with entropy.
 */
#include "economy/linear_log.h"

#include "economy/lambert.h"
#include "economy/root.h"

#include <math.h>

double jko_i_log_sum(size_t n, const double *p, const double *q)
{
    double top = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        top = fmax(top, p[i] + (q == NULL ? 0.0 : q[i]));
    }
    if (!isfinite(top)) {
        return top;
    }
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += exp(p[i] + (q == NULL ? 0.0 : q[i]) - top);
    }
    return top + log(sum);
}

double jko_i_linear_log_conjugate(double c, size_t n, const double *log_a, const double *phi)
{
    double top = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        if (isnan(phi[i])) {
            return NAN;
        }
        if (phi[i] > 0.0 || (phi[i] == 0.0 && log_a[i] > -INFINITY)) {
            return INFINITY; // mass in cell i costs nothing
        }
        if (log_a[i] > -INFINITY) {
            top = fmax(top, log_a[i] - log(-phi[i]));
        }
    }
    return c * log(c) - c + c * top;
}

typedef struct prox {
    size_t n;
    double log_strength; // log(c/eps)
    const double *log_a;
    const double *log_r;
    double *log_m;
} prox;

/* F(L); log_m is left at the masses that belong to L. */
static double residual(void *context, double l, double *slope)
{
    const prox *p = context;
    for (size_t i = 0; i < p->n; i++) {
        p->log_m[i] = p->log_r[i] + exp(p->log_strength + p->log_a[i] - l);
    }
    const double log_s = jko_i_log_sum(p->n, p->log_a, p->log_m);
    double mean = 0.0;
    for (size_t i = 0; i < p->n; i++) {
        if (p->log_a[i] > -INFINITY && p->log_m[i] > -INFINITY) {
            mean += exp(p->log_strength + p->log_a[i] - l) * exp(p->log_a[i] + p->log_m[i] - log_s);
        }
    }
    *slope = 1.0 + mean;
    return l - log_s;
}

bool jko_i_linear_log_prox(double c, size_t n, const double *log_a, const double *log_r, double eps,
                           double *log_m)
{
    prox p = {.n = n, .log_a = log_a, .log_r = log_r, .log_m = log_m};
    p.log_strength = log(c) - log(eps);
    double start = -INFINITY;
    for (size_t k = 0; k < n; k++) {
        log_m[k] = log_r[k];
        if (log_a[k] > -INFINITY && log_r[k] > -INFINITY) {
            const double l = p.log_strength - log_r[k];
            const double log_w = l - jko_i_lambert_exp(l);
            start = fmax(start, p.log_strength + log_a[k] - log_w);
        }
    }
    // No mass where a > 0: E is +inf whatever m, and r itself is nearest.
    return start == -INFINITY || jko_i_root(residual, &p, start);
}
