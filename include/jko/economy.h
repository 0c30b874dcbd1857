// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * The sector economy: firms spread over sectors, and minus aggregate consumption as an energy.
 *
 * With densities mu_i = m_i / h of firms over n sectors of width h (docs/theory.md):
 *
 *     Z = h sum w_i mu_i^s,   profit rate pi_i = (1 - beta) w_i mu_i^(s-1) / Z,   c = (1 - beta)^2
 *     log:    E = -(c/s) log Z                        whose flow is the PDE of the theory
 *     level:  E = -kappa X,  kappa = c / theta        minus aggregate consumption itself
 *
 * An economy is immutable: it may be shared between threads.
 * Source: Fabbri, Fiaschi and Ricci, arXiv 2508.14498 (2025).
 */
#ifndef JKO_ECONOMY_H
#define JKO_ECONOMY_H

#include <jko/energy.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stdbool.h>
#include <stddef.h>

JKO_BEGIN_DECLS

/** Whether labour can change sector. */
typedef enum jko_labour {
    JKO_LABOUR_IMMOBILE = 0, /**< labour is given by sector; wages differ */
    JKO_LABOUR_MOBILE = 1    /**< one wage; only the total of labour matters */
} jko_labour;

/** Scaling of the energy. */
typedef enum jko_energy_scaling {
    JKO_ENERGY_LOG = 0,  /**< E = -(c/s) log Z; default */
    JKO_ENERGY_LEVEL = 1 /**< E = -(c/theta) X; needs theta > 0 */
} jko_energy_scaling;

/** Parameters of an economy. Start from jko_economy_parameters_default(). */
typedef struct jko_economy_parameters {
    size_t struct_size;                /**< sizeof (jko_economy_parameters) */
    jko_labour labour;                 /**< default JKO_LABOUR_IMMOBILE */
    double beta;                       /**< labour exponent, 0 < beta < 1; default 0.86 */
    double eta;                        /**< intrasectoral externality, finite; default
                                    beta (1 + 0.04/0.214) - 1 at the default beta */
    double sigma;                      /**< elasticity of substitution, > 0, not 1; default
                                    1 + 0.214/(beta 1.04 - 0.214) at the default beta */
    const double *technology;          /**< A [n], > 0; NULL (default): 1 */
    const double *labour_distribution; /**< L [n], > 0, a density; NULL (default): 1 */
    const double *preferences;         /**< omega [n], > 0; NULL (default): 1 */
    const double *weights; /**< w [n], > 0: used in place of the weights that technology,
                                    labour and preferences imply; NULL (default): none */
} jko_economy_parameters;

/** What kind of energy an economy has. */
typedef enum jko_convexity {
    JKO_CONVEX = 0,     /**< s < 1: unique equilibrium, unique steps */
    JKO_DEGENERATE = 1, /**< s = 1 */
    JKO_NONCONVEX = 2   /**< s > 1: agglomeration; steps are local */
} jko_convexity;

/** The derived numbers of an economy. */
typedef struct jko_economy_summary {
    size_t struct_size;      /**< sizeof (jko_economy_summary), set by the caller */
    double beta;             /**< labour exponent */
    double s;                /**< exponent of the energy */
    double c;                /**< (1 - beta)^2 */
    double theta;            /**< 1 + eta - beta: returns of output to mu; NaN if reduced */
    double q;                /**< (sigma - 1)/sigma; NaN if reduced */
    double exponent;         /**< X = scale Z^(1/exponent): q, or e if mobile; NaN if reduced */
    double scale;            /**< 1, or Lbar^beta if mobile; NaN if reduced */
    double cell;             /**< h */
    jko_convexity convexity; /**< convex, degenerate or nonconvex */
    bool efficient;          /**< theta > 0: the flow raises X; false if reduced */
    bool reduced;            /**< made by jko_economy_create_reduced() */
} jko_economy_summary;

/** The short-run equilibrium, by sector. Each array [n], or NULL if not wanted. */
typedef struct jko_short_run {
    size_t struct_size;          /**< sizeof (jko_short_run), set by the caller */
    double *price;               /**< p(x), income 1 as numeraire */
    double *wage;                /**< W(x) */
    double *labour;              /**< L(x) */
    double *output;              /**< Y(x) */
    double *value_of_production; /**< r(x) = p Y, integrates to 1 */
    double *profit_rate;         /**< pi(x), profit per firm */
} jko_short_run;

/** An economy; opaque, immutable. */
typedef struct jko_economy jko_economy;

/** Set the first size bytes of parameters to the defaults. */
JKO_API void jko_economy_parameters_init(jko_economy_parameters *parameters, size_t size);

/** Set every field to its default. (Inline: passes on the size as you compiled it.) */
static inline void jko_economy_parameters_default(jko_economy_parameters *parameters)
{
    jko_economy_parameters_init(parameters, sizeof *parameters);
}

/**
 * eta and sigma from the two elasticities of the calibration.
 *
 * eta = beta (1 + rho2/rho1) - 1, sigma = 1 + rho1/(beta (1 + rho2) - rho1).
 *
 * @param beta   Labour exponent, 0 < beta < 1.
 * @param rho1   Elasticity of long-run firm density to labour, > 0.
 * @param rho2   rho2 = s/(1 - s), > -1.
 * @param eta    Set; untouched on failure.
 * @param sigma  Set; untouched on failure.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT, also when sigma would not be > 0 or would be infinite.
 */
JKO_API jko_status jko_economy_calibrate(double beta, double rho1, double rho2, double *eta,
                                         double *sigma);

/**
 * Make an economy of n sectors of width h.
 *
 * @param out         Set to the economy, or to NULL on failure. Release with jko_economy_free().
 * @param n           Number of sectors, >= 1.
 * @param cell        Width h of a sector, finite, > 0: 1/n for n sectors of a real list.
 * @param parameters  Arrays are copied; NULL means the defaults.
 *
 * @return JKO_OK; JKO_ERR_EMPTY; JKO_ERR_ARGUMENT for a parameter out of its range (the detail
 *         names it and its value); JKO_ERR_NONFINITE; JKO_ERR_WEIGHT for a weight, technology,
 *         labour or preference that is not > 0; JKO_ERR_NUMERIC if a weight leaves the range of
 *         double; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_economy_create(jko_economy **out, size_t n, double cell,
                                      const jko_economy_parameters *parameters);

/**
 * Make an economy in reduced form: only what the energy needs. Aggregate consumption, prices,
 * wages and the level scaling are not available.
 *
 * @param out      Set to the economy, or to NULL on failure.
 * @param n        Number of sectors, >= 1.
 * @param cell     Width h of a sector, finite, > 0.
 * @param beta     Labour exponent, 0 < beta < 1.
 * @param s        Exponent of the energy, finite, of any sign.
 * @param weights  [n], finite, > 0; copied.
 *
 * @return As jko_economy_create().
 */
JKO_API jko_status jko_economy_create_reduced(jko_economy **out, size_t n, double cell, double beta,
                                              double s, const double *weights);

/** Release an economy; energies taken from it are dead. NULL is fine. */
JKO_API void jko_economy_free(jko_economy *economy);

/** Number of sectors; 0 for NULL. */
JKO_API size_t jko_economy_size(const jko_economy *economy);

/**
 * Derived numbers and class of an economy.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL or a struct_size below the first release's.
 */
JKO_API jko_status jko_economy_summarize(const jko_economy *economy, jko_economy_summary *summary);

/** Copy the weights w [n] of the energy. @return JKO_OK; JKO_ERR_ARGUMENT for NULL. */
JKO_API jko_status jko_economy_get_weights(const jko_economy *economy, double *weights);

/**
 * Z = h sum w_i mu_i^s at masses m.
 *
 * @param economy  Economy of n sectors.
 * @param mass     [n], a measure. mu_i = m_i / h.
 * @param z        Set; +inf for s < 0 with an empty sector. Untouched on failure.
 *
 * @return JKO_OK; the statuses of jko_measure_check().
 */
JKO_API jko_status jko_economy_z(const jko_economy *economy, const double *mass, double *z);

/**
 * Aggregate consumption X (equal to utility; the price index is 1/X).
 *
 * @param economy      Economy of n sectors, not reduced.
 * @param mass         [n], a measure.
 * @param consumption  Set; untouched on failure.
 *
 * @return JKO_OK; JKO_ERR_UNSUPPORTED for a reduced economy; the statuses of jko_measure_check().
 */
JKO_API jko_status jko_economy_consumption(const jko_economy *economy, const double *mass,
                                           double *consumption);

/**
 * Prices, wages, labour, output, value of production and profit rates at masses m.
 *
 * An empty sector has infinite or zero values as the formulas give them, never NaN.
 * A reduced economy has value of production and profit rates only.
 *
 * @param economy  Economy of n sectors.
 * @param mass     [n], a measure.
 * @param out      Arrays that are not NULL are filled; untouched on failure.
 *
 * @return JKO_OK; JKO_ERR_UNSUPPORTED for an array that a reduced economy, or one with weights
 *         given directly, does not have; JKO_ERR_ARGUMENT; the statuses of jko_measure_check().
 */
JKO_API jko_status jko_economy_short_run(const jko_economy *economy, const double *mass,
                                         jko_short_run *out);

/**
 * The long-run equilibrium in closed form: the minimiser of E among measures of that total.
 *
 * m_i = total w_i^(1/(1-s)) / sum w^(1/(1-s)); the profit rate is then the same everywhere.
 *
 * @param economy      Economy of n sectors with s < 1.
 * @param total        Total mass M, finite, > 0.
 * @param mass         [n] out.
 * @param profit_rate  Set to (1 - beta)/M, or NULL.
 *
 * @return JKO_OK; JKO_ERR_UNSUPPORTED for s >= 1; JKO_ERR_ARGUMENT.
 */
JKO_API jko_status jko_economy_equilibrium(const jko_economy *economy, double total, double *mass,
                                           double *profit_rate);

/**
 * E in the log scaling, relative to uniform density 1: E + (c/s) log(h sum w).
 *
 * Free of the large constant that E holds for small s; equal to E for s = 0.
 *
 * @return JKO_OK; the statuses of jko_measure_check().
 */
JKO_API jko_status jko_economy_energy_relative(const jko_economy *economy, const double *mass,
                                               double *value);

/**
 * Minus aggregate consumption, as an energy.
 *
 * Has value, first variation, Hessian product, conjugate and KL prox; for s > 1 it is not convex
 * and has a majorant instead.
 *
 * @param economy  Economy; must outlive the energy.
 * @param scaling  JKO_ENERGY_LOG, or JKO_ENERGY_LEVEL, which needs 0 < theta <= 1 and s < 1.
 * @param energy   Filled in; energy->struct_size must be set.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT; JKO_ERR_UNSUPPORTED for level where it is not defined.
 */
JKO_API jko_status jko_economy_energy(const jko_economy *economy, jko_energy_scaling scaling,
                                      jko_energy *energy);

JKO_END_DECLS

#endif
