// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/energy/energy.c: which energies are refused, and that the reason is named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "energy/energy.h"

#include <string.h>

static int eval(void *user, size_t n, const double *mass, double *value, double *variation)
{
    (void)user;
    (void)n;
    (void)mass;
    (void)variation;
    *value = 0.0;
    return 0;
}

static size_t majorant_bytes(void *user, size_t n)
{
    (void)user;
    return n;
}

static int majorant(void *user, size_t n, const double *at, void *memory, jko_energy *out)
{
    (void)user;
    (void)n;
    (void)at;
    (void)memory;
    (void)out;
    return 0;
}

static void check_refused(const jko_energy *energy, const char *word)
{
    assert_int_equal(jko_i_energy_check(energy), JKO_ERR_ARGUMENT);
    assert_non_null(strstr(jko_error_detail(), word));
}

static void check_with_eval_alone_passes(void **state)
{
    (void)state;
    const jko_energy energy = {.struct_size = sizeof energy, .eval = eval};
    assert_int_equal(jko_i_energy_check(&energy), JKO_OK);
}

static void check_of_larger_struct_passes(void **state)
{
    (void)state;
    // As a caller compiled against a later release would hand it over.
    const jko_energy energy = {.struct_size = 2 * sizeof energy, .eval = eval};
    assert_int_equal(jko_i_energy_check(&energy), JKO_OK);
}

static void check_without_size_or_eval_is_refused(void **state)
{
    (void)state;
    jko_energy energy = {.struct_size = 0, .eval = eval};
    check_refused(NULL, "NULL");
    check_refused(&energy, "struct_size");
    energy.struct_size = offsetof(jko_energy, hessian_parts) - 1;
    check_refused(&energy, "struct_size");
    energy.struct_size = sizeof energy;
    energy.eval = NULL;
    check_refused(&energy, "eval");
}

static void check_half_a_majorant_is_refused(void **state)
{
    (void)state;
    jko_energy energy = {.struct_size = sizeof energy, .eval = eval, .majorant = majorant};
    check_refused(&energy, "no majorant_bytes");
    energy.majorant = NULL;
    energy.majorant_bytes = majorant_bytes;
    check_refused(&energy, "no majorant;");
    energy.majorant = majorant;
    assert_int_equal(jko_i_energy_check(&energy), JKO_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_with_eval_alone_passes),
        cmocka_unit_test(check_of_larger_struct_passes),
        cmocka_unit_test(check_without_size_or_eval_is_refused),
        cmocka_unit_test(check_half_a_majorant_is_refused),
    };
    return cmocka_run_group_tests_name("energy/energy", tests, NULL, NULL);
}
