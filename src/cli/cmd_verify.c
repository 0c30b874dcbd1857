// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko verify DIR: recompute and check what a run claims.
 *
 * Checksums first; then for every step, from states.npy, the gap by code that shares nothing with
 * the solvers (recompute.c), the energies and the mass; then the transport cost of at most ten
 * evenly spaced steps by GLPK; last the tables against the arrays. The first fault ends it, with
 * the step named.
 */
#include "claim.h"
#include "run.h"
#include "text.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A gap may be this share of the energy released, or this much, whichever is larger.
#define ENTROPIC_SHARE 1e-6
#define ENTROPIC_LEAST 1e-14
#define EXACT_SHARE 1e-9
#define EXACT_LEAST 1e-12
#define LOCAL_SHARE 1e-5
#define LOCAL_LEAST 1e-10
// Rounding of 17 digits and of two ways to sum.
#define SAME 1e-9
#define SAME_MASS 1e-12
#define GLPK_STEPS 10
#define GLPK_ARCS 250000.0

typedef struct verify_state {
    cli_run_files files;
    double largest_gap;
    size_t open;      // steps that the run itself says are not proved
    size_t glpk_done; // steps that GLPK recomputed
} verify_state;

static int help(void)
{
    printf(
        "usage: jko verify DIR\n\n"
        "Check a folder written by jko flow: checksums; the certified gap, energy and mass of\n"
        "every step, recomputed by code of its own; the transport cost of at most ten steps by\n"
        "GLPK, exactly for exact steps and as a bound for entropic ones; tables against arrays.\n\n"
        "Exit codes: 0 all holds, 1 something does not (the first failing step is named),\n"
        "2 wrong usage.\n");
    return CLI_OK;
}

// OT_c between the two ends of a step by a method; exit code.
static int solve(const verify_state *verifier, size_t k, jko_ot_method method,
                 jko_ot_report *report)
{
    const cli_claim *claim = &verifier->files.claim;
    const size_t n = claim->n;
    double *matrix = cli_alloc(n * n, sizeof *matrix);
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = method;
    report->struct_size = sizeof *report;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            matrix[i * n + j] = recompute_cost(claim, i, j, verifier->files.tau[k - 1]);
        }
    }
    jko_status status = jko_cost_create_matrix(&cost, n, n, matrix);
    status = status < 0 ? status : jko_ot_create(&ot, cost, &settings);
    status = status < 0 ? status
                        : jko_ot_solve(ot, run_files_start(&verifier->files, k),
                                       run_files_mass(&verifier->files, k), NULL, report);
    jko_ot_free(ot);
    jko_cost_free(cost);
    free(matrix);
    return status < 0 ? cli_fail(CLI_FAILED, "step %zu: the transport cannot be recomputed: %s", k,
                                 jko_error_detail())
                      : CLI_OK;
}

static int differ(size_t k, const char *what, double stated, double found)
{
    return cli_fail(CLI_FAILED, "step %zu: %s is stated as %.17g and recomputed as %.17g", k, what,
                    stated, found);
}

static bool same(double stated, double found, double scale)
{
    return stated == found || fabs(stated - found) <= SAME * fmax(fabs(found), scale);
}

// Whether masses are numbers >= 0 of the same total as before.
static int check_mass(const verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    double before = 0.0;
    double after = 0.0;
    if (jko_measure_check(files->claim.n, run_files_mass(files, k), &after) < 0) {
        return cli_fail(CLI_FAILED, "step %zu: %s", k, jko_error_detail());
    }
    if (k > 0) {
        (void)jko_measure_check(files->claim.n, run_files_start(files, k), &before);
        if (fabs(after - before) > SAME_MASS * before) {
            return cli_fail(CLI_FAILED,
                            "step %zu: its certificate fails: the total mass is %.17g and was "
                            "%.17g before",
                            k, after, before);
        }
    }
    return same(run_files_step(files, "mass", k), after, 0.0)
               ? CLI_OK
               : differ(k, "mass", run_files_step(files, "mass", k), after);
}

// The gap that a step must have by what it says of itself.
static int check_gap(verify_state *verifier, size_t k, const cli_finding *found)
{
    const cli_run_files *files = &verifier->files;
    const char *status = run_files_status(files, k);
    const bool entropic = files->claim.entropic;
    const double released = fmax(found->energy_before - found->energy_after, 0.0);
    const bool local = strcmp(status, "local") == 0;
    const double value = local ? found->stationarity : found->gap;
    double allowed = entropic ? fmax(ENTROPIC_SHARE * released, ENTROPIC_LEAST)
                              : fmax(EXACT_SHARE * released, EXACT_LEAST);
    if (!isfinite(released)) { // the cost of the step stands in for the scale
        allowed = fmax((entropic ? ENTROPIC_SHARE : EXACT_SHARE) * found->step_cost, EXACT_LEAST);
    }
    if (local && !entropic) {
        allowed = fmax(LOCAL_SHARE * released, LOCAL_LEAST);
    } else if (local) {
        return CLI_OK; // an entropic local step claims no number that could be checked here
    } else if (strcmp(status, "converged") != 0 && strcmp(status, "locked") != 0) {
        verifier->open++;
        const double stated = run_files_step(files, "gap", k);
        allowed = fmax(stated * (1.0 + 1e-3), allowed);
    }
    if (!(value <= allowed)) {
        return cli_fail(CLI_FAILED,
                        "step %zu: its certificate fails: the gap is %.3e, allowed %.3e", k, value,
                        allowed);
    }
    verifier->largest_gap = fmax(verifier->largest_gap, value);
    return CLI_OK;
}

static int check_step(verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    const size_t n = files->claim.n;
    const double *before = run_files_start(files, k);
    const double *after = run_files_mass(files, k);
    cli_finding found = {0};
    int code = check_mass(verifier, k);
    if (code == CLI_OK && files->claim.entropic) {
        recompute_entropic(&files->claim, files->tau[k - 1], before, after,
                           run_files_potential(files, k), &found);
        if (!(found.columns_error <= SAME_MASS)) {
            code = cli_fail(CLI_FAILED,
                            "step %zu: its certificate fails: the masses are not the columns of "
                            "the plan of its potential (L1 difference %.3e of the total)",
                            k, found.columns_error);
        }
    } else if (code == CLI_OK) {
        jko_ot_report report = {0};
        code = solve(verifier, k, JKO_OT_SIMPLEX, &report);
        if (code == CLI_OK) {
            recompute_exact(&files->claim, files->tau[k - 1], before, after, report.upper, &found);
        }
    }
    if (code == CLI_OK && strcmp(run_files_status(files, k), "locked") == 0 &&
        memcmp(before, after, n * sizeof *before) != 0) {
        code = cli_fail(CLI_FAILED, "step %zu: it is stated as locked, but the masses differ", k);
    }
    code = code != CLI_OK ? code : check_gap(verifier, k, &found);
    if (code != CLI_OK) {
        return code;
    }
    const double energy = run_files_step(files, "energy", k);
    const double cost = run_files_step(files, "step_cost", k);
    const double scale = fabs(found.energy_after);
    if (!same(energy, found.energy_after, 1e-3 * files->claim.c)) {
        return differ(k, "energy", energy, found.energy_after);
    }
    if (!same(cost, found.step_cost, 1e-3 * scale)) {
        return differ(k, "step_cost", cost, found.step_cost);
    }
    const double released = run_files_step(files, "released", k);
    return same(released, found.energy_before - found.energy_after, scale)
               ? CLI_OK
               : differ(k, "released", released, found.energy_before - found.energy_after);
}

// GLPK's transport cost against what the step states.
static int check_by_glpk(verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    jko_ot_report report = {0};
    const int code = solve(verifier, k, JKO_OT_LP, &report);
    if (code != CLI_OK) {
        return code;
    }
    const double stated = run_files_step(files, "step_cost", k);
    const double slack = SAME * fmax(fabs(stated), 1e-3 * files->claim.c) + report.gap;
    const bool exact = !files->claim.entropic && strcmp(run_files_status(files, k), "local") != 0;
    if (report.lower > stated + slack || (exact && report.upper < stated - slack)) {
        return cli_fail(CLI_FAILED,
                        "step %zu: GLPK finds a transport cost from %.17g to %.17g, the step "
                        "states %.17g",
                        k, report.lower, report.upper, stated);
    }
    verifier->glpk_done++;
    return CLI_OK;
}

static int check_all(verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double n = (double)files->claim.n;
    int code = check_mass(verifier, 0);
    for (size_t k = 1; k <= files->count && code == CLI_OK; k++) {
        code = check_step(verifier, k);
    }
    if (jko_feature("glpk") != NULL && n * n <= GLPK_ARCS) {
        const size_t steps = files->count < GLPK_STEPS ? files->count : GLPK_STEPS;
        for (size_t k = 1; k <= steps && code == CLI_OK; k++) {
            code = check_by_glpk(verifier, (k * files->count) / steps);
        }
    }
    return code != CLI_OK ? code : run_files_check_trajectory(files);
}

static void report(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    const double n = (double)files->claim.n;
    printf("%s: all checksums match\n", files->folder);
    printf("%zu steps recomputed: masses, energies, costs and gaps hold; largest gap %.2e\n",
           files->count, verifier->largest_gap);
    if (verifier->open > 0) {
        printf("%zu of them say themselves that they did not converge\n", verifier->open);
    }
    if (jko_feature("glpk") == NULL) {
        printf("GLPK is not in this build: it recomputed no transport cost\n");
    } else if (n * n > GLPK_ARCS) {
        printf("GLPK recomputed no transport cost: %.0f arcs are more than it takes here\n", n * n);
    } else {
        printf("GLPK recomputed the transport cost of %zu steps: %s\n", verifier->glpk_done,
               files->claim.entropic ? "a lower bound, and it holds" : "the same");
    }
    printf("trajectory.csv agrees with states.npy\n");
}

int cli_verify(int argc, char **argv)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int option = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        return option == 'h' ? help() : CLI_INVALID;
    }
    if (optind + 1 != argc) {
        return cli_fail(CLI_INVALID, "exactly one folder is needed; jko verify --help");
    }
    verify_state verifier = {0};
    int code = run_files_read(&verifier.files, argv[optind]);
    code = code != CLI_OK ? code : check_all(&verifier);
    if (code == CLI_OK) {
        report(&verifier);
    }
    run_files_clear(&verifier.files);
    return code;
}
