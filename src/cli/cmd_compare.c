// SPDX-License-Identifier: BSD-3-Clause
/*
 * jko compare RUN RUN: how far two runs of the same problem are from each other, over the times
 * that both have saved.
 *
 *     l1   mean of |difference of densities|; sum of |difference of masses| for a list of sectors
 *     l2   square root of the mean of its square; of the sum for a list of sectors
 *     w2   distance of the two densities (jko/density.h), or of the masses over the ground cost
 *     x    aggregate consumption of the second less that of the first
 *
 * Runs on grids of different cells can be compared where one number of cells divides the other: the
 * finer density is then averaged over the cells of the coarser one, for l1 and l2.
 */
#include "compare.h"
#include "figure.h"
#include "options.h"
#include "outdir.h"
#include "run.h"
#include "run_json.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE "compare.csv"
#define FORMAT "jko-run-compare-1"

typedef struct compare_options {
    const char *run[2];
    const char *folder; // or NULL
} compare_options;

static void help(void)
{
    printf("usage: jko compare RUN RUN [-o DIR]\n\n"
           "Compare two folders written by jko flow or jko pde at the times that both have saved:\n"
           "mean absolute (l1) and root mean square (l2) difference of the densities, their W2\n"
           "distance, and the difference in aggregate consumption X. Grids may differ where one\n"
           "number of cells divides the other.\n\n"
           "  -o, --output DIR   also write " TABLE ", " RUN_FIGURE " (with gnuplot) and " RUN_SUMS
           "\n"
           "      --help         this text\n\n"
           "Exit codes: 0 compared, 1 failed, 2 wrong usage or runs that cannot be compared.\n");
}

// CLI_OK to go on; -1 when help was printed.
static int parse(int argc, char **argv, compare_options *options)
{
    static const struct option known[] = {{"output", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    const cli_syntax syntax = {":o:h", known, help, NULL, NULL};
    cli_given given = {0};
    const int code = cli_parse(argc, argv, &syntax, &given);
    if (code != CLI_OK) {
        return code;
    }
    options->folder = given.folder;
    if (optind + 2 != argc) {
        return cli_fail(CLI_INVALID, "exactly two folders are needed; jko compare --help");
    }
    options->run[0] = argv[optind];
    options->run[1] = argv[optind + 1];
    return CLI_OK;
}

static void print_table(const compare_row *rows, size_t count)
{
    printf("%10s %12s %12s %12s %16s %16s %12s\n", "t", "l1", "l2", "w2", "X of the first",
           "X of the second", "difference");
    for (size_t k = 0; k < count; k++) {
        const compare_row *r = &rows[k];
        printf("%10.6g %12.5e %12.5e %12.5e %16.12f %16.12f %12.4e\n", r->t, r->l1, r->l2, r->w2,
               r->x[0], r->x[1], r->x[1] - r->x[0]);
    }
}

static int write_table(const compare_row *rows, size_t count, const char *folder)
{
    char *path = run_path(folder, TABLE);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    if (status >= 0) {
        (void)jko_writer_text(writer, "t,l1,l2,w2,x_first,x_second,x_difference\n");
        for (size_t k = 0; k < count; k++) {
            const compare_row *r = &rows[k];
            const double numbers[] = {r->l1, r->l2, r->w2, r->x[0], r->x[1], r->x[1] - r->x[0]};
            (void)jko_writer_number(writer, r->t);
            for (size_t c = 0; c < sizeof numbers / sizeof numbers[0]; c++) {
                (void)jko_writer_text(writer, ",");
                (void)jko_writer_number(writer, numbers[c]);
            }
            (void)jko_writer_text(writer, "\n");
        }
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

// The differences over time, on a logarithmic scale; zeros are left out.
static bool draw(const compare_row *rows, size_t count, const char *folder)
{
    static const char *const names[] = {"mean |difference|", "root mean square", "W2 distance",
                                        "|difference in X|"};
    cli_text text = {0};
    char *path = run_path(folder, RUN_FIGURE);
    cli_text_add(&text, "set terminal svg noenhanced size 800,500 dynamic background \"white\" "
                        "font \"sans-serif,13\"\nset output ");
    cli_gnuplot_name(&text, path);
    cli_text_add(&text, "\nset encoding utf8\nset logscale y\nset format y \"%%.0e\"\n"
                        "set xlabel \"time t\"\nset ylabel \"difference of the two runs\"\n"
                        "set key outside right top\nplot ");
    for (int c = 0; c < 4; c++) {
        cli_text_add(&text, "%s'-' using 1:2 with linespoints linewidth 2 title \"%s\"",
                     c > 0 ? ", " : "", names[c]);
    }
    cli_text_add(&text, "\n");
    for (int c = 0; c < 4; c++) {
        for (size_t k = 0; k < count; k++) {
            const compare_row *r = &rows[k];
            const double value[] = {r->l1, r->l2, r->w2, fabs(r->x[1] - r->x[0])};
            if (value[c] > 0.0) {
                cli_text_add(&text, "%.9g %.9g\n", r->t, value[c]);
            } else {
                cli_text_add(&text, "%.9g NaN\n", r->t);
            }
        }
        cli_text_add(&text, "e\n");
    }
    char *script = cli_text_take(&text);
    const bool made = cli_gnuplot(script);
    free(script);
    if (!made) {
        (void)remove(path); // half a figure is no figure
    }
    free(path);
    return made;
}

static int write_folder(const compare_row *rows, size_t count, const char *target)
{
    char message[512] = "";
    cli_outdir *outdir = NULL;
    run_catch_signals(); // from here on a signal may not leave half a folder
    int code = cli_outdir_create(&outdir, target, message, sizeof message);
    if (code != CLI_OK) {
        return cli_fail(code, "%s", message);
    }
    const char *outputs[4] = {TABLE, RUN_JSON, NULL, NULL};
    code = write_table(rows, count, cli_outdir_path(outdir));
    if (code == CLI_OK && draw(rows, count, cli_outdir_path(outdir))) {
        outputs[2] = RUN_FIGURE;
    }
    code = code != CLI_OK ? code : run_json_names(FORMAT, cli_outdir_path(outdir), outputs);
    code = code != CLI_OK ? code : run_write_sums(cli_outdir_path(outdir), outputs);
    if (code == CLI_OK) {
        code = cli_outdir_commit(outdir, message, sizeof message);
        code = code != CLI_OK ? cli_fail(code, "%s", message) : CLI_OK;
    }
    cli_outdir_free(outdir);
    return code;
}

int cli_compare(int argc, char **argv)
{
    compare_options options = {0};
    compare_run runs[2] = {0};
    compare_row *rows = NULL;
    size_t count = 0;
    int code = parse(argc, argv, &options);
    if (code != CLI_OK) {
        return code == -1 ? CLI_OK : code;
    }
    for (int k = 0; k < 2 && code == CLI_OK; k++) {
        code = compare_read(&runs[k], options.run[k]);
    }
    code = code != CLI_OK ? code : compare_runs(&runs[0], &runs[1], &rows, &count);
    if (code == CLI_OK && options.folder != NULL) {
        code = write_folder(rows, count, options.folder);
    }
    if (code == CLI_OK) {
        print_table(rows, count);
    }
    free(rows);
    compare_clear(&runs[0]);
    compare_clear(&runs[1]);
    return code;
}
