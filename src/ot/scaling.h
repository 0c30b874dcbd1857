// SPDX-License-Identifier: BSD-3-Clause
/* Scaling factors of a kernel in which potentials are absorbed. Internal. */
#ifndef JKO_SRC_OT_SCALING_H
#define JKO_SRC_OT_SCALING_H

#include "problem.h"

#include <stdbool.h>

/* The plan is diag(u) K diag(v), K_ij = exp((f_i + g_j - C_ij) / eps). */
typedef struct jko_i_scaling {
    double *f;    // [m], absorbed
    double *g;    // [n], absorbed
    double *u;    // [m], what has changed since
    double *v;    // [n]
    double *sum;  // [n], K^T u
    double *logs; // [max(m, n)], work
    double eps;   // 0: there is no kernel yet
    double limit; // on the logarithm of a factor
    double error; // L1 error of the column sums at the last g, whose rows are exact
} jko_i_scaling;

/* O(m + n) memory; false without (free it then too). */
bool jko_i_scaling_create(jko_i_scaling *s, size_t m, size_t n, double limit);
void jko_i_scaling_free(jko_i_scaling *s);

/* v from potentials g, 0 where b is; false if a factor is past the limit. */
bool jko_i_scaling_set(jko_i_scaling *s, const jko_i_ot_problem *problem, const double *g);

/* f from u, where a > 0; false if a factor is past the limit. */
bool jko_i_scaling_read_rows(jko_i_scaling *s, const jko_i_ot_problem *problem, double *f);

/* next from sum, where b > 0, and the error; false if a sum left its range. */
bool jko_i_scaling_read_columns(jko_i_scaling *s, const jko_i_ot_problem *problem, double *next);

#endif
