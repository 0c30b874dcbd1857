// SPDX-License-Identifier: BSD-3-Clause
/*
 * Flows from random starts until they rest.
 *
 * Start k is drawn from stream k of the seed: even over all ways to share the scenario's total mass
 * among the cells. The scenario's steps follow until one moves next to nothing. None may raise the
 * energy, and each that moves mass in earnest must lower it. End states are the same if they differ by next to
 * nothing; each is then tried: moving mass from any of its cells to any other, in many sizes, has
 * to raise the energy.
 */
#define _POSIX_C_SOURCE 200809L // isatty

#include "rest.h"

#include "random.h"
#include "text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDING (16.0 * DBL_EPSILON) // of an energy, relative to it and its scale
#define NEAR_ONE 1.3                  // an s up to which short steps stand still

static double energy_of(const cli_rest *rest, const double *mass)
{
    double value = NAN;
    (void)rest->run.energy.eval(rest->run.energy.user, rest->run.scenario->n, mass, &value, NULL);
    return value;
}

static double difference(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += fabs(a[i] - b[i]);
    }
    return sum;
}

const char *rest_hint(const cli_rest *rest)
{
    const double s = rest->run.summary.s;
    return s > 1.0 && s < NEAR_ONE ? "; with s so near 1 little is to gain, which takes a tau of "
                                     "100 to 300"
                                   : "";
}

// Step until nothing moves; mass is the start, then the end.
static int go_to_rest(const cli_rest *rest, size_t k, jko_flow *flow, double *mass, double *before,
                      rest_start *start)
{
    const cli_scenario *scenario = rest->run.scenario;
    const size_t n = scenario->n;
    start->energy_start = energy_of(rest, mass);
    start->least_fall = INFINITY;
    double energy = start->energy_start;
    for (start->steps = 1; start->steps <= scenario->taus; start->steps++) {
        const double tau = scenario->tau[start->steps - 1];
        jko_step_report report = {.struct_size = sizeof report};
        memcpy(before, mass, n * sizeof *mass);
        const jko_status status = jko_flow_step(flow, tau, mass, &report);
        if (status < 0) {
            return cli_fail_status(status, scenario->path);
        }
        if (status != JKO_OK && status != JKO_LOCKED && status != JKO_LOCAL) {
            return cli_fail(CLI_FAILED, "start %zu, step %zu: %s", k, start->steps,
                            status == JKO_CANCELLED ? "stopped" : jko_status_text(status));
        }
        const double fall = energy - report.energy_after;
        const double noise = ROUNDING * (fabs(energy) + rest->run.summary.c);
        const double moved = difference(n, mass, before) / rest->total;
        const bool still = moved <= REST_CHANGE;
        if (!(fall >= -noise) || (moved > REST_MOVED && !(fall > noise))) {
            return cli_fail(CLI_FAILED,
                            "start %zu, step %zu: the energy goes from %.17g to %.17g; it should "
                            "fall. Use a larger flow.tau or a smaller blur",
                            k, start->steps, energy, report.energy_after);
        }
        energy = report.energy_after;
        start->energy_end = energy;
        if (still) {
            start->least_fall = isfinite(start->least_fall) ? start->least_fall : NAN;
            return CLI_OK;
        }
        start->least_fall = fmin(start->least_fall, fall);
    }
    return cli_fail(CLI_FAILED,
                    "start %zu has not come to rest after %zu steps, at t = %g; raise flow.until "
                    "or flow.tau%s",
                    k, scenario->taus,
                    scenario->taus > 0 ? scenario->time[scenario->taus - 1] : 0.0, rest_hint(rest));
}

// Mass from one cell to another, in many sizes: the smallest rise of the energy per unit of mass.
static void try_exchanges(const cli_rest *rest, rest_state *state)
{
    const size_t n = rest->run.scenario->n;
    double *mass = cli_alloc(n, sizeof *mass);
    const double noise = ROUNDING * (fabs(state->energy) + rest->run.summary.c);
    state->rise = INFINITY;
    state->minimum = true;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n && state->mass[i] > 0.0; j++) {
            double moved = state->mass[i];
            for (int size = 0; j != i && size < REST_EXCHANGES; size++) {
                moved *= 0.5;
                memcpy(mass, state->mass, n * sizeof *mass);
                mass[i] -= moved;
                mass[j] += moved;
                const double change = energy_of(rest, mass) - state->energy;
                // Where the change is rounding, nothing is known of it.
                if (fabs(change) > noise) {
                    state->minimum = state->minimum && change > 0.0;
                    state->rise = fmin(state->rise, change / moved);
                } else {
                    state->minimum = state->minimum && size > 0; // but large ones must show
                }
            }
        }
    }
    state->rise = isfinite(state->rise) ? state->rise : NAN;
    free(mass);
}

// Empty the cells that hold next to nothing into the one that holds most.
static double tidy(const cli_rest *rest, double *mass, rest_state *state)
{
    const size_t n = rest->run.scenario->n;
    double emptied = 0.0;
    state->largest = 0;
    state->filled = 0;
    for (size_t i = 1; i < n; i++) {
        state->largest = mass[i] > mass[state->largest] ? i : state->largest;
    }
    for (size_t i = 0; i < n; i++) {
        if (mass[i] < REST_EMPTY * rest->total) {
            emptied += mass[i];
            mass[i] = 0.0;
        } else {
            state->filled++;
        }
    }
    mass[state->largest] += emptied;
    return emptied / rest->total;
}

// The index of an end state, which is added if it is new.
static size_t catalogue(cli_rest *rest, double *mass)
{
    const size_t n = rest->run.scenario->n;
    rest_state found = {.count = 1, .consumption = NAN};
    found.emptied = tidy(rest, mass, &found);
    for (size_t k = 0; k < rest->states; k++) {
        rest_state *known = &rest->state[k];
        if (difference(n, mass, known->mass) <= REST_SAME * rest->total) {
            known->count++;
            known->emptied = fmax(known->emptied, found.emptied);
            return k;
        }
    }
    found.mass = cli_alloc(n, sizeof *mass);
    memcpy(found.mass, mass, n * sizeof *mass);
    found.energy = energy_of(rest, mass);
    if (jko_economy_consumption(rest->run.economy, mass, &found.consumption) < 0) {
        found.consumption = NAN;
    }
    try_exchanges(rest, &found);
    rest->state[rest->states] = found;
    return rest->states++;
}

// Most frequent first, then by their largest cell, then by energy.
static int compare(const void *a, const void *b)
{
    const rest_state *x = a;
    const rest_state *y = b;
    if (x->count != y->count) {
        return x->count < y->count ? 1 : -1;
    }
    if (x->largest != y->largest) {
        return x->largest > y->largest ? 1 : -1;
    }
    return (x->energy > y->energy) - (x->energy < y->energy);
}

static void sort(cli_rest *rest)
{
    size_t *place = cli_alloc(rest->states, sizeof *place);
    double **mass = cli_alloc(rest->states, sizeof *mass); // masses are where states were
    for (size_t k = 0; k < rest->states; k++) {
        mass[k] = rest->state[k].mass;
    }
    qsort(rest->state, rest->states, sizeof *rest->state, compare);
    for (size_t k = 0; k < rest->states; k++) {
        for (size_t l = 0; l < rest->states; l++) {
            place[k] = rest->state[l].mass == mass[k] ? l : place[k];
        }
    }
    for (size_t k = 0; k < rest->starts; k++) {
        rest->start[k].state = place[rest->start[k].state];
    }
    free(mass);
    free(place);
}

static int on_iteration(void *user, int64_t iteration, double gap)
{
    (void)user;
    (void)iteration;
    (void)gap;
    return run_interrupted();
}

int rest_run(cli_rest *rest, size_t starts, int threads)
{
    const cli_scenario *scenario = rest->run.scenario;
    const size_t n = scenario->n;
    jko_flow *flow = NULL;
    jko_flow_settings settings = scenario->flow;
    double *mass = cli_alloc(2 * n, sizeof *mass);
    settings.threads = threads;
    settings.progress = on_iteration;
    (void)jko_measure_check(n, scenario->mass, &rest->total);
    rest->start = cli_alloc(starts, sizeof *rest->start);
    rest->state = cli_alloc(starts, sizeof *rest->state);
    const bool terminal = isatty(STDERR_FILENO) == 1;
    int code = CLI_OK;
    for (size_t k = 0; k < starts && code == CLI_OK; k++) {
        cli_random random;
        cli_random_seed(&random, rest->seed, k);
        cli_random_shares(&random, n, rest->total, mass);
        // A flow of its own for each start: none may depend on those before it.
        code = scenario_flow(scenario, rest->run.cost, &rest->run.energy, &settings, &flow);
        code =
            code != CLI_OK ? code : go_to_rest(rest, k + 1, flow, mass, mass + n, &rest->start[k]);
        if (code == CLI_OK) {
            rest->start[k].state = catalogue(rest, mass);
            rest->starts++;
        }
        if (code == CLI_OK && terminal) {
            fprintf(stderr, "\rstart %zu of %zu: %zu end states ", k + 1, starts, rest->states);
            (void)fflush(stderr);
        }
        jko_flow_free(flow);
        flow = NULL;
    }
    if (terminal && rest->starts > 0) {
        fprintf(stderr, "\r\033[K");
    }
    if (code == CLI_OK) {
        sort(rest);
    }
    free(mass);
    return code;
}

size_t rest_confirmed(const cli_rest *rest)
{
    size_t confirmed = 0;
    for (size_t k = 0; k < rest->states; k++) {
        confirmed += rest->state[k].minimum;
    }
    return confirmed;
}

void rest_clear(cli_rest *rest)
{
    for (size_t k = 0; k < rest->states; k++) {
        free(rest->state[k].mass);
    }
    free(rest->state);
    free(rest->start);
    run_clear(&rest->run);
}
