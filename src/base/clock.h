// SPDX-License-Identifier: BSD-3-Clause
/* Wall time for reports and limits. Internal. */
#ifndef JKO_SRC_BASE_CLOCK_H
#define JKO_SRC_BASE_CLOCK_H

/* Seconds since an arbitrary start; never goes back. */
double jko_i_seconds(void);

#endif
