// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/parallel.c: each row once, and the same bits for any number of threads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/parallel.h"
#include "support/close.h"

#include <jko/version.h>
#include <math.h>
#include <string.h>

enum { ROWS = 3000 };

typedef struct table {
    double value[ROWS];
    int visits[ROWS];
} table;

static void work(void *context, size_t i)
{
    table *t = context;
    double sum = 0.0;
    for (size_t k = 1; k <= 100; k++) {
        sum += sin((double)(i * k)) / (double)k;
    }
    t->value[i] = sum;
    t->visits[i]++;
}

static void rows_are_visited_once_with_the_same_bits(void **state)
{
    (void)state;
    static table alone;
    const int threads[] = {0, 2, 3, 7, 16};
    memset(&alone, 0, sizeof alone);
    jko_i_parallel_rows(ROWS, 100, 1, work, &alone);
    for (size_t k = 0; k < 5; k++) {
        static table team;
        memset(&team, 0, sizeof team);
        jko_i_parallel_rows(ROWS, 100, threads[k], work, &team); // 3e5 arcs: a team pays
        assert_same_bits(ROWS, team.value, alone.value);
        for (size_t i = 0; i < ROWS; i++) {
            assert_int_equal(team.visits[i], 1);
        }
    }
}

static void small_and_empty_work_is_done_too(void **state)
{
    (void)state;
    static table t;
    memset(&t, 0, sizeof t);
    jko_i_parallel_rows(0, 100, 4, work, &t);
    jko_i_parallel_rows(3, 0, 4, work, &t);
    jko_i_parallel_rows(1, SIZE_MAX, 4, work, &t);
    assert_int_equal(t.visits[0], 2);
    assert_int_equal(t.visits[1], 1);
    assert_int_equal(t.visits[2], 1);
    assert_int_equal(t.visits[3], 0);
}

static void version_is_the_features(void **state)
{
    (void)state;
    const char *version = jko_i_parallel_version();
    const char *feature = jko_feature("openmp");
    assert_true((version == NULL) == (feature == NULL));
    assert_true(version == NULL || strcmp(version, feature) == 0);
    assert_true(version == NULL || strspn(version, "0123456789") == 6); // yyyymm
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_visited_once_with_the_same_bits),
        cmocka_unit_test(small_and_empty_work_is_done_too),
        cmocka_unit_test(version_is_the_features),
    };
    return cmocka_run_group_tests_name("base/parallel", tests, NULL, NULL);
}
