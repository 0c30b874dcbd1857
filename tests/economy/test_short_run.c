// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/short_run.c: the identities of a competitive equilibrium, stored cases,
 * empty sectors, statuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/fixture.h"

enum { N = 25 };

/* All arrays of a short run of N sectors. */
typedef struct tables {
    double price[N];
    double wage[N];
    double labour[N];
    double output[N];
    double value[N];
    double profit[N];
} tables;

static jko_short_run all_of(tables *t)
{
    return (jko_short_run){
        .struct_size = sizeof(jko_short_run),
        .price = t->price,
        .wage = t->wage,
        .labour = t->labour,
        .output = t->output,
        .value_of_production = t->value,
        .profit_rate = t->profit,
    };
}

static void case_immobile_matches_stored_values(void **state)
{
    (void)state;
    const double value[] = {0.6061723183124744, 1.2145777580263084, 1.1853694457842272,
                            1.334511881026331, 0.6593685968506587};
    const double profit[] = {0.08503419294964573, 0.15236638541548672, 0.10939467528661294,
                             0.18461626812617227, 0.08716865303030429};
    double mass[5];
    tables t;
    jko_short_run out = all_of(&t);
    jko_economy *economy = case_immobile();
    masses_of(5, 0.2, immobile_mu, mass);
    assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
    for (size_t i = 0; i < 5; i++) {
        assert_close_rel(t.value[i], value[i], 3e-15);
        assert_close_rel(t.profit[i], profit[i], 3e-15);
    }
    jko_economy_free(economy);
}

static void case_tiny_s_matches_stored_values(void **state)
{
    (void)state;
    const double want[] = {0.0999999999601072, 0.19090909091921995, 0.1093750000467852,
                           0.17499999990321122};
    double mass[4];
    double profit[4];
    jko_short_run out = {.struct_size = sizeof out, .profit_rate = profit};
    jko_economy *economy = case_tiny();
    masses_of(4, 0.25, tiny_mu, mass);
    assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_close_rel(profit[i], want[i], 1e-15);
    }
    jko_economy_free(economy);
}

/* The identities of section 2 of the model at random masses. cell = 1/N. */
static void check_identities(jko_t_random *random, jko_labour kind, double beta, double eta,
                             double sigma)
{
    const double h = 1.0 / N;
    const double q = (sigma - 1.0) / sigma;
    double technology[N];
    double labour[N];
    double preferences[N];
    double mass[N];
    double total_labour = 0.0;
    for (size_t i = 0; i < N; i++) {
        technology[i] = 0.3 + jko_t_exponential(random);
        labour[i] = 0.3 + jko_t_exponential(random);
        preferences[i] = 0.3 + jko_t_exponential(random);
        mass[i] = (0.05 + jko_t_exponential(random)) * h;
        total_labour += h * labour[i];
    }
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.labour = kind;
    p.beta = beta;
    p.eta = eta;
    p.sigma = sigma;
    p.technology = technology;
    p.labour_distribution = labour;
    p.preferences = preferences;
    jko_economy *economy = NULL;
    tables t;
    jko_short_run out = all_of(&t);
    double x = NAN;
    assert_int_equal(jko_economy_create(&economy, N, h, &p), JKO_OK);
    assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
    assert_int_equal(jko_economy_consumption(economy, mass, &x), JKO_OK);

    double income = 0.0;
    double wages = 0.0;
    double profits = 0.0;
    double employed = 0.0;
    double ces = 0.0;
    double index = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double mu = mass[i] / h;
        income += h * t.price[i] * t.output[i];
        wages += h * t.wage[i] * t.labour[i];
        profits += mass[i] * t.profit[i];
        employed += h * t.labour[i];
        ces += h * preferences[i] * pow(t.output[i], q);
        index += h * pow(preferences[i], sigma) * pow(t.price[i], 1.0 - sigma);
        // Technology, and the wage as the value of labour's marginal product.
        assert_close_rel(t.output[i],
                         technology[i] * pow(t.labour[i], beta) * pow(mu, 1.0 + eta - beta), 1e-13);
        assert_close_rel(t.wage[i], beta * t.price[i] * t.output[i] / t.labour[i], 1e-13);
        assert_close_rel(t.value[i], t.price[i] * t.output[i], 1e-13);
        // Profit of a firm: its share of revenue less its wages.
        assert_close_rel(t.profit[i], (t.price[i] * t.output[i] - t.wage[i] * t.labour[i]) / mu,
                         1e-12);
        // Demand at these prices: c = omega^sigma p^-sigma / P^(1-sigma), P = 1/X.
        assert_close_rel(t.output[i], pow(preferences[i] / t.price[i], sigma) * pow(x, 1.0 - sigma),
                         1e-12);
        if (kind == JKO_LABOUR_MOBILE) {
            assert_close_rel(t.wage[i], beta / total_labour, 1e-15);
        } else {
            assert_close_rel(t.labour[i], labour[i], 1e-15);
        }
    }
    assert_close_rel(income, 1.0, 1e-13);
    assert_close_rel(wages, beta, 1e-13);
    assert_close_rel(profits, 1.0 - beta, 1e-13);
    assert_close_rel(employed, total_labour, 1e-13);
    assert_close_rel(pow(ces, 1.0 / q), x, 1e-12);
    assert_close_rel(pow(index, 1.0 / (1.0 - sigma)) * x, 1.0, 1e-12);
    jko_economy_free(economy);
}

static void equilibrium_identities_hold(void **state)
{
    (void)state;
    jko_t_random random = {41};
    const jko_labour kinds[] = {JKO_LABOUR_IMMOBILE, JKO_LABOUR_MOBILE};
    for (size_t k = 0; k < 2; k++) {
        check_identities(&random, kinds[k], 0.86, 0.0207477, 1.3145209);
        check_identities(&random, kinds[k], 0.8, -0.0504673, 1.3462783);
        check_identities(&random, kinds[k], 0.86, 0.0207477, 0.3);
        check_identities(&random, kinds[k], 0.86, 0.5, 1.3145209);
        check_identities(&random, kinds[k], 0.86, -0.5, 1.3145209);
        check_identities(&random, kinds[k], 0.7, 0.02, 2.0);
        check_identities(&random, kinds[k], 0.7, -0.3, 3.0); // theta = 0
        check_identities(&random, kinds[k], 0.5, 3.0, 5.0);  // s > 1
    }
}

static void check_never_nan(jko_labour kind, double eta, double sigma)
{
    jko_t_random random = {42};
    double mass[N];
    tables t;
    jko_short_run out = all_of(&t);
    jko_economy *economy = random_economy(&random, N, kind, 0.8, eta, sigma);
    for (size_t i = 0; i < N; i++) {
        mass[i] = i % 5 == 0 ? 0.0 : 1.0 / N;
    }
    assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
    double income = 0.0;
    for (size_t i = 0; i < N; i++) {
        assert_true(t.price[i] >= 0.0 && t.wage[i] >= 0.0 && t.labour[i] >= 0.0);
        assert_true(t.output[i] >= 0.0 && t.value[i] >= 0.0 && t.profit[i] >= 0.0);
        income += t.value[i] / N;
    }
    assert_close_rel(income, 1.0, 1e-14); // also where the empty sectors share all of it
    jko_economy_free(economy);
}

static void empty_sectors_give_no_nan(void **state)
{
    (void)state;
    const double etas[] = {-0.5, -0.2, 0.1, 3.0}; // theta -0.3, 0, 0.3, 3.2
    const double sigmas[] = {0.3, 1.3, 6.0};
    for (size_t k = 0; k < 4; k++) {
        for (size_t l = 0; l < 3; l++) {
            check_never_nan(JKO_LABOUR_IMMOBILE, etas[k], sigmas[l]);
            check_never_nan(JKO_LABOUR_MOBILE, etas[k], sigmas[l]);
        }
    }
}

// sigma > 1, theta > 0: an empty sector makes nothing, at an infinite price and profit rate.
static void empty_sector_of_substitutes_has_the_formulas_limits(void **state)
{
    (void)state;
    const double mass[] = {0.0, 1.0};
    tables t;
    jko_short_run out = all_of(&t);
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    assert_int_equal(jko_economy_short_run(economy, mass, &out), JKO_OK);
    assert_true(t.output[0] == 0.0 && t.value[0] == 0.0 && t.wage[0] == 0.0);
    assert_true(t.price[0] == INFINITY && t.profit[0] == INFINITY && t.labour[0] == 1.0);
    assert_close_rel(t.value[1], 2.0, 1e-15);
    jko_economy_free(economy);
}

static void economy_of_weights_has_two_arrays_only(void **state)
{
    (void)state;
    const double weights[] = {1.0, 2.0};
    const double mass[] = {0.5, 0.5};
    double array[2] = {7.0, 8.0};
    double value[2];
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.weights = weights;
    jko_economy *both[2] = {NULL, NULL};
    assert_int_equal(jko_economy_create(&both[0], 2, 0.5, &p), JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&both[1], 2, 0.5, 0.86, 0.5, weights), JKO_OK);
    for (size_t k = 0; k < 2; k++) {
        const jko_short_run refused[] = {
            {.struct_size = sizeof(jko_short_run), .price = array},
            {.struct_size = sizeof(jko_short_run), .wage = array},
            {.struct_size = sizeof(jko_short_run), .labour = array},
            {.struct_size = sizeof(jko_short_run), .output = array, .profit_rate = array},
        };
        for (size_t l = 0; l < 4; l++) {
            jko_short_run out = refused[l];
            assert_int_equal(jko_economy_short_run(both[k], mass, &out), JKO_ERR_UNSUPPORTED);
        }
        jko_short_run out = {.struct_size = sizeof out, .value_of_production = value};
        assert_int_equal(jko_economy_short_run(both[k], mass, &out), JKO_OK);
        assert_close_rel(value[1] / value[0], 2.0, 1e-15); // equal densities: as the weights
        jko_economy_free(both[k]);
    }
    assert_true(array[0] == 7.0 && array[1] == 8.0);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    const double good[] = {0.5, 0.5};
    const double negative[] = {0.5, -0.5};
    const double nan[] = {0.5, NAN};
    const double zero[] = {0.0, 0.0};
    double array[2] = {7.0, 8.0};
    jko_short_run out = {.struct_size = sizeof out, .profit_rate = array};
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 2, 0.5, NULL), JKO_OK);
    assert_int_equal(jko_economy_short_run(NULL, good, &out), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_short_run(economy, NULL, &out), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_short_run(economy, good, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_short_run(economy, negative, &out), JKO_ERR_NEGATIVE_MASS);
    assert_int_equal(jko_economy_short_run(economy, nan, &out), JKO_ERR_NONFINITE);
    assert_int_equal(jko_economy_short_run(economy, zero, &out), JKO_ERR_ZERO_MASS);
    out.struct_size = sizeof(size_t);
    assert_int_equal(jko_economy_short_run(economy, good, &out), JKO_ERR_ARGUMENT);
    assert_true(array[0] == 7.0 && array[1] == 8.0);
    jko_economy_free(economy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_immobile_matches_stored_values),
        cmocka_unit_test(case_tiny_s_matches_stored_values),
        cmocka_unit_test(equilibrium_identities_hold),
        cmocka_unit_test(empty_sectors_give_no_nan),
        cmocka_unit_test(empty_sector_of_substitutes_has_the_formulas_limits),
        cmocka_unit_test(economy_of_weights_has_two_arrays_only),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests_name("economy/short_run", tests, NULL, NULL);
}
