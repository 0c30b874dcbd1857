// SPDX-License-Identifier: BSD-3-Clause
/* Exact steps between densities with costs of reallocation: certified gaps, random competitors with
   the true cost, derivatives of the smoothed cost, and what rests. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ot/rotation.h"
#include "support/close.h"

#include <jko/jko.h>
#include <string.h>

#define N 40

static const double pi = 3.14159265358979323846;

typedef struct problem {
    bool circle;
    double tau;
    jko_reallocation kind;
    double k;
    jko_grid *grid;
    jko_economy *economy;
    jko_energy energy;
    double before[N];
} problem;

// Smooth weights and masses, whose profits differ by some hundredths.
static problem make(bool circle, double tau, jko_reallocation kind, double k)
{
    problem p = {.circle = circle, .tau = tau, .kind = kind, .k = k};
    double w[N];
    double total = 0.0;
    p.energy.struct_size = sizeof p.energy;
    for (size_t i = 0; i < N; i++) {
        const double x = 2.0 * pi * ((double)i + 0.5) / N;
        w[i] = 1.0 + 0.1 * cos(x);
        p.before[i] = 1.0 + 0.3 * sin(x) + 0.1 * cos(2.0 * x);
        total += p.before[i];
    }
    for (size_t i = 0; i < N; i++) {
        p.before[i] /= total;
    }
    assert_int_equal((circle ? jko_grid_create_circle : jko_grid_create_line)(&p.grid, N, 1.0),
                     JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&p.economy, N, 1.0 / N, 0.86, 0.04, w), JKO_OK);
    assert_int_equal(jko_economy_energy(p.economy, JKO_ENERGY_LOG, &p.energy), JKO_OK);
    return p;
}

static void release(problem *p)
{
    jko_economy_free(p->economy);
    jko_grid_free(p->grid);
}

static jko_flow *flow_of(const problem *p)
{
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_EXACT1D;
    settings.reallocation = p->kind;
    settings.reallocation_cost = p->k;
    assert_int_equal(jko_flow_create_1d(&flow, p->grid, &p->energy, &settings), JKO_OK);
    return flow;
}

static double cost_of(const problem *p, double d)
{
    const double plain = d * d / (2.0 * p->tau);
    if (p->kind == JKO_REALLOCATION_SOFT) {
        return plain + p->k * d;
    }
    return d <= p->k * p->tau ? p->k * d : plain + 0.5 * p->k * p->k * p->tau;
}

// E + cost of the monotone pairing at the offset, by 400 points of mass a cell.
static double objective(const problem *p, const double *after, double offset)
{
    jko_i_quantile q;
    double value = 0.0;
    double cost = 0.0;
    size_t piece = 0;
    double left = 0.0;
    assert_true(jko_i_quantile_create(&q, N));
    jko_i_quantile_cells(&q, N, p->before, N, false);
    for (size_t j = 0; j < N; j++) {
        for (int u = 0; u < 400; u++) {
            const double place = ((double)u + 0.5) / 400.0;
            double t = left + after[j] * place + offset;
            const double lap = floor(p->circle ? t : 0.0);
            t -= lap;
            piece = piece >= N || jko_i_sum_value(&q.begin[piece]) > t ? 0 : piece;
            while (piece + 1 < N && jko_i_sum_value(&q.begin[piece + 1]) < t) {
                piece++;
            }
            const double y = q.edge[piece] + q.slope[piece] * (t - q.begin[piece].high) + N * lap;
            cost += after[j] / 400.0 * cost_of(p, fabs((double)j + place - y) / N);
        }
        left += after[j];
    }
    assert_int_equal(p->energy.eval(p->energy.user, N, after, &value, NULL), 0);
    jko_i_quantile_free(&q);
    return value + cost;
}

static void check(bool circle, double tau, jko_reallocation kind, double k)
{
    problem p = make(circle, tau, kind, k);
    jko_t_random random = {91};
    jko_step_report r = {.struct_size = sizeof r};
    double mass[N];
    jko_flow *flow = flow_of(&p);
    memcpy(mass, p.before, sizeof mass);
    assert_int_equal(jko_flow_step(flow, tau, mass, &r), JKO_OK);
    assert_true(r.gap <= fmax(1e-10 * r.released, 1e-15));
    assert_true(r.released >= r.step_cost - 1e-15 && r.step_cost > 0.0);
    assert_true(r.step_cost >= r.transport_cost / (2.0 * tau));
    if (!circle) { // points of mass against exact sums
        assert_close_abs(objective(&p, mass, 0.0), r.objective, 1e-4 * r.step_cost);
    }
    // The points' own value at the answer is the yardstick of theirs elsewhere.
    const double best = circle ? INFINITY : objective(&p, mass, 0.0);
    for (int trial = 0; trial < 20 && !circle; trial++) {
        double other[N];
        double total = 0.0;
        for (size_t j = 0; j < N; j++) {
            const double to = trial < 10 ? p.before[j] : 1.0 / N;
            other[j] = mass[j] + 0.05 * (double)(trial % 10 + 1) * (to - mass[j]);
            other[j] *= 1.0 + 1e-3 * (jko_t_uniform(&random) - 0.5);
            total += other[j];
        }
        for (size_t j = 0; j < N; j++) {
            other[j] /= total;
        }
        assert_true(objective(&p, other, 0.0) >= best - 1e-4 * r.step_cost);
    }
    jko_flow_free(flow);
    release(&p);
}

static void gaps_and_competitors(void **state)
{
    (void)state;
    const double taus[] = {0.005, 0.05, 0.5};
    for (size_t t = 0; t < 3; t++) {
        for (int circle = 0; circle < 2; circle++) {
            check(circle == 1, taus[t], JKO_REALLOCATION_SOFT, 0.01);
            check(circle == 1, taus[t], JKO_REALLOCATION_HULL, 0.01);
        }
    }
}

// Many steps: the profits' slope ends at k, the masses then stay bit for bit, and say so.
static void comes_to_rest(void **state)
{
    (void)state;
    for (int circle = 0; circle < 2; circle++) {
        problem p = make(circle == 1, 0.2, JKO_REALLOCATION_HULL, 0.01);
        jko_flow *flow = flow_of(&p);
        jko_step_report r = {.struct_size = sizeof r};
        double mass[N];
        double last[N];
        double e[N];
        double value = 0.0;
        jko_status status = JKO_OK;
        memcpy(mass, p.before, sizeof mass);
        for (int k = 0; k < 40 && status != JKO_LOCKED; k++) {
            memcpy(last, mass, sizeof last);
            status = jko_flow_step(flow, p.tau, mass, &r);
            assert_true(status == JKO_OK || status == JKO_LOCKED);
        }
        assert_int_equal(status, JKO_LOCKED);
        assert_same_bits(N, mass, last);
        assert_true(r.step_cost == 0.0 && r.released == 0.0 && r.gap <= 1e-15);
        assert_int_equal(p.energy.eval(p.energy.user, N, mass, &value, e), 0);
        for (size_t j = 1; j < N; j++) {
            assert_at_most(fabs(e[j] - e[j - 1]), p.k / N * (1.0 + 1e-6));
        }
        jko_flow_free(flow);
        release(&p);
    }
}

// A cost so high that nothing moves at once, and none at all: the plain step.
static void extremes(void **state)
{
    (void)state;
    problem p = make(true, 0.05, JKO_REALLOCATION_SOFT, 1.0);
    double mass[N];
    double plain[N];
    jko_step_report r = {.struct_size = sizeof r};
    jko_flow *flow = flow_of(&p);
    memcpy(mass, p.before, sizeof mass);
    assert_int_equal(jko_flow_step(flow, p.tau, mass, &r), JKO_LOCKED);
    assert_same_bits(N, mass, p.before);
    jko_flow_free(flow);
    p.k = 0.0;
    flow = flow_of(&p);
    assert_int_equal(jko_flow_step(flow, p.tau, mass, &r), JKO_OK);
    jko_flow_free(flow);
    p.kind = JKO_REALLOCATION_NONE;
    flow = flow_of(&p);
    memcpy(plain, p.before, sizeof plain);
    assert_int_equal(jko_flow_step(flow, p.tau, plain, &r), JKO_OK);
    assert_same_bits(N, mass, plain);
    jko_flow_free(flow);
    release(&p);
}

// The bent costs: continuous, below the exact one by at most kink width / 2, derivative by differences.
static void bent_costs(void **state)
{
    (void)state;
    const jko_i_bent_cost smooth[] = {jko_i_kinked_cost(2.0, 0.7, 0.1),
                                      jko_i_hull_cost(2.0, 0.7, 0.1)};
    const jko_i_bent_cost exact[] = {jko_i_kinked_cost(2.0, 0.7, 0.0),
                                     jko_i_hull_cost(2.0, 0.7, 0.0)};
    for (size_t c = 0; c < 2; c++) {
        double last = 0.0;
        double sum = 0.0; // of the derivative: the cost
        for (int k = 0; k < 20000; k++) {
            const double rho = ((double)k + 0.5) / 20000.0;
            const double here = jko_i_bent_derivative(&smooth[c], rho);
            assert_true(here >= last - 1e-15);
            assert_true(jko_i_bent_derivative(&smooth[c], -rho) == -here);
            sum += here / 20000.0;
            last = here;
            const double d = rho + 0.5 / 20000.0;
            const double want = c == 0 ? d * d + 0.7 * d : (d <= 0.35 ? 0.7 * d : d * d + 0.1225);
            assert_true(sum <= want + 1e-8 && sum >= want - 0.035 - 1e-8);
        }
        assert_true(jko_i_bent_derivative(&exact[c], 1e-9) >= 0.7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_and_competitors),
        cmocka_unit_test(comes_to_rest),
        cmocka_unit_test(extremes),
        cmocka_unit_test(bent_costs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
