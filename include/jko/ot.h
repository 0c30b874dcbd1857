// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file
 * Optimal transport between two measures, with bounds that prove the answer.
 *
 *     W(a, b) = min <C, P>  over plans P >= 0 with row sums a and column sums b
 *             = max a.f + b.g  over potentials with f_i + g_j <= C_ij for all i, j.
 *
 * An infinite C_ij forbids the arc: no plan uses it, and it bounds no potential.
 *
 * Every method returns a feasible plan (an upper bound) and potentials that are feasible on all
 * arcs (a lower bound). Knows nothing of energies or economies.
 *
 * A solver is used by one thread at a time; two solvers may run in two threads.
 */
#ifndef JKO_OT_H
#define JKO_OT_H

#include <jko/cost.h>
#include <jko/status.h>
#include <jko/version.h>
#include <stddef.h>
#include <stdint.h>

JKO_BEGIN_DECLS

/** How to solve. */
typedef enum jko_ot_method {
    JKO_OT_AUTO = 0,     /**< the network simplex up to 4e6 arcs, Sinkhorn beyond */
    JKO_OT_LP = 1,       /**< dense transport LP by GLPK, at most 250,000 arcs of positive mass */
    JKO_OT_SINKHORN = 2, /**< entropic, in the log domain, with epsilon scaling and Anderson, and
                               Newton's method where that is slow */
    JKO_OT_SIMPLEX = 3,  /**< exact, by the library's own network simplex */
    JKO_OT_MONOTONE = 4, /**< exact on a line or circle, for jko_ot_create_1d() */
    JKO_OT_SHORTLIST = 5 /**< exact: a linear program of the few arcs for each row and column that
                              a short run of Sinkhorn's method finds good, by GLPK's dual simplex
                              from the spanning tree of its plan (without GLPK by the network
                              simplex), and pricing of all arcs until none is missing */
} jko_ot_method;

/** What an entropic solve runs on. */
typedef enum jko_ot_engine {
    JKO_OT_ENGINE_AUTO = 0, /**< setting: the library chooses, from size, epsilon, the range of the
                                     potentials and the convergence; report: an exact method */
    JKO_OT_ENGINE_LOG = 1,  /**< log-sum-exp over all arcs: any cost, any epsilon */
    JKO_OT_ENGINE_ABSORBED =
        2,                    /**< a dense kernel that potentials are absorbed in: matrices of 3700
                                     arcs and more */
    JKO_OT_ENGINE_BANDED = 3, /**< the same, each row's band alone: a line or circle and itself */
    JKO_OT_ENGINE_FOURIER =
        4,                   /**< convolution by FFTW, as long as its digits last: a line or circle
                                     and itself, from 64 cells on */
    JKO_OT_ENGINE_NEWTON = 5 /**< Newton's method: up to 4096 by 4096 */
} jko_ot_engine;

/** Settings of a solver. Start from jko_ot_settings_default(). */
typedef struct jko_ot_settings {
    size_t struct_size;     /**< sizeof (jko_ot_settings), set by the default function */
    jko_ot_method method;   /**< default JKO_OT_AUTO */
    double epsilon;         /**< entropic regularisation, in units of C, at least 1e-12 max |C|;
                                 0 (default) means 1e-3 max |C| */
    double tolerance;       /**< Sinkhorn: L1 error of the marginals over the total; default 1e-9.
                                 Exact methods: gap over max |C| times total; default 1e-12 as
                                 0 stands for each method's own default */
    int64_t max_iterations; /**< of the whole solve; default 100000 */
    double time_limit;      /**< seconds; 0 (default) means none */
    int threads;            /**< default 0: OpenMP's own choice. Results do not depend on it */
    int (*progress)(void *user, int64_t iteration, double error); /**< called on the calling
                                 thread, nonzero stops with JKO_CANCELLED; default NULL. error:
                                 Sinkhorn: L1 error of the columns over the total; simplex: largest
                                 gain found, over max |C|; LP: infinity, as GLPK tells none; short
                                 list: these three in turn;
                                 monotone: the mass, over the total, within which the circle's
                                 best cut lies; a line takes one sweep and does not ask */
    void *user;                                                   /**< handed to progress */
    jko_ot_engine engine; /**< of Sinkhorn; default JKO_OT_ENGINE_AUTO. Another is kept to: it makes
                               way for the log domain alone, where it cannot hold the numbers, and
                               Newton's method for plain iterations where it is stuck */
} jko_ot_settings;

/** What was found and proved. Set struct_size before the call: {.struct_size = sizeof report}. */
typedef struct jko_ot_report {
    size_t struct_size;       /**< sizeof (jko_ot_report) as the caller compiled it */
    jko_status status;        /**< the status that the call returned */
    jko_ot_method method;     /**< the method that ran; never JKO_OT_AUTO */
    double transport_cost;    /**< <C, P> of the returned plan, in units of C times mass */
    double upper;             /**< certified upper bound of W: <C, P> of the feasible plan */
    double lower;             /**< certified lower bound of W: a.f + b.g of feasible potentials,
                                 less an allowance for rounding */
    double gap;               /**< upper - lower, >= 0 */
    double row_error;         /**< L1 error of the row sums before rounding to a feasible plan */
    double column_error;      /**< L1 error of the column sums, likewise */
    double plan_error;        /**< L1 error of rows plus columns of the returned plan, recomputed */
    double entropic_value;    /**< Sinkhorn: <C, P> + epsilon KL(P | a x b / total) of the
                                 iterate; NaN for exact methods */
    double solver_objective;  /**< GLPK's own objective at its own plan, recomputed from it (short
                                  list: of the last list); NaN where it had no part */
    double epsilon;           /**< the regularisation of the iterate: larger than asked for if the
                                  solve was stopped during epsilon scaling; 0 for exact methods */
    int64_t iterations;       /**< Sinkhorn iterations, or simplex pivots (LP: GLPK's and those that
                                  improve its basis), or cuts of the circle tried, all told */
    double seconds;           /**< wall time of the solve */
    double entropic_cost;     /**< Sinkhorn: <C, P> of the iterate, which the plan returned differs
                                  from by its marginal errors; NaN for exact methods */
    double neg_entropy_value; /**< Sinkhorn: <C, P> + epsilon sum P log P of the iterate; NaN for
                                   exact methods */
    double dual_value;        /**< Sinkhorn: a.f + b.g - epsilon (sum P - total) of the iterate with
                                   the potentials of jko_ot_get_entropic_potentials(): a lower
                                   bound of the least entropic value, equal to it at the optimum;
                                   NaN for exact methods */
    double accuracy;          /**< what "accurate to" means: (row_error + column_error) / total of
                                   the iterate for Sinkhorn, gap / (max |C| total) for the exact
                                   methods; at most tolerance if the status is JKO_OK */
    jko_ot_engine engine; /**< what the last iterations of Sinkhorn ran on; JKO_OT_ENGINE_AUTO for
                                   exact methods */
} jko_ot_report;

/** A solver with its workspace; opaque. */
typedef struct jko_ot jko_ot;

/** Set the first size bytes of settings to the defaults; use jko_ot_settings_default(). */
JKO_API void jko_ot_settings_init(jko_ot_settings *settings, size_t size);

/** Set every field to its default. (Inline: passes on the size as you compiled it.) */
static inline void jko_ot_settings_default(jko_ot_settings *settings)
{
    jko_ot_settings_init(settings, sizeof *settings);
}

/**
 * Make a solver for measures of m and n cells.
 *
 * Memory: O(m + n) for the network simplex and the short list (which form no m n array), and for
 * Sinkhorn between points; the LPs allocate while they solve. Between grids Sinkhorn takes up to 32
 * MiB, or 2 kB a row if that is more, as far as it needs them; 9 m n bytes more for a cost that is a
 * matrix (which has 16 m n itself), 4 n^2 bytes up to 4096 by 4096, where Newton's method may take
 * over, and up to 50 m n bytes if arcs are forbidden or costs lie far from 0 beside their range.
 *
 * @param out       Set to the solver, or to NULL on failure. Release with jko_ot_free().
 * @param cost      Ground cost, m by n; must outlive the solver.
 * @param settings  Copied; NULL means the defaults.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for a setting out of range (the detail names it);
 *         JKO_ERR_EPSILON; JKO_ERR_UNSUPPORTED for JKO_OT_LP in a build without GLPK, and for an
 *         engine that is not for this cost or not in this build;
 *         JKO_ERR_NOMEM.
 */
JKO_API jko_status jko_ot_create(jko_ot **out, const jko_cost *cost,
                                 const jko_ot_settings *settings);

/**
 * Make an exact solver for measures on a line or circle, from the positions of their cells.
 *
 *     C_ij = d(x_i, y_j)^power,    d the distance on the line or along the shorter arc.
 *
 * Sorts here; a solve takes O(m + n) operations on a line and, on a circle, for each cut tried,
 * some tens in all. The c-transforms of the certificate take O(m + n) for power 2, and
 * O((m + n) log(m + n)) for others. O(m + n) memory. Method: JKO_OT_MONOTONE.
 *
 * Costs are those of the distances rounded to double. On a circle the gap is some roundings of
 * period^power: with powers above 10 a solve may end with JKO_STALLED, its bounds further apart.
 *
 * @param out       Set to the solver, or to NULL on failure. Release with jko_ot_free().
 * @param m         Number of sources.
 * @param x         [m] positions, finite, in any order, repeated or not. Copied. In length.
 * @param n         Number of targets.
 * @param y         [n] positions, likewise.
 * @param period    Circumference of the circle, on which positions may lie in any period; 0 for a
 *                  line. In length.
 * @param power     At least 1; 2 for the squared distance. Costs are in length to this power.
 * @param settings  Copied; NULL means the defaults. method: JKO_OT_AUTO or JKO_OT_MONOTONE.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL, or a setting, period or power out of range (the
 *         detail names it); JKO_ERR_EMPTY for m or n 0; JKO_ERR_NONFINITE for a position;
 *         JKO_ERR_UNSUPPORTED for another method; JKO_ERR_NUMERIC when costs overflow;
 *         JKO_ERR_NOMEM.
 *
 * Source: Delon, Salomon and Sobolevski (2010); Rabin, Delon and Gousseau (2011); Felzenszwalb and
 * Huttenlocher (2012).
 */
JKO_API jko_status jko_ot_create_1d(jko_ot **out, size_t m, const double *x, size_t n,
                                    const double *y, double period, double power,
                                    const jko_ot_settings *settings);

/**
 * Transport a to b, with certified bounds.
 *
 * Bins of mass zero are legal on both sides. Totals within JKO_MASS_TOLERANCE are the same total:
 * b is scaled to the total of a.
 *
 * @param ot      Solver.
 * @param a       [m] source masses, >= 0.
 * @param b       [n] target masses, >= 0.
 * @param plan    [m][n] row-major, set to a plan whose row sums are a and whose column sums are b
 *                to rounding; or NULL if not wanted. In units of mass.
 * @param report  Filled in, or NULL.
 *
 * @return JKO_OK: optimal (exact methods: gap at most tolerance times max |C| times total) or
 *         converged (Sinkhorn: marginals within tolerance);
 *         JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_STALLED, JKO_CANCELLED: plan, potentials and
 *         bounds are of the last iterate, and valid (with forbidden arcs, an exact method that is
 *         stopped before it has a plan returns one that lacks mass, and an infinite upper bound);
 *         JKO_ERR_EMPTY, JKO_ERR_NONFINITE, JKO_ERR_NEGATIVE_MASS, JKO_ERR_ZERO_MASS,
 *         JKO_ERR_MASS_MISMATCH for bad masses; JKO_ERR_INFEASIBLE if forbidden arcs leave no
 *         plan: the detail names sources, the targets that they reach, and the two masses;
 *         JKO_ERR_NUMERIC if m + n costs times the total
 *         overflow; JKO_ERR_TOO_LARGE past the method's cap;
 *         JKO_ERR_SOLVER if GLPK failed (the detail has its last words); JKO_ERR_NOMEM (LPs only).
 *
 * Allocates nothing, the LPs and what they need excepted.
 * Source: Cuturi (2013); Schmitzer (2019); Altschuler, Weed and Rigollet (2017), algorithm 2;
 * Peyre and Cuturi, Computational Optimal Transport (2019), chapters 3 and 4.
 */
JKO_API jko_status jko_ot_solve(jko_ot *ot, const double *a, const double *b, double *plan,
                                jko_ot_report *report);

/**
 * The dual potentials of the last solve.
 *
 * f_i + g_j <= C_ij for all i and j, cells of mass zero included, to rounding.
 *
 * @param ot  Solver after a successful jko_ot_solve().
 * @param f   [m] out, in units of C, or NULL.
 * @param g   [n] out, in units of C, or NULL.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL or before the first solve.
 */
JKO_API jko_status jko_ot_get_potentials(const jko_ot *ot, double *f, double *g);

/**
 * The entropic potentials of the last solve by Sinkhorn.
 *
 * P_ij = exp((f_i + g_j - C_ij) / epsilon) a_i b_j / total is the iterate, epsilon that of the
 * report; a.f + b.g is its dual value. Cells of mass zero have the potentials that more mass there
 * would start from; +inf where no allowed arc leads to mass. Where forbidden arcs leave others that
 * no plan can use, P is 0 on those too, whatever the potentials.
 *
 * @param ot  Solver of method JKO_OT_SINKHORN after a successful jko_ot_solve().
 * @param f   [m] out, in units of C, or NULL.
 * @param g   [n] out, in units of C, or NULL.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL or before the first solve; JKO_ERR_UNSUPPORTED for
 *         the exact methods. Experimental.
 */
JKO_API jko_status jko_ot_get_entropic_potentials(const jko_ot *ot, double *f, double *g);

/**
 * Start the next solve by Sinkhorn from potentials, near ones saving most of its iterations.
 *
 * They are those of jko_ot_get_entropic_potentials(), of a solve with other masses, another
 * epsilon or another cost; those of jko_ot_get_potentials() will do too. The solve starts at
 * epsilon itself; if that does not converge soon, it starts again as it would have done without.
 * The solve after the next one starts without.
 *
 * @param ot  Solver of method JKO_OT_SINKHORN.
 * @param g   [n] in units of C, copied; +inf where nothing is known. f follows from g.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL; JKO_ERR_NONFINITE for NaN or -inf;
 *         JKO_ERR_UNSUPPORTED for the exact methods. Experimental.
 */
JKO_API jko_status jko_ot_set_potentials(jko_ot *ot, const double *g);

/** What a divergence came to. Set struct_size before the call: {.struct_size = sizeof report}. */
typedef struct jko_ot_divergence_report {
    size_t struct_size; /**< sizeof (jko_ot_divergence_report) as the caller compiled it */
    jko_status status;  /**< the status that the call returned */
    double divergence;  /**< S(a, b), in units of C times mass; >= 0 for squared distances, to
                             rounding and accuracy */
    double value_ab;    /**< OT(a, b), the least of <C, P> + epsilon KL(P | a x b / total) */
    double value_aa;    /**< OT(a, a) */
    double value_bb;    /**< OT(b, b) */
    double accuracy;    /**< largest L1 error of the marginals of the three, over the total; the
                             values err by its square, about */
    double epsilon;     /**< the regularisation; of the three the largest, if one was stopped */
    int64_t iterations; /**< of the three */
    double seconds;     /**< wall time */
} jko_ot_divergence_report;

/**
 * The debiased Sinkhorn divergence of two measures, with its gradient.
 *
 *     S(a, b) = OT(a, b) - OT(a, a) / 2 - OT(b, b) / 2,
 *     OT(a, b) = min <C, P> + epsilon KL(P | a x b / total).
 *
 * S(a, a) = 0; for squared distances S >= 0, and a translation by h costs |h|^2 times the mass.
 *
 * @param ab        Cost from the cells of a to those of b, m by n; finite, as the others.
 * @param aa        Cost among the cells of a, m by m, symmetric.
 * @param bb        Cost among the cells of b, n by n, symmetric. May be aa.
 * @param settings  As for jko_ot_create(), for each of the three solves; the method is
 *                  JKO_OT_SINKHORN or JKO_OT_AUTO, which is the same here; epsilon 0 means
 *                  1e-3 max |C| of ab. NULL means the defaults.
 * @param a         [m] source masses, >= 0.
 * @param b         [n] target masses; totals as for jko_ot_solve().
 * @param f         [m] out, or NULL: the potential, which is the gradient of S in a, up to a
 *                  constant, as totals are fixed. In units of C; cells of mass zero included.
 * @param g         [n] out, or NULL: likewise in b. a.f = b.g = S / 2.
 * @param report    Filled in, or NULL.
 *
 * @return JKO_OK, JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_STALLED, JKO_CANCELLED: the first of the
 *         three solves that was not JKO_OK; the outputs are of the last iterates.
 *         JKO_ERR_ARGUMENT for NULL, a cost that is not symmetric, a bad setting; JKO_ERR_SHAPE;
 *         JKO_ERR_UNSUPPORTED for a cost that forbids arcs; JKO_ERR_EPSILON; the statuses of
 *         jko_ot_solve() for bad masses; JKO_ERR_NOMEM.
 *
 * Allocates its workspace. Experimental.
 * Source: Feydy, Sejourne, Vialard, Amari, Trouve and Peyre (2019).
 */
JKO_API jko_status jko_ot_divergence(const jko_cost *ab, const jko_cost *aa, const jko_cost *bb,
                                     const jko_ot_settings *settings, const double *a,
                                     const double *b, double *f, double *g,
                                     jko_ot_divergence_report *report);

/**
 * Where the mass of each source goes on average, under a plan.
 *
 * T_i = sum_j P_ij y_j / sum_j P_ij; along a periodic axis the mean of the shorter ways from x_i,
 * added to x_i (so T_i may lie outside [0, period)). A source without mass stays: T_i = x_i.
 *
 * @param source  Grid of m cells, the positions x.
 * @param target  Grid of n cells of the same dimension and periods, the positions y.
 * @param plan    [m][n] row-major, >= 0, as jko_ot_solve() writes it.
 * @param map     [m][dim] row-major, out, in length.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for NULL; JKO_ERR_SHAPE when dimensions or periods differ;
 *         JKO_ERR_NEGATIVE_MASS; JKO_ERR_NONFINITE. Allocates nothing. Experimental.
 * Source: Peyre and Cuturi, Computational Optimal Transport (2019), remark 4.11.
 */
JKO_API jko_status jko_ot_barycentric_map(const jko_grid *source, const jko_grid *target,
                                          const double *plan, double *map);

/**
 * The plan of the last solve as a list of arcs, each of positive mass.
 *
 * Exact methods give at most m + n - 1 of them, all other entries of the plan being 0.
 *
 * @param ot     Solver after a successful jko_ot_solve().
 * @param count  Set to the number of arcs.
 * @param from   [*count] out, source cell of each arc, or NULL. Room for m + n is always enough.
 * @param to     [*count] out, target cell of each arc, or NULL.
 * @param mass   [*count] out, or NULL. In units of mass.
 *
 * @return JKO_OK; JKO_ERR_ARGUMENT for ot or count NULL or before the first solve;
 *         JKO_ERR_UNSUPPORTED for JKO_OT_SINKHORN, whose plan is not sparse.
 */
JKO_API jko_status jko_ot_get_arcs(const jko_ot *ot, size_t *count, size_t *from, size_t *to,
                                   double *mass);

/** Release a solver, not its cost; NULL is fine. */
JKO_API void jko_ot_free(jko_ot *ot);

/** The name of an engine: "auto", "log", "absorbed", "banded", "fourier", "newton"; "unknown" for
    none. */
JKO_API const char *jko_ot_engine_name(jko_ot_engine engine);

/** The name of a method: "auto", "lp", "sinkhorn", "simplex", "monotone"; "unknown" for none. */
JKO_API const char *jko_ot_method_name(jko_ot_method method);

JKO_END_DECLS

#endif
