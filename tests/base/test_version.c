// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/base/version.c: the library's version is its headers', and features are named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jko/version.h>
#include <stdio.h>

static void version_is_that_of_the_headers(void **state)
{
    (void)state;
    char want[64];
    (void)snprintf(want, sizeof want, "%d.%d.%d", JKO_VERSION_MAJOR, JKO_VERSION_MINOR,
                   JKO_VERSION_PATCH);
    assert_string_equal(jko_version(), want);
}

static void unknown_feature_is_not_built_in(void **state)
{
    (void)state;
    assert_null(jko_feature("teleport"));
    assert_null(jko_feature(""));
    assert_null(jko_feature(NULL));
}

static void economy_is_named_where_it_is_built_in(void **state)
{
    (void)state;
#ifdef JKO_ECONOMY
    assert_string_equal(jko_feature("economy"), jko_version());
#else
    assert_null(jko_feature("economy"));
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_is_that_of_the_headers),
        cmocka_unit_test(economy_is_named_where_it_is_built_in),
        cmocka_unit_test(unknown_feature_is_not_built_in),
    };
    return cmocka_run_group_tests_name("base/version", tests, NULL, NULL);
}
