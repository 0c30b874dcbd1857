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
#include "certificate.h"
#include "cut.h"
#include "measure/cost_rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

// exp of less is 0.
#define LEAST_EXPONENT (-746.0)

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

// The costs of a row or column, one after the other.
typedef struct walk {
    const jko_cost *cost;
    bool is_row;
    size_t at;    // which row or column
    size_t next;  // entry
    size_t first; // of the piece at hand
    size_t end;
    const double *piece;
    double *buffer; // [JKO_I_PIECE]
} walk;

static double next_cost(walk *w)
{
    if (w->next == w->end) {
        const size_t n = w->is_row ? w->cost->n : w->cost->m;
        const size_t count = jko_i_cost_piece(w->cost, n, w->next);
        w->piece = w->is_row ? jko_i_cost_row_piece(w->cost, w->at, w->next, count, w->buffer)
                             : jko_i_cost_column_piece(w->cost, w->at, w->next, count, w->buffer);
        w->first = w->next;
        w->end = w->next + count;
    }
    return w->piece[w->next++ - w->first];
}

// P_ij; 0 where there is no mass, as f or g is -inf there.
static double mass_of(const rounding *r, size_t i, size_t j, double c)
{
    const double exponent = (r->f[i] + r->g[j] - c) / r->eps;
    return exponent < LEAST_EXPONENT ? 0.0 : exp(exponent);
}

// Row sum of the iterate, and the factor that brings it down to a.
static void scale_row(void *context, size_t i)
{
    const rounding *r = context;
    const jko_cost *cost = r->problem->cost;
    const double a = r->problem->a[i];
    double buffer[JKO_I_PIECE];
    walk w = {.cost = cost, .is_row = true, .at = i, .buffer = buffer};
    jko_i_sum sum = {0.0, 0.0};
    jko_i_sum spent = {0.0, 0.0};
    for (size_t j = 0; a > 0.0 && j < cost->n; j++) {
        const double c = next_cost(&w);
        const double mass = mass_of(r, i, j, c);
        if (mass > 0.0) {
            jko_i_sum_add(&sum, mass);
            jko_i_sum_add_product(&spent, mass, c);
        }
    }
    r->work->row_cost[i] = jko_i_sum_value(&spent);
    r->work->row_sum[i] = jko_i_sum_value(&sum);
    r->work->x[i] = r->work->row_sum[i] > a ? a / r->work->row_sum[i] : 1.0;
}

// Column sum of the iterate; the factor for the plan whose rows are scaled, and what it lacks.
static void scale_column(void *context, size_t j)
{
    const rounding *r = context;
    const jko_cost *cost = r->problem->cost;
    double buffer[JKO_I_PIECE];
    walk w = {.cost = cost, .at = j, .buffer = buffer};
    const double b = r->problem->b[j];
    jko_i_sum sum = {0.0, 0.0};
    jko_i_sum scaled = {0.0, 0.0};
    for (size_t i = 0; b > 0.0 && i < cost->m; i++) {
        const double mass = mass_of(r, i, j, next_cost(&w));
        jko_i_sum_add(&sum, mass);
        jko_i_sum_add(&scaled, r->work->x[i] * mass);
    }
    const double left = jko_i_sum_value(&scaled);
    r->work->column_sum[j] = jko_i_sum_value(&sum);
    r->work->y[j] = left > b ? b / left : 1.0;
    r->work->column_rest[j] = left > b ? 0.0 : b - left;
}

// Sum and cost of a row of the scaled plan, and what it lacks.
static void sum_row(void *context, size_t i)
{
    const rounding *r = context;
    const jko_cost *cost = r->problem->cost;
    double buffer[JKO_I_PIECE];
    walk w = {.cost = cost, .is_row = true, .at = i, .buffer = buffer};
    jko_i_sum sum = {0.0, 0.0};
    jko_i_sum spent = {0.0, 0.0};
    for (size_t j = 0; r->problem->a[i] > 0.0 && j < cost->n; j++) {
        const double c = next_cost(&w);
        const double mass = r->work->x[i] * mass_of(r, i, j, c) * r->work->y[j];
        if (mass > 0.0) {
            jko_i_sum_add(&sum, mass);
            jko_i_sum_add_product(&spent, mass, c);
        }
    }
    r->work->row_sum[i] = jko_i_sum_value(&sum);
    r->work->row_cost[i] = jko_i_sum_value(&spent);
    r->work->row_rest[i] = fmax(r->problem->a[i] - r->work->row_sum[i], 0.0);
}

// Cost of a row with its share of the rest; the row of the plan, if wanted.
static void add_rest(void *context, size_t i)
{
    const rounding *r = context;
    const size_t n = r->problem->cost->n;
    double buffer[JKO_I_PIECE];
    walk w = {.cost = r->problem->cost, .is_row = true, .at = i, .buffer = buffer};
    const double share = r->rest > 0.0 ? r->work->row_rest[i] / r->rest : 0.0;
    if (share > 0.0) {
        r->work->row_cost[i] +=
            share * jko_i_cost_row_dot(r->problem->cost, i, r->work->column_rest);
    }
    for (size_t j = 0; r->plan != NULL && j < n; j++) {
        r->plan[i * n + j] = r->work->x[i] * mass_of(r, i, j, next_cost(&w)) * r->work->y[j] +
                             share * r->work->column_rest[j];
    }
}

// The scaled plan of row i.
static void fill_row(void *context, size_t i)
{
    const rounding *r = context;
    const size_t n = r->problem->cost->n;
    const double *row = jko_i_cost_row(r->problem->cost, i);
    for (size_t j = 0; j < n; j++) {
        r->plan[i * n + j] = r->work->x[i] * mass_of(r, i, j, row[j]) * r->work->y[j];
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
    r->plan = r->plan != NULL ? r->plan : work->route.plan;
    jko_i_parallel_rows(cost->m, cost->n, problem->threads, fill_row, r);
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
    jko_i_parallel_rows(m, n, threads, scale_row, &r);
    jko_i_parallel_rows(n, m, threads, scale_column, &r);
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
