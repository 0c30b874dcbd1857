// SPDX-License-Identifier: BSD-3-Clause
/*
 * Reading a case: every key that its kind needs, with its type, length and range.
 *
 * What the library checks is left to it (signs and sums of masses, weights, exponents). Keys of
 * the format that the kind has no use for are allowed, others are not.
 */
#include "case.h"
#include "case_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(list) (sizeof(list) / sizeof((list)[0]))

// A total that differs by more than this share is another total.
#define TOTAL_TOLERANCE 1e-3

static const char *const kinds[] = {"jko_atoms",    "locked",       "local",
                                    "jko_entropic", "jko_debiased", "jko_circle",
                                    "jko_line",     "energy",       "invalid"};

static const char *const keys[] = {
    "name",   "kind",         "why",        "step",    "beta", "s",       "h",     "w",
    "m_prev", "mu_prev",      "mu",         "tau",     "eps",  "cost",    "x",     "period",
    "C",      "reallocation", "total_mass", "economy", "phi",  "sectors", "expect"};

static bool is_on_atoms(case_kind kind)
{
    return kind <= CASE_DEBIASED;
}

static void read_kind(case_reader *reader, step_case *c)
{
    const size_t kind = case_word(reader, "kind", LENGTH(kinds), kinds);
    c->file.invalid = kind == CASE_KINDS;
    c->kind =
        c->file.invalid ? (case_kind)case_word(reader, "step", CASE_KINDS, kinds) : (case_kind)kind;
}

static void read_cost(case_reader *reader, step_case *c)
{
    static const char *const costs[] = {"circle_sq", "sqeuclidean", "matrix"};
    const size_t cost = case_word(reader, "cost", LENGTH(costs), costs);
    if (cost == 2) {
        c->matrix = case_matrix(reader, "C", c->n);
        return;
    }
    c->x = case_array(reader, "x", c->n);
    if (cost == 0) {
        const double period = case_finite(reader, "period");
        c->period = period;
        if (!(period > 0.0)) {
            case_fault(reader, JKO_ERR_ARGUMENT, "period", "is %g; it must be > 0", period);
        }
    }
}

static void read_reallocation(case_reader *reader, step_case *c)
{
    static const char *const words[] = {"soft", "hull", "hard"};
    static const char *const costs[] = {"k", "a", "k0"};
    static const jko_reallocation values[] = {JKO_REALLOCATION_SOFT, JKO_REALLOCATION_HULL,
                                              JKO_REALLOCATION_HARD};
    case_reader inner = case_object(reader, "reallocation", "reallocation.");
    const size_t word = case_word(&inner, "kind", LENGTH(words), words);
    const char *const known[] = {"kind", costs[word]};
    case_check_keys(&inner, LENGTH(known), known);
    c->reallocation = values[word];
    c->reallocation_cost = case_finite(&inner, costs[word]);
    reader->status = inner.status;
}

static void read_economy(case_reader *reader, step_case *c)
{
    static const char *const words[] = {"immobile", "mobile"};
    static const char *const known[] = {"labour", "sigma", "eta", "A", "L", "omega"};
    case_reader inner = case_object(reader, "economy", "economy.");
    case_check_keys(&inner, LENGTH(known), known);
    jko_economy_parameters_default(&c->economy);
    c->has_economy = true;
    c->economy.labour = case_word(&inner, "labour", LENGTH(words), words) == 0 ? JKO_LABOUR_IMMOBILE
                                                                               : JKO_LABOUR_MOBILE;
    c->economy.beta = c->beta;
    c->economy.sigma = case_finite(&inner, "sigma");
    c->economy.eta = case_finite(&inner, "eta");
    c->economy.technology = c->technology = case_array(&inner, "A", c->n);
    c->economy.labour_distribution = c->labour = case_array(&inner, "L", c->n);
    c->economy.preferences = c->preferences = case_array(&inner, "omega", c->n);
    reader->status = inner.status;
}

// The weights and the exponent, or the economy that they follow from.
static void read_energy(case_reader *reader, step_case *c)
{
    c->beta = case_finite(reader, "beta");
    if (c->kind == CASE_ENERGY && case_has(reader, "economy")) {
        if (case_has(reader, "w") || case_has(reader, "s")) {
            case_fault(reader, JKO_ERR_FORMAT, "economy",
                       "w and s follow from it; take them out, or the economy");
        }
        read_economy(reader, c);
    } else {
        c->s = case_finite(reader, "s");
        c->weights = case_array(reader, "w", c->n);
    }
}

// The masses, and n with them; densities become masses.
static void read_masses(case_reader *reader, step_case *c)
{
    const bool masses = is_on_atoms(c->kind);
    const char *key = masses ? "m_prev" : c->kind == CASE_ENERGY ? "mu" : "mu_prev";
    const double h = case_finite(reader, "h");
    if (!(h > 0.0)) {
        case_fault(reader, JKO_ERR_ARGUMENT, "h", "is %g; it must be > 0", h);
    }
    c->h = h;
    c->mass = case_list(reader, key, &c->n);
    for (size_t i = 0; !masses && c->mass != NULL && i < c->n; i++) {
        c->mass[i] *= h;
    }
    double total = 0.0;
    if (reader->status >= 0) {
        const jko_status status = jko_measure_check(c->n, c->mass, &total);
        if (status < 0) {
            case_fault(reader, status, key, "%s", jko_error_detail());
        }
    }
    if (case_has(reader, "total_mass")) {
        const double stated = case_finite(reader, "total_mass");
        if (!(fabs(stated - total) <= TOTAL_TOLERANCE * total)) {
            case_fault(reader, JKO_ERR_MASS_MISMATCH, "total_mass",
                       "is %.17g, but %s adds up to %.17g; correct either", stated, key, total);
        }
    }
}

static void read_all(case_reader *reader, step_case *c)
{
    case_check_keys(reader, LENGTH(keys), keys);
    read_kind(reader, c);
    read_masses(reader, c);
    read_energy(reader, c);
    if (c->kind != CASE_ENERGY) {
        c->tau = case_positive(reader, "tau", JKO_ERR_TAU);
    }
    if (c->kind == CASE_ENTROPIC || c->kind == CASE_DEBIASED) {
        c->epsilon = case_positive(reader, "eps", JKO_ERR_EPSILON);
    }
    if (is_on_atoms(c->kind)) {
        read_cost(reader, c);
    }
    if (is_on_atoms(c->kind) && case_has(reader, "reallocation")) {
        read_reallocation(reader, c);
    }
    if (c->kind == CASE_ENERGY && case_has(reader, "phi")) {
        c->phi = case_array(reader, "phi", c->n);
    }
}

jko_status case_read(step_case *out, const char *path)
{
    *out = (step_case){.file = {.path = path}};
    const jko_status status = case_open(&out->file, path);
    if (status < 0) {
        return status;
    }
    case_reader reader = {&out->file, out->file.root, "", JKO_OK};
    read_all(&reader, out);
    return reader.status;
}

void case_free(step_case *c)
{
    free(c->weights);
    free(c->mass);
    free(c->x);
    free(c->matrix);
    free(c->phi);
    free(c->technology);
    free(c->labour);
    free(c->preferences);
    case_close(&c->file);
}
