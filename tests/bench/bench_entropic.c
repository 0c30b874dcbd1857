// SPDX-License-Identifier: BSD-3-Clause
/*
 * Time of entropic transport: one CSV line a case. bench_entropic [CASE [N [EPSILON [THREADS]]]]
 * runs one alone, with epsilon as a share of the largest cost.
 *
 * A time covers everything from the matrix, or the grid, to the plan and its certificate; solve_s is
 * the solve alone, where the threads work. Inputs are drawn anew for each repeat.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime

#include <jko/jko.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPEATS 7
#define PI 3.14159265358979323846

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Uniform on [0, 1) (splitmix64).
static double draw(unsigned long long *state)
{
    unsigned long long z = (*state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

typedef struct problem {
    const char *name;
    size_t n;
    double *a;
    double *b;
    double *c; // [n][n]
    double *plan;
} problem;

// Exponential weights, or for the circle two smooth densities.
static void fill(const problem *p, unsigned long long *state)
{
    const size_t n = p->n;
    const bool clouds = strcmp(p->name, "clouds") == 0;
    const double phase = draw(state);
    double sum_a = 0.0;
    double sum_b = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double at = (double)i / (double)n;
        const bool smooth = strcmp(p->name, "circle") == 0;
        p->a[i] = smooth ? 1.0 + 0.9 * cos(2.0 * PI * (at + phase)) : -log(1.0 - draw(state));
        p->b[i] = smooth ? 1.0 + 0.5 * sin(4.0 * PI * at) : -log(1.0 - draw(state));
        sum_a += p->a[i];
        sum_b += p->b[i];
    }
    // Places in the plane are kept in the plan until it is wanted.
    for (size_t i = 0; clouds && i < 4 * n; i++) {
        p->plan[i] = draw(state);
    }
    for (size_t i = 0; i < n; i++) {
        p->a[i] /= sum_a;
        p->b[i] /= sum_b;
        for (size_t j = 0; j < n; j++) {
            const double dx = p->plan[2 * i] - p->plan[2 * (n + j)];
            const double dy = p->plan[2 * i + 1] - p->plan[2 * (n + j) + 1];
            p->c[i * n + j] = clouds ? dx * dx + dy * dy : draw(state);
        }
    }
}

static jko_status make_cost(jko_cost **cost, const problem *p)
{
    if (strcmp(p->name, "circle") != 0) {
        return jko_cost_create_matrix(cost, p->n, p->n, p->c);
    }
    jko_grid *grid = NULL;
    jko_status status = jko_grid_create_circle(&grid, p->n, 1.0);
    status = status < 0 ? status : jko_cost_create_squared(cost, grid, grid);
    jko_grid_free(grid);
    return status;
}

static int compare(const void *p, const void *q)
{
    const double a = *(const double *)p;
    const double b = *(const double *)q;
    return (a > b) - (a < b);
}

static jko_status solve(const problem *p, double share, int threads, jko_ot_report *report)
{
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    jko_ot_settings settings;
    jko_ot_settings_default(&settings);
    settings.method = JKO_OT_SINKHORN;
    settings.threads = threads;
    jko_status status = make_cost(&cost, p);
    settings.epsilon = share * jko_cost_max(cost);
    status = status < 0 ? status : jko_ot_create(&ot, cost, &settings);
    status = status < 0 ? status : jko_ot_solve(ot, p->a, p->b, p->plan, report);
    jko_ot_free(ot);
    jko_cost_free(cost);
    return status;
}

static bool run(const char *name, size_t n, double share, int threads)
{
    unsigned long long state = 7;
    double taken[REPEATS];
    double solves[REPEATS];
    problem p = {name, n, NULL, NULL, NULL, NULL};
    jko_ot_report report = {.struct_size = sizeof report};
    double *memory = calloc(2 * n + 2 * n * n + 4 * n, sizeof *memory);
    if (memory == NULL) {
        return false;
    }
    p.a = memory;
    p.b = memory + n;
    p.c = memory + 2 * n;
    p.plan = p.c + n * n;
    for (int k = -1; k < REPEATS; k++) { // -1 warms up
        fill(&p, &state);
        const double start = seconds();
        const jko_status status = solve(&p, share, threads, &report);
        if (k >= 0) {
            taken[k] = seconds() - start;
            solves[k] = report.seconds;
        }
        if (status != JKO_OK) {
            fprintf(stderr, "%s: %s\n", name, jko_status_text(status));
            free(memory);
            return false;
        }
    }
    qsort(taken, REPEATS, sizeof *taken, compare);
    qsort(solves, REPEATS, sizeof *solves, compare);
    printf("%s,%zu,%g,%d,%.6g,%.6g,%.6g,%lld,%.2g,%s\n", name, n, share, threads,
           taken[REPEATS / 2], taken[0], solves[REPEATS / 2], (long long)report.iterations,
           report.gap, jko_ot_engine_name(report.engine));
    (void)fflush(stdout);
    free(memory);
    return true;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        size_t n;
        double share;
    } cases[] = {
        {"clouds", 62, 1e-1},   {"clouds", 62, 1e-2},   {"clouds", 62, 1e-3},
        {"clouds", 62, 1e-4},   {"random", 400, 1e-2},  {"clouds", 500, 1e-2},
        {"clouds", 1000, 1e-2}, {"clouds", 1000, 1e-3}, {"clouds", 2000, 1e-2},
        {"circle", 2000, 1e-2}, {"circle", 2000, 1e-3},
    };
    bool done = true;
    printf("case,n,epsilon,threads,median_s,min_s,solve_s,iterations,gap,engine\n");
    if (argc > 1) {
        const size_t n = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 1000;
        const double share = argc > 3 ? strtod(argv[3], NULL) : 1e-2;
        return run(argv[1], n, share, argc > 4 ? (int)strtol(argv[4], NULL, 10) : 1) ? 0 : 1;
    }
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        for (int threads = 1; threads <= 2; threads++) {
            done = run(cases[k].name, cases[k].n, cases[k].share, threads) && done;
        }
    }
    return done ? 0 : 1;
}
