// SPDX-License-Identifier: BSD-3-Clause
/*
 * Finite-volume steps computed anew, by code that shares nothing with the solvers: plain sums in long
 * double, straight from the formulas of docs/theory.md. Simple on purpose.
 *
 *     gap = P - D(e) = sum over faces of tau h mobility [c(v) + c*(De) + v De],    e = dE/dm after,
 *     v the speed at which the flux F = tau mobility v moves; without costs of reallocation that is
 *     h/(2 tau) sum (F + tau mobility De)^2 / mobility
 *
 * It is the objective less a lower bound of its minimum, for convex energies, whatever the flux that
 * the masses leave open on the circle.
 */
#include "recompute.h"

#include "recompute_root.h"
#include "text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NOTHING 1e-12L // of the mass: rounding of sums of masses

typedef long double real;

// A step: what a face needs, and the sums over them that the last flux gave.
typedef struct faces {
    const cli_claim *claim;
    real tau;
    real total;
    const real *change; // [n] of the masses
    const double *mobility;
    const double *e;
    real cost;
    real square; // of 2 tau v^2/2
    real slope;  // of the gap in the flux
    real gap;
} faces;

// What moving at speed v costs per unit of time and mass.
static real cost_of_speed(const cli_claim *claim, real v)
{
    const real k = (real)claim->reallocation_cost;
    const real speed = fabsl(v);
    if (strcmp(claim->reallocation, "soft") == 0) {
        return v * v / 2.0L + k * speed;
    }
    if (strcmp(claim->reallocation, "hull") == 0) {
        return speed <= k ? k * speed : (v * v + k * k) / 2.0L;
    }
    return v * v / 2.0L;
}

// Its slope; 0 at the kink.
static real marginal_cost(const cli_claim *claim, real v)
{
    const real k = (real)claim->reallocation_cost;
    const real sign = v > 0.0L ? 1.0L : v < 0.0L ? -1.0L : 0.0L;
    if (strcmp(claim->reallocation, "soft") == 0) {
        return v + k * sign;
    }
    if (strcmp(claim->reallocation, "hull") == 0) {
        return sign * fmaxl(fabsl(v), k);
    }
    return v;
}

// And what it yields at the slope p.
static real yield_of_slope(const cli_claim *claim, real slope)
{
    const real k = (real)claim->reallocation_cost;
    const real p = fabsl(slope);
    if (strcmp(claim->reallocation, "soft") == 0) {
        return p > k ? (p - k) * (p - k) / 2.0L : 0.0L;
    }
    if (strcmp(claim->reallocation, "hull") == 0) {
        return p > k ? (p * p - k * k) / 2.0L : 0.0L;
    }
    return p * p / 2.0L;
}

static real density_at(const faces *f, size_t j)
{
    const size_t right = j + 1 == f->claim->n ? 0 : j + 1;
    return ((real)f->mobility[j] + (real)f->mobility[right]) / (2.0L * (real)f->claim->cell);
}

/* The sums, every term of the gap >= 0, for a flux at the left edge of cell 0; returns the slope of the
   gap in it. */
static real sum_faces(void *context, real flux)
{
    faces *f = context;
    const cli_claim *claim = f->claim;
    const size_t n = claim->n;
    const real h = (real)claim->cell;
    f->gap = f->cost = f->square = f->slope = 0.0L;
    for (size_t j = 0; j < n; j++) { // the face at the right edge of cell j
        flux -= f->change[j];
        if (!claim->circle && j + 1 == n) {
            break;
        }
        const real m = density_at(f, j);
        if (!(m > 0.0L)) { // nothing is there, nothing may move
            f->gap = fabsl(flux) <= NOTHING * f->total ? f->gap : (real)INFINITY;
            continue;
        }
        const real slope = ((real)f->e[j + 1 == n ? 0 : j + 1] - (real)f->e[j]) / h;
        const real v = flux / (f->tau * m);
        const real weight = f->tau * h * m;
        f->cost += weight * cost_of_speed(claim, v);
        f->square += 2.0L * f->tau * weight * v * v / 2.0L;
        f->slope += h * (marginal_cost(claim, v) + slope);
        f->gap += weight * (cost_of_speed(claim, v) + yield_of_slope(claim, slope) + v * slope);
    }
    return f->slope;
}

/* On the circle the masses leave the flux open by a constant: the one of the least gap, or where nothing
   can cross a face, nothing. */
static real open_flux(faces *f, real most)
{
    real sum = 0.0L;
    for (size_t j = 0; j < f->claim->n; j++) {
        sum += f->change[j];
        if (!(density_at(f, j) > 0.0L)) {
            return sum;
        }
    }
    return most > 0.0L ? recompute_root(sum_faces, f, -most, most, most * LDBL_EPSILON) : 0.0L;
}

void recompute_fv(const cli_claim *claim, double tau, const double *before, const double *mobility,
                  const double *after, cli_finding *finding)
{
    const size_t n = claim->n;
    real *change = cli_alloc(n, sizeof *change);
    double *e = cli_alloc(n, sizeof *e);
    faces f = {.claim = claim, .tau = (real)tau, .change = change, .mobility = mobility, .e = e};
    real most = 0.0L;
    finding->energy_before = recompute_energy(claim, before, NULL);
    finding->energy_after = recompute_energy(claim, after, e);
    finding->pull = 0.0;
    for (size_t j = 0; j < n; j++) {
        change[j] = (real)after[j] - (real)before[j];
        most += fabsl(change[j]);
        f.total += (real)before[j];
        finding->pull += after[j] * fabs(e[j]);
    }
    (void)sum_faces(&f, claim->circle ? open_flux(&f, most) : 0.0L);
    finding->gap = (double)f.gap;
    finding->transport_cost = (double)f.square;
    finding->step_cost = (double)f.cost;
    finding->objective = finding->step_cost + finding->energy_after;
    finding->pull += finding->step_cost;
    free(change);
    free(e);
}

void recompute_shift(const cli_claim *claim, const double *after, const double *phi,
                     cli_finding *finding)
{
    double *e = cli_alloc(claim->n, sizeof *e);
    double size = 0.0;
    double total = 0.0;
    (void)recompute_energy(claim, after, e);
    for (size_t j = 0; j < claim->n; j++) {
        size += after[j] * fabs(e[j]);
        total += after[j];
    }
    finding->potential_error = 0.0;
    for (size_t j = 0; j < claim->n; j++) {
        // Masses on file are rounded: what that does to a slope is relative to the slope itself. Written
        // so that a NaN counts.
        const double scale = fmax(size / total, fabs(e[j]));
        const double error = phi[j] == e[j] ? 0.0 : fabs(phi[j] - e[j]) / scale;
        if (!(error <= finding->potential_error)) {
            finding->potential_error = isnan(error) ? INFINITY : error;
        }
    }
    free(e);
}
