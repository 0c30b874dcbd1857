// SPDX-License-Identifier: BSD-3-Clause
/*
 * NPY files of numpy: read with their values, refused with a reason, and written to the same bytes.
 *
 * The files in tests/io/data are numpy's own (2.4.6; make.py there), the values are those that
 * make.py states: k + 1/2 at the row-major place k, and listed bits and integers.
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

static jko_npy *read_stored(const char *name)
{
    char path[JKO_T_PATH];
    jko_npy *npy = NULL;
    const jko_status status = jko_npy_read(&npy, jko_t_join(path, JKO_TEST_DATA, name));
    if (status != JKO_OK) {
        fail_msg("%s: %s: %s", name, jko_status_name(status), jko_error_detail());
    }
    return npy;
}

static void assert_stored(const char *name, size_t dim, const size_t *shape)
{
    jko_npy *npy = read_stored(name);
    assert_int_equal(jko_npy_dim(npy), dim);
    size_t count = 1;
    for (size_t axis = 0; axis < dim; axis++) {
        assert_int_equal(jko_npy_length(npy, axis), shape[axis]);
        count *= shape[axis];
    }
    assert_int_equal(jko_npy_length(npy, dim), 0);
    for (size_t k = 0; k < count; k++) {
        assert_close_abs(jko_npy_values(npy)[k], (double)k + 0.5, 0.0);
    }
    jko_npy_free(npy);
}

static void npy_orders_of_storage_and_bytes_and_versions_are_read(void **state)
{
    (void)state;
    assert_stored("f8_1d.npy", 1, (const size_t[]){5});
    assert_stored("f8_2d.npy", 2, (const size_t[]){2, 3});
    assert_stored("f8_fortran.npy", 3, (const size_t[]){2, 3, 4});
    assert_stored("f8_big.npy", 2, (const size_t[]){2, 3});
    assert_stored("f8_big_fortran.npy", 2, (const size_t[]){2, 3});
    assert_stored("f8_version_2.npy", 2, (const size_t[]){2, 3});
    assert_stored("f8_version_3.npy", 2, (const size_t[]){2, 3});
    assert_stored("f8_empty.npy", 2, (const size_t[]){0, 3});
    assert_stored("f8_8d.npy", 8, (const size_t[]){1, 2, 1, 1, 2, 1, 1, 1});
}

static const uint64_t special_bits[9] = {
    0x7FF8000000000000, 0xFFF8000000000123, 0x7FF0000000000001, // NaN: quiet, payload, signalling
    0x7FF0000000000000, 0xFFF0000000000000, 0x8000000000000000, // inf, -inf, -0
    0x0000000000000001, 0x000FFFFFFFFFFFFF, 0x7FEFFFFFFFFFFFFF, // denormals, the largest number
};

static void npy_every_bit_is_kept(void **state)
{
    (void)state;
    jko_npy *npy = read_stored("f8_bits.npy");
    assert_int_equal(jko_npy_length(npy, 0), 9);
    assert_memory_equal(jko_npy_values(npy), special_bits, sizeof special_bits);
    jko_npy_free(npy);
}

static void npy_integers_become_the_same_doubles(void **state)
{
    (void)state;
    const double want[6] = {0.0, -1.0, 0x1p53, -0x1p63, 1234567890123.0, 7.0};
    jko_npy *npy = read_stored("i8_1d.npy");
    assert_int_equal(jko_npy_dim(npy), 1);
    assert_same_bits(6, jko_npy_values(npy), want);
    jko_npy_free(npy);
    npy = read_stored("i8_big_fortran.npy");
    assert_int_equal(jko_npy_dim(npy), 2);
    assert_same_bits(6, jko_npy_values(npy), want);
    jko_npy_free(npy);
}

static void npy_other_arrays_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *name, *part;
    } cases[] = {
        {"no_f4.npy", "neither float64 nor int64; convert them"},
        {"no_complex.npy", "neither float64 nor int64"},
        {"no_fields.npy", "neither float64 nor int64"},
        {"no_objects.npy", "neither float64 nor int64"},
        {"no_number.npy", "a single number without dimensions; reshape it to (1,)"},
        {"no_9d.npy", "more than 8 dimensions"},
        {"no_double.npy", "number 1 is 9007199254740993, which no double equals"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[JKO_T_PATH];
        jko_npy *npy = (jko_npy *)&npy;
        assert_int_equal(jko_npy_read(&npy, jko_t_join(path, JKO_TEST_DATA, cases[i].name)),
                         JKO_ERR_FORMAT);
        assert_null(npy);
        jko_t_contains(jko_error_detail(), cases[i].name);
        jko_t_contains(jko_error_detail(), cases[i].part);
    }
}

static void assert_same_file(const char *folder, const char *name, size_t dim, const size_t *shape,
                             const double *values)
{
    char path[JKO_T_PATH];
    unsigned char want[1024];
    unsigned char got[1024];
    const size_t length = jko_t_file_read(jko_t_join(path, JKO_TEST_DATA, name), sizeof want, want);
    assert_int_equal(jko_npy_write(jko_t_join(path, folder, "a.npy"), dim, shape, values), JKO_OK);
    assert_int_equal(jko_t_file_read(path, sizeof got, got), length);
    assert_memory_equal(got, want, length);
}

static void npy_written_files_are_those_of_numpy(void **state)
{
    (void)state;
    char folder[JKO_T_PATH];
    jko_t_folder_create(folder);
    double half[6];
    for (size_t k = 0; k < 6; k++) {
        half[k] = (double)k + 0.5;
    }
    double special[9];
    memcpy(special, special_bits, sizeof special);
    assert_same_file(folder, "f8_1d.npy", 1, (const size_t[]){5}, half);
    assert_same_file(folder, "f8_2d.npy", 2, (const size_t[]){2, 3}, half);
    assert_same_file(folder, "f8_8d.npy", 8, (const size_t[]){1, 2, 1, 1, 2, 1, 1, 1}, half);
    assert_same_file(folder, "f8_empty.npy", 2, (const size_t[]){0, 3}, NULL);
    assert_same_file(folder, "f8_bits.npy", 1, (const size_t[]){9}, special);
    jko_t_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_orders_of_storage_and_bytes_and_versions_are_read),
        cmocka_unit_test(npy_every_bit_is_kept),
        cmocka_unit_test(npy_integers_become_the_same_doubles),
        cmocka_unit_test(npy_other_arrays_are_refused_with_the_reason),
        cmocka_unit_test(npy_written_files_are_those_of_numpy),
    };
    return cmocka_run_group_tests_name("io/npy_numpy", tests, NULL, NULL);
}
