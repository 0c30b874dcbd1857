// SPDX-License-Identifier: BSD-3-Clause
/* One transport LP for GLPK; the interface has no type of GLPK's. Internal. */
#ifndef JKO_SRC_OT_LP_GLPK_H
#define JKO_SRC_OT_LP_GLPK_H

#include "problem.h"
#include "shortlist.h"

#include <stdbool.h>

/* Room for the last words of GLPK. */
#define JKO_I_GLPK_WORDS ((size_t)256)

/* A problem, how to go about it, and what came of it. */
typedef struct jko_i_glpk_job {
    const jko_i_ot_problem *problem;
    size_t m;                    // rows with mass
    size_t n;                    // columns with mass
    const size_t *rows;          // [m], their numbers in the problem
    const size_t *columns;       // [n]
    const jko_i_shortlist *list; // the arcs of the problem; NULL: all
    const size_t *places;        // with a list: [all columns], where each stands in columns
    bool dual;                   // by the dual simplex, at first: the basis may be infeasible
    int64_t max_iterations;
    int slice; // iterations between two calls of pause, > 0
    /* Called after each slice; false ends the solve. */
    bool (*pause)(void *context, int64_t iterations);
    void *context;
    size_t *arc_rows;             // [m + n]: in, the arcs of a basis, by their places in rows and
                                  // columns; out, the basic arcs by their numbers
    size_t *arc_columns;          // [m + n]
    size_t arcs;                  // how many
    jko_status status;            // set, as jko_i_lp_solve() says
    int code;                     // set: code or status GLPK gave, 0 if it jumped out
    int64_t iterations;           // set
    double objective;             // set: <C, P> of GLPK's own P
    char words[JKO_I_GLPK_WORDS]; // set: what GLPK printed last, "" if nothing
} jko_i_glpk_job;

/*
 * Solve. Leaves nothing of GLPK's behind in this thread, and ends whatever GLPK problems it had:
 * call it in a thread made for it.
 */
void jko_i_glpk_run(jko_i_glpk_job *job);

#endif
