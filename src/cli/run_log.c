// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a run says to people: the table of steps on standard error, and log.txt, which tells in
 * plain words what was run, who was left out, and what was found.
 */
#include "run.h"

#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADING "  step        t      tau           energy  transport     gap   iter  status\n"

void run_print_header(const cli_run *run)
{
    const cli_scenario *scenario = run->scenario;
    fprintf(stderr, "jko %s: %s, %zu cells, method %s\n%s", jko_version(), scenario->path,
            scenario->n, jko_step_method_name(scenario->flow.method), HEADING);
}

static void add_step(cli_text *text, const cli_run *run, size_t k)
{
    const jko_step_report *report = &run->reports[k - 1];
    cli_text_add(text, "%6zu %8.4g %8.4g %16.9e %10.3e %7.1e %6lld  %s\n", k, run->time[k - 1],
                 run->tau[k - 1], report->energy_after, report->transport_cost, report->gap,
                 (long long)report->iterations, jko_status_name(report->status));
}

void run_print_step(const cli_run *run, size_t k)
{
    cli_text line = {0};
    add_step(&line, run, k);
    char *text = cli_text_take(&line);
    (void)fputs(text, stderr);
    free(text);
}

static const char *place_of(const cli_scenario *scenario)
{
    switch (scenario->kind) {
    case SCENARIO_CIRCLE:
        return "cells on a circle";
    case SCENARIO_LINE:
        return "cells on a line";
    case SCENARIO_COST:
    default:
        return "sectors with a matrix of distances";
    }
}

char *run_class_text(const cli_run *run)
{
    const jko_economy_summary *s = &run->summary;
    const char *class =
        s->convexity == JKO_CONVEX       ? "convex: one long-run equilibrium, from any start"
        : s->convexity == JKO_DEGENERATE ? "convex but degenerate: steps need not be unique"
                                         : "nonconvex: where the flow ends depends on its start";
    if (s->reduced) {
        return cli_format("The energy is %s (s = %.6g).\n", class, s->s);
    }
    return cli_format("The energy is %s (s = %.6g). %s (theta = %.6g).\n", class, s->s,
                      s->efficient ? "Efficient: firms that seek profit raise consumption X"
                                   : "Not efficient: the flow does not raise consumption X",
                      s->theta);
}

static void add_consumption(cli_text *text, const cli_run *run)
{
    const size_t n = run->scenario->n;
    const jko_economy_summary *s = &run->summary;
    double *limit = cli_alloc(n, sizeof *limit);
    double total = 0.0;
    double first = NAN;
    double last = NAN;
    double longest = NAN;
    double low[2];
    double high[2];
    (void)jko_economy_consumption(run->economy, run_mass(run, 0), &first);
    (void)jko_economy_consumption(run->economy, run_mass(run, run->steps), &last);
    (void)jko_measure_check(n, run_mass(run, 0), &total);
    run_profit_range(run, run_mass(run, 0), &low[0], &high[0]);
    run_profit_range(run, run_mass(run, run->steps), &low[1], &high[1]);
    const char *direction = last > first ? "rises" : last < first ? "falls" : "stays";
    cli_text_add(text, "Aggregate consumption X %s from %.10f to %.10f.\n", direction, first, last);
    cli_text_add(text, "Profit rates lay between %.5f and %.5f, and lie between %.5f and %.5f.\n",
                 low[0], high[0], low[1], high[1]);
    double rate = 0.0;
    if (s->convexity == JKO_CONVEX &&
        jko_economy_equilibrium(run->economy, total, limit, &rate) >= 0) {
        (void)jko_economy_consumption(run->economy, limit, &longest);
        cli_text_add(text,
                     "In the long run X is %.10f and the profit rate %.5f in every sector: %.1f %% "
                     "of the way in X is done.\n",
                     longest, rate, 100.0 * (last - first) / (longest - first));
    }
    if (!s->efficient && !s->reduced) {
        cli_text_add(text, "theta = %g is not > 0: the flow does not raise X.\n", s->theta);
    }
    free(limit);
}

// A path is made of minimisations, all of them certified; its states are combinations of these.
static void add_path(cli_text *text, const cli_run *run, double gap)
{
    int least = run->stages[0].order;
    int most = least;
    double error = 0.0;
    size_t open = 0;
    for (size_t k = 0; k < run->steps; k++) {
        least = run->stages[k].order < least ? run->stages[k].order : least;
        most = run->stages[k].order > most ? run->stages[k].order : most;
        error = fmax(error, run->stages[k].error);
    }
    for (size_t k = 0; k < run->inner_count; k++) {
        open += run->inner[k].status != JKO_OK;
    }
    cli_text_add(text,
                 "The steps, of order %d to %d in time, combine %zu minimisations (%s)%s: the "
                 "largest certified gap of one is %.2e.\n",
                 least, most, run->inner_count, RUN_INNER, open == 0 ? ", each proved optimal" : "",
                 gap);
    cli_text_add(text, "The estimated error of a step is at most %.1e of the mass.\n", error);
}

static void add_proof(cli_text *text, const cli_run *run)
{
    double gap = 0.0;
    double share = 0.0;
    double first = 0.0;
    double drift = 0.0;
    size_t locked = 0;
    size_t open = 0;
    run_largest_gap(run, &gap, &share);
    (void)jko_measure_check(run->scenario->n, run_mass(run, 0), &first);
    for (size_t k = 1; k <= run->steps; k++) {
        const jko_status status = run->reports[k - 1].status;
        locked += status == JKO_LOCKED;
        open += status != JKO_OK && status != JKO_LOCKED && status != JKO_LOCAL;
        drift = fmax(drift, fabs(run->reports[k - 1].mass - first));
    }
    if (run->cancelled) {
        cli_text_add(text, "The run was stopped before its end.\n");
    }
    if (run->steps == 0) {
        cli_text_add(text, "No step was taken.\n");
    } else if (run->scenario->follows) {
        add_path(text, run, gap);
    } else if (run->summary.convexity != JKO_NONCONVEX) {
        cli_text_add(text, "%s is %.2e, at most %.1e of the energy that its step released.\n",
                     open > 0 ? "The largest certified gap of a step"
                              : "Each step is proved optimal: the largest certified gap",
                     gap, share);
    } else {
        cli_text_add(text,
                     "The energy is not convex (s = %g > 1): steps are stationary points, "
                     "with no global bound.\n",
                     run->summary.s);
    }
    run_add_outlook(text, run);
    if (open > 0) {
        cli_text_add(text, "%zu of %zu steps did NOT reach their tolerance; see %s.\n", open,
                     run->steps, RUN_STEPS);
    }
    if (locked > 0) {
        cli_text_add(text,
                     "%zu of %zu steps %s locked: tau is so small that not moving is optimal. Use "
                     "a larger tau, or on a grid method exact1d.\n",
                     locked, run->steps, locked == 1 ? "is" : "are");
    }
    cli_text_add(text, "Mass is kept to %.1e.\n", drift);
}

static const char *against(double value, double rival)
{
    return value < rival   ? "the step beats no change"
           : value > rival ? "the step loses to no change"
                           : "the step is as far as no change";
}

static void add_forecast(cli_text *text, const cli_run *run)
{
    const cli_panel *panel = run->scenario->panel;
    const forecast_row *none = &run->forecast[0];
    const forecast_row *sign = &run->forecast[run->forecast_rows - 1];
    const size_t n = run->scenario->n;
    cli_text_add(text, "\n%zu sectors stay, %zu left out.\n%s\n", panel->n, panel->left,
                 panel->left_out);
    cli_text_add(text, "%-18s %9s %6s %6s %8s %7s %9s %9s %9s\n", "", "tau", "moved", "agree",
                 "agree of", "rank", "W2", "W2 to", "L1 to");
    cli_text_add(text, "%-18s %9s %6s %6s %8s %7s %9s %9s %9s\n", "", "", "", "", "all", "corr.",
                 "moved", "observed", "observed");
    for (size_t k = 0; k < run->forecast_rows; k++) {
        const forecast_row *row = &run->forecast[k];
        cli_text_add(text, "%-18s ", row->label);
        if (row->step > 0) {
            cli_text_add(text, "%9.4g ", run->tau[row->step - 1]);
        } else {
            cli_text_add(text, "%9s ", "");
        }
        if (row->movers > 0) {
            cli_text_add(text, "%6zu %6.3f ", row->movers,
                         (double)row->agree_movers / (double)row->movers);
        } else {
            cli_text_add(text, "%6d %6s ", 0, "-");
        }
        cli_text_add(text, "%8.3f %7.3f ", (double)row->agree_all / (double)n, row->rank);
        if (isnan(row->w2_observed)) {
            cli_text_add(text, "%9s %9s %9s\n", "-", "-", "-");
        } else {
            cli_text_add(text, "%9.5f %9.5f %9.5f\n", row->w2_moved, row->w2_observed,
                         row->l1_observed);
        }
    }
    if (run->fit == 0) {
        cli_text_add(text, "\n%s\n",
                     run->scenario->fit ? "There is no fit: no tau moves as far as was observed."
                                        : "No fit was asked for.");
        return;
    }
    const forecast_row *fit = &run->forecast[run->fit];
    cli_text_add(text,
                 "\nAt the fit, tau = %.6g, the step moves as far as was observed (W2 %.5f).\n",
                 run->tau[run->fit - 1], run->observed_w2);
    cli_text_add(text,
                 "%zu of %zu sectors move, %zu of them (%.3f) in the observed direction; the rank "
                 "correlation of predicted and observed change is %.3f.\n",
                 fit->movers, n, fit->agree_movers,
                 (double)fit->agree_movers / (double)(fit->movers > 0 ? fit->movers : 1),
                 fit->rank);
    cli_text_add(text, "W2 to the observed distribution is %.5f against %.5f for no change: %s.\n",
                 fit->w2_observed, none->w2_observed, against(fit->w2_observed, none->w2_observed));
    cli_text_add(text, "L1 to the observed distribution is %.5f against %.5f for no change: %s.\n",
                 fit->l1_observed, none->l1_observed, against(fit->l1_observed, none->l1_observed));
    cli_text_add(text,
                 "The bare sign of the profit gap agrees for %zu of %zu sectors (%.3f), the step "
                 "for %zu (%.3f).\n",
                 sign->agree_all, n, (double)sign->agree_all / (double)n, fit->agree_all,
                 (double)fit->agree_all / (double)n);
}

int run_write_log(const cli_run *run, const char *folder, char **said)
{
    const cli_scenario *scenario = run->scenario;
    cli_text text = {0};
    const char *slash = strrchr(scenario->path, '/');
    cli_text_add(&text, "%s: %zu %s, method %s, %zu %s.\n",
                 slash == NULL ? scenario->path : slash + 1, scenario->n, place_of(scenario),
                 jko_step_method_name(scenario->flow.method), run->steps,
                 scenario->single ? "single steps from the initial state" : "steps");
    char *class = run_class_text(run);
    cli_text_add(&text, "%s", class);
    free(class);
    if (!scenario->single && run->steps > 0) {
        add_consumption(&text, run);
    }
    add_proof(&text, run);
    if (run->forecast_rows > 0) {
        add_forecast(&text, run);
    }
    char *findings = cli_text_take(&text);
    cli_text_add(&text, "%s\nSteps\n%s", findings, HEADING);
    for (size_t k = 1; k <= run->steps; k++) {
        add_step(&text, run, k);
    }
    char *whole = cli_text_take(&text);
    char *path = run_path(folder, RUN_LOG);
    jko_writer *writer = NULL;
    jko_status status = jko_writer_create(&writer, path);
    if (status >= 0) {
        (void)jko_writer_text(writer, whole);
        status = jko_writer_commit(writer);
    }
    jko_writer_free(writer);
    free(path);
    free(whole);
    *said = findings;
    return status < 0 ? cli_fail_status(status, NULL) : CLI_OK;
}
