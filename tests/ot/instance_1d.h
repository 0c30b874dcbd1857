// SPDX-License-Identifier: BSD-3-Clause
/* Problems on a line or circle for tests. Include after <cmocka.h>. */
#ifndef JKO_TESTS_OT_INSTANCE_1D_H
#define JKO_TESTS_OT_INSTANCE_1D_H

#include "ot/instance.h"

typedef struct instance_1d {
    instance t;    // with the cost as a matrix, for the methods that know nothing of positions
    double *x;     // [m]
    double *y;     // [n]
    double period; // 0: a line
    double power;
} instance_1d;

/* What random problems look like. */
typedef enum instance_1d_kind {
    INSTANCE_1D_PLAIN,    // uniform positions, exponential masses
    INSTANCE_1D_INTEGER,  // integer masses: breakpoints coincide, also on the seam
    INSTANCE_1D_EQUAL,    // equal masses on a common grid: all breakpoints coincide, all tie
    INSTANCE_1D_TENTHS,   // multiples of 0.1: they coincide but for rounding
    INSTANCE_1D_REPEATED, // few positions, many cells, a third of the masses 0
    INSTANCE_1D_OFFSET,   // far from 0, over several periods
    INSTANCE_1D_CLUSTER,  // all within a small arc across the seam of a reduction to [0, period)
    INSTANCE_1D_WIDE,     // masses over 18 orders
    INSTANCE_1D_KINDS
} instance_1d_kind;

/* Costs by their definition: the distance rounded once, its power rounded once. Shorter arcs by
   exact remainders. */
static inline void instance_1d_make_cost(instance_1d *p)
{
    instance *t = &p->t;
    double *matrix = calloc(t->m * t->n, sizeof *matrix);
    assert_non_null(matrix);
    for (size_t i = 0; i < t->m; i++) {
        for (size_t j = 0; j < t->n; j++) {
            long double d = (long double)p->x[i] - p->y[j];
            if (p->period > 0.0) {
                d = (long double)remainder(p->x[i], p->period) - remainder(p->y[j], p->period);
                d = remainderl(d, p->period);
            }
            const long double once = fabs((double)d);
            matrix[i * t->n + j] = (double)(p->power == 2.0 ? once * once : powl(once, p->power));
        }
    }
    assert_int_equal(jko_cost_create_matrix(&t->cost, t->m, t->n, matrix), JKO_OK);
    free(matrix);
}

static inline instance_1d instance_1d_create(size_t m, size_t n, double period, double power)
{
    instance_1d p = {.t = instance_create(m, n), .period = period, .power = power};
    p.x = calloc(m, sizeof *p.x);
    p.y = calloc(n, sizeof *p.y);
    assert_true(p.x != NULL && p.y != NULL);
    return p;
}

static inline void instance_1d_free(instance_1d *p)
{
    instance_free(&p->t);
    free(p->x);
    free(p->y);
}

static inline double instance_1d_position(instance_1d_kind kind, double length, size_t cells,
                                          jko_t_random *random)
{
    const double u = jko_t_uniform(random);
    switch (kind) {
    case INSTANCE_1D_INTEGER:
        return length * (double)jko_t_integer(random, 16) / 16.0;
    case INSTANCE_1D_EQUAL:
        return length * (double)jko_t_integer(random, cells) / (double)cells;
    case INSTANCE_1D_REPEATED:
        return length * (double)jko_t_integer(random, 4) / 4.0;
    case INSTANCE_1D_OFFSET:
        return 1e6 + length * (5.0 * u - 2.0);
    case INSTANCE_1D_CLUSTER:
        return length * (1.0 + 1e-4 * (u - 0.5));
    default:
        return length * u;
    }
}

static inline double instance_1d_mass(instance_1d_kind kind, jko_t_random *random)
{
    switch (kind) {
    case INSTANCE_1D_INTEGER:
        return (double)jko_t_integer(random, 4);
    case INSTANCE_1D_EQUAL:
        return 1.0;
    case INSTANCE_1D_TENTHS:
        return 0.1 * (double)jko_t_integer(random, 4);
    case INSTANCE_1D_REPEATED:
        return jko_t_integer(random, 3) == 0 ? 0.0 : jko_t_exponential(random);
    case INSTANCE_1D_WIDE:
        return pow(10.0, -18.0 * jko_t_uniform(random));
    default:
        return jko_t_exponential(random);
    }
}

static inline double instance_1d_fill(size_t n, double *mass, double *place, double length,
                                      instance_1d_kind kind, jko_t_random *random)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        place[i] = instance_1d_position(kind, length, n, random);
        mass[i] = instance_1d_mass(kind, random);
        sum += mass[i];
    }
    return sum;
}

/* Give the total of the other side to one that has whole numbers for masses. */
static inline void instance_1d_top_up(instance *t, double unit)
{
    long double a = 0.0L;
    long double b = 0.0L;
    t->a[0] += unit;
    t->b[0] += unit;
    for (size_t i = 0; i < t->m; i++) {
        a += t->a[i];
    }
    for (size_t j = 0; j < t->n; j++) {
        b += t->b[j];
    }
    t->a[t->m - 1] += a < b ? (double)(b - a) : 0.0;
    t->b[t->n - 1] += a > b ? (double)(a - b) : 0.0;
    t->total = (double)(a > b ? a : b);
}

/* A problem of up to `largest` cells a side. */
static inline instance_1d instance_1d_random(size_t largest, double period, double power,
                                             instance_1d_kind kind, jko_t_random *random)
{
    const size_t m = 1 + jko_t_integer(random, largest);
    const bool square = kind == INSTANCE_1D_EQUAL || jko_t_integer(random, 3) == 0;
    const size_t n = square ? m : 1 + jko_t_integer(random, largest);
    instance_1d p = instance_1d_create(m, n, period, power);
    const double length = period > 0.0 ? period : 3.0;
    (void)instance_1d_fill(m, p.t.a, p.x, length, kind, random);
    (void)instance_1d_fill(n, p.t.b, p.y, length, kind, random);
    if (kind == INSTANCE_1D_INTEGER || kind == INSTANCE_1D_EQUAL) {
        instance_1d_top_up(&p.t, kind == INSTANCE_1D_INTEGER ? 1.0 : 0.0);
    } else if (kind == INSTANCE_1D_TENTHS) {
        instance_1d_top_up(&p.t, 0.1);
    } else {
        p.t.a[0] = p.t.b[0] = 1.0;
        instance_balance(&p.t);
    }
    instance_1d_make_cost(&p);
    return p;
}

/* Check that the arcs are the plan. */
static inline void instance_1d_check_arcs(const instance *t, const jko_ot *ot)
{
    size_t count = 0;
    size_t *from = calloc(t->m + t->n, sizeof *from);
    size_t *to = calloc(t->m + t->n, sizeof *to);
    double *mass = calloc(t->m + t->n, sizeof *mass);
    double *plan = calloc(t->m * t->n, sizeof *plan);
    assert_true(from != NULL && to != NULL && mass != NULL && plan != NULL);
    assert_int_equal(jko_ot_get_arcs(ot, &count, NULL, NULL, NULL), JKO_OK);
    assert_true(count < t->m + t->n);
    assert_int_equal(jko_ot_get_arcs(ot, &count, from, to, mass), JKO_OK);
    for (size_t k = 0; k < count; k++) {
        assert_true(from[k] < t->m && to[k] < t->n && mass[k] > 0.0);
        assert_close_abs(plan[from[k] * t->n + to[k]], 0.0, 0.0);
        plan[from[k] * t->n + to[k]] = mass[k];
    }
    assert_same_bits(t->m * t->n, plan, t->plan);
    free(from);
    free(to);
    free(mass);
    free(plan);
}

/* Solve from the positions and check everything the answer claims against the cost matrix. */
static inline jko_ot_report instance_1d_solve(instance_1d *p, double share)
{
    instance *t = &p->t;
    jko_ot *ot = NULL;
    jko_ot_report report = {.struct_size = sizeof report};
    assert_int_equal(jko_ot_create_1d(&ot, t->m, p->x, t->n, p->y, p->period, p->power, NULL),
                     JKO_OK);
    assert_int_equal(jko_ot_solve(ot, t->a, t->b, t->plan, &report), JKO_OK);
    assert_int_equal(report.method, JKO_OT_MONOTONE);
    assert_int_equal(jko_ot_get_potentials(ot, t->f, t->g), JKO_OK);
    instance_1d_check_arcs(t, ot);
    instance_check_within(t, &report, 4.5e-16 * jko_cost_max(t->cost));
    assert_at_most(report.gap, share * jko_cost_max(t->cost) * t->total);
    jko_ot_free(ot);
    return report;
}

#endif
