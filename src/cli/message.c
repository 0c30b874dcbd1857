// SPDX-License-Identifier: BSD-3-Clause
/*
 * Messages on standard error and the exit codes that go with them.
 */
#include "cli.h"

#include <stdarg.h>
#include <stdio.h>

int cli_fail(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fputs("jko: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    return code;
}

int cli_exit_code(jko_status status)
{
    switch (status) {
    case JKO_ERR_UNSUPPORTED:
        return CLI_UNSUPPORTED;
    case JKO_ERR_NOMEM:
    case JKO_ERR_NUMERIC:
    case JKO_ERR_SOLVER:
    case JKO_ERR_CALLBACK:
    case JKO_ERR_FILE:
    case JKO_ERR_TOO_LARGE:
        return CLI_FAILED;
    default:
        return status < 0 ? CLI_INVALID : CLI_OK;
    }
}

int cli_input_code(jko_status status)
{
    return status == JKO_ERR_FILE || status == JKO_ERR_NUMERIC ? CLI_INVALID
                                                               : cli_exit_code(status);
}

static int fail_detail(int code, jko_status status, const char *context)
{
    const char *detail = jko_error_detail();
    const char *text = detail[0] != '\0' ? detail : jko_status_text(status);
    return context == NULL ? cli_fail(code, "%s", text) : cli_fail(code, "%s: %s", context, text);
}

int cli_fail_status(jko_status status, const char *context)
{
    return fail_detail(cli_exit_code(status), status, context);
}

int cli_fail_input(jko_status status, const char *context)
{
    return fail_detail(cli_input_code(status), status, context);
}

int cli_number(const char *option, const char *text, double *value)
{
    if (jko_parse_number(text, value) < 0) {
        return cli_fail(CLI_INVALID, "%s needs a number, not \"%s\"", option, text);
    }
    return CLI_OK;
}
