// SPDX-License-Identifier: BSD-3-Clause
/* The inside of a flow, and what the files of a step share. Internal. */
#ifndef JKO_SRC_JKO_STEP_H
#define JKO_SRC_JKO_STEP_H

#include <jko/flow.h>
#include <stdbool.h>

typedef struct jko_i_entropic jko_i_entropic; // workspaces; see step_entropic.c and step_exact.c
typedef struct jko_i_exact jko_i_exact;
typedef struct jko_i_debiased jko_i_debiased;

/* What a solver of a convex step found. The masses are in flow->mass, the potential in
   flow->potential, the variation of the energy solved in flow->variation. */
typedef struct jko_i_solution {
    double energy;         // E at flow->mass
    double transport_cost; // sum D P
    double step_cost;      // sum c P
    double entropy;        // sum P log P; entropic only
    double gap;            // Frank-Wolfe gap of the objective
    double marginal_error; // entropic only
    double divergence;     // this and the rest debiased only: S/(2 tau)
    double self_error;     // of d K d against the masses
    double residual;       // half the spread of e + p - y
    double stationarity;   // gap but for what the kernel lacks, by the variation alone
    double kernel_loss;    // what the gap has because the kernel may not be positive semidefinite
} jko_i_solution;

/* A method of steps between densities on a line or circle: what jko_flow_create_1d() chooses from.
   solve: a convex energy from flow->start; fills flow->mass, flow->potential, flow->variation and
   the solution, whose gap is certified. It may begin at flow->guess, if that is set. */
typedef struct jko_i_density_method {
    void *(*create)(const jko_flow *flow); // NULL: no memory
    void (*free)(void *work);              // NULL is fine
    jko_status (*solve)(jko_flow *flow, const jko_energy *energy, double before,
                        jko_i_solution *solution);
    /* Whether the start may be any combination of masses, with a mobility of its own: what
       multistep formulas need. */
    bool combines;
    bool reallocates; // whether it takes the convex costs of reallocation
    /* Set flow->start for a step of second order, else NULL: now + weight (now - before), in
       whatever sense the method gives it. May refuse: *good false. */
    jko_status (*begin_second_order)(jko_flow *flow, const double *now, const double *before,
                                     double weight, bool *good);
} jko_i_density_method;

struct jko_flow {
    size_t n;
    const jko_cost *ground; // D; NULL between densities
    jko_energy energy;
    jko_flow_settings settings;
    jko_cost *cost;           // c at cost_tau; same storage as ground
    double cost_tau;          // time step that cost was made for; 0: none yet
    double epsilon;           // of the step in progress or the last one
    double *start;            // [n] masses before the last step
    double *mass;             // [n] masses after it
    double *variation;        // [n] dE/dm at mass
    double *potential;        // [n] phi
    double *anchor;           // [n] where the majorant touches; energies that are not convex
    double *trial;            // [n] state of a run of steps
    void *majorant;           // what the energy's majorant keeps
    bool stepped;             // whether there is a last step
    bool warm;                // whether potential is a good start for the next solve
    double deadline;          // time at which to stop, on the clock of jko_i_seconds(); +inf: never
    int callback_error;       // what a callback of the energy returned
    int64_t iterations;       // of the step so far
    jko_i_entropic *entropic; // one of the two
    jko_i_exact *exact;
    jko_i_debiased *debiased; // beside entropic, for a debiased flow
    // Between densities on a line or circle, see flow_1d.c; else method is NULL.
    const jko_i_density_method *method;
    void *density;          // its workspace
    bool circle;            // else a line
    double cell;            // width h
    const double *guess;    // [n] masses to begin the next solve at, or NULL
    const double *mobility; // [n] masses whose density is the mobility of fv; NULL: the start
    double accuracy;        // sum of mass that the next answer may be wrong by; 0: as gaps say
    double share; // of the step's cost that its gap may be, whatever the tolerances; 0: any
    double *path; // states of jko_flow_advance(), see path.h
};

/* What every version's report has. */
#define LEAST_REPORT (offsetof(jko_step_report, seconds) + sizeof(double))

/* Smallest gap that is asked for: the share of the energy released, or the absolute tolerance. An
   infinite release says nothing of the scale: then the cost of the step stands in for it. */
double jko_i_step_tolerance(const jko_flow *flow, double before, double after, double step_cost);

/* Whether the caller wants to stop: progress callback, then time. JKO_OK, JKO_CANCELLED or
   JKO_TIME_LIMIT. Counts one iteration; JKO_NOT_CONVERGED past max_iterations. */
jko_status jko_i_step_tick(jko_flow *flow, double gap);

/* Fill flow->cost for tau; kept while tau stays the same. step_cost.c */
void jko_i_step_cost_update(jko_flow *flow, double tau);

/* Cost per unit of mass at squared distance d2. step_cost.c */
double jko_i_step_cost_entry(const jko_flow_settings *settings, double d2, double tau);

/*
 * Callbacks of an energy, with the error kept in flow->callback_error. energy_use.c
 * eval: value may be +inf; a NaN value or variation is JKO_ERR_NUMERIC. hessian: fill h [n][n]
 * column by column, by differences (scratch [3][n]) if the energy has no product.
 * prox: by the energy's own, or by Newton's method from the log_m given, with matrix [n][n] and
 * scratch [5][n].
 */
jko_status jko_i_energy_eval(jko_flow *flow, const jko_energy *energy, const double *mass,
                             double *value, double *variation);
jko_status jko_i_energy_hessian(jko_flow *flow, const jko_energy *energy, const double *mass,
                                double *h, double *scratch);
jko_status jko_i_energy_prox(jko_flow *flow, const jko_energy *energy, const double *log_r,
                             double eps, double *log_m, double *matrix, double *scratch,
                             size_t *pivot);

/* The entropic step of a convex energy, from flow->start. step_entropic.c */
jko_i_entropic *jko_i_entropic_create(const jko_flow *flow);
void jko_i_entropic_free(jko_i_entropic *work);
jko_status jko_i_entropic_solve(jko_flow *flow, const jko_energy *energy, double before,
                                jko_i_solution *solution);
/* The debiased step of a convex energy, from flow->start. debiased.c; status as above, which does
   not know whether the kernel is positive semidefinite: the gap does. */
jko_i_debiased *jko_i_debiased_create(const jko_flow *flow);
void jko_i_debiased_free(jko_i_debiased *work);
jko_status jko_i_debiased_solve(jko_flow *flow, const jko_energy *energy, double before,
                                jko_i_solution *solution);
/* The first-order gap of the debiased problem at the last answer for another variation, taken as 0
   in empty cells. debiased_answer.c */
double jko_i_debiased_stationarity(jko_flow *flow, const double *variation);
/* The plan of the last entropic step, [n][n]. */
void jko_i_entropic_plan(const jko_flow *flow, double *plan);
/* log of the sum of K over all pairs. */
double jko_i_entropic_log_kernel_sum(jko_flow *flow);

/* The exact step of a convex energy, from flow->start. step_exact.c */
jko_i_exact *jko_i_exact_create(size_t n);
void jko_i_exact_free(jko_i_exact *work);
jko_status jko_i_exact_solve(jko_flow *flow, const jko_energy *energy, double before,
                             jko_i_solution *solution);
/* The plan of the last exact step, [n][n]; as if nothing moved if that step was locked. */
void jko_i_exact_plan(const jko_flow *flow, double *plan);
/* Make not moving the plan of the step. */
void jko_i_exact_stay(jko_flow *flow);

/* Steps between densities. fv.c and exact1d_method.c */
extern const jko_i_density_method jko_i_fv_method;
extern const jko_i_density_method jko_i_exact1d_method;

/* What jko_flow_create() and jko_flow_create_1d() share: settings with their defaults, the energy,
   the arrays that every flow has. flow.c */
jko_status jko_i_flow_read_settings(jko_flow_settings *known, const jko_flow_settings *given);
jko_status jko_i_flow_read_energy(jko_energy *used, const jko_energy *given, size_t n);
bool jko_i_flow_allocate_arrays(jko_flow *flow);

/* The energy's Hessian as diagonal, vector and weight, and the errors of that callback.
   energy_use.c */
jko_status jko_i_energy_parts(jko_flow *flow, const jko_energy *energy, const double *mass,
                              const double *variation, double *diagonal, double *vector,
                              double *weight);

/* sum_i a_i (c_ii + e_i - min_j (c_ij + e_j)): what not moving loses; e in flow->variation, taken
   as 0 in empty cells if empty_is_zero. worst: the largest loss per unit of mass. locking.c */
double jko_i_locking_gap(const jko_flow *flow, const double *a, bool empty_is_zero, double *worst);

/* One convex problem from flow->start by the flow's method. step.c */
jko_status jko_i_step_solve(jko_flow *flow, const jko_energy *energy, double before,
                            jko_i_solution *solution);

/* The local step of an energy that is not convex, by majorisation. local.c
   On return the solution holds the energy itself and flow->variation its variation; the gap is
   NaN. *outer: majorisations made. */
jko_status jko_i_local_solve(jko_flow *flow, double before, jko_i_solution *solution,
                             double *stationarity, int64_t *outer);
/* sum P_ij (c_ij + e_j) - sum a_i min_j (c_ij + e_j) for the exact plan; e is variation, taken as
   0 where flow->mass is 0. step_exact.c */
double jko_i_exact_stationarity(const jko_flow *flow, const double *variation);
/* The same with the entropy, for the entropic plan: its Frank-Wolfe gap. step_entropic.c */
double jko_i_entropic_stationarity(jko_flow *flow, const double *variation);

#endif
