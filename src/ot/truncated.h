// SPDX-License-Identifier: BSD-3-Clause
/* A kernel without the entries that are nothing beside the others of their rows. Internal. */
#ifndef JKO_SRC_OT_TRUNCATED_H
#define JKO_SRC_OT_TRUNCATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Entries of row i are value[end[i - 1]] to value[end[i] - 1], in their columns. */
typedef struct jko_i_truncated {
    size_t m;
    size_t n;
    size_t capacity;  // 0: not used
    double *value;    // [capacity]
    uint32_t *column; // [capacity]
    size_t *end;      // [m]
    bool holds;       // whether it has a kernel
} jko_i_truncated;

/* Room for a kernel of which few entries in a hundred are left, of matrices of some size; memory is
   touched as far as entries need it. False without memory (free it then too). */
bool jko_i_truncated_create(jko_i_truncated *t, size_t m, size_t n);
void jko_i_truncated_free(jko_i_truncated *t);

/* Note how many entries of a row [n], whose sum is a, count: above 1e-24 of it. */
void jko_i_truncated_count(jko_i_truncated *t, size_t i, const double *row, double a);

/* After all rows are counted: whether there is room. */
bool jko_i_truncated_reserve(jko_i_truncated *t);

/* Take the entries of a row that was counted. */
void jko_i_truncated_take(jko_i_truncated *t, size_t i, const double *row, double a);

/* u_i = a_i / (K v)_i for `count` rows from `first` on, 0 where a_i is, and sum [n] = K^T u of
   these rows. */
void jko_i_truncated_sweep(const jko_i_truncated *t, size_t first, size_t count, const double *a,
                           const double *v, double *u, double *sum);

#endif
