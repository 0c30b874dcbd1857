// SPDX-License-Identifier: BSD-3-Clause
/* Minus the log of a linear form, E(m) = -c log( sum a_i m_i ): the energy at s = 1. Internal. */
#ifndef JKO_SRC_ECONOMY_LINEAR_LOG_H
#define JKO_SRC_ECONOMY_LINEAR_LOG_H

#include <stdbool.h>
#include <stddef.h>

/* log sum exp(p_i + q_i), n terms; -inf for none but -inf. q may be NULL for 0. */
double jko_i_log_sum(size_t n, const double *p, const double *q);

/* E*(phi), log_a_i finite or -inf. */
double jko_i_linear_log_conjugate(double c, size_t n, const double *log_a, const double *phi);

/* argmin over m of E(m) + eps KL(m | r), in logs. log_m must not overlap log_r. False if the
   numbers leave the range of double. */
bool jko_i_linear_log_prox(double c, size_t n, const double *log_a, const double *log_r, double eps,
                           double *log_m);

#endif
