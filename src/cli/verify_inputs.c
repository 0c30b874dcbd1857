// SPDX-License-Identifier: BSD-3-Clause
/*
 * What the options alone determine: the initial state and the weights, where they are numbers or
 * the theory's own functions and come from no file; and that distances between columns are
 * distances.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define ROUNDING 1e-12

// The text of an option, "" if there is none.
static const char *option(const verify_state *verifier, const char *key)
{
    const json_t *options = json_object_get(verifier->files.json, "options");
    const char *text = json_string_value(json_object_get(options, key));
    return text != NULL ? text : "";
}

// The theory's function of x by its name: density or labour, before it is scaled to total 1.
static double paper(const verify_state *verifier, bool density, size_t i)
{
    const size_t n = verifier->files.claim.n;
    const size_t k = 2 * i < n ? i : n - 1 - i;
    return density ? 30.0 - tan(5.5 * ((double)k / (double)n - 0.25))
                   : 1.5 + 0.5 * sin(2.0 * PI * ((double)i / (double)n - 0.25));
}

// Whether an option names a source of values that the folder does not hold.
static int check_source(const verify_state *verifier, const char *key, const char *from_panel)
{
    const char *text = option(verifier, key);
    const bool panel = verifier->files.observed != NULL && strcmp(text, from_panel) == 0;
    return panel || strchr(text, ':') != NULL
               ? CLI_OK
               : cli_fail(CLI_FAILED, "%s/%s: options.%s is \"%s\", which names no values",
                          verifier->files.folder, RUN_JSON, key, text);
}

// Values [n] of an option as densities of total 1 (paper, uniform) or as they are (a number).
// False if they come from elsewhere.
static bool values_of(const verify_state *verifier, const char *key, bool density, double *values)
{
    const cli_claim *claim = &verifier->files.claim;
    const char *text = option(verifier, key);
    const bool uniform = density && strcmp(text, "uniform") == 0;
    double number = 0.0;
    double total = 0.0;
    if (!uniform && (strcmp(text, "paper") != 0 || claim->cost != NULL)) {
        if (density || jko_parse_number(text, &number) < 0) {
            return false;
        }
        for (size_t i = 0; i < claim->n; i++) {
            values[i] = number;
        }
        return true;
    }
    for (size_t i = 0; i < claim->n; i++) {
        values[i] = uniform ? 1.0 : paper(verifier, density, i);
        total += claim->cell * values[i];
    }
    for (size_t i = 0; i < claim->n; i++) {
        values[i] /= total;
    }
    return true;
}

static int check_initial(const verify_state *verifier)
{
    const cli_claim *claim = &verifier->files.claim;
    double *density = cli_alloc(claim->n, sizeof *density);
    int code = CLI_OK;
    if (values_of(verifier, "initial.density", true, density)) {
        for (size_t i = 0; i < claim->n && code == CLI_OK; i++) {
            const double stated = run_files_mass(&verifier->files, 0)[i];
            const double wanted = density[i] * claim->cell;
            if (!(fabs(stated - wanted) <= ROUNDING * wanted)) {
                code = cli_fail(CLI_FAILED,
                                "step 0: %s/%s: mass %zu is %.17g, and %.17g by initial.density",
                                verifier->files.folder, RUN_STATES, i, stated, wanted);
            }
        }
    } else {
        code = check_source(verifier, "initial.density", "panel");
    }
    free(density);
    return code;
}

// log of the weight of a sector by its technology, labour and preference.
static double log_weight(const verify_state *verifier, double a, double l, double omega)
{
    const cli_claim *claim = &verifier->files.claim;
    const double sigma = run_files_number(&verifier->files, "economy", "sigma");
    const double q = (sigma - 1.0) / sigma;
    return strcmp(option(verifier, "economy.labour"), "mobile") == 0
               ? (log(omega) + q * log(a)) / (1.0 - claim->beta * q)
               : log(omega) + q * (log(a) + claim->beta * log(l));
}

static int check_weights(const verify_state *verifier)
{
    const cli_claim *claim = &verifier->files.claim;
    const bool given = *option(verifier, "economy.weights") != '\0';
    double *values = cli_alloc(claim->n, 3 * sizeof *values);
    double *labour = values + claim->n;
    double *preferences = values + 2 * claim->n;
    double total = 0.0;
    int code = CLI_OK;
    static const char *const keys[] = {"economy.technology", "economy.labour_distribution",
                                       "economy.preferences"};
    bool known = true;
    for (size_t k = 0; k < 3 && code == CLI_OK; k++) {
        if (!values_of(verifier, keys[k], false, values + k * claim->n)) {
            code = check_source(verifier, keys[k], "");
            known = false;
        }
    }
    if (given && code == CLI_OK) {
        known = values_of(verifier, "economy.weights", false, values);
        code = known ? CLI_OK : check_source(verifier, "economy.weights", "calibrated");
    }
    for (size_t i = 0; i < claim->n && known && code == CLI_OK; i++) {
        const double wanted =
            given ? values[i] : exp(log_weight(verifier, values[i], labour[i], preferences[i]));
        total += claim->cell * labour[i];
        if (!(fabs(claim->weights[i] - wanted) <= ROUNDING * wanted)) {
            code = cli_fail(CLI_FAILED, "%s/%s: economy.weights[%zu] is %.17g and should be %.17g",
                            verifier->files.folder, RUN_JSON, i, claim->weights[i], wanted);
        }
    }
    const double scale = pow(total, claim->beta);
    if (known && !given && code == CLI_OK &&
        strcmp(option(verifier, "economy.labour"), "mobile") == 0 &&
        !(fabs(claim->scale - scale) <= ROUNDING * scale)) {
        code = cli_fail(CLI_FAILED, "%s/%s: economy.scale is %.17g and should be %.17g",
                        verifier->files.folder, RUN_JSON, claim->scale, scale);
    }
    free(values);
    return code;
}

// Distances between columns of coefficients: symmetric, 0 on the diagonal.
static int check_cost(const verify_state *verifier)
{
    const cli_claim *claim = &verifier->files.claim;
    const char *distance = option(verifier, "grid.distance");
    if (claim->cost == NULL || strcmp(distance, "matrix") == 0) {
        return CLI_OK;
    }
    if (strcmp(distance, "coefficients") != 0) {
        return cli_fail(CLI_FAILED, "%s/%s: options.grid.distance is \"%s\"",
                        verifier->files.folder, RUN_JSON, distance);
    }
    for (size_t i = 0; i < claim->n; i++) {
        for (size_t j = 0; j <= i; j++) {
            const double here = claim->cost[i * claim->n + j];
            const double there = claim->cost[j * claim->n + i];
            if (!(here >= 0.0) || here != there || (i == j && here != 0.0)) {
                return cli_fail(CLI_FAILED,
                                "%s/%s: entries %zu, %zu and %zu, %zu are %.17g and %.17g: no "
                                "distance between columns",
                                verifier->files.folder, RUN_COST, i, j, j, i, here, there);
            }
        }
    }
    return CLI_OK;
}

int verify_inputs(const verify_state *verifier)
{
    int code = check_initial(verifier);
    code = code != CLI_OK ? code : check_weights(verifier);
    return code != CLI_OK ? code : check_cost(verifier);
}
