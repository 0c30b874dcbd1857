// SPDX-License-Identifier: BSD-3-Clause
/* Failing with a detail. Internal; the public part is jko/status.h. */
#ifndef JKO_SRC_BASE_STATUS_H
#define JKO_SRC_BASE_STATUS_H

#include <jko/status.h>

#if defined(__GNUC__)
#define JKO_I_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define JKO_I_PRINTF(text, first)
#endif

/* Set this thread's detail line and return status, so that a check reads
   `return jko_i_fail(JKO_ERR_ARGUMENT, "tau is %g; ...", tau);`. Long lines are cut. */
jko_status jko_i_fail(jko_status status, const char *format, ...) JKO_I_PRINTF(2, 3);

/* JKO_ERR_NOMEM with a detail that names what the memory was for. */
jko_status jko_i_fail_memory(const char *what);

#endif
