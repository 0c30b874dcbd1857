// SPDX-License-Identifier: BSD-3-Clause
/*
 * Numbers of three doubles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/triple.h"
#include "support/close.h"

// What a double loses next to 1e30 is still there.
static void triple_small_beside_huge_is_kept(void **state)
{
    (void)state;
    jko_i_triple t = jko_i_triple_of(7.375);
    t = jko_i_triple_add(t, 1e30);
    t = jko_i_triple_add(t, 8e28);
    t = jko_i_triple_add(t, -1e30);
    t = jko_i_triple_add(t, -8e28);
    assert_close_abs(jko_i_triple_value(t), 7.375, 0.0);
}

// Identity: what was added in one order and taken away in another leaves exactly nothing.
static void triple_sum_and_difference_cancel(void **state)
{
    (void)state;
    jko_t_random random = {7};
    double x[100];
    jko_i_triple t = jko_i_triple_of(0.0);
    for (size_t k = 0; k < 100; k++) {
        x[k] = jko_t_exponential(&random) / 3.0;
        t = jko_i_triple_sum(t, jko_i_triple_of(x[k]));
    }
    for (size_t k = 0; k < 100; k++) {
        t = jko_i_triple_difference(t, jko_i_triple_of(x[(37 * k) % 100]));
    }
    assert_close_abs(jko_i_triple_value(t), 0.0, 0.0);
}

static void triple_compare_sees_last_digit(void **state)
{
    (void)state;
    const jko_i_triple one = jko_i_triple_of(1.0);
    const jko_i_triple more = jko_i_triple_add(one, 0x1p-140);
    assert_true(jko_i_triple_compare(one, more) < 0.0);
    assert_true(jko_i_triple_compare(more, one) > 0.0);
    assert_true(jko_i_triple_compare(more, more) == 0.0);
    assert_true(jko_i_triple_compare(jko_i_triple_of(-2.0), one) < 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triple_small_beside_huge_is_kept),
        cmocka_unit_test(triple_sum_and_difference_cancel),
        cmocka_unit_test(triple_compare_sees_last_digit),
    };
    return cmocka_run_group_tests_name("ot/triple", tests, NULL, NULL);
}
