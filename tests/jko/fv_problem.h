// SPDX-License-Identifier: BSD-3-Clause
/*
 * Problems of problem.h for finite volumes on a circle or line of length 1. Include after <cmocka.h>.
 */
#ifndef JKO_TESTS_JKO_FV_PROBLEM_H
#define JKO_TESTS_JKO_FV_PROBLEM_H

#include "problem.h"

/* n cells with random weights and masses. */
static inline problem fv_random_problem(jko_t_random *random, size_t n, double s, double tau)
{
    problem p = {.n = n, .h = 1.0 / (double)n, .s = s, .tau = tau};
    for (size_t i = 0; i < n; i++) {
        p.w[i] = 0.5 + jko_t_uniform(random);
        p.a[i] = p.h * (0.2 + 2.0 * jko_t_uniform(random));
    }
    problem_make_energy(&p);
    return p;
}

/* The flow of the method fv, with the cost of reallocation of p. */
static inline jko_flow *fv_flow(const problem *p, bool circle)
{
    jko_flow_settings settings;
    jko_grid *grid = NULL;
    jko_flow *flow = NULL;
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_FV;
    settings.reallocation = p->reallocation;
    settings.reallocation_cost = p->k;
    assert_int_equal(circle ? jko_grid_create_circle(&grid, p->n, 1.0)
                            : jko_grid_create_line(&grid, p->n, 1.0),
                     JKO_OK);
    assert_int_equal(jko_flow_create_1d(&flow, grid, &p->energy, &settings), JKO_OK);
    jko_grid_free(grid);
    return flow;
}

/* The density that carries mass over the face between cells e and e + 1; 0 at the end of a line. */
static inline long double fv_density_at(const problem *p, bool circle, size_t e)
{
    const bool end = (!circle && e + 1 == p->n) || p->n == 1;
    return end ? 0.0L : ((long double)p->a[e] + p->a[(e + 1) % p->n]) / (2.0L * p->h);
}

#endif
