// SPDX-License-Identifier: BSD-3-Clause
/* The loops over sectors that a flow spends its time in, in vectors. Internal. */
#ifndef JKO_SRC_ECONOMY_KERNEL_H
#define JKO_SRC_ECONOMY_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether all mass_i / cell are normal numbers; and the least and largest of them. */
bool jko_i_density_range(size_t n, const double *mass, double cell, double *least, double *largest);

/*
 * sum share_i expm1(s (x_i - top)), x_i = log(mass_i / cell), compensated; for s = 0 sum share_i
 * x_i. Keeps x [n], unless NULL. The masses are as jko_i_density_range() wants them, and all
 * s (x_i - top) are 0 or less, but for rounding.
 */
double jko_i_density_sum(size_t n, const double *mass, double cell, const double *share, double s,
                         double top, double *x);

/* x_i <- -scale exp(shift + log_share_i + power x_i). */
void jko_i_density_variation(size_t n, const double *log_share, double power, double shift,
                             double scale, double *x);

/* diagonal_i = factor variation_i / mass_i and vector = variation; returns sum variation_i mass_i. */
double jko_i_density_hessian(size_t n, const double *mass, const double *variation, double factor,
                             double *diagonal, double *vector);

#endif
