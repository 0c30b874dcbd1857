// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * One JKO step, and a flow of them.
 *
 *     m_next = argmin over m of  OT_c(m_now, m) + E(m),    c_ij = D_ij / (2 tau) + reallocation
 *
 * where D is the ground cost (a squared distance, not halved). Each step proves its answer: the
 * gap is a certified bound on how far its objective is from the minimum.
 *
 * A flow is used by one thread at a time; two flows may run in two threads.
 */
#ifndef JKO_FLOW_H
#define JKO_FLOW_H

#include <jko/cost.h>
#include <jko/energy.h>
#include <jko/grid.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>
#include <stdint.h>

JKO_BEGIN_DECLS

/** How to solve a step. */
typedef enum jko_step_method {
    JKO_STEP_ATOMS = 0, /**< exact between atoms, any cost: interior point over all arcs. Locks on
                               grids when tau is small */
    JKO_STEP_ENTROPIC = 1, /**< with eps sum P log P added: scaling with a proximal map */
    JKO_STEP_DEBIASED = 2, /**< the Sinkhorn divergence in place of the entropic cost: its blur
                                without its bias. Symmetric costs, no reallocation */
    JKO_STEP_EXACT1D = 3,  /**< densities on a line or circle, constant on cells, exact W2 between
                                them: jko_flow_create_1d() */
    JKO_STEP_FV = 4 /**< densities on a line or circle by finite volumes, the mobility that of
                                the start: jko_flow_create_1d() */
} jko_step_method;

/** What moving costs beside d^2 / (2 tau), per unit of mass moved over the distance d. */
typedef enum jko_reallocation {
    JKO_REALLOCATION_NONE = 0, /**< nothing */
    JKO_REALLOCATION_SOFT = 1, /**< + k d */
    JKO_REALLOCATION_HULL =
        2, /**< in place of it: a d if d <= a tau, else d^2/(2 tau) + a^2 tau/2 */
    JKO_REALLOCATION_HARD = 3 /**< + k0 tau if d > 0 */
} jko_reallocation;

/** Settings of a flow. Start from jko_flow_settings_default(). */
typedef struct jko_flow_settings {
    size_t struct_size;            /**< sizeof (jko_flow_settings) */
    jko_step_method method;        /**< default JKO_STEP_ATOMS */
    double epsilon;                /**< entropic, debiased: weight of the entropy, in units of the
                                        objective; 0 (default): from blur */
    double blur;                   /**< the same: standard deviation sigma of the kernel, in length;
                                        epsilon = sigma^2 / tau. Exactly one of the two is > 0 */
    jko_reallocation reallocation; /**< default JKO_REALLOCATION_NONE */
    double reallocation_cost;      /**< k, a or k0 of the reallocation, finite, >= 0; default 0 */
    double tolerance;              /**< on the gap, as a share of the energy released;
                                        0 (default): 1e-9 if exact, else 1e-7 */
    double absolute_tolerance;     /**< a gap up to this is always good enough;
                                        0 (default): 1e-12 if exact, else 1e-14 */
    int64_t max_iterations;        /**< of one step; default 10000 */
    double time_limit;             /**< seconds for one step; 0 (default) means none */
    int threads;                   /**< default 0: OpenMP's own choice. Results do not depend
                                        on it */
    int (*progress)(void *user, int64_t iteration, double gap); /**< called on the calling thread;
                                        nonzero stops with JKO_CANCELLED; default NULL */
    void *user;                                                 /**< handed to progress */
} jko_flow_settings;

/** What a step did and proved. Set struct_size before the call: {.struct_size = sizeof report}. */
typedef struct jko_step_report {
    size_t struct_size;       /**< sizeof (jko_step_report) as the caller compiled it */
    jko_status status;        /**< the status that the call returned */
    double tau;               /**< time step */
    double epsilon;           /**< weight of the entropy; 0 for the exact step */
    double energy_before;     /**< E(m_now), possibly +inf */
    double energy_after;      /**< E(m_next) */
    double released;          /**< energy_before - energy_after */
    double transport_cost;    /**< sum D_ij P_ij: no 1/(2 tau), no reallocation, no entropy */
    double step_cost;         /**< sum c_ij P_ij */
    double objective;         /**< step_cost + E(m_next), + eps sum P log P if entropic; debiased:
                                 E(m_next) + divergence / (2 tau) */
    double objective_kl;      /**< entropic: eps KL(P | K) + E = objective + eps (sum K - M), K over
                                 all pairs; else NaN */
    double gap;               /**< certified: objective less a lower bound of the minimum, >= 0;
                                 NaN where the energy, or debiased the kernel exp(-c/eps), is
                                 not known to be convex */
    double stationarity;      /**< R = sum P_ij (c_ij + e_j) - sum_i m_i min_j (c_ij + e_j), >= 0,
                                 e = dE/dm at m_next, 0 in an empty cell. For entropic steps
                                 of energies that are not convex: the Frank-Wolfe gap of the
                                 entropic problem; NaN for those of convex ones. Debiased: the
                                 same of the debiased problem, for all energies */
    double marginal_error;    /**< L1 error of the free marginal of the last iterate against the
                                 proximal map, over the total; entropic and debiased, where
                                 it is the larger of the two marginals' */
    double mass;              /**< total of m_next */
    double min_mass;          /**< smallest of m_next */
    int64_t iterations;       /**< of the solver, all told */
    int64_t outer_iterations; /**< majorisations of an energy that is not convex, else 1 */
    int callback_error;       /**< what a callback of the energy returned, after JKO_ERR_CALLBACK */
    double seconds;           /**< wall time of the step */
    double divergence;        /**< debiased: S(m_next, m_now) = OT(m_next, m_now) - OT(m_next,
                                 m_next)/2 - OT(m_now, m_now)/2, OT(a, b) = min <D, P> + 2 tau eps
                                 sum P log P; else NaN. transport_cost and step_cost are of the
                                 plan of OT(m_next, m_now), blur included */
    double self_error;        /**< debiased: L1 error of d K d against m_next, over the total;
                                 else NaN */
    double residual; /**< debiased: half the spread of e + eps log u - eps log d over cells of
                                 more than 1e-6 of the mean mass, 0 at the exact answer; else
                                 NaN */
} jko_step_report;

/** A flow with its workspace; opaque. */
typedef struct jko_flow jko_flow;

/** Set the first size bytes of settings to the defaults. */
JKO_API void jko_flow_settings_init(jko_flow_settings *settings, size_t size);

/** Set every field to its default. (Inline: passes on the size as you compiled it.) */
static inline void jko_flow_settings_default(jko_flow_settings *settings)
{
    jko_flow_settings_init(settings, sizeof *settings);
}

/**
 * Make a flow of an energy over a ground cost.
 *
 * Memory: entropic O(n), 16 n^2 bytes if the cost is a matrix, and 24 n^2 bytes if n <= 512 or
 * the energy has no proximal map; debiased 8 n^2 more if the cost is a matrix; exact about 64 n^2
 * bytes.
 *
 * @param out       Set to the flow, or to NULL on failure. Release with jko_flow_free().
 * @param cost      Ground cost D, n by n, >= 0; must outlive the flow.
 * @param energy    The energy; the struct is copied, what its user points to must outlive the
 *                  flow. An energy that is not convex needs a majorant.
 * @param settings  Copied; NULL means the defaults.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for a setting out of range (the detail names it);
 *         JKO_ERR_EPSILON; JKO_ERR_SHAPE for a cost that is not square or not of the energy's
 *         size; JKO_ERR_UNSUPPORTED for an energy that is neither convex nor has a majorant, for
 *         a cost that forbids arcs, and for a debiased step of a cost that is not symmetric or with
 *         reallocation; JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_flow_create(jko_flow **out, const jko_cost *cost, const jko_energy *energy,
                                   const jko_flow_settings *settings);

/**
 * Make a flow of an energy between densities on a line or circle, constant on each cell.
 *
 * No locking: mass moves by any part of a cell. Methods:
 *
 *     JKO_STEP_EXACT1D   W2 between the densities themselves;
 *     JKO_STEP_FV        W2 linearised at the start: min over face fluxes F of E + h/(2 tau) sum
 *                        F^2 / rho, rho the mean start density of two neighbours. No mass crosses
 *                        a face between two empty cells. Equation (36) of docs/theory.md.
 *
 * An energy that draws cells empty, as that of s = 1 does, has steps that end with JKO_STALLED at
 * gaps near 1e-10 of the energy released. JKO_STEP_EXACT1D from a start with empty cells may stall
 * far from the answer, and says so, for s = 0.9 with tau below 0.01 and for s = 0.99 with any tau.
 *
 * Memory O(n), and 16 n^2 bytes for an energy without hessian_parts. tolerance 0 means 1e-11 and
 * absolute_tolerance 0 means 1e-16 for these.
 *
 * @param out       Set to the flow, or to NULL on failure. Release with jko_flow_free().
 * @param grid      Line or circle; its numbers are copied.
 * @param energy    As for jko_flow_create(); convex, of masses (density times cell width).
 * @param settings  Copied; method one of the two above (NULL: JKO_STEP_EXACT1D with defaults).
 *
 * @return As jko_flow_create(); JKO_ERR_SHAPE for an energy of another size; JKO_ERR_UNSUPPORTED
 *         for a grid of points, for another method, for JKO_REALLOCATION_HARD, for an energy that
 *         is not convex, and for more than 512 cells if it has no hessian_parts.
 */
JKO_API jko_status jko_flow_create_1d(jko_flow **out, const jko_grid *grid,
                                      const jko_energy *energy, const jko_flow_settings *settings);

/**
 * One JKO step: mass becomes the minimiser.
 *
 * The new masses are column sums of a plan whose row sums are the old masses, so the total is kept
 * to rounding. The exact step first tests whether not moving is optimal; then the masses keep
 * their bits, and the status is JKO_LOCKED.
 *
 * @param flow    Flow over n cells.
 * @param tau     Time step, finite, > 0.
 * @param mass    [n] in and out: a measure; empty cells are legal. In units of mass.
 * @param report  Filled in, or NULL.
 *
 * @return JKO_OK: the gap is at most tolerance times the energy released, or the absolute
 *         tolerance; JKO_LOCKED: not moving is optimal (exact step); JKO_LOCAL: the energy, or
 *         debiased the kernel, is not convex, the objective did not rise and the point is
 *         stationary;
 *         JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_STALLED, JKO_CANCELLED: mass is the last iterate,
 *         the gap holds;
 *         JKO_ERR_TAU; JKO_ERR_EPSILON if epsilon underflows at this tau; the statuses of
 *         jko_measure_check(); JKO_ERR_CALLBACK; JKO_ERR_NUMERIC. mass is then untouched.
 *
 * Allocates nothing. Calls the energy on this thread only.
 * Source: Jordan, Kinderlehrer and Otto (1998); Peyre (2015); Chizat, Peyre, Schmitzer and Vialard
 * (2018); Jaggi (2013) for the certificate; Feydy et al. (2019) and Janati, Cuturi and Gramfort
 * (2020) for the debiased step.
 */
JKO_API jko_status jko_flow_step(jko_flow *flow, double tau, double *mass, jko_step_report *report);

/**
 * The plan of the last step: P_ij is the mass that went from i to j.
 *
 * @param flow  Flow after a successful step.
 * @param plan  [n][n] row-major out, in units of mass.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL or before the first step; JKO_ERR_UNSUPPORTED for a
 *         flow of jko_flow_create_1d(), whose steps have no plan between atoms.
 */
JKO_API jko_status jko_flow_get_plan(const jko_flow *flow, double *plan);

/**
 * The potential phi [n] of the last step, in units of the objective.
 *
 * Entropic: the new masses are m_j = sum_i m_now_i exp(-(c_ij + phi_j)/eps) / sum_k exp(-(c_ik +
 * phi_k)/eps) exactly, and phi is close to dE/dm: all that its certificate needs. Debiased: the
 * same formula, and phi is close to dE/dm - eps log d. Exact step: phi = dE/dm at the new masses.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL or before the first step.
 */
JKO_API jko_status jko_flow_get_potential(const jko_flow *flow, double *phi);

/**
 * Called after each step of a run with the state it reached.
 *
 * @param user    As given to jko_flow_run().
 * @param step    1 for the first step.
 * @param t       Time reached.
 * @param mass    [n], the library's; valid during the call.
 * @param report  The step's report; valid during the call.
 *
 * @return 0 to go on; nonzero ends the run with JKO_CANCELLED.
 */
typedef int (*jko_flow_observer)(void *user, int64_t step, double t, const double *mass,
                                 const jko_step_report *report);

/**
 * Steps one after the other.
 *
 * @param flow      Flow over n cells.
 * @param steps     Number of steps.
 * @param tau       [steps] time steps, each finite, > 0.
 * @param mass      [n] in and out.
 * @param records   [steps], or NULL: a report a step; each one's struct_size must be set.
 * @param observer  Called after each step, or NULL.
 * @param user      Handed to observer.
 * @param done      Set to the number of steps taken, or NULL.
 *
 * @return JKO_OK; JKO_LOCKED when every step was locked; otherwise the first status of a step that
 *         is not JKO_OK or JKO_LOCKED. A step that ended early (iteration limit, time limit,
 *         stalled) does not end the run, JKO_CANCELLED does, with mass the state reached.
 *         Negative: a step failed, mass is as before the run.
 *
 * Allocates nothing.
 */
JKO_API jko_status jko_flow_run(jko_flow *flow, size_t steps, const double *tau, double *mass,
                                jko_step_report *records, jko_flow_observer observer, void *user,
                                size_t *done);

/** Release a flow, not its cost or energy; NULL is fine. */
JKO_API void jko_flow_free(jko_flow *flow);

/** The name of a step method: "atoms", "entropic", "debiased", "exact1d", "fv"; "unknown" for no method. */
JKO_API const char *jko_step_method_name(jko_step_method method);

JKO_END_DECLS

#endif
