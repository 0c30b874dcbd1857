// SPDX-License-Identifier: BSD-3-Clause
/*
 * From entropic potentials to a feasible plan and bounds.
 *
 * Rows of P that carry too much are scaled down to a by x_i = min(1, a_i / row sum), then columns
 * to b by y_j. What is missing then, e = a - row sums and d = b - column sums, is added as
 * e d^T / |e|. The cost of the sum needs row and column sums only. Factors apply to P itself, not
 * to its potentials, which at small eps would not resolve them. g, closed over all arcs, gives
 * the lower bound. Where arcs are forbidden, what is missing is sent along allowed ones (route.c).
 *
 * Source: Altschuler, Weed and Rigollet (2017), algorithm 2.
 */
#include "sinkhorn_round.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/sum.h"
#include "base/vector.h"
#include "certificate.h"
#include "cut.h"
#include "plan_rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define BLOCK ((size_t)256) // entries of a row that are made at a time

bool jko_i_rounding_create(jko_i_rounding *work, const jko_cost *cost)
{
    const size_t m = cost->m;
    const size_t n = cost->n;
    const bool has_route = jko_i_route_create(&work->route, cost);
    work->x = jko_i_alloc(m, sizeof *work->x);
    work->y = jko_i_alloc(n, sizeof *work->y);
    work->row_sum = jko_i_alloc(m, sizeof *work->row_sum);
    work->column_sum = jko_i_alloc(n, sizeof *work->column_sum);
    work->row_cost = jko_i_alloc(m, sizeof *work->row_cost);
    work->row_rest = jko_i_alloc(m, sizeof *work->row_rest);
    work->column_rest = jko_i_alloc(n, sizeof *work->column_rest);
    return work->x != NULL && work->y != NULL && work->row_sum != NULL &&
           work->column_sum != NULL && work->row_cost != NULL && work->row_rest != NULL &&
           work->column_rest != NULL && has_route;
}

void jko_i_rounding_free(jko_i_rounding *work)
{
    jko_i_free(work->x);
    jko_i_free(work->y);
    jko_i_free(work->row_sum);
    jko_i_free(work->column_sum);
    jko_i_free(work->row_cost);
    jko_i_free(work->row_rest);
    jko_i_free(work->column_rest);
    jko_i_route_free(&work->route);
}

typedef struct rounding {
    jko_i_rounding *work;
    const jko_i_ot_problem *problem;
    double eps;
    const double *f;
    const double *g;
    double shift;
    double rest; // |e|, the L1 norm of what is missing
    double *plan;
} rounding;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// A block of a row: its costs, and its entries of the plan, in the plan or, where none is wanted, in
// room of its own.
typedef struct block {
    double costs[BLOCK];
    double room[BLOCK];
    const double *c;
    double *mass;
    size_t count;
} block;

// The block of row i that begins at j.
static void take(const rounding *r, size_t i, size_t j, block *out)
{
    const jko_cost *cost = r->problem->cost;
    out->count = least(BLOCK, cost->n - j);
    out->c = jko_i_cost_row_piece(cost, i, j, out->count, out->costs);
    out->mass = r->plan != NULL ? r->plan + i * cost->n + j : out->room;
}

// Its entries of the iterate, 0 where there is no mass.
static void fill(const rounding *r, size_t i, size_t j, const block *b)
{
    jko_i_plan_exp(b->count, r->f[i], r->g + j, b->c, r->eps, b->mass);
}

// Row sum of the iterate, and the factor that brings it down to a.
static void scale_row(void *context, size_t i)
{
    const rounding *r = context;
    const double a = r->problem->a[i];
    jko_i_plan_sums sums = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t j = 0; j < r->problem->cost->n; j += BLOCK) {
        block b;
        take(r, i, j, &b);
        fill(r, i, j, &b);
        jko_i_plan_add(b.count, b.mass, b.c, &sums);
    }
    r->work->row_cost[i] = jko_i_sum_value(&sums.cost);
    r->work->row_sum[i] = jko_i_sum_value(&sums.mass);
    r->work->x[i] = r->work->row_sum[i] > a ? a / r->work->row_sum[i] : 1.0;
}

// A column's sum; its factor for the plan whose rows are scaled, and what it lacks.
static void set_column(const rounding *r, size_t j, double sum, double left)
{
    const double b = r->problem->b[j];
    r->work->column_sum[j] = b > 0.0 ? sum : 0.0;
    left = b > 0.0 ? left : 0.0;
    r->work->y[j] = left > b ? b / left : 1.0;
    r->work->column_rest[j] = left > b ? 0.0 : b - left;
}

// Column j without a plan: the iterate is made anew.
static void scale_column(void *context, size_t j)
{
    const rounding *r = context;
    const jko_cost *cost = r->problem->cost;
    jko_i_plan_sums sums = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t i = 0; r->problem->b[j] > 0.0 && i < cost->m; i += BLOCK) {
        block b;
        b.count = least(BLOCK, cost->m - i);
        b.c = jko_i_cost_column_piece(cost, j, i, b.count, b.costs);
        jko_i_plan_exp(b.count, r->g[j], r->f + i, b.c, r->eps, b.room);
        jko_i_plan_add_scaled(b.count, b.room, r->work->x + i, &sums);
    }
    set_column(r, j, jko_i_sum_value(&sums.mass), jko_i_sum_value(&sums.cost));
}

// A block of columns of the plan.
static void scale_columns(void *context, size_t number)
{
    const rounding *r = context;
    const jko_cost *cost = r->problem->cost;
    const size_t first = number * JKO_I_PLAN_COLUMNS;
    const size_t count = least(JKO_I_PLAN_COLUMNS, cost->n - first);
    double sum[JKO_I_PLAN_COLUMNS];
    double left[JKO_I_PLAN_COLUMNS];
    jko_i_plan_columns(cost->m, cost->n, r->plan + first, r->work->x, count, sum, left);
    for (size_t k = 0; k < count; k++) {
        set_column(r, first + k, sum[k], left[k]);
    }
}

// Sum and cost of a row of the scaled plan, and what it lacks.
static void sum_row(void *context, size_t i)
{
    const rounding *r = context;
    jko_i_plan_sums sums = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t j = 0; r->problem->a[i] > 0.0 && j < r->problem->cost->n; j += BLOCK) {
        block b;
        take(r, i, j, &b);
        if (r->plan == NULL) {
            fill(r, i, j, &b);
        }
        jko_i_plan_scale(b.count, r->work->x[i], b.mass, r->work->y + j, b.mass);
        jko_i_plan_add(b.count, b.mass, b.c, &sums);
    }
    r->work->row_sum[i] = jko_i_sum_value(&sums.mass);
    r->work->row_cost[i] = jko_i_sum_value(&sums.cost);
    r->work->row_rest[i] = fmax(r->problem->a[i] - r->work->row_sum[i], 0.0);
}

// Cost of a row with its share of the rest; the row of the plan, if wanted.
static void add_rest(void *context, size_t i)
{
    const rounding *r = context;
    const size_t n = r->problem->cost->n;
    const double share = r->rest > 0.0 ? r->work->row_rest[i] / r->rest : 0.0;
    if (share > 0.0) {
        jko_i_plan_sums sums = {{0.0, 0.0}, {0.0, 0.0}};
        for (size_t j = 0; j < n; j += BLOCK) {
            block b;
            take(r, i, j, &b);
            jko_i_plan_add(b.count, r->work->column_rest + j, b.c, &sums);
        }
        r->work->row_cost[i] += share * jko_i_sum_value(&sums.cost);
        if (r->plan != NULL) {
            jko_i_vector_add(n, share, r->work->column_rest, r->plan + i * n);
        }
    }
}

// Sums over one side: sums_i p_i, and of p_i - eps log masses_i times masses_i and times sums_i.
static void add_side(jko_i_sum *spent, jko_i_sum *dual, jko_i_sum *primal, size_t n, double eps,
                     const double *masses, const double *sums, const double *p)
{
    for (size_t i = 0; i < n; i++) {
        if (masses[i] > 0.0) {
            const double potential = p[i] - eps * log(masses[i]);
            jko_i_sum_add_product(spent, sums[i], p[i]);
            jko_i_sum_add_product(primal, sums[i], potential);
            jko_i_sum_add_product(dual, masses[i], potential);
        }
    }
}

// The named values of the iterate: log P is known, so its marginals are enough.
static void find_values(const rounding *r, jko_ot_report *report)
{
    const jko_i_ot_problem *p = r->problem;
    const double moved = jko_i_sum_array(p->cost->m, r->work->row_sum);
    const double unit = r->eps * log(p->total) + r->shift;
    jko_i_sum spent = {0.0, 0.0};
    jko_i_sum dual = {0.0, 0.0};
    jko_i_sum primal = {0.0, 0.0};
    add_side(&spent, &dual, &primal, p->cost->m, r->eps, p->a, r->work->row_sum, r->f);
    add_side(&spent, &dual, &primal, p->cost->n, r->eps, p->b, r->work->column_sum, r->g);
    jko_i_sum_add_product(&spent, r->shift, moved);
    jko_i_sum_add_product(&primal, unit, moved);
    jko_i_sum_add(&primal, r->eps * (p->total - moved));
    jko_i_sum_add_product(&dual, unit, p->total);
    jko_i_sum_add(&dual, r->eps * (p->total - moved));
    report->entropic_value = jko_i_sum_value(&primal);
    report->neg_entropy_value = jko_i_sum_value(&spent);
    report->dual_value = jko_i_sum_value(&dual);
    report->entropic_cost = jko_i_sum_array(p->cost->m, r->work->row_cost) + r->shift * moved;
}

// Add what is missing as e d^T / |e|, the marginals with it.
static void spread(rounding *r)
{
    jko_i_rounding *work = r->work;
    const jko_i_ot_problem *p = r->problem;
    const size_t m = p->cost->m;
    const double rows_lack = jko_i_sum_array(m, work->row_rest);
    const double columns_lack = jko_i_sum_array(p->cost->n, work->column_rest);
    r->rest = fmax(rows_lack, columns_lack);
    jko_i_parallel_rows(m, p->cost->n, p->threads, add_rest, r);
    for (size_t i = 0; i < m && r->rest > 0.0; i++) {
        work->row_sum[i] += work->row_rest[i] * (columns_lack / r->rest);
    }
    for (size_t j = 0; j < p->cost->n; j++) {
        const double rest = work->column_rest[j];
        const double added = r->rest > 0.0 ? rest * (rows_lack / r->rest) : 0.0;
        work->column_sum[j] = (p->b[j] - rest) + added;
    }
}

// Marginals and cost, less shift, of the plan in r->plan.
static void sum_plan(const rounding *r, const jko_cost *cost)
{
    for (size_t i = 0; i < cost->m; i++) {
        const double *row = jko_i_cost_row(cost, i);
        jko_i_sum sum = {0.0, 0.0};
        jko_i_sum spent = {0.0, 0.0};
        for (size_t j = 0; j < cost->n; j++) {
            const double mass = r->plan[i * cost->n + j];
            if (mass > 0.0) {
                jko_i_sum_add(&sum, mass);
                jko_i_sum_add_product(&spent, mass, row[j] - r->shift);
            }
        }
        r->work->row_sum[i] = jko_i_sum_value(&sum);
        r->work->row_cost[i] = jko_i_sum_value(&spent);
    }
    for (size_t j = 0; j < cost->n; j++) {
        jko_i_sum sum = {0.0, 0.0};
        for (size_t i = 0; i < cost->m; i++) {
            jko_i_sum_add(&sum, r->plan[i * cost->n + j]);
        }
        r->work->column_sum[j] = jko_i_sum_value(&sum);
    }
}

// Send what is missing along allowed arcs. Returns the mass that found no way.
static double send(rounding *r, const jko_i_ot_problem *problem)
{
    jko_i_rounding *work = r->work;
    const jko_cost *cost = problem->cost;
    jko_i_route_rest(&work->route, r->problem->cost, DBL_EPSILON * problem->total / (double)cost->m,
                     r->plan, work->row_rest, work->column_rest);
    sum_plan(r, cost);
    return jko_i_sum_array(cost->m, work->row_rest);
}

void jko_i_rounding_solve(jko_i_rounding *work, const jko_i_rounding_input *input, double *plan,
                          double *f, double *g, jko_ot_report *report)
{
    const jko_i_ot_problem *problem = input->problem;
    const size_t m = problem->cost->m;
    const size_t n = problem->cost->n;
    const int threads = problem->threads;
    rounding r = {work, input->moved, input->eps, input->f, input->g, input->shift, 0.0, plan};
    r.plan = plan == NULL && problem->cost->forbidden ? work->route.plan : plan;
    jko_i_parallel_rows(m, n, threads, scale_row, &r);
    if (r.plan != NULL) {
        const size_t blocks = (n + JKO_I_PLAN_COLUMNS - 1) / JKO_I_PLAN_COLUMNS;
        jko_i_parallel_rows(blocks, m * JKO_I_PLAN_COLUMNS, threads, scale_columns, &r);
    } else {
        jko_i_parallel_rows(n, m, threads, scale_column, &r);
    }
    report->row_error = jko_i_certificate_l1(m, work->row_sum, problem->a);
    report->column_error = jko_i_certificate_l1(n, work->column_sum, problem->b);
    find_values(&r, report);

    jko_i_parallel_rows(m, n, threads, sum_row, &r);
    double lost = 0.0;
    if (problem->cost->forbidden) {
        lost = send(&r, problem);
    } else {
        spread(&r);
    }
    const double moved = jko_i_sum_array(m, work->row_sum);
    report->transport_cost = jko_i_sum_array(m, work->row_cost) + input->shift * moved;
    report->upper = lost > jko_i_cut_rounding(problem) ? INFINITY : report->transport_cost;
    report->plan_error = jko_i_certificate_l1(m, work->row_sum, problem->a) +
                         jko_i_certificate_l1(n, work->column_sum, problem->b);
    memcpy(g, input->g, n * sizeof *g);
    jko_i_certificate_close(problem, f, g);
    report->lower = jko_i_certificate_lower(problem, f, g, work->row_sum, work->column_sum);
    report->gap = report->upper - report->lower;
}
