// SPDX-License-Identifier: BSD-3-Clause
/*
 * The transport LP by GLPK, in a thread of its own.
 *
 * GLPK keeps its problems and hooks per thread, so a thread made for one solve shields a host
 * program's own use of GLPK. The calling thread waits; between two slices of iterations the other
 * one waits in turn, while the caller's limits and progress function are asked here.
 *
 * GLPK works to tolerances of its own; what comes back is a basis, which basis.c then proves or
 * improves.
 */
#define _POSIX_C_SOURCE 200809L // pthread_sigmask

#include "lp.h"

#include "base/status.h"

#ifdef JKO_GLPK_VERSION

#include "lp_glpk.h"
#include "start.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>

// Past this GLPK takes minutes and some hundred bytes an arc.
#define LARGEST_LP ((size_t)250000)
// Iterations of GLPK between two looks at the limits.
#define SLICE 50

typedef struct conversation {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool asking; // GLPK's thread waits for an answer
    bool answer; // whether to go on
    bool done;
    int64_t iterations;
    jko_i_glpk_job job;
} conversation;

bool jko_i_lp_exists(void)
{
    return true;
}

static bool ask_caller(void *context, int64_t iterations)
{
    conversation *c = context;
    (void)pthread_mutex_lock(&c->lock);
    c->iterations = iterations;
    c->asking = true;
    (void)pthread_cond_broadcast(&c->changed);
    while (c->asking) {
        (void)pthread_cond_wait(&c->changed, &c->lock);
    }
    const bool answer = c->answer;
    (void)pthread_mutex_unlock(&c->lock);
    return answer;
}

static void *run(void *context)
{
    conversation *c = context;
    jko_i_glpk_run(&c->job);
    (void)pthread_mutex_lock(&c->lock);
    c->done = true;
    (void)pthread_cond_broadcast(&c->changed);
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

// Answer GLPK's thread until it is done. JKO_OK, or why it was told to stop.
static jko_status attend(conversation *c, const jko_i_ot_limits *limits)
{
    jko_status status = JKO_OK;
    (void)pthread_mutex_lock(&c->lock);
    for (;;) {
        while (!c->asking && !c->done) {
            (void)pthread_cond_wait(&c->changed, &c->lock);
        }
        if (c->done) {
            break;
        }
        status = jko_i_ot_check_limits(limits, c->iterations);
        if (status == JKO_OK) {
            status = jko_i_ot_ask(limits, c->iterations, INFINITY);
        }
        c->answer = status == JKO_OK;
        c->asking = false;
        (void)pthread_cond_broadcast(&c->changed);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return status;
}

// Start GLPK's thread with all signals blocked: the host's handlers are not for it.
static bool start_thread(pthread_t *thread, conversation *c)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(thread, NULL, run, c) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static jko_status converse(conversation *c, const jko_i_ot_limits *limits)
{
    pthread_t thread;
    jko_status status = JKO_ERR_NOMEM;
    if (pthread_mutex_init(&c->lock, NULL) != 0) {
        return jko_i_fail_memory("the lock of the GLPK thread");
    }
    if (pthread_cond_init(&c->changed, NULL) != 0) {
        (void)pthread_mutex_destroy(&c->lock);
        return jko_i_fail_memory("the signal of the GLPK thread");
    }
    if (start_thread(&thread, c)) {
        status = attend(c, limits);
        (void)pthread_join(thread, NULL);
        // Told to stop, GLPK says cancelled whatever the reason.
        status = c->job.status == JKO_CANCELLED ? status : c->job.status;
    }
    (void)pthread_cond_destroy(&c->changed);
    (void)pthread_mutex_destroy(&c->lock);
    if (status == JKO_ERR_NOMEM) {
        return jko_i_fail_memory("a thread for GLPK, or GLPK itself");
    }
    return status;
}

// Number the cells with mass, in the order of the problem; numbers [n], places [n].
static void compress(size_t n, const double *mass, size_t *numbers, size_t *places)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (mass[i] > 0.0) {
            places[i] = count;
            numbers[count++] = i;
        }
    }
}

// The arcs of a first tree, as GLPK will number them.
static size_t first_basis(jko_i_basis *basis, const size_t *places)
{
    const jko_i_tree *tree = &basis->tree;
    size_t arcs = 0;
    for (size_t v = 0; v < tree->m + tree->n; v++) {
        if (tree->parent[v] != JKO_I_NONE) {
            size_t i = 0;
            size_t j = 0;
            jko_i_tree_arc(tree, v, &i, &j);
            basis->arc_rows[arcs] = places[i];
            basis->arc_columns[arcs++] = places[tree->m + j];
        }
    }
    return arcs;
}

// Let GLPK's thread do the job, and read what came of it.
static jko_status work_off(conversation *c, const jko_i_ot_limits *limits, size_t *arcs,
                           jko_ot_report *report)
{
    const jko_status status = converse(c, limits);
    if (status >= 0) {
        report->iterations += c->job.iterations;
        report->solver_objective = c->job.objective;
        *arcs = c->job.arcs;
    }
    return status;
}

static size_t count_positive(size_t n, const double *mass)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        count += mass[i] > 0.0;
    }
    return count;
}

jko_status jko_i_lp_solve(jko_i_basis *basis, const jko_i_ot_problem *problem,
                          const jko_i_ot_limits *limits, size_t *arcs, jko_ot_report *report)
{
    const size_t m = problem->cost->m;
    const size_t n = problem->cost->n;
    size_t *numbers = basis->tree.list;
    size_t *places = basis->tree.depth;
    conversation c = {.job = {.problem = problem,
                              .m = count_positive(m, problem->a),
                              .n = count_positive(n, problem->b),
                              .rows = numbers,
                              .columns = numbers + m,
                              .max_iterations = limits->max_iterations,
                              .slice = SLICE,
                              .pause = ask_caller,
                              .context = &c,
                              .objective = NAN,
                              .arc_rows = basis->arc_rows,
                              .arc_columns = basis->arc_columns}};
    if (c.job.m > LARGEST_LP / c.job.n) {
        return jko_i_fail(JKO_ERR_TOO_LARGE,
                          "%zu by %zu cells with mass are more than %zu arcs, for which GLPK would "
                          "take minutes; use method simplex",
                          c.job.m, c.job.n, LARGEST_LP);
    }
    *arcs = 0;
    jko_status status = jko_i_ot_ask(limits, 0, INFINITY);
    if (status != JKO_OK) {
        return status;
    }
    // The tree has served once its arcs are listed; its arrays hold the numbering.
    jko_i_start(&basis->tree, problem);
    compress(m, problem->a, numbers, places);
    compress(n, problem->b, numbers + m, places + m);
    c.job.arcs = first_basis(basis, places);
    status = work_off(&c, limits, arcs, report);
    if (status == JKO_ERR_SOLVER) {
        return jko_i_fail(status,
                          "GLPK failed with code %d, its last words: \"%s\"; use method simplex",
                          c.job.code, c.job.words);
    }
    return status;
}

jko_status jko_i_lp_solve_list(jko_i_basis *basis, const jko_i_ot_problem *problem,
                               const jko_i_shortlist *list, bool dual,
                               const jko_i_ot_limits *limits, size_t *arcs, jko_ot_report *report)
{
    const size_t m = problem->cost->m;
    size_t *numbers = basis->tree.list;
    size_t *places = basis->tree.depth;
    jko_i_ot_limits left = *limits;
    compress(m, problem->a, numbers, places);
    compress(problem->cost->n, problem->b, numbers + m, places + m);
    for (size_t k = 0; k < *arcs; k++) {
        basis->arc_rows[k] = places[basis->arc_rows[k]];
        basis->arc_columns[k] = places[m + basis->arc_columns[k]];
    }
    left.max_iterations -= report->iterations;
    conversation c = {.job = {.problem = problem,
                              .m = count_positive(m, problem->a),
                              .n = count_positive(problem->cost->n, problem->b),
                              .rows = numbers,
                              .columns = numbers + m,
                              .list = list,
                              .places = places + m,
                              .dual = dual,
                              .max_iterations = left.max_iterations,
                              .slice = SLICE,
                              .pause = ask_caller,
                              .context = &c,
                              .objective = NAN,
                              .arc_rows = basis->arc_rows,
                              .arc_columns = basis->arc_columns,
                              .arcs = *arcs}};
    return work_off(&c, &left, arcs, report);
}

#else

bool jko_i_lp_exists(void)
{
    return false;
}

jko_status jko_i_lp_solve(jko_i_basis *basis, const jko_i_ot_problem *problem,
                          const jko_i_ot_limits *limits, size_t *arcs, jko_ot_report *report)
{
    (void)basis;
    (void)problem;
    (void)limits;
    (void)arcs;
    (void)report;
    return jko_i_fail(JKO_ERR_UNSUPPORTED, "this build has no GLPK");
}

jko_status jko_i_lp_solve_list(jko_i_basis *basis, const jko_i_ot_problem *problem,
                               const jko_i_shortlist *list, bool dual,
                               const jko_i_ot_limits *limits, size_t *arcs, jko_ot_report *report)
{
    (void)list;
    (void)dual;
    return jko_i_lp_solve(basis, problem, limits, arcs, report);
}

#endif
