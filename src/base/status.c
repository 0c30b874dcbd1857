// SPDX-License-Identifier: BSD-3-Clause
/*
 * Status texts and the detail line of the last failure in a thread.
 *
 * Codes, names and texts come from one list, so they cannot drift apart. The detail is the only
 * state outside objects; it is thread-local and of fixed size.
 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

static _Thread_local char detail[512];

const char *jko_status_name(jko_status status)
{
    switch (status) {
#define NAME(code, value, name, text)                                                              \
    case code:                                                                                     \
        return name;
        JKO_STATUS_LIST(NAME)
#undef NAME
    default:
        return "unknown";
    }
}

const char *jko_status_text(jko_status status)
{
    switch (status) {
#define TEXT(code, value, name, text)                                                              \
    case code:                                                                                     \
        return text;
        JKO_STATUS_LIST(TEXT)
#undef TEXT
    default:
        return "unknown status";
    }
}

const char *jko_error_detail(void)
{
    return detail;
}

jko_status jko_i_fail(jko_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    return status;
}

jko_status jko_i_fail_memory(const char *what)
{
    return jko_i_fail(JKO_ERR_NOMEM, "not enough memory for %s", what);
}
