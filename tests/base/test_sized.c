// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/sized.h: structs of an older and of a newer caller.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/sized.h"

/* The library's struct, and what an older and a newer caller would have. */
typedef struct known {
    size_t struct_size;
    double a;
    double b;
} known;
typedef struct older {
    size_t struct_size;
    double a;
} older;
typedef struct newer {
    size_t struct_size;
    double a;
    double b;
    double c;
} newer;

static void read_takes_what_both_sides_know(void **state)
{
    (void)state;
    known k = {sizeof k, 1.0, 2.0};
    const older o = {sizeof o, 5.0};
    const newer n = {sizeof n, 6.0, 7.0, 8.0};
    jko_i_sized_read(&k, sizeof k, &o);
    assert_true(k.struct_size == sizeof k && k.a == 5.0 && k.b == 2.0);
    jko_i_sized_read(&k, sizeof k, &n);
    assert_true(k.struct_size == sizeof k && k.a == 6.0 && k.b == 7.0);
}

static void write_stays_inside_the_callers_struct(void **state)
{
    (void)state;
    const known k = {sizeof k, 1.0, 2.0};
    known o = {sizeof(older), 5.0, 9.0}; // room beyond the older caller's struct
    newer n = {sizeof n, 6.0, 7.0, 8.0};
    jko_i_sized_write(&o, &k, sizeof k);
    assert_true(o.struct_size == sizeof(older) && o.a == 1.0 && o.b == 9.0);
    jko_i_sized_write(&n, &k, sizeof k);
    assert_true(n.struct_size == sizeof n && n.a == 1.0 && n.b == 2.0 && n.c == 8.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_takes_what_both_sides_know),
        cmocka_unit_test(write_stays_inside_the_callers_struct),
    };
    return cmocka_run_group_tests_name("base/sized", tests, NULL, NULL);
}
