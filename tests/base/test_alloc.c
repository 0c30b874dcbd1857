// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/alloc.c: products are checked, memory is zero, aligned, and there for count 0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"

static void product_that_fits_is_given(void **state)
{
    (void)state;
    size_t product = 7;
    assert_true(jko_i_mul_size(6, 7, &product));
    assert_true(product == 42);
    assert_true(jko_i_mul_size(0, SIZE_MAX, &product));
    assert_true(product == 0);
    assert_true(jko_i_mul_size(SIZE_MAX, 0, &product));
    assert_true(product == 0);
    assert_true(jko_i_mul_size(SIZE_MAX, 1, &product));
    assert_true(product == SIZE_MAX);
    assert_true(jko_i_mul_size(SIZE_MAX / 8, 8, &product));
    assert_true(product == SIZE_MAX / 8 * 8);
}

static void product_that_overflows_is_refused(void **state)
{
    (void)state;
    size_t product = 7;
    assert_false(jko_i_mul_size(SIZE_MAX, 2, &product));
    assert_false(jko_i_mul_size(2, SIZE_MAX, &product));
    assert_false(jko_i_mul_size(SIZE_MAX / 8 + 1, 8, &product));
    assert_true(product == 7);
}

static void memory_is_zero_and_aligned(void **state)
{
    (void)state;
    const size_t counts[] = {0,  1,    7,       8,       9,      63, 64,
                             65, 1000, 1398101, 1398102, 2000000}; // about 4 MiB huge pages begin
    for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
        unsigned char *memory = jko_i_alloc(counts[k], 3);
        assert_non_null(memory);
        assert_true((uintptr_t)memory % 64 == 0);
        for (size_t i = 0; i < 3 * counts[k]; i++) {
            assert_int_equal(memory[i], 0);
        }
        jko_i_free(memory);
    }
    jko_i_free(NULL);
}

static void memory_beyond_the_address_space_is_refused(void **state)
{
    (void)state;
    assert_null(jko_i_alloc(SIZE_MAX, 8));
    assert_null(jko_i_alloc(SIZE_MAX / 2, 3));
    assert_null(jko_i_alloc(SIZE_MAX, 1)); // rounding up to the alignment must not wrap
    assert_null(jko_i_alloc((size_t)PTRDIFF_MAX, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product_that_fits_is_given),
        cmocka_unit_test(product_that_overflows_is_refused),
        cmocka_unit_test(memory_is_zero_and_aligned),
        cmocka_unit_test(memory_beyond_the_address_space_is_refused),
    };
    return cmocka_run_group_tests_name("base/alloc", tests, NULL, NULL);
}
