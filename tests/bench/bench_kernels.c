// SPDX-License-Identifier: BSD-3-Clause
/*
 * What an iteration or pass costs beside the products that it cannot do without: one CSV line each.
 *
 *   absorbed   one update of scaling by a dense kernel; limit: K v and K^T u as two plain products
 *   fourier    one update by convolution; limit: the two convolutions alone
 *   circle     one pass over a circle: the slope of the cost in its cut; limit: 1.8 ns for each of
 *              2 n nodes. circle_search: the search for a cut beside that limit of one pass
 *
 * CPU time of one thread.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime

#include "base/vector.h"
#include "ot/absorbed.h"
#include "ot/circle_newton.h"
#include "ot/convolution.h"
#include "ot/merge.h"

#include <jko/jko.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define REPEATS 9
#define PI 3.14159265358979323846
#define CIRCLE_NODE 1.8e-9 // seconds: measured for a pass over smooth data with predicted branches

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int compare(const void *p, const void *q)
{
    const double a = *(const double *)p;
    const double b = *(const double *)q;
    return (a > b) - (a < b);
}

static double median(double *taken)
{
    qsort(taken, REPEATS, sizeof *taken, compare);
    return taken[REPEATS / 2];
}

// Two densities, potentials and a cost of n cells.
typedef struct setting {
    size_t n;
    double *a;
    double *b;
    double *g;
    double *f;
    double *next;
    double *kernel; // [n][n]
    jko_cost *cost;
} setting;

static bool make(setting *t, size_t n, bool matrix)
{
    jko_grid *grid = NULL;
    double *memory = calloc(5 * n + n * n, sizeof *memory);
    if (memory == NULL) {
        return false;
    }
    *t = (setting){.n = n,
                   .a = memory,
                   .b = memory + n,
                   .g = memory + 2 * n,
                   .f = memory + 3 * n,
                   .next = memory + 4 * n,
                   .kernel = memory + 5 * n};
    for (size_t i = 0; i < n; i++) {
        const double at = (double)i / (double)n;
        t->a[i] = (1.0 + 0.3 * cos(2.0 * PI * at)) / (double)n;
        t->b[i] = (1.0 + 0.3 * sin(4.0 * PI * at)) / (double)n;
    }
    jko_status status = jko_grid_create_circle(&grid, n, 1.0);
    status = status < 0 ? status : jko_cost_create_squared(&t->cost, grid, grid);
    if (status >= 0 && matrix) {
        for (size_t k = 0; k < n * n; k++) {
            t->kernel[k] = jko_cost_get(t->cost, k / n, k % n);
        }
        jko_cost_free(t->cost);
        t->cost = NULL;
        status = jko_cost_create_matrix(&t->cost, n, n, t->kernel);
    }
    jko_grid_free(grid);
    return status >= 0;
}

static void release(setting *t)
{
    jko_cost_free(t->cost);
    free(t->a);
}

static void print_line(const char *name, size_t n, double *taken, double *limits, size_t count)
{
    const double time = median(taken) / (double)count;
    const double limit = median(limits) / (double)count;
    printf("%s,%zu,%.4g,%.4g,%.3g\n", name, n, 1e6 * time, 1e6 * limit, time / limit);
}

static bool run_absorbed(size_t n)
{
    setting t;
    jko_i_absorbed work = {0};
    double taken[REPEATS];
    double limits[REPEATS];
    const size_t count = 40000000 / (n * n) + 1;
    bool good = make(&t, n, true) && jko_i_absorbed_create(&work, t.cost);
    const jko_i_ot_problem problem = {t.cost, t.a, t.b, 1.0, 1};
    for (int k = 0; good && k < REPEATS; k++) {
        good = jko_i_absorbed_update(&work, &problem, 0.05, 0.0, t.g, t.f, t.next);
        const double start = seconds();
        for (size_t c = 0; c < count; c++) {
            (void)jko_i_absorbed_update(&work, &problem, 0.05, 0.0, t.g, t.f, t.next);
        }
        const double middle = seconds();
        // The matrix is the same read either way, so a product by rows stands for both.
        for (size_t c = 0; c < 2 * count; c++) {
            for (size_t i = 0; i < n; i++) {
                t.next[i] = jko_i_vector_dot(n, work.kernel + i * n, t.b);
            }
        }
        taken[k] = middle - start;
        limits[k] = seconds() - middle;
    }
    if (good) {
        print_line("absorbed", n, taken, limits, count);
    }
    jko_i_absorbed_free(&work);
    release(&t);
    return good;
}

static bool run_fourier(size_t n)
{
    setting t;
    jko_i_convolution work = {0};
    double taken[REPEATS];
    double limits[REPEATS];
    const size_t count = 2000;
    if (!jko_i_fourier_exists()) {
        return true;
    }
    bool good = make(&t, n, false) && jko_i_convolution_create(&work, t.cost);
    const jko_i_ot_problem problem = {t.cost, t.a, t.b, 1.0, 1};
    for (int k = 0; good && k < REPEATS; k++) {
        good = jko_i_convolution_update(&work, &problem, 0.0025, 1e-9, t.g, t.f, t.next);
        const double start = seconds();
        for (size_t c = 0; c < count; c++) {
            (void)jko_i_convolution_update(&work, &problem, 0.0025, 1e-9, t.g, t.f, t.next);
        }
        const double middle = seconds();
        for (size_t c = 0; c < 2 * count; c++) {
            memcpy(jko_i_fourier_data(work.fourier), t.b, n * sizeof *t.b);
            jko_i_fourier_convolve(work.fourier);
        }
        taken[k] = middle - start;
        limits[k] = seconds() - middle;
    }
    if (good) {
        print_line("fourier", n, taken, limits, count);
    }
    jko_i_convolution_free(&work);
    release(&t);
    return good;
}

// One pass over a circle: a lap of the rows from where the columns begin, the merge and the slope.
static double time_pass(const jko_i_stairs *rows, const jko_i_stairs *columns,
                        jko_i_circle_work *work)
{
    const int64_t theta = JKO_I_WHOLE / 7;
    const jko_i_cursor begin = {columns, 0, 0};
    jko_i_lap_read(&work->columns, &begin, 0);
    const double start = seconds();
    const jko_i_cursor first = jko_i_stairs_find(rows, columns->end[0] - theta);
    jko_i_lap_read(&work->rows, &first, -theta);
    size_t passed = rows->n;
    while (passed > 0 && work->rows.end[passed] >= JKO_I_WHOLE) { // ends of rows behind the lap
        passed--;
    }
    jko_i_merge_columns(passed + columns->n, rows->n + 1, work->rows.end + 1, columns->n,
                        work->columns.end + 1, work->columns.near);
    (void)jko_i_lap_slope(1.0, &work->columns, &work->rows);
    return seconds() - start;
}

static bool run_circle(size_t n)
{
    setting t;
    double pass[REPEATS];
    double search[REPEATS];
    double limits[REPEATS];
    jko_i_circle_work work;
    jko_i_block block = {NULL, 0};
    jko_i_circle_work_lay(&block, &work, n, n);
    block.memory = jko_i_alloc_piece(block.used);
    int64_t *end = calloc(2 * n, sizeof *end);
    float *part = calloc(n, sizeof *part);
    double *place = calloc(n, sizeof *place);
    bool good =
        block.memory != NULL && end != NULL && part != NULL && place != NULL && make(&t, n, false);
    block.used = 0;
    jko_i_circle_work_lay(&block, &work, n, n);
    for (size_t i = 0; good && i < n; i++) {
        place[i] = (double)i / (double)n;
    }
    const jko_i_ot_limits limit = {INT64_MAX, INFINITY, NULL, NULL};
    const jko_i_stairs rows = {n, place, end, NULL};
    const jko_i_stairs columns = {n, place, end + n, NULL};
    for (int k = 0; good && k < REPEATS; k++) {
        jko_i_cut cut = {{&rows, 0, 0}, {&columns, 0, 0}, 0, 0.0, 0.0, 0};
        jko_i_sum unit;
        bool found = false;
        t.b[k] *= 1.01; // fresh branches
        good = jko_i_lap_count(n, t.a, end, part, &unit) &&
               jko_i_lap_count(n, t.b, end + n, part, &unit);
        pass[k] = time_pass(&rows, &columns, &work);
        const double start = seconds();
        (void)jko_i_circle_newton(1.0, &rows, &columns, &limit, &work, &cut, &found);
        search[k] = seconds() - start;
        limits[k] = CIRCLE_NODE * 2.0 * (double)n;
        good = good && found;
    }
    if (good) {
        print_line("circle", n, pass, limits, 1);
        print_line("circle_search", n, search, limits, 1);
        release(&t);
    }
    jko_i_free(block.memory);
    free(end);
    free(part);
    free(place);
    return good;
}

int main(void)
{
    printf("kernel,n,us,limit_us,ratio\n");
    const bool done = run_absorbed(500) && run_absorbed(1000) && run_absorbed(2000) &&
                      run_fourier(2000) && run_circle(2000);
    return done ? 0 : 1;
}
