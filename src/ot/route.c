// SPDX-License-Identifier: BSD-3-Clause
/*
 * What a plan lacks, sent along allowed arcs.
 *
 * First each row gives what it has over to the columns that it reaches directly. What is left
 * takes augmenting paths: from a row along allowed arcs to a column, from there back along an arc
 * of the plan to another row, and so on to a column that lacks mass. The shortest path is found
 * by breadth-first search, O(m n); a scaled entropic plan lacks so little that few are needed.
 *
 * Source: Ford and Fulkerson (1956); Edmonds and Karp (1972).
 */
#include "route.h"

#include "base/alloc.h"

#include <math.h>

#define NONE ((size_t)-1)
#define PATHS_PER_NODE ((size_t)8) // at most; what is left then is left

bool jko_i_route_create(jko_i_route *route, const jko_cost *cost)
{
    route->plan = NULL;
    route->before = route->queue = NULL;
    if (!cost->forbidden) {
        return true;
    }
    route->plan = jko_i_alloc(cost->m * cost->n, sizeof *route->plan);
    route->before = jko_i_alloc(cost->m + cost->n, sizeof *route->before);
    route->queue = jko_i_alloc(cost->m + cost->n, sizeof *route->queue);
    return route->plan != NULL && route->before != NULL && route->queue != NULL;
}

void jko_i_route_free(jko_i_route *route)
{
    jko_i_free(route->plan);
    jko_i_free(route->before);
    jko_i_free(route->queue);
}

static void give_directly(const jko_cost *cost, double *plan, double *row_rest, double *column_rest)
{
    for (size_t i = 0; i < cost->m; i++) {
        const double *row = jko_i_cost_row(cost, i);
        for (size_t j = 0; row_rest[i] > 0.0 && j < cost->n; j++) {
            const double mass = fmin(row_rest[i], column_rest[j]);
            if (mass > 0.0 && !isinf(row[j])) {
                plan[i * cost->n + j] += mass;
                row_rest[i] -= mass;
                column_rest[j] -= mass;
            }
        }
    }
}

// The column at the end of a shortest path from a row to one that lacks mass, or NONE.
static size_t search(jko_i_route *route, const jko_cost *cost, const double *plan,
                     const double *column_rest, size_t from)
{
    const size_t m = cost->m;
    size_t length = 0;
    for (size_t v = 0; v < m + cost->n; v++) {
        route->before[v] = NONE;
    }
    route->before[from] = from;
    route->queue[length++] = from;
    for (size_t k = 0; k < length; k++) {
        const size_t node = route->queue[k];
        const double *row = node < m ? jko_i_cost_row(cost, node) : NULL;
        for (size_t other = 0; other < (node < m ? cost->n : m); other++) {
            const size_t next = node < m ? m + other : other;
            const bool open =
                node < m ? !isinf(row[other]) : plan[other * cost->n + (node - m)] > 0.0;
            if (!open || route->before[next] != NONE) {
                continue;
            }
            route->before[next] = node;
            route->queue[length++] = next;
            if (next >= m && column_rest[other] > 0.0) {
                return other;
            }
        }
    }
    return NONE;
}

// Send what the path takes.
static void augment(const jko_i_route *route, const jko_cost *cost, double *plan, size_t from,
                    size_t to, double *row_rest, double *column_rest)
{
    const size_t m = cost->m;
    const size_t n = cost->n;
    double mass = fmin(row_rest[from], column_rest[to]);
    for (size_t v = m + to; v != from; v = route->before[v]) {
        if (v < m) { // reached from a column: mass of that arc goes back
            mass = fmin(mass, plan[v * n + (route->before[v] - m)]);
        }
    }
    for (size_t v = m + to; v != from; v = route->before[v]) {
        const size_t u = route->before[v];
        if (v < m) {
            plan[v * n + (u - m)] -= mass;
        } else {
            plan[u * n + (v - m)] += mass;
        }
    }
    row_rest[from] -= mass;
    column_rest[to] -= mass;
}

void jko_i_route_rest(jko_i_route *route, const jko_cost *cost, double nothing, double *plan,
                      double *row_rest, double *column_rest)
{
    size_t paths = PATHS_PER_NODE * (cost->m + cost->n);
    give_directly(cost, plan, row_rest, column_rest);
    for (size_t i = 0; i < cost->m; i++) {
        while (row_rest[i] > nothing && paths > 0) {
            const size_t to = search(route, cost, plan, column_rest, i);
            if (to == NONE) {
                break;
            }
            augment(route, cost, plan, i, to, row_rest, column_rest);
            paths--;
        }
    }
}
