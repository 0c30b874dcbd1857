// SPDX-License-Identifier: BSD-3-Clause
/* A scenario: everything a run needs, read from an INI file and the files it names. */
#ifndef JKO_SRC_CLI_SCENARIO_H
#define JKO_SRC_CLI_SCENARIO_H

#include "panel.h"

#include <jko/jko.h>

typedef enum scenario_kind {
    SCENARIO_CIRCLE,
    SCENARIO_LINE,
    SCENARIO_COST,
} scenario_kind;

typedef struct scenario_input {
    char *name; // as written in the scenario file
    char sha256[65];
} scenario_input;

/* What moving costs in the equation of `jko pde`; docs/theory.md has the laws of motion. */
typedef enum scenario_law {
    SCENARIO_LAW_NONE,
    SCENARIO_LAW_SOFT,
    SCENARIO_LAW_HULL,
    SCENARIO_LAW_HARD,
    SCENARIO_LAW_CODE, // the rule of the published code, which does not keep mass
} scenario_law;

/* How `jko pde` is to solve the equation. */
typedef struct scenario_pde {
    bool central; // central differences, as in the published code, in place of finite volumes
    scenario_law law;
    double threshold;  // below which nothing moves: on c |dg/dx|; for code on |d profit/dx|
    double half_width; // code: of the kernel
    double ramp;       // share of the threshold over which laws that jump are made steep instead
    double rtol;
    double atol;
} scenario_pde;

typedef struct cli_scenario {
    char *path;   // of the INI file
    char *folder; // that its file names are relative to, "" or ending in '/'
    // [grid]
    scenario_kind kind;
    size_t n;
    double length; // of circle or line
    double cell;   // h: length / n on grids, 1 / n for a list of sectors
    double *cost;  // [n][n] squared distances, or NULL on grids
    char **names;  // [n] sectors, or NULL
    // [economy]
    jko_economy_parameters parameters; // its arrays are the ones below
    double *technology;                // [n] or NULL, likewise the next three
    double *labour;
    double *preferences;
    double *weights;
    double rho1; // NaN when eta and sigma are given
    double rho2;
    jko_energy_scaling scaling;
    // [initial]
    double *mass; // [n]
    // [flow]
    jko_flow_settings flow;
    bool follows;                 // steps chosen by the library, not by a list: see advance, ends
    jko_advance_settings advance; // path only
    double *ends;                 // [end_count] times that steps must end at, ascending; path only
    bool *kept;                   // [end_count] whether the state is a column of the trajectory
    size_t end_count;
    bool single;      // one step from the initial state for each tau, in place of a flow
    bool fit;         // single: also the tau whose W2 moved equals the observed one
    size_t taus;      // single: number of tau; flow: number of steps
    double *tau;      // [taus]
    double *time;     // [taus] time reached; flow only
    bool *saved;      // [taus] whether the state is a column of the trajectory
    bool save_start;  // whether the initial state is
    scenario_pde pde; // [pde], read by scenario_load_pde() only
    // [panel]
    cli_panel *panel; // or NULL
    // for the record
    scenario_input *inputs;
    size_t input_count;
    char *options; // every key in force as "section.key = value" lines
} cli_scenario;

/*
 * Read a scenario. overrides: count texts "section.key=value" that take the place of the file's.
 * Returns CLI_OK, or another exit code after a message that names file, line, key, value and what
 * to do.
 */
int scenario_load(cli_scenario **out, const char *path, size_t count, const char *const *overrides);

/* The same for `jko pde`: of [flow] only until, save and the reallocation count; the times to save,
   and until, are scenario->time. */
int scenario_load_pde(cli_scenario **out, const char *path, size_t count,
                      const char *const *overrides);

void scenario_free(cli_scenario *scenario);

/* Whether its steps are between densities on a circle or line, not between atoms. */
bool scenario_between_densities(const cli_scenario *scenario);

/* The library's objects of a scenario; free them in reverse order. Exit code as above. */
int scenario_objects(const cli_scenario *scenario, jko_cost **cost, jko_economy **economy,
                     jko_energy *energy);

/* Its circle or line, to be freed; a status of the library. */
jko_status scenario_grid(const cli_scenario *scenario, jko_grid **grid);

/* A flow of the scenario's method over these objects, which must outlive it. */
int scenario_flow(const cli_scenario *scenario, const jko_cost *cost, const jko_energy *energy,
                  const jko_flow_settings *settings, jko_flow **flow);

/* A certificate of steps between densities, or NULL where they have none: lists of sectors, costs
   of reallocation, energies that are not strictly convex. Exit code. */
int scenario_certificate(const cli_scenario *scenario, jko_convexity convexity,
                         const jko_energy *energy, jko_certificate **certificate);

#endif
