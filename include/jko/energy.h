// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * What an energy is: a functional of a measure, given by callbacks. Two ready-made ones.
 *
 * A JKO step knows an energy only through this interface, so yours is treated like ours.
 */
#ifndef JKO_ENERGY_H
#define JKO_ENERGY_H

#include <jko/status.h>
#include <jko/version.h>
#include <stdbool.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** An energy; see each member. Zero-initialise it and set struct_size: {.struct_size = ...}. */
typedef struct jko_energy jko_energy;

/**
 * An energy E of masses m [n].
 *
 * All callbacks run on the thread that called the library, one at a time; they return 0, or a
 * number of your own that ends the call with JKO_ERR_CALLBACK and stands in its report. They must
 * not longjmp. Arrays are the library's: read or fill them during the call only.
 */
struct jko_energy {
    size_t struct_size; /**< sizeof (jko_energy) as the caller compiled it */
    void *user;         /**< handed to each callback */

    /**
     * Required. Value of E at mass [n], possibly +inf, and, unless variation is NULL, its first
     * variation dE/dm_j [n] with respect to the masses (-inf where it is so). All certificates
     * rest on it: a wrong variation is not noticed, so test yours against differences of E.
     */
    int (*eval)(void *user, size_t n, const double *mass, double *value, double *variation);

    /** Whether E is convex along mixtures of masses. If not, a step can only be local. */
    bool convex;

    /** hv [n] = (d2E/dm2) v at mass, all masses > 0. NULL: differences of the variation. */
    int (*hessian_product)(void *user, size_t n, const double *mass, const double *v, double *hv);

    /** E*(phi) = sup over m >= 0 of phi.m - E(m), possibly +inf. NULL: none; not needed to solve. */
    int (*conjugate)(void *user, size_t n, const double *phi, double *value);

    /**
     * argmin over m >= 0 of E(m) + eps KL(m | r), KL = sum m log(m/r) - m + r, given
     * log_r [n] (finite or -inf, then m = 0) and filling log_m [n], another array. NULL: a dense
     * Newton method, O(n^3) a call.
     */
    int (*kl_prox)(void *user, size_t n, const double *log_r, double eps, double *log_m);

    /** Bytes of memory that majorant needs for n masses; NULL if there is no majorant. */
    size_t (*majorant_bytes)(void *user, size_t n);

    /**
     * For an energy that is not convex: fill out, whose struct_size is set, with a convex energy
     * that is nowhere below E and touches it at the masses at [n]. It may keep what it needs in
     * memory (majorant_bytes, aligned for any type, yours until the next call). NULL: no local
     * steps.
     */
    int (*majorant)(void *user, size_t n, const double *at, void *memory, jko_energy *out);

    /** Number of masses that E is made for; 0 (default): any. A flow of another size is refused. */
    size_t size;

    /**
     * The Hessian as a diagonal and a rank-one part, d2E/dm2 = diag(diagonal) + weight v v^T, at
     * mass, all masses > 0, given variation [n], which eval filled there: fill diagonal [n] >= 0,
     * vector [n] = v and *weight. Steps between densities then take O(n). NULL: not of this form,
     * or not known.
     */
    int (*hessian_parts)(void *user, size_t n, const double *mass, const double *variation,
                         double *diagonal, double *vector, double *weight);

    /**
     * gap = E(m) + E*(phi) - phi.m >= 0 at mass, all > 0, and phi = e + shift [n] without the
     * cancellation of that sum for small shifts, given variation [n] = e, which eval filled there;
     * and its derivative as all phi grow alike, the total of the m whose variation is phi less that
     * of mass. +inf, both, outside the domain of E*. Certificates then see gaps far below the
     * rounding of E. NULL: the conjugate is used, or without one the variation alone.
     */
    int (*conjugate_gap)(void *user, size_t n, const double *mass, const double *variation,
                         const double *shift, double *gap, double *slope);
};

/**
 * The (negative Boltzmann) entropy: E(m) = strength sum m_i log(m_i / cell).
 *
 * Its Wasserstein gradient flow is the heat equation d_t mu = strength d_xx mu.
 *
 * @param out       Filled in; out->struct_size must be set. The energy lives as long as memory.
 * @param memory    Two numbers of the caller's that the energy keeps in use.
 * @param strength  Diffusivity, finite, > 0.
 * @param cell      Width of a cell, finite, > 0.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT.
 */
JKO_API jko_status jko_energy_entropy(jko_energy *out, double memory[2], double strength,
                                      double cell);

/**
 * A potential energy: E(m) = sum V_i m_i. Its flow is transport along -V'.
 *
 * @param out        Filled in; out->struct_size must be set.
 * @param potential  [n], finite; kept in use by the energy, not copied.
 * @param n          Number of cells that steps with this energy have.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT; JKO_ERR_EMPTY; JKO_ERR_NONFINITE.
 */
JKO_API jko_status jko_energy_potential(jko_energy *out, size_t n, const double *potential);

JKO_END_DECLS

#endif
