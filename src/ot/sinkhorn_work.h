// SPDX-License-Identifier: BSD-3-Clause
/* The inside of the entropic solver, shared by its files. Internal. */
#ifndef JKO_SRC_OT_SINKHORN_WORK_H
#define JKO_SRC_OT_SINKHORN_WORK_H

#include "absorbed.h"
#include "banded.h"
#include "base/anderson.h"
#include "convolution.h"
#include "laplacian.h"
#include "sinkhorn_log.h"
#include "sinkhorn_round.h"
#include "support.h"

/* Rows and columns up to which Newton's method may take over. */
#define JKO_I_NEWTON_ROWS ((size_t)4096)
#define JKO_I_NEWTON_COLUMNS ((size_t)4096)

/* Workspace of Newton's method. */
typedef struct jko_i_newton {
    jko_i_laplacian laplacian; // of the columns; its weight is NULL: no method
    double *direction;         // [n]
    double *solution;          // [n], the same by places
    double *from;              // [n], g before the step
    double *plain;             // [n], G(g) there
    double *row;               // [n], a row of the plan over its sum
    double *share;             // [capacity + n], the entries of rows that count
    size_t *node;              // likewise, their columns
    size_t *end;               // [m], where those of a row end
    size_t capacity;
    double damping; // delta as a share of the error
    bool declined;  // the last step, which would have taken too long
} jko_i_newton;

struct jko_i_sinkhorn {
    const jko_cost *cost; // the caller's
    jko_cost *own;        // a copy moved by `shift`, without hopeless arcs; or NULL if not needed
    double shift;         // own = cost - shift
    double eps;           // of f and g
    double total;         // of the masses
    jko_ot_engine wanted; // by the caller
    bool warm;            // whether start is to be used
    size_t *columns;      // [n], those with mass
    double *start;        // [n], potentials to start from, +inf for unknown
    double *level;        // [n], g at the level before
    double *f;            // [m], -inf without mass
    double *g;            // [n], likewise
    double *next;         // [n], G(g)
    double *x;            // [n], g where there is mass
    double *gx;           // [n], G(g) where there is mass, less its mean
    jko_i_anderson *anderson;
    jko_i_absorbed absorbed;       // for matrices of some size
    jko_i_banded banded;           // between grids
    jko_i_convolution convolution; // likewise, as long as its digits last
    jko_i_newton newton;
    jko_i_support support; // of costs with forbidden arcs
    jko_i_rounding rounding;
};

/* One solve. */
typedef struct jko_i_sinkhorn_run {
    jko_i_sinkhorn *work;
    const jko_i_ot_problem *problem; // with the cost to work with
    const jko_i_ot_limits *limits;
    size_t count; // columns with mass
    double eps;
    double wanted; // eps of the last level
    double aim;    // the error that the level is to reach
    double error;  // of the last iterate
    int64_t iterations;
    bool extrapolated;    // g is Anderson's, and next the plain iterate
    jko_ot_engine engine; // of the last iteration
} jko_i_sinkhorn_run;

/* Whether an engine may be used. */
static inline bool jko_i_sinkhorn_may_use(const jko_i_sinkhorn *work, jko_ot_engine engine)
{
    return work->wanted == JKO_OT_ENGINE_AUTO || work->wanted == JKO_OT_ENGINE_NEWTON ||
           work->wanted == engine;
}

/* f from g, G(g) from f, and the error. JKO_OK: go on, or the error is at most `enough`; else the
   limit that came. */
jko_status jko_i_sinkhorn_evaluate(jko_i_sinkhorn_run *run, double enough);

/* The error that rounding alone makes. */
double jko_i_sinkhorn_floor(const jko_i_sinkhorn_run *run);

/* O(n^2) memory up to that size, none beyond; false without memory (free it then too). */
bool jko_i_newton_create(jko_i_newton *newton, size_t m, size_t n);
void jko_i_newton_free(jko_i_newton *newton);

/*
 * Newton's method at run->eps from an evaluated g.
 *
 * Ends with JKO_OK when the error is at most tolerance, after `most` steps, when it makes no
 * progress, or when steps are not worth their time: read run->error. Else the limit that came.
 */
jko_status jko_i_newton_run(jko_i_sinkhorn_run *run, double tolerance, int64_t most);

#endif
