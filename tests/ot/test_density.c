// SPDX-License-Identifier: BSD-3-Clause
/* Distances of piecewise-constant densities: closed forms, atoms by another solver, derivatives by
   differences, and the tangent bound that certificates rest on. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/close.h"

#include <jko/jko.h>
#include <stdlib.h>
#include <string.h>

#define MOST 48

typedef struct pair {
    size_t m;
    size_t n;
    double length;
    jko_grid *source;
    jko_grid *target;
    jko_density *density;
} pair;

static pair make(size_t m, size_t n, double length, bool circle)
{
    pair p = {.m = m, .n = n, .length = length};
    jko_status (*create)(jko_grid **, size_t, double) =
        circle ? jko_grid_create_circle : jko_grid_create_line;
    assert_int_equal(create(&p.source, m, length), JKO_OK);
    assert_int_equal(create(&p.target, n, length), JKO_OK);
    assert_int_equal(jko_density_create(&p.density, p.source, p.target), JKO_OK);
    return p;
}

static void release(pair *p)
{
    jko_density_free(p->density);
    jko_grid_free(p->source);
    jko_grid_free(p->target);
}

static jko_density_report solve(const pair *p, const double *a, const double *b, double *potential,
                                double *slope)
{
    jko_density_report r = {.struct_size = sizeof r};
    assert_int_equal(jko_density_distance(p->density, a, b, potential, slope, &r), JKO_OK);
    assert_true(r.status == JKO_OK && r.iterations >= 1 && r.gap >= 0.0 && r.lower >= 0.0);
    // Proved to 13 digits, or to what rounding of masses moves over the length.
    assert_at_most(r.gap, 1e-13 * r.value + 1e-14 * p->length * p->length);
    return r;
}

// Masses of total 1; `empty` of the cells have none.
static void fill(jko_t_random *random, size_t n, double empty, double *mass)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double x = jko_t_exponential(random);
        mass[i] = i > 0 && jko_t_uniform(random) < empty ? 0.0 : x;
        total += mass[i];
    }
    for (size_t i = 0; i < n; i++) {
        mass[i] /= total;
    }
}

static void closed_forms(void **state)
{
    (void)state;
    double slope[5];
    double potential[4];
    const double half[2] = {1.0, 0.0};
    const double even[4] = {0.25, 0.25, 0.25, 0.25};
    pair line = make(2, 4, 1.0, false);
    // T(x) = x / 2: int (x / 2)^2 = 1/12, psi = x^2 / 2.
    assert_close_rel(solve(&line, half, even, potential, slope).value, 1.0 / 12.0, 1e-14);
    for (size_t j = 0; j < 4; j++) {
        const double mean = (3.0 * (double)(j * j + j) + 1.0) / 96.0 - 1.0 / 6.0;
        assert_close_abs(potential[j], mean, 1e-15);
        assert_close_abs(slope[j], 0.25 * (double)j, 1e-15);
    }
    release(&line);
    // The circle spreads half of it to both sides of its middle 1/4: 2 int (x - 1/4)^2 = 1/48.
    pair circle = make(2, 4, 1.0, true);
    const jko_density_report r = solve(&circle, half, even, potential, slope);
    assert_close_rel(r.value, 1.0 / 48.0, 1e-14);
    assert_close_abs(fabs(slope[3]), 0.5, 1e-14); // the antipode, torn between both sides
    release(&circle);
    pair one = make(1, 1, 3.0, true);
    const double unit = 2.0;
    assert_true(solve(&one, &unit, &unit, potential, NULL).value == 0.0);
    assert_true(potential[0] == 0.0);
    release(&one);
}

// A heap moved by k cells, all else empty: every potential in the empty cells is right, the rotation
// sits on a jump.
static void moved_heap(void **state)
{
    (void)state;
    for (size_t k = 0; k < 12; k++) {
        double a[40] = {0.0};
        double b[40] = {0.0};
        double potential[40];
        pair p = make(40, 40, 2.0, true);
        for (size_t i = 0; i < 5; i++) {
            a[(36 + i) % 40] = b[(36 + i + k) % 40] = 0.1 + 0.05 * (double)i;
        }
        const double way = 0.05 * (double)k;
        const jko_density_report r = solve(&p, a, b, potential, NULL);
        assert_close_abs(r.value, way * way, 1e-15);
        release(&p);
    }
}

// Each cell as K atoms: within K-th parts of a cell of the density, by the triangle inequality.
static void against_atoms(void **state)
{
    (void)state;
    enum { K = 64, N = 12 };
    jko_t_random random = {20};
    for (int trial = 0; trial < 40; trial++) {
        const size_t m = 1 + jko_t_integer(&random, N);
        const size_t n = 1 + jko_t_integer(&random, N);
        const bool circle = trial % 2 == 0;
        double a[N];
        double b[N];
        double x[N * K];
        double y[N * K];
        double heavy_a[N * K];
        double heavy_b[N * K];
        fill(&random, m, 0.3, a);
        fill(&random, n, 0.3, b);
        for (size_t i = 0; i < m * K; i++) {
            x[i] = ((double)i + 0.5) / (double)(m * K);
            heavy_a[i] = a[i / K] / K;
        }
        for (size_t j = 0; j < n * K; j++) {
            y[j] = ((double)j + 0.5) / (double)(n * K);
            heavy_b[j] = b[j / K] / K;
        }
        jko_ot *ot = NULL;
        jko_ot_report atoms = {.struct_size = sizeof atoms};
        assert_int_equal(jko_ot_create_1d(&ot, m * K, x, n * K, y, circle ? 1.0 : 0.0, 2.0, NULL),
                         JKO_OK);
        assert_int_equal(jko_ot_solve(ot, heavy_a, heavy_b, NULL, &atoms), JKO_OK);
        pair p = make(m, n, 1.0, circle);
        const double value = solve(&p, a, b, NULL, NULL).value;
        const double part = (1.0 / (double)m + 1.0 / (double)n) / K / sqrt(12.0);
        assert_close_abs(sqrt(value), sqrt(atoms.lower), part + 1e-12);
        release(&p);
        jko_ot_free(ot);
    }
}

// Derivatives along moves of mass, by central differences; a may have empty cells, b has none.
static void derivative(void **state)
{
    (void)state;
    jko_t_random random = {21};
    for (int trial = 0; trial < 60; trial++) {
        const size_t n = 2 + jko_t_integer(&random, 20);
        const size_t m = trial % 3 == 0 ? 1 + jko_t_integer(&random, 20) : n;
        double a[MOST];
        double b[MOST];
        double potential[MOST];
        pair p = make(m, n, 1.5, trial % 2 == 0);
        fill(&random, m, 0.3, a);
        fill(&random, n, 0.0, b);
        (void)solve(&p, a, b, potential, NULL);
        for (int move = 0; move < 4; move++) {
            const size_t from = jko_t_integer(&random, n);
            const size_t to = jko_t_integer(&random, n);
            const double step = 1e-5 * fmin(b[from], b[to]);
            double value[2];
            for (int side = 0; side < 2; side++) {
                double moved[MOST];
                const double d = side == 0 ? -step : step;
                memcpy(moved, b, sizeof moved);
                moved[from] -= d;
                moved[to] += d;
                value[side] = solve(&p, a, moved, NULL, NULL).value;
            }
            const double want = (value[1] - value[0]) / (2.0 * step);
            assert_close_abs(potential[to] - potential[from], from == to ? 0.0 : want,
                             1e-4 * fmin(b[from], b[to]) + 2e-16 / step);
        }
        release(&p);
    }
}

// W2^2(a, .) is convex: no density lies below the tangent at b, empty cells of b included.
static void tangent_bound(void **state)
{
    (void)state;
    jko_t_random random = {22};
    for (int trial = 0; trial < 200; trial++) {
        const size_t n = 1 + jko_t_integer(&random, MOST);
        const size_t m = trial % 3 == 0 ? 1 + jko_t_integer(&random, MOST) : n;
        double a[MOST];
        double b[MOST];
        double other[MOST];
        double potential[MOST];
        pair p = make(m, n, 1.0, trial % 2 == 0);
        fill(&random, m, 0.4, a);
        fill(&random, n, trial % 4 < 2 ? 0.4 : 0.0, b);
        const double value = solve(&p, a, b, potential, NULL).value;
        for (int k = 0; k < 10; k++) {
            const double share = k % 2 == 0 ? 1.0 : 1e-3;
            double rise = 0.0;
            fill(&random, n, 0.2, other);
            for (size_t j = 0; j < n; j++) {
                other[j] = share * other[j] + (1.0 - share) * b[j];
                rise += potential[j] * (other[j] - b[j]);
            }
            const double there = solve(&p, a, other, NULL, NULL).value;
            assert_true(there >= value + rise - 1e-15);
        }
        release(&p);
    }
}

// A displacement of 1e-9 cells keeps its digits: masses moved along a smooth field.
static void small_moves(void **state)
{
    (void)state;
    enum { N = 40 };
    const double pi = acos(-1.0);
    const double size = 1e-10;
    double a[N];
    double b[N];
    for (size_t i = 0; i < N; i++) {
        a[i] = 1.0 / N;
        // Uniform a: the mass that passes edge i is size sin(2 pi i / N), to the right.
        b[i] = a[i] + size * (sin(2.0 * pi * (double)i / N) - sin(2.0 * pi * (double)(i + 1) / N));
    }
    // To first order T(x) - x = -flux(x), flux linear within cells: 2 int_cell flux^2.
    double want = 0.0;
    for (size_t i = 0; i < N; i++) {
        const double f = size * sin(2.0 * pi * (double)i / N);
        const double g = size * sin(2.0 * pi * (double)(i + 1) / N);
        want += (f * f + f * g + g * g) / 3.0 / N;
    }
    pair p = make(N, N, 1.0, true);
    assert_close_rel(solve(&p, a, b, NULL, NULL).value, want, 2e-7);
    assert_true(solve(&p, a, a, NULL, NULL).value == 0.0);
    release(&p);
}

static void refused(void **state)
{
    (void)state;
    const double point = 0.5;
    const double mass[3] = {0.5, 0.25, 0.25};
    const double heavy[3] = {0.5, 0.25, 0.5};
    jko_grid *points = NULL;
    jko_density *density = NULL;
    assert_int_equal(jko_grid_create_points(&points, 1, 1, &point, NULL), JKO_OK);
    pair line = make(3, 3, 1.0, false);
    pair circle = make(3, 3, 1.0, true);
    pair longer = make(3, 3, 2.0, true);
    assert_int_equal(jko_density_create(NULL, line.source, line.target), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_density_create(&density, NULL, line.target), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_density_create(&density, points, line.target), JKO_ERR_UNSUPPORTED);
    assert_int_equal(jko_density_create(&density, line.source, circle.target), JKO_ERR_SHAPE);
    assert_int_equal(jko_density_create(&density, longer.source, circle.target), JKO_ERR_SHAPE);
    assert_null(density);
    assert_int_equal(jko_density_distance(NULL, mass, mass, NULL, NULL, NULL), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_density_distance(line.density, NULL, mass, NULL, NULL, NULL),
                     JKO_ERR_ARGUMENT);
    assert_int_equal(jko_density_distance(line.density, mass, heavy, NULL, NULL, NULL),
                     JKO_ERR_MASS_MISMATCH);
    jko_density_report small = {.struct_size = 8};
    assert_int_equal(jko_density_distance(line.density, mass, mass, NULL, NULL, &small),
                     JKO_ERR_ARGUMENT);
    release(&line);
    release(&circle);
    release(&longer);
    jko_grid_free(points);
    jko_density_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_forms),  cmocka_unit_test(moved_heap),
        cmocka_unit_test(against_atoms), cmocka_unit_test(derivative),
        cmocka_unit_test(tangent_bound), cmocka_unit_test(small_moves),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
