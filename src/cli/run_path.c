// SPDX-License-Identifier: BSD-3-Clause
/*
 * A path: steps that the library chooses, each a combination of certified minimisations.
 *
 * All of these go on file (inner.csv, inner.npy), so that the path can be verified: where each one
 * started, what it found, what it proved, and with which coefficient it enters the state reached.
 */
#include "run.h"

#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 64 // to begin with
#define SAME_TIME 1e-12

typedef struct path_watcher {
    cli_run *run;
    bool terminal;
    size_t steps_room;
    size_t inner_room;
    size_t first; // inner step of the present attempt
    int64_t attempt;
    int64_t iterations; // of the attempt
    jko_status status;  // the first of the attempt that is no JKO_OK
} path_watcher;

static void *grow(void *old, size_t old_bytes, size_t bytes)
{
    void *made = cli_alloc(bytes, 1);
    if (old_bytes > 0) {
        memcpy(made, old, old_bytes);
    }
    free(old);
    return made;
}

static int on_inner(void *user, const jko_inner_step *inner)
{
    path_watcher *watcher = user;
    cli_run *run = watcher->run;
    const size_t n = run->scenario->n;
    if (inner->attempt != watcher->attempt) {
        run->inner_count = watcher->first; // of an attempt that was refused
        watcher->attempt = inner->attempt;
        watcher->iterations = 0;
        watcher->status = JKO_OK;
    }
    const size_t k = run->inner_count;
    if (k == watcher->inner_room) {
        const size_t room = k > 0 ? 2 * k : ROOM;
        run->inner = grow(run->inner, k * sizeof *run->inner, room * sizeof *run->inner);
        run->inner_states =
            grow(run->inner_states, 3 * k * n * sizeof(double), 3 * room * n * sizeof(double));
        watcher->inner_room = room;
    }
    const double *const arrays[] = {
        inner->start, inner->mobility != NULL ? inner->mobility : inner->start, inner->mass};
    for (size_t a = 0; a < 3; a++) {
        memcpy(run->inner_states + (3 * k + a) * n, arrays[a], n * sizeof(double));
    }
    run->inner[k] = (run_inner){.step = run->steps + 1,
                                .index = inner->index,
                                .tau = inner->tau,
                                .energy = inner->energy,
                                .step_cost = inner->step_cost,
                                .gap = inner->gap,
                                .iterations = inner->iterations,
                                .status = inner->status};
    run->inner_count++;
    watcher->iterations += inner->iterations;
    watcher->status = watcher->status == JKO_OK ? inner->status : watcher->status;
    return run_interrupted();
}

static void make_room(path_watcher *watcher)
{
    cli_run *run = watcher->run;
    const size_t n = run->scenario->n;
    const size_t k = run->steps;
    const size_t room = k > 0 ? 2 * k : ROOM;
    run->tau = grow(run->tau, k * sizeof *run->tau, room * sizeof *run->tau);
    run->time = grow(run->time, k * sizeof *run->time, room * sizeof *run->time);
    run->saved = grow(run->saved, k * sizeof *run->saved, room * sizeof *run->saved);
    run->stages = grow(run->stages, k * sizeof *run->stages, room * sizeof *run->stages);
    run->reports = grow(run->reports, k * sizeof *run->reports, room * sizeof *run->reports);
    run->density_gap =
        grow(run->density_gap, k * sizeof *run->density_gap, room * sizeof *run->density_gap);
    run->states = grow(run->states, 2 * (k + 1) * n * sizeof *run->states,
                       2 * (room + 1) * n * sizeof *run->states);
    watcher->steps_room = room;
}

// Whether a time is one of those to save.
static bool is_kept(const cli_scenario *scenario, double t)
{
    for (size_t k = 0; k < scenario->end_count; k++) {
        if (scenario->kept[k] && fabs(scenario->ends[k] - t) <= SAME_TIME * scenario->ends[k]) {
            return true;
        }
    }
    return false;
}

static int on_step(void *user, const jko_advance_step *step)
{
    path_watcher *watcher = user;
    cli_run *run = watcher->run;
    const size_t n = run->scenario->n;
    if (run->steps == watcher->steps_room) {
        make_room(watcher);
    }
    const size_t k = run->steps++;
    double before = 0.0;
    double after = 0.0;
    double *state = run->states + 2 * (k + 1) * n;
    memcpy(state, step->mass, n * sizeof *state);
    (void)run->energy.eval(run->energy.user, n, run_mass(run, k), &before, NULL);
    (void)run->energy.eval(run->energy.user, n, state, &after, state + n);
    jko_step_report report = {.struct_size = sizeof report,
                              .status = watcher->status,
                              .tau = step->tau,
                              .energy_before = before,
                              .energy_after = after,
                              .released = before - after,
                              .transport_cost = NAN,
                              .step_cost = NAN,
                              .objective = NAN,
                              .objective_kl = NAN,
                              .stationarity = NAN,
                              .iterations = watcher->iterations};
    for (size_t i = watcher->first; i < run->inner_count; i++) {
        const int at = run->inner[i].index;
        run->inner[i].coefficient = step->coefficients[at];
        report.gap = fmax(report.gap, run->inner[i].gap);
    }
    (void)jko_measure_check(n, state, &report.mass);
    run->tau[k] = step->tau;
    run->time[k] = step->t;
    run->reports[k] = report;
    run->density_gap[k] = NAN;
    run->stages[k] = (run_stage){step->order, step->error};
    run->saved[k] = is_kept(run->scenario, step->t);
    watcher->first = run->inner_count;
    if (run->verbosity > 0) {
        run_print_step(run, run->steps);
    } else if (watcher->terminal) {
        fprintf(stderr, "\rstep %zu  t = %g of %g  gap %.1e ", run->steps, step->t,
                run->scenario->ends[run->scenario->end_count - 1], report.gap);
        (void)fflush(stderr);
    }
    return run_interrupted();
}

int run_follow(cli_run *run, jko_flow *flow, bool terminal)
{
    const cli_scenario *scenario = run->scenario;
    const double end = scenario->ends[scenario->end_count - 1];
    path_watcher watcher = {.run = run, .terminal = terminal};
    const jko_advance_observer observer = {
        .struct_size = sizeof observer, .user = &watcher, .inner = on_inner, .step = on_step};
    double *mass = cli_alloc(scenario->n, sizeof *mass);
    memcpy(mass, scenario->mass, scenario->n * sizeof *mass);
    const jko_status status = jko_flow_advance(flow, &scenario->advance, 0.0, scenario->end_count,
                                               scenario->ends, mass, NULL, &observer, NULL);
    free(mass);
    run->inner_count = watcher.first; // without those of a step that was not reached
    // Stopped after the last step is not stopped.
    const double reached = run->steps > 0 ? run->time[run->steps - 1] : 0.0;
    run->cancelled = status == JKO_CANCELLED && reached < end;
    return status < 0 ? cli_fail_status(status, scenario->path) : CLI_OK;
}

static int write_table(const cli_run *run, const char *folder)
{
    char *path = run_path(folder, RUN_INNER);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    free(path);
    if (status < 0) {
        return cli_fail_status(status, NULL);
    }
    (void)jko_writer_text(writer,
                          "step,index,tau,coefficient,energy,step_cost,gap,iterations,status\n");
    for (size_t k = 0; k < run->inner_count; k++) {
        const run_inner *inner = &run->inner[k];
        const double numbers[] = {inner->tau, inner->coefficient, inner->energy, inner->step_cost,
                                  inner->gap};
        char text[64];
        (void)snprintf(text, sizeof text, "%zu,%d", inner->step, inner->index);
        (void)jko_writer_text(writer, text);
        for (size_t c = 0; c < sizeof numbers / sizeof numbers[0]; c++) {
            (void)jko_writer_text(writer, ",");
            (void)jko_writer_number(writer, numbers[c]);
        }
        (void)snprintf(text, sizeof text, ",%lld,", (long long)inner->iterations);
        (void)jko_writer_text(writer, text);
        (void)jko_writer_text(writer, jko_status_name(inner->status));
        (void)jko_writer_text(writer, "\n");
    }
    status = jko_writer_commit(writer);
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

int run_write_inner(const cli_run *run, const char *folder)
{
    const size_t shape[] = {run->inner_count, 3, run->scenario->n};
    const int code = write_table(run, folder);
    if (code != CLI_OK) {
        return code;
    }
    char *path = run_path(folder, RUN_INNER_STATES);
    const jko_status status = jko_npy_write(path, 3, shape, run->inner_states);
    free(path);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}
