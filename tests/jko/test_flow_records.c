// SPDX-License-Identifier: BSD-3-Clause
/*
 * Tests of src/jko/flow.c: the records of a run, of whatever size the caller's are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "jko/cases.h"
#include "jko/problem.h"

/* Records as a program compiled against a later release has them: each one longer. */
static void flow_run_fills_longer_records_and_refuses_unset_ones(void **state)
{
    (void)state;
    struct {
        jko_step_report known;
        double later[4];
    } records[3];
    problem p;
    double m[PROBLEM_MAX];
    const double tau[] = {0.1, 0.2, 0.3};
    (void)case_entropic_circle_12(&p);
    jko_flow *flow = problem_flow(&p);
    memcpy(m, p.a, sizeof m);
    memset(records, 0, sizeof records);
    for (size_t k = 0; k < 3; k++) {
        records[k].known.struct_size = sizeof records[k];
        records[k].later[0] = 7.0;
    }
    assert_int_equal(jko_flow_run(flow, 3, tau, m, &records[0].known, NULL, NULL, NULL), JKO_OK);
    for (size_t k = 0; k < 3; k++) {
        assert_true(records[k].known.tau == tau[k]);
        assert_int_equal(records[k].known.struct_size, sizeof records[k]);
        assert_true(records[k].later[0] == 7.0);
    }
    double before[PROBLEM_MAX];
    memcpy(before, m, sizeof m);
    records[2].known.struct_size = 0;
    assert_int_equal(jko_flow_run(flow, 3, tau, m, &records[0].known, NULL, NULL, NULL),
                     JKO_ERR_ARGUMENT);
    assert_same_bits(p.n, m, before);
    jko_flow_free(flow);
    problem_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_run_fills_longer_records_and_refuses_unset_ones),
    };
    return cmocka_run_group_tests_name("jko/flow_records", tests, NULL, NULL);
}
