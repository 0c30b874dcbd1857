// SPDX-License-Identifier: BSD-3-Clause
/*
 * The judge of steps between densities: against the right answers of tests/cases/step (circle_8 and
 * line_zero_cells, whose README tells how they were found), and as a bound that must never be
 * smaller than what another state shows to be gained.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "recompute.h"
#include "recompute_root.h"
#include "support/close.h"

#include <math.h>
#include <string.h>

#define MOST 10

typedef struct known_step {
    cli_claim claim;
    double tau;
    const double *before; // densities
    const double *after;
    double energy_before;
    double energy_after;
    double transport_cost;
} known_step;

static const double circle_weights[] = {1.063, 0.973, 0.739, 1.467, 0.606, 1.103, 1.498, 0.681};
static const double circle_before[] = {1.5, 1.25, 0.5, 0.25, 0.75, 1.0, 1.5, 1.25};
static const double circle_after[] = {1.4562235944871147, 1.0913498749783486, 0.5396877270879555,
                                      0.8188875338609117, 0.4610997626056848, 1.0392141726589026,
                                      1.6535386111574872, 0.9399987231635947};
static const double line_weights[] = {1.171, 1.029, 1.178, 0.806, 1.413,
                                      1.424, 1.253, 0.76,  1.121, 0.928};
static const double line_before[] = {0.0, 2.0, 2.5, 0.0, 0.0, 1.5, 1.0, 0.0, 3.0, 0.0};
static const double line_after[] = {0.6773888525897991,  1.3507507155380631, 1.943177522066813,
                                    0.40096425438723315, 0.5995431159667646, 1.0493712905386423,
                                    0.9005664623586165,  0.493624372373078,  1.9674937538349957,
                                    0.6171196603459946};

static known_step circle_8(void)
{
    return (known_step){
        .claim = {.n = 8,
                  .circle = true,
                  .cell = 0.125,
                  .length = 1.0,
                  .beta = 0.86,
                  .s = 0.038461538461538464,
                  .c = 0.14 * 0.14,
                  .theta = 0.16,
                  .exponent = 0.038461538461538464 / 0.16,
                  .scale = 1.0,
                  .weights = circle_weights,
                  .reallocation = "none"},
        .tau = 0.5,
        .before = circle_before,
        .after = circle_after,
        .energy_before = -0.005211199910379172,
        .energy_after = -0.008320655643743026,
        .transport_cost = 0.0006079688480122676,
    };
}

static known_step line_zero_cells(void)
{
    return (known_step){
        .claim = {.n = 10,
                  .line = true,
                  .cell = 0.1,
                  .length = 1.0,
                  .beta = 0.8,
                  .s = 0.5,
                  .c = 0.2 * 0.2,
                  .theta = 0.5,
                  .exponent = 1.0,
                  .scale = 1.0,
                  .weights = line_weights,
                  .reallocation = "none"},
        .tau = 0.2,
        .before = line_before,
        .after = line_after,
        .energy_before = 0.015327008026032965,
        .energy_after = -0.006816670747181614,
        .transport_cost = 0.0013428222166248732,
    };
}

static void masses(const known_step *step, double *before, double *after)
{
    for (size_t i = 0; i < step->claim.n; i++) {
        before[i] = step->before[i] * step->claim.cell;
        after[i] = step->after[i] * step->claim.cell;
    }
}

static void check_answer(known_step step)
{
    double before[MOST];
    double after[MOST];
    cli_finding found = {0};
    masses(&step, before, after);
    recompute_exact1d(&step.claim, step.tau, before, after, &found);
    assert_close_abs(found.energy_before, step.energy_before, 1e-15);
    assert_close_abs(found.energy_after, step.energy_after, 1e-15);
    assert_close_abs(found.transport_cost, step.transport_cost, 1e-15);
    assert_close_abs(found.objective, step.energy_after + step.transport_cost / (2.0 * step.tau),
                     1e-15);
    // The answers have 16 digits, and the gap is quadratic in their error.
    assert_close_abs(found.gap, 0.0, 1e-17);
}

static void right_answers_have_no_gap(void **state)
{
    (void)state;
    jko_t_need_long_double();
    check_answer(circle_8());
    check_answer(line_zero_cells());
}

// docs/theory.md, section 13: a step of `level` with tau is the step of `log` with tau X(m_next).
static void level_steps_are_log_steps_of_another_length(void **state)
{
    (void)state;
    const known_step steps[] = {circle_8(), line_zero_cells()};
    jko_t_need_long_double();
    for (size_t k = 0; k < 2; k++) {
        double before[MOST];
        double after[MOST];
        cli_state reached = {0};
        cli_finding found = {0};
        known_step step = steps[k];
        masses(&step, before, after);
        step.claim.level = true;
        recompute_state(&step.claim, after, &reached);
        recompute_exact1d(&step.claim, step.tau / reached.consumption, before, after, &found);
        assert_close_abs(found.gap, 0.0, 1e-17);
        recompute_exact1d(&step.claim, step.tau * 1.001, before, after, &found);
        assert_true(found.gap > 1e-12);
    }
}

// Some state of the same mass near another: amount 1 is far.
static void shake(size_t n, const double *from, double amount, jko_t_random *random, double *to)
{
    double total = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        to[i] = from[i] * (1.0 + amount * (jko_t_uniform(random) - 0.5));
        total += from[i];
        sum += to[i];
    }
    for (size_t i = 0; i < n; i++) {
        to[i] *= total / sum;
    }
}

static void find(const known_step *step, bool fv, const double *before, const double *after,
                 cli_finding *found)
{
    if (fv) {
        recompute_fv(&step->claim, step->tau, before, before, after, found);
    } else {
        recompute_exact1d(&step->claim, step->tau, before, after, found);
    }
}

// No state may show a larger gain than the gap allows, whatever the costs and the energy.
static void gap_bounds_what_others_gain(void **state)
{
    (void)state;
    static const char *const costs[] = {"none", "soft", "hull"};
    jko_t_random random = {77};
    jko_t_need_long_double();
    for (int trial = 0; trial < 300; trial++) {
        known_step step = trial % 2 == 0 ? circle_8() : line_zero_cells();
        const bool fv = trial % 3 != 0;
        double before[MOST];
        double best[MOST];
        double first[MOST];
        double second[MOST];
        cli_finding one = {0};
        cli_finding other = {0};
        masses(&step, before, best);
        if (fv && !step.claim.circle) {
            memcpy(before, best, sizeof before); // no empty cells, which fv does not cross
        }
        step.claim.level = trial % 5 == 0;
        step.claim.reallocation = fv ? costs[trial % 4 == 3 ? 0 : trial % 4] : "none";
        step.claim.reallocation_cost = 0.01;
        shake(step.claim.n, best, 0.3 * jko_t_uniform(&random), &random, first);
        shake(step.claim.n, best, 0.01, &random, second);
        find(&step, fv, before, first, &one);
        find(&step, fv, before, second, &other);
        assert_true(one.gap >= 0.0 - 1e-18);
        assert_true(one.gap >= one.objective - other.objective - 1e-16);
        assert_true(other.gap >= other.objective - one.objective - 1e-16);
    }
}

// Two cells: the flux is one number, whose best value bisection of the derivative finds.
static void fv_of_two_cells_has_no_gap_at_the_minimum(void **state)
{
    (void)state;
    static const double weights[] = {1.0, 2.0};
    static const char *const costs[] = {"none", "soft", "hull"};
    jko_t_need_long_double();
    for (size_t k = 0; k < 3; k++) {
        const double a = k == 0 ? 0.0 : 0.02;
        const cli_claim claim = {.n = 2,
                                 .line = true,
                                 .cell = 0.5,
                                 .length = 1.0,
                                 .beta = 0.8,
                                 .s = 0.5,
                                 .c = 0.04,
                                 .weights = weights,
                                 .reallocation = costs[k],
                                 .reallocation_cost = a};
        const double tau = 0.7;
        const double before[] = {0.6, 0.4};
        double after[2] = {0.6, 0.4};
        double e[2];
        double low = 0.0;
        double high = 0.5;
        for (int bisection = 0; bisection < 60; bisection++) {
            const double flux = (low + high) / 2.0;
            const double v = flux / tau; // the mean density is 1
            after[0] = before[0] - flux;
            after[1] = before[1] + flux;
            (void)recompute_energy(&claim, after, e);
            const double marginal = k == 1 ? v + a : k == 2 ? fmax(v, a) : v;
            *((e[0] - e[1]) / 0.5 > marginal ? &low : &high) = flux;
        }
        cli_finding found = {0};
        recompute_fv(&claim, tau, before, before, after, &found);
        assert_true(fabs(after[0] - before[0]) > 1e-3);
        assert_close_abs(found.gap, 0.0, 1e-18);
        after[0] += 1e-4;
        after[1] -= 1e-4;
        recompute_fv(&claim, tau, before, before, after, &found);
        assert_true(found.gap > 1e-10);
    }
}

// Two empty cells side by side: nothing can cross the face between them, whatever else fits.
static void nothing_crosses_where_nothing_is(void **state)
{
    (void)state;
    static const double weights[] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
    static const double before[] = {0.5, 0.0, 0.0, 0.5, 0.0, 0.0};
    static const double honest[] = {0.3, 0.1, 0.1, 0.35, 0.05, 0.1};
    static const double crossed[] = {0.3, 0.1, 0.15, 0.35, 0.05, 0.05};
    for (int circle = 0; circle < 2; circle++) {
        const cli_claim claim = {.n = 6,
                                 .circle = circle == 1,
                                 .line = circle == 0,
                                 .cell = 0.25,
                                 .length = 1.5,
                                 .beta = 0.8,
                                 .s = 0.5,
                                 .c = 0.04,
                                 .weights = weights,
                                 .reallocation = "none"};
        cli_finding found = {0};
        // A line's last cell has neighbours without mass only: it is out of reach there.
        recompute_fv(&claim, 0.1, before, before, honest, &found);
        assert_true(circle == 1 ? isfinite(found.gap) : isinf(found.gap));
        recompute_fv(&claim, 0.1, before, before, crossed, &found);
        assert_true(isinf(found.gap) && found.gap > 0.0);
    }
}

typedef struct counted {
    int shape;
    int calls;
    long double at;
} counted;

static long double rising(void *context, long double x)
{
    counted *f = context;
    const long double d = x - f->at;
    f->calls++;
    switch (f->shape) {
    case 0:
        return d;
    case 1:
        return d * d * d;
    case 2: // a jump
        return d + (d > 0.0L ? 1.0L : -1.0L);
    case 3: // a barrier, as that of prices
        return x > 0.0L ? 1.0L - f->at / x : -INFINITY;
    default: // flat on one side
        return d < 0.0L ? d : expm1l(60.0L * d);
    }
}

static void roots_are_found_in_few_steps(void **state)
{
    (void)state;
    static const long double brackets[][2] = {
        {0.0L, 1.0L}, {-1e-6L, 1e-6L}, {0.4L, 0.4L}, {5.0L, 5.5L}};
    for (int shape = 0; shape < 5; shape++) {
        for (int k = 0; k < 4; k++) {
            counted f = {.shape = shape, .at = 0.3L + 0.01L * (long double)k};
            const long double x =
                recompute_root(rising, &f, brackets[k][0], brackets[k][1], 1e-15L);
            assert_close_abs((double)x, (double)f.at, shape == 1 ? 1e-6 : 1e-15);
            assert_true(f.calls <= 140);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_answers_have_no_gap),
        cmocka_unit_test(level_steps_are_log_steps_of_another_length),
        cmocka_unit_test(gap_bounds_what_others_gain),
        cmocka_unit_test(nothing_crosses_where_nothing_is),
        cmocka_unit_test(roots_are_found_in_few_steps),
        cmocka_unit_test(fv_of_two_cells_has_no_gap_at_the_minimum),
    };
    return cmocka_run_group_tests_name("cli/recompute_density", tests, NULL, NULL);
}
