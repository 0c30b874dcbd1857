// SPDX-License-Identifier: BSD-3-Clause
/* From a tree to the numbers that a caller gets: plan, sums and well-scaled potentials. Internal. */
#ifndef JKO_SRC_OT_POTENTIALS_H
#define JKO_SRC_OT_POTENTIALS_H

#include "tree.h"

/* Workspace for a tree of m rows and n columns. */
typedef struct jko_i_potentials {
    size_t *part;        // [m + n], the part of each node: nodes that mass flows between
    bool *settled;       // [m + n], of each part
    jko_i_triple *shift; // [m + n], of each part
} jko_i_potentials;

/* O(m + n) memory; false without memory (free it then too). */
bool jko_i_potentials_create(jko_i_potentials *work, size_t m, size_t n);
void jko_i_potentials_free(jko_i_potentials *work);

/*
 * Potentials of a tree as doubles, f [m] and g [n], set where there is mass.
 *
 * optimal: no arc has a negative reduced cost. Then the potentials are feasible to rounding, and
 * as small as the arcs that carry mass allow, however large the costs of other arcs.
 * O(m n) time plus O(k^2) for k parts.
 */
void jko_i_potentials_read(const jko_i_tree *tree, const jko_i_ot_problem *problem, bool optimal,
                           jko_i_potentials *work, double *f, double *g);

#endif
