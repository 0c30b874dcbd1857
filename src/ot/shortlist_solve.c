// SPDX-License-Identifier: BSD-3-Clause
/*
 * Exact transport by a short list of arcs and pricing of all.
 *
 * Rough potentials (guess.c) choose a few arcs for each row and column. Among them, with a feasible
 * tree and the spanning tree that follows the potentials, the problem is a small linear program:
 * GLPK's dual simplex begins at that spanning tree, which is nearly optimal though not feasible.
 * What it ends with is made exactly optimal for the list by our own simplex, whose potentials then
 * price all arcs and choose the next list, the tree included; until no arc prices out. Nothing of
 * GLPK's is believed: the last word is that of our own simplex over all arcs, and its certificate.
 *
 * Each round that changes the list lowers the cost, so there are finitely many. Without GLPK, or
 * where it fails, our own simplex does its part.
 *
 * Source: Gottschlich and Schuhmacher, PLOS ONE 9 (2014); Schmitzer, J. Math. Imaging Vis. 56
 * (2016); Ford and Fulkerson, Management Science 5 (1958) (column generation).
 */
#include "shortlist_solve.h"

#include "base/alloc.h"
#include "lp.h"
#include "simplex.h"
#include "start.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define ROUNDS 30 // then all arcs

jko_i_shortlist_work *jko_i_shortlist_work_create(size_t m, size_t n)
{
    jko_i_shortlist_work *work = jko_i_alloc(1, sizeof *work);
    if (work == NULL) {
        return NULL;
    }
    const bool has_guess = jko_i_guess_create(&work->guess, m, n);
    const bool has_list = jko_i_shortlist_create(&work->list, m, n);
    work->rows = jko_i_alloc(2 * (m + n), sizeof *work->rows);
    work->columns = jko_i_alloc(2 * (m + n), sizeof *work->columns);
    if (!has_guess || !has_list || work->rows == NULL || work->columns == NULL) {
        jko_i_shortlist_work_free(work);
        return NULL;
    }
    return work;
}

void jko_i_shortlist_work_free(jko_i_shortlist_work *work)
{
    if (work != NULL) {
        jko_i_guess_free(&work->guess);
        jko_i_shortlist_free(&work->list);
        jko_i_free(work->rows);
        jko_i_free(work->columns);
        jko_i_free(work);
    }
}

// The first list: along the guess, with its spanning tree first and a feasible tree.
static size_t choose_first(jko_i_shortlist_work *work, jko_i_basis *basis,
                           const jko_i_ot_problem *problem)
{
    const size_t spanning =
        jko_i_guess_tree(&work->guess, problem, basis->arc_rows, basis->arc_columns);
    memcpy(work->rows, basis->arc_rows, spanning * sizeof *work->rows);
    memcpy(work->columns, basis->arc_columns, spanning * sizeof *work->columns);
    jko_i_start(&basis->tree, problem);
    const size_t feasible = jko_i_basis_list(basis);
    memcpy(work->rows + spanning, basis->arc_rows, feasible * sizeof *work->rows);
    memcpy(work->columns + spanning, basis->arc_columns, feasible * sizeof *work->columns);
    (void)jko_i_shortlist_choose(&work->list, problem, work->guess.f, work->guess.g,
                                 spanning + feasible, work->rows, work->columns);
    memcpy(basis->arc_rows, work->rows, spanning * sizeof *work->rows);
    memcpy(basis->arc_columns, work->columns, spanning * sizeof *work->columns);
    return spanning;
}

// The optimal tree of the list, from the arcs of the basis; it is in basis->tree unless the status
// is negative.
static jko_status solve_list(jko_i_shortlist_work *work, jko_i_basis *basis,
                             const jko_i_ot_problem *problem, const jko_i_ot_limits *limits,
                             bool dual, size_t arcs, jko_ot_report *report)
{
    jko_status status = JKO_OK;
    if (jko_i_lp_exists()) {
        const size_t given = arcs;
        memcpy(work->rows, basis->arc_rows, given * sizeof *work->rows);
        memcpy(work->columns, basis->arc_columns, given * sizeof *work->columns);
        status = jko_i_lp_solve_list(basis, problem, &work->list, dual, limits, &arcs, report);
        if (status == JKO_ERR_SOLVER) { // our own goes on from where GLPK began
            memcpy(basis->arc_rows, work->rows, given * sizeof *work->rows);
            memcpy(basis->arc_columns, work->columns, given * sizeof *work->columns);
            arcs = given;
            status = JKO_OK;
        }
    }
    if (status < 0) {
        return status;
    }
    jko_i_start_from_arcs(&basis->tree, problem, arcs, basis->arc_rows, basis->arc_columns);
    return status > 0 ? status
                      : jko_i_simplex_run_list(&basis->tree, problem, &work->list, limits,
                                               &report->iterations);
}

// A bound on the rounding of C - f - g in doubles.
static double doubt(const jko_i_tree *tree, const jko_i_ot_problem *problem)
{
    return 4.0 * DBL_EPSILON * (problem->cost->max + 2.0 * tree->scale);
}

// Rounds until no arc beside the list prices out. The tree is left in basis->tree.
static jko_status run_rounds(jko_i_shortlist_work *work, jko_i_basis *basis,
                             const jko_i_ot_problem *problem, const jko_i_ot_limits *limits,
                             jko_ot_report *report)
{
    const double *f = basis->tree.high;
    const double *g = f + basis->tree.m;
    size_t arcs = choose_first(work, basis, problem);
    for (int round = 0; round < ROUNDS; round++) {
        const jko_status status =
            solve_list(work, basis, problem, limits, round == 0, arcs, report);
        if (status != JKO_OK) {
            return status;
        }
        arcs = jko_i_basis_list(basis);
        const double least = jko_i_shortlist_choose(&work->list, problem, f, g, arcs,
                                                    basis->arc_rows, basis->arc_columns);
        if (!(least < -doubt(&basis->tree, problem))) {
            break;
        }
    }
    return JKO_OK;
}

jko_status jko_i_shortlist_solve(jko_i_shortlist_work *work, jko_i_basis *basis,
                                 const jko_i_ot_problem *problem, const jko_i_ot_limits *limits,
                                 double tolerance, double *plan, double *f, double *g,
                                 jko_ot_report *report)
{
    const jko_i_ot_limits stop = {0, INFINITY, NULL, NULL};
    jko_status status = jko_i_guess_find(&work->guess, problem, limits);
    if (status > 0) { // stopped: a feasible plan and its bounds, and no more
        const jko_status last =
            jko_i_basis_solve(basis, problem, &stop, 0, tolerance, plan, f, g, report);
        return last < 0 ? last : status;
    }
    status = run_rounds(work, basis, problem, limits, report);
    if (status < 0) {
        return status;
    }
    const jko_status last = jko_i_basis_finish(basis, problem, status > 0 ? &stop : limits,
                                               tolerance, plan, f, g, report);
    return last < 0 || status == JKO_OK ? last : status;
}
