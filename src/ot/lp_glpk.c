// SPDX-License-Identifier: BSD-3-Clause
/*
 * One transport LP for GLPK: the only file that sees <glpk.h>.
 *
 *     min sum C_ij x_ij   over x >= 0,  row sums a_i, column sums b_j (the last one left free)
 *
 * The arcs are all there are, or a short list of them. A forbidden arc has the fine of tree.h:
 * whether a plan needs it, our own simplex finds from the basis that GLPK ends with. Costs are
 * scaled to those of the cheapest arcs, masses to a total of 1; one equation follows from the
 * others and is left free, so a basis is a spanning tree. The simplex begins at the tree that is
 * handed over, and runs in slices, so that the caller is heard between them.
 *
 * GLPK ends the process on a failure unless its error hook jumps out; after the jump the one legal
 * call is glp_free_env(). What must survive the jump is in the job, not in local variables.
 */
#include "lp_glpk.h"

#include "base/sum.h"
#include "tree.h"

#include <glpk.h>
#include <math.h>
#include <setjmp.h>
#include <string.h>

// GLPK's own are 1e-7; at less than 1e-10 its steps no longer resolve them.
#define TOLERANCE 1e-10
#define LEAST_UNIT 1e-6 // of the largest cost

typedef struct session {
    jko_i_glpk_job *job;
    jmp_buf out;
    char line[JKO_I_GLPK_WORDS]; // that is being printed
} session;

// The line is complete: it is the last words, unless it only tells where in GLPK it happened.
static void end_line(session *s)
{
    static const char where[] = "Error detected in file";
    if (s->line[0] != '\0' && strncmp(s->line, where, sizeof where - 1) != 0) {
        memcpy(s->job->words, s->line, sizeof s->line);
    }
    s->line[0] = '\0';
}

// GLPK prints a line in pieces, and often several lines in one.
static int listen(void *info, const char *text)
{
    session *s = info;
    size_t length = strlen(s->line);
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            end_line(s);
            length = 0;
        } else if (length + 1 < sizeof s->line) {
            s->line[length++] = *text;
            s->line[length] = '\0';
        }
    }
    return 1; // nothing goes to the terminal
}

static void leave(void *info)
{
    session *s = info;
    end_line(s);
    longjmp(s->out, 1);
}

// How many arcs there are.
static size_t count_arcs(const jko_i_glpk_job *job)
{
    return job->list != NULL ? job->list->begin[job->list->m] : job->m * job->n;
}

// Column of arc (i, j), counted among rows and columns with mass, from 1 as GLPK does. It is there.
static int arc_column(const jko_i_glpk_job *job, size_t i, size_t j)
{
    if (job->list != NULL) {
        return (int)jko_i_shortlist_find(job->list, job->rows[i], job->columns[j]) + 1;
    }
    return (int)(i * job->n + j + 1);
}

// Arcs one after the other, as GLPK numbers them.
typedef struct walk {
    const jko_i_glpk_job *job;
    size_t next; // arc
    size_t row;  // places of its ends
    size_t column;
    size_t i; // and their numbers
    size_t j;
    double c;
} walk;

static bool next_arc(walk *w)
{
    const jko_i_glpk_job *job = w->job;
    const size_t k = w->next++;
    if (k == count_arcs(job)) {
        return false;
    }
    if (job->list != NULL) {
        while (k >= job->list->begin[job->rows[w->row] + 1]) {
            w->row++;
        }
        w->j = job->list->column[k];
        w->column = job->places[w->j];
    } else {
        w->row = k / job->n;
        w->column = k % job->n;
        w->j = job->columns[w->column];
    }
    w->i = job->rows[w->row];
    w->c = jko_i_cost_entry(job->problem->cost, w->i, w->j);
    return true;
}

static void add_rows(glp_prob *lp, const jko_i_glpk_job *job)
{
    const jko_i_ot_problem *p = job->problem;
    glp_add_rows(lp, (int)(job->m + job->n));
    for (size_t i = 0; i < job->m; i++) {
        const double mass = p->a[job->rows[i]] / p->total;
        glp_set_row_bnds(lp, (int)(i + 1), GLP_FX, mass, mass);
    }
    for (size_t j = 0; j < job->n; j++) {
        const double mass = p->b[job->columns[j]] / p->total;
        glp_set_row_bnds(lp, (int)(job->m + j + 1), j + 1 < job->n ? GLP_FX : GLP_FR, mass, mass);
    }
}

// The unit of costs: what mass costs if all goes the cheapest way, so that GLPK's tolerances stand
// beside the value and not beside the largest cost; but no less than LEAST_UNIT of that.
static double find_unit(const jko_i_glpk_job *job)
{
    const jko_i_ot_problem *p = job->problem;
    walk w = {.job = job};
    double value = 0.0;
    double least = INFINITY;
    size_t row = 0;
    for (bool more = next_arc(&w); more || row < job->m;) {
        if (more && w.row == row) {
            least = fmin(least, fabs(w.c));
            more = next_arc(&w);
        } else {
            value += isinf(least) ? 0.0 : p->a[job->rows[row]] / p->total * least;
            least = INFINITY;
            row++;
        }
    }
    const double unit = fmax(value, LEAST_UNIT * p->cost->max);
    return unit > 0.0 ? unit : 1.0;
}

static void add_columns(glp_prob *lp, const jko_i_glpk_job *job)
{
    const jko_cost *cost = job->problem->cost;
    const double unit = find_unit(job);
    walk w = {.job = job};
    glp_add_cols(lp, (int)count_arcs(job));
    while (next_arc(&w)) {
        const int k = (int)w.next;
        const int ends[] = {0, (int)(w.row + 1), (int)(job->m + w.column + 1)};
        const double ones[] = {0.0, 1.0, 1.0};
        glp_set_col_bnds(lp, k, GLP_LO, 0.0, 0.0);
        glp_set_obj_coef(lp, k, (isinf(w.c) ? jko_i_tree_fine(cost) : w.c) / unit);
        glp_set_mat_col(lp, k, 2, ends, ones);
    }
}

// The arcs handed over are basic, and so is the free row; all else stands at its bound.
static void set_basis(glp_prob *lp, const jko_i_glpk_job *job)
{
    for (size_t k = 1; k <= job->m + job->n; k++) {
        glp_set_row_stat(lp, (int)k, k < job->m + job->n ? GLP_NS : GLP_BS);
    }
    for (size_t k = 1; k <= count_arcs(job); k++) {
        glp_set_col_stat(lp, (int)k, GLP_NL);
    }
    for (size_t k = 0; k < job->arcs; k++) {
        glp_set_col_stat(lp, arc_column(job, job->arc_rows[k], job->arc_columns[k]), GLP_BS);
    }
}

// Basic arcs, and what GLPK's own plan costs.
static void read_basis(glp_prob *lp, jko_i_glpk_job *job)
{
    jko_i_sum cost = {0.0, 0.0};
    walk w = {.job = job};
    job->arcs = 0;
    while (next_arc(&w)) {
        const double mass = job->problem->total * glp_get_col_prim(lp, (int)w.next);
        if (!isinf(w.c)) { // what GLPK leaves there is its tolerance
            jko_i_sum_add_product(&cost, mass, w.c);
        }
        if (glp_get_col_stat(lp, (int)w.next) == GLP_BS && job->arcs < job->m + job->n) {
            job->arc_rows[job->arcs] = w.i;
            job->arc_columns[job->arcs++] = w.j;
        }
    }
    job->objective = jko_i_sum_value(&cost);
}

static jko_status iterate(glp_prob *lp, jko_i_glpk_job *job)
{
    glp_smcp parameters;
    glp_init_smcp(&parameters);
    parameters.msg_lev = GLP_MSG_ERR;
    parameters.meth = job->dual ? GLP_DUALP : GLP_PRIMAL;
    parameters.tol_bnd = TOLERANCE;
    parameters.tol_dj = TOLERANCE;
    for (;;) {
        const int64_t left = job->max_iterations - job->iterations;
        parameters.it_lim = left < job->slice ? (int)left : job->slice;
        const int code = glp_simplex(lp, &parameters);
        job->iterations = glp_get_it_cnt(lp);
        if (code == 0) {
            job->code = glp_get_status(lp);
            return job->code == GLP_OPT ? JKO_OK : JKO_ERR_SOLVER;
        }
        if (code != GLP_EITLIM) {
            job->code = code;
            return JKO_ERR_SOLVER;
        }
        if (job->iterations >= job->max_iterations) {
            return JKO_NOT_CONVERGED;
        }
        if (!job->pause(job->context, job->iterations)) {
            return JKO_CANCELLED;
        }
    }
}

void jko_i_glpk_run(jko_i_glpk_job *job)
{
    session s = {.job = job};
    job->words[0] = '\0';
    job->code = 0;
    job->iterations = 0;
    job->objective = NAN;
    const int code = glp_init_env();
    if (code != 0 && code != 1) { // 1: there was one already
        job->status = JKO_ERR_NOMEM;
        return;
    }
    if (setjmp(s.out) != 0) {
        job->status = JKO_ERR_SOLVER;
        glp_free_env();
        return;
    }
    glp_error_hook(leave, &s);
    glp_term_hook(listen, &s);
    glp_prob *lp = glp_create_prob();
    add_rows(lp, job);
    add_columns(lp, job);
    set_basis(lp, job);
    job->status = iterate(lp, job);
    if (job->status >= 0) {
        read_basis(lp, job);
    }
    glp_delete_prob(lp);
    glp_free_env();
}
