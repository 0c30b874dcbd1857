// SPDX-License-Identifier: BSD-3-Clause
/*
 * Where masses lie: equal cells on a circle or line, or a list of sectors with a cost matrix.
 */
#include "ground.h"

#include "cli.h"

int ground_check(const ground *where, const char *command)
{
    if ((int)where->circle + (int)where->line + (int)(where->cost != NULL) == 1) {
        return CLI_OK;
    }
    return cli_fail(CLI_INVALID,
                    "%s: give one of --circle, --line and --cost FILE.csv, to say how far apart "
                    "the masses are",
                    command);
}

static int check_grid(const masses *source, const masses *target, double length)
{
    if (source->n != target->n) {
        return cli_fail(CLI_INVALID,
                        "%s has %zu masses and %s has %zu; on a circle or line both need the same "
                        "cells: give as many rows",
                        source->path, source->n, target->path, target->n);
    }
    int code = masses_check_same(source, target);
    if (code == CLI_OK) {
        code = masses_check_positions(source, length / (double)source->n);
    }
    if (code == CLI_OK && target != source) {
        code = masses_check_positions(target, length / (double)target->n);
    }
    return code;
}

static int create_grid_cost(jko_cost **out, const ground *where, size_t n)
{
    jko_grid *grid = NULL;
    jko_status status = where->circle ? jko_grid_create_circle(&grid, n, where->length)
                                      : jko_grid_create_line(&grid, n, where->length);
    if (status >= 0) {
        status = jko_cost_create_squared(out, grid, grid);
    }
    jko_grid_free(grid);
    return status < 0 ? cli_fail_input(status, NULL) : CLI_OK;
}

static void scale_densities(const ground *where, masses *source, masses *target)
{
    masses_from_density(source, where->length / (double)source->n);
    if (target != source) {
        masses_from_density(target, where->length / (double)target->n);
    }
}

int ground_check_cells(const ground *where, masses *source, masses *target)
{
    const int code = check_grid(source, target, where->length);
    if (code == CLI_OK) {
        scale_densities(where, source, target);
    }
    return code;
}

int ground_create(jko_cost **out, const ground *where, masses *source, masses *target)
{
    *out = NULL;
    if (where->cost != NULL) {
        const int code = cost_read(out, where->cost, source, target);
        if (code == CLI_OK) {
            scale_densities(where, source, target);
        }
        return code;
    }
    const int code = ground_check_cells(where, source, target);
    return code == CLI_OK ? create_grid_cost(out, where, source->n) : code;
}
