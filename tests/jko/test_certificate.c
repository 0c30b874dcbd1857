// SPDX-License-Identifier: BSD-3-Clause
/* Certificates of steps between densities: never below the true excess, at optima that are known by
   other means next to 0, and without a conjugate still a bound. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/close.h"

#include <jko/jko.h>
#include <string.h>

#define MOST 40

typedef struct problem {
    size_t n;
    double tau;
    jko_grid *grid;
    jko_economy *economy;
    jko_energy energy;
    jko_certificate *certificate;
    double before[MOST];
} problem;

static void random_masses(jko_t_random *random, size_t n, double empty, double *mass)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        mass[i] = i > 0 && jko_t_uniform(random) < empty ? 0.0 : 0.2 + jko_t_exponential(random);
        total += mass[i];
    }
    for (size_t i = 0; i < n; i++) {
        mass[i] /= total;
    }
}

static problem make(jko_t_random *random, size_t n, double s, double tau, bool circle)
{
    problem p = {.n = n, .tau = tau, .energy = {.struct_size = sizeof p.energy}};
    double w[MOST];
    for (size_t i = 0; i < n; i++) {
        w[i] = 0.5 + jko_t_uniform(random);
    }
    assert_int_equal((circle ? jko_grid_create_circle : jko_grid_create_line)(&p.grid, n, 1.0),
                     JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&p.economy, n, 1.0 / (double)n, 0.86, s, w),
                     JKO_OK);
    assert_int_equal(jko_economy_energy(p.economy, JKO_ENERGY_LOG, &p.energy), JKO_OK);
    assert_int_equal(jko_certificate_create(&p.certificate, p.grid, &p.energy), JKO_OK);
    random_masses(random, n, 0.2, p.before);
    return p;
}

static void release(problem *p)
{
    jko_certificate_free(p->certificate);
    jko_economy_free(p->economy);
    jko_grid_free(p->grid);
}

static jko_certificate_report check(const problem *p, const double *after, double *phi)
{
    jko_certificate_report r = {.struct_size = sizeof r};
    assert_int_equal(jko_certificate_check(p->certificate, p->tau, p->before, after, phi, &r),
                     JKO_OK);
    return r;
}

// Of random pairs no objective is less than another's objective less its gap.
static void never_below_the_truth(void **state)
{
    (void)state;
    static const double exponents[] = {-3.0, -0.375, 0.0, 1e-6, 0.0385, 0.5, 0.9, 0.99, 1.0};
    jko_t_random random = {31};
    for (int trial = 0; trial < 90; trial++) {
        const size_t n = 2 + jko_t_integer(&random, MOST - 2);
        problem p = make(&random, n, exponents[trial % 9], pow(10.0, 2.0 * (trial % 5) / 4.0 - 1.5),
                         trial % 2 == 0);
        double least = INFINITY;
        double bound = -INFINITY;
        double after[MOST];
        for (int k = 0; k < 20; k++) {
            random_masses(&random, n, k < 10 && exponents[trial % 9] > 0.0 ? 0.1 : 0.0, after);
            for (size_t j = 0; j < n; j++) { // nearer and nearer to the flat answer
                after[j] = (after[j] + (double)k / (double)n) / (1.0 + (double)k);
            }
            const jko_certificate_report r = check(&p, after, NULL);
            assert_true(r.gap >= 0.0 && r.gap <= r.first_order);
            least = fmin(least, r.objective);
            bound = fmax(bound, r.objective - r.gap);
        }
        assert_true(bound <= least + 1e-14);
        release(&p);
    }
}

// Descent along the certificate's own potential: the bound and the objective close in on each other,
// so both are right. g = E' + (W2^2)'/(2 tau) is what the potential leaves of the variation.
static void closes_at_the_optimum(void **state)
{
    (void)state;
    jko_t_random random = {32};
    for (int trial = 0; trial < 6; trial++) {
        const size_t n = 6;
        problem p = make(&random, n, trial < 3 ? 0.5 : -0.375, 0.3, trial % 2 == 0);
        double m[MOST];
        double phi[MOST];
        double e[MOST];
        double rate = 0.2;
        for (size_t j = 0; j < n; j++) {
            m[j] = 1.0 / (double)n;
        }
        jko_certificate_report r = check(&p, m, phi);
        const double first = r.gap;
        for (int k = 0; k < 20000 && r.gap > 1e-13; k++) {
            double value = 0.0;
            double next[MOST];
            double total = 0.0;
            assert_int_equal(p.energy.eval(p.energy.user, n, m, &value, e), 0);
            for (size_t j = 0; j < n; j++) { // mirror descent
                next[j] = m[j] * exp(-rate * (e[j] - phi[j]) / 0.02);
                total += next[j];
            }
            for (size_t j = 0; j < n; j++) {
                next[j] /= total;
            }
            double next_phi[MOST];
            const jko_certificate_report there = check(&p, next, next_phi);
            if (there.objective > r.objective + 1e-16) {
                rate *= 0.5;
                continue;
            }
            memcpy(m, next, sizeof m);
            memcpy(phi, next_phi, sizeof phi);
            r = there;
        }
        assert_at_most(r.gap, 1e-13);
        assert_true(first > 1e-6);
        release(&p);
    }
}

// The two other ways to bound: by a conjugate that is summed, and by the variation alone.
static void with_less_from_the_energy(void **state)
{
    (void)state;
    jko_t_random random = {33};
    for (int trial = 0; trial < 30; trial++) {
        const size_t n = 2 + jko_t_integer(&random, 20);
        problem p = make(&random, n, trial % 3 == 0 ? -0.375 : 0.3, 0.2, trial % 2 == 0);
        double after[MOST];
        random_masses(&random, n, 0.0, after);
        const jko_certificate_report full = check(&p, after, NULL);
        jko_energy less = p.energy;
        less.conjugate_gap = NULL;
        jko_certificate_free(p.certificate);
        assert_int_equal(jko_certificate_create(&p.certificate, p.grid, &less), JKO_OK);
        const jko_certificate_report summed = check(&p, after, NULL);
        // The searches stop where a few per cent are left to gain.
        assert_true(summed.gap <= 1.001 * full.gap + 1e-15);
        assert_true(full.gap <= 1.25 * summed.gap);
        less.conjugate = NULL;
        jko_certificate_free(p.certificate);
        assert_int_equal(jko_certificate_create(&p.certificate, p.grid, &less), JKO_OK);
        const jko_certificate_report first = check(&p, after, NULL);
        assert_true(first.gap == full.first_order && first.first_order == full.first_order);
        assert_true(full.gap <= first.gap);
        release(&p);
    }
}

static int broken_eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    (void)user;
    (void)n;
    (void)mass;
    (void)variation;
    *value = 0.0;
    return 7;
}

static void refused(void **state)
{
    (void)state;
    jko_t_random random = {34};
    const double point = 0.0;
    problem p = make(&random, 4, 0.5, 0.1, true);
    const double other[4] = {1.0, 1.0, 1.0, 1.0};
    jko_certificate_report r = {.struct_size = sizeof r};
    assert_int_equal(jko_certificate_check(p.certificate, 0.0, p.before, p.before, NULL, &r),
                     JKO_ERR_TAU);
    assert_int_equal(jko_certificate_check(p.certificate, 1.0, p.before, other, NULL, &r),
                     JKO_ERR_MASS_MISMATCH);
    assert_int_equal(jko_certificate_check(NULL, 1.0, p.before, other, NULL, &r), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_certificate_check(p.certificate, 1.0, NULL, other, NULL, &r),
                     JKO_ERR_ARGUMENT);
    r.struct_size = 8;
    assert_int_equal(jko_certificate_check(p.certificate, 1.0, p.before, p.before, NULL, &r),
                     JKO_ERR_ARGUMENT);
    jko_certificate *made = NULL;
    jko_grid *points = NULL;
    jko_energy bad = p.energy;
    assert_int_equal(jko_grid_create_points(&points, 1, 1, &point, NULL), JKO_OK);
    bad.size = 5;
    assert_int_equal(jko_certificate_create(&made, p.grid, &bad), JKO_ERR_SHAPE);
    bad.size = 0;
    assert_int_equal(jko_certificate_create(&made, points, &bad), JKO_ERR_UNSUPPORTED);
    bad.convex = false;
    assert_int_equal(jko_certificate_create(&made, p.grid, &bad), JKO_ERR_UNSUPPORTED);
    bad.convex = true;
    assert_int_equal(jko_certificate_create(&made, NULL, &bad), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_certificate_create(NULL, p.grid, &bad), JKO_ERR_ARGUMENT);
    assert_null(made);
    bad.eval = broken_eval;
    assert_int_equal(jko_certificate_create(&made, p.grid, &bad), JKO_OK);
    r.struct_size = sizeof r;
    assert_int_equal(jko_certificate_check(made, 1.0, p.before, p.before, NULL, &r),
                     JKO_ERR_CALLBACK);
    assert_int_equal(r.callback_error, 7);
    jko_certificate_free(made);
    jko_grid_free(points);
    release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_below_the_truth),
        cmocka_unit_test(closes_at_the_optimum),
        cmocka_unit_test(with_less_from_the_energy),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
