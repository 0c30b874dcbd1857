// SPDX-License-Identifier: BSD-3-Clause
/*
 * run.json against itself and against steps.csv: options, what follows from them, and the figures
 * of the whole run. What cannot be known from the folder is left out: wall time, version, linked
 * libraries and the checksums of inputs.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Rounding of a few operations, relative or, near 0, absolute.
#define ROUNDING 1e-13
#define SAME_TIME 1e-9 // relative to tau

static int differ(const verify_state *verifier, const char *section, const char *key, double stated,
                  double found)
{
    return cli_fail(CLI_FAILED, "%s/%s: %s%s%s is %.17g and should be %.17g",
                    verifier->files.folder, RUN_JSON, section != NULL ? section : "",
                    section != NULL ? "." : "", key, stated, found);
}

// Whether the number of run.json is the one found; NaN stands for null.
static int number(const verify_state *verifier, const char *section, const char *key, double found)
{
    const double stated = run_files_number(&verifier->files, section, key);
    if ((isnan(stated) && isnan(found)) || stated == found ||
        fabs(stated - found) <= ROUNDING * fmax(fabs(found), 1.0)) {
        return CLI_OK;
    }
    return differ(verifier, section, key, stated, found);
}

static int word(const verify_state *verifier, const char *section, const char *key,
                const char *found)
{
    const char *stated = run_files_word(&verifier->files, section, key);
    return strcmp(stated, found) == 0
               ? CLI_OK
               : cli_fail(CLI_FAILED, "%s/%s: %s%s%s is \"%s\" and should be \"%s\"",
                          verifier->files.folder, RUN_JSON, section != NULL ? section : "",
                          section != NULL ? "." : "", key, stated, found);
}

// The text of an option, or NULL.
static const char *option(const verify_state *verifier, const char *key)
{
    return json_string_value(
        json_object_get(json_object_get(verifier->files.json, "options"), key));
}

// The number of an option; NaN if there is none.
static double option_number(const verify_state *verifier, const char *key)
{
    double value = NAN;
    const char *text = option(verifier, key);
    if (text != NULL) {
        (void)jko_parse_number(text, &value);
    }
    return value;
}

// Options that stand again among what the certificates use.
static int check_options(const verify_state *verifier)
{
    static const struct {
        const char *option;
        const char *section;
        const char *key;
        bool is_word;
        bool may_lack; // and the member is then 0
    } pairs[] = {
        {"grid.kind", "grid", "kind", true, false},
        {"economy.labour", "economy", "labour", true, false},
        {"economy.energy", "economy", "energy", true, false},
        {"economy.beta", "economy", "beta", false, false},
        {"flow.method", "flow", "method", true, false},
        {"flow.steps", "flow", "steps", true, false},
        {"flow.stepping", "flow", "stepping", true, false},
        {"flow.reallocation", "flow", "reallocation", true, false},
        {"flow.reallocation_cost", "flow", "reallocation_cost", false, true},
        {"flow.epsilon", "flow", "epsilon", false, true},
        {"flow.tolerance", "flow", "tolerance", false, false},
        {"flow.max_iterations", "flow", "max_iterations", false, false},
    };
    int code = CLI_OK;
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0] && code == CLI_OK; k++) {
        const char *text = option(verifier, pairs[k].option);
        if (text == NULL && !pairs[k].may_lack) {
            code = cli_fail(CLI_FAILED, "%s/%s: options lacks %s", verifier->files.folder, RUN_JSON,
                            pairs[k].option);
        } else if (pairs[k].is_word) {
            code = word(verifier, pairs[k].section, pairs[k].key, text);
        } else {
            code = number(verifier, pairs[k].section, pairs[k].key,
                          text == NULL ? 0.0 : option_number(verifier, pairs[k].option));
        }
    }
    return code;
}

static int check_grid(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double n = (double)files->claim.n;
    const json_t *names = json_object_get(json_object_get(files->json, "grid"), "sectors");
    if (files->claim.cost == NULL) {
        int code = number(verifier, "grid", "n", option_number(verifier, "grid.cells"));
        code = code != CLI_OK
                   ? code
                   : number(verifier, "grid", "length", option_number(verifier, "grid.length"));
        return code != CLI_OK ? code : number(verifier, "grid", "cell", files->claim.length / n);
    }
    return names == NULL || json_array_size(names) == files->claim.n
               ? number(verifier, "grid", "cell", 1.0 / n)
               : cli_fail(CLI_FAILED, "%s/%s: grid.sectors does not name %g sectors", files->folder,
                          RUN_JSON, n);
}

// eta and sigma: by hand, or from rho1 and rho2.
static int check_elasticities(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double beta = files->claim.beta;
    const double rho1 = run_files_number(files, "economy", "rho1");
    const double rho2 = run_files_number(files, "economy", "rho2");
    double eta = option_number(verifier, "economy.eta");
    double sigma = option_number(verifier, "economy.sigma");
    int code = CLI_OK;
    if (isnan(eta)) {
        eta = beta * (1.0 + rho2 / rho1) - 1.0;
        sigma = 1.0 + rho1 / (beta * (1.0 + rho2) - rho1);
    }
    if (isnan(rho1) != isnan(rho2) ||
        isnan(rho1) == isnan(option_number(verifier, "economy.eta"))) {
        return cli_fail(
            CLI_FAILED,
            "%s/%s: economy.rho1 and rho2 must be null if and only if eta and sigma are "
            "options",
            files->folder, RUN_JSON);
    }
    if (option(verifier, "economy.rho1") != NULL) {
        code = number(verifier, "economy", "rho1", option_number(verifier, "economy.rho1"));
        code = code != CLI_OK
                   ? code
                   : number(verifier, "economy", "rho2", option_number(verifier, "economy.rho2"));
    }
    code = code != CLI_OK ? code : number(verifier, "economy", "eta", eta);
    return code != CLI_OK ? code : number(verifier, "economy", "sigma", sigma);
}

// What follows from beta, eta and sigma.
static int check_economy(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const cli_claim *claim = &files->claim;
    const bool mobile = strcmp(run_files_word(files, "economy", "labour"), "mobile") == 0;
    const double sigma = run_files_number(files, "economy", "sigma");
    const double theta = 1.0 + run_files_number(files, "economy", "eta") - claim->beta;
    const double q = (sigma - 1.0) / sigma;
    const double exponent = mobile ? q / (1.0 - claim->beta * q) : q;
    const double s = claim->theta * claim->exponent;
    const json_t *efficient = json_object_get(json_object_get(files->json, "economy"), "efficient");
    int code = check_elasticities(verifier);
    const struct {
        const char *key;
        double value;
    } derived[] = {{"c", (1.0 - claim->beta) * (1.0 - claim->beta)},
                   {"theta", theta},
                   {"exponent", exponent},
                   {"s", s},
                   {"scale", mobile ? claim->scale : 1.0}};
    for (size_t k = 0; k < sizeof derived / sizeof derived[0] && code == CLI_OK; k++) {
        code = number(verifier, "economy", derived[k].key, derived[k].value);
    }
    if (code == CLI_OK && json_is_true(efficient) != (claim->theta > 0.0)) {
        code = cli_fail(CLI_FAILED, "%s/%s: economy.efficient does not fit theta = %g",
                        files->folder, RUN_JSON, claim->theta);
    }
    return code != CLI_OK ? code
                          : word(verifier, "economy", "class",
                                 claim->s < 1.0    ? "convex"
                                 : claim->s == 1.0 ? "degenerate"
                                                   : "nonconvex");
}

size_t verify_list(const char *text, double **values)
{
    char *words = cli_copy(text);
    size_t count = 0;
    *values = cli_alloc(strlen(text) / 2 + 1, sizeof **values);
    for (char *w = strtok(words, " \t"); w != NULL; w = strtok(NULL, " \t")) {
        count += jko_parse_number(w, &(*values)[count]) >= 0;
    }
    free(words);
    return count;
}

// Whether the list of an option has a word; and no other than numbers and this one.
static bool has_word(const char *text, const char *word_of, bool *only)
{
    char *words = cli_copy(text);
    bool found = false;
    *only = true;
    for (char *w = strtok(words, " \t"); w != NULL; w = strtok(NULL, " \t")) {
        double value = 0.0;
        found = found || strcmp(w, word_of) == 0;
        *only = *only && (strcmp(w, word_of) == 0 || jko_parse_number(w, &value) >= 0);
    }
    free(words);
    return found;
}

static bool is_cancelled(const verify_state *verifier)
{
    return strcmp(run_files_word(&verifier->files, NULL, "status"),
                  jko_status_name(JKO_CANCELLED)) == 0;
}

// Single steps: each tau is one of the option's, or the fit, and is its own time.
static int check_single_times(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    double *asked = NULL;
    bool only = false;
    const bool fit = has_word(option(verifier, "flow.tau"), "fit", &only);
    const size_t count = verify_list(option(verifier, "flow.tau"), &asked);
    const size_t taken = files->count - (files->fit > 0);
    int code = CLI_OK;
    for (size_t k = 1; k <= files->count && code == CLI_OK; k++) {
        bool known = k == files->fit;
        for (size_t a = 0; a < count; a++) {
            known = known || asked[a] == files->tau[k - 1];
        }
        if (!known || files->time[k - 1] != files->tau[k - 1]) {
            code =
                cli_fail(CLI_FAILED,
                         "step %zu: %s/%s: flow.tau and flow.time hold %g and %g: not the tau of "
                         "the options, once each",
                         k, files->folder, RUN_JSON, files->tau[k - 1], files->time[k - 1]);
        }
    }
    free(asked);
    // A fit may have been asked for and not be there: no tau moves so far.
    const bool whole = taken == count && (!fit || files->fit > 0);
    const bool complete = is_cancelled(verifier) ? taken <= count && !whole : taken == count;
    return code != CLI_OK || (only && complete && (fit || files->fit == 0))
               ? code
               : cli_fail(CLI_FAILED, "%s/%s: the steps are not those of options.flow.tau",
                          files->folder, RUN_JSON);
}

// The ends of the stretches of a flow: the times to save and its end, ascending; the caller's to
// free.
static size_t ends_of(const verify_state *verifier, double **ends)
{
    const char *save = option(verifier, "flow.save");
    const char *until = option(verifier, "flow.until");
    char *text = cli_format("%s %s", save != NULL ? save : "", until != NULL ? until : "");
    const size_t count = verify_list(text, ends);
    free(text);
    for (size_t i = 1; i < count; i++) {
        for (size_t j = i; j > 0 && (*ends)[j - 1] > (*ends)[j]; j--) {
            const double t = (*ends)[j];
            (*ends)[j] = (*ends)[j - 1];
            (*ends)[j - 1] = t;
        }
    }
    return count;
}

// A step of a flow, from begin: the fewest equal ones of at most tau that meet the end.
static double step_of(double begin, double end, double tau)
{
    return (end - begin) / fmax(1.0, ceil((end - begin) / tau - SAME_TIME));
}

// A flow goes through its stretches, and to its end unless it was cancelled.
static int check_flow_times(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double tau = option_number(verifier, "flow.tau");
    const double slack = SAME_TIME * tau;
    double *ends = NULL;
    const size_t count = ends_of(verifier, &ends);
    double reached = 0.0;
    double step = 0.0;
    size_t at = 0; // of ends
    size_t k = 0;
    for (bool right = true; k < files->count && right; k += right) {
        while (at < count && ends[at] <= reached + slack) {
            at++;
            step = 0.0;
        }
        step = step == 0.0 && at < count ? step_of(reached, ends[at], tau) : step;
        right = at < count && fabs(files->tau[k] - step) <= slack &&
                fabs(files->time[k] - reached - step) <= slack + ROUNDING * reached;
        reached = right ? files->time[k] : reached;
    }
    const double end = count > 0 ? ends[count - 1] : NAN;
    free(ends);
    if (k < files->count) {
        return cli_fail(CLI_FAILED,
                        "step %zu: %s/%s: flow.tau has %.17g from time %.17g on; the options make "
                        "it %.17g",
                        k + 1, files->folder, RUN_JSON, files->tau[k], reached, step);
    }
    const bool whole = fabs(reached - end) <= slack;
    return whole != is_cancelled(verifier) && files->fit == 0
               ? CLI_OK
               : cli_fail(CLI_FAILED, "%s/%s: the steps end at %.17g, the options at %.17g: status",
                          files->folder, RUN_JSON, reached, end);
}

// A path goes through its ends in any steps that add up.
static int check_path_times(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    double *ends = NULL;
    const size_t count = ends_of(verifier, &ends);
    const double end = count > 0 ? ends[count - 1] : NAN;
    double reached = 0.0;
    size_t at = 0;
    int code = CLI_OK;
    while (at < count && ends[at] <= SAME_TIME * end) {
        at++;
    }
    for (size_t k = 0; k < files->count && code == CLI_OK; k++) {
        const double slack = SAME_TIME * end;
        const double length = files->time[k] - reached;
        const bool past = at < count && files->time[k] > ends[at] + slack;
        if (!(length > 0.0) || fabs(length - files->tau[k]) > 1e-12 * end || past) {
            code = cli_fail(CLI_FAILED,
                            "step %zu: %s/%s: flow.time and flow.tau hold %.17g and %.17g after "
                            "time %.17g: %s",
                            k + 1, files->folder, RUN_JSON, files->time[k], files->tau[k], reached,
                            past ? "a time to save is left out" : "they do not add up");
        }
        reached = files->time[k];
        while (at < count && ends[at] <= reached + slack) {
            at++;
        }
    }
    free(ends);
    return code != CLI_OK || (at == count) != is_cancelled(verifier)
               ? code
               : cli_fail(CLI_FAILED, "%s/%s: the steps end at %.17g, the options at %.17g: status",
                          files->folder, RUN_JSON, reached, end);
}

static int check_flow(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double sigma = option_number(verifier, "flow.sigma_cells");
    const int code =
        number(verifier, "flow", "blur", isnan(sigma) ? 0.0 : sigma * files->claim.cell);
    if (code == CLI_OK && files->path) {
        return check_path_times(verifier);
    }
    if (code != CLI_OK || option(verifier, "flow.tau") == NULL) {
        return code != CLI_OK
                   ? code
                   : cli_fail(CLI_FAILED, "%s/%s: options lacks flow.tau", files->folder, RUN_JSON);
    }
    return files->single ? check_single_times(verifier) : check_flow_times(verifier);
}

// The status of the whole run by those of its steps.
static const char *overall(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    bool locked = files->count > 0;
    bool local = false;
    for (size_t k = 1; k <= files->count; k++) {
        const char *status = run_files_status(files, k);
        const bool here = strcmp(status, jko_status_name(JKO_LOCKED)) == 0;
        const bool there = strcmp(status, jko_status_name(JKO_LOCAL)) == 0;
        if (!here && !there && strcmp(status, jko_status_name(JKO_OK)) != 0) {
            return status;
        }
        locked = locked && here;
        local = local || there;
    }
    return jko_status_name(local ? JKO_LOCAL : locked ? JKO_LOCKED : JKO_OK);
}

// The figures of the whole run.
static int check_whole(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    double gap = 0.0;
    double share = 0.0;
    for (size_t k = 1; k <= files->count; k++) {
        const double released = run_files_step(files, "released", k);
        gap = fmax(gap, run_files_step(files, "gap", k));
        if (released > 0.0) {
            share = fmax(share, run_files_step(files, "gap", k) / released);
        }
    }
    const double stated = run_files_number(files, NULL, "largest_gap");
    const double stated_share = run_files_number(files, NULL, "largest_gap_over_released");
    if (stated != gap) {
        return differ(verifier, NULL, "largest_gap", stated, gap);
    }
    if (stated_share != share) {
        return differ(verifier, NULL, "largest_gap_over_released", stated_share, share);
    }
    // A run that was stopped between two steps has no step that says so.
    return is_cancelled(verifier) ? CLI_OK : word(verifier, NULL, "status", overall(verifier));
}

int verify_record(const verify_state *verifier)
{
    int code = check_options(verifier);
    code = code != CLI_OK ? code : check_grid(verifier);
    code = code != CLI_OK ? code : check_economy(verifier);
    code = code != CLI_OK ? code : check_flow(verifier);
    return code != CLI_OK ? code : check_whole(verifier);
}
