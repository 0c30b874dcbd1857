// SPDX-License-Identifier: BSD-3-Clause
/*
 * Economies: made once, immutable afterwards.
 *
 * Everything the formulas need is derived here, in O(n): the exponents
 *
 *     q = (sigma - 1)/sigma,  e = q/(1 - beta q),  theta = 1 + eta - beta
 *     immobile  s = theta q   X = Z^(1/q)
 *     mobile    s = theta e   X = Lbar^beta Z^(1/e)
 *
 * the shares of the weights (weights.c) and the constants of the two scalings.
 * Source: docs/theory.md, sections 2 to 4.
 */
#include "economy/economy.h"

#include "base/alloc.h"
#include "base/sized.h"
#include "base/status.h"
#include "base/sum.h"

#include <jko/measure.h>
#include <math.h>
#include <string.h>

// Arrays of n doubles that an economy keeps.
#define REDUCED_ARRAYS ((size_t)3)
#define FULL_ARRAYS ((size_t)6)

// Size of the summary in the first release.
#define FIRST_RELEASE (offsetof(jko_economy_summary, reduced) + sizeof(bool))

static jko_status check_grid(jko_economy **out, size_t n, double cell)
{
    if (out == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "out is NULL; pass the address of an economy pointer");
    }
    *out = NULL;
    if (n == 0) {
        return jko_i_fail(JKO_ERR_EMPTY, "n is 0; an economy needs at least one sector");
    }
    return jko_i_check_between("cell", cell, 0.0, INFINITY);
}

static jko_economy *allocate(size_t n, double cell, size_t arrays)
{
    jko_economy *economy = jko_i_alloc(1, sizeof *economy);
    if (economy == NULL) {
        return NULL;
    }
    economy->storage = jko_i_alloc(n, arrays * sizeof *economy->storage);
    if (economy->storage == NULL) {
        jko_i_free(economy);
        return NULL;
    }
    economy->n = n;
    economy->cell = cell;
    economy->log_cell = log(cell);
    economy->weights = economy->storage;
    economy->share = economy->weights + n;
    economy->log_share = economy->share + n;
    if (arrays == FULL_ARRAYS) {
        economy->log_technology = economy->log_share + n;
        economy->log_labour = economy->log_technology + n;
        economy->log_preferences = economy->log_labour + n;
    }
    return economy;
}

static void derive_exponents(jko_economy *economy, const jko_economy_parameters *p)
{
    economy->beta = p->beta;
    economy->labour = p->labour;
    economy->sigma = p->sigma;
    economy->theta = 1.0 + p->eta - p->beta;
    economy->q = (p->sigma - 1.0) / p->sigma;
    economy->exponent = economy->q;
    if (p->labour == JKO_LABOUR_MOBILE) {
        economy->exponent = economy->q / (1.0 - p->beta * economy->q); // beta q < 1 always
    }
    economy->s = economy->theta * economy->exponent;
    economy->total_labour = economy->cell * (double)economy->n;
    if (p->labour_distribution != NULL) {
        economy->total_labour = economy->cell * jko_i_sum_array(economy->n, p->labour_distribution);
    }
}

/* Shares, the constants of the energy, and the two scalings, from weights and exponents. */
static jko_status finish(jko_economy *economy)
{
    const double sum = jko_i_sum_array(economy->n, economy->weights);
    for (size_t i = 0; i < economy->n; i++) {
        if (!(economy->weights[i] > 0.0 && isfinite(economy->weights[i]))) {
            return jko_i_fail(JKO_ERR_NUMERIC,
                              "the weight of sector %zu is %g; technology, labour or preferences "
                              "are too extreme for these exponents",
                              i, economy->weights[i]);
        }
        economy->share[i] = economy->weights[i] / sum;
        economy->log_share[i] -= economy->log_total;
    }
    economy->c = (1.0 - economy->beta) * (1.0 - economy->beta);
    economy->offset = economy->s == 0.0 ? 0.0 : -(economy->c / economy->s) * economy->log_total;
    const double log_scale =
        economy->labour == JKO_LABOUR_MOBILE ? economy->beta * log(economy->total_labour) : 0.0;
    economy->scale = economy->reduced ? NAN : exp(log_scale);
    economy->log_unit = log_scale + economy->log_total / economy->exponent; // NaN if reduced
    if (!isfinite(sum) || !isfinite(economy->s) || !isfinite(economy->offset) ||
        !(economy->reduced || isfinite(economy->log_unit))) {
        return jko_i_fail(JKO_ERR_NUMERIC,
                          "sum of weights %g, s = %g, constant of the energy %g: out of range; use "
                          "less extreme weights or exponents",
                          sum, economy->s, economy->offset);
    }
    economy->log_form = (jko_i_form){.economy = economy};
    economy->level_form =
        (jko_i_form){.economy = economy, .returns = economy->theta, .log_unit = economy->log_unit};
    return JKO_OK;
}

static jko_status finish_or_free(jko_economy **out, jko_economy *economy)
{
    const jko_status status = finish(economy);
    if (status < 0) {
        jko_economy_free(economy);
        return status;
    }
    *out = economy;
    return JKO_OK;
}

jko_status jko_economy_create(jko_economy **out, size_t n, double cell,
                              const jko_economy_parameters *parameters)
{
    jko_economy_parameters p;
    jko_status status = check_grid(out, n, cell);
    if (status >= 0) {
        status = jko_i_parameters_read(n, parameters, &p);
    }
    if (status < 0) {
        return status;
    }
    jko_economy *economy = allocate(n, cell, p.weights != NULL ? REDUCED_ARRAYS : FULL_ARRAYS);
    if (economy == NULL) {
        return jko_i_fail_memory("an economy");
    }
    derive_exponents(economy, &p);
    if (p.weights != NULL) {
        economy->given_weights = true;
        jko_i_take_weights(economy, p.weights);
    } else {
        jko_i_derive_weights(economy, &p);
    }
    return finish_or_free(out, economy);
}

jko_status jko_economy_create_reduced(jko_economy **out, size_t n, double cell, double beta,
                                      double s, const double *weights)
{
    jko_status status = check_grid(out, n, cell);
    if (status >= 0) {
        status = jko_i_check_between("beta", beta, 0.0, 1.0);
    }
    if (status >= 0) {
        status = jko_i_check_between("s", s, -INFINITY, INFINITY);
    }
    if (status >= 0 && weights == NULL) {
        status = jko_i_fail(JKO_ERR_ARGUMENT, "weights is NULL; the reduced form needs them");
    }
    if (status >= 0) {
        status = jko_i_check_positive("weights", n, weights);
    }
    if (status < 0) {
        return status;
    }
    jko_economy *economy = allocate(n, cell, REDUCED_ARRAYS);
    if (economy == NULL) {
        return jko_i_fail_memory("an economy");
    }
    economy->reduced = true;
    economy->beta = beta;
    economy->s = s;
    economy->sigma = economy->theta = economy->q = economy->exponent = NAN;
    jko_i_take_weights(economy, weights);
    return finish_or_free(out, economy);
}

void jko_economy_free(jko_economy *economy)
{
    if (economy != NULL) {
        jko_i_free(economy->storage);
        jko_i_free(economy);
    }
}

size_t jko_economy_size(const jko_economy *economy)
{
    return economy == NULL ? 0 : economy->n;
}

jko_status jko_economy_summarize(const jko_economy *economy, jko_economy_summary *summary)
{
    if (economy == NULL || summary == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", economy == NULL ? "economy" : "summary");
    }
    if (summary->struct_size < FIRST_RELEASE) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "struct_size of summary is %zu; set it to %zu",
                          summary->struct_size, sizeof *summary);
    }
    const jko_economy_summary known = {
        .struct_size = sizeof known,
        .beta = economy->beta,
        .s = economy->s,
        .c = economy->c,
        .theta = economy->theta,
        .q = economy->q,
        .exponent = economy->exponent,
        .scale = economy->scale,
        .cell = economy->cell,
        .convexity = economy->s < 1.0    ? JKO_CONVEX
                     : economy->s == 1.0 ? JKO_DEGENERATE
                                         : JKO_NONCONVEX,
        .efficient = economy->theta > 0.0, // false for NaN
        .reduced = economy->reduced,
    };
    jko_i_sized_write(summary, &known, sizeof known);
    return JKO_OK;
}

jko_status jko_economy_get_weights(const jko_economy *economy, double *weights)
{
    if (economy == NULL || weights == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "%s is NULL", economy == NULL ? "economy" : "weights");
    }
    memcpy(weights, economy->weights, economy->n * sizeof *weights);
    return JKO_OK;
}

jko_status jko_i_check_state(const jko_economy *economy, const double *mass)
{
    if (economy == NULL) {
        return jko_i_fail(JKO_ERR_ARGUMENT, "economy is NULL");
    }
    return jko_measure_check(economy->n, mass, NULL);
}
