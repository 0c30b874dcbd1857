// SPDX-License-Identifier: BSD-3-Clause
/*
 * Flows between densities against stored trajectories (README.md has their origin): every file at
 * the default tolerance, by finite volumes also at one 100 times tighter; orders in tau; costs of
 * reallocation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

#include <jko/jko.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMES 8 // most in a file, besides 0

typedef struct trajectory {
    const char *name;
    size_t n;
    paper_run run;
    bool preferences;
} trajectory;

static const trajectory all[] = {
    {"baseline_n200", 200, BASELINE, false}, {"baseline_n400", 400, BASELINE, false},
    {"baseline_n800", 800, BASELINE, false}, {"beta080_n200", 200, BETA_080, false},
    {"mobile_n200", 200, MOBILE, false},     {"preferences_n200", 200, BASELINE, true},
    {"sigma03_n200", 200, SIGMA_03, false},
};
#define FILES (sizeof all / sizeof all[0])

typedef struct problem {
    size_t n;
    double *mass;  // [n] at the beginning
    double *saved; // [TIMES][n]
    double *other; // [3][n] labour, preferences, scratch
    double times[TIMES];
    size_t count;
    jko_csv *densities;
    jko_csv *rows;
    jko_economy *economy;
    jko_energy energy;
    jko_grid *grid;
} problem;

static jko_csv *table(const char *name, const char *suffix)
{
    char path[1024];
    jko_csv *csv = NULL;
    (void)snprintf(path, sizeof path, "%s/%s_conservative%s.csv", JKO_TEST_DATA, name, suffix);
    assert_int_equal(jko_csv_read(&csv, path), JKO_OK);
    return csv;
}

static double number(const jko_csv *csv, size_t row, size_t column)
{
    double value = NAN;
    assert_int_equal(jko_csv_number(csv, row, column, &value), JKO_OK);
    return value;
}

static problem open_problem(const trajectory *t)
{
    const size_t n = t->n;
    problem p = {.n = n};
    p.mass = calloc(n, sizeof(double));
    p.saved = calloc(n, TIMES * sizeof(double));
    p.other = calloc(n, 3 * sizeof(double));
    p.densities = table(t->name, "_mu");
    p.rows = table(t->name, "");
    p.count = jko_csv_rows(p.rows) - 1;
    assert_true(p.count <= TIMES && jko_csv_rows(p.densities) == n);
    for (size_t k = 0; k < p.count; k++) {
        p.times[k] = number(p.rows, k + 1, 0);
    }
    double *labour = p.other;
    double *preferences = p.other + n;
    double total_y = 0.0;
    double total_l = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double x = (double)i / (double)n;
        const double mirrored = (double)(i < n / 2 ? i : n - 1 - i) / (double)n;
        p.mass[i] = 30.0 - tan(5.5 * (mirrored - 0.25));
        labour[i] = 1.5 + 0.5 * sin(2.0 * acos(-1.0) * (x - 0.25));
        preferences[i] = 1.0 + 0.3 * cos(4.0 * acos(-1.0) * x);
        total_y += p.mass[i];
        total_l += labour[i];
    }
    for (size_t i = 0; i < n; i++) {
        p.mass[i] /= total_y;
        labour[i] *= (double)n / total_l;
    }
    jko_economy_parameters parameters;
    jko_economy_parameters_default(&parameters);
    parameters.labour_distribution = labour;
    if (t->run == BETA_080) {
        parameters.beta = 0.8;
        assert_int_equal(
            jko_economy_calibrate(0.8, 0.214, 0.04, &parameters.eta, &parameters.sigma), JKO_OK);
    } else if (t->run == SIGMA_03) {
        parameters.sigma = 0.3;
    } else if (t->run == MOBILE) {
        parameters.labour = JKO_LABOUR_MOBILE;
    }
    if (t->preferences) {
        parameters.preferences = preferences;
    }
    assert_int_equal(jko_economy_create(&p.economy, n, 1.0 / (double)n, &parameters), JKO_OK);
    p.energy = (jko_energy){.struct_size = sizeof p.energy};
    assert_int_equal(jko_economy_energy(p.economy, JKO_ENERGY_LOG, &p.energy), JKO_OK);
    assert_int_equal(jko_grid_create_circle(&p.grid, n, 1.0), JKO_OK);
    return p;
}

static void close_problem(problem *p)
{
    free(p->mass);
    free(p->saved);
    free(p->other);
    jko_csv_free(p->densities);
    jko_csv_free(p->rows);
    jko_economy_free(p->economy);
    jko_grid_free(p->grid);
}

static jko_flow *flow_of(const problem *p, jko_step_method method)
{
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = method;
    assert_int_equal(jko_flow_create_1d(&flow, p->grid, &p->energy, &settings), JKO_OK);
    return flow;
}

// What must hold of every minimisation and every step.
typedef struct watch {
    double energy; // of the last state
    double x;      // its consumption
    const jko_economy *economy;
    int bad;
} watch;

static int watch_inner(void *user, const jko_inner_step *inner)
{
    watch *w = user;
    w->bad += inner->status == JKO_OK && inner->gap >= 0.0 &&
                      inner->gap <= fmax(1e-10 * inner->step_cost, 1e-15)
                  ? 0
                  : 1;
    return 0;
}

static int watch_step(void *user, const jko_advance_step *step)
{
    watch *w = user;
    double x = NAN;
    w->bad += jko_economy_consumption(w->economy, step->mass, &x) == JKO_OK ? 0 : 1;
    w->bad += step->energy <= w->energy + 1e-17 && x >= w->x - 1e-14 && !step->fell_back ? 0 : 1;
    w->energy = step->energy;
    w->x = x;
    return 0;
}

/* Largest L1 distance to the file over t >= 0.05, at 0.01, and of X. */
typedef struct distances {
    double later;
    double early;
    double x;
    double mass;
} distances;

static distances run(problem *p, jko_step_method method, const jko_advance_settings *settings,
                     jko_advance_report *report)
{
    distances d = {0.0, 0.0, 0.0, 0.0};
    jko_flow *flow = flow_of(p, method);
    watch w = {.energy = INFINITY, .economy = p->economy};
    const jko_advance_observer observer = {
        .struct_size = sizeof observer, .user = &w, .inner = watch_inner, .step = watch_step};
    double *mass = p->other + 2 * p->n;
    memcpy(mass, p->mass, p->n * sizeof *mass);
    assert_int_equal(jko_flow_advance(flow, settings, 0.0, p->count, p->times, mass, p->saved,
                                      &observer, report),
                     JKO_OK);
    assert_int_equal(w.bad, 0);
    assert_true(report->t == p->times[p->count - 1]);
    assert_same_bits(p->n, mass, p->saved + (p->count - 1) * p->n);
    for (size_t k = 0; k < p->count; k++) {
        const double *m = p->saved + k * p->n;
        long double sum = 0.0L;
        long double total = 0.0L;
        double x = NAN;
        for (size_t i = 0; i < p->n; i++) {
            sum += fabs((double)p->n * m[i] - number(p->densities, i, k + 2));
            total += m[i];
        }
        const double distance = (double)sum / (double)p->n;
        double *worst = p->times[k] >= 0.05 ? &d.later : &d.early;
        *worst = fmax(*worst, distance);
        assert_int_equal(jko_economy_consumption(p->economy, m, &x), JKO_OK);
        d.x = fmax(d.x, fabs(x - number(p->rows, k + 1, jko_csv_find(p->rows, "X"))));
        d.mass = fmax(d.mass, fabs((double)(total - 1.0L)));
    }
    jko_flow_free(flow);
    return d;
}

// `file, scheme, tolerance: ...` as one line, for whoever reads the log.
static void print(const trajectory *t, const jko_advance_settings *s, const jko_advance_report *r,
                  const distances *d)
{
    print_message("%s %s tolerance %g: %lld steps, %lld minimisations, %lld iterations; L1 %.2g "
                  "from 0.05, %.2g at 0.01, X %.2g, mass %.2g\n",
                  t->name, jko_scheme_name(s->scheme), s->tolerance, (long long)r->steps,
                  (long long)r->inner_steps, (long long)r->iterations, d->later, d->early, d->x,
                  d->mass);
}

static void finite_volumes_meet_every_file(void **state)
{
    (void)state;
    for (size_t k = 0; k < FILES; k++) {
        problem p = open_problem(&all[k]);
        for (int scheme = JKO_SCHEME_EXTRAPOLATED; scheme <= JKO_SCHEME_MULTISTEP; scheme++) {
            jko_advance_settings settings;
            jko_advance_report report = {.struct_size = sizeof report};
            jko_advance_settings_default(&settings);
            settings.scheme = (jko_scheme)scheme;
            const distances usual = run(&p, JKO_STEP_FV, &settings, &report);
            print(&all[k], &settings, &report, &usual);
            assert_at_most(usual.later, 1e-4);
            assert_at_most(usual.early, 3e-4);
            assert_at_most(usual.x, 3e-6);
            assert_at_most(usual.mass, 1e-12);
            settings.tolerance = scheme == JKO_SCHEME_MULTISTEP ? 1e-7 : 3e-7;
            const distances tight = run(&p, JKO_STEP_FV, &settings, &report);
            print(&all[k], &settings, &report, &tight);
            assert_at_most(tight.later, 1e-6);
            assert_at_most(tight.x, 1e-7);
            assert_at_most(tight.mass, 1e-12);
        }
        close_problem(&p);
    }
}

/* The same files by the exact distance of densities, whose error in space is another than that
   of the files: what remains at n = 200 is mostly that. */
static void exact_steps_meet_every_file(void **state)
{
    (void)state;
    for (size_t k = 0; k < FILES; k++) {
        problem p = open_problem(&all[k]);
        jko_advance_settings settings;
        jko_advance_report report = {.struct_size = sizeof report};
        jko_advance_settings_default(&settings);
        const distances usual = run(&p, JKO_STEP_EXACT1D, &settings, &report);
        print(&all[k], &settings, &report, &usual);
        assert_at_most(usual.later, 1e-4);
        assert_at_most(usual.early, 3e-4);
        assert_at_most(usual.x, 3e-6);
        assert_at_most(usual.mass, 1e-12);
        close_problem(&p);
    }
}

/* The error from t = 0.2 to 0.6 with tau, tau/2, tau/4, tau/8 falls like tau to the order. All set
   out from one state at 0.2, so that the kink of the initial density is not measured. */
static void check_orders(jko_step_method method, double tolerance)
{
    static const struct {
        jko_scheme scheme;
        double order;
        double within;
    } schemes[] = {{JKO_SCHEME_FIXED, 1.0, 0.1}, {JKO_SCHEME_BDF2, 2.0, 0.25}};
    problem p = open_problem(&all[0]);
    jko_flow *flow = flow_of(&p, method);
    const size_t n = p.n;
    double *best = p.saved;
    double *mass = p.saved + n;
    double *start = p.saved + 2 * n;
    jko_advance_settings tight;
    jko_advance_settings_default(&tight);
    tight.tolerance = tolerance;
    static const double begin = 0.2;
    static const double end = 0.6;
    memcpy(start, p.mass, n * sizeof *start);
    assert_int_equal(jko_flow_advance(flow, &tight, 0.0, 1, &begin, start, NULL, NULL, NULL),
                     JKO_OK);
    memcpy(best, start, n * sizeof *best);
    assert_int_equal(jko_flow_advance(flow, &tight, begin, 1, &end, best, NULL, NULL, NULL),
                     JKO_OK);
    for (size_t k = 0; k < sizeof schemes / sizeof schemes[0]; k++) {
        double last = NAN;
        for (int halving = 0; halving <= 3; halving++) {
            jko_advance_settings settings;
            jko_advance_settings_default(&settings);
            settings.scheme = schemes[k].scheme;
            settings.tau = 0.04 / (1 << halving);
            memcpy(mass, start, n * sizeof *mass);
            assert_int_equal(
                jko_flow_advance(flow, &settings, begin, 1, &end, mass, NULL, NULL, NULL), JKO_OK);
            double error = 0.0;
            for (size_t i = 0; i < n; i++) {
                error += fabs(mass[i] - best[i]);
            }
            print_message("%s %s tau %g: L1 %.3g, order %.3f\n", jko_step_method_name(method),
                          jko_scheme_name(settings.scheme), settings.tau, error,
                          log2(last / error));
            if (halving > 0) {
                assert_close_abs(log2(last / error), schemes[k].order, schemes[k].within);
            }
            last = error;
        }
    }
    jko_flow_free(flow);
    close_problem(&p);
}

static void errors_fall_with_the_order(void **state)
{
    (void)state;
    check_orders(JKO_STEP_FV, 1e-10);
    check_orders(JKO_STEP_EXACT1D, 1e-9);
}

/* Soft and hull costs on the baseline. Values from an independent method of lines with three
   integrators, to the digits given: extremes of the profit rate, its steepest slope, X. */
static void reallocation_meets_known_values(void **state)
{
    (void)state;
    static const struct {
        jko_reallocation kind;
        double t;
        double values[4]; // least and largest profit rate, steepest slope, X
        double within[4];
    } rows[] = {
        {JKO_REALLOCATION_SOFT,
         0.2,
         {0.11651, 0.16479, 0.1074, 0.9799005},
         {6e-6, 6e-6, 6e-5, 6e-8}},
        {JKO_REALLOCATION_SOFT,
         2.0,
         {0.11682, 0.16440, 0.1000, 0.9799077},
         {6e-6, 6e-6, 6e-5, 6e-8}},
        // Depends on the step of whoever integrates the law with its jump: the ranges found.
        {JKO_REALLOCATION_HULL, 2.0, {0.11715, 0.16415, 0.1000, 0.97992}, {5e-4, 5e-4, 6e-5, 2e-5}},
    };
    problem p = open_problem(&all[0]);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        jko_flow *flow = NULL;
        jko_flow_settings settings;
        jko_advance_settings path;
        jko_advance_report report = {.struct_size = sizeof report};
        jko_flow_settings_default(&settings);
        settings.method = JKO_STEP_FV;
        settings.reallocation = rows[k].kind;
        settings.reallocation_cost = 0.14 * 0.1;
        assert_int_equal(jko_flow_create_1d(&flow, p.grid, &p.energy, &settings), JKO_OK);
        jko_advance_settings_default(&path);
        path.tolerance = 1e-6;
        double *mass = p.saved;
        double *profit = p.saved + p.n;
        memcpy(mass, p.mass, p.n * sizeof *mass);
        assert_int_equal(
            jko_flow_advance(flow, &path, 0.0, 1, &rows[k].t, mass, NULL, NULL, &report), JKO_OK);
        jko_short_run run = {.struct_size = sizeof run, .profit_rate = profit};
        double found[4] = {INFINITY, 0.0, 0.0, NAN};
        assert_int_equal(jko_economy_short_run(p.economy, mass, &run), JKO_OK);
        assert_int_equal(jko_economy_consumption(p.economy, mass, &found[3]), JKO_OK);
        for (size_t i = 0; i < p.n; i++) {
            found[0] = fmin(found[0], profit[i]);
            found[1] = fmax(found[1], profit[i]);
            found[2] = fmax(found[2], fabs(profit[(i + 1) % p.n] - profit[i]) * (double)p.n);
        }
        for (size_t j = 0; j < 4; j++) {
            assert_close_abs(found[j], rows[k].values[j], rows[k].within[j]);
        }
        jko_flow_free(flow);
    }
    close_problem(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finite_volumes_meet_every_file),
        cmocka_unit_test(exact_steps_meet_every_file),
        cmocka_unit_test(errors_fall_with_the_order),
        cmocka_unit_test(reallocation_meets_known_values),
    };
    return cmocka_run_group_tests_name("reference/densities", tests, NULL, NULL);
}
