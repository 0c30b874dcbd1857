// SPDX-License-Identifier: BSD-3-Clause
/* Exact transport from a starting basis, with its certificate. Internal. */
#ifndef JKO_SRC_OT_BASIS_H
#define JKO_SRC_OT_BASIS_H

#include "base/sum.h"
#include "potentials.h"
#include "tree.h"

#include <jko/ot.h>

/* Workspace of the exact methods. */
typedef struct jko_i_basis {
    jko_i_tree tree;
    jko_i_potentials potentials;
    jko_i_sum *sums;     // [m + n]
    double *marginals;   // [m + n], row sums, then column sums of the plan
    size_t *arc_rows;    // [m + n], a starting basis
    size_t *arc_columns; // [m + n]
} jko_i_basis;

/* O(m + n) memory; false without memory (free it then too). */
bool jko_i_basis_create(jko_i_basis *basis, size_t m, size_t n);
void jko_i_basis_free(jko_i_basis *basis);

/*
 * Solve, from the first `arcs` arcs in arc_rows and arc_columns (as jko_i_start_from_arcs() wants
 * them) unless arcs is 0.
 *
 * tolerance: on the gap, as a share of max |C| times the total. plan [m][n] or NULL, f [m] and
 * g [n]: set. report: bounds, errors and iterations are filled in; iterations are counted up from
 * what it holds.
 *
 * As jko_i_simplex_run(), and JKO_STALLED if the basis is optimal and the gap above tolerance;
 * JKO_ERR_INFEASIBLE where forbidden arcs leave no plan. Stopped before it has a plan without
 * forbidden arcs, the plan lacks their mass, and the upper bound is infinite.
 */
jko_status jko_i_basis_solve(jko_i_basis *basis, const jko_i_ot_problem *problem,
                             const jko_i_ot_limits *limits, size_t arcs, double tolerance,
                             double *plan, double *f, double *g, jko_ot_report *report);

/* The same from the basis that is in the tree. */
jko_status jko_i_basis_finish(jko_i_basis *basis, const jko_i_ot_problem *problem,
                              const jko_i_ot_limits *limits, double tolerance, double *plan,
                              double *f, double *g, jko_ot_report *report);

/* List the arcs of the tree in arc_rows and arc_columns; returns how many. */
size_t jko_i_basis_list(jko_i_basis *basis);

/* The arcs of positive mass of the last solve: *count of them, and unless NULL their ends and
   masses, at most m + n - 1 of each. */
void jko_i_basis_arcs(const jko_i_basis *basis, size_t *count, size_t *from, size_t *to,
                      double *mass);

#endif
