// SPDX-License-Identifier: BSD-3-Clause
/* What a plan lacks, sent along allowed arcs. Internal. */
#ifndef JKO_SRC_OT_ROUTE_H
#define JKO_SRC_OT_ROUTE_H

#include "measure/cost.h"

/* Workspace for costs of one shape. */
typedef struct jko_i_route {
    double *plan;   // [m][n], at hand when the caller wants none
    size_t *before; // [m + n], the node before on a path
    size_t *queue;  // [m + n]
} jko_i_route;

/* Workspace if the cost forbids arcs, else empty; false without memory (free it then too). */
bool jko_i_route_create(jko_i_route *route, const jko_cost *cost);
void jko_i_route_free(jko_i_route *route);

/*
 * Add to a plan [m][n] so that its rows have row_rest [m] more and its columns column_rest [n]
 * more, where allowed arcs permit; mass that is in the plan may be sent another way. The rests are
 * lowered to what is left over. `nothing`: mass not worth a path.
 */
void jko_i_route_rest(jko_i_route *route, const jko_cost *cost, double nothing, double *plan,
                      double *row_rest, double *column_rest);

#endif
