// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/debiased.c and debiased_answer.c: the debiased step against its objective worked
 * out here, S by Sinkhorn's own iteration in long double.
 *
 * Legend as in problem.h; S in units of D, S/(2 tau) in those of the objective.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"

#define SINKHORN 20000 // iterations at most

/* min <c, P> + eps sum P log P over plans of a and b, c = D/(2 tau). */
static long double entropic_value(const problem *p, const double *a, const double *b)
{
    long double f[PROBLEM_MAX] = {0.0L};
    long double g[PROBLEM_MAX] = {0.0L};
    const long double eps = p->eps;
    for (int k = 0; k < SINKHORN; k++) {
        long double change = 0.0L;
        for (int side = 0; side < 2; side++) {
            long double *to = side == 0 ? f : g;
            const long double *from = side == 0 ? g : f;
            const double *mass = side == 0 ? a : b;
            const double *other = side == 0 ? b : a;
            for (size_t i = 0; i < p->n; i++) {
                long double sum = 0.0L;
                for (size_t j = 0; j < p->n && mass[i] > 0.0; j++) {
                    const size_t at = side == 0 ? i * p->n + j : j * p->n + i;
                    if (other[j] > 0.0) {
                        sum += expl((from[j] - p->d[at] / (2.0L * p->tau)) / eps);
                    }
                }
                long double value = mass[i] > 0.0 ? eps * (logl(mass[i]) - logl(sum)) : 0.0L;
                value = a == b ? 0.5L * (value + from[i]) : value; // slow without the mean
                change = fmaxl(change, fabsl(value - to[i]));
                to[i] = value;
            }
        }
        if (change < 1e-11L * eps) { // the value errs by its square
            break;
        }
        assert_true(k + 1 < SINKHORN);
    }
    long double value = 0.0L;
    for (size_t i = 0; i < p->n; i++) {
        value += a[i] * f[i] + b[i] * g[i];
    }
    return value;
}

/* S(m, a) / (2 tau). */
static long double divergence(const problem *p, const double *m)
{
    return entropic_value(p, p->a, m) - entropic_value(p, p->a, p->a) / 2.0L -
           entropic_value(p, m, m) / 2.0L;
}

static long double objective(const problem *p, const double *m)
{
    return divergence(p, m) + problem_energy(p, m);
}

static jko_flow *debiased_flow(const problem *p, const jko_flow_settings *more)
{
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    if (more != NULL) {
        settings = *more;
    }
    settings.method = JKO_STEP_DEBIASED;
    settings.epsilon = p->eps;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, p->cost, &p->energy, &settings), JKO_OK);
    return flow;
}

/* A random problem whose kernel is positive definite, and reaches the neighbours: a line, a circle,
   or points in the plane. */
static void random_problem(problem *p, jko_t_random *random, size_t most)
{
    problem_random(p, random, most, 10.0);
    problem_free(p);
    p->reallocation = JKO_REALLOCATION_NONE;
    p->s = fmin(p->s, 0.9); // s = 1 empties cells, which Sinkhorn's iteration is slow on
    const size_t kind = jko_t_integer(random, 3);
    const double width = (0.6 + 0.15 * jko_t_uniform(random)) * (kind < 2 ? p->h : 0.25);
    p->eps = width * width / p->tau;
    if (kind < 2) {
        problem_on_grid(p, kind == 1);
        return;
    }
    double x[PROBLEM_MAX];
    double y[PROBLEM_MAX];
    for (size_t i = 0; i < p->n; i++) {
        x[i] = jko_t_uniform(random);
        y[i] = jko_t_uniform(random);
    }
    for (size_t i = 0; i < p->n; i++) {
        for (size_t j = 0; j < p->n; j++) {
            p->d[i * p->n + j] = (x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j]);
        }
    }
    problem_on_matrix(p);
}

/* The report against what is worked out here. */
static void check_values(const problem *p, const double *m, const jko_step_report *r)
{
    const double noise = problem_energy_noise(p, r) + 1e-13;
    assert_close_abs(r->mass, (double)problem_total(p->n, p->a), 1e-14);
    assert_close_abs((double)problem_total(p->n, m), (double)problem_total(p->n, p->a), 1e-14);
    assert_close_abs(r->energy_after, (double)problem_energy(p, m), noise);
    assert_close_abs(r->divergence, 2.0 * p->tau * (double)divergence(p, m), 1e-12 * p->tau);
    assert_close_abs(r->objective, (double)objective(p, m), noise);
    assert_true(isnan(r->objective_kl));
    assert_true(r->marginal_error >= 0.0 && r->self_error >= 0.0);
    assert_at_most(r->self_error, 1e-12);
}

static void debiased_step_minimises_the_divergence_and_the_energy(void **state)
{
    (void)state;
    jko_t_random random = {7};
    for (int trial = 0; trial < 25; trial++) {
        problem p;
        double m[PROBLEM_MAX];
        double other[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        random_problem(&p, &random, 9);
        jko_flow *flow = debiased_flow(&p, NULL);
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
        check_values(&p, m, &r);
        assert_true(r.gap >= 0.0 && r.stationarity >= 0.0);
        assert_at_most(r.residual, 1e-8);
        if (isfinite(r.energy_before)) {
            assert_at_most(r.objective, r.energy_before + r.gap + 1e-15); // S(a, a) = 0
        }
        const double best = (double)objective(&p, m);
        for (int k = 0; p.n > 1 && k < 12; k++) { // mass from one cell to another
            const size_t from = jko_t_integer(&random, p.n);
            const size_t to = (from + 1 + jko_t_integer(&random, p.n - 1)) % p.n;
            const double moved = m[from] * (k % 3 == 0 ? 0.3 : k % 3 == 1 ? 1e-2 : 1e-4);
            memcpy(other, m, sizeof other);
            other[from] -= moved;
            other[to] += moved;
            assert_true((double)objective(&p, other) >= best - r.gap - problem_noise(&p, &r));
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* An early end: the gap bounds how far the answer is from the minimum. */
static void debiased_step_that_ends_early_keeps_its_promises(void **state)
{
    (void)state;
    jko_t_need_long_double(); // energies beyond the range of double
    jko_t_random random = {11};
    for (int trial = 0; trial < 20; trial++) {
        problem p;
        double m[PROBLEM_MAX];
        jko_step_report best = {.struct_size = sizeof best};
        random_problem(&p, &random, 12);
        jko_flow *flow = debiased_flow(&p, NULL);
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &best), JKO_OK);
        jko_flow_free(flow);
        for (int64_t limit = 1; limit < 4; limit++) {
            jko_flow_settings settings;
            jko_step_report r = {.struct_size = sizeof r};
            jko_flow_settings_default(&settings);
            settings.max_iterations = limit;
            settings.time_limit = limit == 3 ? 1e-12 : 0.0;
            flow = debiased_flow(&p, &settings);
            memcpy(m, p.a, sizeof m);
            const jko_status status = jko_flow_step(flow, p.tau, m, &r);
            assert_true(status == (limit == 3 ? JKO_TIME_LIMIT : JKO_NOT_CONVERGED) ||
                        (status == JKO_OK && r.gap <= 1e-7 * fabs(r.released) + 1e-14));
            check_values(&p, m, &r);
            assert_true(best.objective >= r.objective - r.gap - problem_noise(&p, &r));
            assert_true(r.objective >= best.objective - best.gap - problem_noise(&p, &r));
            jko_flow_free(flow);
        }
        problem_free(&p);
    }
}

static void debiased_step_stays_where_everything_is_even(void **state)
{
    (void)state;
    for (size_t n = 1; n < 20; n += 6) {
        problem p = {.n = n, .h = 1.0 / (double)n, .s = 0.3, .tau = 0.5, .eps = 0.01};
        double m[PROBLEM_MAX];
        jko_step_report r = {.struct_size = sizeof r};
        for (size_t i = 0; i < n; i++) {
            p.w[i] = 1.5;
            p.a[i] = 2.0 / (double)n;
        }
        problem_on_grid(&p, true);
        jko_flow *flow = debiased_flow(&p, NULL);
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
        for (size_t i = 0; i < n; i++) {
            assert_close_abs(m[i], p.a[i], 1e-12);
        }
        assert_close_abs(r.divergence, 0.0, 1e-15);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* The steps of a run start where the last one ended, and come to what each finds from anew. */
static void debiased_run_is_its_steps(void **state)
{
    (void)state;
    problem p;
    jko_t_random random = {5};
    const double tau[] = {0.05, 0.05, 0.1, 0.02};
    random_problem(&p, &random, 20);
    double run[PROBLEM_MAX];
    double m[PROBLEM_MAX];
    double last = INFINITY;
    size_t done = 0;
    p.eps = 0.05;
    jko_flow *flow = debiased_flow(&p, NULL);
    memcpy(run, p.a, sizeof run);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_run(flow, 4, tau, run, NULL, NULL, NULL, &done), JKO_OK);
    assert_int_equal(done, 4);
    for (size_t k = 0; k < 4; k++) {
        jko_step_report r = {.struct_size = sizeof r};
        jko_flow *one = debiased_flow(&p, NULL);
        assert_int_equal(jko_flow_step(one, tau[k], m, &r), JKO_OK);
        assert_true(r.energy_after <= last + 1e-14);
        last = r.energy_after;
        jko_flow_free(one);
    }
    for (size_t j = 0; j < p.n; j++) {
        assert_close_abs(run[j], m[j], 1e-7);
    }
    jko_flow_free(flow);
    problem_free(&p);
}

static int own_eval(void *user, size_t n, const double *m, double *value, double *variation)
{
    const double *centre = user; // half the squared distance to masses
    *value = 0.0;
    for (size_t j = 0; j < n; j++) {
        *value += 0.5 * (m[j] - centre[j]) * (m[j] - centre[j]);
        if (variation != NULL) {
            variation[j] = m[j] - centre[j];
        }
    }
    return 0;
}

static void debiased_step_takes_any_convex_energy(void **state)
{
    (void)state;
    problem p;
    jko_t_random random = {3};
    random_problem(&p, &random, 10);
    double m[PROBLEM_MAX];
    double centre[PROBLEM_MAX];
    double memory[2];
    for (size_t j = 0; j < p.n; j++) {
        centre[j] = jko_t_uniform(&random);
    }
    for (int which = 0; which < 3; which++) {
        jko_step_report r = {.struct_size = sizeof r};
        p.energy = (jko_energy){
            .struct_size = sizeof p.energy, .user = centre, .eval = own_eval, .convex = true};
        if (which == 1) {
            assert_int_equal(jko_energy_potential(&p.energy, p.n, centre), JKO_OK);
        } else if (which == 2) {
            assert_int_equal(jko_energy_entropy(&p.energy, memory, 0.01, p.h), JKO_OK);
        }
        jko_flow *flow = debiased_flow(&p, NULL);
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
        double value = 0.0;
        assert_int_equal(p.energy.eval(p.energy.user, p.n, m, &value, NULL), 0);
        const double best = value + (double)divergence(&p, m);
        assert_close_abs(r.objective, best, 1e-13);
        for (size_t k = 0; k + 1 < p.n; k++) {
            double other[PROBLEM_MAX];
            memcpy(other, m, sizeof other);
            other[k] *= 0.99;
            other[k + 1] += m[k] - other[k];
            assert_int_equal(p.energy.eval(p.energy.user, p.n, other, &value, NULL), 0);
            assert_true(value + (double)divergence(&p, other) >= best - r.gap - 1e-15);
        }
        jko_flow_free(flow);
    }
    problem_free(&p);
}

static void debiased_flow_refuses_what_it_does_not_solve(void **state)
{
    (void)state;
    problem p;
    (void)case_entropic_circle_12(&p);
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_DEBIASED;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_ERR_EPSILON);
    settings.epsilon = settings.blur = 0.1;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_ERR_EPSILON);
    settings.blur = 0.0;
    settings.reallocation = JKO_REALLOCATION_SOFT;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    settings.reallocation = JKO_REALLOCATION_NONE;
    p.d[1] *= 1.5;
    jko_cost *cost = NULL;
    assert_int_equal(jko_cost_create_matrix(&cost, p.n, p.n, p.d), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, cost, &p.energy, &settings), JKO_ERR_UNSUPPORTED);
    assert_null(flow);
    jko_cost_free(cost);
    problem_free(&p);
}

/* Cell 0 is next to all others, which are far from each other, or even nearer to one another than
   to themselves: no Gaussian has such a kernel, so nothing global is claimed. */
static void debiased_step_of_an_indefinite_kernel_is_local(void **state)
{
    (void)state;
    problem p = {.n = 5, .h = 0.2, .s = 0.1, .tau = 0.5, .eps = 0.3};
    double m[PROBLEM_MAX];
    jko_step_report r = {.struct_size = sizeof r};
    for (size_t i = 0; i < 5; i++) {
        p.w[i] = 1.0 + 0.3 * (double)i;
        p.a[i] = 0.1 + 0.05 * (double)i;
        for (size_t j = 0; j < 5; j++) {
            p.d[i * 5 + j] = i == j ? 0.0 : i == 0 || j == 0 ? 0.01 : 1.0;
        }
    }
    problem_on_matrix(&p);
    jko_flow *flow = debiased_flow(&p, NULL);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_LOCAL);
    assert_true(isnan(r.gap));
    assert_at_most(r.stationarity, 1e-14);
    assert_true(r.objective <= r.energy_before + 1e-14);
    check_values(&p, m, &r);
    jko_flow_free(flow);
    problem_free(&p);
}

/* s > 1: the divergence with a convex majorant in place of E, over and over. */
static void debiased_step_of_an_energy_that_is_not_convex_is_local(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_step_report r = {.struct_size = sizeof r};
    (void)case_local_s_above_1(&p);
    problem_free(&p);
    p.eps = 0.004 / p.tau;
    problem_on_grid(&p, false);
    jko_flow *flow = debiased_flow(&p, NULL);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_LOCAL);
    assert_true(isnan(r.gap) && r.outer_iterations > 1);
    assert_true(r.objective <= r.energy_before && r.energy_after <= r.energy_before);
    check_values(&p, m, &r);
    jko_flow_free(flow);
    problem_free(&p);
}

static int stop(void *user, int64_t iteration, double gap)
{
    (void)user;
    assert_true(gap >= 0.0);
    return iteration == 3;
}

static void debiased_step_stops_when_asked_and_leaves_bad_input(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    jko_flow_settings settings;
    jko_step_report r = {.struct_size = sizeof r};
    (void)case_entropic_circle_12(&p);
    jko_flow_settings_default(&settings);
    settings.progress = stop;
    jko_flow *flow = debiased_flow(&p, &settings);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_CANCELLED);
    assert_int_equal(r.iterations, 3);
    check_values(&p, m, &r);
    memcpy(m, p.a, sizeof m);
    m[3] = NAN;
    double same[PROBLEM_MAX];
    memcpy(same, m, sizeof same);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_ERR_NONFINITE);
    assert_same_bits(p.n, m, same);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, -1.0, m, &r), JKO_ERR_TAU);
    assert_same_bits(p.n, m, p.a);
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debiased_step_minimises_the_divergence_and_the_energy),
        cmocka_unit_test(debiased_step_that_ends_early_keeps_its_promises),
        cmocka_unit_test(debiased_step_stays_where_everything_is_even),
        cmocka_unit_test(debiased_run_is_its_steps),
        cmocka_unit_test(debiased_step_takes_any_convex_energy),
        cmocka_unit_test(debiased_flow_refuses_what_it_does_not_solve),
        cmocka_unit_test(debiased_step_of_an_indefinite_kernel_is_local),
        cmocka_unit_test(debiased_step_of_an_energy_that_is_not_convex_is_local),
        cmocka_unit_test(debiased_step_stops_when_asked_and_leaves_bad_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
