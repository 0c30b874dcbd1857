// SPDX-License-Identifier: BSD-3-Clause
/* jko rest: flows from random starts until they rest, and the catalogue of where they end. */
#ifndef JKO_SRC_CLI_REST_H
#define JKO_SRC_CLI_REST_H

#include "run.h"

#include <stdint.h>

#define REST_STARTS "starts.csv"
#define REST_CATALOGUE "catalogue.csv"
#define REST_STATES "states.csv"
#define REST_FORMAT "jko-run-rest-1"

/* Where one start ended. */
typedef struct rest_start {
    size_t state; // index into the catalogue
    size_t steps; // until it rested
    double energy_start;
    double energy_end;
    double least_fall; // smallest fall of the energy in a step before the rest; NaN: none
} rest_start;

/* An end state. */
typedef struct rest_state {
    size_t count;       // starts that ended here
    double *mass;       // [n]; cells of less than REST_EMPTY of the total are emptied
    double emptied;     // what these cells held, as a share of the total, at most
    double energy;      // of mass
    double consumption; // NaN if the scenario has none
    size_t filled;      // cells that hold mass
    size_t largest;     // cell that holds most
    double rise;        // smallest rise of the energy, per unit of mass moved, of the exchanges
    bool minimum;       // whether all exchanges raise the energy
} rest_state;

#define REST_EMPTY 1e-9   // share of the total below which a cell counts as empty
#define REST_SAME 1e-6    // share of the total by which equal states may differ
#define REST_CHANGE 1e-9  // share of the total that a step at rest moves at most, net
#define REST_MOVED 1e-6   // and that which a step moves whose energy must fall beyond rounding
#define REST_EXCHANGES 24 // sizes of exchanges: half of a cell's mass, and half of that, ...

typedef struct cli_rest {
    cli_run run; // without steps: the scenario and its objects
    uint64_t seed;
    double total;      // mass of each start
    size_t starts;     // done
    rest_start *start; // [starts]
    size_t states;     // found
    rest_state *state; // [states], most frequent first
} cli_rest;

/* Run the starts; exit code. An energy that rises, a start that does not rest within the scenario's
   steps, and a step that is not proved are failures, with a message. rest.c */
int rest_run(cli_rest *rest, size_t starts, int threads);
void rest_clear(cli_rest *rest);

/* What to add where starts do not gather: a longer step, if s is near 1; else "". */
const char *rest_hint(const cli_rest *rest);

/* How many end states are confirmed as local minima. */
size_t rest_confirmed(const cli_rest *rest);

/* The files, into folder; exit code. *said: the catalogue as a table. rest_files.c */
int rest_write(const cli_rest *rest, const char *folder, char **said);

#endif
