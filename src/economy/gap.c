// SPDX-License-Identifier: BSD-3-Clause
/*
 * The gap of Fenchel and Young's inequality without cancellation.
 *
 * With e = dE/dm at m, rho_i = shift_i / e_i and pi_i = m_i e_i / m.e, which sum to 1, the mean of
 * the conjugate (conjugate.c), b = s/(1-s), moves by
 *
 *     T(e + shift) - T(e) = (1/b) log sum pi_i (1 + rho_i)^(-b) = G - A,
 *     A = sum pi_i rho_i,     G = sum pi_i R_b(rho_i) - L(z)/b,     z = b (sum pi_i R_b(rho_i) - A),
 *
 * R_b and L being what powers and logarithms have beyond their tangent: G >= 0 is of second order
 * in rho, and so is each of its terms. With cK = -m.e and a = theta/(1-theta)
 *
 *     log:    gap = cK G
 *     level:  gap = cK ( G + (exp(a D) - 1 - a D)/a ),     D = G - A.
 *
 * The maximiser of phi.m - E(m) is m_i (1 + rho_i)^(-b-1) / (1 + z), times exp(a D) for level.
 * These forms are for z near 0; far from it the logarithm of the sum is formed, with its largest
 * term in front.
 *
 * s = 1: (1/b) log sum is minus the least log(1 + rho_i), and the slope one of the derivatives.
 * O(n).
 */
#include "base/remainder.h"
#include "base/sum.h"
#include "economy/callbacks.h"
#include "economy/economy.h"

#include <float.h>

#define NEAR 0.1

// Sums over the sectors.
typedef struct sums {
    double mean;  // A
    double bend;  // sum pi R_b
    double total; // m.e
    double least; // the least rho
    double most;  // the largest
} sums;

static sums add_up(double b, size_t n, const double *mass, const double *variation,
                   const double *shift)
{
    jko_i_sum mean = {0.0, 0.0};
    jko_i_sum bend = {0.0, 0.0};
    jko_i_sum total = {0.0, 0.0};
    double least = INFINITY;
    double most = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        const double value = mass[i] * variation[i];
        const double rho = shift[i] / variation[i];
        least = fmin(least, rho);
        most = fmax(most, rho);
        jko_i_sum_add(&total, value);
        jko_i_sum_add(&mean, mass[i] * shift[i]);
        if (isfinite(b) && rho >= -1.0) {
            jko_i_sum_add(&bend, value * jko_i_power_remainder(b, rho));
        }
    }
    const double all = jko_i_sum_value(&total);
    return (sums){jko_i_sum_value(&mean) / all, jko_i_sum_value(&bend) / all, all, least, most};
}

// log sum pi_i (1 + rho_i)^(-b).
static double log_power_sum(double b, const sums *known, size_t n, const double *mass,
                            const double *variation, const double *shift)
{
    const double top = log1p(b > 0.0 ? known->least : known->most);
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        const double y = log1p(shift[i] / variation[i]);
        jko_i_sum_add(&sum, mass[i] * variation[i] * exp(-b * (y - top)));
    }
    return log(jko_i_sum_value(&sum) / known->total) - b * top;
}

// Total of the maximiser less that of mass, s < 1; growth = exp(a D) - 1. With log_sum NaN, near.
static double rise(double b, double z, double log_sum, double growth, size_t n, const double *mass,
                   const double *variation, const double *shift)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t i = 0; i < n; i++) {
        const double rho = shift[i] / variation[i];
        double ratio = 0.0; // of the masses, less 1
        if (isnan(log_sum)) {
            const double power = b * (jko_i_power_remainder(b, rho) - rho); // (1 + rho)^(-b) - 1
            ratio = (power - rho - z - rho * z) / ((1.0 + rho) * (1.0 + z));
        } else {
            ratio = expm1(-(b + 1.0) * log1p(rho) - log_sum);
        }
        jko_i_sum_add(&sum, mass[i] * (ratio + growth * (1.0 + ratio)));
    }
    return jko_i_sum_value(&sum);
}

int jko_i_economy_conjugate_gap(void *user, size_t n, const double *mass, const double *variation,
                                const double *shift, double *gap, double *slope)
{
    const jko_i_form *form = user;
    const jko_economy *economy = form->economy;
    if (n != economy->n) {
        return JKO_I_WRONG_SIZE;
    }
    const double b = economy->s < 1.0 ? economy->s / (1.0 - economy->s) : INFINITY;
    const sums sum = add_up(b, n, mass, variation, shift);
    *gap = *slope = INFINITY;
    if (!(sum.least > -1.0)) {
        return 0; // some phi_i >= 0
    }
    if (!isfinite(b)) {
        *gap = -sum.total * fmax(sum.mean - log1p(sum.least), 0.0);
        *slope = -jko_i_sum_array(n, mass);
        for (size_t i = 0; i < n; i++) {
            if (shift[i] / variation[i] == sum.least) { // all mass goes there
                *slope += -sum.total / -(variation[i] + shift[i]);
                break;
            }
        }
        return 0;
    }
    const double z = b * (sum.bend - sum.mean);
    double log_sum = NAN;
    double g = sum.bend - (b == 0.0 ? 0.0 : jko_i_log_remainder(z) / b);
    if (!(fabs(z) < NEAR) && b != 0.0) {
        log_sum = log_power_sum(b, &sum, n, mass, variation, shift);
        g = sum.mean + log_sum / b;
    }
    g = g < 0.0 ? 0.0 : g;
    const double d = g - sum.mean;
    double growth = 0.0;
    double more = 0.0;
    if (form->returns > 0.0 && form->returns < 1.0) {
        const double a = form->returns / (1.0 - form->returns);
        growth = expm1(a * d);
        more = jko_i_exp_remainder(a * d) / a;
    } else if (form->returns == 1.0) { // E* is 0 up to the edge d = 0 and infinite beyond
        if (d > 16.0 * DBL_EPSILON * (1.0 + fabs(sum.mean))) {
            return 0;
        }
        growth = -1.0;
        more = fmax(-d, 0.0);
    }
    *gap = -sum.total * (g + more);
    *slope = rise(b, z, log_sum, growth, n, mass, variation, shift);
    return 0;
}
