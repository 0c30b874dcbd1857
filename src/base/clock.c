// SPDX-License-Identifier: BSD-3-Clause
/*
 * Wall time for reports and limits.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime

#include "base/clock.h"

#include <time.h>

double jko_i_seconds(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now); // cannot fail with this clock
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
