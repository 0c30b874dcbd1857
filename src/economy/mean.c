// SPDX-License-Identifier: BSD-3-Clause
/*
 * Power means in logs.
 *
 * The plain form (1/p) log sum share_i exp(p x_i) overflows for large p x and loses eps/p for
 * small p. Both go away relative to the term top that dominates, the largest p x_i:
 *
 *     top + (1/p) log1p( sum share_i expm1(p (x_i - top)) )
 *
 * where every argument of expm1 is <= 0, and the sum R, compensated, is in (-1, 0]. For R near -1
 * (the dominant term has a small share) 1 + R would cancel; the exponentials are then summed
 * as they are. Two or three passes over the terms; no memory.
 */
#include "economy/mean.h"

#include "base/sum.h"
#include "economy/kernel.h"

// Below this, 1 + R has lost a bit.
#define CANCELS (-0.5)

double jko_i_log_density(const jko_economy *economy, const double *mass, size_t i)
{
    const double mu = mass[i] / economy->cell;
    if (isnormal(mu)) {
        return log(mu); // more digits near mu = 1 than a difference of logs
    }
    return log(mass[i]) - economy->log_cell; // m / h leaves the range; -inf for 0
}

double jko_i_plain(const jko_economy *economy, const double *array, size_t i)
{
    (void)economy;
    return array[i];
}

static double arithmetic_mean(const jko_economy *economy, jko_i_log_term *term, const double *array)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        jko_i_sum_add(&sum, economy->share[i] * term(economy, array, i));
    }
    return jko_i_sum_value(&sum);
}

double jko_i_power_mean(const jko_economy *economy, double p, jko_i_log_term *term,
                        const double *array)
{
    if (p == 0.0) {
        return arithmetic_mean(economy, term, array);
    }
    double top = p > 0.0 ? -INFINITY : INFINITY;
    for (size_t i = 0; i < economy->n; i++) {
        const double x = term(economy, array, i);
        top = p > 0.0 ? fmax(top, x) : fmin(top, x);
    }
    if (!isfinite(top)) {
        return top;
    }
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        jko_i_sum_add(&sum, economy->share[i] * expm1(p * (term(economy, array, i) - top)));
    }
    const double r = jko_i_sum_value(&sum);
    if (!(r < CANCELS)) {
        return top + log1p(r) / p;
    }
    sum = (jko_i_sum){0.0, 0.0};
    for (size_t i = 0; i < economy->n; i++) {
        jko_i_sum_add(&sum, economy->share[i] * exp(p * (term(economy, array, i) - top)));
    }
    return top + log(jko_i_sum_value(&sum)) / p;
}

bool jko_i_log_equivalent_fast(const jko_economy *economy, const double *mass, double *x,
                               double *log_equivalent)
{
    const double s = economy->s;
    double least = 0.0;
    double largest = 0.0;
    if (!jko_i_density_range(economy->n, mass, economy->cell, &least, &largest)) {
        return false;
    }
    const double top = log(s < 0.0 ? least : largest);
    const double sum =
        jko_i_density_sum(economy->n, mass, economy->cell, economy->share, s, top, x);
    if (s == 0.0) {
        *log_equivalent = sum;
        return isfinite(sum);
    }
    *log_equivalent = top + log1p(sum) / s;
    return sum >= CANCELS;
}

double jko_i_log_equivalent(const jko_economy *economy, const double *mass)
{
    double u = 0.0;
    if (jko_i_log_equivalent_fast(economy, mass, NULL, &u)) {
        return u;
    }
    return jko_i_power_mean(economy, economy->s, jko_i_log_density, mass);
}

double jko_i_log_gain(const jko_economy *economy, size_t i, double x, double log_equivalent)
{
    const double s = economy->s;
    if (log_equivalent == -INFINITY && s != 0.0) {
        return x == -INFINITY ? INFINITY : -INFINITY;
    }
    return economy->log_share[i] + jko_i_times(s - 1.0, x) - jko_i_times(s, log_equivalent);
}
