// SPDX-License-Identifier: BSD-3-Clause
/*
 * Economies for tests: the source's baseline, the shared energy cases, and random ones.
 * Include after <cmocka.h>.
 */
#ifndef JKO_TESTS_ECONOMY_FIXTURE_H
#define JKO_TESTS_ECONOMY_FIXTURE_H

#include "support/close.h"

#include <jko/economy.h>
#include <math.h>

enum { PAPER_N = 200 };

/* The initial masses and the labour density of the source's experiments: y = 30 - tan(5.5 (x -
   1/4)) on the left half, mirrored, divided by sum(y) h; L = 1.5 + 0.5 sin(2 pi (x - 1/4)),
   divided by sum(L) h. x_i = i/200. */
static inline void paper_data(double *mass, double *labour)
{
    const double h = 1.0 / PAPER_N;
    const double pi = 3.14159265358979323846;
    double total_y = 0.0;
    double total_l = 0.0;
    for (size_t i = 0; i < PAPER_N / 2; i++) {
        const double y = 30.0 - tan(5.5 * ((double)i * h - 0.25));
        mass[i] = mass[PAPER_N - 1 - i] = y;
        total_y += 2.0 * y;
    }
    for (size_t i = 0; i < PAPER_N; i++) {
        labour[i] = 1.5 + 0.5 * sin(2.0 * pi * ((double)i * h - 0.25));
        total_l += labour[i];
    }
    for (size_t i = 0; i < PAPER_N; i++) {
        mass[i] /= total_y;
        labour[i] /= total_l * h;
    }
}

/* The runs of the source: baseline, beta 0.8, sigma 0.3, mobile labour, eta -0.5. */
typedef enum paper_run { BASELINE, BETA_080, SIGMA_03, MOBILE, ETA_NEGATIVE } paper_run;

static inline jko_economy *paper_economy(paper_run run, const double *labour)
{
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.labour_distribution = labour;
    if (run == BETA_080) {
        p.beta = 0.8;
        assert_int_equal(jko_economy_calibrate(0.8, 0.214, 0.04, &p.eta, &p.sigma), JKO_OK);
    } else if (run == SIGMA_03) {
        p.sigma = 0.3;
    } else if (run == MOBILE) {
        p.labour = JKO_LABOUR_MOBILE;
    } else if (run == ETA_NEGATIVE) {
        p.eta = -0.5;
    }
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, PAPER_N, 1.0 / PAPER_N, &p), JKO_OK);
    return economy;
}

/* Case energy_immobile of the shared step cases (its README says how the values were computed). */
static const double immobile_mu[5] = {0.998, 1.116, 1.517, 1.012, 1.059};
static const double immobile_phi[5] = {-0.02, -0.01, -0.03, -0.02, -0.015};

static inline jko_economy *case_immobile(void)
{
    static const double technology[5] = {1.032, 1.16, 1.166, 0.8, 0.708};
    static const double labour[5] = {0.759, 1.185, 1.184, 1.349, 0.686};
    static const double preferences[5] = {0.696, 1.232, 1.187, 1.446, 0.844};
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    p.beta = 0.86;
    p.sigma = 1.3145209;
    p.eta = 0.0207477;
    p.technology = technology;
    p.labour_distribution = labour;
    p.preferences = preferences;
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, 5, 0.2, &p), JKO_OK);
    return economy;
}

/* Case energy_s_tiny of the shared step cases. */
static const double tiny_mu[4] = {0.7, 1.1, 1.6, 0.6};
static const double tiny_w[4] = {0.5, 1.5, 1.25, 0.75};
static const double tiny_phi[4] = {-0.02, -0.03, -0.015, -0.025};

static inline jko_economy *case_tiny(void)
{
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, 4, 0.25, 0.86, 1e-9, tiny_w), JKO_OK);
    return economy;
}

/* n sectors of random technology, labour and preferences. */
static inline jko_economy *random_economy(jko_t_random *random, size_t n, jko_labour labour,
                                          double beta, double eta, double sigma)
{
    double arrays[3][PAPER_N];
    jko_economy_parameters p;
    jko_economy_parameters_default(&p);
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < n; i++) {
            arrays[k][i] = 0.3 + jko_t_exponential(random);
        }
    }
    p.labour = labour;
    p.beta = beta;
    p.eta = eta;
    p.sigma = sigma;
    p.technology = arrays[0];
    p.labour_distribution = arrays[1];
    p.preferences = arrays[2];
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create(&economy, n, 1.0 / (double)n, &p), JKO_OK);
    return economy;
}

/* n sectors of random weights and a given s. */
static inline jko_economy *random_reduced(jko_t_random *random, size_t n, double s)
{
    double weights[PAPER_N];
    for (size_t i = 0; i < n; i++) {
        weights[i] = 0.3 + jko_t_exponential(random);
    }
    jko_economy *economy = NULL;
    assert_int_equal(jko_economy_create_reduced(&economy, n, 1.0 / (double)n, 0.86, s, weights),
                     JKO_OK);
    return economy;
}

static inline void masses_of(size_t n, double cell, const double *density, double *mass)
{
    for (size_t i = 0; i < n; i++) {
        mass[i] = density[i] * cell;
    }
}

static inline jko_energy energy_of(const jko_economy *economy, jko_energy_scaling scaling)
{
    jko_energy energy = {.struct_size = sizeof energy};
    assert_int_equal(jko_economy_energy(economy, scaling, &energy), JKO_OK);
    return energy;
}

/* Exponents from strongly negative to nonconvex: the classes and their ends. */
static const double all_s[] = {-3.0, -0.375, -1e-6, 0.0, 1e-9, 0.0385, 0.5, 0.9, 1.0, 1.47};
enum { ALL_S = sizeof all_s / sizeof all_s[0], CONVEX_S = 8 };

#endif
