// SPDX-License-Identifier: BSD-3-Clause
/* Case files: small JKO steps and energies in JSON, with the right answers. */
#ifndef JKO_SRC_CLI_CASE_H
#define JKO_SRC_CLI_CASE_H

#include "case_file.h"

#include <jko/jko.h>
#include <stdbool.h>

/* What is asked for; a case of kind "invalid" names it under "step". */
typedef enum case_kind {
    CASE_ATOMS,
    CASE_LOCKED,
    CASE_LOCAL,
    CASE_ENTROPIC,
    CASE_DEBIASED,
    CASE_CIRCLE,
    CASE_LINE,
    CASE_ENERGY,
    CASE_KINDS
} case_kind;

/* A case as read and checked as far as the library does not check it. */
typedef struct step_case {
    case_file file;
    case_kind kind;
    size_t n;         // cells
    double h;         // width of a cell
    double beta;      // labour exponent
    double s;         // exponent of the energy, unless there is an economy
    double *weights;  // [n], likewise
    double *mass;     // [n], from densities where the kind has these
    double tau;       // time step
    double epsilon;   // weight of the entropy, in units of the objective
    double *x;        // [n] positions, or NULL
    double period;    // 0: none
    double *matrix;   // [n][n] costs, or NULL
    double *phi;      // [n], or NULL
    bool has_economy; // then economy is set, and its arrays are the next three
    double *technology;
    double *labour;
    double *preferences;
    jko_economy_parameters economy;
    jko_reallocation reallocation;
    double reallocation_cost;
} step_case;

/* Read a case. Refused input is a negative status after a message that names file and key; what
   was loaded is kept even then. case_free() in any event. */
jko_status case_read(step_case *out, const char *path);
void case_free(step_case *c);

/* Solve a case and add every result that its kind has, without the status, which is returned;
   negative after a message. */
jko_status case_run(step_case *c, json_t *result);

/* The results of kind "energy", likewise. */
jko_status case_run_energy(const step_case *c, const jko_economy *economy, json_t *result);

/* The whole of jko step --case; returns the exit code. */
int case_main(const char *path);

#endif
