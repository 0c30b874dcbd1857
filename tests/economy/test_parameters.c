// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/parameters.c: defaults, calibration, and the range of each parameter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"

#include <jko/economy.h>
#include <math.h>
#include <string.h>

static jko_economy_parameters defaults(void)
{
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    return p;
}

/* Creation of three sectors with p fails with the status, names the word, and gives NULL. */
static void refused(const jko_economy_parameters *p, jko_status status, const char *word)
{
    jko_economy *economy = (jko_economy *)&economy; // any pointer that is not NULL
    assert_int_equal(jko_economy_create(&economy, 3, 0.5, p), status);
    assert_null(economy);
    assert_non_null(strstr(jko_error_detail(), word));
}

static void defaults_leave_no_sentinel(void **state)
{
    (void)state;
    jko_economy_parameters p;
    unsigned char bytes[sizeof p];
    memset(&p, 0xA5, sizeof p);
    jko_economy_parameters_default(&p);
    memcpy(bytes, &p, sizeof p);
    size_t run = 0;
    for (size_t k = 0; k < sizeof p; k++) {
        run = bytes[k] == 0xA5 ? run + 1 : 0;
        assert_true(run < 4);
    }
    assert_true(p.struct_size == sizeof p);
    assert_null(p.technology);
    assert_null(p.labour_distribution);
    assert_null(p.preferences);
    assert_null(p.weights);
}

// Figures of the source's baseline, to the digits it prints.
static void defaults_are_the_baseline(void **state)
{
    (void)state;
    const jko_economy_parameters p = defaults();
    assert_int_equal(p.labour, JKO_LABOUR_IMMOBILE);
    assert_true(p.beta == 0.86);
    assert_close_abs(p.eta, 0.0207477, 5e-8);
    assert_close_abs(p.sigma, 1.3145209, 5e-8);
}

static void defaults_write_no_further_than_told(void **state)
{
    (void)state;
    struct {
        jko_economy_parameters p;
        double after;
    } room;
    memset(&room, 0xA5, sizeof room);
    jko_economy_parameters_init(&room.p, offsetof(jko_economy_parameters, eta));
    double eta = 0.0;
    unsigned char sentinel[sizeof eta];
    memset(sentinel, 0xA5, sizeof sentinel);
    assert_true(room.p.beta == 0.86);
    assert_memory_equal(&room.p.eta, sentinel, sizeof sentinel);
    // A caller compiled against a larger struct: what this version does not know becomes 0.
    jko_economy_parameters_init(&room.p, sizeof room);
    assert_true(room.after == 0.0 && room.p.struct_size == sizeof room);
    jko_economy_parameters_init(NULL, sizeof room);
    jko_economy_parameters_init(&room.p, 3);
    assert_true(room.p.struct_size == sizeof room);
}

static void calibration_gives_the_sources_figures(void **state)
{
    (void)state;
    double eta = NAN;
    double sigma = NAN;
    assert_int_equal(jko_economy_calibrate(0.8, 0.214, 0.04, &eta, &sigma), JKO_OK);
    assert_close_abs(eta, -0.0504673, 5e-8);
    assert_close_abs(sigma, 1.3462783, 5e-8);
    // Identities: s/(1-s) = rho2 and beta q/(1-s) = rho1 for immobile labour.
    const double q = (sigma - 1.0) / sigma;
    const double s = (1.0 + eta - 0.8) * q;
    assert_close_rel(s / (1.0 - s), 0.04, 1e-13);
    assert_close_rel(0.8 * q / (1.0 - s), 0.214, 1e-14);
}

static void calibration_out_of_range_is_refused(void **state)
{
    (void)state;
    const double bad[][3] = {
        {0.0, 0.2, 0.04},      {1.0, 0.2, 0.04},     {NAN, 0.2, 0.04},
        {-0.1, 0.2, 0.04},     {0.8, 0.0, 0.04},     {0.8, -0.2, 0.04},
        {0.8, INFINITY, 0.04}, {0.8, NAN, 0.04},     {0.8, 0.2, -1.0},
        {0.8, 0.2, NAN},       {0.8, 0.2, INFINITY}, {0.5, 0.5, 0.0}, // sigma infinite
        {0.5, 0.75, 0.0},  // sigma = 1 + 0.75/(-0.25) = -2
        {0.5, 1e-20, 0.0}, // sigma rounds to 1
    };
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        double eta = 7.0;
        double sigma = 8.0;
        assert_int_equal(jko_economy_calibrate(bad[k][0], bad[k][1], bad[k][2], &eta, &sigma),
                         JKO_ERR_ARGUMENT);
        assert_true(eta == 7.0 && sigma == 8.0);
    }
    double value = 0.0;
    assert_int_equal(jko_economy_calibrate(0.8, 0.2, 0.04, NULL, &value), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_economy_calibrate(0.8, 0.2, 0.04, &value, NULL), JKO_ERR_ARGUMENT);
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    jko_economy_parameters p = defaults();
    p.struct_size = sizeof(size_t);
    refused(&p, JKO_ERR_ARGUMENT, "struct_size");
    p = defaults();
    p.labour = (jko_labour)2;
    refused(&p, JKO_ERR_ARGUMENT, "labour");
    const double betas[] = {0.0, 1.0, -0.5, 2.0};
    for (size_t k = 0; k < 4; k++) {
        p = defaults();
        p.beta = betas[k];
        refused(&p, JKO_ERR_ARGUMENT, "beta");
    }
    const double sigmas[] = {0.0, 1.0, -2.0};
    for (size_t k = 0; k < 3; k++) {
        p = defaults();
        p.sigma = sigmas[k];
        refused(&p, JKO_ERR_ARGUMENT, "sigma");
    }
    const double not_finite[] = {NAN, INFINITY, -INFINITY};
    for (size_t k = 0; k < 3; k++) {
        p = defaults();
        p.beta = not_finite[k];
        refused(&p, JKO_ERR_NONFINITE, "beta");
        p = defaults();
        p.eta = not_finite[k];
        refused(&p, JKO_ERR_NONFINITE, "eta");
        p = defaults();
        p.sigma = not_finite[k];
        refused(&p, JKO_ERR_NONFINITE, "sigma");
    }
}

static void arrays_out_of_range_are_refused(void **state)
{
    (void)state;
    const double zero[] = {1.0, 0.0, 1.0};
    const double negative[] = {1.0, 1.0, -1.0};
    const double nan[] = {NAN, 1.0, 1.0};
    const double infinite[] = {1.0, INFINITY, 1.0};
    const double *arrays[] = {zero, negative, nan, infinite};
    const char *places[] = {"[1] is 0", "[2] is -1", "[0] is", "[1] is"};
    for (size_t k = 0; k < 4; k++) {
        const jko_status status = k < 2 ? JKO_ERR_WEIGHT : JKO_ERR_NONFINITE;
        jko_economy_parameters p = defaults();
        p.technology = arrays[k];
        refused(&p, status, "technology");
        assert_non_null(strstr(jko_error_detail(), places[k]));
        p = defaults();
        p.labour_distribution = arrays[k];
        refused(&p, status, "labour_distribution");
        p = defaults();
        p.preferences = arrays[k];
        refused(&p, status, "preferences");
        p = defaults();
        p.weights = arrays[k];
        refused(&p, status, "weights");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_leave_no_sentinel),
        cmocka_unit_test(defaults_are_the_baseline),
        cmocka_unit_test(defaults_write_no_further_than_told),
        cmocka_unit_test(calibration_gives_the_sources_figures),
        cmocka_unit_test(calibration_out_of_range_is_refused),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(arrays_out_of_range_are_refused),
    };
    return cmocka_run_group_tests_name("economy/parameters", tests, NULL, NULL);
}
