// SPDX-License-Identifier: BSD-3-Clause
/*
 * Reading NPY files: the statuses of a file, whatever is in it.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/npy.h"
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

static void assert_read_fails(const char *path, jko_status want, const char *part)
{
    jko_npy *npy = (jko_npy *)&npy;
    assert_int_equal(jko_npy_read(&npy, path), want);
    assert_null(npy);
    jko_t_contains(jko_error_detail(), part);
}

static void npy_read_file_that_cannot_be_read_is_a_file_error(void **state)
{
    char path[JKO_T_PATH];
    assert_read_fails(jko_t_join(path, *state, "none.npy"), JKO_ERR_FILE,
                      "none.npy: cannot be opened: No such file or directory");
    assert_read_fails(*state, JKO_ERR_FILE, "cannot be read: Is a directory");
}

static void npy_read_other_file_is_a_format_error(void **state)
{
    char path[JKO_T_PATH];
    jko_t_file_write(jko_t_join(path, *state, "a.npy"), 0, "");
    assert_read_fails(path, JKO_ERR_FORMAT, "a.npy: not an NPY file; write it with numpy.save");
    jko_t_file_write(path, 8, "x,y\n1,2\n");
    assert_read_fails(path, JKO_ERR_FORMAT, "a.npy: not an NPY file");
}

// Every cut of a written file, and one byte more.
static void npy_read_truncated_or_longer_file_is_a_format_error(void **state)
{
    char path[JKO_T_PATH];
    const double values[3] = {1.0, 2.0, 3.0};
    const size_t shape[1] = {3};
    assert_int_equal(jko_npy_write(jko_t_join(path, *state, "a.npy"), 1, shape, values), JKO_OK);
    char file[200];
    const size_t length = jko_t_file_read(path, sizeof file, file);
    assert_int_equal(length, 152);
    file[length] = 0;
    for (size_t cut = 0; cut <= length + 1; cut++) {
        jko_t_file_write(path, cut, file);
        if (cut == length) {
            jko_npy *npy = NULL;
            assert_int_equal(jko_npy_read(&npy, path), JKO_OK);
            assert_same_bits(3, jko_npy_values(npy), values);
            jko_npy_free(npy);
        } else {
            assert_read_fails(path, JKO_ERR_FORMAT, "a.npy: ");
        }
    }
}

// Fortran order against the definition: the first index runs fastest.
static void npy_parse_fortran_order_follows_its_definition(void **state)
{
    (void)state;
    char file[1024];
    const char *text = "{'descr': '>i8', 'fortran_order': True, 'shape': (2, 1, 3, 2)}";
    const size_t length = strlen(text);
    memcpy(file, "\x93NUMPY\x01\x00", 8);
    file[8] = (char)length;
    file[9] = 0;
    memcpy(file + 10, text, length);
    memset(file + 10 + length, 0, 96);
    for (size_t k = 0; k < 12; k++) {
        file[10 + length + 8 * k + 7] = (char)k;
    }
    jko_npy *npy = NULL;
    assert_int_equal(jko_i_npy_parse(&npy, "a", 10 + length + 96, file), JKO_OK);
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 3; k++) {
            for (size_t l = 0; l < 2; l++) {
                assert_close_abs(jko_npy_values(npy)[(i * 3 + k) * 2 + l],
                                 (double)(i + 2 * (k + 3 * l)), 0.0);
            }
        }
    }
    jko_npy_free(npy);
}

static void npy_get_null_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(jko_npy_dim(NULL), 0);
    assert_int_equal(jko_npy_length(NULL, 0), 0);
    assert_null(jko_npy_values(NULL));
    jko_npy_free(NULL);
    jko_npy *npy = (jko_npy *)&npy;
    assert_int_equal(jko_npy_read(NULL, "x"), JKO_ERR_ARGUMENT);
    assert_int_equal(jko_npy_read(&npy, NULL), JKO_ERR_ARGUMENT);
    assert_null(npy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(npy_read_file_that_cannot_be_read_is_a_file_error),
        cmocka_unit_test(npy_read_other_file_is_a_format_error),
        cmocka_unit_test(npy_read_truncated_or_longer_file_is_a_format_error),
        cmocka_unit_test(npy_parse_fortran_order_follows_its_definition),
        cmocka_unit_test(npy_get_null_is_nothing),
    };
    return cmocka_run_group_tests_name("io/npy_read", tests, create_folder, remove_folder);
}
