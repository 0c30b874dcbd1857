// SPDX-License-Identifier: BSD-3-Clause
/*
 * The rival of bench_flow.c: the same semi-discrete equation by SUNDIALS CVODE.
 *
 *     d mu_i/dt = ( k_i (e_{i+1} - e_i) - k_{i-1} (e_i - e_{i-1}) ) / h,   k_i = (mu_i + mu_{i+1})/(2h)
 *
 * with e = dE/dm by the energy's own callback. The Jacobian is exact but for the rank-one part of
 * the Hessian: cyclic tridiagonal.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime
#include "bench_flow.h"

#ifndef JKO_BENCH_SUNDIALS

bool bench_cvode(const bench_problem *p, bool klu, double tolerance, bench_run *run)
{
    (void)p;
    (void)klu;
    (void)tolerance;
    (void)run;
    return false;
}

#else

#include <cvode/cvode.h>
#include <cvode/cvode_bandpre.h>
#include <nvector/nvector_serial.h>
#include <stdlib.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunlinsol/sunlinsol_spgmr.h>
#include <sunmatrix/sunmatrix_sparse.h>

typedef struct rival {
    const bench_problem *p;
    double *mass;     // [n]
    double *e;        // [n]
    double *diagonal; // [n] d e_i / d mu_i
    double *vector;   // [n]
} rival;

static void flows(const rival *r, const double *mu, double *out)
{
    const size_t n = r->p->n;
    const double scale = 0.5 * (double)n * (double)n;
    const double *e = r->e;
    out[0] = -scale * (mu[n - 1] + mu[0]) * (e[0] - e[n - 1]);
    for (size_t i = 0; i + 1 < n; i++) {
        const double flux = scale * (mu[i] + mu[i + 1]) * (e[i + 1] - e[i]);
        out[i] += flux;
        out[i + 1] = -flux;
    }
    out[n - 1] += scale * (mu[n - 1] + mu[0]) * (e[0] - e[n - 1]);
}

static int evaluate(rival *r, N_Vector y)
{
    const double *mu = N_VGetArrayPointer(y);
    double value = 0.0;
    for (size_t i = 0; i < r->p->n; i++) {
        if (!(mu[i] > 0.0)) {
            return 1;
        }
        r->mass[i] = mu[i] / (double)r->p->n;
    }
    return r->p->energy.eval(r->p->energy.user, r->p->n, r->mass, &value, r->e);
}

static int right_side(sunrealtype t, N_Vector y, N_Vector dy, void *user)
{
    (void)t;
    rival *r = user;
    if (evaluate(r, y) != 0) {
        return 1;
    }
    flows(r, N_VGetArrayPointer(y), N_VGetArrayPointer(dy));
    return 0;
}

static int jacobian(sunrealtype t, N_Vector y, N_Vector dy, SUNMatrix matrix, void *user,
                    N_Vector a, N_Vector b, N_Vector c)
{
    (void)t;
    (void)dy;
    (void)a;
    (void)b;
    (void)c;
    rival *r = user;
    const size_t n = r->p->n;
    const double scale = 0.5 * (double)n * (double)n;
    const double *mu = N_VGetArrayPointer(y);
    double weight = 0.0;
    if (evaluate(r, y) != 0 || r->p->energy.hessian_parts(r->p->energy.user, n, r->mass, r->e,
                                                          r->diagonal, r->vector, &weight) != 0) {
        return 1;
    }
    sunindextype *starts = SUNSparseMatrix_IndexPointers(matrix);
    sunindextype *rows = SUNSparseMatrix_IndexValues(matrix);
    double *values = SUNSparseMatrix_Data(matrix);
    const double *e = r->e;
    SUNMatZero(matrix);
    for (size_t j = 0; j < n; j++) {
        const size_t left = j > 0 ? j - 1 : n - 1;
        const size_t right = j + 1 < n ? j + 1 : 0;
        // Derivatives by mu_j of the fluxes over the two faces of cell j, from right to left.
        const double d = r->diagonal[j] / (double)n;
        const double over_left = scale * ((e[j] - e[left]) + (mu[left] + mu[j]) * d);
        const double over_right = scale * ((e[right] - e[j]) - (mu[j] + mu[right]) * d);
        const double entry[3] = {over_left, over_right - over_left, -over_right};
        const size_t row[3] = {left, j, right};
        starts[j] = (sunindextype)(3 * j);
        // Rows in order.
        const size_t first = right < j ? 2 : left > j ? 1 : 0;
        for (size_t k = 0; k < 3; k++) {
            rows[3 * j + k] = (sunindextype)row[(first + k) % 3];
            values[3 * j + k] = entry[(first + k) % 3];
        }
    }
    starts[n] = (sunindextype)(3 * n);
    return 0;
}

// To the two times; the clock runs over CVode() alone.
static bool integrate(void *cvode, const rival *r, N_Vector y, bench_run *run)
{
    bool good = true;
    const double began = bench_seconds();
    for (int k = 0; good && k < 2; k++) {
        sunrealtype t = 0.0;
        good = CVode(cvode, r->p->times[k], y, &t, CV_NORMAL) >= 0;
        for (size_t i = 0; i < r->p->n; i++) {
            run->saved[k][i] = N_VGetArrayPointer(y)[i] / (double)r->p->n;
        }
    }
    run->seconds = bench_seconds() - began;
    return good;
}

static void count(void *cvode, bool klu, bench_run *run)
{
    long more = 0;
    (void)CVodeGetNumSteps(cvode, &run->steps);
    (void)CVodeGetNumRhsEvals(cvode, &run->solves);
    if (klu) {
        (void)CVodeGetNumLinSolvSetups(cvode, &run->iterations);
    } else {
        (void)CVodeGetNumLinRhsEvals(cvode, &more);
        run->solves += more;
        (void)CVBandPrecGetNumRhsEvals(cvode, &more);
        run->solves += more;
        (void)CVodeGetNumPrecEvals(cvode, &run->iterations);
    }
}

bool bench_cvode(const bench_problem *p, bool klu, double tolerance, bench_run *run)
{
    const size_t n = p->n;
    rival r = {.p = p};
    r.mass = calloc(n, 4 * sizeof(double));
    if (r.mass == NULL) {
        return false;
    }
    r.e = r.mass + n;
    r.diagonal = r.mass + 2 * n;
    r.vector = r.mass + 3 * n;
    SUNContext context = NULL;
    if (SUNContext_Create(NULL, &context) != 0) {
        free(r.mass);
        return false;
    }
    N_Vector y = N_VNew_Serial((sunindextype)n, context);
    for (size_t i = 0; i < n; i++) {
        N_VGetArrayPointer(y)[i] = p->mass[i] * (double)n;
    }
    void *cvode = CVodeCreate(CV_BDF, context);
    bool good = CVodeInit(cvode, right_side, 0.0, y) == 0 && CVodeSetUserData(cvode, &r) == 0 &&
                CVodeSStolerances(cvode, tolerance, tolerance) == 0 &&
                CVodeSetMaxNumSteps(cvode, 1000000) == 0;
    SUNMatrix matrix = NULL;
    SUNLinearSolver solver = NULL;
    if (klu) {
        matrix = SUNSparseMatrix((sunindextype)n, (sunindextype)n, (sunindextype)(3 * n), CSC_MAT,
                                 context);
        solver = SUNLinSol_KLU(y, matrix, context);
        good = good && CVodeSetLinearSolver(cvode, solver, matrix) == 0 &&
               CVodeSetJacFn(cvode, jacobian) == 0;
    } else {
        solver = SUNLinSol_SPGMR(y, SUN_PREC_LEFT, 5, context);
        good = good && CVodeSetLinearSolver(cvode, solver, NULL) == 0 &&
               CVBandPrecInit(cvode, (sunindextype)n, 1, 1) == 0;
    }
    good = good && integrate(cvode, &r, y, run);
    if (good) {
        count(cvode, klu, run);
    }
    CVodeFree(&cvode);
    (void)SUNLinSolFree(solver);
    if (matrix != NULL) {
        SUNMatDestroy(matrix);
    }
    N_VDestroy(y);
    (void)SUNContext_Free(&context);
    free(r.mass);
    return good;
}

#endif
