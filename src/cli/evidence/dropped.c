// SPDX-License-Identifier: BSD-3-Clause
/*
 * What became of the rows of a panel: left out by the map and why, missing, empty, without a
 * logarithm.
 */
#include "dropped.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void count(ev_panel *panel, size_t rows, char *what, char *who)
{
    panel->counts[panel->count++] = (ev_count){what, who, rows};
}

// Rows left out, a line for each reason with its sectors.
static void count_reasons(ev_panel *panel, const ev_map *map)
{
    for (size_t k = 0; k < map->leaves; k++) {
        cli_text who = {0};
        size_t rows = 0;
        bool first = true;
        for (size_t j = 0; j < map->leaves; j++) {
            if (strcmp(map->leave[j].reason, map->leave[k].reason) != 0) {
                continue;
            }
            first = first && j >= k;
            rows += map->leave[j].rows;
            cli_text_add(&who, "%s%s", who.length > 0 ? ", " : "", map->leave[j].sector);
            if (map->leave[j].year != 0) {
                cli_text_add(&who, " %d", map->leave[j].year);
            }
        }
        if (first) {
            count(panel, rows, cli_format("left out: %s", map->leave[k].reason),
                  cli_text_take(&who));
        } else {
            free(who.text);
        }
    }
}

// Empty cells and values that logarithms drop, of the rows that stay.
static void count_cells(ev_panel *panel)
{
    for (int role = 0; role < EV_ROLES; role++) {
        cli_text none = {0};
        cli_text low = {0};
        size_t empty = 0;
        size_t nonpositive = 0;
        for (size_t k = 0; panel->value[role] != NULL && k < panel->n * panel->years; k++) {
            const double value = panel->value[role][k];
            cli_text *who = isnan(value) ? &none : value <= 0.0 ? &low : NULL;
            if (!panel->used[k] || who == NULL) {
                continue;
            }
            *(who == &none ? &empty : &nonpositive) += 1;
            if (who->length < 300) {
                cli_text_add(who, "%s%s %d", who->length > 0 ? ", " : "",
                             panel->codes[k / panel->years],
                             panel->first + (int)(k % panel->years));
            } else if (who->text[who->length - 1] != '.') {
                cli_text_add(who, ", ...");
            }
        }
        if (empty > 0) {
            count(panel, empty, cli_format("no value: %s", ev_role_title((ev_role)role)),
                  cli_text_take(&none));
        }
        if (nonpositive > 0) {
            count(panel, nonpositive,
                  cli_format("not > 0, no logarithm: %s", ev_role_title((ev_role)role)),
                  cli_text_take(&low));
        }
        free(empty > 0 ? NULL : none.text);
        free(nonpositive > 0 ? NULL : low.text);
    }
}

// Sectors that are not there in every year: late, gone, or with a hole between.
static void count_gaps(ev_panel *panel)
{
    cli_text who = {0};
    size_t missing = 0;
    for (size_t i = 0; i < panel->n; i++) {
        const bool *row = panel->present + i * panel->years;
        size_t first = panel->years;
        size_t last = 0;
        size_t there = 0;
        for (size_t t = 0; t < panel->years; t++) {
            first = row[t] && first == panel->years ? t : first;
            last = row[t] ? t : last;
            there += row[t];
        }
        if (there == panel->years || !panel->kept[i]) {
            continue;
        }
        missing += panel->years - there;
        cli_text_add(&who, "%s%s", who.length > 0 ? "; " : "", panel->codes[i]);
        if (first > 0) {
            cli_text_add(&who, " appears in %d", panel->first + (int)first);
        }
        if (last + 1 < panel->years) {
            cli_text_add(&who, " vanishes after %d", panel->first + (int)last);
        }
        if (there < last - first + 1) {
            cli_text_add(&who, " has a gap of %zu years", last - first + 1 - there);
        }
    }
    if (missing > 0) {
        count(panel, missing, cli_copy("no row for a year of the panel"), cli_text_take(&who));
    }
}

void ev_count_dropped(ev_panel *panel, const ev_map *map)
{
    panel->counts = cli_alloc(map->leaves + 2 * EV_ROLES + 1, sizeof *panel->counts);
    count_reasons(panel, map);
    count_gaps(panel);
    count_cells(panel);
}

ev_table *ev_dropped_table(const ev_panel *panel)
{
    static const ev_column columns[] = {
        {"what", "what", EV_TEXT}, {"rows", "rows", 0}, {"which", "which", EV_TEXT}};
    ev_table *table = ev_table_create("dropped", "What was left out, and what is missing",
                                      sizeof columns / sizeof columns[0], columns);
    size_t used = 0;
    for (size_t k = 0; k < panel->n * panel->years; k++) {
        used += panel->used[k];
    }
    ev_table_text(table, "rows of the file");
    ev_table_number(table, (double)panel->rows);
    ev_table_text(table, "");
    ev_table_text(table, "rows that stay");
    ev_table_number(table, (double)used);
    ev_table_text(table, "");
    for (size_t k = 0; k < panel->count; k++) {
        ev_table_text(table, panel->counts[k].what);
        ev_table_number(table, (double)panel->counts[k].rows);
        ev_table_text(table, panel->counts[k].who);
    }
    return table;
}
