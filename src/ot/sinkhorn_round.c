// SPDX-License-Identifier: BSD-3-Clause
/*
 * From entropic potentials to a feasible plan and bounds.
 *
 * Rows of P that carry too much are scaled down to a by x_i = min(1, a_i / row sum), then columns
 * to b by y_j. What is missing then, e = a - row sums and d = b - column sums, is added as
 * e d^T / |d|. The cost of the sum needs row and column sums only. Factors apply to P itself, not
 * to its potentials, which at small eps would not resolve them. g, closed over all arcs, gives
 * the lower bound. Where arcs are forbidden, what is missing is sent along allowed ones (route.c).
 * Between grids, and where a kernel is at hand, P is a product if its factors are within range
 * (product.c): it then costs no exponentials.
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

#define BLOCK ((size_t)256)                       // entries of a row that are made at a time
#define PART (JKO_I_PLAN_SUMS + JKO_I_PLAN_GROUP) // numbers for each column and part

bool jko_i_rounding_create(jko_i_rounding *work, const jko_cost *cost)
{
    const size_t m = cost->m;
    const size_t n = cost->n;
    const bool has_route = jko_i_route_create(&work->route, cost);
    const bool has_product = jko_i_product_create(&work->product, cost);
    work->x = jko_i_alloc(m, sizeof *work->x);
    work->y = jko_i_alloc(n, sizeof *work->y);
    work->row_sum = jko_i_alloc(m, sizeof *work->row_sum);
    work->column_sum = jko_i_alloc(n, sizeof *work->column_sum);
    work->row_cost = jko_i_alloc(m, sizeof *work->row_cost);
    work->plain_cost = jko_i_alloc(m, sizeof *work->plain_cost);
    work->row_rest = jko_i_alloc(m, sizeof *work->row_rest);
    work->column_rest = jko_i_alloc(n, sizeof *work->column_rest);
    work->part = jko_i_alloc_unset(n, JKO_I_ROUNDING_PARTS * PART * sizeof *work->part);
    return work->x != NULL && work->y != NULL && work->row_sum != NULL &&
           work->column_sum != NULL && work->row_cost != NULL && work->plain_cost != NULL &&
           work->row_rest != NULL && work->column_rest != NULL && work->part != NULL && has_route &&
           has_product;
}

void jko_i_rounding_free(jko_i_rounding *work)
{
    jko_i_free(work->x);
    jko_i_free(work->y);
    jko_i_free(work->row_sum);
    jko_i_free(work->column_sum);
    jko_i_free(work->row_cost);
    jko_i_free(work->plain_cost);
    jko_i_free(work->row_rest);
    jko_i_free(work->column_rest);
    jko_i_free(work->part);
    jko_i_route_free(&work->route);
    jko_i_product_free(&work->product);
}

typedef struct rounding {
    jko_i_rounding *work;
    const jko_i_ot_problem *problem;
    double eps;
    const double *f;
    const double *g;
    double shift;
    double rest; // |d|, the L1 norm of what columns lack; 0: not spread
    double *plan;
    bool is_product;
    bool complete[JKO_I_ROUNDING_PARTS]; // whether sums of a part of the product kept their digits
} rounding;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

// Row i of the iterate, 0 where there is no mass, into out [n]. Adds up its mass and cost.
static void make_row(const rounding *r, size_t i, double *out, jko_i_plan_sums *sums)
{
    const jko_cost *cost = r->problem->cost;
    for (size_t j = 0; j < cost->n; j += BLOCK) {
        double room[BLOCK];
        const size_t count = least(BLOCK, cost->n - j);
        const double *c = jko_i_cost_row_piece(cost, i, j, count, room);
        jko_i_plan_exp(count, r->f[i], r->g + j, c, r->eps, out + j);
        jko_i_plan_add(count, out + j, c, sums);
    }
}

// Of a part of the rows, the sums, the factors that bring them down to a, and what they add to the
// column sums, before and after.
static void scale_part(void *context, size_t part)
{
    const rounding *r = context;
    const size_t m = r->problem->cost->m;
    const size_t n = r->problem->cost->n;
    const size_t end = m * (part + 1) / JKO_I_ROUNDING_PARTS;
    double *sums = r->work->part + part * PART * n;
    double *rows = sums + JKO_I_PLAN_SUMS * n;
    memset(sums, 0, JKO_I_PLAN_SUMS * n * sizeof *sums);
    for (size_t i = m * part / JKO_I_ROUNDING_PARTS; i < end; i += JKO_I_PLAN_GROUP) {
        double x[JKO_I_PLAN_GROUP] = {0.0};
        const size_t count = least(JKO_I_PLAN_GROUP, end - i);
        memset(rows + count * n, 0, (JKO_I_PLAN_GROUP - count) * n * sizeof *rows);
        for (size_t k = 0; k < count; k++) {
            const double a = r->problem->a[i + k];
            jko_i_plan_sums row = {{0.0, 0.0}, {0.0, 0.0}};
            make_row(r, i + k, rows + k * n, &row);
            const double sum = r->work->row_sum[i + k] = jko_i_sum_value(&row.mass);
            r->work->plain_cost[i + k] = jko_i_sum_value(&row.cost);
            x[k] = r->work->x[i + k] = sum > a ? a / sum : 1.0;
        }
        jko_i_plan_add_group(n, rows, x, sums);
    }
}

// The factor of a column, from its sums in the iterate and in the plan whose rows are scaled, and
// what it lacks.
static void scale_column(const rounding *r, size_t j, double sum, double scaled)
{
    const double b = r->problem->b[j];
    r->work->column_sum[j] = sum;
    r->work->y[j] = scaled > b ? b / scaled : 1.0;
    r->work->column_rest[j] = scaled > b ? 0.0 : b - scaled;
}

static void scale_columns(const rounding *r)
{
    const size_t n = r->problem->cost->n;
    for (size_t j = 0; j < n; j++) {
        jko_i_sum sum = {0.0, 0.0};
        jko_i_sum scaled = {0.0, 0.0};
        for (size_t part = 0; r->problem->b[j] > 0.0 && part < JKO_I_ROUNDING_PARTS; part++) {
            const double *sums = r->work->part + part * PART * n + j;
            jko_i_sum_add(&sum, sums[0]);
            jko_i_sum_add(&sum, sums[n]);
            jko_i_sum_add(&scaled, sums[2 * n]);
            jko_i_sum_add(&scaled, sums[3 * n]);
        }
        scale_column(r, j, jko_i_sum_value(&sum), jko_i_sum_value(&scaled));
    }
}

// The same sums and factors where the iterate is a product.
static void sum_product_rows(const rounding *r, size_t first, size_t count, bool *complete)
{
    jko_i_rounding *work = r->work;
    const double *a = r->problem->a;
    *complete = jko_i_product_sum_rows(&work->product, first, count, work->row_sum) && *complete;
    for (size_t i = first; i < first + count; i++) {
        work->x[i] = work->row_sum[i] > a[i] ? a[i] / work->row_sum[i] : 1.0;
    }
    jko_i_product_scale_rows(&work->product, first, count, work->x);
}

static void sum_table_rows(void *context, size_t part)
{
    rounding *r = context;
    const size_t m = r->problem->cost->m;
    const size_t first = m * part / JKO_I_ROUNDING_PARTS;
    const size_t end = m * (part + 1) / JKO_I_ROUNDING_PARTS;
    r->complete[part] = true;
    sum_product_rows(r, first, end - first, &r->complete[part]);
}

static void sum_table_columns(void *context, size_t part)
{
    rounding *r = context;
    jko_i_rounding *work = r->work;
    const size_t n = r->problem->cost->n;
    const size_t first = n * part / JKO_I_ROUNDING_PARTS;
    const size_t end = n * (part + 1) / JKO_I_ROUNDING_PARTS;
    r->complete[part] =
        jko_i_product_sum_columns(&work->product, first, end - first, work->column_sum, work->y);
    for (size_t j = first; j < end; j++) {
        scale_column(r, j, work->column_sum[j], work->y[j]);
    }
}

// A group of a matrix's rows at a time, which the second of two looks finds in the cache.
static void sum_matrix_rows(void *context, size_t part)
{
    rounding *r = context;
    jko_i_rounding *work = r->work;
    const size_t m = r->problem->cost->m;
    const size_t n = r->problem->cost->n;
    const size_t end = m * (part + 1) / JKO_I_ROUNDING_PARTS;
    double *sums = work->part + part * PART * n;
    memset(sums, 0, JKO_I_PLAN_SUMS * n * sizeof *sums);
    r->complete[part] = true;
    for (size_t i = m * part / JKO_I_ROUNDING_PARTS; i < end; i += JKO_I_PRODUCT_GROUP) {
        const size_t count = least(JKO_I_PRODUCT_GROUP, end - i);
        sum_product_rows(r, i, count, &r->complete[part]);
        jko_i_product_add_rows(&work->product, i, count, sums);
    }
    // The columns' own factors, which their sums were taken without.
    for (size_t k = 0; k < JKO_I_PLAN_SUMS; k++) {
        for (size_t j = 0; j < n; j++) {
            sums[k * n + j] *= work->product.v[j];
        }
    }
}

static bool run_parts(rounding *r, void (*body)(void *context, size_t part))
{
    const size_t work = r->problem->cost->m * r->problem->cost->n / JKO_I_ROUNDING_PARTS;
    bool complete = true;
    jko_i_parallel_rows(JKO_I_ROUNDING_PARTS, work, r->problem->threads, body, r);
    for (size_t part = 0; part < JKO_I_ROUNDING_PARTS; part++) {
        complete = complete && r->complete[part];
    }
    return complete;
}

// False if the iterate is no product: nothing that counts is set then.
static bool scale_product(rounding *r, const jko_i_rounding_input *input)
{
    jko_i_product *product = &r->work->product;
    const jko_cost *cost = r->problem->cost;
    bool complete = false;
    if (jko_i_product_set_table(product, cost, r->eps, r->f, r->g)) {
        complete = run_parts(r, sum_table_rows) && run_parts(r, sum_table_columns);
    } else if (input->kernel != NULL && !cost->forbidden &&
               jko_i_product_set_kernel(product, input->kernel, input->scaling, r->eps, r->f,
                                        r->g)) {
        complete = run_parts(r, sum_matrix_rows);
        scale_columns(r);
    }
    jko_i_product_scale_columns(product, r->work->y);
    return complete;
}

// Row i of the scaled plan, and what it sums up to.
static jko_i_product_sums make_scaled_row(const rounding *r, size_t i, double *row)
{
    const jko_cost *cost = r->problem->cost;
    jko_i_rounding *work = r->work;
    jko_i_plan_sums sums = {{0.0, 0.0}, {0.0, 0.0}};
    jko_i_plan_sums rest = {{0.0, 0.0}, {0.0, 0.0}};
    for (size_t j = 0; j < cost->n; j += BLOCK) {
        double room[BLOCK];
        const size_t count = least(BLOCK, cost->n - j);
        const double *c = jko_i_cost_row_piece(cost, i, j, count, room);
        jko_i_plan_exp(count, r->f[i], r->g + j, c, r->eps, row + j);
        jko_i_plan_scale(count, work->x[i], row + j, work->y + j, row + j);
        jko_i_plan_add(count, row + j, c, &sums);
        if (r->rest > 0.0) {
            jko_i_plan_add(count, work->column_rest + j, c, &rest);
        }
    }
    return (jko_i_product_sums){jko_i_sum_value(&sums.mass), jko_i_sum_value(&sums.cost),
                                jko_i_sum_value(&rest.cost), work->plain_cost[i]};
}

// Row i of the plan that is returned, its sum and cost, and what it lacks.
static void finish_row(const rounding *r, size_t i, double *row)
{
    const jko_cost *cost = r->problem->cost;
    jko_i_rounding *work = r->work;
    const jko_i_product_sums sums =
        r->is_product ? jko_i_product_row(&work->product, i, work->x[i], jko_i_cost_row(cost, i),
                                          work->column_rest, row)
                      : make_scaled_row(r, i, row);
    work->row_sum[i] = sums.mass;
    work->row_cost[i] = sums.cost;
    work->plain_cost[i] = sums.plain;
    work->row_rest[i] = fmax(r->problem->a[i] - work->row_sum[i], 0.0);
    const double share = r->rest > 0.0 ? work->row_rest[i] / r->rest : 0.0;
    if (share > 0.0) {
        work->row_cost[i] += share * sums.rest;
        jko_i_vector_add(cost->n, share, work->column_rest, row);
    }
}

// The rows of a part, into the plan where one is wanted.
static void finish_part(void *context, size_t part)
{
    const rounding *r = context;
    const size_t m = r->problem->cost->m;
    const size_t n = r->problem->cost->n;
    const size_t end = m * (part + 1) / JKO_I_ROUNDING_PARTS;
    double *room = r->work->part + part * PART * n;
    for (size_t i = m * part / JKO_I_ROUNDING_PARTS; i < end; i++) {
        finish_row(r, i, r->plan != NULL ? r->plan + i * n : room);
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
    report->entropic_cost = r->shift * moved;
}

// The marginals with what was missing: e d^T / |d|.
static void add_rest(const rounding *r)
{
    jko_i_rounding *work = r->work;
    const jko_i_ot_problem *p = r->problem;
    const double rows_lack = jko_i_sum_array(p->cost->m, work->row_rest);
    const double share = r->rest > 0.0 ? rows_lack / r->rest : 0.0;
    for (size_t i = 0; i < p->cost->m && r->rest > 0.0; i++) {
        work->row_sum[i] += work->row_rest[i];
    }
    for (size_t j = 0; j < p->cost->n; j++) {
        work->column_sum[j] = (p->b[j] - work->column_rest[j]) + work->column_rest[j] * share;
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
    rounding r = {work,         input->moved, input->eps, input->f, input->g,
                  input->shift, 0.0,          plan,       false,    {false}};
    r.plan = plan == NULL && problem->cost->forbidden ? work->route.plan : plan;
    r.is_product = scale_product(&r, input);
    if (!r.is_product) {
        jko_i_parallel_rows(JKO_I_ROUNDING_PARTS, m * n / JKO_I_ROUNDING_PARTS, threads, scale_part,
                            &r);
        scale_columns(&r);
    }
    report->row_error = jko_i_certificate_l1(m, work->row_sum, problem->a);
    report->column_error = jko_i_certificate_l1(n, work->column_sum, problem->b);
    find_values(&r, report);

    // Rows lack what columns lack, to rounding: |d| serves both, and is known before the rows are.
    r.rest = problem->cost->forbidden ? 0.0 : jko_i_sum_array(n, work->column_rest);
    jko_i_parallel_rows(JKO_I_ROUNDING_PARTS, m * n / JKO_I_ROUNDING_PARTS, threads, finish_part,
                        &r);
    report->entropic_cost += jko_i_sum_array(m, work->plain_cost);
    double lost = 0.0;
    if (problem->cost->forbidden) {
        lost = send(&r, problem);
    } else {
        add_rest(&r);
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
