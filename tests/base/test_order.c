// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/order.c: what a stable order is, on arrays of every small length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/order.h"
#include "support/close.h"

#include <math.h>
#include <stdbool.h>

enum { LONGEST = 300 };

// Ascending keys, equal keys in their old order: that is unique, and so a permutation.
static void check(size_t n, const double *key)
{
    size_t order[LONGEST] = {0};
    size_t work[LONGEST] = {0};
    bool seen[LONGEST] = {false};
    jko_i_order(n, key, order, work);
    for (size_t k = 0; k < n; k++) {
        assert_true(order[k] < n && !seen[order[k]]);
        seen[order[k]] = true;
        if (k > 0) {
            const double before = key[order[k - 1]];
            const double here = key[order[k]];
            assert_true(before < here || (before == here && order[k - 1] < order[k]));
        }
    }
}

static void order_of_random_keys_is_ascending_and_stable(void **state)
{
    (void)state;
    jko_t_random random = {77};
    double key[LONGEST] = {0.0};
    for (size_t n = 0; n <= LONGEST; n++) {
        for (size_t k = 0; k < n; k++) {
            key[k] = n % 2 == 0 ? jko_t_uniform(&random) - 0.5 : (double)jko_t_integer(&random, 7);
        }
        check(n, key);
    }
}

static void order_of_sorted_reversed_and_infinite_keys(void **state)
{
    (void)state;
    double up[LONGEST];
    double down[LONGEST];
    for (size_t k = 0; k < LONGEST; k++) {
        up[k] = (double)k;
        down[k] = -(double)k;
    }
    check(LONGEST, up);
    check(LONGEST, down);
    const double ends[] = {INFINITY, 0.0, -INFINITY, -0.0, 1e-320, INFINITY};
    check(6, ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_random_keys_is_ascending_and_stable),
        cmocka_unit_test(order_of_sorted_reversed_and_infinite_keys),
    };
    return cmocka_run_group_tests_name("base/order", tests, NULL, NULL);
}
