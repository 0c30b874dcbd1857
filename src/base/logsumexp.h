// SPDX-License-Identifier: BSD-3-Clause
/* The hot kernel: log sum exp of one row of a kernel exp((p_j - c_j) / eps). Internal. */
#ifndef JKO_SRC_BASE_LOGSUMEXP_H
#define JKO_SRC_BASE_LOGSUMEXP_H

#include <stddef.h>

/* max_j (p_j - c_j), n >= 1 terms; p_j may be -inf. Not NaN for inputs without NaN or +inf. */
double jko_i_row_max(size_t n, const double *p, const double *c);

/* log sum_j exp((p_j - c_j) / eps), n >= 1 terms. p_j may be -inf (no term); -inf if all are.
   Terms below exp(-44) of the largest are left out in blocks: less than 1e-19 n relative. */
double jko_i_row_lse(size_t n, const double *p, const double *c, double eps);

/* out_j += scale * exp((p_j - c_j) / eps - shift), n terms, blocks left out as above when
   (p_j - c_j)/eps - shift < -44 for all of the block. */
void jko_i_row_accumulate(size_t n, const double *p, const double *c, double eps, double shift,
                          double scale, double *out);

/* out_j = scale * exp((p_j - c_j) / eps - shift), n terms; 0 where exp would not be normal. */
void jko_i_row_exp(size_t n, const double *p, const double *c, double eps, double shift,
                   double scale, double *out);

/* f, returned, so that out_j = exp((f + p_j - c_j) / eps) add up to mass, to the rounding of f; 0
   where exp would be nothing beside the largest. +inf and all zero if there is no term. */
double jko_i_row_share(size_t n, const double *p, const double *c, double eps, double mass,
                       double *out);

#endif
