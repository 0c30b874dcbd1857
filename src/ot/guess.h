// SPDX-License-Identifier: BSD-3-Clause
/* Potentials that are roughly right, and a tree along them. Internal. */
#ifndef JKO_SRC_OT_GUESS_H
#define JKO_SRC_OT_GUESS_H

#include "problem.h"

/* Workspace for m rows and n columns. */
typedef struct jko_i_guess {
    double *f;      // [m], -inf without mass
    double *g;      // [n], likewise
    double *next;   // [m + n]
    double *least;  // [m + n], of each node not in the tree: its least reduced cost to one that is
    size_t *parent; // [m + n], and to which
} jko_i_guess;

/* O(m + n) memory; false without memory (free it then too). */
bool jko_i_guess_create(jko_i_guess *guess, size_t m, size_t n);
void jko_i_guess_free(jko_i_guess *guess);

/*
 * Set f and g by a short run of Sinkhorn's method, epsilon falling to a small share of the mean
 * cost: C_ij - f_i - g_j is then small on arcs that a best plan may use, and large elsewhere.
 *
 * JKO_OK; JKO_TIME_LIMIT, JKO_CANCELLED: stopped, f and g are further off. Same values for any
 * number of threads. O(m n) time an iteration.
 */
jko_status jko_i_guess_find(jko_i_guess *guess, const jko_i_ot_problem *problem,
                            const jko_i_ot_limits *limits);

/*
 * The spanning tree of least C - f - g over the nodes with mass: the tree of greatest mass in the
 * plan exp((f + g - C) / epsilon), whatever epsilon.
 *
 * rows, columns: room for m + n arcs. Returns how many: one less than there are nodes with mass.
 * Forbidden arcs are among them only where there are no others. O(m n) time.
 */
size_t jko_i_guess_tree(jko_i_guess *guess, const jko_i_ot_problem *problem, size_t *rows,
                        size_t *columns);

#endif
