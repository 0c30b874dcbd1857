// SPDX-License-Identifier: BSD-3-Clause
/* Guarded Anderson acceleration of a fixed-point iteration x <- G(x). Internal. */
#ifndef JKO_SRC_BASE_ANDERSON_H
#define JKO_SRC_BASE_ANDERSON_H

#include <stddef.h>
#include <stdint.h>

typedef struct jko_i_anderson jko_i_anderson;

/* Workspace for vectors of up to n numbers and a history of `memory` steps; NULL without memory.
   O(n memory) bytes. */
jko_i_anderson *jko_i_anderson_create(size_t n, size_t memory);
void jko_i_anderson_free(jko_i_anderson *anderson);

/* Forget the history; before another problem, or one of another length. */
void jko_i_anderson_reset(jko_i_anderson *anderson);

/*
 * The next iterate.
 *
 * n: length, at most that of the creation and the same since the last reset.
 * x [n]: iterate. gx [n]: G(x), finite. error: how far x is from a fixed point, in the caller's
 * measure; when it grows tenfold over the best since the last reset, or is not finite, the
 * history is dropped. cap: largest change of an entry from gx that is allowed; a longer
 * extrapolation is dropped. next [n]: set; gx itself where the guards say so. May be x.
 */
void jko_i_anderson_next(jko_i_anderson *anderson, size_t n, const double *x, const double *gx,
                         double error, double cap, double *next);

/* How often the history was dropped by a guard. */
int64_t jko_i_anderson_restarts(const jko_i_anderson *anderson);

#endif
