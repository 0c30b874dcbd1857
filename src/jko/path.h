// SPDX-License-Identifier: BSD-3-Clause
/* What the files of jko_flow_advance() share. Internal. */
#ifndef JKO_SRC_JKO_PATH_H
#define JKO_SRC_JKO_PATH_H

#include "step.h"

#include <jko/advance.h>

#define JKO_I_HISTORY 8 // states that multistep formulas of order 5 look back at, and one
#define JKO_I_CHAINS 6  // of an extrapolated step, at most
#define JKO_I_INNER 21  // minimisations in all of these
#define JKO_I_ORDERS 5  // of multistep formulas; the sixth is not stable
#define JKO_I_PATH_ARRAYS (JKO_I_HISTORY + JKO_I_CHAINS + 1)

typedef struct jko_i_advance {
    jko_flow *flow;
    jko_advance_settings settings; // no defaults left
    jko_advance_observer observer;
    jko_advance_report report;
    jko_status caveat; // the first that was met
    double total;      // mass
    double t;          // of the state
    double energy;     // of it
    double planned;    // tau to try next
    bool shortest;     // whether the attempt is as short as they get, and to be accepted
    // The states, the newest first, and their times; the array past the last is the next one's.
    double *state[JKO_I_HISTORY];
    double when[JKO_I_HISTORY];
    int kept;
    int order;                   // of multistep formulas
    int since;                   // accepted steps since the order changed
    int inner;                   // minimisations of the attempt so far
    bool refused;                // whether the last attempt was
    double *chain[JKO_I_CHAINS]; // ends of the chains of an extrapolated step
    double *guess;               // [n]
} jko_i_advance;

/*
 * One minimisation from flow->start, beginning at guess unless NULL. mobility: see jko_flow.
 * before: E(flow->start), or NAN. The answer is in flow->mass. Negative statuses, JKO_CANCELLED
 * and JKO_TIME_LIMIT end the call; others are kept as the caveat, and give JKO_OK. advance.c
 */
jko_status jko_i_advance_inner(jko_i_advance *a, double tau, const double *guess,
                               const double *mobility, double before, jko_i_solution *solution);

/* Whether E may not be said to have risen to a value. */
bool jko_i_advance_falls(const jko_i_advance *a, double energy);

/* Make the masses at a->state[JKO_I_HISTORY - 1] the newest state, at time t; tell the observer. */
jko_status jko_i_advance_accept(jko_i_advance *a, double t, const jko_advance_step *step);

/* The linear extrapolation of the last two states by tau into a->guess; NULL if there is none that
   is positive. */
const double *jko_i_advance_guess(jko_i_advance *a, double tau);

/*
 * One attempt at a step of tau, to time t. Sets a->planned for the next attempt, and calls
 * jko_i_advance_accept() unless the error is too large.
 */
jko_status jko_i_advance_fixed(jko_i_advance *a, double tau, double t);        // advance_chain.c
jko_status jko_i_advance_extrapolated(jko_i_advance *a, double tau, double t); // advance_chain.c
jko_status jko_i_advance_bdf2(jko_i_advance *a, double tau, double t);         // multistep.c
jko_status jko_i_advance_multistep(jko_i_advance *a, double tau, double t);    // multistep.c

#endif
