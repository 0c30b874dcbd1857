// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * What a JKO step between densities on a line or circle is worth, whoever took it.
 *
 *     F(m) = W2^2(m, before) / (2 tau) + E(m)
 *
 * has a minimum over masses of the same total. For any masses a certificate bounds how far F lies
 * above it, with the exact distance of the piecewise-constant densities (jko/density.h): one and
 * the same yardstick for every method.
 *
 * A certificate is used by one thread at a time; two may run in two threads.
 */
#ifndef JKO_CERTIFICATE_H
#define JKO_CERTIFICATE_H

#include <jko/energy.h>
#include <jko/grid.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>
#include <stdint.h>

JKO_BEGIN_DECLS

/** What was proved. Set struct_size before the call: {.struct_size = sizeof report}. */
typedef struct jko_certificate_report {
    size_t struct_size;    /**< sizeof (jko_certificate_report) as the caller compiled it */
    jko_status status;     /**< the status that the call returned */
    double energy;         /**< E(after), possibly +inf */
    double transport_cost; /**< W2^2(after, before), in length^2 times mass */
    double step_cost;      /**< W2^2 / (2 tau) */
    double objective;      /**< step_cost + energy */
    double gap;            /**< objective less its minimum is at most this; >= 0, +inf if the
                                energy is so */
    double first_order;    /**< the bound that needs the variation alone; gap is the smaller one
                                if the energy has a conjugate */
    double rotation;       /**< circle: see jko_density_report */
    int64_t iterations;    /**< rotations tried and conjugates evaluated */
    int callback_error;    /**< what a callback of the energy returned, after JKO_ERR_CALLBACK */
} jko_certificate_report;

/** The workspace of certificates; opaque. */
typedef struct jko_certificate jko_certificate;

/**
 * Make the workspace for certificates of one energy.
 *
 * Memory: O(n).
 *
 * @param out     Set to the workspace, or to NULL on failure. Release with jko_certificate_free().
 * @param grid    Line or circle of n cells. Not kept.
 * @param energy  Convex; the struct is copied, what its user points to must outlive this. With a
 *                conjugate_gap the bound is of second order and free of cancellation, with a
 *                conjugate of second order, and else of first.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT; JKO_ERR_UNSUPPORTED for points and for an energy that is not
 *         convex; JKO_ERR_SHAPE for an energy of another size; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_certificate_create(jko_certificate **out, const jko_grid *grid,
                                          const jko_energy *energy);

/**
 * Bound the excess of masses over the exact step.
 *
 * @param certificate  The workspace.
 * @param tau          Time step, finite, > 0.
 * @param before       [n] masses before the step.
 * @param after        [n] masses that some method returned; scaled to the total of before as by
 *                     jko_ot_solve().
 * @param potential    [n] out, or NULL: phi with phi + d(W2^2/(2 tau))/dm the same in all cells,
 *                     the trial value of dE/dm that the bound uses. In units of the objective.
 * @param report       Filled in, or NULL.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL; JKO_ERR_TAU; the statuses of jko_measure_check_pair();
 *         JKO_ERR_CALLBACK; JKO_ERR_NUMERIC for an energy or variation that is NaN. Allocates
 *         nothing. Calls the energy on this thread only.
 *
 * Source: docs/theory.md, section "The step between densities".
 */
JKO_API jko_status jko_certificate_check(jko_certificate *certificate, double tau,
                                         const double *before, const double *after,
                                         double *potential, jko_certificate_report *report);

/** Release a workspace; NULL is fine. */
JKO_API void jko_certificate_free(jko_certificate *certificate);

JKO_END_DECLS

#endif
