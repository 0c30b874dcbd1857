// SPDX-License-Identifier: BSD-3-Clause
/* A run of a scenario: its states, reports and what is written of them. */
#ifndef JKO_SRC_CLI_RUN_H
#define JKO_SRC_CLI_RUN_H

#include "scenario.h"
#include "text.h"

/* The names of the files of a run, written and checked by name. */
#define RUN_TRAJECTORY "trajectory.csv"
#define RUN_STEPS "steps.csv"
#define RUN_STATES "states.npy"
#define RUN_COST "cost.npy"
#define RUN_FORECAST "forecast.csv"
#define RUN_LOG "log.txt"
#define RUN_FIGURE "figure.svg"
#define RUN_JSON "run.json"
#define RUN_SUMS "SHA256SUMS"
#define RUN_INNER "inner.csv"
#define RUN_INNER_STATES "inner.npy"
#define RUN_STEPS_COLUMNS ((size_t)18)
#define RUN_INNER_COLUMNS ((size_t)9)
#define RUN_PATH_COLUMNS ((size_t)20) // of a path
#define RUN_FORECAST_COLUMNS ((size_t)13)
#define RUN_FORMAT "jko-run-1"

/* A row of the comparison with the observed distribution. */
typedef struct forecast_row {
    const char *label;   // "step", "fit", "no change" or "sign of profit gap"
    size_t step;         // 1.. for steps, 0 otherwise
    size_t movers;       // sectors whose mass changes
    size_t agree_movers; // of them, those whose change has the observed sign
    size_t agree_all;    // sectors, still ones included, whose change has the observed sign
    double rank;         // Spearman's correlation of predicted and observed change; NaN: none
    double w2_moved;     // W2 from the initial to the predicted distribution; NaN: none
    double w2_observed;  // W2 from the predicted to the observed distribution; NaN: none
    double l1_observed;  // L1 distance of the same two; NaN: none
} forecast_row;

/* A minimisation inside a step of a path; its arrays are rows of cli_run.inner_states. */
typedef struct run_inner {
    size_t step;        // from 1
    int index;          // in its step
    double tau;         // its own
    double coefficient; // of its answer in the state reached
    double energy;      // E of the answer
    double step_cost;
    double gap;
    int64_t iterations;
    jko_status status;
} run_inner;

/* What a step of a path has beside its report. */
typedef struct run_stage {
    int order;    // of accuracy
    double error; // its estimate; NaN: none
} run_stage;

typedef struct cli_run {
    const cli_scenario *scenario;
    jko_cost *cost;
    jko_economy *economy;
    jko_economy_summary summary;
    jko_energy energy;
    size_t steps;         // taken
    double *tau;          // [steps]
    double *time;         // [steps] time reached
    bool *saved;          // [steps] whether a state is a column of the trajectory; path only
    run_stage *stages;    // [steps]; path only
    run_inner *inner;     // [inner_count]; path only
    double *inner_states; // [inner_count][3][n]: start, mobility, answer
    size_t inner_count;
    double *states;           // [steps + 1][2][n]: masses, potential; row 0 is the start
    jko_step_report *reports; // [steps]
    double *density_gap;      // [steps] excess over the exact step between densities; NaN: none
    size_t fit;               // step of the fit, from 1; 0: none
    bool cancelled;
    double seconds;
    forecast_row *forecast; // [forecast_rows], with a panel
    size_t forecast_rows;
    double observed_w2; // W2 from the initial to the observed distribution, with a panel
    int verbosity;      // 1: a table of steps on standard error
} cli_run;

/* Masses after step k, 0 for the start; the potential of step k. [n] */
const double *run_mass(const cli_run *run, size_t k);
const double *run_potential(const cli_run *run, size_t k);

/* The state that step k (from 1) started from. */
const double *run_start(const cli_run *run, size_t k);

/* From now on SIGINT and SIGTERM end the run after the present iteration; the files of the steps
   taken so far are then written. A SIGINT that is ignored stays so. */
void run_catch_signals(void);

/* Whether one of these signals has come. */
bool run_interrupted(void);

/* Whether the state after step k, 0 for the start, is a column of the trajectory. */
bool run_saves(const cli_run *run, size_t k);

/* Take the steps of the scenario; exit code. threads: 0 for OpenMP's own. */
int run_steps(cli_run *run, int threads);
void run_clear(cli_run *run);

/* Follow a path; needs run->states to begin with the start. run_path.c */
int run_follow(cli_run *run, jko_flow *flow, bool terminal);

/* Compare the states with the observed distribution of the panel. forecast.c */
int run_compare(cli_run *run);
/* W2 between two distributions over the ground cost, proved. */
int run_w2(const jko_cost *cost, const double *a, const double *b, double *w2);

/* Smallest and largest profit rate at masses m. */
void run_profit_range(const cli_run *run, const double *mass, double *least, double *largest);

/* Largest gap over the steps; and over the energy that its step released. */
void run_largest_gap(const cli_run *run, double *gap, double *share);

/* Whether every step is converged, locked or local. */
bool run_proved(const cli_run *run);

/* Every file of the run, into folder; *said is set to the findings. Exit code. cmd_flow.c */
int run_write_all(cli_run *run, const char *folder, char **said);

/* What to change, where the choice of method, tau or blur cannot follow the flow. run_outlook.c */
void run_add_outlook(cli_text *text, const cli_run *run);

/* The files, into folder; exit code. run_files.c, run_json.c, run_log.c, figure.c */
int run_write_trajectory(const cli_run *run, const char *folder);
int run_write_steps(const cli_run *run, const char *folder);
int run_write_states(const cli_run *run, const char *folder);
int run_write_inner(const cli_run *run, const char *folder); // run_path.c
int run_write_forecast(const cli_run *run, const char *folder);
int run_write_log(const cli_run *run, const char *folder, char **text);
int run_write_figure(const cli_run *run, const char *folder, bool *made);
int run_write_json(const cli_run *run, const char *folder, const char *const *outputs);
int run_write_sums(const char *folder, const char *const *outputs);

/* folder/name; free it. */
char *run_path(const char *folder, const char *name);

/* The content of RUN_SUMS for the files of a folder, in the order given; NULL after a message. */
char *run_sums(const char *folder, const char *const *names);

/* One line: whether the energy is convex, and whether its flow raises aggregate consumption. Free
   it. run_log.c */
char *run_class_text(const cli_run *run);

/* Whether the program prints for a person: a table on standard error. */
void run_print_header(const cli_run *run);
void run_print_step(const cli_run *run, size_t k);

#endif
