// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko paper: the numerical experiments of the theory, one after the other from nothing.
 *
 * An experiment fills in a paper_result: curves, and claims with the numbers that decide them. The
 * table paper_experiments lists all; each file of this folder has one family.
 */
#ifndef JKO_SRC_CLI_PAPER_PAPER_H
#define JKO_SRC_CLI_PAPER_PAPER_H

#include "cli.h"

#include <stdbool.h>
#include <stddef.h>

#define PAPER_CELLS ((size_t)200)

typedef struct paper_series {
    char *label;
    size_t n;
    double *x; // [n]
    double *y; // [n]
    bool points;
    bool dashed;
    size_t colour; // its number among the colours
} paper_series;

typedef struct paper_claim {
    char *text;
    char *number; // that decides it
    bool held;
    bool known; // that a number is the one known from elsewhere
} paper_claim;

#define PAPER_MOST_SERIES 8
#define PAPER_MOST_CLAIMS 24

typedef struct paper_result {
    paper_series series[PAPER_MOST_SERIES];
    size_t series_count;
    paper_claim claims[PAPER_MOST_CLAIMS];
    size_t claim_count;
    bool figure; // whether there is an SVG
} paper_result;

typedef struct paper_experiment {
    const char *id; // also the name of its files
    const char *title;
    const char *parameters; // in words
    const char *bears_on;   // what the figure is about
    const char *xlabel;
    const char *ylabel;
    const char *range; // gnuplot's words for axes, or ""
    int (*run)(paper_result *result);
} paper_experiment;

extern const paper_experiment paper_experiments[];
extern const size_t paper_experiment_count;

/* The experiments; exit code. */
int paper_density(paper_result *result);      // 1a
int paper_profit(paper_result *result);       // 1b
int paper_catching_up(paper_result *result);  // 2
int paper_distance(paper_result *result);     // 3
int paper_consumption(paper_result *result);  // 4
int paper_code_change(paper_result *result);  // 5
int paper_code_profit(paper_result *result);  // 6
int paper_production(paper_result *result);   // 7a
int paper_productivity(paper_result *result); // 7b
int paper_growth(paper_result *result);       // 8
int paper_efficiency(paper_result *result);   // 9
int paper_preferences(paper_result *result);
int paper_mobile_preferences(paper_result *result);
int paper_agglomeration(paper_result *result);
int paper_soft(paper_result *result);
int paper_hull(paper_result *result);

/* Add a copy of a curve; label as by printf. */
paper_series *paper_curve(paper_result *result, size_t n, const double *x, const double *y,
                          const char *format, ...) CLI_PRINTF(5, 6);

/* Add a claim: whether it held, the number as a text made here, and the words. */
void paper_say(paper_result *result, bool held, const char *text, const char *format, ...)
    CLI_PRINTF(4, 5);

/* The claim that a number agrees with a known one to a digit: within half of unit. */
void paper_match(paper_result *result, const char *what, double found, double known, int decimals);

void paper_clear(paper_result *result);

/* The files of an experiment into folder: ID.csv, and ID.svg where gnuplot is present. */
int paper_write(const paper_experiment *experiment, paper_result *result, const char *folder);

/* index.html for the experiments chosen [count], with their results. */
int paper_write_index(const paper_experiment *const *chosen, const paper_result *results,
                      size_t count, const char *folder);

#endif
