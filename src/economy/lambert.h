// SPDX-License-Identifier: BSD-3-Clause
/* The Lambert W function of exp(l), which neither overflows nor underflows. Internal. */
#ifndef JKO_SRC_ECONOMY_LAMBERT_H
#define JKO_SRC_ECONOMY_LAMBERT_H

/* W > 0 with W + log W = l, to rounding; log W is then l - W. 0 below the range of exp; +inf for
   +inf; NaN for NaN. */
double jko_i_lambert_exp(double l);

#endif
