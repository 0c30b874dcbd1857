// SPDX-License-Identifier: BSD-3-Clause
/* The inside of a transport solver. Internal. */
#ifndef JKO_SRC_OT_SOLVER_H
#define JKO_SRC_OT_SOLVER_H

#include "basis.h"
#include "monotone.h"
#include "quick.h"
#include "shortlist_solve.h"
#include "sinkhorn_log.h"

#include <jko/ot.h>
#include <stdbool.h>

// Gap of the exact methods, over max |C| times the total, where the caller asks for none.
#define JKO_I_EXACT_TOLERANCE 1e-12

struct jko_ot {
    const jko_cost *cost;
    jko_ot_settings settings;        // checked; method is never AUTO, tolerance and epsilon never 0
    bool solved;                     // whether f and g hold a solution
    double *f;                       // [m]
    double *g;                       // [n]
    double *b;                       // [n], b scaled to the total of a
    jko_i_basis basis;               // of the exact methods, else empty
    jko_i_quick *quick;              // of the network simplex, else NULL
    jko_i_shortlist_work *shortlist; // of the short list, else NULL
    jko_i_sinkhorn *sinkhorn;        // of Sinkhorn, else NULL
    jko_i_monotone *monotone;        // of the line and circle, else NULL
    jko_cost shape;                  // what cost points at then: sizes and range, no entries
    bool has_arcs;                   // whether the last plan can be asked for
};

/* Copy a caller's settings, or the defaults for NULL, and check what every method has in common:
   JKO_OK or JKO_ERR_ARGUMENT. */
jko_status jko_i_ot_copy_settings(jko_ot_settings *to, const jko_ot_settings *from);

#endif
