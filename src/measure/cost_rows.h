// SPDX-License-Identifier: BSD-3-Clause
/* Rows and columns of a cost against potentials, stored or computed. Internal. */
#ifndef JKO_SRC_MEASURE_COST_ROWS_H
#define JKO_SRC_MEASURE_COST_ROWS_H

#include "measure/cost.h"

/* max_j (p_j - C_ij), p [n]; max_i (p_i - C_ij), p [m]. As jko_i_row_max(). */
double jko_i_cost_row_max(const jko_cost *cost, size_t i, const double *p);
double jko_i_cost_column_max(const jko_cost *cost, size_t j, const double *p);

/* log sum_j exp((p_j - C_ij) / eps), and the same over i. As jko_i_row_lse(). */
double jko_i_cost_row_lse(const jko_cost *cost, size_t i, const double *p, double eps);
double jko_i_cost_column_lse(const jko_cost *cost, size_t j, const double *p, double eps);

/* sum_j p_j C_ij, p [n], compensated. */
double jko_i_cost_row_dot(const jko_cost *cost, size_t i, const double *p);

#endif
