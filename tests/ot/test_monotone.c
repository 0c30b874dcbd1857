// SPDX-License-Identifier: BSD-3-Clause
/*
 * Exact transport on the line and circle through the interface: closed forms, identities, users'
 * cases, statuses, and what stays untouched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance_1d.h"

// Closed form: a translation by h costs |h|^p a unit of mass on the line, far from 0 too.
static void monotone_translation_costs_its_length(void **state)
{
    (void)state;
    const double powers[] = {1.0, 2.0, 3.0};
    jko_t_random random = {11};
    for (int k = 0; k < 6; k++) {
        const double offset = k < 3 ? 0.0 : 1e6;
        instance_1d p = instance_1d_create(30, 30, 0.0, powers[k % 3]);
        for (size_t i = 0; i < 30; i++) {
            // Multiples of 2^-20: h is added without rounding.
            p.x[i] = offset + (double)jko_t_integer(&random, 1 << 20) * 0x1p-20;
            p.y[i] = p.x[i] + 0.0625;
            p.t.a[i] = p.t.b[i] = jko_t_exponential(&random);
        }
        instance_balance(&p.t);
        instance_1d_make_cost(&p);
        const jko_ot_report report = instance_1d_solve(&p, 1e-14);
        assert_close_rel(report.upper, pow(0.0625, p.power) * p.t.total, 1e-14);
        instance_1d_free(&p);
    }
}

// Closed form: two atoms half a circle apart, of which the share q moves: q (L / 2)^2.
static void monotone_across_the_circle_costs_half_of_it(void **state)
{
    (void)state;
    instance_1d p = instance_1d_create(2, 2, 5.0, 2.0);
    p.x[0] = p.y[0] = -1.25;
    p.x[1] = p.y[1] = 1.25 + 5.0 * 7.0;
    p.t.a[0] = p.t.b[1] = 0.75;
    p.t.a[1] = p.t.b[0] = 0.25;
    p.t.total = 1.0;
    instance_1d_make_cost(&p);
    const jko_ot_report report = instance_1d_solve(&p, 1e-14);
    assert_close_abs(report.upper, 0.5 * 6.25, 1e-15);
    instance_1d_free(&p);
}

static void monotone_single_cells_cost_their_distance(void **state)
{
    (void)state;
    const double periods[] = {0.0, 1.0};
    const double want[] = {0.5625, 0.0625}; // 0.75 apart, or 0.25 round the circle
    for (size_t k = 0; k < 2; k++) {
        instance_1d p = instance_1d_create(1, 1, periods[k], 2.0);
        p.x[0] = 0.125;
        p.y[0] = 0.875;
        p.t.a[0] = p.t.b[0] = p.t.total = 3.0;
        instance_1d_make_cost(&p);
        assert_close_rel(instance_1d_solve(&p, 1e-14).upper, 3.0 * want[k], 1e-15);
        instance_1d_free(&p);
    }
}

// Uniform measures of 3 and of 49 atoms, whose masses do not sum to the same double. In units of
// 1 / 147 of the total and of the circle all is whole: the least over all 147 cuts, exactly.
static void monotone_uniform_3_against_49_on_the_circle(void **state)
{
    (void)state;
    long least = 0;
    for (long theta = -147; theta <= 147; theta++) {
        long sum = 0;
        for (long t = 0; t < 147; t++) {
            const long ahead = t + theta + 147;
            const long d = 49 * (t / 49) - (3 * (ahead / 3) - 147);
            sum += d * d;
        }
        least = theta == -147 || sum < least ? sum : least;
    }
    instance_1d p = instance_1d_create(3, 49, 1.0, 2.0);
    for (size_t i = 0; i < 3; i++) {
        p.x[i] = (double)i / 3.0;
        p.t.a[i] = 1.0 / 3.0;
    }
    for (size_t j = 0; j < 49; j++) {
        p.y[j] = (double)j / 49.0;
        p.t.b[j] = 1.0 / 49.0;
    }
    p.t.total = 1.0;
    instance_1d_make_cost(&p);
    const jko_ot_report report = instance_1d_solve(&p, 1e-14);
    assert_close_rel(report.upper, (double)least / (147.0 * 147.0 * 147.0), 1e-13);
    instance_1d_free(&p);
}

// Identity: nothing moves where nothing has to, cells repeated and without mass included.
static void monotone_equal_measures_cost_nothing(void **state)
{
    (void)state;
    const double periods[] = {0.0, 1.0, 0.3};
    jko_t_random random = {12};
    for (size_t k = 0; k < 3; k++) {
        instance_1d p = instance_1d_create(50, 50, periods[k], 2.0);
        for (size_t i = 0; i < 50; i++) {
            p.x[i] = p.y[i] = (double)jko_t_integer(&random, 30) / 30.0;
            p.t.a[i] = p.t.b[i] = jko_t_integer(&random, 4) == 0 ? 0.0 : jko_t_exponential(&random);
        }
        instance_balance(&p.t);
        instance_1d_make_cost(&p);
        assert_close_abs(instance_1d_solve(&p, 1e-14).upper, 0.0, 1e-15 * p.t.total);
        instance_1d_free(&p);
    }
}

// circle_rotations: PythonOT/POT#738. Turning both by the same angle changes nothing.
static void monotone_case_circle_rotations(void **state)
{
    (void)state;
    const double x[] = {0.05, 0.12, 0.41, 0.63};
    const double y[] = {0.22, 0.17, 0.72, 0.93};
    const double rotations[] = {0.0, 0.015625, 0.3125, 0.5, 0.90625, -1.75};
    for (size_t k = 0; k < 6; k++) {
        instance_1d p = instance_1d_create(4, 4, 1.0, 2.0);
        for (size_t i = 0; i < 4; i++) {
            p.x[i] = x[i] + rotations[k];
            p.y[i] = y[i] + rotations[k];
            p.t.a[i] = p.t.b[i] = 0.25;
        }
        p.t.total = 1.0;
        instance_1d_make_cost(&p);
        const jko_ot_report report = instance_1d_solve(&p, 1e-14);
        assert_close_abs(report.upper, 0.015274999999999993, 1e-13);
        instance_1d_free(&p);
    }
}

// interval_unsorted_weighted: PythonOT/POT#138. Masses travel with their positions.
static void monotone_case_interval_unsorted_weighted(void **state)
{
    (void)state;
    const double x[] = {2.5, -1.0, 7.0, 0.25, 4.0};
    const double y[] = {3.0, -2.0, 1.0};
    const double a[] = {0.15, 0.4, 0.05, 0.3, 0.1};
    const double b[] = {0.5, 0.2, 0.3};
    instance_1d p = instance_1d_create(5, 3, 0.0, 2.0);
    memcpy(p.x, x, sizeof x);
    memcpy(p.y, y, sizeof y);
    memcpy(p.t.a, a, sizeof a);
    memcpy(p.t.b, b, sizeof b);
    p.t.total = 1.0;
    instance_1d_make_cost(&p);
    assert_close_rel(instance_1d_solve(&p, 1e-14).upper, 3.50625, 1e-12);
    instance_1d_free(&p);
}

enum { MANY = 100000 };

typedef struct many {
    double x[MANY];
    double y[MANY];
    double a[MANY];
    double b[MANY];
    double f[MANY];
    double g[MANY];
} many;

// Random whole masses on a grid, turned by an eighth: ties everywhere. Bounds that meet prove it.
static void monotone_hundred_thousand_cells_are_proved(void **state)
{
    (void)state;
    many *t = calloc(1, sizeof *t);
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    assert_non_null(t);
    jko_t_random random = {13};
    for (size_t i = 0; i < MANY; i++) {
        t->x[i] = t->y[i] = (double)i / MANY;
        t->a[i] = 1.0 + (double)jko_t_integer(&random, 8);
    }
    for (size_t i = 0; i < MANY; i++) {
        t->b[(i + MANY / 8) % MANY] = t->a[i];
    }
    assert_int_equal(jko_ot_create_1d(&ot, MANY, t->x, MANY, t->y, 1.0, 2.0, NULL), JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t->a, t->b, NULL, &report), JKO_OK);
    assert_int_equal(jko_ot_get_potentials(ot, t->f, t->g), JKO_OK);
    // Bisection among the 10^10 breakpoints takes 33 cuts; of the 2^60 units of mass it takes 60.
    assert_in_range(report.iterations, 1, 45);
    double total = 0.0;
    long double dual = 0.0L;
    for (size_t i = 0; i < MANY; i++) {
        total += t->a[i];
        dual += (long double)t->a[i] * t->f[i] + (long double)t->b[i] * t->g[i];
    }
    // The turn by 1/8 that maps one onto the other is a plan.
    assert_at_most(report.upper, total / 64.0);
    assert_at_most(report.gap, 1e-14 * 0.25 * total);
    assert_close_abs((double)dual, report.upper, 1e-14 * 0.25 * total);
    // Potentials are feasible: a sample of pairs, near and far.
    for (size_t k = 0; k < 200000; k++) {
        const size_t i = jko_t_integer(&random, MANY);
        const size_t j = k % 2 == 0 ? jko_t_integer(&random, MANY) : (i + k % 5) % MANY;
        const double d = remainder(t->x[i] - t->y[j], 1.0);
        assert_at_most(t->f[i] + t->g[j], d * d + 3e-16);
    }
    jko_ot_free(ot);
    free(t);
}

static void expect_refused(size_t m, const double *x, size_t n, const double *y, double period,
                           double power, const jko_ot_settings *settings, jko_status status,
                           const char *name)
{
    jko_ot *ot = (jko_ot *)(uintptr_t)&ot; // anything but NULL
    assert_int_equal(jko_ot_create_1d(&ot, m, x, n, y, period, power, settings), status);
    assert_null(ot);
    assert_true(strstr(jko_error_detail(), name) != NULL);
}

static void monotone_create_bad_input_is_refused(void **state)
{
    (void)state;
    const double x[] = {0.0, 1.0};
    const double nan[] = {0.0, NAN};
    const double inf[] = {0.0, -INFINITY};
    const double far[] = {0.0, 1e200};
    jko_ot_settings s;
    assert_int_equal(jko_ot_create_1d(NULL, 2, x, 2, x, 0.0, 2.0, NULL), JKO_ERR_ARGUMENT);
    expect_refused(2, NULL, 2, x, 0.0, 2.0, NULL, JKO_ERR_ARGUMENT, "x is NULL");
    expect_refused(2, x, 2, NULL, 0.0, 2.0, NULL, JKO_ERR_ARGUMENT, "y is NULL");
    expect_refused(0, x, 2, x, 0.0, 2.0, NULL, JKO_ERR_EMPTY, "x");
    expect_refused(2, x, 0, x, 0.0, 2.0, NULL, JKO_ERR_EMPTY, "y");
    expect_refused(2, nan, 2, x, 0.0, 2.0, NULL, JKO_ERR_NONFINITE, "x[1]");
    expect_refused(2, x, 2, inf, 1.0, 2.0, NULL, JKO_ERR_NONFINITE, "y[1]");
    expect_refused(2, x, 2, x, -1.0, 2.0, NULL, JKO_ERR_ARGUMENT, "period");
    expect_refused(2, x, 2, x, NAN, 2.0, NULL, JKO_ERR_ARGUMENT, "period");
    expect_refused(2, x, 2, x, INFINITY, 2.0, NULL, JKO_ERR_ARGUMENT, "period");
    expect_refused(2, x, 2, x, 0.0, 0.5, NULL, JKO_ERR_ARGUMENT, "power");
    expect_refused(2, x, 2, x, 0.0, NAN, NULL, JKO_ERR_ARGUMENT, "power");
    expect_refused(2, x, 2, far, 0.0, 2.0, NULL, JKO_ERR_NUMERIC, "overflow");
    expect_refused(2, x, 2, far, 1e200, 2.0, NULL, JKO_ERR_NUMERIC, "overflow");
    jko_ot_settings_default(&s);
    s.method = JKO_OT_SINKHORN;
    expect_refused(2, x, 2, x, 0.0, 2.0, &s, JKO_ERR_UNSUPPORTED, "sinkhorn");
    jko_ot_settings_default(&s);
    s.tolerance = -1.0;
    expect_refused(2, x, 2, x, 0.0, 2.0, &s, JKO_ERR_ARGUMENT, "tolerance");
}

static void monotone_needs_positions(void **state)
{
    (void)state;
    const double matrix[] = {0.0, 1.0, 1.0, 0.0};
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings s;
    jko_ot_settings_default(&s);
    s.method = JKO_OT_MONOTONE;
    assert_int_equal(jko_cost_create_matrix(&cost, 2, 2, matrix), JKO_OK);
    assert_int_equal(jko_ot_create(&ot, cost, &s), JKO_ERR_UNSUPPORTED);
    assert_null(ot);
    assert_true(strstr(jko_error_detail(), "jko_ot_create_1d") != NULL);
    assert_string_equal(jko_ot_method_name(JKO_OT_MONOTONE), "monotone");
    jko_cost_free(cost);
}

static void monotone_bad_masses_leave_everything_untouched(void **state)
{
    (void)state;
    const double x[] = {0.0, 0.25, 0.5};
    const double y[] = {0.125, 0.375};
    const double a[] = {1.0, 0.0, 1.0};
    const double b[] = {0.5, 1.5};
    const double bad[][2] = {{-1.0, 3.0}, {NAN, 2.0}, {0.0, 0.0}, {1.0, 1.5}};
    const jko_status want[] = {JKO_ERR_NEGATIVE_MASS, JKO_ERR_NONFINITE, JKO_ERR_ZERO_MASS,
                               JKO_ERR_MASS_MISMATCH};
    for (int circle = 0; circle < 2; circle++) {
        jko_ot *ot = NULL;
        size_t count = 77;
        double f[3];
        double g[2];
        double before[3];
        assert_int_equal(jko_ot_create_1d(&ot, 3, x, 2, y, circle, 2.0, NULL), JKO_OK);
        assert_int_equal(jko_ot_get_potentials(ot, f, g), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_ot_get_arcs(ot, &count, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
        assert_int_equal(count, 77);
        assert_int_equal(jko_ot_solve(ot, a, b, NULL, NULL), JKO_OK);
        assert_int_equal(jko_ot_get_potentials(ot, before, NULL), JKO_OK);
        for (size_t k = 0; k < 4; k++) {
            double plan[6] = {-7.0, -7.0, -7.0, -7.0, -7.0, -7.0};
            jko_ot_report report = {.struct_size = sizeof report, .upper = -7.0};
            assert_int_equal(jko_ot_solve(ot, a, bad[k], plan, &report), want[k]);
            for (size_t i = 0; i < 6; i++) {
                assert_close_abs(plan[i], -7.0, 0.0);
            }
            assert_close_abs(report.upper, -7.0, 0.0);
        }
        assert_int_equal(jko_ot_get_potentials(ot, f, g), JKO_OK);
        assert_same_bits(3, f, before);
        assert_int_equal(jko_ot_get_arcs(ot, &count, NULL, NULL, NULL), JKO_OK);
        assert_int_equal(count, 3);
        assert_int_equal(jko_ot_get_arcs(ot, NULL, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
        assert_int_equal(jko_ot_get_arcs(NULL, &count, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
        jko_ot_free(ot);
    }
}

// Both sides may stand on one array of places, sorted, turned or in no order.
static void monotone_one_array_of_places_is_as_good_as_two(void **state)
{
    (void)state;
    enum { N = 100 };
    double x[N];
    double y[N];
    double a[N];
    double b[N];
    jko_t_random random = {16};
    for (int k = 0; k < 6; k++) {
        double f[2][N];
        double g[2][N];
        jko_ot_report reports[2];
        for (size_t i = 0; i < N; i++) {
            const double at = (double)i / N;
            x[i] = k % 3 == 0 ? at : (k % 3 == 1 ? fmod(at + 0.37, 1.0) : jko_t_uniform(&random));
            y[i] = x[i];
            a[i] = b[N - 1 - i] = jko_t_exponential(&random);
        }
        for (int one = 0; one < 2; one++) {
            jko_ot *ot = NULL;
            reports[one].struct_size = sizeof reports[one];
            assert_int_equal(
                jko_ot_create_1d(&ot, N, x, N, one ? x : y, k < 3 ? 1.0 : 0.0, 2.0, NULL), JKO_OK);
            assert_int_equal(jko_ot_solve(ot, a, b, NULL, &reports[one]), JKO_OK);
            assert_int_equal(jko_ot_get_potentials(ot, f[one], g[one]), JKO_OK);
            jko_ot_free(ot);
        }
        assert_same_bits(N, f[1], f[0]);
        assert_same_bits(N, g[1], g[0]);
        assert_same_bits(1, &reports[1].upper, &reports[0].upper);
        assert_same_bits(1, &reports[1].lower, &reports[0].lower);
    }
}

static int stop_at_once(void *user, int64_t iteration, double error)
{
    ++*(int *)user;
    assert_true(iteration >= 1 && error > 0.0);
    return 1;
}

// Stopped at a cut that can be beaten, the answer is worse and its bounds hold.
static void monotone_stopped_on_the_circle_has_valid_bounds(void **state)
{
    (void)state;
    jko_t_random random = {14};
    instance_1d p = instance_1d_random(40, 1.0, 2.0, INSTANCE_1D_PLAIN, &random);
    while (instance_1d_solve(&p, 1e-14).iterations < 4) {
        instance_1d_free(&p);
        p = instance_1d_random(40, 1.0, 2.0, INSTANCE_1D_PLAIN, &random);
    }
    const double best = instance_1d_solve(&p, 1e-14).upper;
    int asked = 0;
    for (int k = 0; k < 3; k++) {
        jko_ot *ot = NULL;
        jko_ot_settings s;
        jko_ot_report report = {.struct_size = sizeof report};
        const jko_status want[] = {JKO_NOT_CONVERGED, JKO_TIME_LIMIT, JKO_CANCELLED};
        jko_ot_settings_default(&s);
        s.max_iterations = k == 0 ? 1 : s.max_iterations;
        s.time_limit = k == 1 ? 1e-12 : 0.0;
        s.progress = k == 2 ? stop_at_once : NULL;
        s.user = &asked;
        assert_int_equal(jko_ot_create_1d(&ot, p.t.m, p.x, p.t.n, p.y, p.period, p.power, &s),
                         JKO_OK);
        assert_int_equal(jko_ot_solve(ot, p.t.a, p.t.b, p.t.plan, &report), want[k]);
        assert_int_equal(report.status, want[k]);
        assert_int_equal(report.iterations, 1);
        assert_int_equal(jko_ot_get_potentials(ot, p.t.f, p.t.g), JKO_OK);
        instance_1d_check_arcs(&p.t, ot);
        instance_check_within(&p.t, &report, 4.5e-16 * jko_cost_max(p.t.cost));
        assert_at_most(report.lower, best);
        assert_at_most(best, report.upper);
        jko_ot_free(ot);
    }
    assert_int_equal(asked, 1);
    instance_1d_free(&p);
}

// A solver used before, or one for the positions in another order, gives the same answer.
static void monotone_answers_do_not_depend_on_the_past_or_order(void **state)
{
    (void)state;
    for (int circle = 0; circle < 2; circle++) {
        jko_t_random random = {15};
        instance_1d p = instance_1d_random(40, circle, 2.0, INSTANCE_1D_OFFSET, &random);
        instance_1d q = instance_1d_create(p.t.m, p.t.n, p.period, p.power);
        const jko_ot_report first = instance_1d_solve(&p, 1e-14);
        jko_ot *ot = NULL;
        jko_ot_report again = {.struct_size = sizeof again};
        assert_int_equal(jko_ot_create_1d(&ot, p.t.m, p.x, p.t.n, p.y, p.period, p.power, NULL),
                         JKO_OK);
        for (size_t i = 0; i < p.t.m; i++) {
            q.t.a[i] = (double)(i + 1);
            q.x[p.t.m - 1 - i] = p.x[i];
        }
        for (size_t j = 0; j < p.t.n; j++) {
            q.t.b[j] = (double)(p.t.m * (p.t.m + 1)) / (2.0 * (double)p.t.n);
            q.y[p.t.n - 1 - j] = p.y[j];
        }
        assert_int_equal(jko_ot_solve(ot, q.t.a, q.t.b, NULL, NULL), JKO_OK);
        assert_int_equal(jko_ot_solve(ot, p.t.a, p.t.b, q.t.plan, &again), JKO_OK);
        assert_int_equal(jko_ot_get_potentials(ot, q.t.f, q.t.g), JKO_OK);
        assert_same_bits(p.t.m * p.t.n, q.t.plan, p.t.plan);
        assert_same_bits(p.t.m, q.t.f, p.t.f);
        assert_same_bits(p.t.n, q.t.g, p.t.g);
        assert_same_bits(1, &again.upper, &first.upper);
        assert_same_bits(1, &again.lower, &first.lower);
        for (size_t i = 0; i < p.t.m; i++) {
            q.t.a[p.t.m - 1 - i] = p.t.a[i];
        }
        for (size_t j = 0; j < p.t.n; j++) {
            q.t.b[p.t.n - 1 - j] = p.t.b[j];
        }
        q.t.total = p.t.total;
        instance_1d_make_cost(&q);
        const jko_ot_report turned = instance_1d_solve(&q, 1e-14);
        assert_close_rel(turned.upper, first.upper, 1e-14);
        jko_ot_free(ot);
        instance_1d_free(&p);
        instance_1d_free(&q);
    }
}

// The arcs of the other methods: the simplex has a tree of them, Sinkhorn has none.
static void monotone_arcs_of_other_methods(void **state)
{
    (void)state;
    jko_t_random random = {16};
    instance t = instance_random(20, 30, INSTANCE_TIES, &random);
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SINKHORN};
    for (size_t k = 0; k < 2; k++) {
        jko_ot *ot = NULL;
        jko_ot_settings s;
        size_t count = 0;
        jko_ot_settings_default(&s);
        s.method = methods[k];
        assert_int_equal(jko_ot_create(&ot, t.cost, &s), JKO_OK);
        assert_true(jko_ot_solve(ot, t.a, t.b, t.plan, NULL) >= 0);
        if (k == 0) {
            instance_1d_check_arcs(&t, ot);
        } else {
            assert_int_equal(jko_ot_get_arcs(ot, &count, NULL, NULL, NULL), JKO_ERR_UNSUPPORTED);
        }
        jko_ot_free(ot);
    }
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotone_translation_costs_its_length),
        cmocka_unit_test(monotone_across_the_circle_costs_half_of_it),
        cmocka_unit_test(monotone_single_cells_cost_their_distance),
        cmocka_unit_test(monotone_uniform_3_against_49_on_the_circle),
        cmocka_unit_test(monotone_equal_measures_cost_nothing),
        cmocka_unit_test(monotone_case_circle_rotations),
        cmocka_unit_test(monotone_case_interval_unsorted_weighted),
        cmocka_unit_test(monotone_hundred_thousand_cells_are_proved),
        cmocka_unit_test(monotone_create_bad_input_is_refused),
        cmocka_unit_test(monotone_needs_positions),
        cmocka_unit_test(monotone_bad_masses_leave_everything_untouched),
        cmocka_unit_test(monotone_one_array_of_places_is_as_good_as_two),
        cmocka_unit_test(monotone_stopped_on_the_circle_has_valid_bounds),
        cmocka_unit_test(monotone_answers_do_not_depend_on_the_past_or_order),
        cmocka_unit_test(monotone_arcs_of_other_methods),
    };
    return cmocka_run_group_tests_name("ot/monotone", tests, NULL, NULL);
}
