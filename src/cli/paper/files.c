// SPDX-License-Identifier: BSD-3-Clause
/*
 * The files of an experiment: its curves as a table, and as a figure by gnuplot.
 *
 * A figure is 480 wide, so that its texts are readable on a phone; the legend lies above.
 */
#include "paper.h"

#include "figure.h"
#include "run.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

// Distinct also to those who see no red or no green (Okabe and Ito).
static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                      "#56b4e9", "#e69f00", "#000000", "#999999"};

static int write_table(const paper_experiment *experiment, const paper_result *result,
                       const char *folder)
{
    char *name = cli_format("%s.csv", experiment->id);
    char *path = run_path(folder, name);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    free(name);
    if (status >= 0) {
        (void)jko_writer_text(writer, "curve,x,y\n");
        for (size_t k = 0; k < result->series_count; k++) {
            const paper_series *s = &result->series[k];
            for (size_t i = 0; i < s->n; i++) {
                (void)jko_writer_cell(writer, true, s->label);
                (void)jko_writer_text(writer, ",");
                (void)jko_writer_number(writer, s->x[i]);
                (void)jko_writer_text(writer, ",");
                (void)jko_writer_number(writer, s->y[i]);
                (void)jko_writer_text(writer, "\n");
            }
        }
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static bool draw(const paper_experiment *experiment, const paper_result *result, const char *folder)
{
    cli_text text = {0};
    char *name = cli_format("%s.svg", experiment->id);
    char *path = run_path(folder, name);
    cli_text_add(&text, "set terminal svg noenhanced size 480,400 dynamic background \"white\" "
                        "font \"sans-serif,17\"\nset output ");
    cli_gnuplot_name(&text, path);
    cli_text_add(&text,
                 "\nset encoding utf8\nset key above samplen 1.5\nset grid linecolor \"#dddddd\"\n"
                 "set xlabel \"%s\"\nset ylabel \"%s\" offset 1,0\n%s\nplot ",
                 experiment->xlabel, experiment->ylabel,
                 result->series_count > 1 ? experiment->range : "unset key");
    for (size_t k = 0; k < result->series_count; k++) {
        const paper_series *s = &result->series[k];
        cli_text_add(&text, "%s'-' using 1:2 with %s linecolor \"%s\" title \"%s\"",
                     k > 0 ? ", " : "",
                     s->points   ? "points pointtype 7 pointsize 0.5"
                     : s->dashed ? "lines linewidth 2 dashtype 2"
                                 : "lines linewidth 2",
                     colours[s->colour % 8], s->label);
    }
    cli_text_add(&text, "\n");
    for (size_t k = 0; k < result->series_count; k++) {
        const paper_series *s = &result->series[k];
        for (size_t i = 0; i < s->n; i++) {
            cli_text_add(&text, "%.9g %.9g\n", s->x[i], s->y[i]);
        }
        cli_text_add(&text, "e\n");
    }
    char *script = cli_text_take(&text);
    const bool made = cli_gnuplot(script);
    if (!made) {
        (void)remove(path); // half a figure is no figure
    }
    free(script);
    free(path);
    free(name);
    return made;
}

int paper_write(const paper_experiment *experiment, paper_result *result, const char *folder)
{
    const int code = write_table(experiment, result, folder);
    result->figure = code == CLI_OK && draw(experiment, result, folder);
    return code;
}
