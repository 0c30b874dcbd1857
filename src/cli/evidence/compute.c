// SPDX-License-Identifier: BSD-3-Clause
/*
 * What jko panel computes, in the order of the report's sections.
 */
#include "evidence.h"

#include "convergence.h"
#include "deadzone.h"
#include "dropped.h"
#include "structure.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

void ev_add_table(ev_evidence *e, ev_section section, ev_table *table)
{
    if (e->tables < EV_MOST_TABLES) {
        e->table_section[e->tables] = section;
        e->table[e->tables++] = table;
    }
}

void ev_add_figure(ev_evidence *e, ev_section section, ev_figure_file figure)
{
    if (e->figures < EV_MOST_FIGURES) {
        e->figure_section[e->figures] = section;
        e->figure[e->figures++] = figure;
    }
}

const ev_table *ev_get_table(const ev_evidence *e, const char *name)
{
    for (size_t k = 0; k < e->tables; k++) {
        if (strcmp(e->table[k]->name, name) == 0) {
            return e->table[k];
        }
    }
    return NULL;
}

// The longest window: what its figures show is steadiest.
static ev_window longest(const ev_map *map)
{
    ev_window best = map->windows[0];
    for (size_t k = 1; k < map->window_count; k++) {
        if (map->windows[k].to - map->windows[k].from > best.to - best.from) {
            best = map->windows[k];
        }
    }
    return best;
}

static void compute_statistics(ev_evidence *e)
{
    ev_figure_file figure;
    ev_table *points = ev_points_table();
    ev_progress_say(&e->progress, "convergence", 0, 0);
    ev_add_table(e, EV_SECTION_CONVERGENCE, ev_convergence_table(e->panel, e->map));
    for (int m = 0; m < EV_MEASURES; m++) {
        if (m != EV_NET || e->panel->value[EV_CONSUMPTION] != NULL) {
            ev_figure_convergence(&figure, (ev_measure)m, e->panel, longest(e->map), points);
            ev_add_figure(e, EV_SECTION_CONVERGENCE, figure);
        }
    }
    ev_add_table(e, EV_SECTION_NONE, points);
    ev_table *dispersion = ev_dispersion_table(e->panel);
    ev_add_table(e, EV_SECTION_CONVERGENCE, dispersion);
    ev_figure_dispersion(&figure, dispersion);
    ev_add_figure(e, EV_SECTION_CONVERGENCE, figure);
    ev_figure_quartiles(&figure, dispersion);
    ev_add_figure(e, EV_SECTION_CONVERGENCE, figure);
    ev_add_table(e, EV_SECTION_DEADZONE, ev_deadzone_table(e->panel, e->map, &e->progress));
    ev_progress_say(&e->progress, "structural equation", 0, 0);
    ev_add_table(e, EV_SECTION_STRUCTURE, ev_structure_table(e->panel, e->map));
    ev_add_table(e, EV_SECTION_STRUCTURE, ev_parameters_table(e->panel, e->map));
    ev_add_table(e, EV_SECTION_STRUCTURE, ev_error_table(e->panel));
    ev_add_table(e, EV_SECTION_DATA, ev_dropped_table(e->panel));
    ev_add_table(e, EV_SECTION_DATA, ev_sums_table(e->panel));
}

static int compute_forecast(ev_evidence *e)
{
    ev_figure_file figure;
    ev_table *plan = NULL;
    int code = ev_forecast_run(&e->forecast, e->panel, e->map, &e->progress);
    code =
        code != CLI_OK ? code : ev_bootstrap(&e->train, e->forecast, &e->forecast->train, 100000);
    code = code != CLI_OK ? code : ev_bootstrap(&e->test, e->forecast, &e->forecast->test, 200000);
    code = code != CLI_OK ? code : ev_permute(&e->permutations, e->forecast);
    if (code != CLI_OK) {
        return code;
    }
    ev_add_table(e, EV_SECTION_FORECAST, ev_forecast_table(e->forecast, &e->train, &e->test));
    ev_add_table(e, EV_SECTION_FORECAST, ev_changes_table(e->forecast, &e->train, &e->test));
    ev_figure_forecast(&figure, e->forecast);
    ev_add_figure(e, EV_SECTION_FORECAST, figure);
    ev_add_table(e, EV_SECTION_FORECAST, ev_permutation_summary(&e->permutations, e->forecast));
    ev_figure_permutations(&figure, e->forecast, &e->permutations);
    ev_add_figure(e, EV_SECTION_FORECAST, figure);
    ev_add_table(e, EV_SECTION_NONE, ev_permutation_table(&e->permutations, e->forecast));
    ev_add_table(e, EV_SECTION_FORECAST, ev_tau_table(e->forecast));
    ev_add_table(e, EV_SECTION_NONE, ev_shares_table(e->forecast));
    ev_add_table(e, EV_SECTION_DISTANCE,
                 ev_metric_table(&e->forecast->metric, e->panel, e->forecast->who));
    code = ev_figure_transport(&figure, e->forecast, &plan);
    if (code == CLI_OK) {
        ev_add_table(e, EV_SECTION_NONE, plan);
        ev_add_figure(e, EV_SECTION_DISTANCE, figure);
    }
    ev_add_table(e, EV_SECTION_DATA, e->forecast->excluded);
    e->forecast->excluded = NULL; // the evidence's now
    return code;
}

int ev_compute(ev_evidence *e)
{
    // Where the forecast cannot be made, that is said before long computations.
    const int code = e->map->distance_file != NULL ? compute_forecast(e) : CLI_OK;
    if (code == CLI_OK) {
        compute_statistics(e);
        ev_find(e);
    }
    ev_progress_end(&e->progress);
    return code;
}

void ev_evidence_clear(ev_evidence *e)
{
    for (size_t k = 0; k < e->tables; k++) {
        ev_table_free(e->table[k]);
    }
    for (size_t k = 0; k < e->figures; k++) {
        ev_figure_free(&e->figure[k]);
    }
    for (size_t k = 0; k < e->findings; k++) {
        free(e->finding[k]);
    }
    ev_permutations_free(&e->permutations);
    ev_forecast_free(e->forecast);
    ev_panel_free(e->panel);
    ev_map_free(e->map);
}
