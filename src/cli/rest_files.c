// SPDX-License-Identifier: BSD-3-Clause
/*
 * The files of `jko rest`: the catalogue of end states, their masses, where each start ended, the
 * same as text, and run.json. docs/formats.md describes them.
 */
#include "rest.h"

#include "run_json.h"
#include "text.h"

#include <math.h>
#include <stdlib.h>

static int begin(const char *folder, const char *name, const char *heading, jko_writer **writer)
{
    char *path = run_path(folder, name);
    const jko_status status = jko_writer_create(writer, path);
    free(path);
    if (status < 0) {
        return cli_fail_status(status, NULL);
    }
    (void)jko_writer_text(*writer, heading);
    return CLI_OK;
}

static int end(jko_writer *writer)
{
    const jko_status status = jko_writer_commit(writer);
    jko_writer_free(writer);
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static void add_text(jko_writer *writer, char *text)
{
    (void)jko_writer_text(writer, text);
    free(text);
}

static void add_number(jko_writer *writer, double value)
{
    (void)jko_writer_text(writer, ",");
    (void)jko_writer_number(writer, value);
}

static int write_catalogue(const cli_rest *rest, const char *folder)
{
    jko_writer *writer = NULL;
    const int code = begin(folder, REST_CATALOGUE,
                           "state,count,energy,consumption,cells,largest_cell,largest_share,"
                           "emptied,least_rise,minimum\n",
                           &writer);
    if (code != CLI_OK) {
        return code;
    }
    for (size_t k = 0; k < rest->states; k++) {
        const rest_state *state = &rest->state[k];
        add_text(writer, cli_format("%zu,%zu", k + 1, state->count));
        add_number(writer, state->energy);
        add_number(writer, state->consumption);
        add_text(writer, cli_format(",%zu,%zu", state->filled, state->largest));
        add_number(writer, state->mass[state->largest] / rest->total);
        add_number(writer, state->emptied);
        add_number(writer, state->rise);
        (void)jko_writer_text(writer, state->minimum ? ",yes\n" : ",no\n");
    }
    return end(writer);
}

static int write_states(const cli_rest *rest, const char *folder)
{
    jko_writer *writer = NULL;
    const int code = begin(folder, REST_STATES, "cell", &writer);
    if (code != CLI_OK) {
        return code;
    }
    for (size_t k = 0; k < rest->states; k++) {
        add_text(writer, cli_format(",state %zu", k + 1));
    }
    for (size_t i = 0; i < rest->run.scenario->n; i++) {
        add_text(writer, cli_format("\n%zu", i));
        for (size_t k = 0; k < rest->states; k++) {
            add_number(writer, rest->state[k].mass[i]);
        }
    }
    (void)jko_writer_text(writer, "\n");
    return end(writer);
}

static int write_starts(const cli_rest *rest, const char *folder)
{
    jko_writer *writer = NULL;
    const int code = begin(folder, REST_STARTS,
                           "start,state,steps,energy_start,energy_end,least_fall\n", &writer);
    if (code != CLI_OK) {
        return code;
    }
    for (size_t k = 0; k < rest->starts; k++) {
        const rest_start *start = &rest->start[k];
        add_text(writer, cli_format("%zu,%zu,%zu", k + 1, start->state + 1, start->steps));
        add_number(writer, start->energy_start);
        add_number(writer, start->energy_end);
        add_number(writer, start->least_fall);
        (void)jko_writer_text(writer, "\n");
    }
    return end(writer);
}

static char *catalogue_text(const cli_rest *rest)
{
    const cli_scenario *scenario = rest->run.scenario;
    const size_t confirmed = rest_confirmed(rest);
    cli_text text = {0};
    size_t longest = 0;
    double least = INFINITY;
    for (size_t k = 0; k < rest->starts; k++) {
        longest = rest->start[k].steps > longest ? rest->start[k].steps : longest;
        least = fmin(least, rest->start[k].least_fall);
    }
    char *class = run_class_text(&rest->run);
    cli_text_add(&text, "%s", class);
    free(class);
    cli_text_add(&text,
                 "%zu random starts (seed %llu) on %zu cells, method %s, tau = %g: all at rest "
                 "within %zu steps.\n",
                 rest->starts, (unsigned long long)rest->seed, scenario->n,
                 jko_step_method_name(scenario->flow.method), scenario->tau[0], longest);
    if (scenario->flow.blur > 0.0) {
        cli_text_add(&text, "The blur of a step is %g cells.\n",
                     scenario->flow.blur / scenario->cell);
    }
    cli_text_add(&text, "The energy fell in every step before the rest, by %.2e at least.\n\n",
                 least);
    cli_text_add(&text, " state  count           energy      consumption  cells  largest  "
                        "  share  least rise  minimum\n");
    for (size_t k = 0; k < rest->states; k++) {
        const rest_state *state = &rest->state[k];
        cli_text_add(&text, "%6zu %6zu %16.9e %16.9e %6zu %8zu %8.5f %11.3e  %s\n", k + 1,
                     state->count, state->energy, state->consumption, state->filled, state->largest,
                     state->mass[state->largest] / rest->total, state->rise,
                     state->minimum ? "yes" : "NO");
    }
    cli_text_add(&text,
                 "\n%zu of %zu end states are local minima of the energy: every exchange of mass "
                 "between two cells that was tried raises it.\n",
                 confirmed, rest->states);
    return cli_text_take(&text);
}

static int write_log(const char *text, const char *folder)
{
    jko_writer *writer = NULL;
    const int code = begin(folder, RUN_LOG, text, &writer);
    return code != CLI_OK ? code : end(writer);
}

static json_t *catalogue_json(const cli_rest *rest)
{
    json_t *list = json_array();
    for (size_t k = 0; k < rest->states; k++) {
        const rest_state *state = &rest->state[k];
        const double numbers[] = {state->energy, state->consumption, state->emptied, state->rise};
        json_t *values = run_json_reals(4, numbers);
        json_t *object = json_pack("{s:I, s:I, s:I, s:b}", "count", (json_int_t)state->count,
                                   "cells", (json_int_t)state->filled, "largest_cell",
                                   (json_int_t)state->largest, "minimum", (int)state->minimum);
        static const char *const names[] = {"energy", "consumption", "emptied", "least_rise"};
        for (size_t j = 0; j < 4; j++) {
            (void)json_object_set(object, names[j], json_array_get(values, j));
        }
        json_decref(values);
        (void)json_object_set_new(object, "mass",
                                  run_json_reals(rest->run.scenario->n, state->mass));
        (void)json_array_append_new(list, object);
    }
    return list;
}

static int write_json(const cli_rest *rest, const char *folder, const char *const *outputs)
{
    const cli_scenario *scenario = rest->run.scenario;
    json_t *object = run_json_begin(&rest->run, REST_FORMAT, folder, outputs);
    if (object == NULL) {
        return CLI_FAILED;
    }
    const bool all = rest_confirmed(rest) == rest->states;
    (void)json_object_set_new(object, "status", json_string(all ? "local minima" : "unconfirmed"));
    (void)json_object_set_new(object, "rest",
                              json_pack("{s:s, s:f, s:f, s:f, s:I, s:I}", "method",
                                        jko_step_method_name(scenario->flow.method), "tau",
                                        scenario->tau[0], "epsilon", scenario->flow.epsilon, "blur",
                                        scenario->flow.blur, "starts", (json_int_t)rest->starts,
                                        "seed", (json_int_t)rest->seed));
    (void)json_object_set_new(object, "catalogue", catalogue_json(rest));
    return run_json_end(object, folder);
}

int rest_write(const cli_rest *rest, const char *folder, char **said)
{
    static const char *const outputs[] = {REST_CATALOGUE, REST_STATES, REST_STARTS,
                                          RUN_LOG,        RUN_JSON,    NULL};
    *said = catalogue_text(rest);
    int code = write_catalogue(rest, folder);
    code = code != CLI_OK ? code : write_states(rest, folder);
    code = code != CLI_OK ? code : write_starts(rest, folder);
    code = code != CLI_OK ? code : write_log(*said, folder);
    code = code != CLI_OK ? code : write_json(rest, folder, outputs);
    return code != CLI_OK ? code : run_write_sums(folder, outputs);
}
