// SPDX-License-Identifier: BSD-3-Clause
/* The exact step between densities: stored answers, optimality by certificates and by random
   competitors, derivatives of what Newton uses, energies that tell less, mass, decrease. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "jko/exact1d.h"
#include "support/close.h"

#include <jko/jko.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

typedef struct problem {
    size_t n;
    bool circle;
    jko_grid *grid;
    jko_economy *economy;
    jko_energy energy;
    double before[MOST];
} problem;

static problem make(size_t n, bool circle, double length, double beta, double s, const double *w)
{
    problem p = {.n = n, .circle = circle, .energy = {.struct_size = sizeof p.energy}};
    assert_int_equal((circle ? jko_grid_create_circle : jko_grid_create_line)(&p.grid, n, length),
                     JKO_OK);
    assert_int_equal(jko_economy_create_reduced(&p.economy, n, length / (double)n, beta, s, w),
                     JKO_OK);
    assert_int_equal(jko_economy_energy(p.economy, JKO_ENERGY_LOG, &p.energy), JKO_OK);
    return p;
}

static void release(problem *p)
{
    jko_economy_free(p->economy);
    jko_grid_free(p->grid);
}

static problem random_problem(jko_t_random *random, double s, double empty)
{
    double w[MOST];
    double total = 0.0;
    const size_t n = 2 + jko_t_integer(random, MOST - 2);
    for (size_t i = 0; i < n; i++) {
        w[i] = 0.5 + jko_t_uniform(random);
    }
    problem p = make(n, jko_t_uniform(random) < 0.5, 1.0, 0.86, s, w);
    for (size_t i = 0; i < n; i++) {
        p.before[i] =
            i > 0 && jko_t_uniform(random) < empty ? 0.0 : 0.1 + jko_t_exponential(random);
        total += p.before[i];
    }
    for (size_t i = 0; i < n; i++) {
        p.before[i] /= total;
    }
    return p;
}

static jko_status step(const problem *p, const jko_energy *energy, double tau, double *mass,
                       jko_step_report *report)
{
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_EXACT1D;
    *report = (jko_step_report){.struct_size = sizeof *report};
    assert_int_equal(jko_flow_create_1d(&flow, p->grid, energy, &settings), JKO_OK);
    memcpy(mass, p->before, p->n * sizeof *mass);
    const jko_status status = jko_flow_step(flow, tau, mass, report);
    jko_flow_free(flow);
    return status;
}

// Cases circle_8 and line_zero_cells of the shared step cases: values to 40 digits by others.
static void stored_answers(void **state)
{
    (void)state;
    const double circle_w[8] = {1.063, 0.973, 0.739, 1.467, 0.606, 1.103, 1.498, 0.681};
    const double circle_mu[8] = {1.5, 1.25, 0.5, 0.25, 0.75, 1.0, 1.5, 1.25};
    const double circle_next[8] = {1.4562235944871147, 1.0913498749783486, 0.5396877270879555,
                                   0.8188875338609117, 0.4610997626056848, 1.0392141726589026,
                                   1.6535386111574872, 0.9399987231635947};
    const double line_w[10] = {1.171, 1.029, 1.178, 0.806, 1.413, 1.424, 1.253, 0.76, 1.121, 0.928};
    const double line_mu[10] = {0.0, 2.0, 2.5, 0.0, 0.0, 1.5, 1.0, 0.0, 3.0, 0.0};
    const double line_next[10] = {0.6773888525897991,  1.3507507155380631, 1.943177522066813,
                                  0.40096425438723315, 0.5995431159667646, 1.0493712905386423,
                                  0.9005664623586165,  0.493624372373078,  1.9674937538349957,
                                  0.6171196603459946};
    double mass[10];
    jko_step_report r;
    problem p = make(8, true, 1.0, 0.86, 0.038461538461538464, circle_w);
    for (size_t i = 0; i < 8; i++) {
        p.before[i] = circle_mu[i] * 0.125;
    }
    assert_int_equal(step(&p, &p.energy, 0.5, mass, &r), JKO_OK);
    for (size_t i = 0; i < 8; i++) {
        assert_close_abs(mass[i] / 0.125, circle_next[i], 1e-8);
    }
    assert_close_abs(r.objective, -0.007712686795730758, 1e-15);
    assert_close_abs(r.transport_cost, 0.0006079688480122676, 1e-9);
    release(&p);
    p = make(10, false, 1.0, 0.8, 0.5, line_w);
    for (size_t i = 0; i < 10; i++) {
        p.before[i] = line_mu[i] * 0.1;
    }
    assert_int_equal(step(&p, &p.energy, 0.2, mass, &r), JKO_OK);
    for (size_t i = 0; i < 10; i++) {
        assert_close_abs(mass[i] / 0.1, line_next[i], 1e-8);
    }
    assert_close_abs(r.objective, -0.003459615205619431, 1e-15);
    release(&p);
}

// What the report says, by the independent entry to distance and certificate; competitors.
static void check_step(const problem *p, double tau, const double *mass, const jko_step_report *r,
                       jko_t_random *random)
{
    jko_certificate *certificate = NULL;
    jko_certificate_report c = {.struct_size = sizeof c};
    assert_int_equal(jko_certificate_create(&certificate, p->grid, &p->energy), JKO_OK);
    assert_int_equal(jko_certificate_check(certificate, tau, p->before, mass, NULL, &c), JKO_OK);
    const double size = fabs(r->energy_after) + r->step_cost;
    assert_close_abs(c.gap, r->gap, 1e-10 * fabs(r->released) + 1e-15);
    assert_close_abs(c.transport_cost, r->transport_cost, 1e-13);
    assert_close_abs(c.objective, r->objective, 1e-14 * size + 1e-13 / tau);
    for (int k = 0; k < 10; k++) {
        double other[MOST];
        double total = 0.0;
        for (size_t j = 0; j < p->n; j++) {
            other[j] = mass[j] * exp((k < 5 ? 1e-2 : 1e-4) * (2.0 * jko_t_uniform(random) - 1.0));
            total += other[j];
        }
        for (size_t j = 0; j < p->n; j++) {
            other[j] *= r->mass / total;
        }
        assert_int_equal(jko_certificate_check(certificate, tau, p->before, other, NULL, &c),
                         JKO_OK);
        assert_true(c.objective >= r->objective - r->gap - 1e-14 * size);
    }
    jko_certificate_free(certificate);
}

static void every_exponent(void **state)
{
    (void)state;
    static const double exponents[] = {-3.0, -0.375, 0.0, 1e-6, 0.0384615, 0.5, 0.9, 0.99};
    jko_t_random random = {41};
    for (int trial = 0; trial < 160; trial++) {
        const double s = exponents[trial % 8];
        const double tau = pow(10.0, -4.0 + 5.0 * (trial / 8 % 5) / 4.0);
        problem p = random_problem(&random, s, 0.0);
        double mass[MOST];
        jko_step_report r;
        assert_int_equal(step(&p, &p.energy, tau, mass, &r), JKO_OK);
        assert_true(r.gap <= fmax(1e-10 * r.released, 1e-15));
        assert_true(r.released >= r.step_cost - r.gap - 1e-15 * fabs(r.energy_before));
        assert_close_abs(r.mass, 1.0, 1e-14);
        assert_true(r.min_mass > 0.0);
        check_step(&p, tau, mass, &r, &random);
        release(&p);
    }
}

static void empty_cells(void **state)
{
    (void)state;
    static const double exponents[] = {-3.0, -0.375, 0.0, 1e-6, 0.0384615};
    jko_t_random random = {42};
    for (int trial = 0; trial < 50; trial++) {
        const double tau = pow(10.0, -2.0 + 3.0 * (trial / 5 % 4) / 3.0);
        problem p = random_problem(&random, exponents[trial % 5], 0.3);
        double mass[MOST];
        jko_step_report r;
        assert_int_equal(step(&p, &p.energy, tau, mass, &r), JKO_OK);
        assert_true(r.gap <= 1e-13);
        assert_true(r.min_mass > 0.0);
        check_step(&p, tau, mass, &r, &random);
        release(&p);
    }
}

// Without parts, without the gap and the conjugate: the same answer, to the bound each can prove.
static void with_less_from_the_energy(void **state)
{
    (void)state;
    jko_t_random random = {43};
    for (int trial = 0; trial < 20; trial++) {
        problem p = random_problem(&random, trial % 2 == 0 ? 0.3 : -0.375, 0.0);
        double full[MOST];
        double mass[MOST];
        jko_step_report r;
        jko_energy less = p.energy;
        assert_int_equal(step(&p, &p.energy, 0.1, full, &r), JKO_OK);
        less.hessian_parts = NULL;
        if (trial % 4 < 2) {
            less.hessian_product = NULL;
        }
        assert_int_equal(step(&p, &less, 0.1, mass, &r), JKO_OK);
        for (size_t j = 0; j < p.n; j++) {
            assert_close_abs(mass[j], full[j], 1e-7 * full[j]);
        }
        less.conjugate_gap = NULL;
        less.conjugate = NULL;
        const jko_status status = step(&p, &less, 0.1, mass, &r);
        assert_true(status == JKO_OK || status == JKO_STALLED);
        assert_at_most(r.gap, 1e-13);
        for (size_t j = 0; j < p.n; j++) {
            assert_close_abs(mass[j], full[j], 1e-6 * full[j]);
        }
        release(&p);
    }
}

// The objective in the masses left of the edges: gradient and Hessian of the cost by central
// differences, empty cells of the source included.
static void cost_derivatives(void **state)
{
    (void)state;
    jko_t_random random = {44};
    for (int trial = 0; trial < 60; trial++) {
        problem p = random_problem(&random, 0.5, trial % 2 == 0 ? 0.0 : 0.3);
        const size_t n = p.n;
        jko_i_exact1d *work = jko_i_exact1d_create(n, p.circle, 1.0 / (double)n, false);
        assert_non_null(work);
        jko_i_exact1d_point *at = &work->here;
        jko_i_exact1d_point *moved = &work->there;
        const jko_i_bent_cost cost = jko_i_plain_cost(2.0);
        jko_i_quantile_cells(&work->source, n, p.before, n, p.circle);
        for (size_t j = 0; j < n; j++) {
            at->p[j] = 0.5 * p.before[j] + 0.5 / (double)n;
        }
        at->offset = (jko_i_sum){p.circle ? 0.3 * (jko_t_uniform(&random) - 0.5) : 0.0, 0.0};
        jko_i_pair(&work->source, &cost, n, at->p, NULL, at->offset, &at->pairing);
        const jko_i_pairing *pairing = &at->pairing;
        for (int k = 0; k < 5; k++) {
            const size_t j = work->first + jko_t_integer(&random, n - work->first);
            const size_t left = j == 0 ? n - 1 : j - 1;
            const double h = 1e-6 / (double)n;
            double value[2];
            double pull[2];
            for (int side = 0; side < 2; side++) {
                const double d = side == 0 ? -h : h;
                memcpy(moved->p, at->p, n * sizeof *at->p);
                moved->p[left] += d;
                moved->p[j] -= d;
                moved->offset = at->offset;
                jko_i_sum_add(&moved->offset, j == 0 ? d : 0.0);
                jko_i_pair(&work->source, &cost, n, moved->p, NULL, moved->offset, &moved->pairing);
                value[side] = moved->pairing.value;
                pull[side] = -(moved->pairing.pull_end[left] + moved->pairing.pull[j] -
                               moved->pairing.pull_end[j]);
            }
            const double gradient =
                -(pairing->pull_end[left] + pairing->pull[j] - pairing->pull_end[j]);
            const double bend = pairing->diag_right[left] + pairing->diag_left[j];
            const double two = n == 2 && p.circle; // both cells between the same edges: not tested
            assert_close_abs(gradient, (value[1] - value[0]) / (2.0 * h),
                             1e-5 * (1.0 + fabs(gradient)) + 1e-4 * bend * h);
            if (two == 0.0) {
                assert_close_abs(bend, (pull[1] - pull[0]) / (2.0 * h), 2e-3 * bend);
            }
        }
        jko_i_exact1d_free(work);
        release(&p);
    }
}

// A thousand steps: the mass stays, the energy falls, the equilibrium is met.
static void long_run(void **state)
{
    (void)state;
    jko_t_random random = {45};
    problem p = random_problem(&random, 0.3, 0.0);
    jko_flow *flow = NULL;
    double mass[MOST];
    double last = INFINITY;
    assert_int_equal(jko_flow_create_1d(&flow, p.grid, &p.energy, NULL), JKO_OK);
    memcpy(mass, p.before, sizeof mass);
    for (int k = 0; k < 1000; k++) {
        jko_step_report r = {.struct_size = sizeof r};
        assert_int_equal(jko_flow_step(flow, 0.5, mass, &r), JKO_OK);
        assert_true(r.energy_after <= last + 1e-17);
        last = r.energy_after;
        assert_close_abs(r.mass, 1.0, 1e-14);
    }
    double rest[MOST];
    assert_int_equal(jko_economy_equilibrium(p.economy, 1.0, rest, NULL), JKO_OK);
    for (size_t j = 0; j < p.n; j++) {
        assert_close_rel(mass[j], rest[j], 1e-7);
    }
    jko_flow_free(flow);
    release(&p);
}

static void one_and_two_cells(void **state)
{
    (void)state;
    const double w[2] = {1.0, 2.0};
    double mass[2];
    jko_step_report r;
    for (size_t n = 1; n <= 2; n++) {
        for (int circle = 0; circle < 2; circle++) {
            problem p = make(n, circle == 1, 1.0, 0.86, 0.3, w);
            p.before[0] = 0.7;
            p.before[1] = 0.3;
            assert_int_equal(step(&p, &p.energy, 0.3, mass, &r), JKO_OK);
            if (n == 1) {
                assert_true(mass[0] == 0.7 && r.transport_cost == 0.0);
            } else {
                assert_true(mass[1] > 0.3 && r.released > 0.0);
            }
            release(&p);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_answers),    cmocka_unit_test(every_exponent),
        cmocka_unit_test(empty_cells),       cmocka_unit_test(with_less_from_the_energy),
        cmocka_unit_test(cost_derivatives),  cmocka_unit_test(long_run),
        cmocka_unit_test(one_and_two_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
