// SPDX-License-Identifier: BSD-3-Clause
/*
 * Whether the choice of method, grid, tau and blur could follow the flow: what jko_look_ahead() says
 * of each step, from the state that it started from, and what to change.
 */
#include "run.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

// What to expect of step k; false where nothing can be said.
static bool look(const cli_run *run, const jko_grid *grid, size_t k, double *work,
                 jko_outlook *outlook)
{
    const size_t n = run->scenario->n;
    const double *mass = run_start(run, k);
    double *variation = work;
    double *diagonal = work + n;
    double value = 0.0;
    double weight = 0.0;
    bool curved = run->energy.hessian_parts != NULL;
    if (run->energy.eval(run->energy.user, n, mass, &value, variation) != 0 || !isfinite(value)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        curved = curved && mass[i] > 0.0;
    }
    curved = curved && run->energy.hessian_parts(run->energy.user, n, mass, variation, diagonal,
                                                 work + 2 * n, &weight) == 0;
    return jko_look_ahead(grid, run->scenario->flow.method, run->tau[k - 1],
                          run->reports[k - 1].epsilon, mass, variation, curved ? diagonal : NULL,
                          outlook) >= 0;
}

static void say(cli_text *text, const cli_run *run, size_t count, const jko_outlook *worst)
{
    cli_text_add(text, "CAUTION, %zu of %zu steps: %s", count, run->steps, worst->advice);
    if (worst->verdict == JKO_VERDICT_LOCKS) {
        cli_text_add(
            text,
            ". (%.0f %% of the mass gains less by moving to the next cell than that costs; "
            "tau from %.2g on moves it.)\n",
            100.0 * worst->locked_share, worst->better_tau);
    } else if (worst->verdict == JKO_VERDICT_NARROW) {
        cli_text_add(text, ". (The blur is %.2g cells; epsilon about %.2g makes it one.)\n",
                     worst->blur_cells, worst->better_epsilon);
    } else {
        cli_text_add(text, ". (It spreads mass %.2g times as fast as the energy does.)\n",
                     worst->added / worst->diffusivity);
    }
}

void run_add_outlook(cli_text *text, const cli_run *run)
{
    const cli_scenario *scenario = run->scenario;
    size_t count[4] = {0};
    jko_outlook worst[4];
    jko_grid *grid = NULL;
    if (scenario->kind == SCENARIO_COST || scenario->follows || !run->energy.convex ||
        scenario_grid(scenario, &grid) < 0) {
        return;
    }
    double *work = cli_alloc(3 * scenario->n, sizeof *work);
    for (size_t k = 1; k <= run->steps; k++) {
        jko_outlook outlook = {.struct_size = sizeof outlook};
        if (!look(run, grid, k, work, &outlook)) {
            continue;
        }
        const size_t v = (size_t)outlook.verdict;
        const bool worse = count[v] == 0 || outlook.locked_share > worst[v].locked_share ||
                           outlook.blur_cells < worst[v].blur_cells;
        worst[v] = worse ? outlook : worst[v];
        count[v]++;
    }
    for (size_t v = JKO_VERDICT_LOCKS; v <= JKO_VERDICT_DIFFUSES; v++) {
        if (count[v] > 0) {
            say(text, run, count[v], &worst[v]);
        }
    }
    free(work);
    jko_grid_free(grid);
}
