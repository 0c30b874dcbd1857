// SPDX-License-Identifier: BSD-3-Clause
/*
 * Exact transport from a starting basis, with its certificate.
 *
 * The simplex makes the basis optimal. Its flows, rounded, are the plan, an upper bound; its
 * potentials, closed over all arcs, give the lower bound. The plan has at most m + n - 1 arcs, so
 * all but the last step needs O(m + n) memory and no m n array.
 */
#include "basis.h"

#include "base/alloc.h"
#include "certificate.h"
#include "cut.h"
#include "simplex.h"
#include "start.h"

#include <math.h>
#include <string.h>

bool jko_i_basis_create(jko_i_basis *basis, size_t m, size_t n)
{
    const bool has_tree = jko_i_tree_create(&basis->tree, m, n);
    const bool has_potentials = jko_i_potentials_create(&basis->potentials, m, n);
    basis->sums = jko_i_alloc(m + n, sizeof *basis->sums);
    basis->marginals = jko_i_alloc(m + n, sizeof *basis->marginals);
    basis->arc_rows = jko_i_alloc(m + n, sizeof *basis->arc_rows);
    basis->arc_columns = jko_i_alloc(m + n, sizeof *basis->arc_columns);
    return has_tree && has_potentials && basis->sums != NULL && basis->marginals != NULL &&
           basis->arc_rows != NULL && basis->arc_columns != NULL;
}

void jko_i_basis_free(jko_i_basis *basis)
{
    jko_i_tree_free(&basis->tree);
    jko_i_potentials_free(&basis->potentials);
    jko_i_free(basis->sums);
    jko_i_free(basis->marginals);
    jko_i_free(basis->arc_rows);
    jko_i_free(basis->arc_columns);
}

// The flow of a node's arc as mass. Ties are infinitesimal, and exact flows are never negative.
// What is left on forbidden arcs is rounding of the masses, or the tree is not optimal.
static double mass_of(const jko_i_tree *tree, size_t node)
{
    if (jko_i_tree_is_forbidden(tree, node)) {
        return 0.0;
    }
    return fmax(jko_i_triple_value(tree->flow[node]), 0.0);
}

// Cost of the plan, and its marginals.
static double add_up(jko_i_basis *basis)
{
    const jko_i_tree *tree = &basis->tree;
    const size_t nodes = tree->m + tree->n;
    jko_i_sum cost = {0.0, 0.0};
    memset(basis->sums, 0, nodes * sizeof *basis->sums);
    for (size_t v = 0; v < nodes; v++) {
        if (tree->parent[v] != JKO_I_NONE) {
            const double mass = mass_of(tree, v);
            jko_i_sum_add_product(&cost, mass, tree->cost[v]);
            jko_i_sum_add(&basis->sums[v], mass);
            jko_i_sum_add(&basis->sums[tree->parent[v]], mass);
        }
    }
    for (size_t v = 0; v < nodes; v++) {
        basis->marginals[v] = jko_i_sum_value(&basis->sums[v]);
    }
    return jko_i_sum_value(&cost);
}

static void write_plan(const jko_i_tree *tree, double *plan)
{
    memset(plan, 0, tree->m * tree->n * sizeof *plan);
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        if (tree->parent[v] != JKO_I_NONE) {
            size_t i = 0;
            size_t j = 0;
            jko_i_tree_arc(tree, v, &i, &j);
            plan[i * tree->n + j] = mass_of(tree, v);
        }
    }
}

size_t jko_i_basis_list(jko_i_basis *basis)
{
    const jko_i_tree *tree = &basis->tree;
    size_t arcs = 0;
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        if (tree->parent[v] != JKO_I_NONE) {
            jko_i_tree_arc(tree, v, &basis->arc_rows[arcs], &basis->arc_columns[arcs]);
            arcs++;
        }
    }
    return arcs;
}

void jko_i_basis_arcs(const jko_i_basis *basis, size_t *count, size_t *from, size_t *to,
                      double *mass)
{
    const jko_i_tree *tree = &basis->tree;
    *count = 0;
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        if (tree->parent[v] != JKO_I_NONE && mass_of(tree, v) > 0.0) {
            size_t i = 0;
            size_t j = 0;
            jko_i_tree_arc(tree, v, &i, &j);
            if (from != NULL) {
                from[*count] = i;
            }
            if (to != NULL) {
                to[*count] = j;
            }
            if (mass != NULL) {
                mass[*count] = mass_of(tree, v);
            }
            ++*count;
        }
    }
}

jko_status jko_i_basis_solve(jko_i_basis *basis, const jko_i_ot_problem *problem,
                             const jko_i_ot_limits *limits, size_t arcs, double tolerance,
                             double *plan, double *f, double *g, jko_ot_report *report)
{
    if (arcs == 0) {
        jko_i_start(&basis->tree, problem);
    } else {
        jko_i_start_from_arcs(&basis->tree, problem, arcs, basis->arc_rows, basis->arc_columns);
    }
    return jko_i_basis_finish(basis, problem, limits, tolerance, plan, f, g, report);
}

jko_status jko_i_basis_finish(jko_i_basis *basis, const jko_i_ot_problem *problem,
                              const jko_i_ot_limits *limits, double tolerance, double *plan,
                              double *f, double *g, jko_ot_report *report)
{
    const size_t m = problem->cost->m;
    const double *row_sum = basis->marginals;
    const double *column_sum = basis->marginals + m;
    jko_status status = jko_i_simplex_run(&basis->tree, problem, limits, &report->iterations);
    if (status == JKO_OK) {
        status = jko_i_cut_check(&basis->tree, problem);
    }
    if (status < 0) {
        return status;
    }
    jko_i_potentials_read(&basis->tree, problem, status == JKO_OK, &basis->potentials, f, g);
    jko_i_certificate_close(problem, f, g);

    report->transport_cost = report->upper = add_up(basis);
    if (status != JKO_OK && jko_i_cut_mass(&basis->tree) > jko_i_cut_rounding(problem)) {
        report->upper = INFINITY; // stopped before it had a plan
    }
    report->lower = jko_i_certificate_lower(problem, f, g, row_sum, column_sum);
    report->gap = report->upper - report->lower;
    report->row_error = jko_i_certificate_l1(m, row_sum, problem->a);
    report->column_error = jko_i_certificate_l1(problem->cost->n, column_sum, problem->b);
    report->plan_error = report->row_error + report->column_error;
    if (plan != NULL) {
        write_plan(&basis->tree, plan);
    }
    if (status == JKO_OK && !(report->gap <= tolerance * problem->cost->max * problem->total)) {
        status = JKO_STALLED;
    }
    return status;
}
