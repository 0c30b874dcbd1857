// SPDX-License-Identifier: BSD-3-Clause
/*
 * Readers and writers without memory: each allocation is made to fail in turn.
 *
 * The linker puts our aligned_alloc() in the place of the C library's (-Wl,--wrap). For k = 1, 2,
 * ... the k-th allocation of a call fails, until the call needs fewer than k and succeeds; each
 * failure must be JKO_ERR_NOMEM, set the object to NULL and leave no file behind. That nothing
 * leaks is for the address sanitizer to see.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/files.h"

#include <jko/io.h>

static int countdown; // allocations until one fails; 0: none does

void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    if (countdown > 0 && --countdown == 0) {
        return NULL;
    }
    return __real_aligned_alloc(alignment, size);
}

static char folder[JKO_T_PATH];
static char csv_path[JKO_T_PATH];
static char npy_path[JKO_T_PATH];
static const char table[] = "sector,gva\nA,1\nB,2\n";
static const size_t shape[1] = {3};
static const double values[3] = {1.0, 2.0, 3.0};

static int create_files(void **state)
{
    (void)state;
    jko_t_folder_create(folder);
    jko_t_file_write(jko_t_join(csv_path, folder, "a.csv"), strlen(table), table);
    return jko_npy_write(jko_t_join(npy_path, folder, "a.npy"), 1, shape, values) == JKO_OK ? 0
                                                                                            : -1;
}

static int remove_files(void **state)
{
    (void)state;
    jko_t_folder_remove(folder);
    return 0;
}

// The calls: each checks that a failure gives no object, and releases what a success gives.
static jko_status parse_csv(void)
{
    jko_csv *csv = (jko_csv *)&csv;
    const jko_status status = jko_csv_parse(&csv, "a.csv", strlen(table), table);
    assert_true((csv == NULL) == (status < 0));
    jko_csv_free(csv);
    return status;
}

static jko_status read_csv(void)
{
    jko_csv *csv = (jko_csv *)&csv;
    const jko_status status = jko_csv_read(&csv, csv_path);
    assert_true((csv == NULL) == (status < 0));
    jko_csv_free(csv);
    return status;
}

// Through a name without a size, so that the text grows while it is read.
static jko_status read_csv_pipe(void)
{
    FILE *pipe = popen("i=0; while [ $i -lt 20000 ]; do echo 123456; i=$((i+1)); done", "r");
    assert_non_null(pipe);
    char path[64];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fileno(pipe));
    jko_csv *csv = (jko_csv *)&csv;
    const jko_status status = jko_csv_read(&csv, path);
    (void)pclose(pipe);
    assert_true((csv == NULL) == (status < 0));
    jko_csv_free(csv);
    return status;
}

static jko_status read_npy(void)
{
    jko_npy *npy = (jko_npy *)&npy;
    const jko_status status = jko_npy_read(&npy, npy_path);
    assert_true((npy == NULL) == (status < 0));
    jko_npy_free(npy);
    return status;
}

static jko_status write_npy(void)
{
    return jko_npy_write(npy_path, 1, shape, values);
}

static jko_status create_writer(void)
{
    jko_writer *writer = (jko_writer *)&writer;
    const jko_status status = jko_writer_create(&writer, csv_path);
    assert_true((writer == NULL) == (status < 0));
    jko_writer_free(writer);
    return status;
}

static void each_allocation_that_fails_is_reported(void **state)
{
    (void)state;
    static const struct {
        jko_status (*call)(void);
        int allocations; // at least
    } calls[] = {
        {parse_csv, 5}, {read_csv, 5},  {read_csv_pipe, 6},
        {read_npy, 3},  {write_npy, 1}, {create_writer, 1},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        jko_status status = JKO_ERR_NOMEM;
        int k = 0;
        while (status != JKO_OK) {
            countdown = ++k;
            status = calls[i].call();
            countdown = 0;
            assert_true(status == JKO_OK || status == JKO_ERR_NOMEM);
            if (status == JKO_ERR_NOMEM) {
                jko_t_contains(jko_error_detail(), "not enough memory for ");
                assert_int_equal(calls[i].call(), JKO_OK); // the next call works
            }
            assert_int_equal(jko_t_folder_count(folder), 2);
        }
        assert_true(k > calls[i].allocations);
        jko_t_file_holds(csv_path, table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_that_fails_is_reported),
    };
    return cmocka_run_group_tests_name("io/alloc", tests, create_files, remove_files);
}
