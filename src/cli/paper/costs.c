// SPDX-License-Identifier: BSD-3-Clause
/*
 * Costs of reallocation: the published code's rule in figures 5 and 6, which is not a flow of any
 * cost and does not conserve mass, and beside it the two convex costs whose flows do.
 */
#include "world.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

#define STEEPEST 0.1 // the published threshold on |d profit / dx|

typedef double *(*follower)(const paper_world *world, size_t count, const double *times);

static int begin(paper_world *world, jko_reallocation reallocation, follower follow, size_t count,
                 const double *times, double **states)
{
    paper_variant variant = paper_baseline;
    variant.reallocation = reallocation;
    variant.threshold = (1.0 - variant.beta) * STEEPEST;
    variant.tolerance = reallocation == JKO_REALLOCATION_NONE ? variant.tolerance : 1e-6;
    const int code = paper_world_make(world, &variant);
    *states = code == CLI_OK ? follow(world, count, times) : NULL;
    return code == CLI_OK && *states == NULL ? CLI_FAILED : code;
}

static double total(size_t n, const double *mass)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += mass[i];
    }
    return sum;
}

int paper_code_change(paper_result *result)
{
    static const double times[] = {0.01, 0.1, 2.0};
    paper_world world;
    double *states = NULL;
    int code = begin(&world, JKO_REALLOCATION_NONE, paper_follow_code, 3, times, &states);
    if (code == CLI_OK) {
        const size_t n = world.n;
        double *first = cli_alloc(2 * n, sizeof(double));
        double *change = first + n;
        size_t still = 0;
        paper_profit_rates(&world, states, first);
        for (size_t k = 1; k <= 3; k++) {
            paper_profit_rates(&world, states + k * n, change);
            for (size_t i = 0; i < n; i++) {
                change[i] -= first[i];
                still += k == 3 && fabs(change[i]) < 1e-3 ? 1 : 0;
            }
            paper_curve(result, n, first, change, "t = %g", times[k - 1])->points = true;
        }
        const double drift = total(n, states + 3 * n) - 1.0;
        paper_say(result, still > 0,
                  "With a fixed cost some sectors hardly change: those whose profit rate differs "
                  "from its first by less than 0.001 at t = 2, of 200",
                  "%zu", still);
        paper_say(result, fabs(drift - 0.00045) <= 0.00001,
                  "The rule does not conserve mass: the total at t = 2 is 1.00045 to 1e-5", "%.5f",
                  1.0 + drift);
        free(first);
    }
    free(states);
    paper_world_clear(&world);
    return code;
}

int paper_code_profit(paper_result *result)
{
    static const double times[] = {0.01, 0.2, 2.0};
    static const double known[][2] = {{0.1149, 0.1680}, {0.1179, 0.1631}, {0.1179, 0.1631}};
    static const double x[] = {0.979884, 0.979994, 0.98001};
    static const double steepest[] = {0.220, 0.1025, 0.1000};
    static const int decimals[] = {3, 4, 4};
    paper_world world;
    double *states = NULL;
    int code = begin(&world, JKO_REALLOCATION_NONE, paper_follow_code, 3, times, &states);
    if (code == CLI_OK) {
        const size_t n = world.n;
        double *rates = cli_alloc(n, sizeof(double));
        for (size_t k = 0; k <= 3; k++) {
            paper_profit_rates(&world, states + k * n, rates);
            if (k != 1) {
                paper_curve(result, n, world.x, rates, "t = %g", k > 0 ? times[k - 1] : 0.0)
                    ->dashed = k == 3; // it covers the one before
            }
            if (k > 0) {
                char *what = cli_format("Smallest profit rate at t = %g", times[k - 1]);
                paper_match(result, what, paper_least(n, rates), known[k - 1][0], 4);
                free(what);
                what = cli_format("Largest profit rate at t = %g", times[k - 1]);
                paper_match(result, what, paper_largest(n, rates), known[k - 1][1], 4);
                free(what);
                const double most = k == 3 ? 1e-5 : 2e-6; // of figures known to 5 and 6 digits
                what = cli_format("X at t = %g is %g, to %g", times[k - 1], x[k - 1], most);
                const double found = paper_x(&world, states + k * n);
                paper_say(result, fabs(found - x[k - 1]) <= most, what, "%.7f", found);
                result->claims[result->claim_count - 1].known = true;
                free(what);
                what = cli_format("Steepest slope of the profit rate at t = %g", times[k - 1]);
                paper_match(result, what, paper_slope(&world, states + k * n, true),
                            steepest[k - 1], decimals[k - 1]);
                free(what);
            }
        }
        const double mass = total(n, states + 2 * n);
        // Integrators of a rule that jumps agree to no more than that.
        paper_say(result, fabs(mass - 1.00031) <= 1e-5, "Total mass at t = 0.2 is 1.00031, to 1e-5",
                  "%.6f", mass);
        result->claims[result->claim_count - 1].known = true;
        const double slope = paper_slope(&world, states + 3 * n, true);
        paper_say(result, paper_variation(n, rates) > 0.01 && slope <= STEEPEST * 1.001,
                  "Profit rates do not become equal; where their slope is below the threshold of "
                  "0.1 nothing moves (steepest slope at t = 2)",
                  "%.4f", slope);
        free(rates);
    }
    free(states);
    paper_world_clear(&world);
    return code;
}

// What other integrators have at t = 0.2 and 2.
typedef struct convex_known {
    double range[2][2]; // smallest and largest profit rate
    double x[2];
    double slope; // steepest of the profit rate, at t = 0.2
} convex_known;

// The flow of a convex cost: profit rates at 0, 0.2 and 2, and what is the same for both costs.
static int convex(paper_result *result, jko_reallocation reallocation, const convex_known *known)
{
    static const double times[] = {0.2, 2.0};
    paper_world world;
    double *states = NULL;
    int code = begin(&world, reallocation, paper_follow, 2, times, &states);
    if (code == CLI_OK) {
        const size_t n = world.n;
        double *rates = cli_alloc(n, sizeof(double));
        for (size_t k = 0; k <= 2; k++) {
            paper_profit_rates(&world, states + k * n, rates);
            paper_curve(result, n, world.x, rates, "t = %g", k > 0 ? times[k - 1] : 0.0)->dashed =
                k == 2; // it covers the one before
            if (k > 0) {
                char *what = cli_format("Smallest profit rate at t = %g", times[k - 1]);
                paper_match(result, what, paper_least(n, rates), known->range[k - 1][0], 5);
                free(what);
                what = cli_format("Largest profit rate at t = %g", times[k - 1]);
                paper_match(result, what, paper_largest(n, rates), known->range[k - 1][1], 5);
                free(what);
            }
        }
        const double drift = total(n, states + 2 * n) - 1.0;
        const double slope = paper_slope(&world, states + 2 * n, false);
        const double x = paper_x(&world, states + 2 * n);
        paper_match(result, "X at t = 0.2", paper_x(&world, states + n), known->x[0], 7);
        paper_match(result, "X at t = 2", x, known->x[1], 7);
        paper_match(result, "Steepest slope of the profit rate at t = 0.2",
                    paper_slope(&world, states + n, false), known->slope, 4);
        paper_say(result, slope <= STEEPEST * 1.001,
                  "The flow rests where the slope of the profit rate is at most 0.1 (steepest at "
                  "t = 2)",
                  "%.5f", slope);
        paper_say(result, paper_variation(n, rates) > 0.01 && x < world.rest_x,
                  "Profit rates do not become equal, and X stays below its maximum: by", "%.2e",
                  world.rest_x - x);
        paper_say(result, fabs(drift) <= 1e-12, "Mass is conserved: change of the total", "%.1e",
                  drift);
        free(rates);
    }
    free(states);
    paper_world_clear(&world);
    return code;
}

int paper_soft(paper_result *result)
{
    static const convex_known known = {
        {{0.11651, 0.16479}, {0.11682, 0.16440}}, {0.9799005, 0.9799077}, 0.1074};
    return convex(result, JKO_REALLOCATION_SOFT, &known);
}

// By CVODE, as `jko pde` has it with relative tolerance 1e-8 and a ramp of 0.001.
int paper_hull(paper_result *result)
{
    static const convex_known known = {
        {{0.11682, 0.16440}, {0.11682, 0.16440}}, {0.9799077, 0.9799077}, 0.1000};
    return convex(result, JKO_REALLOCATION_HULL, &known);
}
