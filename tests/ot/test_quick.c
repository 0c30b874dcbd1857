// SPDX-License-Identifier: BSD-3-Clause
/*
 * The network simplex in plain numbers: the tree after every pivot, made anew from its arcs; what it
 * ends with against the exact simplex; and limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/price.h"
#include "ot/quick.h"
#include "ot/tree_check.h"

typedef struct fixture {
    instance t;
    jko_i_ot_problem problem;
    jko_i_basis basis;
    jko_i_quick *quick;
} fixture;

static void set_up(fixture *x, instance t)
{
    *x = (fixture){.t = t};
    assert_true(jko_i_quick_fits(t.m, t.n));
    assert_true(jko_i_basis_create(&x->basis, t.m, t.n));
    x->quick = jko_i_quick_create(t.m, t.n);
    assert_non_null(x->quick);
    x->problem = tree_problem(&x->t);
}

static void tear_down(fixture *x)
{
    jko_i_quick_free(x->quick);
    jko_i_basis_free(&x->basis);
    instance_free(&x->t);
}

static instance random_instance(unsigned long long seed, size_t most)
{
    jko_t_random random = {seed};
    const size_t m = 1 + jko_t_integer(&random, most);
    const size_t n = 1 + jko_t_integer(&random, most);
    instance t = instance_random(m, n, (instance_kind)(seed % INSTANCE_KINDS), &random);
    if (seed % 4 == 0) {
        instance_forbid(&t, 0.5, seed % 8 == 0, &random);
    }
    return t;
}

/*
 * A walk by `next` meets the nodes with mass once each, parents first, subtrees in one run; `before`
 * undoes it. Every flow is what its subtree has over, ties included, and positive. Heights are tight.
 */
static void check_tree(const fixture *x, double slack)
{
    const jko_i_quick *q = x->quick;
    const size_t nodes = q->m + q->n;
    int64_t *over = calloc(nodes, sizeof *over);
    uint32_t *order = calloc(nodes, sizeof *order);
    size_t *place = calloc(nodes, sizeof *place);
    size_t count = 0;
    size_t wanted = 0;
    int64_t unit = 1;
    size_t last_column = 0;
    int64_t rows = 0;
    assert_true(over != NULL && order != NULL && place != NULL);
    while ((size_t)unit <= q->m) {
        unit *= 2;
    }
    for (size_t v = 0; v < nodes; v++) {
        wanted += q->mass[v] > 0.0;
        rows += v < q->m && q->mass[v] > 0.0;
        last_column = v >= q->m && q->mass[v] > 0.0 ? v : last_column;
        assert_true((q->mass[v] > 0.0) == ((v < q->m ? x->t.a[v] : x->t.b[v - q->m]) > 0.0));
    }
    for (size_t v = 0; v < nodes; v++) {
        const int64_t mass = unit * (int64_t)q->mass[v];
        over[v] = v < q->m ? mass + 1 : -mass - (v == last_column ? rows : 0);
    }
    uint32_t v = q->root;
    do {
        place[v] = count;
        order[count++] = v;
        assert_true(count <= wanted);
        assert_int_equal(q->before[q->node[v].next], v);
        v = q->node[v].next;
    } while (v != q->root);
    assert_int_equal(count, wanted);
    assert_int_equal(q->node[q->root].depth, 0);
    for (size_t k = count; k-- > 1;) { // children before parents
        const uint32_t child = order[k];
        const uint32_t parent = q->parent[child];
        const bool is_row = child < q->m;
        assert_true(place[parent] < k);
        assert_true(is_row != (parent < q->m));
        assert_int_equal(q->node[child].depth, q->node[parent].depth + 1);
        // Between a node and its parent stand only nodes below the parent.
        for (size_t l = place[parent] + 1; l < k; l++) {
            assert_true(q->node[order[l]].depth > q->node[parent].depth);
        }
        assert_true(q->flow[child] > 0);
        assert_true(q->flow[child] == (is_row ? over[child] : -over[child]));
        over[parent] += over[child];
        const double i = q->height[is_row ? child : parent];
        const double j = q->height[is_row ? parent : child];
        assert_close_abs(i - j, q->cost[child], slack);
    }
    assert_true(over[q->root] == 0);
    free(place);
    free(order);
    free(over);
}

// Any arc that gains may enter; the tree stays one.
static void quick_pivots_keep_the_tree(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 60; seed++) {
        fixture x;
        jko_t_random random = {seed + 500};
        set_up(&x, random_instance(seed, 14));
        jko_i_quick *q = x.quick;
        jko_i_quick_start(q, &x.basis.tree, &x.problem);
        const double slack = 1e-11 * (1.0 + jko_cost_max(x.t.cost));
        check_tree(&x, slack);
        for (size_t k = 0; k < 400; k++) {
            const size_t i = jko_t_integer(&random, x.t.m);
            const size_t j = jko_t_integer(&random, x.t.n);
            const double c = jko_cost_get(x.t.cost, i, j);
            const double r = c + q->height[x.t.m + j] - q->height[i];
            if (x.t.a[i] > 0.0 && x.t.b[j] > 0.0 && !isinf(c) && r < -slack) {
                const jko_i_quick_arc arc = {(uint32_t)i, (uint32_t)(x.t.m + j), c};
                jko_i_quick_pivot(q, &arc, r);
                check_tree(&x, slack);
            }
        }
        tear_down(&x);
    }
}

static const jko_i_ot_limits no_limits = {INT64_MAX, INFINITY, NULL, NULL};

// The exact simplex has nearly nothing left to do.
static void quick_ends_with_the_optimal_basis(void **state)
{
    (void)state;
    int64_t left = 0;
    int64_t all = 0;
    for (unsigned long long seed = 1; seed <= 300; seed++) {
        fixture x;
        set_up(&x, random_instance(seed, 60));
        jko_ot_report report = {.struct_size = sizeof report};
        size_t arcs = 0;
        assert_int_equal(
            jko_i_quick_run(x.quick, &x.basis, &x.problem, &no_limits, &arcs, &report.iterations),
            JKO_OK);
        all += report.iterations;
        left -= report.iterations;
        assert_int_equal(jko_i_basis_solve(&x.basis, &x.problem, &no_limits, arcs, 1e-12, x.t.plan,
                                           x.t.f, x.t.g, &report),
                         JKO_OK);
        left += report.iterations;
        instance_check_exact(&x.t, &report, 1e-12);
        const double found = report.upper;
        assert_int_equal(jko_i_basis_solve(&x.basis, &x.problem, &no_limits, 0, 1e-12, x.t.plan,
                                           x.t.f, x.t.g, &report),
                         JKO_OK);
        assert_close_abs(found, report.upper, 1e-15 * jko_cost_max(x.t.cost) * x.t.total);
        tear_down(&x);
    }
    assert_true(all > 1000);
    assert_at_most((double)left, 0.01 * (double)all);
}

// Masses over 15 orders of magnitude, some below the unit of the integers.
static void quick_masses_below_the_unit_are_carried(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 40; seed++) {
        jko_t_random random = {seed};
        jko_ot_settings s;
        jko_ot_report report;
        instance t = instance_random(30, 25, INSTANCE_POINTS, &random);
        for (size_t k = 0; k < 55; k++) {
            *(k < 30 ? &t.a[k] : &t.b[k - 30]) = pow(10.0, -22.0 * jko_t_uniform(&random));
        }
        instance_balance(&t);
        jko_ot_settings_default(&s);
        s.method = JKO_OT_SIMPLEX;
        assert_int_equal(instance_solve(&t, &s, &report), JKO_OK);
        instance_check_exact(&t, &report, 1e-12);
        instance_free(&t);
    }
}

static int refuse(void *user, int64_t iteration, double error)
{
    (void)iteration;
    (void)error;
    return --*(int *)user < 0;
}

static void quick_stops_at_a_feasible_tree(void **state)
{
    (void)state;
    fixture x;
    jko_t_random random = {9};
    set_up(&x, instance_random(200, 180, INSTANCE_PLAIN, &random));
    const double slack = 1e-11;
    for (int64_t most = 0; most <= 1000; most += 250) {
        const jko_i_ot_limits limits = {most, INFINITY, NULL, NULL};
        size_t arcs = 0;
        int64_t pivots = 0;
        assert_int_equal(jko_i_quick_run(x.quick, &x.basis, &x.problem, &limits, &arcs, &pivots),
                         JKO_NOT_CONVERGED);
        assert_true(pivots == most);
        assert_int_equal(arcs, 379);
        check_tree(&x, slack);
    }
    for (int times = 0; times < 3; times++) {
        int left = times;
        const jko_i_ot_limits limits = {INT64_MAX, INFINITY, refuse, &left};
        size_t arcs = 0;
        int64_t pivots = 0;
        assert_int_equal(jko_i_quick_run(x.quick, &x.basis, &x.problem, &limits, &arcs, &pivots),
                         JKO_CANCELLED);
        assert_true(pivots == 256 * (int64_t)times);
    }
    const jko_i_ot_limits late = {INT64_MAX, 0.0, NULL, NULL};
    size_t arcs = 0;
    int64_t pivots = 0;
    assert_int_equal(jko_i_quick_run(x.quick, &x.basis, &x.problem, &late, &arcs, &pivots),
                     JKO_TIME_LIMIT);
    tear_down(&x);
}

static void quick_least_sum_is_found(void **state)
{
    (void)state;
    jko_t_random random = {10};
    double c[70];
    double h[70];
    for (size_t n = 1; n <= 70; n++) {
        double least = INFINITY;
        size_t first = 0;
        for (size_t j = 0; j < n; j++) {
            c[j] = jko_t_integer(&random, 9) == 0 ? (double)INFINITY : jko_t_uniform(&random);
            h[j] = (double)jko_t_integer(&random, 3);
            if (c[j] + h[j] < least) {
                least = c[j] + h[j];
                first = j;
            }
        }
        assert_true(jko_i_price_least(n, c, h) == least);
        assert_int_equal(jko_i_price_find(n, c, h, least), first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quick_pivots_keep_the_tree),
        cmocka_unit_test(quick_ends_with_the_optimal_basis),
        cmocka_unit_test(quick_masses_below_the_unit_are_carried),
        cmocka_unit_test(quick_stops_at_a_feasible_tree),
        cmocka_unit_test(quick_least_sum_is_found),
    };
    return cmocka_run_group_tests_name("ot/quick", tests, NULL, NULL);
}
