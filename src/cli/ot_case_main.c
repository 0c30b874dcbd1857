// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko ot --case: solve, print, compare; then once more at each of the case's shifts, where the same
 * results are expected.
 */
#include "ot_case.h"
#include "result.h"

#include <math.h>

// The result that may not depend on a shift.
static double value_of(const ot_case *c, const json_t *results)
{
    static const char *const names[OT_CASE_KINDS] = {
        "transport_cost", "transport_cost", "transport_cost", "entropic_value", "divergence"};
    return json_number_value(json_object_get(results, names[c->kind]));
}

// Solve at every shift; *failures counts results that differ from the expected ones there.
static jko_status run_rotations(const ot_case *c, json_t *results, size_t *failures)
{
    jko_status status = JKO_OK;
    double difference = 0.0;
    for (size_t k = 0; status >= 0 && k < c->rotations; k++) {
        json_t *rotated = result_create();
        status = ot_case_run(c, c->rotation[k], rotated);
        if (status >= 0) {
            difference = fmax(difference, fabs(value_of(c, rotated) - value_of(c, results)));
            const size_t bad = case_compare(&c->file, rotated);
            if (bad > 0) {
                (void)cli_fail(CLI_FAILED, "%s: rotations[%zu]: %zu results differ at this shift",
                               c->file.path, k, bad);
            }
            *failures += bad;
        }
        json_decref(rotated);
    }
    if (status >= 0 && c->rotations > 0) {
        result_number(results, "rotation_difference", difference);
    }
    return status;
}

int ot_case_main(const char *path)
{
    ot_case c;
    json_t *results = result_create();
    size_t failures = 0;
    jko_status status = ot_case_read(&c, path);
    if (status >= 0) {
        status = ot_case_run(&c, 0.0, results);
    }
    c.file.refused = status < 0; // of transport, errors are the input's
    if (status >= 0) {
        const jko_status rotated = run_rotations(&c, results, &failures);
        status = rotated < 0 ? rotated : status;
    }
    int code = case_finish(&c.file, status, results);
    if (code == CLI_OK && failures > 0) {
        code = CLI_FAILED;
    }
    json_decref(results);
    ot_case_free(&c);
    return code;
}
