// SPDX-License-Identifier: BSD-3-Clause
/* The callbacks of the energy of an economy; user is a jko_i_form, read only. Internal. */
#ifndef JKO_SRC_ECONOMY_CALLBACKS_H
#define JKO_SRC_ECONOMY_CALLBACKS_H

#include <jko/energy.h>

/* What a callback answers to an n that is not the economy's, and to numbers out of range. */
enum { JKO_I_WRONG_SIZE = 1, JKO_I_NO_ANSWER = 2 };

int jko_i_economy_eval(void *user, size_t n, const double *mass, double *value, double *variation);
int jko_i_economy_hessian(void *user, size_t n, const double *mass, const double *v, double *hv);
int jko_i_economy_hessian_parts(void *user, size_t n, const double *mass, const double *variation,
                                double *diagonal, double *vector, double *weight);

/* E* in the log scaling for any s; in the level scaling. */
int jko_i_economy_conjugate_log(void *user, size_t n, const double *phi, double *value);
int jko_i_economy_conjugate_level(void *user, size_t n, const double *phi, double *value);

/* E + E* - phi.m for s <= 1, both scalings. */
int jko_i_economy_conjugate_gap(void *user, size_t n, const double *mass, const double *variation,
                                const double *shift, double *gap, double *slope);

/* For s < 1, both scalings; log_m must not overlap log_r. */
int jko_i_economy_prox(void *user, size_t n, const double *log_r, double eps, double *log_m);
/* For s = 1. */
int jko_i_economy_prox_linear(void *user, size_t n, const double *log_r, double eps, double *log_m);

/* For s > 1. */
size_t jko_i_economy_majorant_bytes(void *user, size_t n);
int jko_i_economy_majorant(void *user, size_t n, const double *at, void *memory, jko_energy *out);

#endif
