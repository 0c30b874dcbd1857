// SPDX-License-Identifier: BSD-3-Clause
/*
 * Time of exact transport with any cost, certificate included: one CSV line a case.
 *
 * usage: bench_exact [METHOD [CASE [N]]]    METHOD: all, simplex, shortlist or lp; CASE: all,
 * points (in the plane, costs computed), plane (the same as a matrix), random (uniform costs),
 * circle (a smooth circle's squared distances as a matrix)
 *
 * Masses are exponential, but smooth on the circle; inputs are made anew for each repeat. gap is
 * over the largest cost times the total; peak_mb is the most memory the process has held so far.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime

#include <inttypes.h>
#include <jko/jko.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MOST_REPEATS 5
#define LONG 2.0 // seconds: one repeat is enough
#define PI 3.14159265358979323846

typedef struct problem {
    size_t n;
    double *a;
    double *b;
    jko_cost *cost;
} problem;

static unsigned long long state = 7;

static double seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Uniform on [0, 1) (splitmix64).
static double draw(void)
{
    unsigned long long z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static bool create_points(problem *p, bool computed)
{
    jko_grid *source = NULL;
    jko_grid *target = NULL;
    double *x = malloc(4 * p->n * sizeof *x);
    if (x == NULL) {
        return false;
    }
    for (size_t k = 0; k < 4 * p->n; k++) {
        x[k] = draw();
    }
    const bool done = jko_grid_create_points(&source, p->n, 2, x, NULL) == JKO_OK &&
                      jko_grid_create_points(&target, p->n, 2, x + 2 * p->n, NULL) == JKO_OK &&
                      (computed ? jko_cost_create_power(&p->cost, source, target, 2.0)
                                : jko_cost_create_squared(&p->cost, source, target)) == JKO_OK;
    jko_grid_free(target);
    jko_grid_free(source);
    free(x);
    return done;
}

static bool create_matrix(problem *p, bool circle)
{
    const double shift = draw(); // so that no two repeats are the same
    double *c = malloc(p->n * p->n * sizeof *c);
    for (size_t k = 0; c != NULL && k < p->n * p->n; k++) {
        const double d = remainder(((double)(k / p->n) - (double)(k % p->n)) / (double)p->n, 1.0);
        c[k] = circle ? d * d : draw();
    }
    for (size_t i = 0; circle && i < p->n; i++) {
        const double x = (double)i / (double)p->n + shift;
        p->a[i] = 1.0 + 0.9 * cos(2.0 * PI * x);
        p->b[i] = 1.0 + 0.3 * sin(6.0 * PI * x + 0.4) + 0.1 * cos(14.0 * PI * x);
    }
    const bool done = c != NULL && jko_cost_create_matrix(&p->cost, p->n, p->n, c) == JKO_OK;
    free(c);
    return done;
}

static void destroy(problem *p)
{
    free(p->a);
    free(p->b);
    jko_cost_free(p->cost);
}

static bool create(problem *p, const char *name, size_t n)
{
    double sums[2] = {0.0, 0.0};
    *p = (problem){.n = n, .a = malloc(n * sizeof *p->a), .b = malloc(n * sizeof *p->b)};
    if (p->a == NULL || p->b == NULL) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        p->a[i] = -log(1.0 - draw());
        p->b[i] = -log(1.0 - draw());
    }
    const bool is_matrix = strcmp(name, "random") == 0 || strcmp(name, "circle") == 0;
    const bool done = is_matrix ? create_matrix(p, strcmp(name, "circle") == 0)
                                : create_points(p, strcmp(name, "points") == 0);
    for (size_t i = 0; i < n; i++) {
        sums[0] += p->a[i];
        sums[1] += p->b[i];
    }
    for (size_t i = 0; i < n; i++) {
        p->a[i] /= sums[0];
        p->b[i] /= sums[1];
    }
    return done;
}

static int compare(const void *p, const void *q)
{
    const double a = *(const double *)p;
    const double b = *(const double *)q;
    return (a > b) - (a < b);
}

static int show(void *user, int64_t iteration, double error)
{
    double *next = user;
    if (seconds() > *next) {
        *next += 10.0;
        fprintf(stderr, "  %" PRId64 " iterations, error %.3g\n", iteration, error);
    }
    return 0;
}

static bool run(jko_ot_method method, const char *name, size_t n)
{
    double taken[MOST_REPEATS] = {0.0};
    double gap = 0.0;
    int64_t iterations = 0;
    size_t repeats = 0;
    for (; repeats < MOST_REPEATS && (repeats == 0 || taken[0] < LONG); repeats++) {
        problem p;
        jko_ot *ot = NULL;
        jko_ot_settings s;
        jko_ot_report report = {.struct_size = sizeof report};
        double next = seconds() + 10.0;
        jko_ot_settings_default(&s);
        s.method = method;
        s.threads = 1;
        s.max_iterations = INT64_MAX;
        s.progress = show;
        s.user = &next;
        jko_status status = create(&p, name, n) ? JKO_OK : JKO_ERR_NOMEM;
        const double start = seconds();
        status = status < 0 ? status : jko_ot_create(&ot, p.cost, &s);
        status = status < 0 ? status : jko_ot_solve(ot, p.a, p.b, NULL, &report);
        taken[repeats] = seconds() - start;
        if (status == JKO_OK) {
            gap = fmax(gap, report.gap / jko_cost_max(p.cost));
            iterations = report.iterations;
        }
        jko_ot_free(ot);
        destroy(&p);
        if (status == JKO_ERR_UNSUPPORTED || status == JKO_ERR_TOO_LARGE) {
            return true;
        }
        if (status != JKO_OK) {
            fprintf(stderr, "%s %s: %s\n", jko_ot_method_name(method), name,
                    jko_status_text(status));
            return false;
        }
    }
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    qsort(taken, repeats, sizeof *taken, compare);
    printf("%s_%s,%zu,0,1,%zu,%.6f,%.6f,%" PRId64 ",%.2g,%.1f\n", name, jko_ot_method_name(method),
           n, repeats, taken[repeats / 2], taken[0], iterations, gap,
           (double)usage.ru_maxrss / 1024.0);
    (void)fflush(stdout);
    return true;
}

int main(int argc, char **argv)
{
    const jko_ot_method methods[] = {JKO_OT_SIMPLEX, JKO_OT_SHORTLIST, JKO_OT_LP};
    static const char *const names[] = {"points", "plane", "random", "circle"};
    const size_t sizes[] = {200, 500, 1000, 2000};
    const size_t one = argc > 3 ? strtoul(argv[3], NULL, 10) : 0;
    bool done = true;
    printf("case,n,epsilon,threads,repeats,median_s,min_s,iterations,gap,peak_mb\n");
    for (size_t k = 0; k < (one > 0 ? 1 : 4); k++) {
        for (size_t c = 0; c < 4; c++) {
            for (size_t m = 0; m < 3; m++) {
                const char *method = argc > 1 ? argv[1] : "all";
                const char *name = argc > 2 ? argv[2] : "all";
                if ((strcmp(method, "all") == 0 ||
                     strcmp(method, jko_ot_method_name(methods[m])) == 0) &&
                    (strcmp(name, "all") == 0 || strcmp(name, names[c]) == 0)) {
                    done = run(methods[m], names[c], one > 0 ? one : sizes[k]) && done;
                }
            }
        }
    }
    return done ? 0 : 1;
}
