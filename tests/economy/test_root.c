// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/economy/root.c: known roots from near and far, and failure on NaN.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "economy/root.h"
#include "support/close.h"

#include <math.h>

typedef struct trace {
    double x; // where the function was called last
    int calls;
} trace;

static double exponential(void *context, double x, double *slope)
{
    trace *seen = context;
    seen->x = x;
    seen->calls++;
    *slope = exp(x);
    return exp(x) - 2.0;
}

// Slope far from constant: Newton from either side overshoots without the bracket.
static double arctangent(void *context, double x, double *slope)
{
    trace *seen = context;
    seen->x = x;
    seen->calls++;
    *slope = 1.0 / (1.0 + (x - 3.0) * (x - 3.0));
    return atan(x - 3.0);
}

static double not_a_number(void *context, double x, double *slope)
{
    (void)context;
    (void)x;
    *slope = 1.0;
    return NAN;
}

static double without_root(void *context, double x, double *slope)
{
    (void)context;
    *slope = 1e-3;
    return x > 0.0 ? 1.0 + 1e-3 * x : 1.0;
}

static void root_from_any_start_is_found(void **state)
{
    (void)state;
    const double starts[] = {-1e3, -5.0, 0.0, 0.7, 2.0, 100.0};
    for (size_t k = 0; k < 6; k++) {
        trace seen = {0.0, 0};
        assert_true(jko_i_root(exponential, &seen, starts[k]));
        assert_close_abs(seen.x, log(2.0), 1e-15);
        seen = (trace){0.0, 0};
        assert_true(jko_i_root(arctangent, &seen, starts[k]));
        assert_close_abs(seen.x, 3.0, 4e-15);
        assert_in_range(seen.calls, 1, 100);
    }
}

static void root_near_start_takes_few_calls(void **state)
{
    (void)state;
    trace seen = {0.0, 0};
    assert_true(jko_i_root(exponential, &seen, 0.69));
    assert_in_range(seen.calls, 1, 5);
}

static void root_that_is_not_there_is_refused(void **state)
{
    (void)state;
    assert_false(jko_i_root(not_a_number, NULL, 0.0));
    assert_false(jko_i_root(without_root, NULL, 0.0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(root_from_any_start_is_found),
        cmocka_unit_test(root_near_start_takes_few_calls),
        cmocka_unit_test(root_that_is_not_there_is_refused),
    };
    return cmocka_run_group_tests_name("economy/root", tests, NULL, NULL);
}
