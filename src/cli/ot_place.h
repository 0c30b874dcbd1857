// SPDX-License-Identifier: BSD-3-Clause
/* Where the masses of jko ot lie, and the solver that this calls for. */
#ifndef JKO_SRC_CLI_OT_PLACE_H
#define JKO_SRC_CLI_OT_PLACE_H

#include "ground.h"
#include "points_in.h"

#include <jko/jko.h>

/* Positions and how far apart they are, or a cost as it was given. ot_place_free() releases it. */
typedef struct ot_place {
    size_t m;
    size_t n;
    size_t dim;     // 0 with a cost as given
    double *x;      // [m][dim]
    double *y;      // [n][dim]
    double *period; // [dim] circumference of each axis, 0 for none
    double power;   // the cost is distance^power
    jko_cost *cost; // NULL until it is needed
} ot_place;

/* The m cells of a circle or line, from both sides; masses as ground_check_cells() wants them.
   Returns CLI_OK, or an exit code after a message, as all functions here. */
int ot_place_cells(ot_place *out, const ground *where, double power, masses *a, masses *b);

/* Points; period is the option's text: a number for all axes, or one for each with commas between
   them; or NULL. */
int ot_place_points(ot_place *out, const points *a, const points *b, const char *period,
                    double power);

/* A solver for the place: exact is the best exact method for it, whatever the settings' method,
   which may be JKO_OT_AUTO. */
jko_status ot_place_solver(jko_ot **out, ot_place *place, bool exact,
                           const jko_ot_settings *settings);

/* The debiased divergence there; a cost as given must be square and symmetric. */
jko_status ot_place_divergence(ot_place *place, const jko_ot_settings *settings, const double *a,
                               const double *b, jko_ot_divergence_report *report);

void ot_place_free(ot_place *place);

#endif
