// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko step --case FILE.json: solve, print, compare.
 */
#include "case.h"
#include "result.h"

int case_main(const char *path)
{
    step_case c;
    json_t *results = result_create();
    jko_status status = case_read(&c, path);
    if (status >= 0) {
        status = case_run(&c, results);
    }
    const int code = case_finish(&c.file, status, results);
    json_decref(results);
    case_free(&c);
    return code;
}
