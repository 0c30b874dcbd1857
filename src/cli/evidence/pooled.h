// SPDX-License-Identifier: BSD-3-Clause
/* Regressions on the pooled panel with year effects, clusters by sector. */
#ifndef JKO_SRC_CLI_EVIDENCE_POOLED_H
#define JKO_SRC_CLI_EVIDENCE_POOLED_H

#include <stdbool.h>
#include <stddef.h>

/* Most regressors of interest. */
#define EV_POOLED ((size_t)2)

/* Rows of a pooled panel. */
typedef struct ev_rows {
    size_t n;
    size_t k;       // regressors, 1 or 2
    double *x;      // [n][k]
    double *y;      // [n]
    double *lag;    // [n] instrument for the last regressor, NaN where there is none; or NULL
    size_t *sector; // [n]
    size_t *year;   // [n]
    size_t sectors; // numbers go below these
    size_t years;
} ev_rows;

typedef struct ev_pooled {
    size_t n;
    size_t groups; // sectors that have rows
    double beta[EV_POOLED];
    double variance;                   // of the residuals, over n; NaN for instruments
    double cv1[EV_POOLED * EV_POOLED]; // cluster-robust, with the usual small-sample factor
    double cv3[EV_POOLED * EV_POOLED]; // cluster jackknife; NaN for instruments
} ev_pooled;

typedef enum ev_effects {
    EV_YEARS,             // year effects
    EV_YEARS_AND_SECTORS, // both
    EV_INSTRUMENT,        // year effects; the last regressor instrumented by its lag
} ev_effects;

void ev_rows_create(ev_rows *rows, size_t most, size_t k, size_t sectors, size_t years);
void ev_rows_free(ev_rows *rows);

/* False if the regressors have not full rank. */
bool ev_pooled_fit(ev_pooled *out, const ev_rows *rows, ev_effects effects);

#endif
