// SPDX-License-Identifier: BSD-3-Clause
/*
 * Parameters of an economy: defaults, calibration, and the range of each.
 *
 * beta: labour exponent. rho1, rho2: the two elasticities that eta and sigma are made from, so
 * that s/(1-s) = rho2 and beta q/(1-s) = rho1 for immobile labour.
 */
#include "economy/economy.h"

#include "base/sized.h"
#include "base/status.h"

#include <math.h>

// The calibration of the source's baseline.
#define DEFAULT_BETA 0.86
#define DEFAULT_RHO1 0.214
#define DEFAULT_RHO2 0.04

// Size of the struct in the first release.
#define FIRST_RELEASE                                                                              \
    (offsetof(jko_economy_parameters, weights) + sizeof(((jko_economy_parameters *)0)->weights))

static double calibrated_eta(double beta, double rho1, double rho2)
{
    return beta * (1.0 + rho2 / rho1) - 1.0;
}

static double calibrated_sigma(double beta, double rho1, double rho2)
{
    return 1.0 + rho1 / (beta * (1.0 + rho2) - rho1);
}

void jko_economy_parameters_init(jko_economy_parameters *parameters, size_t size)
{
    if (parameters == NULL || size < sizeof parameters->struct_size) {
        return;
    }
    const jko_economy_parameters defaults = {
        .struct_size = size,
        .labour = JKO_LABOUR_IMMOBILE,
        .beta = DEFAULT_BETA,
        .eta = calibrated_eta(DEFAULT_BETA, DEFAULT_RHO1, DEFAULT_RHO2),
        .sigma = calibrated_sigma(DEFAULT_BETA, DEFAULT_RHO1, DEFAULT_RHO2),
    };
    // Zero is the default of what a later release, or this one's padding, may hold.
    memset(parameters, 0, size);
    memcpy(parameters, &defaults, size < sizeof defaults ? size : sizeof defaults);
}

jko_status jko_economy_calibrate(double beta, double rho1, double rho2, double *eta, double *sigma)
{
    if (eta == NULL || sigma == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", eta == NULL ? "eta" : "sigma");
    }
    if (!(beta > 0.0 && beta < 1.0)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "beta is %g; it must be > 0 and < 1", beta);
    }
    if (!(rho1 > 0.0 && isfinite(rho1))) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "rho1 is %g; it must be finite and > 0", rho1);
    }
    if (!(rho2 > -1.0 && isfinite(rho2))) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "rho2 is %g; it must be finite and > -1", rho2);
    }
    const double e = calibrated_eta(beta, rho1, rho2);
    const double d = calibrated_sigma(beta, rho1, rho2);
    if (!(isfinite(e) && isfinite(d) && d > 0.0 && d != 1.0)) {
        return jko_i_fail(
            JKO_ERR_ARGUMENT,
            "beta %g, rho1 %g, rho2 %g give sigma %g and eta %g; sigma must be finite, "
            "> 0 and not 1: change rho1 away from beta (1 + rho2) = %g",
            beta, rho1, rho2, d, e, beta * (1.0 + rho2));
    }
    *eta = e;
    *sigma = d;
    return JKO_OK;
}

jko_status jko_i_check_between(const char *name, double value, double low, double high)
{
    if (!isfinite(value)) {
        return jko_i_fail(JKO_ERR_NONFINITE, "%s is %g; it must be a finite number", name, value);
    }
    if (!(value > low && value < high)) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is %.17g; it must be > %g and < %g", name, value,
                          low, high);
    }
    return JKO_OK;
}

jko_status jko_i_check_positive(const char *name, size_t n, const double *values)
{
    for (size_t i = 0; values != NULL && i < n; i++) {
        if (!isfinite(values[i])) {
            return jko_i_fail(JKO_ERR_NONFINITE, "%s[%zu] is %g; it must be a finite number", name,
                              i, values[i]);
        }
        if (!(values[i] > 0.0)) {
            return jko_i_fail(JKO_ERR_WEIGHT,
                              "%s[%zu] is %g; it must be > 0, or leave the sector "
                              "out",
                              name, i, values[i]);
        }
    }
    return JKO_OK;
}

static jko_status check_numbers(const jko_economy_parameters *p)
{
    if (p->labour != JKO_LABOUR_IMMOBILE && p->labour != JKO_LABOUR_MOBILE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "labour is %d; it must be JKO_LABOUR_IMMOBILE or JKO_LABOUR_MOBILE",
                          (int)p->labour);
    }
    jko_status status = jko_i_check_between("beta", p->beta, 0.0, 1.0);
    if (status >= 0) {
        status = jko_i_check_between("eta", p->eta, -INFINITY, INFINITY);
    }
    if (status >= 0) {
        status = jko_i_check_between("sigma", p->sigma, 0.0, INFINITY);
    }
    if (status >= 0 && p->sigma == 1.0) {
        status = jko_i_fail(JKO_ERR_ARGUMENT, "sigma is 1; aggregate consumption needs any other "
                                              "positive elasticity, 1.0001 say");
    }
    return status;
}

jko_status jko_i_parameters_read(size_t n, const jko_economy_parameters *given,
                                 jko_economy_parameters *parameters)
{
    jko_economy_parameters_default(parameters);
    if (given == NULL) {
        return JKO_OK;
    }
    if (given->struct_size < FIRST_RELEASE) {
        return jko_i_fail(JKO_ERR_ARGUMENT,
                          "struct_size of parameters is %zu; start from "
                          "jko_economy_parameters_default(), which sets it",
                          given->struct_size);
    }
    jko_i_sized_read(parameters, sizeof *parameters, given);
    jko_status status = check_numbers(parameters);
    if (status >= 0) {
        status = jko_i_check_positive("technology", n, parameters->technology);
    }
    if (status >= 0) {
        status = jko_i_check_positive("labour_distribution", n, parameters->labour_distribution);
    }
    if (status >= 0) {
        status = jko_i_check_positive("preferences", n, parameters->preferences);
    }
    if (status >= 0) {
        status = jko_i_check_positive("weights", n, parameters->weights);
    }
    return status;
}
