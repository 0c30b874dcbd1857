// SPDX-License-Identifier: BSD-3-Clause
/*
 * The section [pde] of a scenario, and what `jko pde` takes from [flow]: until, save and, unless
 * [pde] says otherwise, the cost of reallocation. Method and steps of the flow have no meaning for
 * a differential equation in time.
 */
#include "scenario_keys.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

#define SAME_TIME 1e-12 // relative to until

// The key of [pde], or that of [flow] in its place.
static const char *section_of(const scenario_reader *reader, const char *key)
{
    return scenario_value(reader, "pde", key) != NULL ? "pde" : "flow";
}

static int read_law(scenario_reader *reader)
{
    scenario_pde *pde = &reader->scenario->pde;
    const char *section = section_of(reader, "reallocation");
    size_t law = 0;
    double cost = 0.0;
    int code = scenario_choice(reader, section, "reallocation", "none|soft|hull|hard|code", &law);
    pde->law = (scenario_law)law;
    if (code != CLI_OK || pde->law == SCENARIO_LAW_NONE) {
        return code;
    }
    section = section_of(reader, "reallocation_cost");
    code = scenario_number(reader, section, "reallocation_cost", &cost);
    if (code == CLI_OK && cost < 0.0) {
        code = scenario_refuse(reader, section, "reallocation_cost", "it must be >= 0");
    }
    pde->threshold = pde->law == SCENARIO_LAW_HARD ? sqrt(2.0 * cost) : cost;
    code = code != CLI_OK ? code : scenario_positive(reader, "pde", "half_width", &pde->half_width);
    code = code != CLI_OK ? code : scenario_positive(reader, "pde", "ramp", &pde->ramp);
    if (code == CLI_OK && pde->law == SCENARIO_LAW_CODE && !pde->central) {
        code = scenario_refuse(reader, "pde", "scheme",
                               "reallocation = code is the published code's rule, which has "
                               "central differences; set scheme = central");
    }
    return code;
}

// Saved times in ascending order without repetitions, and the end, as scenario->time.
static int read_times(scenario_reader *reader)
{
    cli_scenario *scenario = reader->scenario;
    double until = 0.0;
    double *save = NULL;
    size_t count = 0;
    int code = scenario_positive(reader, "flow", "until", &until);
    code = code != CLI_OK ? code : scenario_save_times(reader, until, &save, &count);
    if (code == CLI_OK) {
        const double same = SAME_TIME * until;
        scenario->time = cli_alloc(count + 1, sizeof(double));
        scenario->saved = cli_alloc(count + 1, sizeof(bool));
        for (size_t k = 0; k < count; k++) {
            const size_t at = scenario->taus;
            if (save[k] <= same) {
                scenario->save_start = true;
            } else if (at == 0 || save[k] - scenario->time[at - 1] > same) {
                scenario->time[at] = fmin(save[k], until);
                scenario->saved[at] = true;
                scenario->taus++;
            }
        }
        if (scenario->taus == 0 || until - scenario->time[scenario->taus - 1] > same) {
            scenario->time[scenario->taus++] = until;
        }
    }
    free(save);
    return code;
}

// What the equation needs to have a solution.
static int check_equation(scenario_reader *reader)
{
    const cli_scenario *scenario = reader->scenario;
    if (scenario->kind == SCENARIO_COST) {
        return scenario_refuse(reader, "grid", "kind",
                               "the equation needs cells on a circle or line");
    }
    if (scenario->pde.central && scenario->kind == SCENARIO_LINE) {
        return scenario_refuse(reader, "pde", "scheme",
                               "central differences are for the circle; use conservative");
    }
    for (size_t i = 0; i < scenario->n; i++) {
        if (!(scenario->mass[i] > 0.0)) {
            return cli_fail(CLI_INVALID,
                            "%s: the initial density of cell %zu is %g; the equation needs "
                            "densities > 0, the steps of jko flow take empty cells",
                            scenario->path, i, scenario->mass[i] / scenario->cell);
        }
    }
    return CLI_OK;
}

int scenario_read_pde(scenario_reader *reader)
{
    scenario_pde *pde = &reader->scenario->pde;
    size_t scheme = 0;
    int code = scenario_choice(reader, "pde", "scheme", "conservative|central", &scheme);
    pde->central = scheme == 1;
    code = code != CLI_OK ? code : check_equation(reader);
    code = code != CLI_OK ? code : read_law(reader);
    code =
        code != CLI_OK ? code : scenario_positive(reader, "pde", "relative_tolerance", &pde->rtol);
    code =
        code != CLI_OK ? code : scenario_positive(reader, "pde", "absolute_tolerance", &pde->atol);
    if (code == CLI_OK && pde->rtol >= 0.1) {
        code = scenario_refuse(reader, "pde", "relative_tolerance", "it must be below 0.1");
    }
    return code != CLI_OK ? code : read_times(reader);
}
