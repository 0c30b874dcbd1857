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

#include "base/block.h"
#include "base/sum.h"
#include "certificate.h"
#include "circle.h"
#include "circle_newton.h"
#include "envelope.h"
#include "sorted.h"
#include "sweep.h"
#include "walk.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

// A c-transform chooses among sites by differences of costs, each rounded. Chosen wrongly, potentials
// exceed the cost by a share of the largest one; 1.5 ulp is the most that was seen, in 10^5 problems.
#define CHOICE (2.0 * DBL_EPSILON)

// What a proof along the staircase may lack of a c-transform's, as a share of the largest cost.
#define ENOUGH (32.0 * DBL_EPSILON)

// The cells of one side.
typedef struct side {
    jko_i_sorted cells;
    double *mass;        // [n], by place
    double *potential;   // [n], by place; of a walk, by entry of its lap
    double *weight;      // [n], potentials along the stairs
    double *sum;         // [n], marginal of the plan, by cell; of a walk, by entry of its lap
    jko_i_sum *exact;    // [n], the same while it is added up
    jko_i_stairs stairs; // of the mass
    float *part;         // [n], what its ends lack, if every cell is an atom
} side;

struct jko_i_monotone {
    jko_i_ground ground;
    side rows;
    side columns;
    size_t *stack; // [3 max(m, n)], work of the envelopes and of sorting
    size_t *first; // [3 max(m, n)]
    jko_i_circle_work work;
    double *mass; // [m + n], the plan by steps of a walk
    bool walked;  // whether the plan is there, or in `plan`
    jko_i_arcs plan;
};

static void lay_side(jko_i_block *block, side *s, size_t n)
{
    s->cells.n = n;
    s->cells.order = jko_i_block_take(block, n, sizeof *s->cells.order);
    s->cells.place = jko_i_block_take(block, n, sizeof *s->cells.place);
    s->mass = jko_i_block_take(block, n, sizeof *s->mass);
    s->potential = jko_i_block_take(block, n, sizeof *s->potential);
    s->sum = jko_i_block_take(block, n, sizeof *s->sum);
    s->stairs.end = jko_i_block_take(block, n, sizeof *s->stairs.end);
    s->part = jko_i_block_take(block, n, sizeof *s->part);
}

// What a walk does without: memory that is not touched is not taken.
static void lay_rest(jko_i_block *block, side *s)
{
    s->weight = jko_i_block_take(block, s->cells.n, sizeof *s->weight);
    s->exact = jko_i_block_take(block, s->cells.n, sizeof *s->exact);
    s->stairs.place = jko_i_block_take(block, s->cells.n, sizeof *s->stairs.place);
    s->stairs.rank = jko_i_block_take(block, s->cells.n, sizeof *s->stairs.rank);
}

static void lay_out(jko_i_block *block, jko_i_monotone *t, size_t m, size_t n)
{
    const size_t most = m > n ? m : n;
    (void)jko_i_block_take(block, 1, sizeof *t);
    lay_side(block, &t->rows, m);
    lay_side(block, &t->columns, n);
    // A walk needs some memory, and what takes its place if there is none other in the same place.
    const size_t begin = block->used;
    jko_i_circle_work_lay(block, &t->work, m, n);
    t->mass = jko_i_block_take(block, m + n, sizeof *t->mass);
    const size_t end = block->used;
    block->used = begin;
    t->stack = jko_i_block_take(block, most, 3 * sizeof *t->stack);
    t->first = jko_i_block_take(block, most, 3 * sizeof *t->first);
    lay_rest(block, &t->rows);
    lay_rest(block, &t->columns);
    t->plan.from = jko_i_block_take(block, m + n, sizeof *t->plan.from);
    t->plan.to = jko_i_block_take(block, m + n, sizeof *t->plan.to);
    t->plan.mass = jko_i_block_take(block, m + n, sizeof *t->plan.mass);
    block->used = end > block->used ? end : block->used;
}

jko_i_monotone *jko_i_monotone_create(size_t m, const double *x, size_t n, const double *y,
                                      double period, double power)
{
    jko_i_monotone sizes = {.ground = {period, power}};
    jko_i_block block = {NULL, 0};
    lay_out(&block, &sizes, m, n);
    if (block.used == SIZE_MAX) {
        return NULL;
    }
    block.memory = jko_i_alloc_piece(block.used);
    if (block.memory == NULL) {
        return NULL;
    }
    jko_i_monotone *t = (jko_i_monotone *)(void *)block.memory;
    *t = sizes;
    block.used = 0;
    lay_out(&block, t, m, n);
    jko_i_sorted_sort(&t->rows.cells, x, period, t->plan.mass, t->stack);
    if (x == y && m == n) {
        jko_i_sorted_copy(&t->columns.cells, &t->rows.cells);
    } else {
        jko_i_sorted_sort(&t->columns.cells, y, period, t->plan.mass, t->stack);
    }
    return t;
}

void jko_i_monotone_free(jko_i_monotone *t)
{
    jko_i_free(t);
}

double jko_i_monotone_max_cost(const jko_i_monotone *t)
{
    const double *x = t->rows.cells.place;
    const double *y = t->columns.cells.place;
    const double x_last = x[t->rows.cells.n - 1];
    const double y_last = y[t->columns.cells.n - 1];
    const bool line = t->ground.period == 0.0;
    // The widest that any step of the method reaches.
    const double span = line ? fmax(x_last, y_last) - fmin(x[0], y[0]) : 4.0 * t->ground.period;
    if (!isfinite(jko_i_ground_cost(&t->ground, span))) {
        return INFINITY;
    }
    return line ? jko_i_ground_cost(&t->ground, fmax(fabs(x_last - y[0]), fabs(y_last - x[0])))
                : jko_i_sorted_farthest(&t->ground, &t->rows.cells, &t->columns.cells);
}

// The arcs of the plan, one after another.
typedef struct arc_walk {
    const jko_i_monotone *t;
    size_t next;
} arc_walk;

static size_t cell_of(const side *s, const jko_i_lap *lap, size_t entry)
{
    return jko_i_sorted_cell(&s->cells, entry < lap->wrap ? lap->first + entry : entry - lap->wrap);
}

static bool next_arc(arc_walk *w, size_t *from, size_t *to, double *mass)
{
    const jko_i_monotone *t = w->t;
    const size_t steps = t->walked ? t->rows.cells.n + t->columns.cells.n - 1 : t->plan.count;
    const double *masses = t->walked ? t->mass : t->plan.mass;
    while (w->next < steps && !(masses[w->next] > 0.0)) {
        w->next++;
    }
    if (w->next == steps) {
        return false;
    }
    const size_t k = w->next++;
    *mass = masses[k];
    if (t->walked) {
        const size_t row = t->work.row[k];
        *from = cell_of(&t->rows, &t->work.rows, row);
        *to = cell_of(&t->columns, &t->work.columns, k - row);
    } else {
        *from = t->plan.from[k];
        *to = t->plan.to[k];
    }
    return true;
}

static void write_plan(const jko_i_monotone *t, double *plan)
{
    arc_walk w = {t, 0};
    size_t from = 0;
    size_t to = 0;
    double mass = 0.0;
    memset(plan, 0, t->rows.cells.n * t->columns.cells.n * sizeof *plan);
    while (next_arc(&w, &from, &to, &mass)) {
        plan[from * t->columns.cells.n + to] = mass;
    }
}

static void round_sums(side *s)
{
    for (size_t i = 0; i < s->cells.n; i++) {
        s->sum[i] = jko_i_sum_value(&s->exact[i]);
    }
}

// Cost and marginals of the plan; x, y: places by cell.
static double add_up(jko_i_monotone *t, const double *x, const double *y)
{
    jko_i_sum cost = {0.0, 0.0};
    memset(t->rows.exact, 0, t->rows.cells.n * sizeof *t->rows.exact);
    memset(t->columns.exact, 0, t->columns.cells.n * sizeof *t->columns.exact);
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
    for (size_t r = 0; r < s->cells.n; r++) {
        by_cell[s->cells.order[r]] = sorted[r];
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
    jko_i_envelope(&t->ground, x->cells.n, x->cells.place, y->stairs.n, y->stairs.place, y->weight,
                   t->stack, t->first, x->potential);
    if (y->stairs.n ==
        y->cells.n) { // each column has taken part: its potential is feasible as it is
        memcpy(y->potential, y->weight, y->cells.n * sizeof *y->potential);
        return;
    }
    jko_i_envelope(&t->ground, y->cells.n, y->cells.place, x->cells.n, x->cells.place, x->potential,
                   t->stack, t->first, y->potential);
}

// The lower bound, and how far the plan is from its marginals.
static void certify(const jko_i_monotone *t, const jko_i_ot_problem *problem, const double *f,
                    const double *g, double slack, jko_ot_report *report)
{
    const side *x = &t->rows;
    const side *y = &t->columns;
    report->lower = jko_i_certificate_lower(problem, f, g, x->sum, y->sum) - slack * problem->total;
    report->gap = report->upper - report->lower;
    report->transport_cost = report->upper;
    report->row_error = jko_i_certificate_l1(x->cells.n, x->sum, problem->a);
    report->column_error = jko_i_certificate_l1(y->cells.n, y->sum, problem->b);
    report->plan_error = report->row_error + report->column_error;
}

// The staircase of a side of which each cell is an atom.
static jko_i_stairs full_stairs(const side *s)
{
    return (jko_i_stairs){s->cells.n, s->cells.place, s->stairs.end, NULL};
}

// Staircases of all cells, for the squared cost between measures with mass in every cell.
static bool count_all(jko_i_monotone *t, const jko_i_ot_problem *problem, jko_i_sum *unit)
{
    side *x = &t->rows;
    side *y = &t->columns;
    jko_i_sum unit_of_columns;
    if (t->ground.power != 2.0 || x->cells.n >= INT32_MAX / 2 || y->cells.n >= INT32_MAX / 2) {
        return false;
    }
    jko_i_sorted_arrange(&x->cells, problem->a, x->mass);
    jko_i_sorted_arrange(&y->cells, problem->b, y->mass);
    return jko_i_lap_count(x->cells.n, x->mass, x->stairs.end, x->part, unit) &&
           jko_i_lap_count(y->cells.n, y->mass, y->stairs.end, y->part, &unit_of_columns);
}

// A cut, if the search is stopped one that may be beaten.
static jko_status find_cut(jko_i_monotone *t, const jko_i_stairs *rows, const jko_i_stairs *columns,
                           bool quick, const jko_i_ot_limits *limits, jko_i_cut *cut)
{
    jko_status status = JKO_OK;
    bool found = false;
    if (quick) {
        status =
            jko_i_circle_newton(t->ground.period, rows, columns, limits, &t->work, cut, &found);
    }
    if (status != JKO_OK) { // some cut will do
        const jko_i_ot_limits at_once = {1, INFINITY, NULL, NULL};
        const int64_t trials = cut->trials;
        (void)jko_i_circle_cut(&t->ground, rows, columns, &at_once, cut);
        cut->trials = trials;
    } else if (!found) {
        status = jko_i_circle_cut_on(&t->ground, rows, columns, limits, cut);
    }
    jko_i_cursor_advance(&cut->row);
    jko_i_cursor_advance(&cut->column);
    return status;
}

// All that a cut leaves to do, in one walk along both staircases. false: its proof is too weak.
static bool walk(jko_i_monotone *t, const jko_i_ot_problem *problem, const jko_i_cut *cut,
                 jko_i_sum unit, double *f, double *g, jko_ot_report *report)
{
    side *x = &t->rows;
    side *y = &t->columns;
    const double span = cut->right - cut->left;
    const double share = span > 0.0 ? fmin(fmax(cut->right / span, 0.0), 1.0) : 0.0;
    const jko_i_walk_side from = {x->mass, x->part, x->potential, x->sum};
    const jko_i_walk_side to = {y->mass, y->part, y->potential, y->sum};
    const jko_i_walk done =
        jko_i_walk_along(t->ground.period, &cut->row, &cut->column, share, unit, &from, &to,
                         &t->work.rows, &t->work.columns, t->work.row, t->mass);
    if (!(done.slack <= ENOUGH * problem->cost->max)) {
        return false;
    }
    t->walked = true;
    t->plan.count = done.count;
    report->upper = done.cost;
    const jko_i_ot_problem by_entry = {problem->cost, t->work.rows.mass, t->work.columns.mass,
                                       problem->total, problem->threads};
    certify(t, &by_entry, x->potential, y->potential, done.slack, report);
    jko_i_sorted_spread(&x->cells, &t->work.rows, x->potential, f);
    jko_i_sorted_spread(&y->cells, &t->work.columns, y->potential, g);
    return true;
}

// The same for any cost and measures.
static void sweep(jko_i_monotone *t, const jko_i_ot_problem *problem, const jko_i_cut *cut,
                  double *f, double *g, jko_ot_report *report)
{
    side *x = &t->rows;
    side *y = &t->columns;
    find_potentials(t, cut);
    // f and g are scratch for the places by cell, until the potentials take their place.
    scatter(x, x->cells.place, f);
    scatter(y, y->cells.place, g);
    // On a circle, cells of less than a unit before these belong to the other end of the cut.
    const bool circle = t->ground.period > 0.0;
    const size_t first_row = circle ? x->stairs.rank[cut->row.k] : 0;
    const size_t first_column = circle ? y->stairs.rank[cut->column.k] : 0;
    const jko_i_sweep_side from = {x->cells.n, x->cells.order, problem->a, first_row};
    const jko_i_sweep_side to = {y->cells.n, y->cells.order, problem->b, first_column};
    jko_i_sweep(&from, &to, &t->plan);
    t->walked = false;
    report->upper = add_up(t, f, g);
    scatter(x, x->potential, f);
    scatter(y, y->potential, g);
    const double max = problem->cost->max;
    certify(t, problem, f, g, CHOICE * max + (max > 0.0 ? 8.0 * DBL_TRUE_MIN : 0.0), report);
}

// The staircase of all cells in memory of its own.
static void complete_stairs(side *s)
{
    jko_i_sorted_complete(&s->cells);
    s->stairs.n = s->cells.n;
    memcpy(s->stairs.place, s->cells.place, s->cells.n * sizeof *s->stairs.place);
    for (size_t r = 0; r < s->cells.n; r++) {
        s->stairs.rank[r] = r;
    }
}

jko_status jko_i_monotone_solve(jko_i_monotone *t, const jko_i_ot_problem *problem,
                                const jko_i_ot_limits *limits, double tolerance, double *plan,
                                double *f, double *g, jko_ot_report *report)
{
    side *x = &t->rows;
    side *y = &t->columns;
    jko_i_sum unit;
    jko_status status = JKO_OK;
    const bool quick = count_all(t, problem, &unit);
    if (!quick) {
        jko_i_sorted_complete(&x->cells);
        jko_i_sorted_complete(&y->cells);
        jko_i_stairs_build(&x->stairs, x->cells.n, x->cells.place, x->cells.order, problem->a);
        jko_i_stairs_build(&y->stairs, y->cells.n, y->cells.place, y->cells.order, problem->b);
    }
    const jko_i_stairs rows = quick ? full_stairs(x) : x->stairs;
    const jko_i_stairs columns = quick ? full_stairs(y) : y->stairs;
    jko_i_cut cut = {{&rows, 0, 0}, {&columns, 0, 0}, 0, 0.0, 0.0, 0};
    if (t->ground.period > 0.0) {
        status = find_cut(t, &rows, &columns, quick, limits, &cut);
    }
    report->iterations = cut.trials;
    if (!quick || status != JKO_OK || !walk(t, problem, &cut, unit, f, g, report)) {
        if (quick) {
            complete_stairs(x);
            complete_stairs(y);
        }
        cut.row.stairs = &x->stairs;
        cut.column.stairs = &y->stairs;
        sweep(t, problem, &cut, f, g, report);
    }
    if (plan != NULL) {
        write_plan(t, plan);
    }
    if (status == JKO_OK && !(report->gap <= tolerance * problem->cost->max * problem->total)) {
        status = JKO_STALLED;
    }
    return status;
}

static void write_cells(const side *s, const jko_i_lap *lap, bool columns, size_t steps,
                        const uint32_t *row, size_t *cells)
{
    const jko_i_sorted *c = &s->cells;
    jko_i_lap_cells(steps, row, columns, c->n, lap->first, c->turn,
                    c->turn == JKO_I_NO_TURN ? c->order : NULL, cells);
}

// All arcs of a walk of which each step has mass.
static void write_arcs(const jko_i_monotone *t, size_t *from, size_t *to, double *mass)
{
    const size_t steps = t->plan.count;
    write_cells(&t->rows, &t->work.rows, false, steps, t->work.row, from);
    write_cells(&t->columns, &t->work.columns, true, steps, t->work.row, to);
    memcpy(mass, t->mass, steps * sizeof *mass);
}

void jko_i_monotone_arcs(const jko_i_monotone *t, size_t *count, size_t *from, size_t *to,
                         double *mass)
{
    arc_walk w = {t, 0};
    size_t row = 0;
    size_t column = 0;
    double moved = 0.0;
    *count = t->plan.count;
    const bool whole = t->plan.count == t->rows.cells.n + t->columns.cells.n - 1;
    if (t->walked && whole && from != NULL && to != NULL && mass != NULL) {
        write_arcs(t, from, to, mass);
        return;
    }
    if (from == NULL && to == NULL && mass == NULL) {
        return;
    }
    for (size_t k = 0; next_arc(&w, &row, &column, &moved); k++) {
        if (from != NULL) {
            from[k] = row;
        }
        if (to != NULL) {
            to[k] = column;
        }
        if (mass != NULL) {
            mass[k] = moved;
        }
    }
}
