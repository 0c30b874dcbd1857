// SPDX-License-Identifier: BSD-3-Clause
/*
 * Exact transport on a line or circle for the cost |d|^p, p >= 1.
 *
 * On the line the plan is the monotone one: both measures are swept from the left, and what is left
 * at the row goes to what is wanted at the column. A circle is cut open first, where circle.c says.
 * Potentials run along the same staircase; two c-transforms then make them feasible for all pairs
 * of cells, those without mass included, which is the proof. O(m + n) time a sweep after sorting,
 * O(m + n) memory.
 *
 * Places on the circle are reduced to one period about 0, which is exact.
 *
 * Source: Santambrogio, Optimal Transport for Applied Mathematicians (2015), section 2.2; Delon,
 * Salomon and Sobolevski, SIAM J. Appl. Math. 70 (2010).
 */
#include "monotone.h"

#include "base/alloc.h"
#include "base/order.h"
#include "base/sum.h"
#include "certificate.h"
#include "circle.h"
#include "envelope.h"
#include "sweep.h"

#include <float.h>
#include <string.h>

// A c-transform chooses among sites by differences of costs, each rounded. Chosen wrongly, potentials
// exceed the cost by a share of the largest one; 1.5 ulp is the most that was seen, in 10^5 problems.
#define CHOICE (2.0 * DBL_EPSILON)

// The cells of one side.
typedef struct side {
    size_t n;
    size_t *order;       // [n], cells by ascending place
    double *place;       // [n], in that order
    double *potential;   // [n], in that order
    double *weight;      // [n], potentials along the stairs
    double *sum;         // [n], marginal of the plan, by cell
    jko_i_sum *exact;    // [n], the same while it is added up
    jko_i_stairs stairs; // of the mass
} side;

struct jko_i_monotone {
    jko_i_ground ground;
    side rows;
    side columns;
    size_t *stack; // [3 max(m, n)], work of the envelopes and of sorting
    size_t *first; // [3 max(m, n)]
    jko_i_arcs plan;
};

static bool side_create(side *s, size_t n)
{
    s->n = n;
    s->order = jko_i_alloc_unset(n, sizeof *s->order);
    s->place = jko_i_alloc_unset(n, sizeof *s->place);
    s->potential = jko_i_alloc_unset(n, sizeof *s->potential);
    s->weight = jko_i_alloc_unset(n, sizeof *s->weight);
    s->sum = jko_i_alloc_unset(n, sizeof *s->sum);
    s->exact = jko_i_alloc_unset(n, sizeof *s->exact);
    s->stairs.place = jko_i_alloc_unset(n, sizeof *s->stairs.place);
    s->stairs.end = jko_i_alloc_unset(n, sizeof *s->stairs.end);
    s->stairs.rank = jko_i_alloc_unset(n, sizeof *s->stairs.rank);
    return s->order != NULL && s->place != NULL && s->potential != NULL && s->weight != NULL &&
           s->sum != NULL && s->exact != NULL && s->stairs.place != NULL && s->stairs.end != NULL &&
           s->stairs.rank != NULL;
}

static void side_free(side *s)
{
    jko_i_free(s->order);
    jko_i_free(s->place);
    jko_i_free(s->potential);
    jko_i_free(s->weight);
    jko_i_free(s->sum);
    jko_i_free(s->exact);
    jko_i_free(s->stairs.place);
    jko_i_free(s->stairs.end);
    jko_i_free(s->stairs.rank);
}

// x in [-period / 2, period / 2), exactly.
static double reduce(double x, double period)
{
    if (period == 0.0) {
        return x;
    }
    // Mostly x is there already, or one period away, and then the difference is exact.
    const double half = 0.5 * period;
    if (x >= -half && x < half) {
        return x;
    }
    if (x >= half && x < period) {
        return x - period;
    }
    const double r = remainder(x, period);
    return r == 0.5 * period ? -r : r;
}

static void side_sort(side *s, const double *x, double period, double *work, size_t *order_work)
{
    for (size_t i = 0; i < s->n; i++) {
        work[i] = reduce(x[i], period);
    }
    jko_i_order(s->n, work, s->order, order_work);
    for (size_t r = 0; r < s->n; r++) {
        s->place[r] = work[s->order[r]];
    }
}

jko_i_monotone *jko_i_monotone_create(size_t m, const double *x, size_t n, const double *y,
                                      double period, double power)
{
    jko_i_monotone *t = jko_i_alloc(1, sizeof *t);
    if (t == NULL) {
        return NULL;
    }
    const size_t most = m > n ? m : n;
    t->ground = (jko_i_ground){period, power};
    const bool has_rows = side_create(&t->rows, m);
    const bool has_columns = side_create(&t->columns, n);
    t->stack = jko_i_alloc_unset(most, 3 * sizeof *t->stack);
    t->first = jko_i_alloc_unset(most, 3 * sizeof *t->first);
    t->plan.from = jko_i_alloc_unset(m + n, sizeof *t->plan.from);
    t->plan.to = jko_i_alloc_unset(m + n, sizeof *t->plan.to);
    t->plan.mass = jko_i_alloc_unset(m + n, sizeof *t->plan.mass);
    if (!has_rows || !has_columns || t->stack == NULL || t->first == NULL || t->plan.from == NULL ||
        t->plan.to == NULL || t->plan.mass == NULL) {
        jko_i_monotone_free(t);
        return NULL;
    }
    side_sort(&t->rows, x, period, t->plan.mass, t->stack);
    side_sort(&t->columns, y, period, t->plan.mass, t->stack);
    return t;
}

void jko_i_monotone_free(jko_i_monotone *t)
{
    if (t != NULL) {
        side_free(&t->rows);
        side_free(&t->columns);
        jko_i_free(t->stack);
        jko_i_free(t->first);
        jko_i_free(t->plan.from);
        jko_i_free(t->plan.to);
        jko_i_free(t->plan.mass);
        jko_i_free(t);
    }
}

// The farthest column on a circle is the one before or behind the antipode of the row, which goes
// round as the row does.
static double farthest_around(const jko_i_monotone *t)
{
    const side *x = &t->rows;
    const side *y = &t->columns;
    const double half = 0.5 * t->ground.period;
    double most = 0.0;
    size_t k = 0;
    for (size_t i = 0; i < x->n; i++) {
        const double at = x->place[i];
        const double antipode = at < 0.0 ? at + half : at - half;
        k = i > 0 && at >= 0.0 && x->place[i - 1] < 0.0 ? 0 : k;
        while (k < y->n && y->place[k] < antipode) {
            k++;
        }
        const double behind = y->place[k < y->n ? k : 0];
        const double before = y->place[k > 0 ? k - 1 : y->n - 1];
        most = fmax(most, jko_i_ground_between(&t->ground, at, behind));
        most = fmax(most, jko_i_ground_between(&t->ground, at, before));
    }
    return most;
}

double jko_i_monotone_max_cost(const jko_i_monotone *t)
{
    const double *x = t->rows.place;
    const double *y = t->columns.place;
    const double x_last = x[t->rows.n - 1];
    const double y_last = y[t->columns.n - 1];
    const bool line = t->ground.period == 0.0;
    // The widest that any step of the method reaches.
    const double span = line ? fmax(x_last, y_last) - fmin(x[0], y[0]) : 4.0 * t->ground.period;
    if (!isfinite(jko_i_ground_cost(&t->ground, span))) {
        return INFINITY;
    }
    return line ? jko_i_ground_cost(&t->ground, fmax(fabs(x_last - y[0]), fabs(y_last - x[0])))
                : farthest_around(t);
}

static void write_plan(const jko_i_monotone *t, double *plan)
{
    memset(plan, 0, t->rows.n * t->columns.n * sizeof *plan);
    for (size_t k = 0; k < t->plan.count; k++) {
        plan[t->plan.from[k] * t->columns.n + t->plan.to[k]] = t->plan.mass[k];
    }
}

static void round_sums(side *s)
{
    for (size_t i = 0; i < s->n; i++) {
        s->sum[i] = jko_i_sum_value(&s->exact[i]);
    }
}

// Cost and marginals of the plan; x, y: places by cell.
static double add_up(jko_i_monotone *t, const double *x, const double *y)
{
    jko_i_sum cost = {0.0, 0.0};
    memset(t->rows.exact, 0, t->rows.n * sizeof *t->rows.exact);
    memset(t->columns.exact, 0, t->columns.n * sizeof *t->columns.exact);
    for (size_t k = 0; k < t->plan.count; k++) {
        const size_t i = t->plan.from[k];
        const size_t j = t->plan.to[k];
        jko_i_sum_add_product(&cost, t->plan.mass[k], jko_i_ground_between(&t->ground, x[i], y[j]));
        jko_i_sum_add(&t->rows.exact[i], t->plan.mass[k]);
        jko_i_sum_add(&t->columns.exact[j], t->plan.mass[k]);
    }
    round_sums(&t->rows);
    round_sums(&t->columns);
    return jko_i_sum_value(&cost);
}

static void scatter(const side *s, const double *sorted, double *by_cell)
{
    for (size_t r = 0; r < s->n; r++) {
        by_cell[s->order[r]] = sorted[r];
    }
}

// Potentials along the stairs from this cut, closed over all pairs.
static void find_potentials(jko_i_monotone *t, const jko_i_cut *cut)
{
    side *x = &t->rows;
    side *y = &t->columns;
    const double span = cut->right - cut->left;
    const double share = span > 0.0 ? cut->right / span : 0.0;
    jko_i_stairs_potentials(&t->ground, cut->row, cut->column, cut->theta,
                            fmin(fmax(share, 0.0), 1.0), x->weight, y->weight);
    jko_i_envelope(&t->ground, x->n, x->place, y->stairs.n, y->stairs.place, y->weight, t->stack,
                   t->first, x->potential);
    if (y->stairs.n == y->n) { // each column has taken part: its potential is feasible as it is
        memcpy(y->potential, y->weight, y->n * sizeof *y->potential);
        return;
    }
    jko_i_envelope(&t->ground, y->n, y->place, x->n, x->place, x->potential, t->stack, t->first,
                   y->potential);
}

// The lower bound, and how far the plan is from its marginals.
static void certify(const jko_i_monotone *t, const jko_i_ot_problem *problem, const double *f,
                    const double *g, jko_ot_report *report)
{
    const side *x = &t->rows;
    const side *y = &t->columns;
    report->lower = jko_i_certificate_lower(problem, f, g, x->sum, y->sum) -
                    CHOICE * problem->cost->max * problem->total;
    report->gap = report->upper - report->lower;
    report->transport_cost = report->upper;
    report->row_error = jko_i_certificate_l1(x->n, x->sum, problem->a);
    report->column_error = jko_i_certificate_l1(y->n, y->sum, problem->b);
    report->plan_error = report->row_error + report->column_error;
}

jko_status jko_i_monotone_solve(jko_i_monotone *t, const jko_i_ot_problem *problem,
                                const jko_i_ot_limits *limits, double tolerance, double *plan,
                                double *f, double *g, jko_ot_report *report)
{
    side *x = &t->rows;
    side *y = &t->columns;
    jko_status status = JKO_OK;
    size_t first_row = 0;
    size_t first_column = 0;
    jko_i_stairs_build(&x->stairs, x->n, x->place, x->order, problem->a);
    jko_i_stairs_build(&y->stairs, y->n, y->place, y->order, problem->b);
    jko_i_cut cut = {{&x->stairs, 0, 0}, {&y->stairs, 0, 0}, 0, 0.0, 0.0, 0};
    if (t->ground.period > 0.0) {
        status = jko_i_circle_cut(&t->ground, &x->stairs, &y->stairs, limits, &cut);
        jko_i_cursor_advance(&cut.row);
        jko_i_cursor_advance(&cut.column);
        // Cells of less than a unit before these belong to the other end of the cut.
        first_row = x->stairs.rank[cut.row.k];
        first_column = y->stairs.rank[cut.column.k];
    }
    find_potentials(t, &cut);
    // f and g are scratch for the places by cell, until the potentials take their place.
    scatter(x, x->place, f);
    scatter(y, y->place, g);
    const jko_i_sweep_side from = {x->n, x->order, problem->a, first_row};
    const jko_i_sweep_side to = {y->n, y->order, problem->b, first_column};
    jko_i_sweep(&from, &to, &t->plan);
    report->upper = add_up(t, f, g);
    scatter(x, x->potential, f);
    scatter(y, y->potential, g);

    report->iterations = cut.trials;
    certify(t, problem, f, g, report);
    if (plan != NULL) {
        write_plan(t, plan);
    }
    if (status == JKO_OK && !(report->gap <= tolerance * problem->cost->max * problem->total)) {
        status = JKO_STALLED;
    }
    return status;
}

void jko_i_monotone_arcs(const jko_i_monotone *t, size_t *count, size_t *from, size_t *to,
                         double *mass)
{
    *count = t->plan.count;
    if (from != NULL) {
        memcpy(from, t->plan.from, t->plan.count * sizeof *from);
    }
    if (to != NULL) {
        memcpy(to, t->plan.to, t->plan.count * sizeof *to);
    }
    if (mass != NULL) {
        memcpy(mass, t->plan.mass, t->plan.count * sizeof *mass);
    }
}
