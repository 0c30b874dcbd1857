// SPDX-License-Identifier: BSD-3-Clause
/* All that jko panel finds, and what is written of it. */
#ifndef JKO_SRC_CLI_EVIDENCE_EVIDENCE_H
#define JKO_SRC_CLI_EVIDENCE_EVIDENCE_H

#include "figures.h"

#define EV_REPORT "report.html"
#define EV_RESULTS "evidence.json"
#define EV_FORMAT "jko-panel-1"
#define EV_MOST_TABLES ((size_t)20)
#define EV_MOST_FIGURES ((size_t)10)
#define EV_MOST_FINDINGS ((size_t)10)

/* Where a table or figure stands in the report. */
typedef enum ev_section {
    EV_SECTION_FORECAST,
    EV_SECTION_CONVERGENCE,
    EV_SECTION_DEADZONE,
    EV_SECTION_STRUCTURE,
    EV_SECTION_DISTANCE,
    EV_SECTION_DATA,
    EV_SECTION_NONE, // only a file
    EV_SECTIONS,
} ev_section;

typedef enum ev_tone { EV_NEUTRAL, EV_FOR, EV_AGAINST } ev_tone;

typedef struct ev_evidence {
    ev_map *map;
    ev_panel *panel;
    const char *panel_path;
    ev_progress progress;
    ev_table *table[EV_MOST_TABLES];
    ev_section table_section[EV_MOST_TABLES];
    size_t tables;
    ev_figure_file figure[EV_MOST_FIGURES];
    ev_section figure_section[EV_MOST_FIGURES];
    size_t figures;
    char *finding[EV_MOST_FINDINGS]; // the first lines of the report
    ev_tone tone[EV_MOST_FINDINGS];
    size_t findings;
    ev_forecast *forecast; // NULL without a distance
    ev_intervals train;
    ev_intervals test;
    ev_permutations permutations;
    double seconds;
} ev_evidence;

void ev_add_table(ev_evidence *evidence, ev_section section, ev_table *table);
void ev_add_figure(ev_evidence *evidence, ev_section section, ev_figure_file figure);
const ev_table *ev_get_table(const ev_evidence *evidence, const char *name);

/* Everything but files; exit code. compute.c */
int ev_compute(ev_evidence *evidence);
void ev_evidence_clear(ev_evidence *evidence);

/* What it comes to, in words: finding and tone. findings.c */
void ev_find(ev_evidence *evidence);

/* The certified step of each window as a run of its own that jko verify checks: NAME.ini, its
   files, and the folder NAME for train and test; names are added to a list of outputs. steps.c */
int ev_write_steps(ev_evidence *evidence, const char *folder, cli_text *outputs);

/* report.html; exit code. report.c */
int ev_write_report(const ev_evidence *evidence, const char *folder);

/* Everything, into folder: tables, figures, steps, report, results and record. record.c */
int ev_write(ev_evidence *evidence, const char *folder);

#endif
