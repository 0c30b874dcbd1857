// SPDX-License-Identifier: BSD-3-Clause
/* The root of an increasing function of one number. Internal. */
#ifndef JKO_SRC_ECONOMY_ROOT_H
#define JKO_SRC_ECONOMY_ROOT_H

#include <stdbool.h>

/* f(x), and its derivative into *slope. */
typedef double jko_i_function(void *context, double x, double *slope);

/* Find x with f(x) = 0 for an increasing f with slope > 0, from start; the last x at which f was
   called is the root to rounding. False if f is NaN or the iterations run out. */
bool jko_i_root(jko_i_function *f, void *context, double start);

#endif
