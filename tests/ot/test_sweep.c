// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/sweep.c: plans known by hand, and marginals where plain sums would lose them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/sweep.h"
#include "support/close.h"

#include <stdlib.h>

// Order 2, 0, 1 against order 1, 0: cells keep their masses, ends coincide once, zeros are left out.
static void sweep_ships_in_order(void **state)
{
    (void)state;
    const size_t row_order[] = {2, 0, 1};
    const size_t column_order[] = {1, 3, 0, 2};
    const double a[] = {2.0, 3.0, 1.0};
    const double b[] = {4.0, 1.0, 1.0, 0.0};
    const size_t want_from[] = {2, 0, 1, 1};
    const size_t want_to[] = {1, 0, 0, 2};
    const double want_mass[] = {1.0, 2.0, 2.0, 1.0};
    size_t from[7];
    size_t to[7];
    double mass[7];
    jko_i_arcs arcs = {0, from, to, mass};
    const jko_i_sweep_side rows = {3, row_order, a, 0};
    const jko_i_sweep_side columns = {4, column_order, b, 0};
    jko_i_sweep(&rows, &columns, &arcs);
    assert_int_equal(arcs.count, 4);
    assert_memory_equal(from, want_from, sizeof want_from);
    assert_memory_equal(to, want_to, sizeof want_to);
    assert_same_bits(4, mass, want_mass);
}

static void sweep_from_elsewhere_goes_round(void **state)
{
    (void)state;
    const size_t order[] = {0, 1, 2};
    const double a[] = {1.0, 2.0, 3.0};
    const double b[] = {2.0, 3.0, 1.0};
    const size_t want_from[] = {1, 2, 0};
    const size_t want_to[] = {0, 1, 2};
    size_t from[6];
    size_t to[6];
    double mass[6];
    jko_i_arcs arcs = {0, from, to, mass};
    const jko_i_sweep_side rows = {3, order, a, 1};
    const jko_i_sweep_side columns = {3, order, b, 0};
    jko_i_sweep(&rows, &columns, &arcs);
    assert_int_equal(arcs.count, 3);
    assert_memory_equal(from, want_from, sizeof want_from);
    assert_memory_equal(to, want_to, sizeof want_to);
}

enum { MANY = 20000 };

// A heavy cell and many light ones of 1 / 3 in some unit: what is left of it would drift by a
// rounding at each; the last light cell has its mass all the same.
static void sweep_of_one_cell_keeps_every_mass(void **state)
{
    (void)state;
    static size_t order[MANY];
    static double b[MANY];
    static size_t from[MANY + 1];
    static size_t to[MANY + 1];
    static double mass[MANY + 1];
    double a = 0.0;
    for (size_t j = 0; j < MANY; j++) {
        order[j] = j;
        b[j] = j == 7 ? 1.0 : 1e-5 / 3.0;
        a += b[j];
    }
    jko_i_arcs arcs = {0, from, to, mass};
    const jko_i_sweep_side heavy = {1, order, &a, 0};
    const jko_i_sweep_side light = {MANY, order, b, 0};
    jko_i_sweep(&heavy, &light, &arcs);
    assert_int_equal(arcs.count, MANY);
    for (size_t k = 0; k < MANY; k++) {
        // Column 7, the largest, takes what the plain sum of a lost.
        assert_close_rel(mass[k], b[k], k == 7 ? 1e-11 : 0.0);
    }
    jko_i_sweep(&light, &heavy, &arcs);
    assert_int_equal(arcs.count, MANY);
    assert_same_bits(MANY, mass, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sweep_ships_in_order),
        cmocka_unit_test(sweep_from_elsewhere_goes_round),
        cmocka_unit_test(sweep_of_one_cell_keeps_every_mass),
    };
    return cmocka_run_group_tests_name("ot/sweep", tests, NULL, NULL);
}
