// SPDX-License-Identifier: BSD-3-Clause
/* Power means in logs: the one place where sums over sectors meet small exponents. Internal. */
#ifndef JKO_SRC_ECONOMY_MEAN_H
#define JKO_SRC_ECONOMY_MEAN_H

#include "economy/economy.h"

#include <math.h>
#include <stdbool.h>

/* a x, with 0 times infinity 0: a power 0 of anything is 1. */
static inline double jko_i_times(double a, double x)
{
    return a == 0.0 ? 0.0 : a * x;
}

/* What is averaged: x_i as a function of an array. */
typedef double jko_i_log_term(const jko_economy *economy, const double *array, size_t i);

/* log(m_i / h) of an array of masses; -inf where empty. */
jko_i_log_term jko_i_log_density;

/* The entry itself. */
jko_i_log_term jko_i_plain;

/* (1/p) log( sum share_i exp(p x_i) ), and sum share_i x_i for p = 0: continuous in p to rounding,
   and without overflow. x_i may be infinite, then so may be the result; never NaN without a NaN
   (for p = 0 without both infinities). */
double jko_i_power_mean(const jko_economy *economy, double p, jko_i_log_term *term,
                        const double *array);

/* U of masses. */
double jko_i_log_equivalent(const jko_economy *economy, const double *mass);

/* The same, and x_i = log(m_i / h) into x [n] in vectors. False where some density is not a normal
   number, or U is not well determined that way: then neither is set. x may be NULL. */
bool jko_i_log_equivalent_fast(const jko_economy *economy, const double *mass, double *x,
                               double *log_equivalent);

/* log g_i for x = log mu_i. Where Z is infinite (s < 0, an empty sector) or 0 (s > 0, all empty)
   U is -inf: then +inf in empty sectors, -inf in the others. */
double jko_i_log_gain(const jko_economy *economy, size_t i, double x, double log_equivalent);

#endif
