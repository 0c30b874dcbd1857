// SPDX-License-Identifier: BSD-3-Clause
/*
 * The steps of a run: masses, certificates, transport costs, and each column of steps.csv.
 *
 * What a row states is compared with what recompute.c finds from the arrays. The gap is allowed
 * what the run asked for, and no less than what rounding of states.npy brings. Messages name the
 * step.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// A gap may be this share of the energy released, or this much, whichever is larger.
#define ENTROPIC_SHARE 1e-6
#define ENTROPIC_LEAST 1e-14
#define EXACT_SHARE 1e-9
#define EXACT_LEAST 1e-12
#define DENSITY_SHARE 1e-10
#define DENSITY_LEAST 1e-15
#define LOCAL_SHARE 1e-5
#define LOCAL_LEAST 1e-10
#define POTENTIAL_SHIFT 1e-4 // of an entropic potential, beside the mean |dE/dm|
#define LOCAL_FACTOR 1e3     // on the tolerance that the run asked for
// Rounding in a gap that the library computed, relative to the terms it is the difference of.
#define GAP_ROUNDING 1e-13
#define DENSITY_ROUNDING 1e-16  // of gaps found here between densities, in long double
#define COLUMN_ROUNDING 8.0     // units in the last place of an exponent
#define LOOSE_BOUND 0.25        // of a gap between densities, above the best bound
#define TRANSPORT_ROUNDING 1e-9 // of a squared distance between densities
#define GAP_DIGITS 1e-3         // relative, where rounding is small
// A unit of mass gains less than this by moving, relative: surely locked.
#define SURELY_LOCKED 1e-13
// Exponents below this amplify the rounding of sums of weights.
#define SMALL_EXPONENT 1e-6

bool verify_same(double stated, double found, double scale)
{
    return stated == found || (isnan(stated) && isnan(found)) ||
           fabs(stated - found) <= VERIFY_SAME * fmax(fabs(found), scale) + DBL_MIN;
}

static int differ(const verify_state *verifier, size_t k, const char *column, double found)
{
    const cli_run_files *files = &verifier->files;
    return cli_fail(CLI_FAILED, "step %zu: %s/%s:%zu: column %s is %.17g and recomputed as %.17g",
                    k, files->folder, RUN_STEPS, jko_csv_line(files->steps, k), column,
                    run_files_step(files, column, k), found);
}

// A column that must hold a number, to within scale.
int verify_column(const verify_state *verifier, size_t k, const char *name, double found,
                  double scale)
{
    return verify_same(run_files_step(&verifier->files, name, k), found, scale)
               ? CLI_OK
               : differ(verifier, k, name, found);
}

// Whether masses are numbers >= 0 of the same total as before.
int verify_mass(const verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    double before = 0.0;
    double after = 0.0;
    if (jko_measure_check(files->claim.n, run_files_mass(files, k), &after) < 0) {
        return cli_fail(CLI_FAILED, "step %zu: %s", k, jko_error_detail());
    }
    if (k > 0) {
        (void)jko_measure_check(files->claim.n, run_files_start(files, k), &before);
        if (fabs(after - before) > VERIFY_SAME_MASS * before) {
            return cli_fail(CLI_FAILED,
                            "step %zu: its certificate fails: the total mass is %.17g and was "
                            "%.17g before",
                            k, after, before);
        }
    }
    const double stated = run_files_step(files, "mass", k);
    return fabs(stated - after) <= VERIFY_SAME_MASS * after ? CLI_OK
                                                            : differ(verifier, k, "mass", after);
}

// Number, time, tau, epsilon and iterations: what needs no masses.
int verify_plain(const verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    const double tau = k > 0 ? files->tau[k - 1] : 0.0;
    const struct {
        const char *name;
        double value;
    } plain[] = {
        {"step", (double)k},
        {"t", k > 0 ? files->time[k - 1] : 0.0},
        {"tau", tau},
        {"epsilon", k > 0 && (files->claim.entropic || files->claim.debiased)
                        ? recompute_epsilon(&files->claim, tau)
                        : 0.0},
    };
    for (size_t c = 0; c < sizeof plain / sizeof plain[0]; c++) {
        if (run_files_step(files, plain[c].name, k) != plain[c].value) {
            return differ(verifier, k, plain[c].name, plain[c].value);
        }
    }
    const double iterations = run_files_step(files, "iterations", k);
    if (!(iterations >= 0.0 && iterations == floor(iterations))) {
        return cli_fail(CLI_FAILED, "step %zu: %s/%s: iterations is %g, no count", k, files->folder,
                        RUN_STEPS, iterations);
    }
    return CLI_OK;
}

// To within what an energy can be compared.
double verify_energy_scale(const cli_claim *claim, double energy)
{
    const double exponent = fabs(claim->level ? claim->exponent : claim->s);
    const double size = claim->level ? fabs(energy) : claim->c;
    const double constant = exponent > 0.0 ? size * SMALL_EXPONENT / exponent : 0.0;
    return fmax(fmax(fabs(energy), 1e-3 * claim->c), constant);
}

// Energy, consumption and profit rates of the state after a step.
int verify_reached(const verify_state *verifier, size_t k)
{
    const cli_claim *claim = &verifier->files.claim;
    const double amplified = fmax(1.0, SMALL_EXPONENT / fabs(claim->exponent));
    cli_state state = {0};
    recompute_state(claim, run_files_mass(&verifier->files, k), &state);
    int code = verify_column(verifier, k, "energy", state.energy,
                             verify_energy_scale(claim, state.energy));
    code = code != CLI_OK ? code
                          : verify_column(verifier, k, "consumption", state.consumption,
                                          amplified * state.consumption);
    code = code != CLI_OK ? code : verify_column(verifier, k, "profit_min", state.profit_min, 0.0);
    return code != CLI_OK ? code : verify_column(verifier, k, "profit_max", state.profit_max, 0.0);
}

static int check_start(const verify_state *verifier)
{
    static const char *const nothing[] = {"transport_cost", "gap",       "released",
                                          "iterations",     "step_cost", "stationarity",
                                          "density_gap"};
    const cli_run_files *files = &verifier->files;
    int code = verify_mass(verifier, 0);
    code = code != CLI_OK ? code : verify_plain(verifier, 0);
    code = code != CLI_OK ? code : verify_reached(verifier, 0);
    for (size_t c = 0; c < sizeof nothing / sizeof nothing[0] && code == CLI_OK; c++) {
        code = verify_column(verifier, 0, nothing[c], 0.0, 0.0);
    }
    if (code == CLI_OK &&
        run_files_step(files, "objective", 0) != run_files_step(files, "energy", 0)) {
        code = differ(verifier, 0, "objective", run_files_step(files, "energy", 0));
    }
    if (code == CLI_OK && strcmp(run_files_status(files, 0), "initial") != 0) {
        code = cli_fail(CLI_FAILED, "step 0: %s/%s: its status is %s, not initial", files->folder,
                        RUN_STEPS, run_files_status(files, 0));
    }
    for (size_t i = 0; i < files->claim.n && code == CLI_OK; i++) {
        if (run_files_potential(files, 0)[i] != 0.0) {
            code = cli_fail(CLI_FAILED, "step 0: its potential in %s is not 0", RUN_STATES);
        }
    }
    return code;
}

// Whether the status is one that a step of this kind can have.
static int check_status(const verify_state *verifier, size_t k, const cli_finding *found)
{
    static const jko_status known[] = {JKO_OK,      JKO_LOCKED,     JKO_LOCAL,    JKO_NOT_CONVERGED,
                                       JKO_STALLED, JKO_TIME_LIMIT, JKO_CANCELLED};
    const cli_run_files *files = &verifier->files;
    const bool convex = files->claim.s <= 1.0;
    const char *name = run_files_status(files, k);
    jko_status status = JKO_ERR_ARGUMENT;
    for (size_t c = 0; c < sizeof known / sizeof known[0]; c++) {
        status = strcmp(name, jko_status_name(known[c])) == 0 ? known[c] : status;
    }
    const size_t bytes = files->claim.n * sizeof(double);
    const bool still = memcmp(run_files_start(files, k), run_files_mass(files, k), bytes) == 0;
    if (status == JKO_LOCKED && !still) {
        return cli_fail(CLI_FAILED, "step %zu: it is stated as locked, but the masses differ", k);
    }
    if (status == JKO_OK && !files->claim.entropic && still &&
        found->move <= SURELY_LOCKED * found->pull / run_files_step(files, "mass", k)) {
        return cli_fail(CLI_FAILED, "step %zu: it is stated as converged, but it is locked", k);
    }
    const bool fits = convex
                          ? status != JKO_LOCAL && !(files->claim.entropic && status == JKO_LOCKED)
                          : status != JKO_OK && status != JKO_LOCKED;
    return status >= 0 && fits
               ? CLI_OK
               : cli_fail(CLI_FAILED,
                          "step %zu: %s/%s:%zu: column status is %s; no such step is %s", k,
                          files->folder, RUN_STEPS, jko_csv_line(files->steps, k), name, name);
}

static bool between_densities(const verify_state *verifier)
{
    return verifier->files.claim.exact1d || verifier->files.claim.fv;
}

// The gap that a step may have by what it says of itself.
static double allowed_gap(const verify_state *verifier, const cli_finding *found, bool local)
{
    const cli_run_files *files = &verifier->files;
    const bool entropic = files->claim.entropic;
    const double change = found->energy_before - found->energy_after;
    // Where the energy was infinite, the cost of the step stands in for the scale.
    const double released = isfinite(change) ? fmax(change, 0.0) : found->step_cost;
    if (between_densities(verifier)) {
        return fmax(fmax(DENSITY_SHARE, files->tolerance) * released, DENSITY_LEAST);
    }
    if (local) {
        return fmax(fmax(LOCAL_SHARE, LOCAL_FACTOR * files->tolerance) * released, LOCAL_LEAST);
    }
    return fmax(fmax(entropic ? ENTROPIC_SHARE : EXACT_SHARE, files->tolerance) * released,
                entropic ? ENTROPIC_LEAST : EXACT_LEAST);
}

void verify_largest(verify_state *verifier, const cli_finding *found)
{
    const double released = found->energy_before - found->energy_after;
    if (found->rounding > found->pull) {
        return; // no bound at all
    }
    verifier->largest_gap = fmax(verifier->largest_gap, found->gap);
    if (released > 0.0) {
        verifier->largest_share = fmax(verifier->largest_share, found->gap / released);
    }
}

static int check_gap(verify_state *verifier, size_t k, const cli_finding *found)
{
    const cli_run_files *files = &verifier->files;
    const bool convex = files->claim.s <= 1.0;
    const char *status = run_files_status(files, k);
    const bool proved =
        strcmp(status, convex ? "converged" : "local") == 0 || strcmp(status, "locked") == 0;
    const double allowed = allowed_gap(verifier, found, !convex);
    const double floor_of_gap = GAP_ROUNDING * found->pull;
    const char *name = convex ? "gap" : "stationarity";
    const double stated = run_files_step(files, name, k);
    const double most = run_files_number(files, "flow", "max_iterations");
    if (!(stated >= 0.0) || !(run_files_step(files, "iterations", k) <= most)) {
        return cli_fail(CLI_FAILED, "step %zu: %s/%s:%zu: column %s is %.17g; it cannot be", k,
                        files->folder, RUN_STEPS, jko_csv_line(files->steps, k),
                        stated >= 0.0 ? "iterations" : name,
                        stated >= 0.0 ? run_files_step(files, "iterations", k) : stated);
    }
    const double slack =
        between_densities(verifier) ? DENSITY_ROUNDING * found->pull : floor_of_gap;
    if (!(found->gap <= allowed + slack) && proved) {
        return cli_fail(CLI_FAILED,
                        "step %zu: its certificate fails: the gap is %.3e, allowed %.3e%s", k,
                        found->gap, allowed, verify_blur(found, allowed));
    }
    // An exact step proved the gap of its own plan, which is not on file; its cost is.
    const bool plan_on_file = files->claim.entropic || between_densities(verifier);
    const double excess =
        plan_on_file ? 0.0 : run_files_step(files, "step_cost", k) - found->step_cost;
    const double proven = found->gap + excess;
    const bool fits = files->claim.exact1d
                          ? verify_bound(verifier, stated, proved ? allowed : 0.0, found)
                          : fabs(stated - proven) <= GAP_DIGITS * fabs(proven) + floor_of_gap;
    if (!fits) {
        return proved ? differ(verifier, k, name, proven)
                      : cli_fail(CLI_FAILED,
                                 "step %zu: its certificate fails: the gap is %.3e, stated %.3e", k,
                                 found->gap, stated);
    }
    verifier->open += !proved;
    verify_largest(verifier, found);
    if (!convex) {
        return verify_column(verifier, k, "gap", NAN, 0.0);
    }
    return verify_column(verifier, k, "stationarity", files->claim.entropic ? NAN : stated, 0.0);
}

// sum D P of a step whose plan is not on file: known without costs of reallocation, else between
// the least there is and what the cost of the step leaves.
static int check_exact_transport(const verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    const double stated = run_files_step(files, "transport_cost", k);
    const double most = 2.0 * files->tau[k - 1] * run_files_step(files, "step_cost", k);
    jko_ot_report report = {0};
    if (strcmp(files->claim.reallocation, "none") == 0) {
        return verify_column(verifier, k, "transport_cost", most, 0.0);
    }
    const int code = verify_transport(verifier, k, 0.0, run_files_start(files, k),
                                      run_files_mass(files, k), JKO_OT_SIMPLEX, &report);
    if (code != CLI_OK) {
        return code;
    }
    const double slack = VERIFY_SAME * most;
    return stated >= report.lower - slack && stated <= most + slack
               ? CLI_OK
               : cli_fail(CLI_FAILED,
                          "step %zu: %s/%s:%zu: column transport_cost is %.17g; it must lie "
                          "between %.17g and %.17g",
                          k, files->folder, RUN_STEPS, jko_csv_line(files->steps, k), stated,
                          report.lower, most);
}

double verify_excess(const verify_state *verifier, size_t k)
{
    const char *name = verifier->files.claim.s <= 1.0 ? "gap" : "stationarity";
    return 1.001 * run_files_step(&verifier->files, name, k);
}

// What the step cost, released and reached.
static int check_values(const verify_state *verifier, size_t k, const cli_finding *found)
{
    const cli_claim *claim = &verifier->files.claim;
    const double scale = verify_energy_scale(claim, found->energy_after);
    const double least = fmax(fmax(1e-3 * fabs(found->energy_after), 1e-6 * found->pull),
                              found->cost_rounding / VERIFY_SAME);
    const double released = found->energy_before - found->energy_after;
    // The plan of an exact step is optimal for its two ends up to its gap, and not on file.
    const double stated = run_files_step(&verifier->files, "step_cost", k);
    const double excess = stated - found->step_cost;
    const bool known = claim->entropic || between_densities(verifier);
    const bool plans = !known && excess > 0.0 && excess <= verify_excess(verifier, k);
    int code = plans ? CLI_OK : verify_column(verifier, k, "step_cost", found->step_cost, least);
    code = code != CLI_OK ? code : verify_column(verifier, k, "released", released, scale);
    code = code != CLI_OK
               ? code
               : verify_column(verifier, k, "objective", found->objective + (known ? 0.0 : excess),
                               fmax(scale, found->step_cost));
    if (code != CLI_OK) {
        return code;
    }
    return known ? verify_column(verifier, k, "transport_cost", found->transport_cost,
                                 claim->entropic ? 0.0 : TRANSPORT_ROUNDING)
                 : check_exact_transport(verifier, k);
}

// The certificate of a step from its two states and its potential.
static int find(const verify_state *verifier, size_t k, cli_finding *found)
{
    const cli_run_files *files = &verifier->files;
    const double tau = files->tau[k - 1];
    const double *before = run_files_start(files, k);
    const double *after = run_files_mass(files, k);
    const double *phi = run_files_potential(files, k);
    if (between_densities(verifier)) {
        if (files->claim.fv) {
            recompute_fv(&files->claim, tau, before, before, after, found);
        } else {
            recompute_exact1d(&files->claim, tau, before, after, found);
        }
        recompute_shift(&files->claim, after, phi, found);
        return CLI_OK;
    }
    if (files->claim.entropic) {
        recompute_entropic(&files->claim, tau, before, after, phi, found);
        const double total = run_files_step(files, "mass", k);
        const double rounding = COLUMN_ROUNDING * found->columns_rounding / total;
        return found->columns_error <= VERIFY_SAME_MASS + rounding
                   ? CLI_OK
                   : cli_fail(CLI_FAILED,
                              "step %zu: its certificate fails: the masses are not the columns of "
                              "the plan of its potential (L1 difference %.3e of the total)",
                              k, found->columns_error);
    }
    jko_ot_report report = {0};
    const int code = verify_transport(verifier, k, tau, before, after, JKO_OT_SIMPLEX, &report);
    if (code == CLI_OK) {
        recompute_exact(&files->claim, tau, before, after, phi, report.upper, found);
    }
    return code;
}

// The potential on file: of an exact step the first variation, of an entropic one in the columns.
int verify_potential(const verify_state *verifier, size_t k, const cli_finding *found)
{
    const cli_claim *claim = &verifier->files.claim;
    const bool loose = claim->entropic || (claim->exact1d && !verifier->files.path);
    const double allowed = loose ? POTENTIAL_SHIFT : VERIFY_SAME;
    const char *status = run_files_status(&verifier->files, k);
    const bool early = strcmp(status, "converged") != 0 && strcmp(status, "local") != 0 &&
                       strcmp(status, "locked") != 0;
    return found->potential_error <= allowed || (loose && early)
               ? CLI_OK
               : cli_fail(CLI_FAILED,
                          "step %zu: its potential in %s is not the first variation of the energy "
                          "(relative difference %.3e)",
                          k, RUN_STATES, found->potential_error);
}

bool verify_bound(verify_state *verifier, double stated, double allowed, const cli_finding *found)
{
    const double best = fmin(found->gap, found->first_order);
    const double slack = GAP_DIGITS * best + GAP_ROUNDING * found->pull;
    const double most = fmax((1.0 + LOOSE_BOUND) * best, allowed) + slack;
    if (stated == best || (stated >= best - slack && stated <= most)) {
        return true;
    }
    // Masses of 16 digits may not even determine it.
    const bool blurred =
        stated >= best - slack - found->rounding && stated <= most + found->rounding;
    verifier->blurred += blurred;
    return blurred;
}

const char *verify_blur(const cli_finding *found, double allowed)
{
    return found->gap <= allowed + found->rounding
               ? "; rounding of the masses on file alone may make it: method fv follows such starts"
               : "";
}

// What the step is worth between densities, whoever took it.
static int check_density_gap(verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    const double stated = run_files_step(files, "density_gap", k);
    cli_finding found = {0};
    if (files->claim.cost != NULL || files->claim.s >= 1.0 ||
        strcmp(files->claim.reallocation, "none") != 0) {
        return verify_column(verifier, k, "density_gap", NAN, 0.0);
    }
    recompute_exact1d(&files->claim, files->tau[k - 1], run_files_start(files, k),
                      run_files_mass(files, k), &found);
    return verify_bound(verifier, stated, 0.0, &found)
               ? CLI_OK
               : differ(verifier, k, "density_gap", fmin(found.gap, found.first_order));
}

/* A debiased step: its own certificate rests on the Sinkhorn iteration and is not recomputed; what it
   is worth between densities is, and all that the two states determine. */
static int check_debiased(verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    const cli_claim *claim = &files->claim;
    const double after = recompute_energy(claim, run_files_mass(files, k), NULL);
    const double before = recompute_energy(claim, run_files_start(files, k), NULL);
    const double gap = run_files_step(files, "gap", k);
    int code = verify_mass(verifier, k);
    code = code != CLI_OK ? code : verify_plain(verifier, k);
    code = code != CLI_OK ? code : verify_reached(verifier, k);
    code = code != CLI_OK ? code
                          : verify_column(verifier, k, "released", before - after,
                                          verify_energy_scale(claim, after));
    if (code == CLI_OK && gap < 0.0) {
        code = differ(verifier, k, "gap", 0.0);
    }
    verifier->open += strcmp(run_files_status(files, k), jko_status_name(JKO_OK)) != 0;
    verifier->largest_gap = fmax(verifier->largest_gap, gap);
    return code != CLI_OK ? code : check_density_gap(verifier, k);
}

static int check_step(verify_state *verifier, size_t k)
{
    cli_finding found = {0};
    if (verifier->files.claim.debiased) {
        return check_debiased(verifier, k);
    }
    int code = verify_mass(verifier, k);
    code = code != CLI_OK ? code : verify_plain(verifier, k);
    code = code != CLI_OK ? code : find(verifier, k, &found);
    code = code != CLI_OK ? code : check_status(verifier, k, &found);
    code = code != CLI_OK ? code : check_gap(verifier, k, &found);
    code = code != CLI_OK ? code : verify_potential(verifier, k, &found);
    code = code != CLI_OK ? code : verify_reached(verifier, k);
    code = code != CLI_OK ? code : check_density_gap(verifier, k);
    return code != CLI_OK ? code : check_values(verifier, k, &found);
}

int verify_steps(verify_state *verifier)
{
    int code = check_start(verifier);
    if (verifier->files.path) {
        return code != CLI_OK ? code : verify_path(verifier);
    }
    for (size_t k = 1; k <= verifier->files.count && code == CLI_OK; k++) {
        code = check_step(verifier, k);
    }
    return code;
}
