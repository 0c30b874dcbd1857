// SPDX-License-Identifier: BSD-3-Clause
/* Exact transport by a short list of arcs and pricing of all. Internal. */
#ifndef JKO_SRC_OT_SHORTLIST_SOLVE_H
#define JKO_SRC_OT_SHORTLIST_SOLVE_H

#include "basis.h"
#include "guess.h"
#include "shortlist.h"

/* Workspace beside that of the basis. */
typedef struct jko_i_shortlist_work {
    jko_i_guess guess;
    jko_i_shortlist list;
    size_t *rows;    // [2 (m + n)], arcs that the list must have
    size_t *columns; // [2 (m + n)]
} jko_i_shortlist_work;

/* O(m + n) memory; NULL without memory. */
jko_i_shortlist_work *jko_i_shortlist_work_create(size_t m, size_t n);
void jko_i_shortlist_work_free(jko_i_shortlist_work *work);

/* Solve; as jko_i_basis_solve(), and JKO_ERR_NOMEM, as GLPK allocates. */
jko_status jko_i_shortlist_solve(jko_i_shortlist_work *work, jko_i_basis *basis,
                                 const jko_i_ot_problem *problem, const jko_i_ot_limits *limits,
                                 double tolerance, double *plan, double *f, double *g,
                                 jko_ot_report *report);

#endif
