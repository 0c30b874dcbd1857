// SPDX-License-Identifier: BSD-3-Clause
/*
 * The steps of a path: what each minimisation inside a step found and proved, that it started where
 * its formula says, and that the state reached is the combination of the answers.
 *
 *     extrapolated   chains of m = 1, 2, ... JKO steps of tau/m from the state before; the ends
 *                    combine with the weights that cancel the errors of lowest order
 *     multistep      one step from the combination of the last q states that makes it the formula
 *                    of order q (BDF); the mobility of fv is predicted from those states
 *
 * Equations of docs/theory.md, section "Stepping through time". Weights are computed here anew.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DENSITY_SHARE 1e-10 // of the energy that an inner step released
#define DENSITY_LEAST 1e-15
#define DENSITY_ROUNDING 1e-16 // of gaps found here, in long double
#define GAP_DIGITS 1e-3
#define GAP_ROUNDING 1e-13
#define SAME_STATE 1e-12 // L1, relative to the total and to the weights of a combination
#define SAME_WEIGHT 1e-9
#define MOST_ORDER 6

typedef struct inner_row {
    const verify_state *verifier;
    size_t row; // of inner.csv
    size_t step;
    double tau;
    double coefficient;
    const double *start; // [n], likewise the next two
    const double *mobility;
    const double *answer;
} inner_row;

static int fail_inner(const inner_row *inner, const char *what)
{
    const cli_run_files *files = &inner->verifier->files;
    return cli_fail(CLI_FAILED, "step %zu: its certificate fails: %s/%s:%zu: %s", inner->step,
                    files->folder, RUN_INNER, jko_csv_line(files->inner, inner->row), what);
}

static double cell(const inner_row *inner, const char *column)
{
    return run_files_cell(inner->verifier->files.inner, column, inner->row);
}

static inner_row inner_at(const verify_state *verifier, size_t row, size_t step)
{
    const cli_run_files *files = &verifier->files;
    const size_t n = files->claim.n;
    const double *values = jko_npy_values(files->inner_states) + 3 * row * n;
    inner_row inner = {.verifier = verifier,
                       .row = row,
                       .step = step,
                       .start = values,
                       .mobility = values + n,
                       .answer = values + 2 * n};
    inner.tau = cell(&inner, "tau");
    inner.coefficient = cell(&inner, "coefficient");
    return inner;
}

static bool same_bits(size_t n, const double *a, const double *b)
{
    return memcmp(a, b, n * sizeof *a) == 0;
}

// L1 distance of masses from a combination of states, relative to the total and the weights.
static double distance(size_t n, const double *mass, int count, const double *const *states,
                       const long double *weights)
{
    long double error = 0.0L;
    long double total = 0.0L;
    long double size = 1.0L;
    for (int j = 0; j < count; j++) {
        size = fmaxl(size, fabsl(weights[j]));
    }
    for (size_t i = 0; i < n; i++) {
        long double sum = 0.0L;
        for (int j = 0; j < count; j++) {
            sum += weights[j] * (long double)states[j][i];
        }
        error += fabsl(sum - (long double)mass[i]);
        total += (long double)mass[i];
    }
    return (double)(error / (total * size));
}

// What one minimisation found, its gap above all.
static int check_inner(verify_state *verifier, const inner_row *inner)
{
    const cli_run_files *files = &verifier->files;
    const cli_claim *claim = &files->claim;
    const size_t c = jko_csv_find(files->inner, "status");
    const char *status = c == JKO_CSV_NONE ? "" : jko_csv_text(files->inner, inner->row, c);
    const bool proved = strcmp(status, jko_status_name(JKO_OK)) == 0;
    cli_finding found = {0};
    double before = 0.0;
    double after = 0.0;
    if (!(inner->tau > 0.0) || jko_measure_check(claim->n, inner->start, &before) < 0 ||
        jko_measure_check(claim->n, inner->mobility, NULL) < 0 ||
        jko_measure_check(claim->n, inner->answer, &after) < 0 ||
        !(fabs(before - after) <= VERIFY_SAME_MASS * before)) {
        return fail_inner(inner, "start, mobility and answer are not masses of one total");
    }
    if (claim->fv) {
        recompute_fv(claim, inner->tau, inner->start, inner->mobility, inner->answer, &found);
    } else {
        recompute_exact1d(claim, inner->tau, inner->start, inner->answer, &found);
        if (!same_bits(claim->n, inner->start, inner->mobility)) {
            return fail_inner(inner, "exact1d has no mobility but the start");
        }
    }
    const double released = found.energy_before - found.energy_after;
    const double allowed = fmax(fmax(DENSITY_SHARE, files->tolerance) *
                                    (isfinite(released) ? released : found.step_cost),
                                DENSITY_LEAST);
    const double stated = cell(inner, "gap");
    if (proved && !(found.gap <= allowed + DENSITY_ROUNDING * found.pull)) {
        return cli_fail(
            CLI_FAILED,
            "step %zu: its certificate fails: %s/%s:%zu: the gap is %.3e, allowed %.3e%s",
            inner->step, files->folder, RUN_INNER, jko_csv_line(files->inner, inner->row),
            found.gap, allowed, verify_blur(&found, allowed));
    }
    const bool fits =
        claim->fv ? fabs(stated - found.gap) <= GAP_DIGITS * found.gap + GAP_ROUNDING * found.pull
                  : verify_bound(verifier, stated, proved ? allowed : 0.0, &found);
    if (!fits) {
        return fail_inner(inner, "the gap is not the one recomputed");
    }
    const double scale = verify_energy_scale(claim, found.energy_after);
    if (!verify_same(cell(inner, "energy"), found.energy_after, scale) ||
        !verify_same(cell(inner, "step_cost"), found.step_cost,
                     fmax(scale, found.cost_rounding / VERIFY_SAME))) {
        return fail_inner(inner, "energy or step_cost is not the one recomputed");
    }
    verifier->open += !proved;
    verify_largest(verifier, &found);
    return CLI_OK;
}

// The value at t of the polynomial through states at given times: weights.
static void weigh_polynomial(double t, int count, const double *when, long double *weights)
{
    for (int j = 0; j < count; j++) {
        weights[j] = 1.0L;
        for (int i = 0; i < count; i++) {
            const long double span = (long double)when[j] - (long double)when[i];
            weights[j] *= i == j ? 1.0L : ((long double)t - (long double)when[i]) / span;
        }
    }
}

/* The last states before step k, the newest first, and their times; how many there are, at most
   MOST_ORDER. */
static int history(const cli_run_files *files, size_t k, const double **states, double *when)
{
    int count = 0;
    for (size_t j = k; j > 0 && count < MOST_ORDER; j--) {
        states[count] = run_files_mass(files, j - 1);
        when[count++] = j > 1 ? files->time[j - 2] : 0.0;
    }
    return count;
}

// A step by the formula of order q from the states before, or a plain JKO step.
static int check_multistep(const inner_row *inner, int order)
{
    const cli_run_files *files = &inner->verifier->files;
    const size_t n = files->claim.n;
    const double t = files->time[inner->step - 1];
    const double *states[MOST_ORDER];
    double when[MOST_ORDER];
    long double weights[MOST_ORDER];
    const int count = history(files, inner->step, states, when);
    if (order < 1 || order > count) {
        return fail_inner(inner, "there are not as many states before as its order needs");
    }
    long double rate = 0.0L;
    for (int j = 0; j < order; j++) {
        rate += 1.0L / ((long double)t - (long double)when[j]);
    }
    // The slope at t of the polynomial through the new state y and the old ones is
    // rate (y - alpha): alpha takes of each old one its part in the slope, but for the sign.
    for (int j = 0; j < order; j++) {
        weights[j] = 1.0L / (rate * ((long double)t - (long double)when[j]));
        for (int i = 0; i < order; i++) {
            const long double span = (long double)when[j] - (long double)when[i];
            weights[j] *= i == j ? 1.0L : ((long double)t - (long double)when[i]) / span;
        }
    }
    if (!(fabsl((long double)inner->tau * rate - 1.0L) <= SAME_WEIGHT)) {
        return fail_inner(inner, "tau is not that of the formula of its order");
    }
    if (!(distance(n, inner->start, order, states, weights) <= SAME_STATE)) {
        return fail_inner(inner, "it does not start at the combination of its order");
    }
    bool right = order == 1 && same_bits(n, inner->mobility, inner->start);
    for (int known = order; known <= order + 1 && known <= count && !right; known++) {
        weigh_polynomial(t, known, when, weights);
        right = distance(n, inner->mobility, known, states, weights) <= SAME_STATE;
    }
    return right ? CLI_OK : fail_inner(inner, "its mobility is not predicted from states before");
}

/* Chains of JKO steps from the state before, rows first to last of inner.csv. ends: [last - first]
   number of steps of the chain that each row ends, 0 inside a chain. */
static int check_chains(const verify_state *verifier, size_t k, size_t first, size_t last,
                        size_t *ends)
{
    const cli_run_files *files = &verifier->files;
    const size_t n = files->claim.n;
    const double tau = files->tau[k - 1];
    const double *state = run_files_mass(files, k - 1);
    const double *previous = NULL; // answer of the row before, inside a chain
    size_t length = 0;
    double time = 0.0;
    for (size_t row = first; row < last; row++) {
        const inner_row inner = inner_at(verifier, row, k);
        if (!same_bits(n, inner.start, previous != NULL ? previous : state) ||
            !same_bits(n, inner.mobility, inner.start)) {
            return fail_inner(&inner, "it does not start where its chain stands");
        }
        length++;
        time += inner.tau;
        const bool done = fabs(time - tau) <= SAME_WEIGHT * tau;
        if (time > tau * (1.0 + SAME_WEIGHT) || (!done && row + 1 == last) ||
            (length > 1 && fabs(inner.tau * (double)length - time) > SAME_WEIGHT * tau)) {
            return fail_inner(&inner, "its chain is not one of equal steps over the step's tau");
        }
        ends[row - first] = done ? length : 0;
        previous = done ? NULL : inner.answer;
        length = done ? 0 : length;
        time = done ? 0.0 : time;
    }
    return CLI_OK;
}

// The weights that extrapolate the chains in use to steps of length 0.
static int check_weights(const verify_state *verifier, size_t k, size_t first, size_t last,
                         const size_t *ends)
{
    for (size_t row = first; row < last; row++) {
        const inner_row inner = inner_at(verifier, row, k);
        const double m = (double)ends[row - first];
        double wanted = m > 0.0 && inner.coefficient != 0.0 ? 1.0 : 0.0;
        for (size_t other = first; other < last && wanted != 0.0; other++) {
            const double i = (double)ends[other - first];
            if (other != row && i > 0.0 && inner_at(verifier, other, k).coefficient != 0.0) {
                wanted *= m / (m - i);
            }
        }
        if (!(fabs(inner.coefficient - wanted) <= SAME_WEIGHT * fmax(fabs(wanted), 1.0))) {
            return fail_inner(&inner, "its coefficient does not extrapolate");
        }
    }
    return CLI_OK;
}

// Where the inner steps of step k start, and how they combine.
static int check_formula(const verify_state *verifier, size_t k, size_t first, size_t last)
{
    const double order = run_files_step(&verifier->files, "order", k);
    size_t used = first;
    size_t count = 0;
    for (size_t row = first; row < last; row++) {
        const inner_row inner = inner_at(verifier, row, k);
        used = inner.coefficient != 0.0 ? row : used;
        count += inner.coefficient != 0.0;
    }
    inner_row inner = inner_at(verifier, used, k);
    if (!(order >= 1.0 && order < MOST_ORDER && order == floor(order)) || count == 0) {
        return fail_inner(&inner, "the step has no order, or no answer in use");
    }
    // An answer alone is one of a multistep formula; others beside it, of coefficient 0, are then of
    // a formula that failed. Or it ends a chain.
    const char *stepping = run_files_word(&verifier->files, "flow", "stepping");
    const bool multistep = strcmp(stepping, "multistep") == 0 || strcmp(stepping, "bdf2") == 0 ||
                           (strcmp(stepping, "auto") == 0 && verifier->files.claim.fv);
    if (last - first == 1 || (count == 1 && multistep)) {
        return inner.coefficient == 1.0 ? check_multistep(&inner, (int)order)
                                        : fail_inner(&inner, "its coefficient is not 1");
    }
    size_t *ends = cli_alloc(last - first, sizeof *ends);
    int code = check_chains(verifier, k, first, last, ends);
    code = code != CLI_OK ? code : check_weights(verifier, k, first, last, ends);
    free(ends);
    return code;
}

// The state reached is the combination of the answers.
static int check_combination(const verify_state *verifier, size_t k, size_t first, size_t last)
{
    const cli_run_files *files = &verifier->files;
    const size_t count = last - first;
    const double **answers = cli_alloc(count, sizeof *answers);
    long double *weights = cli_alloc(count, sizeof *weights);
    for (size_t row = first; row < last; row++) {
        const inner_row inner = inner_at(verifier, row, k);
        answers[row - first] = inner.answer;
        weights[row - first] = (long double)inner.coefficient;
    }
    const double error =
        distance(files->claim.n, run_files_mass(files, k), (int)count, answers, weights);
    free(answers);
    free(weights);
    return error <= SAME_STATE
               ? CLI_OK
               : cli_fail(CLI_FAILED,
                          "step %zu: its certificate fails: the masses are not the combination of "
                          "its inner answers (L1 difference %.3e of the total)",
                          k, error);
}

// The row of steps.csv: what the inner steps and the two states determine.
static int check_row(const verify_state *verifier, size_t k, size_t first, size_t last)
{
    static const char *const nothing[] = {"transport_cost", "step_cost", "objective",
                                          "stationarity", "density_gap"};
    const cli_run_files *files = &verifier->files;
    const cli_claim *claim = &files->claim;
    const double before = recompute_energy(claim, run_files_mass(files, k - 1), NULL);
    const double after = recompute_energy(claim, run_files_mass(files, k), NULL);
    const double scale = verify_energy_scale(claim, after);
    const size_t c = jko_csv_find(files->inner, "status");
    const char *status = jko_status_name(JKO_OK);
    double gap = 0.0;
    double iterations = 0.0;
    for (size_t row = last; row > first; row--) {
        const inner_row inner = inner_at(verifier, row - 1, k);
        const char *own = c == JKO_CSV_NONE ? "" : jko_csv_text(files->inner, row - 1, c);
        gap = fmax(gap, cell(&inner, "gap"));
        iterations += cell(&inner, "iterations");
        status = strcmp(own, jko_status_name(JKO_OK)) == 0 ? status : own;
    }
    int code = CLI_OK;
    double accuracy = INFINITY;
    const json_t *options = json_object_get(files->json, "options");
    const char *asked = json_string_value(json_object_get(options, "flow.accuracy"));
    if (asked != NULL) {
        (void)jko_parse_number(asked, &accuracy);
    }
    if (run_files_step(files, "error", k) > accuracy) {
        code = cli_fail(CLI_FAILED, "step %zu: its error of %g is more than the accuracy, %g", k,
                        run_files_step(files, "error", k), accuracy);
    }
    if (code == CLI_OK && after > before + VERIFY_SAME * 1e-5 * scale) {
        code = cli_fail(CLI_FAILED, "step %zu: the energy rises from %.17g to %.17g", k, before,
                        after);
    }
    if (code == CLI_OK && strcmp(run_files_status(files, k), status) != 0) {
        code = cli_fail(CLI_FAILED,
                        "step %zu: %s/%s:%zu: column status is %s; its inner steps say "
                        "%s",
                        k, files->folder, RUN_STEPS, jko_csv_line(files->steps, k),
                        run_files_status(files, k), status);
    }
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0] && code == CLI_OK; i++) {
        code = verify_column(verifier, k, nothing[i], NAN, 0.0);
    }
    code = code != CLI_OK ? code : verify_column(verifier, k, "released", before - after, scale);
    if (code == CLI_OK && (run_files_step(files, "gap", k) != gap ||
                           run_files_step(files, "iterations", k) != iterations)) {
        code = cli_fail(CLI_FAILED,
                        "step %zu: %s/%s:%zu: gap or iterations are not those of its inner steps",
                        k, files->folder, RUN_STEPS, jko_csv_line(files->steps, k));
    }
    return code;
}

static int check_step(verify_state *verifier, size_t k, size_t first, size_t last)
{
    const cli_run_files *files = &verifier->files;
    cli_finding found = {0};
    int code = verify_mass(verifier, k);
    code = code != CLI_OK ? code : verify_plain(verifier, k);
    for (size_t row = first; row < last && code == CLI_OK; row++) {
        const inner_row inner = inner_at(verifier, row, k);
        code = check_inner(verifier, &inner);
    }
    code = code != CLI_OK ? code : check_combination(verifier, k, first, last);
    code = code != CLI_OK ? code : check_formula(verifier, k, first, last);
    code = code != CLI_OK ? code : check_row(verifier, k, first, last);
    if (code == CLI_OK) {
        recompute_shift(&files->claim, run_files_mass(files, k), run_files_potential(files, k),
                        &found);
        code = verify_potential(verifier, k, &found);
    }
    return code != CLI_OK ? code : verify_reached(verifier, k);
}

int verify_path(verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const size_t rows = jko_csv_rows(files->inner);
    size_t first = 0;
    int code = CLI_OK;
    for (size_t k = 1; k <= files->count && code == CLI_OK; k++) {
        size_t last = first;
        double index = -1.0;
        bool ascending = true;
        while (last < rows && run_files_cell(files->inner, "step", last) == (double)k) {
            const double own = run_files_cell(files->inner, "index", last++);
            ascending = ascending && own == index + 1.0;
            index = own;
        }
        if (last == first || !ascending) {
            code = cli_fail(CLI_FAILED, "step %zu: %s/%s does not list its inner steps in order", k,
                            files->folder, RUN_INNER);
        }
        code = code != CLI_OK ? code : check_step(verifier, k, first, last);
        first = last;
    }
    return code != CLI_OK || first == rows
               ? code
               : cli_fail(CLI_FAILED, "%s/%s has rows of no step", files->folder, RUN_INNER);
}
