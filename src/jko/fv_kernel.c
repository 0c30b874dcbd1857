// SPDX-License-Identifier: BSD-3-Clause
/*
 * The loops of the finite-volume step over faces and cells, in vectors.
 *
 * Cell e lies left of face e; the last face is between the last cell and the first.
 */
#include "base/clones.h"
#include "jko/fv.h"

#include <math.h>

#define LANES ((size_t)16)

static inline double add_lanes(double *lanes)
{
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        for (size_t k = 0; k < half; k++) {
            lanes[k] += lanes[k + half];
        }
    }
    return lanes[0];
}

static JKO_I_CLONES bool weigh(size_t n, bool round, double square, const double *restrict mobility,
                               double *restrict weight, double *restrict stiffness)
{
    double closed = 0.0;
    for (size_t e = 0; e + 1 < n; e++) {
        const double both = mobility[e] + mobility[e + 1];
        const double r = 2.0 * square / both;
        const bool open = both > 0.0;
        weight[e] = open ? r : 0.0;
        stiffness[e] = open ? r : -1.0;
        closed += open ? 0.0 : 1.0;
    }
    const double both = round && n > 1 ? mobility[n - 1] + mobility[0] : 0.0;
    weight[n - 1] = both > 0.0 ? 2.0 * square / both : 0.0;
    stiffness[n - 1] = both > 0.0 ? weight[n - 1] : -1.0;
    return closed > 0.0 || !(both > 0.0);
}

bool jko_i_fv_weigh(size_t n, bool round, double square, const double *mobility, double *weight,
                    double *stiffness)
{
    return weigh(n, round, square, mobility, weight, stiffness);
}

static inline double residual_at(double weight, double flux, double slope, double *gap)
{
    const bool open = weight > 0.0;
    const double g = open ? weight * flux + slope : 0.0;
    *gap += g * g / (open ? 2.0 * weight : 1.0);
    return g;
}

static JKO_I_CLONES double residual_of(size_t n, const double *restrict weight,
                                       const double *restrict flux, const double *restrict phi,
                                       double *restrict residual)
{
    double gap[LANES] = {0.0};
    size_t e = 0;
    for (; e + LANES + 1 <= n; e += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            residual[e + k] =
                residual_at(weight[e + k], flux[e + k], phi[e + k + 1] - phi[e + k], &gap[k]);
        }
    }
    for (size_t k = 0; e < n; e++, k++) {
        const double next = e + 1 < n ? phi[e + 1] : phi[0];
        residual[e] = residual_at(weight[e], flux[e], next - phi[e], &gap[k]);
    }
    return add_lanes(gap);
}

double jko_i_fv_residual(size_t n, const double *weight, const double *flux, const double *phi,
                         double *residual)
{
    return residual_of(n, weight, flux, phi, residual);
}

static JKO_I_CLONES void assemble(size_t n, const double *restrict stiffness,
                                  const double *restrict diagonal, const double *restrict vector,
                                  const double *restrict residual, double *restrict system,
                                  double *restrict off, double *restrict shared,
                                  double *restrict direction)
{
    for (size_t e = 0; e + 1 < n; e++) {
        const bool open = stiffness[e] >= 0.0;
        const bool next = stiffness[e + 1] >= 0.0;
        system[e] = open ? stiffness[e] + (diagonal[e] + diagonal[e + 1]) : 1.0;
        off[e] = open && next ? -diagonal[e + 1] : 0.0;
        shared[e] = open ? vector[e + 1] - vector[e] : 0.0;
        direction[e] = open ? -residual[e] : 0.0;
    }
    const size_t e = n - 1;
    const bool open = stiffness[e] >= 0.0;
    system[e] = open ? stiffness[e] + (diagonal[e] + diagonal[0]) : 1.0;
    off[e] = open && stiffness[0] >= 0.0 ? -diagonal[0] : 0.0;
    shared[e] = open ? vector[0] - vector[e] : 0.0;
    direction[e] = open ? -residual[e] : 0.0;
}

void jko_i_fv_assemble(size_t n, const double *stiffness, const double *diagonal,
                       const double *vector, const double *residual, double *system, double *off,
                       double *shared, double *direction)
{
    assemble(n, stiffness, diagonal, vector, residual, system, off, shared, direction);
}

static JKO_I_CLONES double move(size_t n, double length, const double *restrict direction,
                                const double *restrict flux, const double *restrict start,
                                double *restrict trial, double *restrict mass)
{
    double least[LANES];
    for (size_t k = 0; k < LANES; k++) {
        least[k] = INFINITY;
    }
    for (size_t e = 0; e < n; e++) {
        trial[e] = flux[e] + length * direction[e];
    }
    mass[0] = start[0] + (trial[n - 1] - trial[0]);
    least[0] = mass[0];
    size_t j = 1;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double m = start[j + k] + (trial[j + k - 1] - trial[j + k]);
            mass[j + k] = m;
            least[k] = m < least[k] ? m : least[k];
        }
    }
    for (; j < n; j++) {
        const double m = start[j] + (trial[j - 1] - trial[j]);
        mass[j] = m;
        least[0] = m < least[0] ? m : least[0];
    }
    for (size_t k = 1; k < LANES; k++) {
        least[0] = least[k] < least[0] ? least[k] : least[0];
    }
    return least[0];
}

double jko_i_fv_move(size_t n, double length, const double *direction, const double *flux,
                     const double *start, double *trial, double *mass)
{
    return move(n, length, direction, flux, start, trial, mass);
}

static JKO_I_CLONES double taken(size_t n, const double *restrict direction,
                                 const double *restrict mass)
{
    double most[LANES] = {0.0};
    most[0] = (direction[0] - direction[n - 1]) / mass[0];
    most[0] = most[0] > 0.0 ? most[0] : 0.0;
    size_t j = 1;
    for (; j + LANES <= n; j += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            const double part = (direction[j + k] - direction[j + k - 1]) / mass[j + k];
            most[k] = part > most[k] ? part : most[k];
        }
    }
    for (; j < n; j++) {
        const double part = (direction[j] - direction[j - 1]) / mass[j];
        most[0] = part > most[0] ? part : most[0];
    }
    for (size_t k = 1; k < LANES; k++) {
        most[0] = most[k] > most[0] ? most[k] : most[0];
    }
    return most[0];
}

double jko_i_fv_taken(size_t n, const double *direction, const double *mass)
{
    return taken(n, direction, mass);
}

static JKO_I_CLONES double cost(size_t n, const double *restrict weight,
                                const double *restrict flux)
{
    double sum[LANES] = {0.0};
    size_t e = 0;
    for (; e + LANES <= n; e += LANES) {
        for (size_t k = 0; k < LANES; k++) {
            sum[k] += weight[e + k] * flux[e + k] * flux[e + k];
        }
    }
    for (size_t k = 0; e + k < n; k++) {
        sum[k] += weight[e + k] * flux[e + k] * flux[e + k];
    }
    return add_lanes(sum);
}

double jko_i_fv_cost(size_t n, const double *weight, const double *flux)
{
    return cost(n, weight, flux);
}
