// SPDX-License-Identifier: BSD-3-Clause
/*
 * Running a scenario: a flow of steps, or single steps from the initial state.
 *
 * With a panel, the tau of a single step may be a fit: the one whose W2 moved equals the observed
 * W2. What a step moves grows with tau, so bisection on log tau finds it.
 */
#define _POSIX_C_SOURCE 200809L // sigaction, isatty

#include "run.h"

#include "text.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIT_ITERATIONS 200
#define FIT_TOLERANCE 1e-13 // on log tau
#define FIT_LARGEST 1e9     // tau beyond which nothing more moves

static volatile sig_atomic_t interrupted = 0;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

bool run_interrupted(void)
{
    return interrupted != 0;
}

void run_catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    // Restart: no write to a file may fail for a signal. Reset: a second one ends the program at
    // once, for those who cannot wait for the end of an iteration on a large grid.
    const struct sigaction action = {.sa_handler = on_interrupt,
                                     .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
        struct sigaction before;
        if (sigaction(numbers[k], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[k], &action, NULL);
        }
    }
}

const double *run_mass(const cli_run *run, size_t k)
{
    return run->states + 2 * k * run->scenario->n;
}

const double *run_potential(const cli_run *run, size_t k)
{
    return run->states + (2 * k + 1) * run->scenario->n;
}

const double *run_start(const cli_run *run, size_t k)
{
    return run_mass(run, run->scenario->single ? 0 : k - 1);
}

bool run_saves(const cli_run *run, size_t k)
{
    const cli_scenario *scenario = run->scenario;
    if (scenario->follows && k > 0) {
        return run->saved[k - 1];
    }
    return scenario->single || (k == 0 ? scenario->save_start : scenario->saved[k - 1]);
}

void run_profit_range(const cli_run *run, const double *mass, double *least, double *largest)
{
    const size_t n = run->scenario->n;
    double *rates = cli_alloc(n, sizeof *rates);
    jko_short_run short_run = {.struct_size = sizeof short_run, .profit_rate = rates};
    *least = INFINITY;
    *largest = -INFINITY;
    if (jko_economy_short_run(run->economy, mass, &short_run) >= 0) {
        for (size_t i = 0; i < n; i++) {
            *least = fmin(*least, rates[i]);
            *largest = fmax(*largest, rates[i]);
        }
    }
    free(rates);
}

void run_largest_gap(const cli_run *run, double *gap, double *share)
{
    *gap = 0.0;
    *share = 0.0;
    for (size_t k = 0; k < run->steps; k++) {
        const jko_step_report *report = &run->reports[k];
        *gap = fmax(*gap, report->gap);
        if (report->released > 0.0) {
            *share = fmax(*share, report->gap / report->released);
        }
    }
}

bool run_proved(const cli_run *run)
{
    for (size_t k = 0; k < run->steps; k++) {
        const jko_status status = run->reports[k].status;
        if (status != JKO_OK && status != JKO_LOCKED && status != JKO_LOCAL) {
            return false;
        }
    }
    return !run->cancelled;
}

// What the callbacks of a run share.
typedef struct run_watcher {
    cli_run *run;
    jko_flow *flow;
    jko_certificate *certificate; // of steps between densities, or NULL
    bool terminal;                // standard error is a terminal
} run_watcher;

static int on_iteration(void *user, int64_t iteration, double gap)
{
    (void)user;
    (void)iteration;
    (void)gap;
    return interrupted;
}

static void show_progress(const run_watcher *watcher, size_t of)
{
    const cli_run *run = watcher->run;
    if (run->verbosity > 0) {
        run_print_step(run, run->steps);
    } else if (watcher->terminal) {
        fprintf(stderr, "\rstep %zu of %zu  t = %g  gap %.1e ", run->steps, of,
                run->time[run->steps - 1], run->reports[run->steps - 1].gap);
        (void)fflush(stderr);
    }
}

// Put a step on record.
static int record(run_watcher *watcher, double tau, double time, const double *mass,
                  const jko_step_report *report)
{
    cli_run *run = watcher->run;
    const size_t n = run->scenario->n;
    const size_t k = run->steps++;
    run->tau[k] = tau;
    run->time[k] = time;
    run->reports[k] = *report;
    memcpy(run->states + 2 * (k + 1) * n, mass, n * sizeof *mass);
    run->density_gap[k] = NAN;
    jko_status status = jko_flow_get_potential(watcher->flow, run->states + (2 * (k + 1) + 1) * n);
    if (status >= 0 && watcher->certificate != NULL) {
        jko_certificate_report found = {.struct_size = sizeof found};
        status = jko_certificate_check(watcher->certificate, tau, run_start(run, k + 1), mass, NULL,
                                       &found);
        run->density_gap[k] = found.gap;
    }
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}

static int on_step(void *user, int64_t step, double t, const double *mass,
                   const jko_step_report *report)
{
    run_watcher *watcher = user;
    const cli_scenario *scenario = watcher->run->scenario;
    (void)t; // the schedule has the time without round-off
    (void)record(watcher, report->tau, scenario->time[step - 1], mass, report);
    show_progress(watcher, scenario->taus);
    return interrupted;
}

static int flow_steps(run_watcher *watcher)
{
    const cli_scenario *scenario = watcher->run->scenario;
    double *mass = cli_alloc(scenario->n, sizeof *mass);
    memcpy(mass, scenario->mass, scenario->n * sizeof *mass);
    const jko_status status = jko_flow_run(watcher->flow, scenario->taus, scenario->tau, mass, NULL,
                                           on_step, watcher, NULL);
    free(mass);
    // Stopped after the last step is not stopped.
    watcher->run->cancelled = status == JKO_CANCELLED && watcher->run->steps < scenario->taus;
    return status < 0 ? cli_fail_status(status, scenario->path) : CLI_OK;
}

// One step of tau from the initial state.
static int single_step(run_watcher *watcher, double tau, double *mass, jko_step_report *report)
{
    const cli_scenario *scenario = watcher->run->scenario;
    memcpy(mass, scenario->mass, scenario->n * sizeof *mass);
    report->struct_size = sizeof *report;
    const jko_status status = jko_flow_step(watcher->flow, tau, mass, report);
    return status < 0 ? cli_fail_status(status, scenario->path) : CLI_OK;
}

// Squared W2 that one step of tau moves.
static int moved_by(run_watcher *watcher, double tau, double *mass, double *moved)
{
    const cli_scenario *scenario = watcher->run->scenario;
    jko_step_report report = {0};
    int code = single_step(watcher, tau, mass, &report);
    *moved = report.transport_cost;
    if (code == CLI_OK && scenario->flow.reallocation != JKO_REALLOCATION_NONE) {
        // The step's plan is not that of W2.
        code = run_w2(watcher->run->cost, scenario->mass, mass, moved);
        *moved *= *moved;
    }
    return code;
}

// The tau at which W2 moved is the observed one; *found is false if no tau moves that far.
static int fit_tau(run_watcher *watcher, double *tau, bool *found)
{
    const cli_scenario *scenario = watcher->run->scenario;
    const double wanted = watcher->run->observed_w2 * watcher->run->observed_w2;
    double *mass = cli_alloc(scenario->n, sizeof *mass);
    double moved = 0.0;
    double low = 1.0;
    double high = 1.0;
    int code = moved_by(watcher, low, mass, &moved);
    while (code == CLI_OK && moved < wanted && high < FIT_LARGEST && !interrupted) {
        low = high;
        high *= 4.0;
        code = moved_by(watcher, high, mass, &moved);
    }
    *found = code == CLI_OK && moved >= wanted;
    while (code == CLI_OK && *found && moved >= wanted && low >= high) {
        low /= 4.0;
        code = moved_by(watcher, low, mass, &moved);
        low = moved >= wanted ? (high = low) : low;
        if (low < 1.0 / FIT_LARGEST) {
            *found = false; // the observed W2 is 0
        }
    }
    for (int k = 0; code == CLI_OK && *found && k < FIT_ITERATIONS && !interrupted; k++) {
        const double middle = sqrt(low) * sqrt(high);
        if (log(high / low) <= FIT_TOLERANCE || middle <= low || middle >= high) {
            break;
        }
        code = moved_by(watcher, middle, mass, &moved);
        *(moved < wanted ? &low : &high) = middle;
    }
    *tau = high;
    free(mass);
    return code;
}

static int single_steps(run_watcher *watcher)
{
    cli_run *run = watcher->run;
    const cli_scenario *scenario = run->scenario;
    const size_t n = scenario->n;
    double *mass = cli_alloc(n, sizeof *mass);
    double fitted = 0.0;
    bool fit = scenario->fit;
    int code = fit ? fit_tau(watcher, &fitted, &fit) : CLI_OK;
    size_t next = 0;
    const size_t of = scenario->taus + (fit ? 1 : 0);
    while (code == CLI_OK && run->steps < of && !interrupted) {
        // The fit takes its place in the ascending order.
        const bool now =
            fit && run->fit == 0 && (next == scenario->taus || fitted < scenario->tau[next]);
        const double tau = now ? fitted : scenario->tau[next++];
        jko_step_report report = {0};
        code = single_step(watcher, tau, mass, &report);
        code = code != CLI_OK ? code : record(watcher, tau, tau, mass, &report);
        if (code == CLI_OK) {
            run->fit = now ? run->steps : run->fit;
            show_progress(watcher, of);
        }
    }
    run->cancelled = interrupted && run->steps < of;
    free(mass);
    return code;
}

int run_steps(cli_run *run, int threads)
{
    const cli_scenario *scenario = run->scenario;
    const size_t most = scenario->follows ? 0 : scenario->taus + (scenario->fit ? 1 : 0);
    run_watcher watcher = {.run = run, .terminal = isatty(STDERR_FILENO) == 1};
    jko_flow_settings settings = scenario->flow;
    settings.threads = threads;
    settings.progress = on_iteration;
    run->density_gap = cli_alloc(most, sizeof(double));
    run->tau = cli_alloc(most, sizeof(double));
    run->time = cli_alloc(most, sizeof(double));
    run->reports = cli_alloc(most, sizeof *run->reports);
    run->states = cli_alloc(2 * (most + 1) * scenario->n, sizeof(double));
    memcpy(run->states, scenario->mass, scenario->n * sizeof(double));
    int code = scenario_flow(scenario, run->cost, &run->energy, &settings, &watcher.flow);
    code = code != CLI_OK ? code
                          : scenario_certificate(scenario, run->summary.convexity, &run->energy,
                                                 &watcher.certificate);
    if (code != CLI_OK) {
        jko_flow_free(watcher.flow);
        return code;
    }
    if (run->verbosity > 0) {
        run_print_header(run);
    }
    if (scenario->follows) {
        code = run_follow(run, watcher.flow, watcher.terminal);
    } else {
        code = scenario->single ? single_steps(&watcher) : flow_steps(&watcher);
    }
    if (watcher.terminal && run->verbosity == 0 && run->steps > 0) {
        fprintf(stderr, "\r\033[K");
    }
    jko_certificate_free(watcher.certificate);
    jko_flow_free(watcher.flow);
    return code;
}

void run_clear(cli_run *run)
{
    free(run->tau);
    free(run->time);
    free(run->states);
    free(run->reports);
    free(run->density_gap);
    free(run->saved);
    free(run->stages);
    free(run->inner);
    free(run->inner_states);
    free(run->forecast);
    jko_economy_free(run->economy);
    jko_cost_free(run->cost);
}
