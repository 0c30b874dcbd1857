// SPDX-License-Identifier: BSD-3-Clause
/* The workspace of the debiased step, shared by its files. Internal. */
#ifndef JKO_SRC_JKO_DEBIASED_H
#define JKO_SRC_JKO_DEBIASED_H

#include "step.h"

#include "base/anderson.h"

/* Beside the entropic workspace, whose p, lse, q, log_m and plan_m it uses; log_r there is the log
   of d K^T v, log_k here that of K^T v. */
struct jko_i_debiased {
    jko_i_anderson *anderson; // of p and y together
    double *vectors;          // what the arrays below point into, [11][n]
    double *y;                // [n] eps log d, d K d = m
    double *self;             // [n] the same for the masses before the step; -inf in empty cells
    double *log_k;            // [n] log of K^T v
    double *log_kd;           // [n] log of K d
    double *pull;             // [n] derivative of the dual bound of S
    double *joint;            // [2n] p and y
    double *image;            // [2n] of one iteration
    double *best;             // [2n] of the smallest error
    double *kernel;           // [n][n] factor of K; matrix costs only, else NULL
    double defect;            // K + defect I is positive definite, for defect_width
    double defect_width;      // tau eps it was computed for; 0: none yet
    bool has_self;            // whether y is a start for the next step's masses
};

/* The self-potential y of masses m: d K d = m, d = exp(y / eps), from the y given; -inf in empty
   cells. log_kd: set to log K d. A contraction by a half at least, so no acceleration. */
void jko_i_debiased_self(jko_flow *flow, const double *m, double *y, double *log_kd);

/* The answer of work->p: its plan, masses, self-potential, values and certificate. */
jko_status jko_i_debiased_answer(jko_flow *flow, const jko_energy *energy,
                                 jko_i_solution *solution);

/* A number delta >= 0 such that K + delta I is positive semidefinite, K_ij = exp(-c_ij / eps);
   +inf where none was found. Kept while tau eps stays the same. definite.c */
double jko_i_kernel_defect(jko_flow *flow);

#endif
