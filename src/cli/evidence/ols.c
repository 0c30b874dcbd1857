// SPDX-License-Identifier: BSD-3-Clause
/*
 * Least squares by GSL, robust covariances from its parts. The only file that sees GSL
 * (GPL-3.0-or-later). GSL's error handler would end the program: it is switched off, and each
 * return code is looked at.
 */
#include "ols.h"

#include "text.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool ev_fit_ols(ev_fit *fit, size_t n, size_t k, const double *x, const double *y)
{
    *fit = (ev_fit){.n = n, .k = k};
    if (n <= k) {
        return false;
    }
    (void)gsl_set_error_handler_off();
    gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(n, k);
    fit->beta = cli_alloc(k, sizeof(double));
    fit->inverse = cli_alloc(k * k, sizeof(double));
    fit->residual = cli_alloc(n, sizeof(double));
    fit->leverage = cli_alloc(n, sizeof(double));
    gsl_matrix_const_view design = gsl_matrix_const_view_array(x, n, k);
    gsl_vector_const_view response = gsl_vector_const_view_array(y, n);
    gsl_vector_view beta = gsl_vector_view_array(fit->beta, k);
    gsl_matrix_view inverse = gsl_matrix_view_array(fit->inverse, k, k);
    const int failed = work == NULL ||
                       gsl_multifit_linear(&design.matrix, &response.vector, &beta.vector,
                                           &inverse.matrix, &fit->rss, work) != GSL_SUCCESS ||
                       gsl_multifit_linear_rank(1e-12, work) < k;
    gsl_multifit_linear_free(work);
    // GSL's covariance has the residual variance in it.
    const double variance = fit->rss / (double)(n - k);
    if (failed || !(variance > 0.0)) {
        ev_fit_free(fit);
        return false;
    }
    for (size_t e = 0; e < k * k; e++) {
        fit->inverse[e] /= variance;
    }
    for (size_t i = 0; i < n; i++) {
        const double *row = x + i * k;
        double fitted = 0.0;
        for (size_t a = 0; a < k; a++) {
            fitted += row[a] * fit->beta[a];
            for (size_t b = 0; b < k; b++) {
                fit->leverage[i] += row[a] * fit->inverse[a * k + b] * row[b];
            }
        }
        fit->residual[i] = y[i] - fitted;
    }
    return true;
}

void ev_fit_free(ev_fit *fit)
{
    free(fit->beta);
    free(fit->inverse);
    free(fit->residual);
    free(fit->leverage);
    *fit = (ev_fit){0};
}

// inverse * meat * inverse, times factor.
static void sandwich(const ev_fit *fit, const double *meat, double factor, double *covariance)
{
    const size_t k = fit->k;
    double *half = cli_alloc(k * k, sizeof *half);
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < k; b++) {
            for (size_t c = 0; c < k; c++) {
                half[a * k + b] += fit->inverse[a * k + c] * meat[c * k + b];
            }
        }
    }
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < k; b++) {
            double sum = 0.0;
            for (size_t c = 0; c < k; c++) {
                sum += half[a * k + c] * fit->inverse[c * k + b];
            }
            covariance[a * k + b] = factor * sum;
        }
    }
    free(half);
}

static void add_outer(size_t k, const double *v, double *meat)
{
    for (size_t a = 0; a < k; a++) {
        for (size_t b = 0; b < k; b++) {
            meat[a * k + b] += v[a] * v[b];
        }
    }
}

static void heteroskedastic(const ev_fit *fit, const double *x, bool third, double *covariance)
{
    const size_t k = fit->k;
    const double n = (double)fit->n;
    double *meat = cli_alloc(k * k, sizeof *meat);
    double *score = cli_alloc(k, sizeof *score);
    for (size_t i = 0; i < fit->n; i++) {
        const double u = fit->residual[i] / (third ? 1.0 - fit->leverage[i] : 1.0);
        for (size_t a = 0; a < k; a++) {
            score[a] = u * x[i * k + a];
        }
        add_outer(k, score, meat);
    }
    sandwich(fit, meat, third ? 1.0 : n / (n - (double)k), covariance);
    free(score);
    free(meat);
}

void ev_fit_hc1(const ev_fit *fit, const double *x, double *covariance)
{
    heteroskedastic(fit, x, false, covariance);
}

void ev_fit_hc3(const ev_fit *fit, const double *x, double *covariance)
{
    heteroskedastic(fit, x, true, covariance);
}

void ev_fit_cluster(const ev_fit *fit, const double *x, const size_t *group, size_t groups,
                    size_t absorbed, double *covariance)
{
    const size_t k = fit->k;
    const double n = (double)fit->n;
    const double g = (double)groups;
    double *meat = cli_alloc(k * k, sizeof *meat);
    double *scores = cli_alloc(groups * k, sizeof *scores);
    for (size_t i = 0; i < fit->n; i++) {
        for (size_t a = 0; a < k; a++) {
            scores[group[i] * k + a] += fit->residual[i] * x[i * k + a];
        }
    }
    for (size_t c = 0; c < groups; c++) {
        add_outer(k, scores + c * k, meat);
    }
    sandwich(fit, meat, g / (g - 1.0) * (n - 1.0) / (n - (double)(k + absorbed)), covariance);
    free(scores);
    free(meat);
}

double ev_t_quantile(double p, double df)
{
    return gsl_cdf_tdist_Pinv(p, df);
}

double ev_t_two_sided(double t, double df)
{
    return 2.0 * gsl_cdf_tdist_Q(fabs(t), df);
}

double ev_quantile(size_t n, const double *values, double p)
{
    if (n == 0) {
        return NAN;
    }
    double *sorted = cli_alloc(n, sizeof *sorted);
    memcpy(sorted, values, n * sizeof *sorted);
    gsl_sort(sorted, 1, n);
    const double quantile = gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
    free(sorted);
    return quantile;
}

double ev_mean(size_t n, const double *values)
{
    return n > 0 ? gsl_stats_mean(values, 1, n) : NAN;
}

double ev_deviation(size_t n, const double *values)
{
    return n > 1 ? gsl_stats_sd(values, 1, n) : NAN;
}
