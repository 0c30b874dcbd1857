// SPDX-License-Identifier: BSD-3-Clause
/* Least squares with robust covariances, and the distributions that go with them. */
#ifndef JKO_SRC_CLI_EVIDENCE_OLS_H
#define JKO_SRC_CLI_EVIDENCE_OLS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ev_fit {
    size_t n;
    size_t k;
    double *beta;     // [k]
    double *inverse;  // [k][k] of x'x
    double *residual; // [n]
    double *leverage; // [n] diagonal of the hat matrix
    double rss;
} ev_fit;

/* Regress y [n] on x [n][k]. False if x lacks full rank or n <= k: nothing is to be freed then. */
bool ev_fit_ols(ev_fit *fit, size_t n, size_t k, const double *x, const double *y);
void ev_fit_free(ev_fit *fit);

/* Heteroskedasticity-robust covariance [k][k]. HC1: squared residuals times n / (n - k); HC3: over
   (1 - leverage)^2. MacKinnon and White (1985). */
void ev_fit_hc1(const ev_fit *fit, const double *x, double *covariance);
void ev_fit_hc3(const ev_fit *fit, const double *x, double *covariance);

/* Cluster-robust covariance [k][k] (CV1): factor G/(G-1) (n-1)/(n-k-absorbed), absorbed the number
   of regressors that were taken out of x and y before. group [n]: 0 .. groups - 1. */
void ev_fit_cluster(const ev_fit *fit, const double *x, const size_t *group, size_t groups,
                    size_t absorbed, double *covariance);

/* Quantile p of Student's t with df degrees of freedom; two-sided p-value of t. */
double ev_t_quantile(double p, double df);
double ev_t_two_sided(double t, double df);

/* Quantile p of values [n] by linear interpolation (type 7); mean; standard deviation (n - 1). */
double ev_quantile(size_t n, const double *values, double p);
double ev_mean(size_t n, const double *values);
double ev_deviation(size_t n, const double *values);

#endif
