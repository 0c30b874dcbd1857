// SPDX-License-Identifier: BSD-3-Clause
/* What the parts of jko verify share. Each check returns CLI_OK, or CLI_FAILED after a message that
   names the first fault: step or file and line, what is stated and what is found. */
#ifndef JKO_SRC_CLI_VERIFY_H
#define JKO_SRC_CLI_VERIFY_H

#include "claim.h"

typedef struct verify_state {
    cli_run_files files;
    double largest_gap;
    double largest_share; // of the energy released
    size_t open;          // steps that the run itself says are not proved
    size_t blurred;       // bounds that masses on file, rounded, cannot tell
    size_t glpk_done;     // steps that GLPK recomputed
} verify_state;

/* Rounding of 17 digits and of two ways to sum. */
#define VERIFY_SAME 1e-9
#define VERIFY_SAME_MASS 1e-12

/* Whether two numbers are the same, NaN and infinities included, relative to the larger of found
   and scale. */
bool verify_same(double stated, double found, double scale);

/* run.json against itself and against steps.csv. verify_record.c */
int verify_record(const verify_state *verifier);

/* What the options alone determine. verify_inputs.c */
int verify_inputs(const verify_state *verifier);

/* The certificates, and every column of steps.csv. verify_steps.c */
int verify_steps(verify_state *verifier);

/* Parts of it: a column of steps.csv that must hold a number, to within VERIFY_SAME of scale; step,
   t, tau, epsilon; mass; energy, consumption, profit rates; the potential found. verify_steps.c */
int verify_column(const verify_state *verifier, size_t k, const char *name, double found,
                  double scale);
int verify_plain(const verify_state *verifier, size_t k);
int verify_mass(const verify_state *verifier, size_t k);
int verify_reached(const verify_state *verifier, size_t k);
int verify_potential(const verify_state *verifier, size_t k, const cli_finding *found);
/* Whether a bound between densities that is stated fits the best one found anew: it may be larger, as
   the library's search ends early, up to what a proved one was allowed (0: not proved), but not
   smaller; masses on file may be too coarse to tell, blurred counts those. verify_steps.c */
bool verify_bound(verify_state *verifier, double stated, double allowed, const cli_finding *found);
/* What to add where a gap is not allowed: whether rounding may be the reason. */
const char *verify_blur(const cli_finding *found, double allowed);
/* Note the gap of a step, the largest of all of them. */
void verify_largest(verify_state *verifier, const cli_finding *found);
/* To within what an energy can be compared. */
double verify_energy_scale(const cli_claim *claim, double energy);

/* The steps of a path. verify_path.c */
int verify_path(verify_state *verifier);

/* How much more than the least the plan of an exact step may cost: its gap. verify_steps.c */
double verify_excess(const verify_state *verifier, size_t k);

/* GLPK's transport cost of at most ten steps, where it is there and n permits. verify_steps.c */
int verify_by_glpk(verify_state *verifier);
bool verify_glpk_takes(const verify_state *verifier);

/* OT between two states over the cost of a step of tau, or over the ground cost for tau = 0;
   k is the step of messages. verify_steps.c */
int verify_transport(const verify_state *verifier, size_t k, double tau, const double *before,
                     const double *after, jko_ot_method method, jko_ot_report *report);

/* trajectory.csv and forecast.csv against the arrays. verify_tables.c, verify_forecast.c */
int verify_trajectory(const verify_state *verifier);
int verify_forecast(const verify_state *verifier);

/* The record of a folder of jko panel, NULL if it is none; and its checksums and steps' names.
   verify_panel.c */
json_t *verify_panel_load(const char *folder);
int verify_panel_sums(const char *folder, const json_t *record);

/* Whether a folder is one of jko pde, rest, compare or paper; if so, *code is what its checksums say,
   and what else can be checked is printed. verify_other.c */
bool verify_other(const char *folder, int *code);

/* The times of a saved column and of the key flow.save, as texts with blanks between them. Number
   of numbers; values is the caller's to free. verify_record.c */
size_t verify_list(const char *text, double **values);

#endif
