// SPDX-License-Identifier: BSD-3-Clause
/* Laplacians of graphs, eliminated without cancellation in an order that keeps them sparse.
   Internal. */
#ifndef JKO_SRC_OT_LAPLACIAN_H
#define JKO_SRC_OT_LAPLACIAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* L = diag(excess + sums of weights) - weights, weights >= 0 between each two of `count` nodes. */
typedef struct jko_i_laplacian {
    size_t count;
    double *weight;  // triangle [n (n - 1) / 2], places as rows; NULL: not used
    double *excess;  // [n], of nodes at their places
    double *sum;     // [n], what was eliminated by
    double *value;   // [n], work
    size_t *list;    // [n], work
    size_t *node;    // [n], which stands at a place; the last place is eliminated first
    size_t *place;   // [n], where a node stands
    size_t *degree;  // [n]
    uint64_t *graph; // [n][(n + 63) / 64], which nodes have a weight between them
    uint64_t *mask;  // [(n + 63) / 64]
} jko_i_laplacian;

/* For up to n nodes, 4 n^2 bytes, touched when used; false without memory (free it then too). */
bool jko_i_laplacian_create(jko_i_laplacian *l, size_t n);
void jko_i_laplacian_free(jko_i_laplacian *l);

/* Begin with `count` nodes and no weights. */
void jko_i_laplacian_clear(jko_i_laplacian *l, size_t count);

/* Announce weights between each two of some nodes. */
void jko_i_laplacian_join(jko_i_laplacian *l, size_t used, const size_t *nodes);

/* Choose places for the nodes by what was announced, so that few weights arise by elimination. All
   weights and excesses are 0 then. Returns the number of multiplications it will take. */
double jko_i_laplacian_order(jko_i_laplacian *l);

/* Add scale s_k s_l to the weight between each two of some nodes, which need not have been
   announced. */
void jko_i_laplacian_add(jko_i_laplacian *l, double scale, size_t used, const size_t *nodes,
                         const double *shares);

/* Overwrite d [count], by places, with the solution of L x = d; excess > 0. The weights are of no
   use then. */
void jko_i_laplacian_solve(jko_i_laplacian *l, double *d);

#endif
