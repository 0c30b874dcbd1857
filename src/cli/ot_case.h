// SPDX-License-Identifier: BSD-3-Clause
/* Transport cases: small problems in JSON, with the right answers. */
#ifndef JKO_SRC_CLI_OT_CASE_H
#define JKO_SRC_CLI_OT_CASE_H

#include "case_file.h"

#include <jko/jko.h>

/* What is asked for; a case of kind "invalid" is entropic if it has eps, else exact. */
typedef enum ot_case_kind {
    OT_CASE_EXACT,
    OT_CASE_INTERVAL,
    OT_CASE_CIRCLE,
    OT_CASE_ENTROPIC,
    OT_CASE_DIVERGENCE,
    OT_CASE_KINDS
} ot_case_kind;

typedef enum ot_case_cost {
    OT_CASE_MATRIX,
    OT_CASE_SQUARED,
    OT_CASE_ABS,
    OT_CASE_CIRCLE_SQUARED,
    OT_CASE_COSTS
} ot_case_cost;

/* One of the two measures. */
typedef struct ot_case_side {
    size_t n;
    double *mass; // [n]
    double *x;    // [n][dim], or NULL with a matrix
} ot_case_side;

/* A case as read and checked as far as the library does not check it. */
typedef struct ot_case {
    case_file file;
    ot_case_kind kind;
    ot_case_cost cost;
    ot_case_side a;
    ot_case_side b;
    size_t dim;     // of positions; 0 with a matrix
    double *matrix; // [a.n][b.n], or NULL
    double scale;   // factor on every cost
    double period;  // 0: none
    double epsilon; // 0: none
    size_t rotations;
    double *rotation; // [rotations] shifts that must not change the answer, or NULL
} ot_case;

/* Read a case. Refused input is a negative status after a message that names file and key; what
   was loaded is kept even then. ot_case_free() in any event. */
jko_status ot_case_read(ot_case *out, const char *path);
void ot_case_free(ot_case *c);

/* The positions of a side, all moved by shift; [n][dim], to be released by free(). */
double *ot_case_moved(const ot_case *c, const ot_case_side *side, double shift);

/* The cost from side to side (each &c->a or &c->b), all positions moved by shift. */
jko_status ot_case_create_cost(jko_cost **out, const ot_case *c, const ot_case_side *from,
                               const ot_case_side *to, double shift);

/* Solve a case, all positions moved by shift, and add every result that its kind has, without the
   status, which is returned; negative after a message. */
jko_status ot_case_run(const ot_case *c, double shift, json_t *results);

/* The whole of jko ot --case; returns the exit code. */
int ot_case_main(const char *path);

#endif
