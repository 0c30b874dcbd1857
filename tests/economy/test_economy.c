// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/economy.c: derived numbers, classes, copies, and each status.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

#include <string.h>

static jko_economy_summary summary_of(const jko_economy *economy)
{
    jko_economy_summary summary = {.struct_size = sizeof summary};
    assert_int_equal(jko_economy_summarize(economy, &summary), JKO_OK);
    return summary;
}

// The table of the model's notation: baseline values printed there to 7 digits.
static void baseline_has_the_published_numbers(void **state)
{
    (void)state;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 200, 0.005, NULL), JKO_OK);
    const jko_economy_summary summary = summary_of(economy);
    assert_close_abs(summary.theta, 0.1607477, 5e-8);
    assert_close_abs(summary.q, 0.2392665, 5e-8);
    assert_close_abs(summary.s, 0.0384615, 5e-8);
    assert_close_rel(summary.s, 0.04 / 1.04, 1e-13); // s = rho2/(1 + rho2)
    assert_close_rel(summary.c, 0.0196, 1e-14);
    assert_true(summary.exponent == summary.q && summary.scale == 1.0);
    assert_true(summary.beta == 0.86 && summary.cell == 0.005);
    assert_true(summary.efficient && !summary.reduced);
    assert_int_equal(summary.convexity, JKO_CONVEX);
    assert_true(jko_economy_size(economy) == 200);
    jko_economy_free(economy);
}

static void mobile_labour_has_its_own_exponent(void **state)
{
    (void)state;
    const double labour[] = {2.0, 4.0};
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.labour = JKO_LABOUR_MOBILE;
    p.labour_distribution = labour;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    const jko_economy_summary summary = summary_of(economy);
    assert_close_abs(summary.exponent, 0.3012557, 5e-8);
    assert_close_abs(summary.s, 0.0484262, 5e-8);
    assert_close_rel(summary.scale, pow(3.0, 0.86), 1e-15); // Lbar = 0.5 (2 + 4)
    jko_economy_free(economy);
}

static void class_follows_s(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0};
    const double s[] = {-3.0, 0.0, 0.999999, 1.0, 1.000001, 2.0};
    const jko_convexity want[] = {JKO_CONVEX,     JKO_CONVEX,    JKO_CONVEX,
                                  JKO_DEGENERATE, JKO_NONCONVEX, JKO_NONCONVEX};
    for (size_t k = 0; k < 6; k++) {
        jko_economy *economy = NULL;
        assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, s[k], weights), JKO_OK);
        const jko_economy_summary summary = summary_of(economy);
        assert_int_equal(summary.convexity, want[k]);
        assert_true(summary.s == s[k] && summary.reduced && !summary.efficient);
        assert_true(isnan(summary.theta) && isnan(summary.q) && isnan(summary.exponent) &&
                    isnan(summary.scale));
        jko_economy_free(economy);
    }
}

static void negative_returns_are_not_efficient(void **state)
{
    (void)state;
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.eta = -0.5; // theta = -0.36
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_OK);
    assert_false(summary_of(economy).efficient);
    jko_economy_free(economy);
}

static void weights_are_copied_and_handed_out(void **state)
{
    (void)state;
    double weights[] = {1.0, 2.0, 1e-300};
    const double before[] = {1.0, 2.0, 1e-300};
    double got[3];
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 3, 0.5, 0.86, 0.5, weights), JKO_OK);
    weights[0] = 9.0;
    assert_int_equal(jko_economy_get_weights(economy, got), JKO_OK);
    assert_same_bits(3, got, before);
    assert_int_equal(jko_economy_get_weights(NULL, got), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_get_weights(economy, NULL), JKO_ERR_ARGUMENT);
    jko_economy_free(economy);
}

static void grid_out_of_range_is_refused(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0};
    const double cells[] = {0.0, -1.0, NAN, INFINITY};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(NULL, 2, 0.5, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_create_reduced(NULL, 2, 0.5, 0.86, 0.5, weights),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_create(&economy, 0, 0.5, NULL), JKO_ERR_EMPTY);
    assert_int_equal(jko_economy_create_reduced(&economy, 0, 0.5, 0.86, 0.5, weights),
                     JKO_ERR_EMPTY);
    for (size_t k = 0; k < 4; k++) {
        const jko_status want = k < 2 ? JKO_ERR_ARGUMENT : JKO_ERR_NONFINITE;
        assert_int_equal(jko_economy_create(&economy, 2, cells[k], NULL), want);
        assert_int_equal(jko_economy_create_reduced(&economy, 2, cells[k], 0.86, 0.5, weights),
                         want);
        assert_null(economy);
    }
}

static void reduced_form_out_of_range_is_refused(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0};
    const double bad[] = {1.0, -2.0};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 1.0, 0.5, weights),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, NAN, weights),
                     JKO_ERR_NONFINITE);
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, 0.5, NULL),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, 0.5, bad), JKO_ERR_WEIGHT);
    assert_null(economy);
}

static void weights_outside_double_are_refused(void **state)
{
    (void)state;
    const double tiny[] = {1e-300, 1.0};
    const double huge[] = {1.7e308, 1.7e308};
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.sigma = 0.3; // q = -7/3
    p.technology = tiny;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_ERR_NUMERIC);
    assert_non_null(strstr(jko_error_detail(), "sector 0"));
    assert_int_equal(jko_economy_create_reduced(&economy, 2, 0.5, 0.86, 0.5, huge),
                     JKO_ERR_NUMERIC);
    jko_economy_parameters_default(&p);
    p.eta = 1e308;
    p.sigma = 1e-3; // theta q overflows
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, &p), JKO_ERR_NUMERIC);
    assert_null(economy);
}

static void summary_out_of_range_is_refused(void **state)
{
    (void)state;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    jko_economy_summary summary = {.struct_size = sizeof(size_t), .s = 7.0};
    assert_int_equal(jko_economy_summarize(economy, &summary), JKO_ERR_ARGUMENT);
    summary.struct_size = sizeof summary;
    assert_int_equal(jko_economy_summarize(NULL, &summary), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_summarize(economy, NULL), JKO_ERR_ARGUMENT);
    assert_true(summary.s == 7.0);
    assert_true(jko_economy_size(NULL) == 0);
    jko_economy_free(economy);
    jko_economy_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baseline_has_the_published_numbers),
        cmocka_unit_test(mobile_labour_has_its_own_exponent),
        cmocka_unit_test(class_follows_s),
        cmocka_unit_test(negative_returns_are_not_efficient),
        cmocka_unit_test(weights_are_copied_and_handed_out),
        cmocka_unit_test(grid_out_of_range_is_refused),
        cmocka_unit_test(reduced_form_out_of_range_is_refused),
        cmocka_unit_test(weights_outside_double_are_refused),
        cmocka_unit_test(summary_out_of_range_is_refused),
    };
    return cmocka_run_group_tests_name("economy/economy", tests, NULL, NULL);
}
