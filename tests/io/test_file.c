// SPDX-License-Identifier: BSD-3-Clause
/*
 * Whole files in memory: sizes around the limit, and things without a size.
 */
#define _POSIX_C_SOURCE 200809L // mkdir

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "io/file.h"
#include "support/files.h"

static void file_at_the_limit_is_read_and_one_byte_more_is_not(void **state)
{
    (void)state;
    char folder[JKO_T_PATH];
    char path[JKO_T_PATH];
    static char text[1000];
    memset(text, 'x', sizeof text);
    jko_t_folder_create(folder);
    jko_t_file_write(jko_t_join(path, folder, "a"), sizeof text, text);
    char *bytes = NULL;
    size_t length = 0;
    const jko_status whole = jko_i_file_read(path, 1000, &bytes, &length);
    const jko_status more = jko_i_file_read(path, 999, &(char *){NULL}, &(size_t){0});
    jko_t_folder_remove(folder);
    assert_int_equal(more, JKO_ERR_FORMAT);
    jko_t_contains(jko_error_detail(), "/a: larger than 999 bytes; split the file");
    assert_int_equal(whole, JKO_OK);
    assert_int_equal(length, 1000);
    assert_memory_equal(bytes, text, 1000);
    assert_int_equal(bytes[1000], '\0');
    jko_i_free(bytes);
}

static void file_without_end_is_given_up_at_the_limit(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t length = 77;
    assert_int_equal(jko_i_file_read("/dev/zero", 1000000, &bytes, &length), JKO_ERR_FORMAT);
    assert_string_equal(jko_error_detail(), "/dev/zero: larger than 1000000 bytes; split the file");
    assert_null(bytes);
    assert_int_equal(length, 77);
}

static void file_without_size_may_be_empty(void **state)
{
    (void)state;
    char *bytes = NULL;
    size_t length = 77;
    assert_int_equal(jko_i_file_read("/dev/null", 10, &bytes, &length), JKO_OK);
    assert_int_equal(length, 0);
    assert_int_equal(bytes[0], '\0');
    jko_i_free(bytes);
}

// A pipe gives what it has: a few bytes at a time make the whole.
static void file_short_reads_are_put_together(void **state)
{
    (void)state;
    FILE *pipe = popen("for i in 1 2 3; do printf ab; sleep 0.02; done", "r");
    assert_non_null(pipe);
    char path[JKO_T_PATH];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fileno(pipe));
    char *bytes = NULL;
    size_t length = 0;
    const jko_status status = jko_i_file_read(path, 10, &bytes, &length);
    assert_int_equal(pclose(pipe), 0);
    assert_int_equal(status, JKO_OK);
    assert_int_equal(length, 6);
    assert_string_equal(bytes, "ababab");
    jko_i_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_at_the_limit_is_read_and_one_byte_more_is_not),
        cmocka_unit_test(file_without_end_is_given_up_at_the_limit),
        cmocka_unit_test(file_without_size_may_be_empty),
        cmocka_unit_test(file_short_reads_are_put_together),
    };
    return cmocka_run_group_tests_name("io/file", tests, NULL, NULL);
}
