// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/ot/stairs.c: cumulative masses as whole numbers, and potentials known by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ot/stairs.h"
#include "support/close.h"

enum { MOST = 64 };

typedef struct arrays {
    double place[MOST];
    int64_t end[MOST];
    size_t rank[MOST];
} arrays;

static jko_i_stairs over(arrays *memory)
{
    const jko_i_stairs stairs = {0, memory->place, memory->end, memory->rank};
    return stairs;
}

static void stairs_count_exact_shares(void **state)
{
    (void)state;
    arrays memory;
    jko_i_stairs stairs = over(&memory);
    const double place[] = {-1.0, 0.0, 0.5, 2.0, 3.0};
    const size_t order[] = {4, 0, 2, 1, 3};
    const double mass[] = {2.0, 0.0, 3.0, 1.0, 2.0};
    jko_i_stairs_build(&stairs, 5, place, order, mass);
    assert_int_equal(stairs.n, 4); // the cell without mass is left out
    const int64_t eighth = JKO_I_WHOLE / 8;
    const int64_t want[] = {2 * eighth, 4 * eighth, 7 * eighth, 8 * eighth};
    const size_t rank[] = {0, 1, 2, 4};
    for (size_t k = 0; k < 4; k++) {
        assert_true(stairs.end[k] == want[k]);
        assert_int_equal(stairs.rank[k], rank[k]);
        assert_true(stairs.place[k] == place[rank[k]]);
    }
}

// Thirds of a total that is no power of 2: right to a unit, far below the rounding of a double.
static void stairs_count_thirds_to_a_unit(void **state)
{
    (void)state;
    arrays memory;
    jko_i_stairs stairs = over(&memory);
    const double place[] = {0.0, 1.0, 2.0};
    const size_t order[] = {0, 1, 2};
    const double mass[] = {7.0, 7.0, 7.0};
    jko_i_stairs_build(&stairs, 3, place, order, mass);
    for (int64_t k = 0; k < 3; k++) {
        const int64_t off = 3 * stairs.end[k] - (k + 1) * JKO_I_WHOLE;
        assert_true(off >= -3 && off <= 3);
    }
}

// Shares are those of the masses, however large or small all of them are.
static void stairs_count_masses_of_any_size(void **state)
{
    (void)state;
    const double sizes[] = {0x1p-1060, 0x1p-700, 1.0, 0x1p700, 0x1p1020};
    for (size_t k = 0; k < 5; k++) {
        const double mass[] = {1.0 * sizes[k], 2.0 * sizes[k], 5.0 * sizes[k]};
        const double place[] = {0.0, 1.0, 2.0};
        const size_t order[] = {0, 1, 2};
        double at[3];
        int64_t end[3];
        size_t rank[3];
        jko_i_stairs stairs = {0, at, end, rank};
        jko_i_stairs_build(&stairs, 3, place, order, mass);
        assert_int_equal(stairs.n, 3);
        assert_true(end[0] == JKO_I_WHOLE / 8 && end[1] == 3 * (JKO_I_WHOLE / 8) &&
                    end[2] == JKO_I_WHOLE);
    }
}

// Masses far below a unit leave no step; the last atom ends with the whole.
static void stairs_leave_out_what_is_below_a_unit(void **state)
{
    (void)state;
    arrays memory;
    jko_i_stairs stairs = over(&memory);
    const double place[] = {0.0, 1.0, 2.0, 3.0, 4.0};
    const size_t order[] = {0, 1, 2, 3, 4};
    const double mass[] = {1e-300, 0.5, 1e-40, 0.5, 1e-300};
    jko_i_stairs_build(&stairs, 5, place, order, mass);
    assert_int_equal(stairs.n, 2);
    assert_int_equal(stairs.rank[0], 1);
    assert_int_equal(stairs.rank[1], 3);
    assert_true(stairs.end[0] == JKO_I_WHOLE / 2);
    assert_true(stairs.end[1] == JKO_I_WHOLE);
}

// Closed form: a translation by h has the potentials f = h^2 / 2 + 2 h (c - x), c the mean of x,
// but for their level, and g of the other sign; each pair costs h^2.
static void stairs_potentials_of_a_translation_are_linear(void **state)
{
    (void)state;
    arrays memory_x;
    arrays memory_y;
    jko_i_stairs rows = over(&memory_x);
    jko_i_stairs columns = over(&memory_y);
    const jko_i_ground line = {0.0, 2.0};
    double x[MOST];
    double y[MOST];
    size_t order[MOST];
    double mass[MOST];
    double f[MOST];
    double g[MOST];
    const double h = 0.25;
    for (size_t k = 0; k < MOST; k++) {
        x[k] = (double)(k * k) / 1024.0;
        y[k] = x[k] + h;
        order[k] = k;
        mass[k] = 1.0 + (double)(k % 3);
    }
    jko_i_stairs_build(&rows, MOST, x, order, mass);
    jko_i_stairs_build(&columns, MOST, y, order, mass);
    const jko_i_cursor row = {&rows, 0, 0};
    const jko_i_cursor column = {&columns, 0, 0};
    // Passing by rows and by columns give the steps (d + h)^2 - h^2 - d (d - 2 h) apart: half of each
    // is the straight line.
    jko_i_stairs_potentials(&line, row, column, 0, 0.5, f, g);
    for (size_t k = 0; k < MOST; k++) {
        assert_close_abs(f[k] + g[k], h * h, 1e-14);
        if (k > 0) {
            assert_close_abs(f[k] - f[k - 1], -2.0 * h * (x[k] - x[k - 1]), 1e-14);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stairs_count_exact_shares),
        cmocka_unit_test(stairs_count_thirds_to_a_unit),
        cmocka_unit_test(stairs_count_masses_of_any_size),
        cmocka_unit_test(stairs_leave_out_what_is_below_a_unit),
        cmocka_unit_test(stairs_potentials_of_a_translation_are_linear),
    };
    return cmocka_run_group_tests_name("ot/stairs", tests, NULL, NULL);
}
