// SPDX-License-Identifier: BSD-3-Clause
/*
 * One JKO step as a problem of its own, and what a step's answer must satisfy, worked out here
 * from the plan in long double with the formulas of tests/cases/step/README.md. Include after
 * <cmocka.h>.
 *
 * Legend: n cells of width h, weights w, exponent s, masses a before and m after, D ground cost,
 * c cost of the step, P plan, e = dE/dm, beta = 0.86.
 */
#ifndef JKO_TESTS_JKO_PROBLEM_H
#define JKO_TESTS_JKO_PROBLEM_H

#include "support/close.h"

#include <jko/jko.h>
#include <math.h>
#include <string.h>

enum { PROBLEM_MAX = 64 };

typedef struct problem {
    size_t n;
    double h;
    double s;
    double tau;
    double eps; // 0: exact step
    double w[PROBLEM_MAX];
    double a[PROBLEM_MAX];
    double d[PROBLEM_MAX * PROBLEM_MAX];
    jko_reallocation reallocation;
    double k; // its cost
    jko_cost *cost;
    jko_economy *economy;
    jko_energy energy;
} problem;

static const long double problem_c = 0.14L * 0.14L;

static inline void problem_make_energy(problem *p)
{
    p->energy = (jko_energy){.struct_size = sizeof p->energy};
    assert_int_equal(jko_economy_create_reduced(&p->economy, p->n, p->h, 0.86, p->s, p->w), JKO_OK);
    assert_int_equal(jko_economy_energy(p->economy, JKO_ENERGY_LOG, &p->energy), JKO_OK);
}

/* Points x_i on a circle of circumference 1, or on a line. The rest of p is set. */
static inline void problem_on_grid(problem *p, bool circle)
{
    jko_grid *grid = NULL;
    assert_int_equal(circle ? jko_grid_create_circle(&grid, p->n, 1.0)
                            : jko_grid_create_line(&grid, p->n, 1.0),
                     JKO_OK);
    assert_int_equal(jko_cost_create_squared(&p->cost, grid, grid), JKO_OK);
    jko_grid_free(grid);
    for (size_t i = 0; i < p->n; i++) {
        for (size_t j = 0; j < p->n; j++) {
            double x = fabs((double)i - (double)j) / (double)p->n;
            x = circle && x > 0.5 ? 1.0 - x : x;
            p->d[i * p->n + j] = x * x;
        }
    }
    problem_make_energy(p);
}

/* The matrix p->d as ground cost. */
static inline void problem_on_matrix(problem *p)
{
    assert_int_equal(jko_cost_create_matrix(&p->cost, p->n, p->n, p->d), JKO_OK);
    problem_make_energy(p);
}

static inline void problem_free(problem *p)
{
    jko_cost_free(p->cost);
    jko_economy_free(p->economy);
}

/* The flow that takes the step of p. */
static inline jko_flow *problem_flow(const problem *p)
{
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = p->eps > 0.0 ? JKO_STEP_ENTROPIC : JKO_STEP_ATOMS;
    settings.epsilon = p->eps;
    settings.reallocation = p->reallocation;
    settings.reallocation_cost = p->k;
    settings.threads = 1;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, p->cost, &p->energy, &settings), JKO_OK);
    return flow;
}

static inline long double problem_step_cost(const problem *p, size_t i, size_t j)
{
    const long double d2 = p->d[i * p->n + j];
    const long double d = sqrtl(d2);
    const long double plain = d2 / (2.0L * p->tau);
    const long double k = p->k;
    switch (p->reallocation) {
    case JKO_REALLOCATION_SOFT:
        return plain + k * d;
    case JKO_REALLOCATION_HULL:
        return d <= k * p->tau ? k * d : plain + k * k * p->tau / 2.0L;
    case JKO_REALLOCATION_HARD:
        return d > 0.0L ? plain + k * p->tau : 0.0L;
    case JKO_REALLOCATION_NONE:
    default:
        return plain;
    }
}

/* log Z, Z = h sum w (m/h)^s; s not 0. */
static inline long double problem_log_z(const problem *p, const double *m)
{
    long double sum = 0.0L;
    long double rest = -1.0L;
    for (size_t i = 0; i < p->n; i++) {
        sum += p->h * (long double)p->w[i] *
               expm1l((long double)p->s * logl((long double)m[i] / p->h));
        rest += p->h * (long double)p->w[i];
    }
    return log1pl(sum + rest);
}

static inline long double problem_energy(const problem *p, const double *m)
{
    if (p->s != 0.0) {
        return -(problem_c / p->s) * problem_log_z(p, m);
    }
    long double sum = 0.0L;
    long double weight = 0.0L;
    for (size_t i = 0; i < p->n; i++) {
        sum += p->w[i] * logl((long double)m[i] / p->h);
        weight += p->w[i];
    }
    return -problem_c * sum / weight;
}

/* dE/dm_i. */
static inline void problem_variation(const problem *p, const double *m, long double *e)
{
    long double weight = 0.0L;
    for (size_t i = 0; i < p->n; i++) {
        weight += p->h * (long double)p->w[i];
    }
    const long double log_z = p->s == 0.0 ? logl(weight) : problem_log_z(p, m);
    for (size_t i = 0; i < p->n; i++) {
        const long double log_mu = logl((long double)m[i] / p->h);
        const long double power = p->s == 1.0 ? 0.0L : ((long double)p->s - 1.0L) * log_mu;
        e[i] = -problem_c * p->w[i] * expl(power - log_z);
    }
}

/* E*(phi) for phi < 0 and s <= 1; in the digits of small s too. */
static inline long double problem_conjugate(const problem *p, const long double *phi)
{
    const long double s = p->s;
    const long double c = problem_c;
    long double sum = 0.0L;
    long double weight = 0.0L;
    long double largest = -INFINITY;
    for (size_t i = 0; i < p->n; i++) {
        const long double ratio = logl(p->w[i] / -phi[i]);
        largest = fmaxl(largest, ratio);
        sum += p->h * (long double)p->w[i] * (p->s == 0.0 ? ratio : expm1l(s / (1.0L - s) * ratio));
        weight += p->h * (long double)p->w[i];
    }
    if (p->s == 1.0) {
        return c * logl(c) - c + c * largest;
    }
    return p->s == 0.0 ? c * logl(c) - c + c * (sum / weight - logl(weight))
                       : c * logl(c) - c + c * (1.0L - s) / s * log1pl(sum + (weight - 1.0L));
}

static inline long double problem_total(size_t n, const double *x)
{
    long double sum = 0.0L;
    for (size_t i = 0; i < n; i++) {
        sum += x[i];
    }
    return sum;
}

/* <c, P> + E(columns of P) + eps sum P log P. */
static inline long double problem_objective(const problem *p, const double *plan)
{
    double m[PROBLEM_MAX] = {0.0};
    long double cost = 0.0L;
    for (size_t i = 0; i < p->n; i++) {
        for (size_t j = 0; j < p->n; j++) {
            const double mass = plan[i * p->n + j];
            m[j] += mass;
            cost += mass * problem_step_cost(p, i, j);
            cost += mass > 0.0 ? (long double)p->eps * mass * logl(mass) : 0.0L;
        }
    }
    return cost + problem_energy(p, m);
}

/* A lower bound of the minimum by duality, at the potential phi < 0 for the columns:
   exact      sum_i a_i min_j (c_ij + phi_j)                          - E*(phi)
   entropic   sum_i a_i eps (log a_i - log sum_j exp(-(c_ij + phi_j)/eps)) - E*(phi). */
static inline long double problem_bound(const problem *p, const long double *phi)
{
    long double bound = -problem_conjugate(p, phi);
    for (size_t i = 0; i < p->n; i++) {
        long double least = INFINITY;
        for (size_t j = 0; j < p->n; j++) {
            least = fminl(least, problem_step_cost(p, i, j) + phi[j]);
        }
        if (p->a[i] == 0.0) {
            continue;
        }
        bound += p->a[i] * least;
        if (p->eps > 0.0) {
            long double sum = 0.0L;
            for (size_t j = 0; j < p->n; j++) {
                sum += expl((least - problem_step_cost(p, i, j) - phi[j]) / p->eps);
            }
            bound += p->a[i] * (long double)p->eps * (logl(p->a[i]) - logl(sum));
        }
    }
    return bound;
}

/* Round-off in energies and objectives: 1e-13 of what is summed. */
static inline double problem_noise(const problem *p, const jko_step_report *r)
{
    const double before = isfinite(r->energy_before) ? fabs(r->energy_before) : 0.0;
    return 1e-13 * (before + fabs(r->step_cost) + fabs(r->energy_after) + 0.0196 +
                    10.0 * p->eps * (double)problem_total(p->n, p->a));
}

/* The same for the energy alone: the constant -(c/s) log(h sum w) is only known to c/s of it. */
static inline double problem_energy_noise(const problem *p, const jko_step_report *r)
{
    return problem_noise(p, r) + (p->s == 0.0 ? 0.0 : 4e-18 / fabs(p->s));
}

/* What a report says against the plan: marginals, costs, energies, objective. */
static inline void problem_check_report(const problem *p, const jko_flow *flow, const double *m,
                                        const jko_step_report *r)
{
    static double plan[PROBLEM_MAX * PROBLEM_MAX];
    const double total = (double)problem_total(p->n, p->a);
    long double transport = 0.0L;
    long double step = 0.0L;
    assert_int_equal(jko_flow_get_plan(flow, plan), JKO_OK);
    for (size_t i = 0; i < p->n; i++) {
        long double row = 0.0L;
        long double column = 0.0L;
        for (size_t j = 0; j < p->n; j++) {
            assert_true(plan[i * p->n + j] >= 0.0);
            row += plan[i * p->n + j];
            column += plan[j * p->n + i];
            transport += plan[i * p->n + j] * (long double)p->d[i * p->n + j];
            step += plan[i * p->n + j] * problem_step_cost(p, i, j);
        }
        assert_close_abs((double)row, p->a[i], 1e-14 * p->a[i]);
        assert_close_abs((double)column, m[i], 1e-14 * total);
    }
    const double noise = problem_energy_noise(p, r);
    assert_close_abs(r->transport_cost, (double)transport, 1e-13 * (double)transport + 1e-300);
    assert_close_abs(r->step_cost, (double)step, 1e-13 * (double)step + 1e-300);
    assert_close_abs(r->energy_before, (double)problem_energy(p, p->a), noise);
    assert_close_abs(r->energy_after, (double)problem_energy(p, m), noise);
    assert_close_abs(r->objective, (double)problem_objective(p, plan), 2.0 * noise);
    assert_close_abs(r->mass, total, 1e-14 * total);
    assert_close_abs(r->released, (double)(problem_energy(p, p->a) - problem_energy(p, m)),
                     problem_noise(p, r));
    assert_true(r->tau == p->tau && r->epsilon == p->eps && r->struct_size == sizeof *r);
    double least = INFINITY;
    for (size_t j = 0; j < p->n; j++) {
        least = fmin(least, m[j]);
    }
    assert_true(r->min_mass == least);
}

/* The gap against the dual bound at e, worked out here; and random feasible plans, which no
   certified objective may lie above by more than its gap. s <= 1. */
static inline void problem_check_gap(const problem *p, const jko_flow *flow, const double *m,
                                     const jko_step_report *r, jko_t_random *random)
{
    static double plan[PROBLEM_MAX * PROBLEM_MAX];
    static double other[PROBLEM_MAX * PROBLEM_MAX];
    long double e[PROBLEM_MAX];
    // long double itself loses c/s of its rounding.
    const double noise = 4.0 * problem_noise(p, r) + (p->s == 0.0 ? 0.0 : 1e-20 / fabs(p->s));
    problem_variation(p, m, e);
    assert_int_equal(jko_flow_get_plan(flow, plan), JKO_OK);
    assert_true(r->gap >= 0.0);
    const long double objective = problem_objective(p, plan);
    assert_close_abs(r->gap, (double)(objective - problem_bound(p, e)), noise);
    const double shares[] = {1.0, 0.1, 1e-2, 1e-3};
    for (int trial = 0; trial < 8; trial++) {
        for (size_t i = 0; i < p->n; i++) {
            double sum = 0.0;
            double *row = other + i * p->n;
            for (size_t j = 0; j < p->n; j++) {
                row[j] = pow(jko_t_exponential(random), trial < 4 ? 1.0 : 6.0);
                sum += row[j];
            }
            for (size_t j = 0; j < p->n; j++) {
                row[j] = shares[trial % 4] * p->a[i] * row[j] / sum +
                         (1.0 - shares[trial % 4]) * plan[i * p->n + j];
            }
        }
        assert_true(problem_objective(p, other) >= objective - r->gap - noise);
    }
}

/* The objective of not moving: exact step only. */
static inline double problem_objective_of_staying(const problem *p)
{
    long double cost = problem_energy(p, p->a);
    for (size_t i = 0; i < p->n; i++) {
        cost += p->a[i] * problem_step_cost(p, i, i);
    }
    return (double)cost;
}

/* A random problem: circle, line, symmetric matrix, or a matrix that is neither symmetric nor 0 on
   its diagonal; weights over `spread`, some cells empty. eps is left 0. */
static inline void problem_random(problem *p, jko_t_random *random, size_t most, double spread)
{
    static const double exponents[] = {-3.0, -0.375, 0.0, 1e-9, 0.0385, 0.5, 0.9, 1.0};
    const size_t kind = jko_t_integer(random, 4);
    memset(p, 0, sizeof *p);
    p->n = 1 + jko_t_integer(random, most);
    p->h = 1.0 / (double)p->n;
    p->s = exponents[jko_t_integer(random, sizeof exponents / sizeof exponents[0])];
    p->tau = 0.05 * pow(400.0, jko_t_uniform(random));
    p->reallocation = (jko_reallocation)jko_t_integer(random, 4);
    p->k = 0.003;
    double total = 0.0;
    double weight = 0.0;
    const bool some_empty = jko_t_uniform(random) < 0.3;
    for (size_t i = 0; i < p->n; i++) {
        p->w[i] = pow(spread, jko_t_uniform(random) - 0.5);
        p->a[i] =
            i > 0 && some_empty && jko_t_uniform(random) < 0.3 ? 0.0 : jko_t_exponential(random);
        total += p->a[i];
        weight += p->w[i] * p->h;
    }
    for (size_t i = 0; i < p->n; i++) {
        p->a[i] /= total;
        p->w[i] /= p->s == 1e-9 ? weight : 1.0; // else E is all constant
        for (size_t j = 0; j < p->n; j++) {
            const double x = jko_t_uniform(random);
            p->d[i * p->n + j] = kind == 2 ? (i == j ? 0.0 : x) : 0.7 * x + (i == j ? 0.1 : 0.3);
        }
    }
    if (kind < 2) {
        problem_on_grid(p, kind == 0);
        return;
    }
    for (size_t i = 0; kind == 2 && i < p->n; i++) {
        for (size_t j = 0; j < i; j++) {
            p->d[i * p->n + j] = p->d[j * p->n + i];
        }
    }
    problem_on_matrix(p);
}

#endif
