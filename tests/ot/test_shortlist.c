// SPDX-License-Identifier: BSD-3-Clause
/*
 * The short list and what leads to it: chosen arcs against all of them sorted, the spanning tree
 * against Kruskal's, pricing, and the solves that it is for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/guess.h"
#include "ot/lp.h"
#include "ot/price.h"
#include "ot/start.h"
#include "ot/tree_check.h"

#define POINTS ((size_t)1000)

typedef struct fixture {
    instance t;
    jko_i_ot_problem problem;
    jko_i_shortlist list;
    jko_i_guess guess;
    size_t *rows; // [2 (m + n)]
    size_t *columns;
} fixture;

static fixture set_up(size_t m, size_t n, unsigned long long seed)
{
    jko_t_random random = {seed};
    fixture x = {.t = instance_random(m, n, (instance_kind)(seed % INSTANCE_KINDS), &random)};
    if (seed % 3 == 0) {
        instance_forbid(&x.t, 0.6, false, &random);
    }
    x.rows = calloc(2 * (m + n), sizeof *x.rows);
    x.columns = calloc(2 * (m + n), sizeof *x.columns);
    assert_true(x.rows != NULL && x.columns != NULL);
    assert_true(jko_i_shortlist_create(&x.list, m, n));
    assert_true(jko_i_guess_create(&x.guess, m, n));
    return x;
}

static void tear_down(fixture *x)
{
    jko_i_guess_free(&x->guess);
    jko_i_shortlist_free(&x->list);
    free(x->columns);
    free(x->rows);
    instance_free(&x->t);
}

static bool has_mass(const instance *t, size_t i, size_t j)
{
    return t->a[i] > 0.0 && t->b[j] > 0.0;
}

// How many arcs of row i, or of column j where i is m, have a smaller reduced cost than c - f - g.
static size_t count_better(const instance *t, const double *f, const double *g, bool is_row,
                           size_t at, double key)
{
    size_t better = 0;
    for (size_t k = 0; k < (is_row ? t->n : t->m); k++) {
        const size_t i = is_row ? at : k;
        const size_t j = is_row ? k : at;
        better += has_mass(t, i, j) && jko_cost_get(t->cost, i, j) - f[i] - g[j] < key;
    }
    return better;
}

// An arc is in the list if fewer than JKO_I_SHORTLIST_DEPTH of its row or column are better, and,
// unless it ties with the last one or was added, only then.
static void shortlist_holds_best_arcs_of_rows_and_columns(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 40; seed++) {
        fixture x = set_up(17, 23, seed);
        const instance *t = &x.t;
        jko_t_random random = {seed + 1000};
        double f[17];
        double g[23];
        double least = INFINITY;
        x.problem = tree_problem(t);
        for (size_t i = 0; i < 17; i++) {
            f[i] = jko_t_uniform(&random);
        }
        for (size_t j = 0; j < 23; j++) {
            g[j] = jko_t_uniform(&random);
        }
        x.rows[0] = x.rows[1] = 3;
        x.columns[0] = x.columns[1] = 5;
        const double found =
            jko_i_shortlist_choose(&x.list, &x.problem, f, g, 2, x.rows, x.columns);
        for (size_t i = 0; i < 17; i++) {
            for (size_t j = 0; j < 23; j++) {
                const size_t k = jko_i_shortlist_find(&x.list, i, j);
                const double c = jko_cost_get(t->cost, i, j);
                const double key = c - f[i] - g[j];
                const bool added = i == 3 && j == 5;
                if (k != JKO_I_NONE) {
                    assert_true(x.list.column[k] == j && x.list.begin[i] <= k);
                    assert_true(k < x.list.begin[i + 1]);
                    assert_true(x.list.price[k] == (isinf(c) ? jko_i_tree_fine(t->cost) : c));
                }
                if (!has_mass(t, i, j) || isinf(c)) {
                    assert_true((k != JKO_I_NONE) == added);
                    continue;
                }
                least = fmin(least, key);
                const size_t better = count_better(t, f, g, true, i, key);
                const size_t above = count_better(t, f, g, false, j, key);
                const bool best = better < JKO_I_SHORTLIST_DEPTH || above < JKO_I_SHORTLIST_DEPTH;
                assert_true(best || added || k == JKO_I_NONE);
                if (better == 0 && count_better(t, f, g, true, i, nextafter(key, INFINITY)) == 1) {
                    assert_true(k != JKO_I_NONE); // the best of its row, and alone
                }
                if (above == 0 && count_better(t, f, g, false, j, nextafter(key, INFINITY)) == 1) {
                    assert_true(k != JKO_I_NONE);
                }
            }
            for (size_t k = x.list.begin[i]; k + 1 < x.list.begin[i + 1]; k++) {
                assert_true(x.list.column[k] < x.list.column[k + 1]);
            }
        }
        assert_true(found == least);
        tear_down(&x);
    }
}

static size_t find_root(const size_t *parent, size_t v)
{
    while (parent[v] != v) {
        v = parent[v];
    }
    return v;
}

// Kruskal: the sum of C - f - g over the least spanning forest of allowed arcs, and its size.
static double least_forest(const fixture *x, size_t *arcs)
{
    const instance *t = &x->t;
    size_t parent[64];
    double sum = 0.0;
    double floor = -INFINITY;
    *arcs = 0;
    for (size_t v = 0; v < t->m + t->n; v++) {
        parent[v] = v;
    }
    for (;;) { // the next larger key, all arcs that have it
        double next = INFINITY;
        for (size_t k = 0; k < t->m * t->n; k++) {
            const double r = jko_cost_get(t->cost, k / t->n, k % t->n) - x->guess.f[k / t->n] -
                             x->guess.g[k % t->n];
            if (has_mass(t, k / t->n, k % t->n) && r > floor && r < next) {
                next = r;
            }
        }
        if (isinf(next)) {
            return sum;
        }
        for (size_t k = 0; k < t->m * t->n; k++) {
            const double r = jko_cost_get(t->cost, k / t->n, k % t->n) - x->guess.f[k / t->n] -
                             x->guess.g[k % t->n];
            const size_t u = find_root(parent, k / t->n);
            const size_t v = find_root(parent, t->m + k % t->n);
            if (has_mass(t, k / t->n, k % t->n) && r == next && u != v) {
                parent[u] = v;
                sum += r;
                ++*arcs;
            }
        }
        floor = next;
    }
}

static void guess_tree_is_the_least_spanning_tree(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 30; seed++) {
        fixture x = set_up(13, 19, seed);
        const instance *t = &x.t;
        const jko_i_ot_limits limits = {INT64_MAX, INFINITY, NULL, NULL};
        size_t parent[64];
        size_t nodes = 0;
        size_t allowed = 0;
        size_t wanted = 0;
        double sum = 0.0;
        x.problem = tree_problem(t);
        assert_int_equal(jko_i_guess_find(&x.guess, &x.problem, &limits), JKO_OK);
        const size_t arcs = jko_i_guess_tree(&x.guess, &x.problem, x.rows, x.columns);
        for (size_t v = 0; v < t->m + t->n; v++) {
            nodes += (v < t->m ? t->a[v] : t->b[v - t->m]) > 0.0;
            parent[v] = v;
        }
        assert_int_equal(arcs, nodes - 1);
        for (size_t k = 0; k < arcs; k++) {
            const double c = jko_cost_get(t->cost, x.rows[k], x.columns[k]);
            assert_true(has_mass(t, x.rows[k], x.columns[k]));
            const size_t u = find_root(parent, x.rows[k]);
            const size_t v = find_root(parent, t->m + x.columns[k]);
            assert_true(u != v); // no cycle
            parent[u] = v;
            if (!isinf(c)) {
                sum += c - x.guess.f[x.rows[k]] - x.guess.g[x.columns[k]];
                allowed++;
            }
        }
        const double least = least_forest(&x, &wanted);
        assert_int_equal(allowed, wanted);
        assert_close_abs(sum, least, 1e-11 * (1.0 + fabs(least)));
        tear_down(&x);
    }
}

// Among the arcs of the list, one by one.
static void price_list_row_finds_least_reduced_cost(void **state)
{
    (void)state;
    for (unsigned long long seed = 1; seed <= 40; seed++) {
        fixture x = set_up(9, 37, seed);
        const instance *t = &x.t;
        jko_i_tree tree;
        x.problem = tree_problem(t);
        assert_true(jko_i_tree_create(&tree, 9, 37));
        jko_i_start(&tree, &x.problem);
        (void)jko_i_shortlist_choose(&x.list, &x.problem, tree.high, tree.high + 9, 0, NULL, NULL);
        for (size_t i = 0; i < 9; i++) {
            double least = 0.0;
            double best = 0.0;
            for (size_t k = x.list.begin[i]; k < x.list.begin[i + 1]; k++) {
                const size_t j = x.list.column[k];
                const double c = jko_cost_get(t->cost, i, j);
                if (!isinf(c)) {
                    least =
                        fmin(least, jko_i_triple_value(jko_i_tree_reduced_cost(&tree, i, j, c)));
                }
            }
            const size_t j = jko_i_price_list_row(&tree, &x.list, i, &best);
            assert_close_abs(best, least, 0.0);
            assert_true((j == JKO_I_NONE) == (least == 0.0));
        }
        jko_i_tree_free(&tree);
        tear_down(&x);
    }
}

// A thousand points in the plane, whose costs are never stored: exact, and proved over all pairs.
static void shortlist_solves_a_thousand_points(void **state)
{
    (void)state;
    static double x[4 * POINTS];
    jko_t_random random = {61};
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    instance t = instance_create(POINTS, POINTS);
    jko_ot_settings s;
    jko_ot_report report;
    for (size_t k = 0; k < 4 * POINTS; k++) {
        x[k] = jko_t_uniform(&random);
    }
    double excess = 0.0;
    for (size_t i = 0; i < POINTS; i++) { // multiples of 2^-20: the totals are the same to the bit
        t.a[i] = ceil(0x1p20 * jko_t_exponential(&random)) * 0x1p-20;
        t.b[i] = ceil(0x1p20 * jko_t_exponential(&random)) * 0x1p-20;
        t.total += t.a[i];
        excess += t.a[i] - t.b[i];
    }
    t.a[0] += fmax(-excess, 0.0);
    t.total += fmax(-excess, 0.0);
    t.b[0] += fmax(excess, 0.0);
    assert_int_equal(jko_grid_create_points(&source, POINTS, 2, x, NULL), JKO_OK);
    assert_int_equal(jko_grid_create_points(&target, POINTS, 2, x + 2 * POINTS, NULL), JKO_OK);
    assert_int_equal(jko_cost_create_power(&t.cost, source, target, 2.0), JKO_OK);
    jko_ot_settings_default(&s);
    s.method = JKO_OT_SHORTLIST;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_OK);
    assert_int_equal(report.method, JKO_OT_SHORTLIST);
    instance_check_exact(&t, &report, 1e-12);
    if (jko_i_lp_exists()) {
        assert_close_rel(report.solver_objective, report.upper, 1e-7);
    } else {
        assert_true(isnan(report.solver_objective));
    }
    const double listed = report.upper;
    s.method = JKO_OT_SIMPLEX;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_OK);
    assert_close_rel(listed, report.upper, 1e-13);
    jko_grid_free(target);
    jko_grid_free(source);
    instance_free(&t);
}

typedef struct patience {
    int left;
    int asked;
} patience;

static int lose(void *user, int64_t iteration, double error)
{
    patience *p = user;
    (void)iteration;
    assert_true(error == error); // not NaN
    p->asked++;
    return p->left-- <= 0;
}

// Stopped anywhere, in Sinkhorn's part, GLPK's or our own: a feasible plan and true bounds.
static void shortlist_stopped_early_is_valid(void **state)
{
    (void)state;
    jko_t_random random = {62};
    instance t = instance_random(60, 70, INSTANCE_POINTS, &random);
    jko_ot_settings s;
    jko_ot_report report;
    jko_ot_settings_default(&s);
    s.method = JKO_OT_SHORTLIST;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_OK);
    const double value = report.upper;
    for (int left = 0;; left++) {
        patience p = {left, 0};
        s.progress = lose;
        s.user = &p;
        const jko_status status = instance_solve(&t, &s, &report);
        instance_check(&t, &report);
        assert_true(report.lower <= value && value <= report.upper * (1.0 + 1e-14));
        if (status == JKO_OK) {
            assert_true(left > 20 && p.asked <= left);
            break;
        }
        assert_int_equal(status, JKO_CANCELLED);
        assert_true(p.asked == left + 1);
    }
    s.progress = NULL;
    s.max_iterations = 1;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_NOT_CONVERGED);
    instance_check(&t, &report);
    s.max_iterations = 1000000;
    s.time_limit = 1e-9;
    assert_int_equal(instance_solve(&t, &s, &report), JKO_TIME_LIMIT);
    instance_check(&t, &report);
    instance_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shortlist_holds_best_arcs_of_rows_and_columns),
        cmocka_unit_test(guess_tree_is_the_least_spanning_tree),
        cmocka_unit_test(price_list_row_finds_least_reduced_cost),
        cmocka_unit_test(shortlist_solves_a_thousand_points),
        cmocka_unit_test(shortlist_stopped_early_is_valid),
    };
    return cmocka_run_group_tests_name("ot/shortlist", tests, NULL, NULL);
}
