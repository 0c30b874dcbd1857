// SPDX-License-Identifier: BSD-3-Clause
/*
 * The statistics of jko panel against closed forms. (tests/cli/panel_austria.sh has 595 of them
 * against an independent implementation.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "distance.h"
#include "draws.h"
#include "forecast.h"
#include "ols.h"
#include "pooled.h"
#include "structure.h"
#include "support/close.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// t with 1 degree of freedom is Cauchy's, whose quantiles are tangents.
static void t_of_one_degree_is_cauchy(void **state)
{
    (void)state;
    const double pi = acos(-1.0);
    assert_close_rel(ev_t_quantile(0.975, 1.0), tan(pi * 0.475), 1e-12);
    assert_close_rel(ev_t_two_sided(1.0, 1.0), 0.5, 1e-12);
    assert_close_rel(ev_t_two_sided(-1.0, 1.0), 0.5, 1e-12);
}

// Type 7 of 1, 2, 4, 8 in any order: positions 0.75 and 1.5 of 0 .. 3.
static void quantile_is_of_type_7(void **state)
{
    (void)state;
    const double values[] = {8.0, 1.0, 4.0, 2.0};
    assert_close_rel(ev_quantile(4, values, 0.25), 1.75, 1e-15);
    assert_close_rel(ev_quantile(4, values, 0.5), 3.0, 1e-15);
    assert_close_rel(ev_quantile(4, values, 1.0), 8.0, 1e-15);
    assert_true(isnan(ev_quantile(0, values, 0.5)));
}

// A constant alone: leverage 1/n, HC1 = s^2/n, HC3 = sum u^2/(n-1)^2, CV1 from sums of clusters.
static void covariances_of_a_mean(void **state)
{
    (void)state;
    const double x[] = {1.0, 1.0, 1.0, 1.0};
    const double y[] = {1.0, 2.0, 4.0, 9.0};
    const size_t group[] = {0, 0, 1, 1};
    ev_fit fit;
    double covariance = 0.0;
    assert_true(ev_fit_ols(&fit, 4, 1, x, y));
    assert_close_rel(fit.beta[0], 4.0, 1e-14);
    assert_close_rel(fit.leverage[2], 0.25, 1e-14);
    ev_fit_hc1(&fit, x, &covariance);
    assert_close_rel(covariance, 38.0 / 3.0 / 4.0, 1e-13);
    ev_fit_hc3(&fit, x, &covariance);
    assert_close_rel(covariance, 38.0 / 9.0, 1e-13);
    ev_fit_cluster(&fit, x, group, 2, 0, &covariance);
    // Sums of residuals -5 and 5; factor 2/1 * 3/3; over n^2.
    assert_close_rel(covariance, 2.0 * 50.0 / 16.0, 1e-13);
    ev_fit_free(&fit);
}

static void regressors_without_full_rank_are_refused(void **state)
{
    (void)state;
    const double x[] = {1.0, 2.0, 1.0, 2.0, 1.0, 2.0};
    const double y[] = {1.0, 2.0, 4.0};
    ev_fit fit;
    assert_false(ev_fit_ols(&fit, 3, 2, x, y));
    assert_false(ev_fit_ols(&fit, 1, 2, x, y));
}

// Denominators at 0 and past it: sigma is withheld, and Fieller's set is no interval.
static void structure_says_where_a_denominator_is_not_sure(void **state)
{
    (void)state;
    ev_structure s = {.beta = 0.5, .df = 50.0, .rho1 = 0.743, .rho2 = 0.048};
    s.covariance[0] = 0.086 * 0.086;
    s.covariance[3] = 0.147 * 0.147;
    ev_structure_derive(&s);
    assert_false(s.admissible);
    assert_true(isnan(s.derived[EV_SIGMA].value));
    assert_non_null(strstr(s.verdict, "0.709"));
    free(s.verdict);
    s.beta = 0.74;
    ev_structure_derive(&s);
    assert_true(s.admissible);
    assert_false(s.derived[EV_SIGMA].sure);
    assert_true(isnan(s.derived[EV_SIGMA].fieller_low));
    free(s.verdict);
    // Without errors the set is the point.
    s.covariance[0] = s.covariance[3] = 0.0;
    ev_structure_derive(&s);
    assert_true(s.derived[EV_SIGMA].sure);
    assert_close_rel(s.derived[EV_SIGMA].fieller_low, s.derived[EV_SIGMA].value, 1e-9);
    assert_close_rel(s.derived[EV_ETA].value, 0.74 * (1.0 + 0.048 / 0.743) - 1.0, 1e-12);
    free(s.verdict);
}

// Three points of a line are a metric; squares break the inequality in the outer pair, both ways.
static void triangles_that_break_are_counted(void **state)
{
    (void)state;
    double d[9] = {0.0, 1.0, 3.0, 1.0, 0.0, 2.0, 3.0, 2.0, 0.0};
    ev_metric metric;
    ev_metric_check(&metric, 3, d);
    assert_int_equal(metric.broken, 0);
    assert_int_equal(metric.triangles, 6);
    assert_close_rel(metric.median, 2.0, 1e-15);
    for (size_t e = 0; e < 9; e++) {
        d[e] *= d[e];
    }
    d[3] = 1.5;
    ev_metric_check(&metric, 3, d);
    assert_int_equal(metric.broken, 2);
    assert_close_rel(metric.worst, 9.0 / 5.0, 1e-15);
    assert_close_rel(metric.asymmetry, 0.5, 1e-15);
}

// Two sectors at distance 2: W2^2 = 4 |a - b|. Counted twice, the first has weight 2/3 of a half.
static void score_of_two_sectors(void **state)
{
    (void)state;
    const double distance[] = {0.0, 2.0, 2.0, 0.0};
    const double start[] = {0.5, 0.5};
    const double observed[] = {0.75, 0.25};
    const double predicted[] = {0.6, 0.4};
    const size_t times[] = {2, 1};
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    ev_score score;
    assert_int_equal(ev_cost_create(&cost, 2, distance, NULL), CLI_OK);
    assert_int_equal(ev_ot_create(&ot, cost), CLI_OK);
    assert_int_equal(ev_score_of(&score, ot, 2, start, observed, predicted, NULL), CLI_OK);
    assert_close_rel(score.w2, 2.0 * sqrt(0.15), 1e-12);
    assert_close_rel(score.l1, 0.3, 1e-12);
    assert_close_rel(score.rank, 1.0, 1e-15);
    assert_close_rel(score.agree_all, 1.0, 0.0);
    assert_int_equal(ev_score_of(&score, ot, 2, start, observed, start, NULL), CLI_OK);
    assert_true(isnan(score.rank) && isnan(score.agree_movers));
    assert_close_abs(score.agree_all, 0.0, 0.0);
    assert_close_abs(score.still, 2.0, 0.0);
    assert_int_equal(ev_score_of(&score, ot, 2, start, observed, predicted, times), CLI_OK);
    assert_close_rel(score.w2, 2.0 * sqrt(1.5 / 1.75 - 1.2 / 1.6), 1e-12);
    assert_close_rel(score.l1, 0.45, 1e-12);
    jko_ot_free(ot);
    jko_cost_free(cost);
}

// Fixed by seed and number; each a permutation; a uniform mean within five standard errors.
static void streams_are_fixed_and_fair(void **state)
{
    (void)state;
    ev_draws a;
    ev_draws b;
    size_t order[100];
    bool seen[100] = {false};
    double sum = 0.0;
    ev_draws_start(&a, 7, 1);
    ev_draws_start(&b, 7, 1);
    for (int k = 0; k < 10000; k++) {
        const double u = ev_draw_uniform(&a);
        assert_true(u >= 0.0 && u < 1.0);
        assert_true(u == ev_draw_uniform(&b));
        sum += u;
    }
    assert_close_abs(sum / 10000.0, 0.5, 5.0 * 0.2887 / 100.0);
    ev_draws_start(&b, 7, 2);
    assert_true(ev_draw_uniform(&a) != ev_draw_uniform(&b));
    ev_draw_permutation(&a, 100, order);
    for (size_t i = 0; i < 100; i++) {
        assert_true(order[i] < 100 && !seen[order[i]]);
        seen[order[i]] = true;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t_of_one_degree_is_cauchy),
        cmocka_unit_test(quantile_is_of_type_7),
        cmocka_unit_test(covariances_of_a_mean),
        cmocka_unit_test(regressors_without_full_rank_are_refused),
        cmocka_unit_test(structure_says_where_a_denominator_is_not_sure),
        cmocka_unit_test(triangles_that_break_are_counted),
        cmocka_unit_test(score_of_two_sectors),
        cmocka_unit_test(streams_are_fixed_and_fair),
    };
    return cmocka_run_group_tests_name("cli/evidence/statistics", tests, NULL, NULL);
}
