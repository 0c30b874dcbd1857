// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/merge.c: merged ends against one comparison after another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/merge.h"
#include "support/close.h"

enum { MOST = 300 };

// Ascending ends, the last one `last`; steps of 1 to `step`.
static void fill(size_t n, int64_t *end, size_t step, jko_t_random *random)
{
    int64_t at = 0;
    for (size_t k = 0; k < n; k++) {
        at += 1 + (int64_t)jko_t_integer(random, step);
        end[k] = at;
    }
}

static void merge_passes_ends_in_order_columns_first(void **state)
{
    (void)state;
    jko_t_random random = {3};
    for (int round = 0; round < 2000; round++) {
        int64_t rows[MOST];
        int64_t columns[MOST];
        uint32_t row[2 * MOST];
        uint32_t near_row[MOST];
        uint32_t near_column[MOST];
        const size_t m = 1 + jko_t_integer(&random, MOST);
        const size_t n = 1 + jko_t_integer(&random, MOST);
        // Small steps tie often, and unequal ones leave one side far behind.
        fill(m, rows, 1 + jko_t_integer(&random, 4), &random);
        fill(n, columns, 1 + jko_t_integer(&random, 40), &random);
        const int64_t last = rows[m - 1] > columns[n - 1] ? rows[m - 1] : columns[n - 1];
        rows[m - 1] = columns[n - 1] = last;
        const size_t steps = m + n - 1;
        uint32_t near_alone[MOST];
        jko_i_merge(steps, m, rows, n, columns, row, near_row, near_column);
        jko_i_merge_columns(steps, m, rows, n, columns, near_alone);
        size_t i = 0;
        size_t j = 0;
        for (size_t t = 0; t < steps; t++) {
            assert_int_equal(row[t], i);
            if (rows[i] < columns[j]) {
                assert_int_equal(near_row[i], j);
                i++;
            } else {
                assert_int_equal(near_column[j], i);
                assert_int_equal(near_alone[j], i);
                j++;
            }
        }
        assert_int_equal(i, m - 1);
        assert_int_equal(j, n);
        assert_int_equal(near_row[m - 1], n - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge_passes_ends_in_order_columns_first),
    };
    return cmocka_run_group_tests_name("ot/merge", tests, NULL, NULL);
}
