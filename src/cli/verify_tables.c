// SPDX-License-Identifier: BSD-3-Clause
/*
 * trajectory.csv against states.npy and run.json: its columns are the times to save, its cells the
 * states to the bit.
 */
#include "verify.h"

#include "run.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SAME_TIME 1e-9 // relative to tau

// The step whose state a column "t=..." holds: 0 for the start; JKO_CSV_NONE if none is.
static size_t step_of(const cli_run_files *files, const char *heading)
{
    for (size_t k = 0; k <= files->count; k++) {
        char text[64];
        (void)snprintf(text, sizeof text, "t=%.15g", k > 0 ? files->time[k - 1] : 0.0);
        if (strcmp(text, heading) == 0) {
            return k;
        }
    }
    return JKO_CSV_NONE;
}

// The times that have a column; the caller's to free.
static size_t saved_times(const cli_run_files *files, double **times)
{
    const json_t *options = json_object_get(files->json, "options");
    const char *save = json_string_value(json_object_get(options, "flow.save"));
    const char *until = json_string_value(json_object_get(options, "flow.until"));
    if (files->single) {
        *times = cli_alloc(files->count + 1, sizeof **times);
        for (size_t k = 1; k <= files->count; k++) {
            (*times)[k] = files->time[k - 1];
        }
        return files->count + 1;
    }
    char *text = save != NULL ? cli_copy(save) : cli_format("0 %s", until != NULL ? until : "");
    const size_t count = verify_list(text, times);
    free(text);
    return count;
}

static bool is_among(double time, size_t count, const double *times, double slack)
{
    for (size_t k = 0; k < count; k++) {
        if (fabs(times[k] - time) <= slack) {
            return true;
        }
    }
    return false;
}

// Each time to save that was reached has its column, and no other time has one.
static int check_columns(const cli_run_files *files)
{
    const size_t columns = jko_csv_columns(files->trajectory);
    const double reached = files->count > 0 ? files->time[files->count - 1] : 0.0;
    double *wanted = NULL;
    double *present = cli_alloc(columns, sizeof *present);
    const size_t count = saved_times(files, &wanted);
    const double slack = files->count > 0 ? SAME_TIME * files->tau[0] : 0.0;
    int code = CLI_OK;
    for (size_t c = 1; c < columns && code == CLI_OK; c++) {
        const char *heading = jko_csv_name(files->trajectory, c);
        const size_t k = step_of(files, heading);
        present[c - 1] = k > 0 && k != JKO_CSV_NONE ? files->time[k - 1] : 0.0;
        if (k == JKO_CSV_NONE || !is_among(present[c - 1], count, wanted, slack)) {
            code = cli_fail(CLI_FAILED, "%s/%s: column %s is no time to save that a step reaches",
                            files->folder, RUN_TRAJECTORY, heading);
        }
    }
    for (size_t k = 0; k < count && code == CLI_OK; k++) {
        if (wanted[k] <= reached + slack && !is_among(wanted[k], columns - 1, present, slack)) {
            code = cli_fail(CLI_FAILED, "%s/%s: there is no column for t = %g", files->folder,
                            RUN_TRAJECTORY, wanted[k]);
        }
    }
    free(present);
    free(wanted);
    return code;
}

// The first column: positions, names, or numbers from 0.
static int check_places(const cli_run_files *files)
{
    const cli_claim *claim = &files->claim;
    const bool grid = claim->cost == NULL;
    const json_t *names = json_object_get(json_object_get(files->json, "grid"), "sectors");
    if (strcmp(jko_csv_name(files->trajectory, 0), grid ? "x" : "sector") != 0) {
        return cli_fail(CLI_FAILED, "%s/%s: the first column is not %s", files->folder,
                        RUN_TRAJECTORY, grid ? "x" : "sector");
    }
    for (size_t i = 0; i < claim->n; i++) {
        const char *text = jko_csv_text(files->trajectory, i, 0);
        double value = NAN;
        (void)jko_parse_number(text, &value);
        const char *name = json_string_value(json_array_get(names, i));
        const bool right = name != NULL ? strcmp(name, text) == 0
                                        : value == (grid ? (double)i * claim->cell : (double)i);
        if (!right) {
            return cli_fail(CLI_FAILED, "%s/%s:%zu: the first column is %s, not that of cell %zu",
                            files->folder, RUN_TRAJECTORY, jko_csv_line(files->trajectory, i), text,
                            i);
        }
    }
    return CLI_OK;
}

static int check_cells(const cli_run_files *files, size_t c, size_t k)
{
    const double unit = files->claim.cost == NULL ? files->claim.cell : 1.0;
    for (size_t i = 0; i < files->claim.n; i++) {
        double value = NAN;
        (void)jko_csv_number(files->trajectory, i, c, &value);
        if (!(value == run_files_mass(files, k)[i] / unit)) {
            return cli_fail(
                CLI_FAILED, "step %zu: %s/%s:%zu: column %s is %.17g and " RUN_STATES " has %.17g",
                k, files->folder, RUN_TRAJECTORY, jko_csv_line(files->trajectory, i),
                jko_csv_name(files->trajectory, c), value, run_files_mass(files, k)[i] / unit);
        }
    }
    return CLI_OK;
}

int verify_trajectory(const verify_state *verifier)
{
    const cli_run_files *files = &verifier->files;
    int code = check_columns(files);
    code = code != CLI_OK ? code : check_places(files);
    for (size_t c = 1; c < jko_csv_columns(files->trajectory) && code == CLI_OK; c++) {
        code = check_cells(files, c, step_of(files, jko_csv_name(files->trajectory, c)));
    }
    return code;
}
