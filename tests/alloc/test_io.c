// SPDX-License-Identifier: BSD-3-Clause
/*
 * Files with each allocation made to fail in turn: numbers, tables and
 * files written through a writer. Readers and writers one by one: tests/io/test_alloc.c.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alloc/each_failure.h"
#include "support/files.h"

#include <jko/io.h>

static char folder[JKO_T_PATH];
static char path[JKO_T_PATH];

static int create_folder(void **state)
{
    (void)state;
    jko_t_folder_create(folder);
    (void)jko_t_join(path, folder, "out");
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    jko_t_folder_remove(folder);
    return 0;
}

static jko_status parse(void *context)
{
    (void)context;
    double value = -7.0;
    const jko_status status = jko_parse_number(" 2.5e-3 ", &value);
    assert_true(value == (status < 0 ? -7.0 : 2.5e-3));
    return status;
}

static const char table[] = "sector,gva,\"a, b\"\nA,1,0.5\n\"B\",2,0.25\n";

static jko_status parse_table(void *context)
{
    (void)context;
    jko_csv *csv = (jko_csv *)&folder;
    jko_status status = jko_csv_parse(&csv, "text", strlen(table), table);
    assert_true((csv == NULL) == (status < 0));
    if (status >= 0) {
        double value = -7.0;
        status = jko_csv_number(csv, 1, 2, &value);
        assert_true(value == (status < 0 ? -7.0 : 0.25));
    }
    jko_csv_free(csv);
    return status;
}

static jko_status write_file(void *context)
{
    (void)context;
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    assert_true((writer == NULL) == (status < 0));
    if (status >= 0) {
        (void)jko_writer_cell(writer, true, "a, \"b\"");
        (void)jko_writer_number(writer, 0.1);
        (void)jko_writer_text(writer, "\n");
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    // Whole or not at all, and no temporary file beside it.
    assert_int_equal(jko_t_folder_count(folder), status >= 0);
    if (status >= 0) {
        assert_int_equal(unlink(path), 0);
    }
    return status;
}

static jko_status write_and_read_array(void *context)
{
    (void)context;
    const size_t shape[] = {2, 3};
    const double values[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    jko_npy *npy = NULL;
    jko_status status = jko_npy_write(path, 2, shape, values);
    const bool written = status >= 0;
    if (written) {
        status = jko_npy_read(&npy, path);
        assert_true((npy == NULL) == (status < 0));
    }
    if (status >= 0) {
        assert_memory_equal(jko_npy_values(npy), values, sizeof values);
    }
    jko_npy_free(npy);
    assert_int_equal(jko_t_folder_count(folder), written);
    if (written) {
        assert_int_equal(unlink(path), 0);
    }
    return status;
}

static void files_survive_each_failure(void **state)
{
    (void)state;
    each_failure("number", parse, NULL, 1);
    each_failure("table", parse_table, NULL, 6);
    each_failure("writer", write_file, NULL, 1);
    each_failure("array", write_and_read_array, NULL, 4);
    assert_int_equal(jko_t_live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_survive_each_failure),
    };
    return cmocka_run_group_tests_name("alloc/io", tests, create_folder, remove_folder);
}
