// SPDX-License-Identifier: BSD-3-Clause
/*
 * figure.svg by gnuplot, where it is present: the densities at the saved times, or for a panel the
 * predicted against the observed change of share. The script goes through a pipe, no shell.
 */
#define _POSIX_C_SOURCE 200809L // posix_spawnp, pipe, fdopen

#include "figure.h"
#include "run.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// A file name in single quotes for gnuplot, in which nothing but a quote has a meaning: in double
// quotes it would run what stands between backquotes.
void cli_gnuplot_name(cli_text *text, const char *name)
{
    cli_text_add(text, "'");
    for (; *name != '\0'; name++) {
        if (*name == '\'') {
            cli_text_add(text, "''");
        } else {
            cli_text_add(text, "%c", *name);
        }
    }
    cli_text_add(text, "'");
}

// A label among data: in double quotes, without what would end it.
static void add_label(cli_text *text, const char *label)
{
    cli_text_add(text, "\"");
    for (; *label != '\0'; label++) {
        const bool ends = *label == '"' || *label == '\\' || (unsigned char)*label < 0x20;
        cli_text_add(text, "%c", ends ? ' ' : *label);
    }
    cli_text_add(text, "\"");
}

static void add_curves(cli_text *text, const cli_run *run)
{
    const cli_scenario *scenario = run->scenario;
    const bool grid = scenario->kind != SCENARIO_COST;
    const double unit = grid ? scenario->cell : 1.0;
    cli_text_add(text,
                 "set xlabel \"%s\"\nset ylabel \"%s of firms\"\n"
                 "set key outside right top\nplot ",
                 grid ? "sector x" : "number of the sector", grid ? "density" : "mass");
    bool first = true;
    for (size_t k = 0; k <= run->steps; k++) {
        if (run_saves(run, k)) {
            cli_text_add(text, "%s'-' using 1:2 with lines linewidth 2 title \"%s = %g\"",
                         first ? "" : ", ", scenario->single ? "tau" : "t",
                         k > 0 ? run->time[k - 1] : 0.0);
            first = false;
        }
    }
    cli_text_add(text, "\n");
    for (size_t k = 0; k <= run->steps; k++) {
        if (run_saves(run, k)) {
            for (size_t i = 0; i < scenario->n; i++) {
                cli_text_add(text, "%.9g %.9g\n", grid ? (double)i * scenario->cell : (double)i,
                             run_mass(run, k)[i] / unit);
            }
            cli_text_add(text, "e\n");
        }
    }
}

static void add_changes(cli_text *text, const cli_run *run)
{
    const cli_scenario *scenario = run->scenario;
    const size_t k = run->fit > 0 ? run->fit : run->steps;
    const double *start = run_mass(run, 0);
    cli_text_add(text,
                 "set title \"Change of capital share by sector, one step of tau = %.4g\"\n"
                 "set xlabel \"observed change (percentage points)\"\n"
                 "set ylabel \"predicted change (percentage points)\"\n"
                 "set xzeroaxis\nset yzeroaxis\nunset key\n"
                 "plot '-' using 1:2 with points pointtype 7 pointsize 0.6, "
                 "'-' using 1:2:3 with labels left offset 0.6,0 font \",9\"\n",
                 run->tau[k - 1]);
    for (int labels = 0; labels < 2; labels++) {
        for (size_t i = 0; i < scenario->n; i++) {
            const double seen = 100.0 * (scenario->panel->observed[i] - start[i]);
            const double said = 100.0 * (run_mass(run, k)[i] - start[i]);
            if (labels == 0) {
                cli_text_add(text, "%.9g %.9g\n", seen, said);
            } else if (fabs(seen) > 0.4 || fabs(said) > 0.8) {
                cli_text_add(text, "%.9g %.9g ", seen, said);
                add_label(text, scenario->names[i]);
                cli_text_add(text, "\n");
            }
        }
        cli_text_add(text, "e\n");
    }
}

// Run gnuplot with the script on its standard input; whether it ended well.
bool cli_gnuplot(const char *script)
{
    int ends[2];
    pid_t child = 0;
    int status = 0;
    char *const arguments[] = {"gnuplot", "-", NULL};
    posix_spawn_file_actions_t actions;
    if (pipe(ends) != 0) {
        return false;
    }
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    (void)posix_spawn_file_actions_addclose(&actions, ends[0]);
    (void)posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const bool started =
        posix_spawnp(&child, arguments[0], &actions, NULL, arguments, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(ends[0]);
    FILE *pipe_in = fdopen(ends[1], "w");
    if (pipe_in == NULL) {
        (void)close(ends[1]);
    } else {
        if (started) {
            (void)fputs(script, pipe_in);
        }
        (void)fclose(pipe_in);
    }
    if (!started) {
        return false;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int run_write_figure(const cli_run *run, const char *folder, bool *made)
{
    cli_text text = {0};
    char *path = run_path(folder, RUN_FIGURE);
    *made = false;
    if (run->steps > 0) {
        cli_text_add(&text, "set terminal svg noenhanced size 800,500 dynamic background \"white\" "
                            "font \"sans-serif,13\"\nset output ");
        cli_gnuplot_name(&text, path);
        cli_text_add(&text, "\nset encoding utf8\n");
        if (run->scenario->panel != NULL) {
            add_changes(&text, run);
        } else {
            add_curves(&text, run);
        }
        char *script = cli_text_take(&text);
        *made = cli_gnuplot(script);
        free(script);
        if (!*made) {
            (void)remove(path); // half a figure is no figure
        }
    }
    free(path);
    return CLI_OK;
}
