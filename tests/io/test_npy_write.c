// SPDX-License-Identifier: BSD-3-Clause
/*
 * Writing NPY files: bits that come back, and every status.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/close.h"
#include "support/files.h"

#include <jko/io.h>

static int create_folder(void **state)
{
    static char folder[JKO_T_PATH];
    jko_t_folder_create(folder);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    jko_t_folder_remove(*state);
    return 0;
}

// Identity: any bits, in any number that fills blocks or not, come back.
static void npy_random_bits_survive(void **state)
{
    char path[JKO_T_PATH];
    (void)jko_t_join(path, *state, "a.npy");
    static double values[5000];
    jko_t_random random = {93};
    for (size_t k = 0; k < 5000; k++) {
        uint64_t bits = 0;
        for (int part = 0; part < 4; part++) {
            bits = bits << 16 | (uint64_t)jko_t_integer(&random, 65536);
        }
        memcpy(&values[k], &bits, sizeof bits);
    }
    static const size_t counts[] = {0, 1, 511, 512, 513, 1024, 5000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        jko_npy *npy = NULL;
        assert_int_equal(jko_npy_write(path, 1, &counts[i], values), JKO_OK);
        assert_int_equal(jko_npy_read(&npy, path), JKO_OK);
        assert_int_equal(jko_npy_dim(npy), 1);
        assert_int_equal(jko_npy_length(npy, 0), counts[i]);
        assert_same_bits(counts[i], jko_npy_values(npy), values);
        jko_npy_free(npy);
    }
    const size_t shape[4] = {2, 5, 1, 7};
    jko_npy *npy = NULL;
    assert_int_equal(jko_npy_write(path, 4, shape, values), JKO_OK);
    assert_int_equal(jko_npy_read(&npy, path), JKO_OK);
    for (size_t axis = 0; axis < 4; axis++) {
        assert_int_equal(jko_npy_length(npy, axis), shape[axis]);
    }
    assert_same_bits(70, jko_npy_values(npy), values);
    jko_npy_free(npy);
}

// The longest header there is: 7 lengths of 20 digits beside a 0.
static void npy_long_header_begins_the_numbers_at_64(void **state)
{
    char path[JKO_T_PATH];
    size_t shape[8] = {0};
    for (size_t axis = 1; axis < 8; axis++) {
        shape[axis] = SIZE_MAX;
    }
    assert_int_equal(jko_npy_write(jko_t_join(path, *state, "a.npy"), 8, shape, NULL), JKO_OK);
    char file[1000];
    const size_t length = jko_t_file_read(path, sizeof file, file);
    assert_int_equal(length % 64, 0);
    assert_int_equal(file[length - 1], '\n');
    jko_npy *npy = NULL;
    assert_int_equal(jko_npy_read(&npy, path), JKO_OK);
    assert_true(jko_npy_length(npy, 7) == SIZE_MAX);
    jko_npy_free(npy);
}

static void npy_write_failure_leaves_the_old_file(void **state)
{
    char path[JKO_T_PATH];
    const double values[2] = {1.0, 2.0};
    const size_t shape[2] = {2, 1};
    const size_t huge[2] = {SIZE_MAX / 2, 3};
    const size_t large[1] = {SIZE_MAX / 4};
    jko_t_file_write(jko_t_join(path, *state, "a.npy"), 3, "old");
    assert_int_equal(jko_npy_write(NULL, 2, shape, values), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_npy_write(path, 2, NULL, values), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_npy_write(path, 2, shape, NULL), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "values is NULL");
    assert_int_equal(jko_npy_write(path, 0, shape, values), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_npy_write(path, 9, shape, values), JKO_ERR_ARGUMENT);
    assert_string_equal(jko_error_detail(), "dim is 9; it must be from 1 to 8");
    assert_int_equal(jko_npy_write(path, 2, huge, values), JKO_ERR_TOO_LARGE);
    assert_int_equal(jko_npy_write(path, 1, large, values), JKO_ERR_TOO_LARGE);
    jko_t_file_holds(path, "old");
    assert_int_equal(jko_t_folder_count(*state), 1);

    char below[JKO_T_PATH];
    assert_int_equal(jko_npy_write(jko_t_join(below, *state, "a.npy/b.npy"), 2, shape, values),
                     JKO_ERR_FILE);
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(jko_npy_write("/dev/full", 2, shape, values), JKO_ERR_FILE);
        jko_t_contains(jko_error_detail(), "No space left on device");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, create_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(npy_random_bits_survive),
        TEST(npy_long_header_begins_the_numbers_at_64),
        TEST(npy_write_failure_leaves_the_old_file),
    };
    return cmocka_run_group_tests_name("io/npy_write", tests, NULL, NULL);
}
