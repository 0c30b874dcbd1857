// SPDX-License-Identifier: BSD-3-Clause
/*
 * The transport costs of a run's steps, solved anew between the states on file: by the simplex
 * method for the certificates, and by GLPK, another code, for at most ten of them.
 */
#include "verify.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

#define GLPK_STEPS 10
#define GLPK_SAME 1e-9 // of the largest cost times the mass: GLPK's tolerances are 1e-10
#define GLPK_ARCS 250000.0

int verify_transport(const verify_state *verifier, size_t k, double tau, const double *before,
                     const double *after, jko_ot_method method, jko_ot_report *report)
{
    const cli_claim *claim = &verifier->files.claim;
    const size_t n = claim->n;
    double *matrix = cli_alloc(n * n, sizeof *matrix);
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = method;
    *report = (jko_ot_report){.struct_size = sizeof *report};
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            matrix[i * n + j] =
                tau > 0.0 ? recompute_cost(claim, i, j, tau) : recompute_squared(claim, i, j);
        }
    }
    jko_status status = jko_cost_create_matrix(&cost, n, n, matrix);
    status = status < 0 ? status : jko_ot_create(&ot, cost, &settings);
    status = status < 0 ? status : jko_ot_solve(ot, before, after, NULL, report);
    jko_ot_free(ot);
    jko_cost_free(cost);
    free(matrix);
    return status < 0 ? cli_fail(CLI_FAILED, "step %zu: the transport cannot be recomputed: %s", k,
                                 jko_error_detail())
                      : CLI_OK;
}

// GLPK's transport cost against what the step states.
static double largest_cost(const cli_run_files *files, size_t k)
{
    double largest = 0.0;
    for (size_t i = 0; i < files->claim.n; i++) {
        for (size_t j = 0; j < files->claim.n; j++) {
            largest = fmax(largest, recompute_cost(&files->claim, i, j, files->tau[k - 1]));
        }
    }
    return largest;
}

static int check_by_glpk(verify_state *verifier, size_t k)
{
    const cli_run_files *files = &verifier->files;
    jko_ot_report report = {0};
    const int code = verify_transport(verifier, k, files->tau[k - 1], run_files_start(files, k),
                                      run_files_mass(files, k), JKO_OT_LP, &report);
    if (code != CLI_OK) {
        return code;
    }
    const double stated = run_files_step(files, "step_cost", k);
    const double slack = VERIFY_SAME * fmax(fabs(stated), 1e-3 * files->claim.c) + report.gap;
    if (report.lower > stated + slack ||
        (!files->claim.entropic && report.upper < stated - slack - verify_excess(verifier, k))) {
        return cli_fail(CLI_FAILED,
                        "step %zu: GLPK finds a transport cost from %.17g to %.17g, the step "
                        "states %.17g",
                        k, report.lower, report.upper, stated);
    }
    // GLPK's own objective at its own plan, before any of the library's pivots.
    const double own = report.solver_objective;
    const double room =
        slack + GLPK_SAME * largest_cost(files, k) * run_files_step(files, "mass", k);
    const double excess = files->claim.entropic ? INFINITY : verify_excess(verifier, k);
    if (!(own <= stated + room && own >= stated - room - excess)) {
        return cli_fail(CLI_FAILED,
                        "step %zu: GLPK's own objective is %.17g, the step states %.17g", k, own,
                        stated);
    }
    verifier->glpk_done++;
    return CLI_OK;
}

bool verify_glpk_takes(const verify_state *verifier)
{
    const double n = (double)verifier->files.claim.n;
    const cli_claim *claim = &verifier->files.claim;
    const bool atoms = !claim->exact1d && !claim->fv && !claim->debiased;
    return jko_feature("glpk") != NULL && n * n <= GLPK_ARCS && atoms;
}

int verify_by_glpk(verify_state *verifier)
{
    const size_t count = verifier->files.count;
    const size_t steps = count < GLPK_STEPS ? count : GLPK_STEPS;
    int code = CLI_OK;
    for (size_t k = 1; verify_glpk_takes(verifier) && k <= steps && code == CLI_OK; k++) {
        code = check_by_glpk(verifier, (k * count) / steps);
    }
    return code;
}
