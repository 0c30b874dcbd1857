// SPDX-License-Identifier: BSD-3-Clause
/* The inside of an economy. Internal. */
#ifndef JKO_SRC_ECONOMY_ECONOMY_H
#define JKO_SRC_ECONOMY_ECONOMY_H

#include <jko/economy.h>

/*
 * All variants are one formula. With v_i = w_i / (h sum w), so that h sum v = 1, and the log
 * equivalent density (the uniform density with the same Z)
 *
 *     U = (1/s) log( h sum v_i mu_i^s ),     U = h sum v_i log mu_i for s = 0,
 *     log Z = log(h sum w) + s U,            X = X_1 exp(theta U),
 *     g_i = dU/dm_i = v_i mu_i^(s-1) exp(-s U),   sum m_i g_i = 1,
 *
 *     log:    E = offset - c U               offset = -(c/s) log(h sum w), 0 for s = 0
 *     level:  E = -(c/theta) X_1 exp(theta U)
 *
 * nothing is divided by s once U is known, and U itself is continuous at s = 0.
 */

/* One scaling of the energy: both are dE/dm = -c exp(log_unit + returns U) g. */
typedef struct jko_i_form {
    const jko_economy *economy;
    double returns;  // 0 for log, theta for level
    double log_unit; // 0 for log, log X_1 for level
} jko_i_form;

struct jko_economy {
    size_t n;
    double cell;
    double log_cell;
    double beta;
    double c;
    double s;
    double sigma;    // this and the next four NaN if reduced
    double theta;    //
    double q;        //
    double exponent; // q, or e if mobile
    double scale;    // X = scale Z^(1/exponent)
    jko_labour labour;
    bool reduced;
    bool given_weights;  // weights were given: no prices, wages, output
    double total_labour; // Lbar
    double log_total;    // log(h sum w)
    double offset;       // E of the uniform density 1
    double log_unit;     // log X_1, log of X at the uniform density 1; NaN if reduced
    double *storage;     // what the arrays below lie in
    double *weights;     // [n] w
    double *share;       // [n] h v, sums to 1
    double *log_share;   // [n] log v
    // [n] each; NULL if reduced or weights were given
    double *log_technology;
    double *log_labour;
    double *log_preferences;
    jko_i_form log_form;
    jko_i_form level_form;
};

/* The parameters as this version knows them, defaults filled in, each checked against its range.
   given may be NULL: the defaults. */
jko_status jko_i_parameters_read(size_t n, const jko_economy_parameters *given,
                                 jko_economy_parameters *parameters);

/* Fill weights, the logs of w into log_share, and log_total: from weights as given, or from
   exponents, technology, labour and preferences (whose logs are filled too). */
void jko_i_take_weights(jko_economy *economy, const double *weights);
void jko_i_derive_weights(jko_economy *economy, const jko_economy_parameters *p);

/* Check an array of n numbers > 0; NULL passes. The statuses of jko_economy_create(). */
jko_status jko_i_check_positive(const char *name, size_t n, const double *values);

/* Check a finite number in the open interval (low, high). JKO_ERR_NONFINITE, JKO_ERR_ARGUMENT. */
jko_status jko_i_check_between(const char *name, double value, double low, double high);

/* Check economy and mass before a formula of densities: the statuses of jko_measure_check(). */
jko_status jko_i_check_state(const jko_economy *economy, const double *mass);

#endif
