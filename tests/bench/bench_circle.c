// SPDX-License-Identifier: BSD-3-Clause
/*
 * Time of exact transport on the circle and line, N cells on both sides: one CSV line a case.
 *
 * create is the sort, solve all the rest, certificate included. gap is over the largest cost times
 * the total; peak_mb is the most memory the process has held so far, so cases run from small to
 * large.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime

#include <jko/jko.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define REPEATS 5
#define PI 3.14159265358979323846

typedef struct arrays {
    size_t n;
    double *x;
    double *y;
    double *a;
    double *b;
} arrays;

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

// Two smooth densities on one grid, or random places and masses.
static void fill(arrays *t, bool smooth)
{
    unsigned long long state = 7;
    double sum_a = 0.0;
    double sum_b = 0.0;
    for (size_t i = 0; i < t->n; i++) {
        const double at = (double)i / (double)t->n;
        t->x[i] = smooth ? at : draw(&state);
        t->y[i] = smooth ? at : draw(&state);
        t->a[i] = smooth ? 1.0 + 0.9 * cos(2.0 * PI * at) : -log(1.0 - draw(&state));
        t->b[i] = smooth ? 1.0 + 0.5 * sin(4.0 * PI * at) : -log(1.0 - draw(&state));
        sum_a += t->a[i];
        sum_b += t->b[i];
    }
    for (size_t i = 0; i < t->n; i++) {
        t->a[i] /= sum_a;
        t->b[i] /= sum_b;
    }
}

static int compare(const void *p, const void *q)
{
    const double a = *(const double *)p;
    const double b = *(const double *)q;
    return (a > b) - (a < b);
}

static void print_line(const char *name, size_t n, double *taken, double gap)
{
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    qsort(taken, REPEATS, sizeof *taken, compare);
    printf("%s,%zu,0,1,%d,%.6f,%.6f,%.2g,%.1f\n", name, n, REPEATS, taken[REPEATS / 2], taken[0],
           gap, (double)usage.ru_maxrss / 1024.0);
}

static bool run(const char *name, const arrays *t, double period, double power)
{
    double create[REPEATS];
    double solve[REPEATS];
    char line[64];
    double gap = 0.0;
    for (int k = -1; k < REPEATS; k++) { // -1 warms up
        jko_ot *ot = NULL;
        jko_ot_report report = {.struct_size = sizeof report};
        const double start = seconds();
        jko_status status = jko_ot_create_1d(&ot, t->n, t->x, t->n, t->y, period, power, NULL);
        const double created = seconds();
        status = status < 0 ? status : jko_ot_solve(ot, t->a, t->b, NULL, &report);
        const double solved = seconds();
        jko_ot_free(ot);
        if (status != JKO_OK) {
            fprintf(stderr, "%s: %s\n", name, jko_status_text(status));
            return false;
        }
        if (k >= 0) {
            create[k] = created - start;
            solve[k] = solved - created;
        }
        gap = report.gap / pow(period > 0.0 ? 0.5 * period : 1.0, power);
    }
    (void)snprintf(line, sizeof line, "%s_create", name);
    print_line(line, t->n, create, gap);
    (void)snprintf(line, sizeof line, "%s_solve", name);
    print_line(line, t->n, solve, gap);
    return true;
}

int main(void)
{
    const size_t sizes[] = {1000, 2000, 10000, 100000};
    bool done = true;
    printf("case,n,epsilon,threads,repeats,median_s,min_s,gap,peak_mb\n");
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t n = sizes[k];
        double *memory = calloc(4 * n, sizeof *memory);
        if (memory == NULL) {
            return 1;
        }
        arrays t = {n, memory, memory + n, memory + 2 * n, memory + 3 * n};
        fill(&t, true);
        done = run("circle_smooth", &t, 1.0, 2.0) && done;
        fill(&t, false);
        done = run("circle_random", &t, 1.0, 2.0) && done;
        done = run("circle_random_p1", &t, 1.0, 1.0) && done;
        done = run("line_random", &t, 0.0, 2.0) && done;
        done = run("line_random_p1.5", &t, 0.0, 1.5) && done;
        free(memory);
    }
    return done ? 0 : 1;
}
