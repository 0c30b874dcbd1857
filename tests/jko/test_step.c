// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/step.c: each status of a step, what the arrays hold then, the report, and what
 * is true of steps of either method.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"

typedef expected (*a_case)(problem *);
static const a_case both[] = {case_atoms_circle_long_step, case_entropic_circle_12};

/* The step of p fails with that status, and leaves the masses' bits. */
static void check_refused(const problem *p, jko_flow *flow, double tau, const double *mass,
                          jko_status want)
{
    double m[PROBLEM_MAX];
    jko_step_report r = {.struct_size = sizeof r};
    memcpy(m, mass, p->n * sizeof *m);
    assert_int_equal(jko_flow_step(flow, tau, m, &r), want);
    assert_int_equal(r.status, want);
    assert_same_bits(p->n, m, mass);
    assert_true(strlen(jko_error_detail()) > 0);
}

static void step_refuses_bad_arguments_and_leaves_the_masses(void **state)
{
    (void)state;
    const double bad_tau[] = {0.0, -1.0, NAN, INFINITY, -INFINITY, 5e-324};
    const struct {
        double value;
        jko_status want;
    } bad_mass[] = {
        {NAN, JKO_ERR_NONFINITE}, {INFINITY, JKO_ERR_NONFINITE}, {-1e-300, JKO_ERR_NEGATIVE_MASS}};
    for (size_t k = 0; k < 2; k++) {
        problem p;
        double m[PROBLEM_MAX];
        (void)both[k](&p);
        jko_flow *flow = problem_flow(&p);
        for (size_t t = 0; t < sizeof bad_tau / sizeof bad_tau[0]; t++) {
            check_refused(&p, flow, bad_tau[t], p.a, JKO_ERR_TAU); // the last: costs overflow
        }
        for (size_t t = 0; t < sizeof bad_mass / sizeof bad_mass[0]; t++) {
            memcpy(m, p.a, sizeof m);
            m[p.n - 1] = bad_mass[t].value;
            check_refused(&p, flow, p.tau, m, bad_mass[t].want);
        }
        memset(m, 0, sizeof m);
        check_refused(&p, flow, p.tau, m, JKO_ERR_ZERO_MASS);
        assert_int_equal(jko_flow_step(NULL, p.tau, m, NULL), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_flow_step(flow, p.tau, NULL, NULL), JKO_ERR_ARGUMENT);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* blur^2 / tau below 1e-12 of the largest cost: potentials could not resolve it. */
static void step_refuses_an_epsilon_below_rounding(void **state)
{
    (void)state;
    problem p;
    (void)case_entropic_circle_12(&p);
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_ENTROPIC;
    settings.blur = 1e-7;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_OK);
    check_refused(&p, flow, p.tau, p.a, JKO_ERR_EPSILON);
    jko_flow_free(flow);
    settings.blur = 1e-200; // its square is 0
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_OK);
    check_refused(&p, flow, p.tau, p.a, JKO_ERR_EPSILON);
    jko_flow_free(flow);
    problem_free(&p);
}

typedef struct watcher {
    int64_t stop_at;
    int64_t seen;
    double last;
} watcher;

static int watch(void *user, int64_t iteration, double gap)
{
    watcher *w = user;
    assert_int_equal(iteration, w->seen + 1);
    w->seen = iteration;
    w->last = gap;
    return iteration == w->stop_at;
}

/* A step that ends early: the masses are a feasible iterate's, and the certificate holds. */
static void check_early(a_case which, jko_flow_settings settings, jko_status want,
                        int64_t iterations)
{
    problem p;
    double m[PROBLEM_MAX];
    double optimum[PROBLEM_MAX];
    jko_step_report r;
    jko_step_report best;
    jko_t_random random = {1};
    const expected answer = which(&p);
    jko_flow_free(case_run(&p, &answer, JKO_OK, &best, optimum));
    settings.method = p.eps > 0.0 ? JKO_STEP_ENTROPIC : JKO_STEP_ATOMS;
    settings.epsilon = p.eps;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_OK);
    memcpy(m, p.a, sizeof m);
    r = (jko_step_report){.struct_size = sizeof r};
    assert_int_equal(jko_flow_step(flow, p.tau, m, &r), want);
    assert_int_equal(r.status, want);
    if (iterations > 0) {
        assert_int_equal(r.iterations, iterations);
    }
    problem_check_report(&p, flow, m, &r);
    problem_check_gap(&p, flow, m, &r, &random);
    assert_true(best.objective >= r.objective - r.gap - 1e-12); // the bound is one
    assert_true(r.objective >= best.objective - best.gap - 1e-12);
    jko_flow_free(flow);
    problem_free(&p);
}

static void step_that_ends_early_keeps_its_promises(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        jko_flow_settings settings;
        for (int64_t limit = 1; limit < (k == 0 ? 6 : 3); limit++) {
            watcher w = {.stop_at = limit};
            jko_flow_settings_default(&settings);
            settings.max_iterations = limit;
            check_early(both[k], settings, JKO_NOT_CONVERGED, limit);
            jko_flow_settings_default(&settings);
            settings.progress = watch;
            settings.user = &w;
            check_early(both[k], settings, JKO_CANCELLED, limit);
            assert_int_equal(w.seen, limit);
            assert_true(w.last >= 0.0);
        }
        jko_flow_settings_default(&settings);
        settings.time_limit = 1e-12;
        check_early(both[k], settings, JKO_TIME_LIMIT, 1);
    }
}

/* A tolerance that round-off does not allow. */
static void step_stalls_honestly(void **state)
{
    (void)state;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.tolerance = 1e-300;
    settings.absolute_tolerance = 1e-300;
    check_early(case_atoms_circle_long_step, settings, JKO_STALLED, 0);
}

static void step_reports_progress_and_goes_on_for_zero(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        problem p;
        double m[PROBLEM_MAX];
        watcher w = {.stop_at = -1};
        (void)both[k](&p);
        jko_flow_settings settings;
        jko_flow_settings_default(&settings);
        settings.method = p.eps > 0.0 ? JKO_STEP_ENTROPIC : JKO_STEP_ATOMS;
        settings.epsilon = p.eps;
        settings.progress = watch;
        settings.user = &w;
        jko_flow *flow = NULL;
        jko_step_report r = {.struct_size = sizeof r};
        assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_OK);
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_OK);
        assert_true(w.seen > 0 && w.seen == r.iterations);
        assert_true(r.seconds >= 0.0 && r.outer_iterations == 1 && r.callback_error == 0);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* A report of a later release keeps what this one does not know; one that is too short, and one
   whose size was not set, are refused. */
static void step_report_is_as_long_as_the_caller_says(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    (void)case_atoms_circle_long_step(&p);
    jko_flow *flow = problem_flow(&p);
    struct {
        jko_step_report report;
        double later[4];
    } longer = {.report = {.struct_size = sizeof longer}, .later = {1.0, 2.0, 3.0, 4.0}};
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, &longer.report), JKO_OK);
    assert_int_equal(longer.report.struct_size, sizeof longer);
    assert_true(longer.report.iterations > 0 && longer.later[0] == 1.0 && longer.later[3] == 4.0);
    const size_t sizes[] = {0, sizeof(size_t), offsetof(jko_step_report, divergence) - 1};
    for (size_t k = 0; k < 3; k++) {
        jko_step_report r = {.struct_size = sizes[k]};
        r.gap = 7.0;
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, &r), JKO_ERR_ARGUMENT);
        assert_true(r.gap == 7.0);
        assert_same_bits(p.n, m, p.a);
    }
    assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK); // none wanted
    jko_flow_free(flow);
    problem_free(&p);
}

static void step_leaves_plan_and_potential(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        problem p;
        double m[PROBLEM_MAX];
        double phi[PROBLEM_MAX];
        double plan[PROBLEM_MAX * PROBLEM_MAX];
        long double e[PROBLEM_MAX];
        (void)both[k](&p);
        jko_flow *flow = problem_flow(&p);
        assert_int_equal(jko_flow_get_plan(flow, plan), JKO_ERR_ARGUMENT); // no step yet
        assert_int_equal(jko_flow_get_potential(flow, phi), JKO_ERR_ARGUMENT);
        memcpy(m, p.a, sizeof m);
        assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
        assert_int_equal(jko_flow_get_potential(flow, phi), JKO_OK);
        problem_variation(&p, m, e);
        for (size_t j = 0; j < p.n; j++) { // phi = dE/dm: exactly, or to the error of the marginal
            assert_close_rel(phi[j], (double)e[j], k == 0 ? 1e-13 : 1e-7);
        }
        assert_int_equal(jko_flow_get_plan(flow, NULL), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_flow_get_plan(NULL, plan), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_flow_get_potential(flow, NULL), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_flow_get_potential(NULL, phi), JKO_ERR_ARGUMENT);
        jko_flow_free(flow);
        problem_free(&p);
    }
}

/* One JKO step of `level` with tau is the step of `log` with tau X(m_next): both scalings have
   parallel variations, X being the ratio. Entropic: with eps / X. */
static void step_of_the_level_scaling_is_a_step_of_log(void **state)
{
    (void)state;
    enum { N = 16 };
    jko_t_random random = {21};
    for (int k = 0; k < 4; k++) {
        double arrays[3][N];
        double a[N];
        jko_economy_parameters parameters;
        jko_economy_parameters_default(&parameters);
        for (size_t i = 0; i < N; i++) {
            for (int row = 0; row < 3; row++) {
                arrays[row][i] = 0.5 + jko_t_uniform(&random);
            }
            a[i] = 2.0 * jko_t_exponential(&random) / N;
        }
        parameters.labour = k % 2 == 0 ? JKO_LABOUR_IMMOBILE : JKO_LABOUR_MOBILE;
        parameters.technology = arrays[0];
        parameters.labour_distribution = arrays[1];
        parameters.preferences = arrays[2];
        jko_economy *economy = NULL;
        jko_grid *grid = NULL;
        jko_cost *cost = NULL;
        assert_int_equal(jko_economy_create(&economy, N, 1.0 / N, &parameters), JKO_OK);
        assert_int_equal(jko_grid_create_circle(&grid, N, 1.0), JKO_OK);
        assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
        double level[N];
        double log_[N];
        double x = 1.0;
        const double tau = 3.0;
        for (int scaling = JKO_ENERGY_LEVEL; scaling >= JKO_ENERGY_LOG; scaling--) {
            jko_energy energy = {.struct_size = sizeof energy};
            jko_flow_settings settings;
            jko_flow *flow = NULL;
            double *m = scaling == JKO_ENERGY_LEVEL ? level : log_;
            assert_int_equal(jko_economy_energy(economy, (jko_energy_scaling)scaling, &energy),
                             JKO_OK);
            jko_flow_settings_default(&settings);
            settings.method = k < 2 ? JKO_STEP_ATOMS : JKO_STEP_ENTROPIC;
            settings.epsilon = k < 2 ? 0.0 : 0.002 / x;
            assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
            memcpy(m, a, sizeof a);
            assert_int_equal(jko_flow_step(flow, tau * x, m, NULL), JKO_OK);
            jko_flow_free(flow);
            if (scaling == JKO_ENERGY_LEVEL) {
                assert_int_equal(jko_economy_consumption(economy, m, &x), JKO_OK);
            }
        }
        for (size_t i = 0; i < N; i++) {
            assert_close_rel(level[i], log_[i], 1e-6);
        }
        jko_economy_free(economy);
        jko_cost_free(cost);
        jko_grid_free(grid);
    }
}

/* Any number of threads gives the same bits; 500 cells are enough for a team. */
static void step_gives_the_same_bits_on_any_number_of_threads(void **state)
{
    (void)state;
    enum { N = 500 };
    static double weights[N];
    static double masses[3][N];
    jko_t_random random = {22};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    jko_economy *economy = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5 + jko_t_uniform(&random);
        masses[0][i] = (0.5 + jko_t_uniform(&random)) / N;
    }
    memcpy(masses[1], masses[0], sizeof masses[0]);
    memcpy(masses[2], masses[0], sizeof masses[0]);
    assert_int_equal(jko_grid_create_circle(&grid, N, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&economy, N, 1.0 / N, 0.86, 0.0385, weights),
                     JKO_OK);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
    jko_step_report reports[3];
    const int threads[] = {1, 2, 3};
    for (int k = 0; k < 3; k++) {
        jko_flow_settings settings;
        jko_flow *flow = NULL;
        jko_flow_settings_default(&settings);
        settings.method = JKO_STEP_ENTROPIC;
        settings.blur = 8.0 / N;
        settings.threads = threads[k];
        assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
        reports[k] = (jko_step_report){.struct_size = sizeof reports[k]};
        assert_int_equal(jko_flow_step(flow, 0.1, masses[k], &reports[k]), JKO_OK);
        assert_same_bits(N, masses[k], masses[0]);
        assert_same_bits(1, &reports[k].gap, &reports[0].gap);
        assert_same_bits(1, &reports[k].objective, &reports[0].objective);
        assert_int_equal(reports[k].iterations, reports[0].iterations);
        jko_flow_free(flow);
    }
    jko_economy_free(economy);
    jko_cost_free(cost);
    jko_grid_free(grid);
}

/* Above 512 cells an entropic step comes down to its epsilon from larger ones. Whole, it is
   certified; stopped on the way, it has a feasible plan, a bound, and no marginal error to tell. */
static void step_entropic_of_many_cells_descends_to_its_epsilon(void **state)
{
    (void)state;
    enum { MANY = 600 };
    static double weights[MANY];
    static double m[MANY];
    jko_t_random random = {24};
    jko_grid *grid = NULL;
    jko_cost *cost = NULL;
    jko_economy *economy = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    for (size_t i = 0; i < MANY; i++) {
        weights[i] = 0.5 + jko_t_uniform(&random);
    }
    assert_int_equal(jko_grid_create_circle(&grid, MANY, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&cost, grid, grid), JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&economy, MANY, 1.0 / MANY, 0.86, 0.0385, weights),
                     JKO_OK);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
    for (int k = 0; k < 2; k++) {
        watcher w = {.stop_at = k == 0 ? -1 : 3};
        jko_flow_settings settings;
        jko_flow *flow = NULL;
        jko_step_report r = {.struct_size = sizeof r};
        jko_flow_settings_default(&settings);
        settings.method = JKO_STEP_ENTROPIC;
        settings.blur = 10.0 / MANY;
        settings.progress = watch;
        settings.user = &w;
        settings.threads = 1;
        for (size_t i = 0; i < MANY; i++) {
            m[i] = (i % 7 == 0 ? 0.0 : 1.0) / MANY;
        }
        const double total = (double)problem_total(MANY, m);
        assert_int_equal(jko_flow_create(&flow, cost, &energy, &settings), JKO_OK);
        assert_int_equal(jko_flow_step(flow, 0.1, m, &r), k == 0 ? JKO_OK : JKO_CANCELLED);
        assert_close_rel((double)problem_total(MANY, m), total, 1e-14);
        assert_true(r.gap >= 0.0 && isnan(r.marginal_error) == (k == 1));
        if (k == 0) {
            assert_at_most(r.gap, fmax(1e-6 * r.released, 1e-14));
        }
        jko_flow_free(flow);
    }
    jko_economy_free(economy);
    jko_cost_free(cost);
    jko_grid_free(grid);
}

/* 200 sectors with a cost matrix: a size at which n^3 is felt. */
static void step_exact_of_many_sectors_is_certified(void **state)
{
    (void)state;
    enum { N = 200 };
    static double matrix[N * N];
    static double weights[N];
    static double m[N];
    jko_t_random random = {23};
    for (size_t i = 0; i < N; i++) {
        weights[i] = 0.5 + jko_t_uniform(&random);
        m[i] = jko_t_exponential(&random) / N;
        for (size_t j = 0; j < N; j++) {
            matrix[i * N + j] = i == j ? 0.0 : 0.1 + jko_t_uniform(&random);
        }
    }
    jko_cost *cost = NULL;
    jko_economy *economy = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_flow *flow = NULL;
    jko_step_report r = {.struct_size = sizeof r};
    assert_int_equal(jko_cost_create_matrix(&cost, N, N, matrix), JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&economy, N, 1.0 / N, 0.86, 0.0385, weights),
                     JKO_OK);
    assert_int_equal(jko_economy_energy(economy, JKO_ENERGY_LOG, &energy), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, cost, &energy, NULL), JKO_OK);
    const double total = (double)problem_total(N, m);
    assert_int_equal(jko_flow_step(flow, 5.0, m, &r), JKO_OK);
    assert_at_most(r.gap, fmax(1e-9 * r.released, 1e-12));
    assert_close_rel((double)problem_total(N, m), total, 1e-14);
    jko_flow_free(flow);
    jko_economy_free(economy);
    jko_cost_free(cost);
}

/* A flow may be used for another start: the warm potential does not show in the answer. */
static void step_forgets_the_start_before(void **state)
{
    (void)state;
    problem p;
    double fresh[PROBLEM_MAX];
    double used[PROBLEM_MAX];
    jko_t_random random = {34};
    (void)case_entropic_circle_12(&p);
    jko_flow *flow = problem_flow(&p);
    memcpy(fresh, p.a, sizeof fresh);
    assert_int_equal(jko_flow_step(flow, p.tau, fresh, NULL), JKO_OK);
    for (int k = 0; k < 5; k++) {
        double other[PROBLEM_MAX];
        for (size_t i = 0; i < p.n; i++) {
            other[i] = pow(10.0, 4.0 * jko_t_uniform(&random) - 2.0);
        }
        assert_int_equal(jko_flow_step(flow, pow(10.0, k - 2.0), other, NULL), JKO_OK);
        memcpy(used, p.a, sizeof used);
        assert_int_equal(jko_flow_step(flow, p.tau, used, NULL), JKO_OK);
        for (size_t i = 0; i < p.n; i++) {
            assert_close_rel(used[i], fresh[i], 1e-8);
        }
    }
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(step_refuses_bad_arguments_and_leaves_the_masses),
        cmocka_unit_test(step_refuses_an_epsilon_below_rounding),
        cmocka_unit_test(step_that_ends_early_keeps_its_promises),
        cmocka_unit_test(step_stalls_honestly),
        cmocka_unit_test(step_reports_progress_and_goes_on_for_zero),
        cmocka_unit_test(step_report_is_as_long_as_the_caller_says),
        cmocka_unit_test(step_leaves_plan_and_potential),
        cmocka_unit_test(step_forgets_the_start_before),
        cmocka_unit_test(step_of_the_level_scaling_is_a_step_of_log),
        cmocka_unit_test(step_gives_the_same_bits_on_any_number_of_threads),
        cmocka_unit_test(step_entropic_of_many_cells_descends_to_its_epsilon),
        cmocka_unit_test(step_exact_of_many_sectors_is_certified),
    };
    return cmocka_run_group_tests_name("jko/step", tests, NULL, NULL);
}
