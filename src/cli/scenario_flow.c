// SPDX-License-Identifier: BSD-3-Clause
/*
 * The section [flow] of a scenario, and the times of its steps.
 *
 * A flow goes from 0 to `until` in steps of tau. Where a time to save, or the end, is no multiple
 * of tau, the steps before it are made equal and a little shorter, so that it is met exactly.
 */
#include "scenario_keys.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

#define SAME_TIME 1e-9      // relative to tau: times that are this close are the same
#define SAME_PATH_TIME 1e-9 // the same, relative to the end of a path
#define MOST_STEPS 1e7      // more is a typing error

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static int read_epsilon(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    const bool epsilon = scenario_value(reader, "flow", "epsilon") != NULL;
    const bool sigma = scenario_value(reader, "flow", "sigma_cells") != NULL;
    double cells = 0.0;
    const jko_step_method method = scenario->flow.method;
    if (method != JKO_STEP_ENTROPIC && method != JKO_STEP_DEBIASED) {
        return epsilon || sigma
                   ? scenario_refuse(reader, "flow", epsilon ? "epsilon" : "sigma_cells",
                                     "only the methods entropic and debiased have a "
                                     "regularisation; remove the key, or choose one of them")
                   : CLI_OK;
    }
    if (epsilon == sigma) {
        return scenario_refuse(reader, "flow", "epsilon",
                               "the methods entropic and debiased need exactly one of epsilon and "
                               "sigma_cells");
    }
    if (epsilon) {
        return scenario_positive(reader, "flow", "epsilon", &scenario->flow.epsilon);
    }
    if (scenario->kind == SCENARIO_COST) {
        return scenario_refuse(reader, "flow", "sigma_cells",
                               "a cost matrix has no cells to measure in; use epsilon");
    }
    const int code = scenario_positive(reader, "flow", "sigma_cells", &cells);
    scenario->flow.blur = cells * scenario->cell;
    return code;
}

static int read_settings(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    jko_flow_settings *flow = &scenario->flow;
    size_t method = 0;
    size_t reallocation = 0;
    double iterations = 0.0;
    jko_flow_settings_default(flow);
    int code =
        scenario_choice(reader, "flow", "method", "atoms|entropic|debiased|exact1d|fv", &method);
    code = code != CLI_OK ? code
                          : scenario_choice(reader, "flow", "reallocation", "none|soft|hull|hard",
                                            &reallocation);
    flow->method = (jko_step_method)method;
    flow->reallocation = (jko_reallocation)reallocation;
    if (code == CLI_OK && scenario->kind == SCENARIO_COST && scenario_between_densities(scenario)) {
        code =
            scenario_refuse(reader, "flow", "method",
                            "it needs cells on a circle or line; use atoms, entropic or debiased");
    }
    if (code == CLI_OK && scenario_between_densities(scenario) &&
        flow->reallocation == JKO_REALLOCATION_HARD) {
        code = scenario_refuse(reader, "flow", "reallocation",
                               "hard is not convex, which steps between densities need; use hull, "
                               "or method atoms");
    }
    if (code == CLI_OK && flow->method == JKO_STEP_EXACT1D && reallocation != 0) {
        code =
            scenario_refuse(reader, "flow", "reallocation",
                            "jko verify does not recompute such steps of method exact1d yet; use "
                            "method fv");
    }
    code = code != CLI_OK ? code : read_epsilon(reader);
    if (code == CLI_OK && reallocation != 0) {
        code = scenario_number(reader, "flow", "reallocation_cost", &flow->reallocation_cost);
    } else if (code == CLI_OK && scenario_value(reader, "flow", "reallocation_cost") != NULL) {
        code = scenario_refuse(reader, "flow", "reallocation_cost",
                               "reallocation = none has no cost; remove the key or name the kind");
    }
    code = code != CLI_OK ? code : scenario_positive(reader, "flow", "tolerance", &flow->tolerance);
    code = code != CLI_OK ? code : scenario_number(reader, "flow", "max_iterations", &iterations);
    if (code == CLI_OK && !(iterations >= 1.0 && iterations <= 1e15)) {
        code = scenario_refuse(reader, "flow", "max_iterations", "it must be from 1 to 1e15");
    }
    flow->max_iterations = (int64_t)iterations;
    return code;
}

// Append the steps of one stretch, the last of which ends at its end exactly and may be saved.
static void add_stretch(cli_scenario *scenario, double begin, double end, double tau, bool save)
{
    const double count = fmax(1.0, ceil((end - begin) / tau - SAME_TIME));
    const double length = (end - begin) / count;
    const double step = fabs(length - tau) <= SAME_TIME * tau ? tau : length;
    for (double k = 1.0; k <= count; k += 1.0) {
        const size_t at = scenario->taus++;
        scenario->tau[at] = step;
        scenario->time[at] = k < count ? begin + k * length : end;
        scenario->saved[at] = k == count && save;
    }
}

static int schedule(scenario_reader *reader, double tau, double until, double *save, size_t saves)
{
    cli_scenario *scenario = reader->scenario;
    double begin = 0.0;
    size_t k = 0;
    const size_t most = (size_t)ceil(until / tau) + saves + 1;
    scenario->tau = cli_alloc(most, sizeof(double));
    scenario->time = cli_alloc(most, sizeof(double));
    scenario->saved = cli_alloc(most, sizeof(bool));
    for (; k < saves && save[k] <= SAME_TIME * tau; k++) {
        scenario->save_start = true;
    }
    for (; k < saves; k++) {
        if (save[k] - begin > SAME_TIME * tau) {
            const bool last = until - save[k] <= SAME_TIME * tau;
            add_stretch(scenario, begin, last ? until : save[k], tau, true);
            begin = last ? until : save[k];
        }
    }
    if (until - begin > SAME_TIME * tau) {
        add_stretch(scenario, begin, until, tau, false);
    }
    return CLI_OK;
}

/* The times that the steps of a path end at: those to save, and the end. Times that are as good as
   the same, relative to the end, count once. */
static int schedule_path(scenario_reader *reader, double until, double *save, size_t saves)
{
    cli_scenario *scenario = reader->scenario;
    qsort(save, saves, sizeof *save, compare);
    if (saves > 0 && (save[0] < 0.0 || save[saves - 1] > until * (1.0 + SAME_PATH_TIME))) {
        return scenario_refuse(reader, "flow", "save", "times must lie between 0 and until");
    }
    scenario->ends = cli_alloc(saves + 1, sizeof(double));
    scenario->kept = cli_alloc(saves + 1, sizeof(bool));
    double last = 0.0;
    for (size_t k = 0; k < saves; k++) {
        const double time = until - save[k] <= SAME_PATH_TIME * until ? until : save[k];
        scenario->save_start = scenario->save_start || time <= SAME_PATH_TIME * until;
        if (time - last > SAME_PATH_TIME * until) {
            scenario->kept[scenario->end_count] = true;
            scenario->ends[scenario->end_count++] = time;
            last = time;
        }
    }
    if (last < until) {
        scenario->ends[scenario->end_count++] = until;
    }
    return CLI_OK;
}

int scenario_save_times(scenario_reader *reader, double until, double **save, size_t *count)
{
    int code = CLI_OK;
    *count = 0;
    if (scenario_value(reader, "flow", "save") != NULL) {
        code = scenario_list(reader, "flow", "save", save, count, NULL);
    } else {
        *save = cli_alloc(2, sizeof **save);
        (*save)[1] = until;
        *count = 2;
    }
    if (code != CLI_OK || *count == 0) {
        return code;
    }
    qsort(*save, *count, sizeof **save, compare);
    return (*save)[0] < 0.0 || (*save)[*count - 1] > until * (1.0 + SAME_TIME)
               ? scenario_refuse(reader, "flow", "save", "times must lie between 0 and until")
               : CLI_OK;
}

static int read_flow_times(scenario_reader *reader, double tau)
{
    double until = 0.0;
    double *save = NULL;
    size_t saves = 0;
    const bool path = reader->scenario->follows;
    int code = scenario_positive(reader, "flow", "until", &until);
    if (code != CLI_OK) {
        return code;
    }
    if (!path && until / tau > MOST_STEPS) {
        return scenario_refuse(reader, "flow", "tau", "that is more than 1e7 steps until the end");
    }
    code = scenario_save_times(reader, until, &save, &saves);
    if (code == CLI_OK) {
        code = path ? schedule_path(reader, until, save, saves)
                    : schedule(reader, tau, until, save, saves);
    }
    free(save);
    return code;
}

// How the steps of a flow follow each other, and what that needs of tau.
static int read_stepping(scenario_reader *reader, bool single)
{
    static const jko_scheme schemes[] = {JKO_SCHEME_AUTO, JKO_SCHEME_FIXED, JKO_SCHEME_BDF2,
                                         JKO_SCHEME_EXTRAPOLATED, JKO_SCHEME_MULTISTEP};
    cli_scenario *scenario = reader->scenario;
    const bool accuracy = scenario_value(reader, "flow", "accuracy") != NULL;
    size_t choice = 0;
    int code = scenario_choice(reader, "flow", "stepping", "auto|fixed|bdf2|extrapolated|multistep",
                               &choice);
    if (code != CLI_OK) {
        return code;
    }
    const jko_scheme scheme = schemes[choice];
    const bool adaptive = scheme != JKO_SCHEME_FIXED && scheme != JKO_SCHEME_BDF2;
    scenario->follows = scheme != JKO_SCHEME_FIXED;
    jko_advance_settings_default(&scenario->advance);
    scenario->advance.scheme = scheme;
    if (scenario->follows && (single || !scenario_between_densities(scenario))) {
        return scenario_refuse(reader, "flow", "stepping",
                               single ? "steps = single takes each step by itself: use fixed"
                                      : "only the methods exact1d and fv take that; use fixed");
    }
    if (scenario->flow.method != JKO_STEP_FV &&
        (scheme == JKO_SCHEME_BDF2 || scheme == JKO_SCHEME_MULTISTEP)) {
        return scenario_refuse(reader, "flow", "stepping",
                               "only method fv takes that here; use extrapolated or fixed");
    }
    if (accuracy && !adaptive) {
        return scenario_refuse(reader, "flow", "accuracy",
                               "stepping = fixed and bdf2 take the tau they are given; remove the "
                               "key");
    }
    if (!accuracy) {
        return CLI_OK;
    }
    code = scenario_positive(reader, "flow", "accuracy", &scenario->advance.tolerance);
    return code != CLI_OK || scenario->advance.tolerance >= JKO_LEAST_TOLERANCE
               ? code
               : scenario_refuse(
                     reader, "flow", "accuracy",
                     "rounding of the masses hides what is below 1e-13; give that or more");
}

// A path: tau is the step of bdf2, and the largest one of the others, if it is there.
static int read_path(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    double tau = 0.0;
    int code = CLI_OK;
    if (scenario->advance.scheme == JKO_SCHEME_BDF2 ||
        scenario_value(reader, "flow", "tau") != NULL) {
        code = scenario_positive(reader, "flow", "tau", &tau);
    }
    if (scenario->advance.scheme == JKO_SCHEME_BDF2) {
        scenario->advance.tau = tau;
    } else {
        scenario->advance.largest_step = tau;
    }
    return code != CLI_OK ? code : read_flow_times(reader, tau);
}

int scenario_read_flow(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    double *tau = NULL;
    size_t count = 0;
    size_t steps = 0;
    int code = read_settings(reader);
    code = code != CLI_OK ? code : scenario_choice(reader, "flow", "steps", "flow|single", &steps);
    if (code != CLI_OK) {
        return code;
    }
    scenario->single = steps == 1;
    code = read_stepping(reader, scenario->single);
    if (code != CLI_OK || scenario->follows) {
        return code != CLI_OK ? code : read_path(reader);
    }
    code = scenario_list(reader, "flow", "tau", &tau, &count,
                         scenario->single ? &scenario->fit : NULL);
    for (size_t k = 0; code == CLI_OK && k < count; k++) {
        if (tau[k] <= 0.0) {
            code = scenario_refuse(reader, "flow", "tau", "time steps must be > 0");
        }
    }
    if (code == CLI_OK && scenario->fit && scenario->panel == NULL) {
        code = scenario_refuse(reader, "flow", "tau", "fit needs a [panel] to fit to");
    }
    if (code == CLI_OK && scenario->single && count + (scenario->fit ? 1 : 0) > 0) {
        qsort(tau, count, sizeof *tau, compare);
        scenario->tau = tau;
        scenario->taus = count;
        for (size_t k = 1; k < count; k++) {
            if (tau[k] - tau[k - 1] <= SAME_TIME * tau[k]) {
                return scenario_refuse(reader, "flow", "tau", "each tau may be given once");
            }
        }
        return scenario_value(reader, "flow", "until") == NULL &&
                       scenario_value(reader, "flow", "save") == NULL
                   ? CLI_OK
                   : scenario_refuse(reader, "flow", "until",
                                     "steps = single takes no until and no save");
    }
    if (code == CLI_OK && count != 1) {
        code = scenario_refuse(reader, "flow", "tau",
                               "a flow has one tau; use steps = single for several");
    }
    code = code != CLI_OK ? code : read_flow_times(reader, tau[0]);
    free(tau);
    return code;
}
