// SPDX-License-Identifier: BSD-3-Clause
/*
 * The finite-volume step: W2 linearised at the start, as fluxes over the faces of cells.
 *
 *     min over F of  E(m) + sum_e r_e F_e^2 / 2,     m_j = a_j - F_j + F_{j-1},
 *     r_e = h / (tau rho_e),                         rho_e = (a_e + a_{e+1}) / (2 h)
 *
 * F_e is the mass that crosses the right face of cell e. Newton's matrix is that of r plus a
 * difference of the Hessian of E: cyclic tridiagonal and rank one. With the residual
 *
 *     g_e = r_e F_e + (dE/dm_{e+1} - dE/dm_e)
 *
 * the duality gap at the potential dE/dm of the masses themselves is sum g_e^2 / (2 r_e): nothing
 * cancels in it, and no conjugate is needed. Equations (36) to (38) of docs/theory.md.
 *
 * An energy whose variation is finite in empty cells does not keep them from emptying. Where Newton
 * gets nowhere for that reason, a barrier -nu sum log m is added and nu lowered; at the potential
 * dE/dm - nu / m the gap is then larger by n nu at most.
 * Source: Li, Lu and Wang (2020); Cances, Gallouet and Todeschini (2020).
 */
#include "jko/fv.h"

#include "base/alloc.h"
#include "base/combine.h"
#include "base/status.h"
#include "base/sum.h"
#include "base/tridiagonal.h"
#include "base/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define MOST_HALVINGS 40
#define PLAIN_DECREASE 1e-9 // of the objective: smaller ones are not compared, rounding hides them
#define FIRST_FLUX 0.1      // of a cell's mass, into an empty neighbour, to begin with
#define FREE_ITERATIONS 30  // before a barrier is tried
#define FIRST_BARRIER 1e-3  // n nu, of the objective's size
#define LOWER_BARRIER 0.3   // at a time

static void free_fv(void *work)
{
    jko_i_fv *w = work;
    if (w != NULL) {
        double *const arrays[] = {
            w->flux,   w->trial,    w->weight, w->stiffness, w->residual, w->direction, w->shared,
            w->solved, w->diagonal, w->vector, w->system,    w->off,      w->factor,    w->mass,
            w->held,   w->kept,     w->plus,   w->minus,     w->dual,     w->dense,     w->scratch};
        for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++) {
            jko_i_free(arrays[k]);
        }
        jko_i_free(w->pivot);
        jko_i_free(w);
    }
}

static void *create_fv(const jko_flow *flow)
{
    const size_t n = flow->n;
    jko_i_fv *w = jko_i_alloc(1, sizeof *w);
    if (w == NULL) {
        return NULL;
    }
    double **const arrays[] = {&w->flux,      &w->trial,  &w->weight, &w->stiffness, &w->residual,
                               &w->direction, &w->shared, &w->solved, &w->diagonal,  &w->vector,
                               &w->system,    &w->off,    &w->mass,   &w->held,      &w->kept,
                               &w->plus,      &w->minus,  &w->dual};
    bool good = true;
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++) {
        *arrays[k] = jko_i_alloc(n, sizeof(double));
        good = good && *arrays[k] != NULL;
    }
    w->factor = jko_i_alloc(JKO_I_CYCLIC_FACTOR(n), sizeof(double));
    good = good && w->factor != NULL;
    if (flow->energy.hessian_parts == NULL) {
        w->dense = jko_i_alloc(2 * n * n, sizeof(double));
        w->scratch = jko_i_alloc(3 * n, sizeof(double));
        w->pivot = jko_i_alloc(n, sizeof *w->pivot);
        good = good && w->dense != NULL && w->scratch != NULL && w->pivot != NULL;
    }
    if (!good) {
        free_fv(w);
        return NULL;
    }
    return w;
}

/* r of each face; 0 closes it: between two empty cells, and at the end of a line. An empty cell
   between closed faces stays empty, where its energy may be infinite: that is refused. */
static jko_status weigh_faces(const jko_flow *flow, jko_i_fv *w)
{
    const double *mobility = flow->mobility != NULL ? flow->mobility : flow->start;
    if (!jko_i_fv_weigh(flow->n, flow->circle, flow->cell * flow->cell / flow->cost_tau, mobility,
                        w->weight, w->stiffness)) {
        return JKO_OK;
    }
    for (size_t j = 0; j < flow->n; j++) {
        const double left = w->weight[j > 0 ? j - 1 : flow->n - 1];
        if (flow->start[j] == 0.0 && left == 0.0 && w->weight[j] == 0.0) {
            return jko_i_fail(JKO_ERR_UNSUPPORTED,
                              "cell %zu and its neighbours are empty, and method fv moves mass "
                              "between neighbours only; use exact1d",
                              j);
        }
    }
    return JKO_OK;
}

bool jko_i_fv_masses(const jko_flow *flow, const double *flux, double *mass)
{
    bool good = true;
    double before = flux[flow->n - 1];
    for (size_t j = 0; j < flow->n; j++) {
        mass[j] = flow->start[j] + (before - flux[j]);
        before = flux[j];
        good = good && mass[j] > 0.0;
    }
    return good;
}

// Fluxes that lead to given masses; on the circle with the circulation that the optimum has.
static void fluxes_to(const jko_flow *flow, const jko_i_fv *w, const double *mass, double *flux)
{
    double sum = 0.0;
    double turn = 0.0;
    double weights = 0.0;
    for (size_t e = 0; e < flow->n; e++) {
        sum += flow->start[e] - mass[e];
        flux[e] = w->weight[e] > 0.0 ? sum : 0.0;
        turn += w->weight[e] * flux[e];
        weights += w->weight[e];
    }
    for (size_t e = 0; flow->circle && e < flow->n; e++) {
        flux[e] -= w->weight[e] > 0.0 ? turn / weights : 0.0;
    }
    if (!flow->circle) {
        flux[flow->n - 1] = 0.0;
    }
}

// Where Newton begins: the guess, or no flux but into empty cells.
static void begin(jko_flow *flow, jko_i_fv *w)
{
    if (flow->guess != NULL) {
        fluxes_to(flow, w, flow->guess, w->flux);
        if (jko_i_fv_masses(flow, w->flux, flow->mass)) {
            return;
        }
    }
    for (size_t e = 0; e < flow->n; e++) {
        const double left = flow->start[e];
        const double right = flow->start[jko_i_fv_right(flow, e)];
        const bool into = (left > 0.0) != (right > 0.0) && w->weight[e] > 0.0;
        w->flux[e] = into ? FIRST_FLUX * (left - right) : 0.0;
    }
    (void)jko_i_fv_masses(flow, w->flux, flow->mass);
}

// sum r F^2 / 2
static double cost_of(const jko_flow *flow, const jko_i_fv *w, const double *flux)
{
    return 0.5 * jko_i_fv_cost(flow->n, w->weight, flux);
}

// -nu sum log m
static double barrier_of(const jko_flow *flow, const jko_i_fv *w, const double *mass)
{
    jko_i_sum sum = {0.0, 0.0};
    for (size_t j = 0; w->nu > 0.0 && j < flow->n; j++) {
        jko_i_sum_add(&sum, log(mass[j]));
    }
    return w->nu > 0.0 ? -w->nu * jko_i_sum_value(&sum) : 0.0;
}

// dE/dm - nu / m at flow->mass.
static void find_potential(jko_flow *flow, const jko_i_fv *w)
{
    memcpy(flow->potential, flow->variation, flow->n * sizeof *flow->potential);
    for (size_t j = 0; w->nu > 0.0 && j < flow->n; j++) {
        flow->potential[j] -= w->nu / flow->mass[j];
    }
}

// The residual at flow->mass, and the gap but for the barrier's part.
static double find_residual(jko_flow *flow, jko_i_fv *w)
{
    find_potential(flow, w);
    return jko_i_fv_residual(flow->n, w->weight, w->flux, flow->potential, w->residual);
}

/* Go along the direction until the objective falls, unless the change is too small to tell.
   *objective is E plus cost; false if no length will do. */
static jko_status advance(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double *value,
                          double *cost, bool *moved)
{
    const double slope = jko_i_vector_dot(flow->n, w->residual, w->direction);
    const double objective = *value + *cost + barrier_of(flow, w, flow->mass);
    const bool compare = -slope > PLAIN_DECREASE * (fabs(*value) + *cost);
    double length = jko_i_fv_room(flow, w);
    *moved = false;
    for (int k = 0; k < MOST_HALVINGS; k++, length *= 0.5) {
        if (!(jko_i_fv_move(flow->n, length, w->direction, w->flux, flow->start, w->trial,
                            w->mass) > 0.0)) {
            continue;
        }
        double reached = 0.0;
        const double paid = cost_of(flow, w, w->trial);
        const jko_status status =
            jko_i_energy_eval(flow, energy, w->mass, &reached, flow->variation);
        if (status < 0) {
            return status;
        }
        const double met = reached + paid + barrier_of(flow, w, w->mass);
        if (!compare || met <= objective + 1e-4 * length * slope) {
            double *const other = w->flux;
            w->flux = w->trial;
            w->trial = other;
            memcpy(flow->mass, w->mass, flow->n * sizeof *w->mass);
            *value = reached;
            *cost = paid;
            *moved = true;
            return JKO_OK;
        }
    }
    return JKO_OK;
}

// The error of the masses is to what moved as the square root of the gap is to that of the cost.
bool jko_i_fv_accurate(const jko_flow *flow, double gap, double cost)
{
    if (flow->share > 0.0 && gap > flow->share * cost) {
        return false;
    }
    if (!(flow->accuracy > 0.0)) {
        return true;
    }
    const double *const two[] = {flow->mass, flow->start};
    const double minus[] = {0.0, -1.0};
    const double moved = jko_i_combine_norm(flow->n, 2, two, minus);
    return gap * moved * moved <= cost * flow->accuracy * flow->accuracy;
}

// What is solved at flow->mass, and its gap; whether that is small enough.
static bool done(jko_flow *flow, jko_i_fv *w, double before, double value, double cost,
                 jko_i_solution *solution)
{
    solution->gap = find_residual(flow, w) + (double)flow->n * w->nu;
    solution->energy = value;
    solution->step_cost = cost;
    solution->transport_cost = 2.0 * flow->cost_tau * cost;
    return solution->gap <= jko_i_step_tolerance(flow, before, value, cost) &&
           jko_i_fv_accurate(flow, solution->gap, cost);
}

/* Newton's iterations until the gap will do, or the barrier's part is most of it, or it falls no
   more. *most: iterations before giving up, with JKO_STALLED. */
static jko_status iterate(jko_flow *flow, const jko_energy *energy, jko_i_fv *w, double before,
                          double *value, double *cost, int most, jko_i_solution *solution)
{
    const double part = (double)flow->n * w->nu;
    double last = INFINITY;
    for (int k = 0;; k++) {
        bool good = false;
        bool moved = false;
        if (done(flow, w, before, *value, *cost, solution) ||
            (w->nu > 0.0 && solution->gap <= 2.0 * part)) {
            return JKO_OK;
        }
        const jko_status ticked = jko_i_step_tick(flow, solution->gap);
        if (ticked != JKO_OK) {
            return ticked;
        }
        // Newton squares a small gap: one that no longer falls is round-off.
        if (k == most ||
            (solution->gap < 1e-12 * (fabs(*value) + *cost) && solution->gap >= 0.5 * last)) {
            return JKO_STALLED;
        }
        last = solution->gap;
        jko_status status = jko_i_fv_curvature(flow, energy, w);
        good = status >= 0 && jko_i_fv_solve(flow, w);
        if (good) {
            status = advance(flow, energy, w, value, cost, &moved);
        }
        if (status >= 0 && !moved) {
            // flow->variation may be that of a trial.
            status = jko_i_energy_eval(flow, energy, flow->mass, value, flow->variation);
            (void)done(flow, w, before, *value, *cost, solution);
            return status < 0 ? status : JKO_STALLED;
        }
        if (status < 0) {
            return status;
        }
    }
}

static jko_status solve_fv(jko_flow *flow, const jko_energy *energy, double before,
                           jko_i_solution *solution)
{
    jko_i_fv *w = flow->density;
    double value = 0.0;
    w->nu = 0.0;
    jko_status status = weigh_faces(flow, w);
    if (status < 0) {
        return status;
    }
    begin(flow, w);
    double cost = cost_of(flow, w, w->flux);
    status = jko_i_energy_eval(flow, energy, flow->mass, &value, flow->variation);
    if (status < 0) {
        return status;
    }
    if (flow->settings.reallocation != JKO_REALLOCATION_NONE &&
        flow->settings.reallocation_cost > 0.0) {
        return jko_i_fv_kinks(flow, energy, w, before, value, solution);
    }
    status = iterate(flow, energy, w, before, &value, &cost, FREE_ITERATIONS, solution);
    if (status != JKO_STALLED || solution->gap < 1e-12 * (fabs(value) + cost)) {
        return status;
    }
    begin(flow, w);
    cost = cost_of(flow, w, w->flux);
    status = jko_i_energy_eval(flow, energy, flow->mass, &value, flow->variation);
    w->nu = FIRST_BARRIER * (fabs(value) + cost) / (double)flow->n;
    while (status == JKO_OK) {
        status = iterate(flow, energy, w, before, &value, &cost, 10 * FREE_ITERATIONS, solution);
        if (status != JKO_OK || done(flow, w, before, value, cost, solution)) {
            break;
        }
        w->nu *= LOWER_BARRIER;
    }
    return status;
}

const jko_i_density_method jko_i_fv_method = {
    .create = create_fv, .free = free_fv, .solve = solve_fv, .combines = true, .reallocates = true};
