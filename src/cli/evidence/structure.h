// SPDX-License-Identifier: BSD-3-Clause
/* R3: the structural equation, and the parameters of the theory that follow from it. */
#ifndef JKO_SRC_CLI_EVIDENCE_STRUCTURE_H
#define JKO_SRC_CLI_EVIDENCE_STRUCTURE_H

#include "data.h"
#include "pooled.h"
#include "table.h"

/* What follows from (rho1, rho2, beta). */
typedef enum ev_parameter {
    EV_S,
    EV_Q,
    EV_THETA,
    EV_ETA,
    EV_SIGMA,
    EV_PARAMETERS,
} ev_parameter;

typedef struct ev_derived {
    double value; // NaN where there is none
    double se;    // delta method
    double low;   // 95 %, delta method
    double high;
    double fieller_low; // 95 % set of Fieller (1954) where it is an interval, NaN where it is not
    double fieller_high;
    double denominator;
    bool sure; // the denominator's 95 % interval does not hold 0
} ev_derived;

typedef struct ev_structure {
    double beta;
    double df;
    double rho1;
    double rho2;
    double covariance[4];
    ev_derived derived[EV_PARAMETERS];
    char *verdict; // admissible or why not
    bool admissible;
} ev_structure;

/* Fill in derived and verdict from beta, df, rho1, rho2 and covariance; free the verdict. */
void ev_structure_derive(ev_structure *structure);

/* The rows log mass on log employees and log gross profit rate, those of sectors that stay. */
void ev_structure_rows(ev_rows *rows, const ev_panel *panel);

/* Regressions, and parameters that follow. */
ev_table *ev_structure_table(const ev_panel *panel, const ev_map *map);
ev_table *ev_parameters_table(const ev_panel *panel, const ev_map *map);

/* Which rho2 errors of capital would hide: capital is in log mu and in log pi. */
ev_table *ev_error_table(const ev_panel *panel);

/* Compensation over value added, pooled over the rows that stay; NaN without compensation. */
double ev_labour_share(const ev_panel *panel);

#endif
