// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko verify DIR: recompute and check what a run claims.
 *
 * Checksums first; then for every step, from states.npy, the gap by code that shares nothing with
 * the solvers (recompute.c), and every number of steps.csv; run.json against itself; the other
 * tables against the arrays; last the transport cost of at most ten evenly spaced steps by GLPK.
 * The first fault ends it, with the step or the file named.
 */
#include "cli.h"
#include "options.h"
#include "run.h"
#include "text.h"
#include "verify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void help(void)
{
    printf(
        "usage: jko verify DIR\n\n"
        "Check a folder written by jko flow, or each step of one written by jko panel: checksums;\n"
        "the certified gap and every other number of each step, recomputed by code of its own;\n"
        "options and tables against the arrays; the\n"
        "transport cost of at most ten steps by GLPK, exactly for exact steps and as a bound for\n"
        "entropic ones. Of a folder of jko pde, rest, compare or paper the checksums only.\n"
        "docs/formats.md lists what cannot be recomputed.\n\n"
        "Exit codes: 0 all holds, 1 something does not (the first failing step is named),\n"
        "2 wrong usage.\n");
}

static int check_all(verify_state *verifier)
{
    int code = verify_steps(verifier);
    code = code != CLI_OK ? code : verify_record(verifier);
    code = code != CLI_OK ? code : verify_inputs(verifier);
    code = code != CLI_OK ? code : verify_trajectory(verifier);
    code = code != CLI_OK ? code : verify_forecast(verifier);
    return code != CLI_OK ? code : verify_by_glpk(verifier);
}

static void report(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    printf("%s: all checksums match\n", files->folder);
    if (files->claim.debiased) {
        printf("%zu steps recomputed: masses, energies and density_gap hold; largest gap stated "
               "%.2e\n",
               files->count, verifier->largest_gap);
    } else {
        printf("%zu steps recomputed: masses, energies, costs and gaps hold; ", files->count);
        if (verifier->largest_gap > 0.0) {
            printf("largest gap %.2e, %.1e of the energy released\n", verifier->largest_gap,
                   verifier->largest_share);
        } else { // differences of large terms: what is left of them is rounding
            printf("no gap above rounding\n");
        }
    }
    if (verifier->open > 0) {
        printf("%zu %s say themselves that they did not converge\n", verifier->open,
               files->path ? "minimisations inside them" : "of them");
    }
    if (verifier->blurred > 0) {
        printf("%zu bounds are beyond what masses rounded to 16 digits can tell\n",
               verifier->blurred);
    }
    if (files->claim.debiased) {
        printf(
            "not recomputed: gap, transport cost and objective of debiased steps, which rest on\n"
            "their Sinkhorn iteration; density_gap, recomputed, bounds each step all the same\n");
    } else if (jko_feature("glpk") == NULL) {
        printf("GLPK is not in this build: it recomputed no transport cost\n");
    } else if (files->claim.exact1d || files->claim.fv) {
        printf("GLPK recomputed no transport cost: the steps are between densities, not atoms\n");
    } else if (!verify_glpk_takes(verifier)) {
        printf("GLPK recomputed no transport cost: %zu cells are more than it takes here\n",
               files->claim.n);
    } else {
        printf("GLPK recomputed the transport cost of %zu steps: %s\n", verifier->glpk_done,
               files->claim.entropic ? "a lower bound, and it holds" : "the same");
    }
    printf("%s agrees with %s%s\n", RUN_TRAJECTORY, RUN_STATES,
           files->forecast != NULL ? ", and " RUN_FORECAST " with both" : "");
}

static int verify_run(const char *folder)
{
    verify_state verifier = {0};
    int code = run_files_read(&verifier.files, folder);
    code = code != CLI_OK ? code : check_all(&verifier);
    if (code == CLI_OK) {
        report(&verifier);
    }
    run_files_clear(&verifier.files);
    return code;
}

// Each step in a folder of jko panel.
static int verify_panel(const char *folder, const json_t *record)
{
    const json_t *steps = json_object_get(record, "steps");
    int code = verify_panel_sums(folder, record);
    if (code == CLI_OK) {
        printf("%s: all checksums match\n", folder);
    }
    for (size_t k = 0; k < json_array_size(steps) && code == CLI_OK; k++) {
        char *path = run_path(folder, json_string_value(json_array_get(steps, k)));
        code = verify_run(path);
        free(path);
    }
    return code;
}

int cli_verify(int argc, char **argv)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const cli_syntax syntax = {":h", known, help, NULL, NULL};
    int code = cli_parse(argc, argv, &syntax, NULL);
    if (code != CLI_OK) {
        return code == -1 ? CLI_OK : code;
    }
    if (optind + 1 != argc) {
        return cli_fail(CLI_INVALID, "exactly one folder is needed; jko verify --help");
    }
    struct stat info;
    if (stat(argv[optind], &info) != 0 || !S_ISDIR(info.st_mode)) {
        return cli_fail(CLI_INVALID, "%s: there is no such folder; give that of a run",
                        argv[optind]);
    }
    if (verify_other(argv[optind], &code)) {
        return code;
    }
    json_t *panel = verify_panel_load(argv[optind]);
    code = panel != NULL ? verify_panel(argv[optind], panel) : verify_run(argv[optind]);
    json_decref(panel);
    return code;
}
