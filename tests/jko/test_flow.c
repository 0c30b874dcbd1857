// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/flow.c: settings and their ranges, sizes of structs, and runs of many steps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "jko/cases.h"
#include "jko/problem.h"

/* Every byte of the settings is set: a field without a default would keep the sentinel. */
static void flow_settings_default_leaves_no_sentinel(void **state)
{
    (void)state;
    jko_flow_settings a;
    jko_flow_settings b;
    memset(&a, 0x5a, sizeof a);
    memset(&b, 0xa5, sizeof b);
    jko_flow_settings_default(&a);
    jko_flow_settings_default(&b);
    const unsigned char *x = (const unsigned char *)&a;
    const unsigned char *y = (const unsigned char *)&b;
    for (size_t k = 0; k < sizeof a; k++) {
        assert_int_equal(x[k], y[k]); // padding too: it is zeroed
    }
    assert_int_equal(a.struct_size, sizeof a);
    assert_int_equal(a.method, JKO_STEP_ATOMS);
    assert_int_equal(a.reallocation, JKO_REALLOCATION_NONE);
    assert_true(a.epsilon == 0.0 && a.blur == 0.0 && a.reallocation_cost == 0.0);
    assert_true(a.tolerance == 0.0 && a.absolute_tolerance == 0.0 && a.time_limit == 0.0);
    assert_int_equal(a.max_iterations, 10000);
    assert_true(a.threads == 0 && a.progress == NULL && a.user == NULL);
}

/* A program compiled against a shorter struct gets no byte beyond it, one against a longer struct
   gets zeros beyond what this release knows. */
static void flow_settings_init_writes_what_the_caller_has(void **state)
{
    (void)state;
    struct {
        jko_flow_settings known;
        double later[3];
    } longer = {.later = {1.0, 2.0, 3.0}};
    jko_flow_settings_init(&longer.known, sizeof longer);
    assert_int_equal(longer.known.struct_size, sizeof longer);
    assert_int_equal(longer.known.max_iterations, 10000);
    assert_true(longer.later[0] == 0.0 && longer.later[2] == 0.0);
    jko_flow_settings shorter;
    memset(&shorter, 0x5a, sizeof shorter);
    jko_flow_settings_init(&shorter, offsetof(jko_flow_settings, time_limit));
    assert_int_equal(shorter.struct_size, offsetof(jko_flow_settings, time_limit));
    assert_int_equal(shorter.max_iterations, 10000);
    unsigned char sentinel[sizeof shorter.time_limit];
    memset(sentinel, 0x5a, sizeof sentinel);
    assert_memory_equal(&shorter.time_limit, sentinel, sizeof sentinel);
    jko_flow_settings_init(NULL, sizeof shorter); // harmless
    memset(&shorter, 0x5a, sizeof shorter);
    jko_flow_settings_init(&shorter, sizeof(size_t) - 1); // no room for its own size
    assert_memory_equal(&shorter, sentinel, sizeof sentinel);
}

static void flow_takes_a_longer_struct_and_refuses_a_shorter_one(void **state)
{
    (void)state;
    problem p;
    (void)case_atoms_circle_long_step(&p);
    struct {
        jko_flow_settings known;
        double later[3];
    } longer;
    jko_flow_settings_init(&longer.known, sizeof longer);
    longer.later[0] = NAN;
    jko_flow *flow = NULL;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &longer.known), JKO_OK);
    jko_flow_free(flow);
    struct {
        jko_energy known;
        void *later;
    } energy = {.known = p.energy};
    energy.known.struct_size = sizeof energy;
    assert_int_equal(jko_flow_create(&flow, p.cost, &energy.known, NULL), JKO_OK);
    jko_flow_free(flow);

    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.struct_size = offsetof(jko_flow_settings, user);
    flow = (jko_flow *)&settings;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_ERR_ARGUMENT);
    assert_null(flow);
    jko_energy unset = p.energy;
    unset.struct_size = 0;
    assert_int_equal(jko_flow_create(&flow, p.cost, &unset, NULL), JKO_ERR_ARGUMENT);
    problem_free(&p);
}

/* Without a majorant an energy may stop at `convex`, where the first release's struct began. */
static void flow_takes_an_energy_with_its_first_fields_only(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    (void)case_atoms_circle_long_step(&p);
    p.energy.struct_size = offsetof(jko_energy, hessian_product);
    p.energy.hessian_product = NULL;
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, p.tau, m, NULL), JKO_OK);
    jko_flow_free(flow);
    problem_free(&p);
}

static void check_create(const problem *p, const jko_flow_settings *settings, jko_status want)
{
    jko_flow *flow = (jko_flow *)p;
    assert_int_equal(jko_flow_create(&flow, p->cost, &p->energy, settings), want);
    assert_true((flow == NULL) == (want < 0));
    assert_true(want >= 0 || strlen(jko_error_detail()) > 0);
    jko_flow_free(flow);
}

static void flow_refuses_settings_out_of_range(void **state)
{
    (void)state;
    const double bad[] = {-1.0, NAN, INFINITY, -INFINITY};
    problem p;
    (void)case_atoms_circle_long_step(&p);
    jko_flow_settings good;
    jko_flow_settings_default(&good);
    check_create(&p, &good, JKO_OK);
    for (size_t k = 0; k < 4; k++) {
        jko_flow_settings s = good;
        s.tolerance = bad[k];
        check_create(&p, &s, JKO_ERR_ARGUMENT);
        s = good;
        s.absolute_tolerance = bad[k];
        check_create(&p, &s, JKO_ERR_ARGUMENT);
        s = good;
        s.reallocation_cost = bad[k];
        check_create(&p, &s, JKO_ERR_ARGUMENT);
        s = good;
        s.time_limit = bad[k];
        check_create(&p, &s, JKO_ERR_ARGUMENT);
        s = good;
        s.method = JKO_STEP_ENTROPIC;
        s.epsilon = bad[k];
        check_create(&p, &s, JKO_ERR_EPSILON);
        s.epsilon = 0.0;
        s.blur = bad[k];
        check_create(&p, &s, JKO_ERR_EPSILON);
    }
    jko_flow_settings s = good;
    s.max_iterations = 0;
    check_create(&p, &s, JKO_ERR_ARGUMENT);
    s = good;
    s.threads = -1;
    check_create(&p, &s, JKO_ERR_ARGUMENT);
    s = good;
    s.method = (jko_step_method)5;
    check_create(&p, &s, JKO_ERR_ARGUMENT);
    s = good;
    s.reallocation = (jko_reallocation)4;
    check_create(&p, &s, JKO_ERR_ARGUMENT);
    s = good;
    s.method = JKO_STEP_ENTROPIC; // neither, then both
    check_create(&p, &s, JKO_ERR_EPSILON);
    s.epsilon = s.blur = 0.1;
    check_create(&p, &s, JKO_ERR_EPSILON);
    problem_free(&p);
}

static void flow_refuses_what_it_cannot_step(void **state)
{
    (void)state;
    problem p;
    (void)case_atoms_circle_long_step(&p);
    jko_flow *flow = NULL;
    jko_cost *cost = NULL;
    const double oblong[] = {0.0, 1.0, 2.0, 1.0, 0.0, 1.0};
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 3, oblong), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, cost, &p.energy, NULL), JKO_ERR_SHAPE);
    assert_null(flow);
    jko_cost_free(cost);
    const double negative[] = {0.0, -1.0, 1.0, 0.0};
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, negative), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, cost, &p.energy, NULL), JKO_ERR_ARGUMENT);
    jko_cost_free(cost);

    jko_grid *line = NULL; // its cost computed on the fly
    assert_int_equal(jko_grid_create_line(&line, p.n, 1.0), JKO_OK);
    assert_int_equal(jko_cost_create_power(&cost, line, line, 2.0), JKO_OK);
    assert_int_equal(jko_flow_create(&flow, cost, &p.energy, NULL), JKO_ERR_UNSUPPORTED);
    assert_non_null(strstr(jko_error_detail(), "jko_cost_create_squared"));
    jko_cost_free(cost);
    jko_grid_free(line);

    jko_energy energy = p.energy;
    energy.convex = false; // and it has no majorant
    assert_int_equal(jko_flow_create(&flow, p.cost, &energy, NULL), JKO_ERR_UNSUPPORTED);
    energy = p.energy;
    energy.eval = NULL;
    assert_int_equal(jko_flow_create(&flow, p.cost, &energy, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_flow_create(NULL, p.cost, &p.energy, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_flow_create(&flow, NULL, &p.energy, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_flow_create(&flow, p.cost, NULL, NULL), JKO_ERR_ARGUMENT);
    jko_flow_free(NULL);
    // An energy of another number of cells.
    problem q;
    (void)case_atoms_soft(&q);
    assert_int_equal(jko_flow_create(&flow, q.cost, &p.energy, NULL), JKO_ERR_SHAPE);
    assert_null(flow);
    problem_free(&q);
    problem_free(&p);
}

static void flow_methods_have_names(void **state)
{
    (void)state;
    assert_string_equal(jko_step_method_name(JKO_STEP_ATOMS), "atoms");
    assert_string_equal(jko_step_method_name(JKO_STEP_ENTROPIC), "entropic");
    assert_string_equal(jko_step_method_name((jko_step_method)7), "unknown");
}

typedef struct diary {
    size_t n;
    int64_t steps;
    int64_t stop_at;
    double times[64];
    double masses[64][PROBLEM_MAX];
    jko_step_report reports[64];
} diary;

static int write_down(void *user, int64_t step, double t, const double *mass,
                      const jko_step_report *report)
{
    diary *d = user;
    assert_int_equal(step, d->steps + 1);
    d->times[d->steps] = t;
    memcpy(d->masses[d->steps], mass, d->n * sizeof *mass);
    d->reports[d->steps] = *report;
    d->steps = step;
    return step == d->stop_at;
}

/* A run is its steps: same bits as one by one, a record and an observation each. */
static void flow_run_is_its_steps_one_by_one(void **state)
{
    (void)state;
    enum { STEPS = 10 };
    problem p;
    double m[PROBLEM_MAX];
    double run[PROBLEM_MAX];
    double tau[STEPS];
    static diary d;
    static jko_step_report records[STEPS];
    (void)case_entropic_circle_12(&p);
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    memcpy(run, p.a, sizeof run);
    d = (diary){.n = p.n, .stop_at = -1};
    for (size_t k = 0; k < STEPS; k++) {
        tau[k] = 0.1 + 0.05 * (double)k;
        records[k].struct_size = sizeof records[k];
    }
    size_t done = 0;
    assert_int_equal(jko_flow_run(flow, STEPS, tau, run, records, write_down, &d, &done), JKO_OK);
    assert_int_equal(done, STEPS);
    assert_int_equal(d.steps, STEPS);
    jko_flow_free(flow);
    flow = problem_flow(&p);
    double t = 0.0;
    for (size_t k = 0; k < STEPS; k++) {
        jko_step_report r = {.struct_size = sizeof r};
        assert_int_equal(jko_flow_step(flow, tau[k], m, &r), JKO_OK);
        t += tau[k];
        assert_close_rel(d.times[k], t, 1e-15);
        assert_same_bits(p.n, d.masses[k], m);
        assert_same_bits(1, &records[k].objective, &r.objective);
        assert_same_bits(1, &d.reports[k].objective, &r.objective);
        assert_true(records[k].tau == tau[k] && records[k].status == JKO_OK);
        assert_true(k == 0 || records[k].energy_before == records[k - 1].energy_after);
    }
    assert_same_bits(p.n, run, m);
    jko_flow_free(flow);
    problem_free(&p);
}

static void flow_run_stops_when_the_observer_says_so(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    const double tau[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    static diary d;
    (void)case_entropic_circle_12(&p);
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    d = (diary){.n = p.n, .stop_at = 3};
    size_t done = 0;
    assert_int_equal(jko_flow_run(flow, 5, tau, m, NULL, write_down, &d, &done), JKO_CANCELLED);
    assert_int_equal(done, 3);
    assert_int_equal(d.steps, 3);
    assert_same_bits(p.n, m, d.masses[2]); // the state reached
    jko_flow_free(flow);
    problem_free(&p);
}

/* An energy whose eval fails from a given call on. */
typedef struct tiring {
    jko_energy inner;
    int calls;
    int good_for;
} tiring;

static int tiring_eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    tiring *t = user;
    return ++t->calls > t->good_for ? 5 : t->inner.eval(t->inner.user, n, mass, value, variation);
}

static void flow_run_that_fails_leaves_the_masses_as_before(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    const double tau[] = {10.0, 100.0, 1e3, 1e4};
    static diary d;
    (void)case_atoms_circle_long_step(&p);
    tiring t = {.inner = p.energy, .good_for = 1 << 20};
    p.energy.eval = tiring_eval;
    p.energy.user = &t;
    p.energy.hessian_product = NULL;
    p.energy.conjugate = NULL;
    p.energy.kl_prox = NULL;
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_step(flow, tau[0], m, NULL), JKO_OK);
    const int one_step = t.calls;
    t.calls = 0;
    t.good_for = one_step + 3; // fails within the second step
    memcpy(m, p.a, sizeof m);
    d = (diary){.n = p.n, .stop_at = -1};
    jko_step_report records[4];
    for (size_t k = 0; k < 4; k++) {
        records[k] = (jko_step_report){.struct_size = sizeof records[k]};
    }
    size_t done = 77;
    assert_int_equal(jko_flow_run(flow, 4, tau, m, records, write_down, &d, &done),
                     JKO_ERR_CALLBACK);
    assert_same_bits(p.n, m, p.a);
    assert_int_equal(d.steps, 1);
    assert_int_equal(records[0].status, JKO_OK);
    assert_int_equal(records[1].status, JKO_ERR_CALLBACK);
    assert_int_equal(records[1].callback_error, 5);
    assert_int_equal(done, 77); // untouched, like everything on failure
    jko_flow_free(flow);
    problem_free(&p);
}

static void flow_run_refuses_bad_arguments_before_the_first_step(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    static diary d;
    (void)case_entropic_circle_12(&p);
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    d = (diary){.n = p.n, .stop_at = -1};
    const double bad[] = {0.0, -1.0, NAN, INFINITY};
    for (size_t k = 0; k < 4; k++) {
        const double tau[] = {0.1, 0.1, bad[k]};
        assert_int_equal(jko_flow_run(flow, 3, tau, m, NULL, write_down, &d, NULL), JKO_ERR_TAU);
        assert_non_null(strstr(jko_error_detail(), "tau[2]"));
    }
    const double tau[] = {0.1};
    assert_int_equal(jko_flow_run(NULL, 1, tau, m, NULL, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_flow_run(flow, 1, NULL, m, NULL, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_flow_run(flow, 1, tau, NULL, NULL, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
    size_t done = 7;
    assert_int_equal(jko_flow_run(flow, 0, NULL, m, NULL, write_down, &d, &done), JKO_OK);
    assert_int_equal(done, 0);
    assert_int_equal(d.steps, 0);
    assert_same_bits(p.n, m, p.a);
    m[0] = NAN;
    assert_int_equal(jko_flow_run(flow, 1, tau, m, NULL, NULL, NULL, NULL), JKO_ERR_NONFINITE);
    jko_flow_free(flow);
    problem_free(&p);
}

/* Locked only if every step was; a caveat of any step is told, and does not end the run. */
static void flow_run_tells_the_first_caveat(void **state)
{
    (void)state;
    problem p;
    double m[PROBLEM_MAX];
    (void)case_atoms_circle_long_step(&p);
    jko_flow *flow = problem_flow(&p);
    const double locked[] = {1e-6, 1e-6, 1e-6};
    const double mixed[] = {1e-6, 10.0, 1e-6};
    size_t done = 0;
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_run(flow, 3, locked, m, NULL, NULL, NULL, &done), JKO_LOCKED);
    assert_int_equal(done, 3);
    assert_same_bits(p.n, m, p.a);
    assert_int_equal(jko_flow_run(flow, 3, mixed, m, NULL, NULL, NULL, &done), JKO_OK);
    jko_flow_free(flow);
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.max_iterations = 2;
    assert_int_equal(jko_flow_create(&flow, p.cost, &p.energy, &settings), JKO_OK);
    memcpy(m, p.a, sizeof m);
    assert_int_equal(jko_flow_run(flow, 3, mixed, m, NULL, NULL, NULL, &done), JKO_NOT_CONVERGED);
    assert_int_equal(done, 3); // it went on
    jko_flow_free(flow);
    problem_free(&p);
}

/* 1000 steps of either method: the total stays, E never rises. */
static void flow_keeps_its_mass_over_a_thousand_steps(void **state)
{
    (void)state;
    enum { STEPS = 1000 };
    static double tau[STEPS];
    static jko_step_report records[STEPS];
    jko_t_random random = {33};
    for (int k = 0; k < 2; k++) {
        problem p = {.n = 24, .h = 1.0 / 24.0, .s = 0.0385};
        p.eps = k == 0 ? 0.0 : 0.02;
        for (size_t i = 0; i < p.n; i++) {
            p.w[i] = 0.5 + jko_t_uniform(&random);
            p.a[i] = jko_t_exponential(&random);
        }
        problem_on_grid(&p, true);
        for (size_t i = 0; i < STEPS; i++) {
            // Exact: long enough for the grid not to lock at once, and never twice the same.
            tau[i] = k == 0 ? 0.5 * (1.0 + jko_t_uniform(&random)) : 0.1;
            records[i] = (jko_step_report){.struct_size = sizeof records[i]};
        }
        jko_flow *flow = problem_flow(&p);
        double m[PROBLEM_MAX];
        memcpy(m, p.a, sizeof m);
        const double total = (double)problem_total(p.n, m);
        assert_true(jko_flow_run(flow, STEPS, tau, m, records, NULL, NULL, NULL) >= 0);
        assert_close_rel((double)problem_total(p.n, m), total, 1e-13);
        for (size_t i = 0; i < STEPS; i++) {
            assert_close_rel(records[i].mass, total, 1e-13);
            assert_true(records[i].status == JKO_OK || records[i].status == JKO_LOCKED);
            if (k == 0) {
                assert_true(records[i].energy_after <= records[i].energy_before);
            }
        }
        jko_flow_free(flow);
        problem_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_settings_default_leaves_no_sentinel),
        cmocka_unit_test(flow_settings_init_writes_what_the_caller_has),
        cmocka_unit_test(flow_takes_a_longer_struct_and_refuses_a_shorter_one),
        cmocka_unit_test(flow_takes_an_energy_with_its_first_fields_only),
        cmocka_unit_test(flow_refuses_settings_out_of_range),
        cmocka_unit_test(flow_refuses_what_it_cannot_step),
        cmocka_unit_test(flow_methods_have_names),
        cmocka_unit_test(flow_run_is_its_steps_one_by_one),
        cmocka_unit_test(flow_run_stops_when_the_observer_says_so),
        cmocka_unit_test(flow_run_that_fails_leaves_the_masses_as_before),
        cmocka_unit_test(flow_run_refuses_bad_arguments_before_the_first_step),
        cmocka_unit_test(flow_run_tells_the_first_caveat),
        cmocka_unit_test(flow_keeps_its_mass_over_a_thousand_steps),
    };
    return cmocka_run_group_tests_name("jko/flow", tests, NULL, NULL);
}
