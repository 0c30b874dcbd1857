// SPDX-License-Identifier: BSD-3-Clause
/*
 * 500 random entropic problems, epsilon from 1 to 1e-6 of the largest cost: zero masses, ties,
 * offsets, forbidden arcs. What the report says of the iterate is recomputed from its potentials.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"

#include <float.h>

#define PROBLEMS 500
#define LARGEST ((size_t)40)
#define SEED 60240611ULL
#define TOLERANCE 1e-9

// All allowed costs moved by one constant, up to a thousand times their range, of any sign.
static void offset(instance *t, jko_t_random *random)
{
    const double shift = jko_cost_max(t->cost) * (2.0 * jko_t_uniform(random) - 1.0) *
                         pow(10.0, (double)jko_t_integer(random, 4));
    double *matrix = calloc(t->m * t->n, sizeof *matrix);
    assert_non_null(matrix);
    for (size_t k = 0; k < t->m * t->n; k++) {
        matrix[k] = jko_cost_get(t->cost, k / t->n, k % t->n) + shift;
    }
    jko_cost_free(t->cost);
    assert_int_equal(jko_cost_create_matrix(&t->cost, t->m, t->n, matrix), JKO_OK);
    free(matrix);
}

static instance random_problem(unsigned long long seed)
{
    jko_t_random random = {seed};
    const instance_kind kind = (instance_kind)(seed % INSTANCE_KINDS);
    const size_t m = 1 + jko_t_integer(&random, LARGEST);
    const size_t n = jko_t_integer(&random, 3) == 0 ? m : 1 + jko_t_integer(&random, LARGEST);
    instance t = instance_random(m, n, kind, &random);
    if (jko_t_integer(&random, 4) == 0) {
        instance_forbid(&t, jko_t_uniform(&random), kind == INSTANCE_TIES, &random);
    }
    if (jko_t_integer(&random, 4) == 0) {
        offset(&t, &random);
    }
    return t;
}

// L1 error of both marginals of the plan of the entropic potentials, over the total. Where arcs
// are forbidden, others may be of no use to any plan, and the potentials say nothing of those: the
// returned plan has no mass there.
static double error_of(const instance *t, const double *f, const double *g, double epsilon)
{
    long double error = 0.0L;
    long double *columns = calloc(t->n, sizeof *columns);
    assert_non_null(columns);
    for (size_t i = 0; i < t->m; i++) {
        long double row = 0.0L;
        for (size_t j = 0; j < t->n; j++) {
            const double c = jko_cost_get(t->cost, i, j);
            const bool useless = t->plan[i * t->n + j] == 0.0 && t->forbidden;
            if (t->a[i] > 0.0 && t->b[j] > 0.0 && !useless) {
                const long double exponent = ((long double)f[i] + g[j] - c) / epsilon;
                const long double mass = expl(exponent) * t->a[i] * t->b[j] / t->total;
                row += mass;
                columns[j] += mass;
            }
        }
        error += fabsl(row - t->a[i]);
    }
    for (size_t j = 0; j < t->n; j++) {
        error += fabsl(columns[j] - t->b[j]);
    }
    free(columns);
    return (double)(error / t->total);
}

static void check_iterate(const instance *t, jko_ot *ot, const jko_ot_report *report)
{
    double f[LARGEST];
    double g[LARGEST];
    double largest = jko_cost_max(t->cost);
    assert_int_equal(jko_ot_get_entropic_potentials(ot, f, g), JKO_OK);
    for (size_t i = 0; i < t->m; i++) {
        assert_false(isnan(f[i]) || (t->a[i] > 0.0 && isinf(f[i])));
        largest = fmax(largest, t->a[i] > 0.0 ? fabs(f[i]) : 0.0);
    }
    for (size_t j = 0; j < t->n; j++) {
        assert_false(isnan(g[j]) || (t->b[j] > 0.0 && isinf(g[j])));
        largest = fmax(largest, t->b[j] > 0.0 ? fabs(g[j]) : 0.0);
    }
    // Potentials as doubles resolve exponents to this; an offset takes its digits here.
    const double rounding = 8.0 * DBL_EPSILON * (1.0 + largest / report->epsilon);
    if (rounding < 1e-3) {
        assert_at_most(error_of(t, f, g, report->epsilon), TOLERANCE + rounding);
    }
}

static bool solve(instance *t, unsigned long long seed)
{
    jko_t_random random = {seed};
    jko_ot_settings settings;
    jko_ot_report exact;
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    assert_int_equal(instance_solve(t, NULL, &exact), JKO_OK);
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.epsilon = pow(10.0, -6.0 * jko_t_uniform(&random)) * jko_cost_max(t->cost);
    settings.max_iterations = 3000;
    assert_int_equal(jko_ot_create(&ot, t->cost, &settings), JKO_OK);
    const jko_status status = jko_ot_solve(ot, t->a, t->b, t->plan, &report);
    assert_true(status >= 0);
    assert_int_equal(jko_ot_get_potentials(ot, t->f, t->g), JKO_OK);
    instance_check(t, &report);
    const double rounding = 1e-14 * jko_cost_max(t->cost) * t->total;
    assert_at_most(report.lower, exact.upper + rounding);
    assert_at_most(exact.lower, report.upper + rounding);
    assert_true(isfinite(report.entropic_value) && isfinite(report.dual_value));
    assert_true(isfinite(report.entropic_cost) && isfinite(report.neg_entropy_value));
    if (status == JKO_OK) {
        assert_close_abs(report.epsilon, settings.epsilon, 0.0);
        assert_at_most(report.accuracy, TOLERANCE);
        assert_at_most(report.row_error + report.column_error, TOLERANCE * t->total);
        check_iterate(t, ot, &report);
        // Weak duality, and no gap at the optimum: both values err by the error times potentials.
        const double scale = (jko_cost_max(t->cost) + settings.epsilon) * t->total;
        assert_close_abs(report.dual_value, report.entropic_value, 1e-6 * scale);
    } else {
        assert_true(status == JKO_NOT_CONVERGED || status == JKO_STALLED);
        print_message("seed %llu: %s, accurate to %.1e at epsilon %.1e\n", seed,
                      jko_status_name(status), report.accuracy,
                      settings.epsilon / jko_cost_max(t->cost));
    }
    jko_ot_free(ot);
    return status == JKO_OK;
}

static void entropic_random_problems_keep_what_they_claim(void **state)
{
    (void)state;
    jko_t_need_long_double(); // instance_check measures costs in it
    size_t converged = 0;
    print_message("seeds %llu to %llu\n", SEED, SEED + PROBLEMS - 1);
    for (unsigned long long seed = SEED; seed < SEED + PROBLEMS; seed++) {
        instance t = random_problem(seed);
        converged += solve(&t, seed);
        instance_free(&t);
    }
    print_message("%zu of %d converged\n", converged, PROBLEMS);
    assert_true(converged >= PROBLEMS * 95 / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entropic_random_problems_keep_what_they_claim),
    };
    return cmocka_run_group_tests_name("ot/entropic_random", tests, NULL, NULL);
}
