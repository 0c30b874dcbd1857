// SPDX-License-Identifier: BSD-3-Clause
/*
 * One battery of identities for every energy: what its callbacks say of each other.
 *
 * Independent of any energy's formulas: fourth-order differences of the value for the variation,
 * of the variation for the Hessian product, Fenchel and Young's inequality for the conjugate, and
 * stationarity for the prox. Include after <cmocka.h>; at most BATTERY_MAX cells.
 */
#ifndef JKO_TESTS_ENERGY_BATTERY_H
#define JKO_TESTS_ENERGY_BATTERY_H

#include "support/close.h"

#include <jko/energy.h>
#include <math.h>
#include <string.h>

enum { BATTERY_MAX = 64 };

static inline double battery_value(const jko_energy *e, size_t n, const double *mass)
{
    double value = NAN;
    assert_int_equal(e->eval(e->user, n, mass, &value, NULL), 0);
    return value;
}

/* E at mass + t direction. */
static inline double battery_along(const jko_energy *e, size_t n, const double *mass,
                                   const double *direction, double t)
{
    double moved[BATTERY_MAX];
    for (size_t i = 0; i < n; i++) {
        moved[i] = mass[i] + t * direction[i];
    }
    return battery_value(e, n, moved);
}

/* Each dE/dm_i against differences of E with a step of 1e-3 m_i: relative truncation is about
   1e-12, rounding 1e-13 of E over the mass of a cell. tolerance is relative to max |m dE/dm|. */
static inline void battery_variation(const jko_energy *e, size_t n, const double *mass,
                                     double tolerance)
{
    double value = NAN;
    double variation[BATTERY_MAX];
    assert_int_equal(e->eval(e->user, n, mass, &value, variation), 0);
    const double alone = battery_value(e, n, mass);
    assert_same_bits(1, &alone, &value);
    double scale = 0.0;
    for (size_t i = 0; i < n; i++) {
        scale = fmax(scale, fabs(mass[i] * variation[i]));
    }
    for (size_t i = 0; i < n; i++) {
        double direction[BATTERY_MAX] = {0.0};
        direction[i] = mass[i];
        const double t = 1e-3;
        const double near =
            battery_along(e, n, mass, direction, t) - battery_along(e, n, mass, direction, -t);
        const double far = battery_along(e, n, mass, direction, 2.0 * t) -
                           battery_along(e, n, mass, direction, -2.0 * t);
        assert_close_abs(mass[i] * variation[i], (8.0 * near - far) / (12.0 * t),
                         tolerance * scale);
    }
}

/* The two parts of the Hessian, where the energy has them, against H v. */
static inline void battery_hessian_parts(const jko_energy *e, size_t n, const double *mass,
                                         const double *v, const double *hv)
{
    double value = NAN;
    double variation[BATTERY_MAX];
    double diagonal[BATTERY_MAX];
    double vector[BATTERY_MAX];
    double weight = NAN;
    double product = 0.0;
    double scale = 0.0;
    if (e->hessian_parts == NULL) {
        return;
    }
    assert_int_equal(e->eval(e->user, n, mass, &value, variation), 0);
    assert_int_equal(e->hessian_parts(e->user, n, mass, variation, diagonal, vector, &weight), 0);
    for (size_t i = 0; i < n; i++) {
        assert_true(diagonal[i] >= 0.0 || !e->convex);
        product += vector[i] * v[i];
        scale = fmax(scale, fabs(mass[i] * diagonal[i] * v[i]));
        scale =
            fmax(scale, fabs(mass[i] * weight * vector[i]) * fabs(vector[i] * v[i]) * (double)n);
    }
    for (size_t i = 0; i < n; i++) {
        const double got = diagonal[i] * v[i] + weight * product * vector[i];
        assert_close_abs(mass[i] * got, mass[i] * hv[i], 1e-12 * scale + 1e-300);
    }
}

/* H v against differences of the variation along a random v, relative to the largest entry. */
static inline void battery_hessian(const jko_energy *e, size_t n, const double *mass,
                                   jko_t_random *random, double tolerance)
{
    const double weights[4] = {1.0, -8.0, 8.0, -1.0};
    const double offsets[4] = {-2e-3, -1e-3, 1e-3, 2e-3};
    double v[BATTERY_MAX];
    double hv[BATTERY_MAX];
    double difference[BATTERY_MAX] = {0.0};
    for (size_t i = 0; i < n; i++) {
        v[i] = mass[i] * (2.0 * jko_t_uniform(random) - 1.0);
    }
    for (size_t k = 0; k < 4; k++) {
        double moved[BATTERY_MAX];
        double variation[BATTERY_MAX];
        double value = NAN;
        for (size_t i = 0; i < n; i++) {
            moved[i] = mass[i] + offsets[k] * v[i];
        }
        assert_int_equal(e->eval(e->user, n, moved, &value, variation), 0);
        for (size_t i = 0; i < n; i++) {
            difference[i] += weights[k] * variation[i] / 12e-3;
        }
    }
    assert_int_equal(e->hessian_product(e->user, n, mass, v, hv), 0);
    double scale = 0.0;
    for (size_t i = 0; i < n; i++) {
        scale = fmax(scale, fabs(mass[i] * hv[i]));
    }
    for (size_t i = 0; i < n; i++) {
        assert_close_abs(mass[i] * hv[i], mass[i] * difference[i], tolerance * scale + 1e-14);
    }
    battery_hessian_parts(e, n, mass, v, hv);
}

static inline double battery_conjugate(const jko_energy *e, size_t n, const double *phi)
{
    double value = NAN;
    assert_int_equal(e->conjugate(e->user, n, phi, &value), 0);
    return value;
}

/* E(m) + E*(phi) - phi.m, never negative. */
static inline double battery_fenchel_gap(const jko_energy *e, size_t n, const double *mass,
                                         const double *phi)
{
    double gap = battery_value(e, n, mass) + battery_conjugate(e, n, phi);
    for (size_t i = 0; i < n; i++) {
        gap -= phi[i] * mass[i];
    }
    return gap;
}

/* The energy's own gap and its slope, where it has them, at phi = variation + shift: against the sum
   that cancels, by differences of the gap as all shifts grow, and of second order in small
   shifts if strict. */
static inline void battery_conjugate_gap(const jko_energy *e, size_t n, const double *mass,
                                         const double *variation, const double *phi, bool strict,
                                         double tolerance)
{
    double gap[5];
    double slope[5];
    const double by[5] = {0.0, 1.0, -1.0, 0.0, 0.0};
    const double size[5] = {1.0, 1.0, 1.0, 1e-4, 1e-7};
    double step = 0.0;
    if (e->conjugate_gap == NULL) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        step = fmax(step, 1e-4 * fabs(phi[i]) / (double)n);
    }
    for (size_t k = 0; k < 5; k++) {
        double shift[BATTERY_MAX];
        for (size_t i = 0; i < n; i++) {
            shift[i] = size[k] * (phi[i] - variation[i]) + by[k] * step;
        }
        assert_int_equal(e->conjugate_gap(e->user, n, mass, variation, shift, &gap[k], &slope[k]),
                         0);
        assert_true(gap[k] >= 0.0);
    }
    const double direct = battery_fenchel_gap(e, n, mass, phi);
    assert_close_abs(gap[0], direct, tolerance + 1e-13 * fabs(direct));
    if (isfinite(gap[0]) && isfinite(gap[1]) && isfinite(gap[2])) {
        const double want = (gap[1] - gap[2]) / (2.0 * step);
        assert_close_abs(slope[0], want,
                         0.1 * fabs(slope[1] - slope[2]) + 1e-12 * fabs(gap[0]) / step);
    }
    if (strict) {
        assert_close_abs(gap[4], 1e-6 * gap[3], 3e-2 * fabs(gap[4]));
    }
}

/* The gap at mass is 0 at its own variation, and >= 0 at variations scaled cell by cell at
   random; strictly above 0 then if strict. tolerance is absolute. */
static inline void battery_fenchel(const jko_energy *e, size_t n, const double *mass,
                                   jko_t_random *random, bool strict, double tolerance)
{
    double value = NAN;
    double phi[BATTERY_MAX];
    assert_int_equal(e->eval(e->user, n, mass, &value, phi), 0);
    assert_close_abs(battery_fenchel_gap(e, n, mass, phi), 0.0, tolerance);
    for (int trial = 0; trial < 20; trial++) {
        double other[BATTERY_MAX];
        for (size_t i = 0; i < n; i++) {
            other[i] = phi[i] * (0.5 + jko_t_uniform(random));
        }
        const double gap = battery_fenchel_gap(e, n, mass, other);
        battery_conjugate_gap(e, n, mass, phi, other, strict, tolerance);
        assert_true(strict ? gap > tolerance : gap >= -tolerance);
    }
}

/* Largest |dE/dm_i + eps log(m_i / r_i)| over cells with r_i > 0, at the prox of r. */
static inline double battery_prox_residual(const jko_energy *e, size_t n, const double *log_r,
                                           double eps, double *log_m)
{
    double mass[BATTERY_MAX];
    double variation[BATTERY_MAX];
    double value = NAN;
    double worst = 0.0;
    assert_int_equal(e->kl_prox(e->user, n, log_r, eps, log_m), 0);
    for (size_t i = 0; i < n; i++) {
        mass[i] = exp(log_m[i]);
    }
    assert_int_equal(e->eval(e->user, n, mass, &value, variation), 0);
    for (size_t i = 0; i < n; i++) {
        if (log_r[i] > -INFINITY) {
            const double residual = variation[i] + eps * (log_m[i] - log_r[i]);
            worst = residual == residual ? fmax(worst, fabs(residual)) : NAN;
        } else {
            assert_true(log_m[i] == -INFINITY);
        }
    }
    return worst;
}

/* Fenchel gap of the prox and its own dual point phi = -eps log(m / r). */
static inline double battery_prox_gap(const jko_energy *e, size_t n, const double *log_r,
                                      double eps)
{
    double log_m[BATTERY_MAX];
    double mass[BATTERY_MAX];
    double phi[BATTERY_MAX];
    assert_int_equal(e->kl_prox(e->user, n, log_r, eps, log_m), 0);
    for (size_t i = 0; i < n; i++) {
        mass[i] = exp(log_m[i]);
        phi[i] = -eps * (log_m[i] - log_r[i]);
    }
    return battery_fenchel_gap(e, n, mass, phi);
}

/* Random masses with a total near 1, none below a hundredth of the mean. */
static inline void battery_mass(jko_t_random *random, size_t n, double *mass)
{
    for (size_t i = 0; i < n; i++) {
        mass[i] = (0.01 + jko_t_exponential(random)) / (double)n;
    }
}

#endif
