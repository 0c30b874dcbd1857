// SPDX-License-Identifier: BSD-3-Clause
/*
 * forecast.csv, computed anew from the states and from the observed state and the profit rates in
 * run.json; and the weights that were calibrated to these rates.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// What a row should hold.
typedef struct row {
    const char *label;
    size_t step;
    double movers;
    double agree_movers;
    double agree_all;
    double rank;
    double w2_moved;
    double w2_observed;
    double l1_observed;
} row;

// W2 moved and observed at the fit, relative.
#define FIT_SAME 1e-6

static int sign_of(double x)
{
    return x > 0.0 ? 1 : x < 0.0 ? -1 : 0;
}

// Twice the rank of value i, its ties at their mean, less the mean of that: a whole number.
static double centred_rank(size_t n, const double *values, size_t i)
{
    double rank = 0.0;
    for (size_t j = 0; j < n; j++) {
        rank += sign_of(values[i] - values[j]);
    }
    return rank;
}

// Spearman's correlation of what was said and what was seen.
static double rank_correlation(size_t n, const double *said, const double *seen)
{
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double x = centred_rank(n, said, i);
        const double y = centred_rank(n, seen, i);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    return xx > 0.0 && yy > 0.0 ? xy / sqrt(xx * yy) : NAN;
}

// Signs and ranks of what was said against what came.
static void count_signs(const verify_state *verifier, const double *said, row *wanted)
{
    const cli_run_files *files = &verifier->files;
    const size_t n = files->claim.n;
    double *seen = cli_alloc(n, sizeof *seen);
    for (size_t i = 0; i < n; i++) {
        seen[i] = files->observed[i] - run_files_mass(files, 0)[i];
        const bool agrees = sign_of(said[i]) == sign_of(seen[i]);
        wanted->movers += said[i] != 0.0;
        wanted->agree_movers += said[i] != 0.0 && agrees;
        wanted->agree_all += agrees;
    }
    wanted->rank = rank_correlation(n, said, seen);
    free(seen);
}

static int w2(const verify_state *verifier, size_t k, const double *a, const double *b,
              double *distance)
{
    jko_ot_report report = {0};
    const int code = verify_transport(verifier, k, 0.0, a, b, JKO_OT_SIMPLEX, &report);
    *distance = sqrt(fmax(report.upper, 0.0));
    return code;
}

// The row of step k, 0 for no change.
static int find_step(const verify_state *verifier, size_t k, row *wanted)
{
    const cli_run_files *files = &verifier->files;
    const size_t n = files->claim.n;
    const double *start = run_files_mass(files, 0);
    const double *mass = run_files_mass(files, k);
    double *said = cli_alloc(n, sizeof *said);
    *wanted = (row){.label = k == 0 ? "no change" : k == files->fit ? "fit" : "step", .step = k};
    for (size_t i = 0; i < n; i++) {
        said[i] = mass[i] - start[i];
        wanted->l1_observed += fabs(mass[i] - files->observed[i]);
    }
    count_signs(verifier, said, wanted);
    free(said);
    const int code = w2(verifier, k, start, mass, &wanted->w2_moved);
    return code != CLI_OK ? code : w2(verifier, k, mass, files->observed, &wanted->w2_observed);
}

// The row of the bare sign of the profit gap.
static void find_sign(const verify_state *verifier, row *wanted)
{
    const cli_run_files *files = &verifier->files;
    const size_t n = files->claim.n;
    double *said = cli_alloc(n, sizeof *said);
    double mean = 0.0;
    double total = 0.0;
    *wanted = (row){
        .label = "sign of profit gap", .w2_moved = NAN, .w2_observed = NAN, .l1_observed = NAN};
    for (size_t i = 0; i < n; i++) {
        mean += run_files_mass(files, 0)[i] * files->rate[i];
        total += run_files_mass(files, 0)[i];
    }
    for (size_t i = 0; i < n; i++) {
        said[i] = files->rate[i] - mean / total;
    }
    count_signs(verifier, said, wanted);
    free(said);
}

static int compare(const verify_state *verifier, size_t at, const row *wanted)
{
    const cli_run_files *files = &verifier->files;
    const bool step = wanted->step > 0;
    const double n = (double)files->claim.n;
    const struct {
        const char *column;
        double value;
    } cells[] = {
        {"step", (double)wanted->step},
        {"tau", step ? files->tau[wanted->step - 1] : NAN},
        {"movers", wanted->movers},
        {"agree_movers", wanted->agree_movers},
        {"agree_share_movers", wanted->movers > 0.0 ? wanted->agree_movers / wanted->movers : NAN},
        {"agree_all", wanted->agree_all},
        {"agree_share_all", wanted->agree_all / n},
        {"rank_correlation", wanted->rank},
        {"w2_moved", wanted->w2_moved},
        {"w2_observed", wanted->w2_observed},
        {"l1_observed", wanted->l1_observed},
    };
    const struct {
        const char *column;
        const char *text;
    } words[] = {
        {"forecast", wanted->label},
        {"status", step ? run_files_status(files, wanted->step) : ""},
    };
    const size_t line = jko_csv_line(files->forecast, at);
    for (size_t c = 0; c < sizeof words / sizeof words[0]; c++) {
        const size_t found = jko_csv_find(files->forecast, words[c].column);
        const char *text = found == JKO_CSV_NONE ? NULL : jko_csv_text(files->forecast, at, found);
        if (text == NULL || strcmp(text, words[c].text) != 0) {
            return cli_fail(CLI_FAILED, "step %zu: %s/%s:%zu: column %s is \"%s\", not \"%s\"",
                            wanted->step, files->folder, RUN_FORECAST, line, words[c].column,
                            text != NULL ? text : "", words[c].text);
        }
    }
    for (size_t c = 0; c < sizeof cells / sizeof cells[0]; c++) {
        const double stated = run_files_cell(files->forecast, cells[c].column, at);
        if (!verify_same(stated, cells[c].value, 0.0)) {
            return cli_fail(CLI_FAILED,
                            "step %zu: %s/%s:%zu: column %s is %.17g and recomputed as %.17g",
                            wanted->step, files->folder, RUN_FORECAST, line, cells[c].column,
                            stated, cells[c].value);
        }
    }
    return CLI_OK;
}

// Calibrated weights are rate mu^(1-s) of the initial state, with h sum w = 1.
static int check_weights(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const cli_claim *claim = &files->claim;
    const json_t *options = json_object_get(files->json, "options");
    const char *weights = json_string_value(json_object_get(options, "economy.weights"));
    double total = 0.0;
    if (weights == NULL || strcmp(weights, "calibrated") != 0) {
        return CLI_OK;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < claim->n; i++) {
            const double mu = run_files_mass(files, 0)[i] / claim->cell;
            const double w = files->rate[i] * pow(mu, 1.0 - claim->s);
            total += pass == 0 ? claim->cell * w : 0.0;
            if (pass == 1 && !verify_same(claim->weights[i], w / total, 0.0)) {
                return cli_fail(CLI_FAILED,
                                "%s/%s: economy.weights[%zu] is %.17g and calibrated as %.17g",
                                files->folder, RUN_JSON, i, claim->weights[i], w / total);
            }
        }
    }
    return CLI_OK;
}

// At the fit, as much is moved as was observed.
static int check_fit(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double *start = run_files_mass(files, 0);
    double moved = 0.0;
    double observed = 0.0;
    int code = w2(verifier, files->fit, start, run_files_mass(files, files->fit), &moved);
    code = code != CLI_OK ? code : w2(verifier, files->fit, start, files->observed, &observed);
    return code != CLI_OK || fabs(moved - observed) <= FIT_SAME * observed
               ? code
               : cli_fail(CLI_FAILED,
                          "step %zu: it is called the fit, but moves %.9g where %.9g was observed "
                          "(W2)",
                          files->fit, moved, observed);
}

int verify_forecast(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    row wanted = {0};
    if (files->observed == NULL) {
        return CLI_OK;
    }
    if (jko_csv_rows(files->forecast) != files->count + 2) {
        return cli_fail(CLI_FAILED, "%s/%s: does not have a row for each step and two rivals",
                        files->folder, RUN_FORECAST);
    }
    int code = check_weights(verifier);
    for (size_t k = 0; k <= files->count && code == CLI_OK; k++) {
        code = find_step(verifier, k, &wanted);
        code = code != CLI_OK ? code : compare(verifier, k, &wanted);
    }
    if (code == CLI_OK && files->fit > 0) {
        code = check_fit(verifier);
    }
    find_sign(verifier, &wanted);
    return code != CLI_OK ? code : compare(verifier, files->count + 1, &wanted);
}
