// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * A flow between densities followed through time, with a time step that suits a tolerance.
 *
 * Each state is a linear combination of answers of JKO steps, every one of them minimised and
 * certified like that of jko_flow_step(). First order in time takes the answer itself; higher
 * orders combine several answers (extrapolation), or begin a step at a combination of states
 * (multistep). Section "Stepping through time" of docs/theory.md has the formulas.
 */
#ifndef JKO_ADVANCE_H
#define JKO_ADVANCE_H

#include <jko/flow.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>
#include <stdint.h>

JKO_BEGIN_DECLS

/** How steps make up a path. */
typedef enum jko_scheme {
    JKO_SCHEME_AUTO = 0,         /**< MULTISTEP with JKO_STEP_FV, EXTRAPOLATED with others */
    JKO_SCHEME_FIXED = 1,        /**< JKO steps of one tau: first order */
    JKO_SCHEME_BDF2 = 2,         /**< second order with one tau, from the two states before */
    JKO_SCHEME_EXTRAPOLATED = 3, /**< tau by a tolerance: 1, 2, 3, ... JKO steps over the same time,
                                    extrapolated to steps of length 0 */
    JKO_SCHEME_MULTISTEP = 4     /**< tau and order (1 to 5) by a tolerance, from the states before:
                                    the cheapest for its accuracy; JKO_STEP_FV only */
} jko_scheme;

/** The least tolerance of jko_flow_advance(). An error is the difference of sums of up to six states of
 *  16 digits, with weights of up to some hundreds: below this it is rounding, and steps would shrink
 *  without end. */
#define JKO_LEAST_TOLERANCE 1e-13

/** Settings of jko_flow_advance(). Start from jko_advance_settings_default(). */
typedef struct jko_advance_settings {
    size_t struct_size;  /**< sizeof (jko_advance_settings) */
    jko_scheme scheme;   /**< default JKO_SCHEME_AUTO */
    double tau;          /**< FIXED and BDF2: the time step, > 0; shortened so that whole steps
                              end at each time asked for. Others ignore it */
    double tolerance;    /**< EXTRAPOLATED and MULTISTEP: of the estimated error of one step, sum
                              |error of masses| over the total mass, JKO_LEAST_TOLERANCE at
                              least. 0 (default): 1e-5 for MULTISTEP, 3e-5 for EXTRAPOLATED. Where empty cells fill up no step
                              may be short enough: one of 1e-12 of the time left is taken */
    double first_step;   /**< the first tau tried by these; 0 (default): one that changes the
                              masses by the tolerance */
    double largest_step; /**< their largest tau; 0 (default): none */
    int order;           /**< EXTRAPOLATED: chains a step, 2 to 6; MULTISTEP: highest order, 1 to 5;
                              0 (default): 3 and 5 */
    int64_t max_steps;   /**< attempts in all, >= 1; default 1000000 */
} jko_advance_settings;

/** One minimisation inside a step. Arrays are the library's and valid during the call. */
typedef struct jko_inner_step {
    size_t struct_size;     /**< sizeof (jko_inner_step) as the library compiled it */
    int64_t attempt;        /**< the attempted step that it belongs to, from 1 */
    int index;              /**< its place in that attempt, from 0 */
    double tau;             /**< its own time step */
    const double *start;    /**< [n] masses that it starts from */
    const double *mobility; /**< [n] JKO_STEP_FV: masses whose density is the mobility */
    const double *mass;     /**< [n] its answer */
    jko_status status;      /**< as of jko_flow_step() */
    double energy;          /**< E of the answer */
    double step_cost;       /**< of the way there; the energy it releases is no less */
    double gap;             /**< certified, see jko_step_report */
    int64_t iterations;     /**< of its solver */
} jko_inner_step;

/** One accepted step. Arrays are the library's and valid during the call. */
typedef struct jko_advance_step {
    size_t struct_size;         /**< sizeof (jko_advance_step) as the library compiled it */
    int64_t step;               /**< accepted steps so far, this one included */
    int64_t attempt;            /**< the attempt whose inner steps it combines */
    double t;                   /**< time reached */
    double tau;                 /**< time since the step before */
    int order;                  /**< of accuracy in tau */
    int inner;                  /**< inner steps of the attempt */
    const double *coefficients; /**< [inner] mass = sum of coefficient times answer, where that of
                                     an answer is not 0 */
    const double *mass;         /**< [n] state reached */
    double energy;              /**< E of it; NaN where not evaluated */
    double error;               /**< estimate of the step's error, see tolerance; NaN if none */
    bool fell_back;             /**< of lower order than planned: see the report */
} jko_advance_step;

/** What to call on the way; each member may be NULL. Nonzero answers end the call. */
typedef struct jko_advance_observer {
    size_t struct_size;                                    /**< sizeof (jko_advance_observer) */
    void *user;                                            /**< handed to both */
    int (*inner)(void *user, const jko_inner_step *inner); /**< after each minimisation, also of
                                                                   attempts that are then refused */
    int (*step)(void *user, const jko_advance_step *step); /**< after each accepted step */
} jko_advance_observer;

/** What was done. Set struct_size before the call: {.struct_size = sizeof report}. */
typedef struct jko_advance_report {
    size_t struct_size;   /**< sizeof (jko_advance_report) as the caller compiled it */
    jko_status status;    /**< the status that the call returned */
    double t;             /**< time reached */
    int64_t steps;        /**< accepted */
    int64_t attempts;     /**< with those refused for their error */
    int64_t inner_steps;  /**< minimisations */
    int64_t iterations;   /**< of their solvers, all told */
    int64_t fallbacks;    /**< steps of first order taken because the combination of higher order
                                had a negative mass or more energy than the state before */
    double energy_before; /**< E at the beginning, possibly +inf */
    double energy_after;  /**< E of the last state */
    double worst_gap;     /**< largest gap of an inner step */
    double worst_share;   /**< largest gap over the step's cost, which is no more than the energy
                               it released; of gaps above absolute_tolerance of the flow only */
    double last_tau;      /**< of the last accepted step */
    int callback_error;   /**< what a callback of the energy returned, after JKO_ERR_CALLBACK */
    double seconds;       /**< wall time */
} jko_advance_report;

/** Set the first size bytes of settings to the defaults. */
JKO_API void jko_advance_settings_init(jko_advance_settings *settings, size_t size);

/** Set every field to its default. (Inline: passes on the size as you compiled it.) */
static inline void jko_advance_settings_default(jko_advance_settings *settings)
{
    jko_advance_settings_init(settings, sizeof *settings);
}

/**
 * Follow the flow to given times.
 *
 * Energy never rises from state to state, but for rounding, and masses stay positive: a combination
 * that would break this is replaced by a JKO step of first order. The time limit of the flow's
 * settings is for the whole call, max_iterations for each minimisation; its progress is called
 * as in jko_flow_step().
 *
 * @param flow      Of jko_flow_create_1d().
 * @param settings  NULL means the defaults.
 * @param begin     Time of the masses handed in, finite.
 * @param count     Number of times, >= 1.
 * @param times     [count] increasing, all > begin: steps end there exactly.
 * @param mass      [n] in and out: a measure; empty cells are legal.
 * @param saved     [count][n] out, the state at each time, or NULL.
 * @param observer  Called on the way, or NULL.
 * @param report    Filled in, or NULL.
 *
 * @return JKO_OK: all times reached, each inner step certified to the flow's tolerance. With mass
 *         the last state: JKO_STALLED, JKO_NOT_CONVERGED: an inner step was not (the call went on),
 *         or max_steps came first (the report's t is then short of the last time);
 *         JKO_TIME_LIMIT, JKO_CANCELLED: t is short too. The saved states from there on
 *         are not written.
 *         With mass untouched (saved holds the states reached before): JKO_ERR_ARGUMENT;
 *         JKO_ERR_EMPTY for no times; JKO_ERR_TAU; JKO_ERR_UNSUPPORTED for a flow that is not
 *         between densities, or a scheme that its method lacks; the statuses of
 *         jko_measure_check(); those of an inner step.
 *
 * Allocates nothing. Calls the energy on this thread only.
 * Source: Hairer and Wanner (1996) for extrapolation and multistep formulas.
 */
JKO_API jko_status jko_flow_advance(jko_flow *flow, const jko_advance_settings *settings,
                                    double begin, size_t count, const double *times, double *mass,
                                    double *saved, const jko_advance_observer *observer,
                                    jko_advance_report *report);

/** The name of a scheme: "auto", "fixed", "bdf2", "extrapolated", "multistep", else "unknown". */
JKO_API const char *jko_scheme_name(jko_scheme scheme);

JKO_END_DECLS

#endif
