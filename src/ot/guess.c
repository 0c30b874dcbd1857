// SPDX-License-Identifier: BSD-3-Clause
/*
 * Potentials that are roughly right, and a tree along them.
 *
 * Sinkhorn's method in the log domain, epsilon from a quarter of the mean cost down to 1/400 of it
 * by factors of 4, a few iterations each: what is wanted is not a plan but an order among the arcs
 * of each row and column. The tree is Prim's, over all arcs: each node that joins lowers what the
 * others would pay.
 *
 * Source: Schmitzer, SIAM J. Sci. Comput. 41 (2019), section 3; Prim (1957).
 */
#include "guess.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "measure/cost_rows.h"

#include <math.h>
#include <stdbool.h>

#define NONE ((size_t)-1)
#define FIRST 0.25         // epsilon over the mean cost
#define LAST (1.0 / 400.0) // likewise
#define SCALING 4.0
#define ITERATIONS 45    // at most, of each epsilon
#define GOOD_ENOUGH 1e-2 // L1 error of the columns over the total

bool jko_i_guess_create(jko_i_guess *guess, size_t m, size_t n)
{
    guess->f = jko_i_alloc(m, sizeof *guess->f);
    guess->g = jko_i_alloc(n, sizeof *guess->g);
    guess->next = jko_i_alloc(m + n, sizeof *guess->next);
    guess->least = jko_i_alloc(m + n, sizeof *guess->least);
    guess->parent = jko_i_alloc(m + n, sizeof *guess->parent);
    return guess->f != NULL && guess->g != NULL && guess->next != NULL && guess->least != NULL &&
           guess->parent != NULL;
}

void jko_i_guess_free(jko_i_guess *guess)
{
    jko_i_free(guess->f);
    jko_i_free(guess->g);
    jko_i_free(guess->next);
    jko_i_free(guess->least);
    jko_i_free(guess->parent);
}

typedef struct job {
    jko_i_guess *guess;
    const jko_i_ot_problem *problem;
    double eps;
} job;

// Mean of the row's costs above the least cost of all, where it has mass.
static void find_mean(void *context, size_t i)
{
    const job *t = context;
    const jko_cost *cost = t->problem->cost;
    double buffer[JKO_I_PIECE];
    double sum = 0.0;
    double mass = 0.0;
    for (size_t first = 0, count = 0; first < cost->n; first += count) {
        count = jko_i_cost_piece(cost, cost->n, first);
        const double *c = jko_i_cost_row_piece(cost, i, first, count, buffer);
        for (size_t k = 0; k < count; k++) {
            const double b = t->problem->b[first + k];
            sum += isinf(c[k]) ? 0.0 : b * (c[k] - cost->min);
            mass += isinf(c[k]) ? 0.0 : b;
        }
    }
    t->guess->next[i] = mass > 0.0 ? sum / mass : 0.0;
}

static double mean_cost(job *t)
{
    const jko_i_ot_problem *p = t->problem;
    double mean = 0.0;
    jko_i_parallel_rows(p->cost->m, p->cost->n, p->threads, find_mean, t);
    for (size_t i = 0; i < p->cost->m; i++) {
        mean += p->a[i] / p->total * t->guess->next[i];
    }
    return mean;
}

// A row or column without an allowed arc to mass keeps what it had: there is no plan.
static void update_row(void *context, size_t i)
{
    const job *t = context;
    const double a = t->problem->a[i];
    if (a > 0.0) {
        const double lse = jko_i_cost_row_lse(t->problem->cost, i, t->guess->g, t->eps);
        t->guess->f[i] = lse > -INFINITY ? t->eps * (log(a) - lse) : 0.0;
    }
}

static void update_column(void *context, size_t j)
{
    const job *t = context;
    const double b = t->problem->b[j];
    if (b > 0.0) {
        const double lse = jko_i_cost_column_lse(t->problem->cost, j, t->guess->f, t->eps);
        t->guess->next[j] = lse > -INFINITY ? t->eps * (log(b) - lse) : t->guess->g[j];
    }
}

// One iteration; the error of the columns over the total, before it.
static double iterate(job *t)
{
    const jko_i_ot_problem *p = t->problem;
    double error = 0.0;
    jko_i_parallel_rows(p->cost->m, p->cost->n, p->threads, update_row, t);
    jko_i_parallel_rows(p->cost->n, p->cost->m, p->threads, update_column, t);
    for (size_t j = 0; j < p->cost->n; j++) {
        if (p->b[j] > 0.0) {
            error += p->b[j] * fabs(expm1((t->guess->g[j] - t->guess->next[j]) / t->eps));
            t->guess->g[j] = t->guess->next[j];
        }
    }
    return error / p->total;
}

jko_status jko_i_guess_find(jko_i_guess *guess, const jko_i_ot_problem *problem,
                            const jko_i_ot_limits *limits)
{
    const jko_cost *cost = problem->cost;
    job t = {guess, problem, 0.0};
    for (size_t i = 0; i < cost->m; i++) {
        guess->f[i] = problem->a[i] > 0.0 ? 0.0 : -INFINITY;
    }
    for (size_t j = 0; j < cost->n; j++) {
        guess->g[j] = problem->b[j] > 0.0 ? 0.0 : -INFINITY;
    }
    const double mean = mean_cost(&t);
    const double unit = mean > 0.0 ? mean : 1.0;
    for (double share = FIRST; share >= LAST; share /= SCALING) {
        double error = INFINITY;
        t.eps = share * unit;
        for (int k = 0; k < ITERATIONS && error > GOOD_ENOUGH; k++) {
            error = iterate(&t);
            jko_status status = jko_i_ot_check_limits(limits, 0);
            if (status == JKO_OK) {
                status = jko_i_ot_ask(limits, 0, error);
            }
            if (status != JKO_OK) {
                return status;
            }
        }
    }
    return JKO_OK;
}

// Lower what nodes of the other side would pay to join, now that `node` has joined.
static void relax(jko_i_guess *guess, const jko_i_ot_problem *problem, size_t node)
{
    const jko_cost *cost = problem->cost;
    const bool is_row = node < cost->m;
    const size_t n = is_row ? cost->n : cost->m;
    const double own = is_row ? guess->f[node] : guess->g[node - cost->m];
    const double *other = is_row ? guess->g : guess->f;
    double *least = guess->least + (is_row ? cost->m : 0);
    size_t *parent = guess->parent + (is_row ? cost->m : 0);
    double buffer[JKO_I_PIECE];
    for (size_t first = 0, count = 0; first < n; first += count) {
        count = jko_i_cost_piece(cost, n, first);
        const double *c = is_row
                              ? jko_i_cost_row_piece(cost, node, first, count, buffer)
                              : jko_i_cost_column_piece(cost, node - cost->m, first, count, buffer);
        for (size_t k = 0; k < count; k++) {
            // Without mass other is -inf, and r is inf; least is -inf in the tree.
            const double r = c[k] - other[first + k] - own;
            if (r < least[first + k]) {
                least[first + k] = r;
                parent[first + k] = node;
            }
        }
    }
}

size_t jko_i_guess_tree(jko_i_guess *guess, const jko_i_ot_problem *problem, size_t *rows,
                        size_t *columns)
{
    const size_t m = problem->cost->m;
    const size_t nodes = m + problem->cost->n;
    size_t arcs = 0;
    size_t root = 0;
    while (!(problem->a[root] > 0.0)) {
        root++;
    }
    size_t any = 0; // a column with mass, for rows that have no allowed arc
    while (!(problem->b[any] > 0.0)) {
        any++;
    }
    for (size_t v = 0; v < nodes; v++) {
        guess->least[v] = INFINITY;
        guess->parent[v] = v < m ? m + any : root;
    }
    guess->least[root] = -INFINITY;
    relax(guess, problem, root);
    for (;;) {
        size_t best = NONE;
        for (size_t v = 0; v < nodes; v++) {
            const double mass = v < m ? problem->a[v] : problem->b[v - m];
            const bool open = mass > 0.0 && guess->least[v] > -INFINITY;
            // Columns before rows where only forbidden arcs are left: `any` joins before it is used.
            if (open && (best == NONE || guess->least[v] < guess->least[best] ||
                         (isinf(guess->least[best]) && v == m + any))) {
                best = v;
            }
        }
        if (best == NONE) {
            return arcs;
        }
        rows[arcs] = best < m ? best : guess->parent[best];
        columns[arcs++] = (best < m ? guess->parent[best] : best) - m;
        guess->least[best] = -INFINITY;
        relax(guess, problem, best);
    }
}
