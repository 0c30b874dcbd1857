// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Whether a choice of method, grid, time step and blur can follow a flow: before any step is taken.
 *
 * Steps between atoms on a grid do not move mass that gains less than the way to the next cell
 * costs; the blur of entropic steps acts as diffusion of its own. Both show in the numbers.
 */
#ifndef JKO_OUTLOOK_H
#define JKO_OUTLOOK_H

#include <jko/flow.h>
#include <jko/grid.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** What is wrong, if anything. */
typedef enum jko_verdict {
    JKO_VERDICT_GOOD = 0,    /**< nothing found */
    JKO_VERDICT_LOCKS = 1,   /**< much of the mass does not move, whatever it gains */
    JKO_VERDICT_NARROW = 2,  /**< the blur is less than a cell: steps lag */
    JKO_VERDICT_DIFFUSES = 3 /**< the blur diffuses more than 1 % of what the energy does */
} jko_verdict;

/** What to expect of a step. Set struct_size before the call: {.struct_size = sizeof outlook}. */
typedef struct jko_outlook {
    size_t struct_size;    /**< sizeof (jko_outlook) as the caller compiled it */
    jko_verdict verdict;   /**< the first of the above that holds */
    double fastest;        /**< tau times the steepest slope of dE/dm, in cells: the longest way */
    double locked_share;   /**< share of the mass that gains less by going to a neighbour than
                               h^2 / (2 tau): what a step between atoms leaves where it is */
    double blur_cells;     /**< sqrt(tau epsilon) / h; 0 without epsilon */
    double diffusivity;    /**< mean over the mass of m d2E/dm2: the energy's own; NaN if unknown */
    double added;          /**< epsilon / 2: diffusivity of the blur; 0 but for entropic steps */
    double better_tau;     /**< where the verdict asks for another tau: at least this; else 0 */
    double better_epsilon; /**< where it asks for another epsilon: this is about right; else 0 */
    const char *advice;    /**< what to change, in English; static text, never NULL, "" if good */
} jko_outlook;

/**
 * Look ahead to a step.
 *
 * @param grid       Line or circle of n cells.
 * @param method     Method of the step.
 * @param tau        Time step, finite, > 0.
 * @param epsilon    Weight of the entropy, in units of the objective; read for the methods entropic
 *                   and debiased, where it must be finite and > 0.
 * @param mass       [n] masses before the step.
 * @param variation  [n] dE/dm there, as the energy's eval fills it.
 * @param diagonal   [n] diagonal of the Hessian there, as hessian_parts fills it, or NULL.
 * @param outlook    Filled in.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT; JKO_ERR_UNSUPPORTED for points; JKO_ERR_TAU; JKO_ERR_EPSILON;
 *         the statuses of jko_measure_check(). Allocates nothing.
 *
 * Source: docs/theory.md, sections "The entropic step" and "Locking".
 */
JKO_API jko_status jko_look_ahead(const jko_grid *grid, jko_step_method method, double tau,
                                  double epsilon, const double *mass, const double *variation,
                                  const double *diagonal, jko_outlook *outlook);

JKO_END_DECLS

#endif
