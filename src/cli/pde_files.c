// SPDX-License-Identifier: BSD-3-Clause
/*
 * The files of `jko pde`: times.csv, densities.npy and run.json. docs/formats.md describes them.
 */
#include "pde.h"

#include "run_json.h"
#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void times_row(jko_writer *writer, const cli_run *run, const pde_model *model, size_t k,
                      const pde_counts *counts)
{
    const size_t n = run->scenario->n;
    const double *mass = run_mass(run, k);
    double *density = cli_alloc(n, sizeof *density);
    double energy = NAN;
    double consumption = NAN;
    double least = NAN;
    double largest = NAN;
    double total = NAN;
    for (size_t i = 0; i < n; i++) {
        density[i] = mass[i] / run->scenario->cell;
    }
    (void)run->energy.eval(run->energy.user, n, mass, &energy, NULL);
    (void)jko_economy_consumption(run->economy, mass, &consumption);
    (void)jko_measure_check(n, mass, &total);
    run_profit_range(run, mass, &least, &largest);
    const double numbers[] = {
        energy, consumption, least, largest, pde_largest_slope(model, density), total};
    (void)jko_writer_number(writer, k > 0 ? run->time[k - 1] : 0.0);
    for (size_t c = 0; c < sizeof numbers / sizeof numbers[0]; c++) {
        (void)jko_writer_text(writer, ",");
        (void)jko_writer_number(writer, numbers[c]);
    }
    char *text = cli_format(",%ld,%ld,%ld,%ld\n", counts->steps, counts->rates, counts->jacobians,
                            counts->failures);
    (void)jko_writer_text(writer, text);
    free(text);
    free(density);
}

int pde_write_times(const cli_run *run, const pde_model *model, const pde_counts *counts,
                    const char *folder)
{
    jko_writer *writer = NULL;
    char *path = run_path(folder, PDE_TIMES);
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    if (status >= 0) {
        (void)jko_writer_text(writer,
                              "t,energy,consumption,profit_min,profit_max,profit_slope,mass,"
                              "steps,evaluations,jacobians,failures\n");
        for (size_t k = 0; k <= run->steps; k++) {
            times_row(writer, run, model, k, &counts[k]);
        }
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

int pde_write_states(const cli_run *run, const char *folder)
{
    const size_t n = run->scenario->n;
    const size_t shape[] = {run->steps + 1, n};
    double *densities = cli_alloc((run->steps + 1) * n, sizeof *densities);
    for (size_t k = 0; k <= run->steps; k++) {
        for (size_t i = 0; i < n; i++) {
            densities[k * n + i] = run_mass(run, k)[i] / run->scenario->cell;
        }
    }
    char *path = run_path(folder, PDE_STATES);
    const jko_status status = jko_npy_write(path, 2, shape, densities);
    free(path);
    free(densities);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static json_t *equation(const cli_run *run, const pde_model *model)
{
    static const char *const laws[] = {"none", "soft", "hull", "hard", "code"};
    const scenario_pde *how = model->how;
    json_t *object = json_pack(
        "{s:s, s:s, s:f, s:f, s:s, s:o, s:b}", "scheme", how->central ? "central" : "conservative",
        "reallocation", laws[how->law], "relative_tolerance", how->rtol, "absolute_tolerance",
        how->atol, "integrator", pde_integrator(), "time", run_json_reals(run->steps, run->time),
        "conserves_mass", (int)(how->law != SCENARIO_LAW_CODE));
    if (how->law != SCENARIO_LAW_NONE) {
        (void)json_object_set_new(object, "threshold", json_real(how->threshold));
        (void)json_object_set_new(object, "ramp", json_real(how->ramp));
    }
    if (how->law == SCENARIO_LAW_CODE) {
        (void)json_object_set_new(object, "half_width", json_real(how->half_width));
    }
    return object;
}

int pde_write_json(const cli_run *run, const pde_model *model, const pde_counts *counts,
                   const char *folder, const char *const *outputs)
{
    const pde_counts *last = &counts[run->steps];
    json_t *object = run_json_begin(run, PDE_FORMAT, folder, outputs);
    if (object == NULL) {
        return CLI_FAILED;
    }
    // Error control holds each step's estimated error to the tolerances: no more is claimed.
    (void)json_object_set_new(object, "status",
                              json_string(run->cancelled ? "cancelled" : "integrated"));
    (void)json_object_set_new(object, "equation", equation(run, model));
    (void)json_object_set_new(object, "counts",
                              json_pack("{s:I, s:I, s:I, s:I}", "steps", (json_int_t)last->steps,
                                        "evaluations", (json_int_t)last->rates, "jacobians",
                                        (json_int_t)last->jacobians, "failures",
                                        (json_int_t)last->failures));
    return run_json_end(object, folder);
}
