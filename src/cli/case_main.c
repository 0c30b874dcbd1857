// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko step --case FILE.json: solve, print, compare.
 *
 * Exit codes: 0 the expected results hold (or there are none), 1 one does not, 2 the input was
 * refused (also when that is what the case expects), 3 the kind is unsupported.
 */
#include "case.h"
#include "result.h"

int case_main(const char *path)
{
    step_case c;
    json_t *result = result_create();
    json_t *rest = result_create();
    int code = CLI_OK;
    jko_status status = case_read(&c, path);
    if (status >= 0) {
        status = case_run(&c, rest);
    }
    result_text(result, "status", jko_status_name(status));
    if (status >= 0) {
        (void)json_object_update(result, rest);
        code = case_compare(&c, result) > 0 ? CLI_FAILED : CLI_OK;
        if (c.invalid && code == CLI_OK) {
            code = cli_fail(CLI_FAILED, "%s: kind: \"invalid\", but the input was accepted", path);
        }
    } else {
        code = cli_exit_code(status);
        if (status != JKO_ERR_UNSUPPORTED && case_expects_another_error(&c, status)) {
            code = CLI_FAILED;
        }
    }
    code = result_print_json(result, code);
    json_decref(rest);
    json_decref(result);
    case_free(&c);
    return code;
}
