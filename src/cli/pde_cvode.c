// SPDX-License-Identifier: BSD-3-Clause
/*
 * The method of lines by CVODE: backward differentiation, Newton's iteration, a banded solver. The
 * only file that sees SUNDIALS.
 *
 * On a circle the Jacobian has corners. Unknowns are therefore numbered as if the circle were laid
 * flat and looked at from one end: cells 0, n-1, 1, n-2, ... Neighbours are then at most 2 apart,
 * and a band of twice the width holds everything: O(n) a factorisation, nothing iterative.
 */
#include "pde.h"

#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_config.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunmatrix/sunmatrix_band.h>

_Static_assert(sizeof(sunrealtype) == sizeof(double), "SUNDIALS must be built for double");

#define MOST_STEPS 1000000L // to the next saved time; more is no solution but a struggle

typedef struct cvode_work {
    pde_model *model;
    sunindextype *place; // [n] of each cell among the unknowns
    double *mu;          // [n] in the order of cells, likewise the next two
    double *g;
    double *rate;
    SUNContext context;
    N_Vector y;
    SUNMatrix matrix;
    SUNLinearSolver linear;
    void *cvode;
    char message[256]; // the last of CVODE's own
} cvode_work;

static void gather(const cvode_work *work, N_Vector y, double *mu)
{
    const double *values = N_VGetArrayPointer(y);
    for (size_t i = 0; i < work->model->n; i++) {
        mu[i] = values[work->place[i]];
    }
}

static int rate(sunrealtype t, N_Vector y, N_Vector dy, void *user)
{
    cvode_work *work = user;
    double *values = N_VGetArrayPointer(dy);
    (void)t;
    if (run_interrupted()) {
        return -1;
    }
    gather(work, y, work->mu);
    if (!pde_rate(work->model, work->mu, work->rate)) {
        return 1; // a smaller step may keep densities > 0
    }
    for (size_t i = 0; i < work->model->n; i++) {
        values[work->place[i]] = work->rate[i];
    }
    return 0;
}

static int jacobian(sunrealtype t, N_Vector y, N_Vector fy, SUNMatrix matrix, void *user,
                    N_Vector spare1, N_Vector spare2, N_Vector spare3)
{
    cvode_work *work = user;
    const pde_model *model = work->model;
    const size_t faces = model->circle ? model->n : model->n - 1;
    (void)t;
    (void)fy;
    (void)spare1;
    (void)spare2;
    (void)spare3;
    gather(work, y, work->mu);
    if (!pde_g(model, work->mu, work->g)) {
        return 1;
    }
    (void)SUNMatZero(matrix);
    for (size_t i = 0; i < faces; i++) {
        const pde_faces face = pde_face(model, work->mu, work->g, i);
        const sunindextype left = work->place[i];
        const sunindextype right = work->place[i + 1 < model->n ? i + 1 : 0];
        SM_ELEMENT_B(matrix, left, left) -= face.flux_left / model->h;
        SM_ELEMENT_B(matrix, right, left) += face.flux_left / model->h;
        SM_ELEMENT_B(matrix, left, right) -= face.flux_right / model->h;
        SM_ELEMENT_B(matrix, right, right) += face.flux_right / model->h;
    }
    return 0;
}

#if SUNDIALS_VERSION_MAJOR >= 7
static void on_error(int line, const char *function, const char *file, const char *message,
                     SUNErrCode code, void *user, SUNContext context)
{
    cvode_work *work = user;
    (void)line;
    (void)function;
    (void)file;
    (void)code;
    (void)context;
    (void)snprintf(work->message, sizeof work->message, "%s", message);
}

static bool make_context(cvode_work *work)
{
    return SUNContext_Create(SUN_COMM_NULL, &work->context) == 0 &&
           SUNContext_ClearErrHandlers(work->context) == 0 &&
           SUNContext_PushErrHandler(work->context, on_error, work) == 0;
}
#else
static void on_error(int code, const char *module, const char *function, char *message, void *user)
{
    cvode_work *work = user;
    (void)code;
    (void)module;
    (void)function;
    (void)snprintf(work->message, sizeof work->message, "%s", message);
}

static bool make_context(cvode_work *work)
{
    return SUNContext_Create(NULL, &work->context) == 0;
}
#endif

static void number_cells(cvode_work *work)
{
    const size_t n = work->model->n;
    for (size_t k = 0; k < n; k++) {
        const size_t cell = !work->model->circle ? k : k % 2 == 0 ? k / 2 : n - 1 - k / 2;
        work->place[cell] = (sunindextype)k;
    }
}

static bool make(cvode_work *work, const cli_run *run)
{
    const pde_model *model = work->model;
    const scenario_pde *how = model->how;
    const size_t n = model->n;
    const size_t width = (model->circle ? (size_t)2 : 1) * (how->central ? (size_t)2 : 1);
    const sunindextype band = (sunindextype)(width < n ? width : n - 1);
    work->place = cli_alloc(n, sizeof *work->place);
    work->mu = cli_alloc(3 * n, sizeof(double));
    work->g = work->mu + n;
    work->rate = work->mu + 2 * n;
    number_cells(work);
    if (!make_context(work)) {
        return false;
    }
    work->y = N_VNew_Serial((sunindextype)n, work->context);
    work->matrix = SUNBandMatrix((sunindextype)n, band, band, work->context);
    work->linear = work->y != NULL && work->matrix != NULL
                       ? SUNLinSol_Band(work->y, work->matrix, work->context)
                       : NULL;
    work->cvode = CVodeCreate(CV_BDF, work->context);
    if (work->linear == NULL || work->cvode == NULL) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        NV_Ith_S(work->y, work->place[i]) = run->scenario->mass[i] / model->h;
    }
#if SUNDIALS_VERSION_MAJOR < 7
    (void)CVodeSetErrHandlerFn(work->cvode, on_error, work);
#endif
    const bool made = CVodeInit(work->cvode, rate, 0.0, work->y) >= 0 &&
                      CVodeSStolerances(work->cvode, how->rtol, how->atol) >= 0 &&
                      CVodeSetUserData(work->cvode, work) >= 0 &&
                      CVodeSetMaxNumSteps(work->cvode, MOST_STEPS) >= 0 &&
                      CVodeSetMaxErrTestFails(work->cvode, 50) >= 0 &&
                      CVodeSetMaxConvFails(work->cvode, 50) >= 0 &&
                      CVodeSetLinearSolver(work->cvode, work->linear, work->matrix) >= 0;
    // Central differences leave the banded quotients of CVODE itself.
    return made && (how->central || CVodeSetJacFn(work->cvode, jacobian) >= 0);
}

static void clear(cvode_work *work)
{
    CVodeFree(&work->cvode);
    if (work->linear != NULL) {
        (void)SUNLinSolFree(work->linear);
    }
    if (work->matrix != NULL) {
        SUNMatDestroy(work->matrix);
    }
    if (work->y != NULL) {
        N_VDestroy(work->y);
    }
    if (work->context != NULL) {
        (void)SUNContext_Free(&work->context);
    }
    free(work->place);
    free(work->mu);
}

static void count(const cvode_work *work, pde_counts *counts)
{
    long tests = 0;
    (void)CVodeGetNumSteps(work->cvode, &counts->steps);
    (void)CVodeGetNumRhsEvals(work->cvode, &counts->rates);
    (void)CVodeGetNumJacEvals(work->cvode, &counts->jacobians);
    (void)CVodeGetNumErrTestFails(work->cvode, &tests);
    (void)CVodeGetNumStepSolveFails(work->cvode, &counts->failures);
    counts->failures += tests;
}

// Put the state at the next saved time on record, as masses.
static void record(cli_run *run, const cvode_work *work)
{
    const size_t n = run->scenario->n;
    const size_t k = run->steps++;
    run->time[k] = run->scenario->time[k];
    gather(work, work->y, work->mu);
    for (size_t i = 0; i < n; i++) {
        run->states[2 * (k + 1) * n + i] = work->mu[i] * run->scenario->cell;
    }
}

int pde_integrate(cli_run *run, pde_model *model, pde_counts *counts)
{
    cvode_work work = {.model = model};
    int code = CLI_OK;
    if (!make(&work, run)) {
        clear(&work);
        return cli_fail(CLI_FAILED, "CVODE cannot be set up for %zu cells: %s", model->n,
                        work.message[0] != '\0' ? work.message : "not enough memory");
    }
    while (code == CLI_OK && !run->cancelled && run->steps < run->scenario->taus) {
        const double next = run->scenario->time[run->steps];
        double t = 0.0;
        // No step goes beyond the end, where nothing is known to be solvable.
        (void)CVodeSetStopTime(work.cvode, run->scenario->time[run->scenario->taus - 1]);
        const int flag = CVode(work.cvode, next, work.y, &t, CV_NORMAL);
        count(&work, &counts[run->steps + 1]);
        if (flag >= 0) {
            record(run, &work);
        } else if (run_interrupted()) {
            run->cancelled = true;
        } else {
            char *name = CVodeGetReturnFlagName(flag);
            (void)CVodeGetCurrentTime(work.cvode, &t);
            code = cli_fail(CLI_FAILED,
                            "CVODE stopped at t = %.6g of %.6g: %s (%s); loosen --rtol, or look "
                            "for a density that goes to 0",
                            t, next, work.message, name);
            free(name);
        }
    }
    clear(&work);
    return code;
}

const char *pde_integrator(void)
{
    return "SUNDIALS CVODE " SUNDIALS_VERSION;
}
