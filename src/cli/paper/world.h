// SPDX-License-Identifier: BSD-3-Clause
/* The theory's economy on its circle, and flows of it. */
#ifndef JKO_SRC_CLI_PAPER_WORLD_H
#define JKO_SRC_CLI_PAPER_WORLD_H

#include "paper.h"

/* What differs from the baseline; start from paper_baseline. */
typedef struct paper_variant {
    bool mobile;
    bool preferences; // 1 + 0.3 cos(4 pi x) in place of 1
    double beta;      // eta and sigma follow it, unless given
    double eta;       // NaN: calibrated
    double sigma;     // NaN: calibrated
    jko_reallocation reallocation;
    double threshold;
    double tolerance; // of steps through time
} paper_variant;

extern const paper_variant paper_baseline;

typedef struct paper_world {
    size_t n;
    double h;
    double *x;      // [n] positions; likewise the others
    double *labour; // densities
    double *start;  // masses
    double *rest;   // masses of the long-run equilibrium
    double rest_x;  // X there
    jko_economy *economy;
    jko_energy energy;
    jko_economy_summary summary;
    paper_variant variant;
} paper_world;

/* Make the economy of a variant; exit code. Clear it in any case. */
int paper_world_make(paper_world *world, const paper_variant *variant);
void paper_world_clear(paper_world *world);

/* Follow its flow by finite volumes to times [count] > 0: states [count + 1][n] masses, row 0 the
   start. Every minimisation is certified or the call fails. NULL after a message. */
double *paper_follow(const paper_world *world, size_t count, const double *times);

/* The same under the rule of the published code, which does not conserve mass. code_rule.c */
double *paper_follow_code(const paper_world *world, size_t count, const double *times);

double paper_x(const paper_world *world, const double *mass);
void paper_densities(const paper_world *world, const double *mass, double *density);
void paper_profit_rates(const paper_world *world, const double *mass, double *rates);
/* L2 distance of densities to the equilibrium's. */
double paper_to_rest(const paper_world *world, const double *mass);
/* Largest |difference of profit rates of neighbours| / h, or over two cells for the code's. */
double paper_slope(const paper_world *world, const double *mass, bool two);

double paper_least(size_t n, const double *values);
double paper_largest(size_t n, const double *values);
/* Standard deviation over mean. */
double paper_variation(size_t n, const double *values);
/* Correlation. */
double paper_correlation(size_t n, const double *a, const double *b);

/* count + 1 times from 0 to end, evenly; free it. */
double *paper_times(size_t count, double end);

#endif
