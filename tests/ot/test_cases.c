// SPDX-License-Identifier: BSD-3-Clause
/*
 * Small problems made after users' reports on other transport libraries (named at each). Inputs
 * and values were computed outside libjko by at least two independent methods: rational
 * arithmetic with a dual certificate, a second LP solver, 60-digit arithmetic, closed forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/instance.h"
#include "ot/lp.h"

static instance from_matrix(size_t m, size_t n, const double *a, const double *b,
                            const double *matrix)
{
    instance t = instance_create(m, n);
    memcpy(t.a, a, m * sizeof *a);
    memcpy(t.b, b, n * sizeof *b);
    for (size_t i = 0; i < m; i++) {
        t.total += a[i];
    }
    if (matrix != NULL) {
        assert_int_equal(jko_cost_create_matrix(&t.cost, m, n, matrix), JKO_OK);
    }
    return t;
}

static instance from_points(size_t m, size_t n, size_t dim, const double *a, const double *b,
                            const double *x, const double *y, const double *period)
{
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    instance t = from_matrix(m, n, a, b, NULL);
    assert_int_equal(jko_grid_create_points(&source, m, dim, x, period), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, n, dim, y, period), JKO_OK);
    assert_int_equal(jko_cost_create_squared(&t.cost, source, target), JKO_OK);
    jko_grid_free(source);
    jko_grid_free(target);
    return t;
}

// All exact methods meet the value; plan and potentials are checked in full.
static void expect_exact(instance *t, double value, double abs_tol, double rel_tol)
{
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SHORTLIST, JKO_OT_LP};
    for (size_t k = 0; k < (jko_i_lp_exists() ? 3 : 2); k++) {
        jko_ot_settings settings;
        jko_ot_report report;
        double dual = 0.0;
        jko_ot_settings_default(&settings);
        settings.method = methods[k];
        assert_int_equal(instance_solve(t, &settings, &report), JKO_OK);
        instance_check_exact(t, &report, 1e-12);
        jko_t_close(report.transport_cost, value, abs_tol, rel_tol, "transport_cost", __FILE__,
                    __LINE__);
        assert_at_most(report.plan_error, 1e-12);
        for (size_t i = 0; i < t->m; i++) {
            dual += t->a[i] * t->f[i];
        }
        for (size_t j = 0; j < t->n; j++) {
            dual += t->b[j] * t->g[j];
        }
        assert_close_rel(dual, value, 1e-9);
        for (size_t i = 0; i < t->m; i++) {
            for (size_t j = 0; j < t->n; j++) {
                assert_at_most(t->f[i] + t->g[j], jko_cost_get(t->cost, i, j) + 1e-9);
            }
        }
    }
}

static jko_ot_report solve_entropic_to(instance *t, double epsilon, double tolerance)
{
    jko_ot_settings settings;
    jko_ot_report report;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.epsilon = epsilon;
    settings.tolerance = tolerance;
    assert_int_equal(instance_solve(t, &settings, &report), JKO_OK);
    instance_check(t, &report);
    return report;
}

static jko_ot_report solve_entropic(instance *t, double epsilon)
{
    return solve_entropic_to(t, epsilon, 1e-12);
}

// circle_rotations: PythonOT/POT#738. Turning both samples by the same angle changes nothing.
static void case_circle_rotations(void **state)
{
    (void)state;
    const double mass[] = {0.25, 0.25, 0.25, 0.25};
    const double x[] = {0.05, 0.12, 0.41, 0.63};
    const double y[] = {0.22, 0.17, 0.72, 0.93};
    const double rotations[] = {0.0, 0.015625, 0.3125, 0.5, 0.90625, -1.75};
    const double period[] = {1.0};
    for (size_t k = 0; k < 6; k++) {
        double from[4];
        double to[4];
        for (size_t i = 0; i < 4; i++) {
            from[i] = x[i] + rotations[k];
            to[i] = y[i] + rotations[k];
        }
        instance t = from_points(4, 4, 1, mass, mass, from, to, period);
        expect_exact(&t, 0.015274999999999993, 1e-13, 1e-11);
        instance_free(&t);
    }
}

// exact_huge_unused_costs: PythonOT/POT#229, GUDHI/gudhi-devel#465. Entries near 1e30 that no
// optimal plan touches must not spoil the ordinary ones.
static void case_exact_huge_unused_costs(void **state)
{
    (void)state;
    const double a[] = {0.375, 0.125, 0.125, 0.125, 0.25};
    const double b[] = {0.5, 0.125, 0.125, 0.125, 0.125};
    const double matrix[] = {0.015625, 8e+28,   5.0,     53.75,    25.75,   8e+28, 7.375,
                             1e+30,    1e+30,   1e+30,   3.203125, 1e+30,   200.5, 86.25,
                             45.75,    3.46875, 1e+30,   156.125,  245.875, 167.0, 0.515625,
                             1e+30,    168.375, 147.625, 109.25};
    instance t = from_matrix(5, 5, a, b, matrix);
    expect_exact(&t, 12.447265625, 1e-12, 1e-12);
    instance_free(&t);
}

// exact_rectangular_swap: PythonOT/POT#40, wmayner/pyemd#66. 3 by 5, asymmetric.
static void case_exact_rectangular_swap(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.3, 0.2};
    const double b[] = {0.1, 0.25, 0.3, 0.15, 0.2};
    const double matrix[] = {2.0, 5.0, 3.5, 8.0, 1.0, 7.0, 1.5, 4.0,
                             2.0, 6.0, 3.0, 6.5, 0.5, 9.0, 4.5};
    double transposed[15];
    for (size_t k = 0; k < 15; k++) {
        transposed[(k % 5) * 3 + k / 5] = matrix[k];
    }
    instance t = from_matrix(3, 5, a, b, matrix);
    instance u = from_matrix(5, 3, b, a, transposed);
    expect_exact(&t, 1.875, 1e-12, 1e-12);
    expect_exact(&u, 1.875, 1e-12, 1e-12);
    instance_free(&t);
    instance_free(&u);
}

// exact_uniform_3_vs_49: PythonOT/POT#190. Weights 1/3 and 1/49 do not sum to the same double.
static void case_exact_uniform_3_vs_49(void **state)
{
    (void)state;
    const double x[] = {0.0, 1.0, 3.0, 5.0, 6.0, 2.0};
    double a[3];
    double b[49];
    double y[98];
    for (size_t i = 0; i < 3; i++) {
        a[i] = 0.3333333333333333;
    }
    for (size_t j = 0; j < 49; j++) {
        b[j] = 0.02040816326530612;
        y[2 * j] = (double)(j / 7);
        y[2 * j + 1] = (double)(j % 7);
    }
    instance t = from_points(3, 49, 2, a, b, x, y, NULL);
    expect_exact(&t, 4.2517006802721085, 0.0, 1e-10);
    instance_free(&t);
}

// exact_zero_mass_bins_duals: PythonOT/POT#123. Bins without mass keep feasible potentials.
static void case_exact_zero_mass_bins_duals(void **state)
{
    (void)state;
    const double a[] = {0.3, 0.0, 0.45, 0.0, 0.25};
    const double b[] = {0.0, 0.2, 0.0, 0.55, 0.25};
    const double matrix[] = {4.0, 7.0, 1.0, 9.0, 3.0, 0.0,  0.5, 2.0, 1.0, 6.0, 5.0, 2.0, 8.0,
                             3.0, 7.0, 1.0, 0.0, 4.0, 0.25, 2.0, 6.0, 8.0, 0.0, 5.0, 1.5};
    instance t = from_matrix(5, 5, a, b, matrix);
    expect_exact(&t, 3.55, 1e-12, 1e-12);
    instance_free(&t);
}

// interval_unsorted_weighted: PythonOT/POT#138. Positions in no order.
static void case_interval_unsorted_weighted(void **state)
{
    (void)state;
    const double a[] = {0.15, 0.4, 0.05, 0.3, 0.1};
    const double b[] = {0.5, 0.2, 0.3};
    const double x[] = {2.5, -1.0, 7.0, 0.25, 4.0};
    const double y[] = {3.0, -2.0, 1.0};
    instance t = from_points(5, 3, 1, a, b, x, y, NULL);
    expect_exact(&t, 3.50625, 1e-12, 1e-12);
    instance_free(&t);
}

// entropic_tiny_eps_kernel_underflow: PythonOT/POT#54, PythonOT/POT#194.
static void case_entropic_tiny_eps_kernel_underflow(void **state)
{
    (void)state;
    const double a[] = {0.22, 0.31, 0.18, 0.29};
    const double b[] = {0.27, 0.14, 0.36, 0.23};
    const double matrix[] = {13.0, 21.5, 40.0, 33.0, 25.0, 11.0, 17.5, 29.0,
                             38.5, 27.0, 12.0, 15.0, 31.0, 19.0, 23.0, 10.5};
    instance t = from_matrix(4, 4, a, b, matrix);
    // Exponents of 4000 have a rounding floor of 2e-12.
    const jko_ot_report report = solve_entropic_to(&t, 0.01, 1e-11);
    assert_close_rel(report.entropic_value, 13.713703418519861, 1e-8);
    assert_close_rel(report.transport_cost, 13.705, 1e-8);
    assert_at_most(report.row_error + report.column_error, 1e-9);
    instance_free(&t);
}

// entropic_which_value: PythonOT/POT#383, JuliaOptimalTransport/OptimalTransport.jl#74,
// ott-jax/ott#376. Each of the values called the Sinkhorn loss is what its name says.
static void case_entropic_which_value(void **state)
{
    (void)state;
    const double a[] = {0.35, 0.65};
    const double b[] = {0.6, 0.4};
    const double matrix[] = {0.2, 1.1, 1.7, 0.3};
    instance t = from_matrix(2, 2, a, b, matrix);
    const jko_ot_report report = solve_entropic(&t, 0.4);
    assert_close_rel(report.transport_cost, 0.6190327226478034, 1e-10);
    assert_close_rel(report.entropic_value, 0.7102651764861395, 1e-10);
    assert_close_rel(report.entropic_cost, 0.6190327226478034, 1e-10);
    assert_close_rel(report.neg_entropy_value, 0.1820818540685839, 1e-9);
    assert_close_rel(report.dual_value, 0.7102651764861395, 1e-10);
    instance_free(&t);
}

// entropic_zero_mass_bins: ott-jax/ott#185, PythonOT/POT#34. 0 log 0 is 0.
static void case_entropic_zero_mass_bins(void **state)
{
    (void)state;
    const double a[] = {0.4, 0.0, 0.35, 0.25};
    const double b[] = {0.2, 0.5, 0.0, 0.0, 0.3};
    const double x[] = {0.0, 0.8, 1.5, 2.5};
    const double y[] = {0.1, 1.0, 1.2, 2.0, 2.6};
    const double plan[] = {0.19996299961616892,
                           0.2000369966284439,
                           0.0,
                           0.0,
                           3.755387190744662e-09,
                           0.0,
                           0.0,
                           0.0,
                           0.0,
                           0.0,
                           3.700037315108364e-05,
                           0.2999280773793741,
                           0.0,
                           0.0,
                           0.05003492224747479,
                           1.0679989886430892e-11,
                           3.492599218200237e-05,
                           0.0,
                           0.0,
                           0.24996507399713802};
    instance t = from_points(4, 5, 1, a, b, x, y, NULL);
    const jko_ot_report report = solve_entropic(&t, 0.3);
    assert_close_rel(report.entropic_value, 0.5226344410633452, 1e-9);
    assert_close_rel(report.transport_cost, 0.3402116822905848, 1e-9);
    for (size_t k = 0; k < 20; k++) {
        assert_close_abs(t.plan[k], plan[k], 1e-9);
    }
    instance_free(&t);
}

// divergence_tiny_translation: jeanfeydy/geomloss#24, #25. The divergence of a cloud and the
// cloud moved by h is |h|^2 = 1.19e-6, positive.
static void case_divergence_tiny_translation(void **state)
{
    (void)state;
    const double mass[] = {0.1, 0.3, 0.2, 0.25, 0.15};
    const double x[] = {0.0, 0.0, 0.5, 0.125, 0.25, 0.75, 1.0, 0.5, 0.875, 1.0};
    double y[10];
    for (size_t k = 0; k < 10; k++) {
        y[k] = x[k] + (k % 2 == 0 ? 0.0009765625 : -0.00048828125);
    }
    instance ab = from_points(5, 5, 2, mass, mass, x, y, NULL);
    instance aa = from_points(5, 5, 2, mass, mass, x, x, NULL);
    instance bb = from_points(5, 5, 2, mass, mass, y, y, NULL);
    jko_ot_settings settings;
    jko_ot_divergence_report report = {.struct_size = sizeof report};
    jko_ot_settings_default(&settings);
    settings.epsilon = 0.25;
    settings.tolerance = 1e-12;
    assert_int_equal(
        jko_ot_divergence(ab.cost, aa.cost, bb.cost, &settings, mass, mass, NULL, NULL, &report),
        JKO_OK);
    assert_close_abs(report.divergence, 1.1920928955078125e-06, 1e-9);
    assert_close_abs(report.value_ab, solve_entropic(&ab, 0.25).entropic_value, 1e-11);
    instance_free(&ab);
    instance_free(&aa);
    instance_free(&bb);
}

// invalid_mass_mismatch: PythonOT/POT#93, thaler-lab/EnergyFlow#8. Totals 1 and 0.8.
static void case_invalid_mass_mismatch(void **state)
{
    (void)state;
    const double a[] = {0.5, 0.5};
    const double b[] = {0.3, 0.3, 0.2};
    const double matrix[] = {1.0, 2.0, 3.0, 3.0, 1.0, 2.0};
    jko_ot *ot = NULL;
    instance t = from_matrix(2, 3, a, b, matrix);
    assert_int_equal(jko_ot_create(&ot, t.cost, NULL), JKO_OK);
    const jko_status status = jko_ot_solve(ot, a, b, t.plan, NULL);
    assert_string_equal(jko_status_name(status), "mass_mismatch");
    jko_ot_free(ot);
    instance_free(&t);
}

// invalid_nan_cost: PythonOT/POT#623, PythonOT/POT#869. Refused before any solver sees it.
static void case_invalid_nan_cost(void **state)
{
    (void)state;
    const double matrix[] = {0.0, NAN, 1.0, 0.0};
    jko_cost *cost = NULL;
    assert_string_equal(jko_status_name(jko_cost_create_matrix(&cost, 2, 2, matrix)),
                        "nonfinite_input");
    assert_null(cost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_circle_rotations),
        cmocka_unit_test(case_exact_huge_unused_costs),
        cmocka_unit_test(case_exact_rectangular_swap),
        cmocka_unit_test(case_exact_uniform_3_vs_49),
        cmocka_unit_test(case_exact_zero_mass_bins_duals),
        cmocka_unit_test(case_interval_unsorted_weighted),
        cmocka_unit_test(case_entropic_tiny_eps_kernel_underflow),
        cmocka_unit_test(case_entropic_which_value),
        cmocka_unit_test(case_entropic_zero_mass_bins),
        cmocka_unit_test(case_divergence_tiny_translation),
        cmocka_unit_test(case_invalid_mass_mismatch),
        cmocka_unit_test(case_invalid_nan_cost),
    };
    return cmocka_run_group_tests_name("ot/cases", tests, NULL, NULL);
}
