// SPDX-License-Identifier: BSD-3-Clause
/*
 * GLPK behind its fence: failures come back as statuses, and a host's own problems survive.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/lp.h"
#include "ot/lp_glpk.h"
#include "ot/tree_check.h"

#include <glpk.h>
#include <pthread.h>

static bool go_on(void *context, int64_t iterations)
{
    (void)iterations;
    ++*(int *)context;
    return true;
}

static bool stop(void *context, int64_t iterations)
{
    (void)iterations;
    ++*(int *)context;
    return false;
}

// A dense 8 by 8 problem, begun at its north-west corner.
typedef struct fixture {
    instance t;
    jko_i_ot_problem problem;
    size_t numbers[8];
    size_t rows[16];
    size_t columns[16];
    int calls;
    jko_i_glpk_job job;
} fixture;

static void set_up(fixture *x, int slice)
{
    jko_t_random random = {17};
    x->t = instance_random(8, 8, INSTANCE_PLAIN, &random);
    for (size_t i = 0; i < 8; i++) {
        x->t.a[i] = x->t.b[i] = 1.0;
        x->numbers[i] = i;
    }
    x->t.total = 8.0;
    x->problem = tree_problem(&x->t);
    for (size_t k = 0; k < 15; k++) {
        x->rows[k] = k / 2;
        x->columns[k] = (k + 1) / 2;
    }
    x->calls = 0;
    const jko_i_glpk_job job = {
        .problem = &x->problem,
        .m = 8,
        .n = 8,
        .rows = x->numbers,
        .columns = x->numbers,
        .max_iterations = 1000,
        .slice = slice,
        .pause = go_on,
        .context = &x->calls,
        .arc_rows = x->rows,
        .arc_columns = x->columns,
        .arcs = 15,
    };
    x->job = job;
}

static void *run(void *job)
{
    jko_i_glpk_run(job);
    return NULL;
}

static void run_in_thread(jko_i_glpk_job *job)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run, job), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void glpk_small_problem_is_solved_in_slices(void **state)
{
    (void)state;
    fixture x;
    set_up(&x, 1);
    run_in_thread(&x.job);
    assert_int_equal(x.job.status, JKO_OK);
    assert_true(x.job.iterations > 0);
    assert_true(x.calls >= x.job.iterations - 1);
    assert_int_equal(x.job.arcs, 15);
    jko_ot_report report;
    assert_int_equal(instance_solve(&x.t, NULL, &report), JKO_OK);
    assert_close_rel(x.job.objective, report.upper, 1e-12);
    instance_free(&x.t);
}

static void glpk_pause_says_no_is_cancelled(void **state)
{
    (void)state;
    fixture x;
    set_up(&x, 1);
    x.job.pause = stop;
    run_in_thread(&x.job);
    assert_int_equal(x.job.status, JKO_CANCELLED);
    assert_int_equal(x.job.iterations, 1);
    assert_int_equal(x.calls, 1);
    instance_free(&x.t);
}

static void glpk_iteration_limit_is_told(void **state)
{
    (void)state;
    fixture x;
    set_up(&x, 1);
    x.job.max_iterations = 2;
    run_in_thread(&x.job);
    assert_int_equal(x.job.status, JKO_NOT_CONVERGED);
    assert_int_equal(x.job.iterations, 2);
    instance_free(&x.t);
}

// A slice of -1 iterations is a parameter that GLPK would end the process for.
static void glpk_failure_is_a_status_with_its_words(void **state)
{
    (void)state;
    fixture x;
    set_up(&x, -1);
    run_in_thread(&x.job);
    assert_int_equal(x.job.status, JKO_ERR_SOLVER);
    assert_true(strstr(x.job.words, "it_lim") != NULL);
    instance_free(&x.t);
}

// max x1 + x2 with x1 + 2 x2 <= 4, x1 <= 3: 3.5, by hand.
static glp_prob *host_problem(void)
{
    glp_prob *lp = glp_create_prob();
    const int row[] = {0, 1, 1};
    const int column[] = {0, 1, 2};
    const double value[] = {0.0, 1.0, 2.0};
    glp_set_obj_dir(lp, GLP_MAX);
    glp_add_rows(lp, 1);
    glp_set_row_bnds(lp, 1, GLP_UP, 0.0, 4.0);
    glp_add_cols(lp, 2);
    glp_set_col_bnds(lp, 1, GLP_DB, 0.0, 3.0);
    glp_set_col_bnds(lp, 2, GLP_LO, 0.0, 0.0);
    glp_set_obj_coef(lp, 1, 1.0);
    glp_set_obj_coef(lp, 2, 1.0);
    glp_load_matrix(lp, 2, row, column, value);
    return lp;
}

static int host_hook(void *info, const char *text)
{
    (void)text;
    ++*(int *)info;
    return 1;
}

static void glpk_host_problem_survives_failure_and_solve(void **state)
{
    (void)state;
    fixture x;
    int heard = 0;
    jko_ot_report report;
    jko_ot_settings settings;
    glp_prob *lp = host_problem();
    glp_term_hook(host_hook, &heard);

    set_up(&x, -1);
    run_in_thread(&x.job);
    assert_int_equal(x.job.status, JKO_ERR_SOLVER);
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_LP;
    assert_int_equal(instance_solve(&x.t, &settings, &report), JKO_OK);

    assert_int_equal(heard, 0); // the host's hook is not used for our solves, but is still there
    assert_int_equal(glp_simplex(lp, NULL), 0);
    assert_true(heard > 0);
    assert_close_rel(glp_get_obj_val(lp), 3.5, 1e-12);
    glp_delete_prob(lp);
    (void)glp_free_env();
    instance_free(&x.t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glpk_small_problem_is_solved_in_slices),
        cmocka_unit_test(glpk_pause_says_no_is_cancelled),
        cmocka_unit_test(glpk_iteration_limit_is_told),
        cmocka_unit_test(glpk_failure_is_a_status_with_its_words),
        cmocka_unit_test(glpk_host_problem_survives_failure_and_solve),
    };
    return cmocka_run_group_tests_name("ot/lp_glpk", tests, NULL, NULL);
}
