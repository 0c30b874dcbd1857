// SPDX-License-Identifier: BSD-3-Clause
/* The loop over failures that the allocation tests share. Include after <cmocka.h>. */
#ifndef JKO_TESTS_ALLOC_EACH_FAILURE_H
#define JKO_TESTS_ALLOC_EACH_FAILURE_H

#include "support/fail_alloc.h"

#include <jko/status.h>
#include <string.h>

/* A call with its own checks: that a failure leaves nothing behind (*out NULL, arrays untouched);
   what a success made is released before it returns. */
typedef jko_status (*a_call)(void *context);

/* Make the first, second, ... acquisition of the call fail until it succeeds with fewer. Each
   failure is JKO_ERR_NOMEM with a detail, leaks nothing, and the next call works. `least`: so many
   acquisitions at least the call has, or the loop would prove nothing. */
static inline void each_failure(const char *name, a_call call, void *context, long least)
{
    const long live = jko_t_live();
    for (long k = 1;; k++) {
        jko_t_fail_at(k);
        const jko_status status = call(context);
        const long acquisitions = jko_t_acquisitions();
        jko_t_fail_at(0);
        if (jko_t_live() != live) {
            fail_msg("%s, failure %ld: %ld blocks leak", name, k, jko_t_live() - live);
        }
        if (status >= 0) {
            if (acquisitions >= k) {
                fail_msg("%s succeeded although acquisition %ld failed", name, k);
            }
            if (acquisitions < least) {
                fail_msg("%s acquired %ld blocks, at least %ld expected", name, acquisitions,
                         least);
            }
            return;
        }
        if (status != JKO_ERR_NOMEM || strlen(jko_error_detail()) == 0) {
            fail_msg("%s, failure %ld: %s, \"%s\"", name, k, jko_status_name(status),
                     jko_error_detail());
        }
        if (call(context) < 0 || jko_t_live() != live) {
            fail_msg("%s after failure %ld: %s", name, k, jko_error_detail());
        }
    }
}

/* The call acquires nothing. */
static inline void no_acquisition(const char *name, a_call call, void *context)
{
    jko_t_fail_at(0);
    const jko_status status = call(context);
    if (status < 0 || jko_t_acquisitions() != 0) {
        fail_msg("%s: %s, %ld acquisitions where none is allowed", name, jko_status_name(status),
                 jko_t_acquisitions());
    }
}

#endif
