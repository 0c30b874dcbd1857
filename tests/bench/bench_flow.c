// SPDX-License-Identifier: BSD-3-Clause
/*
 * Time and error of flows between densities: the baseline to t = 2 on N cells, one CSV line a run.
 *
 * L1 is the mean absolute difference of densities to a run of the same equation at a tolerance far
 * below; for the methods with a tolerance, the fastest one whose L1 is at most 2e-5 at both times
 * is shown (table `equal error`), and ratio is CVODE's time over its own. Certificates are inside
 * the clock. See bench_flow_cvode.c for the rival. Arguments: values of N, default 200 2000 20000.
 */
#define _POSIX_C_SOURCE 200809L // clock_gettime
#include "bench_flow.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPEATS 5
#define WANTED 2e-5
#define TIGHT 1e-9
#define PI 3.14159265358979323846

typedef struct arrays {
    double *mass;
    double *labour;
    double *exact[2]; // masses at the two times
    double *scratch;
} arrays;

static double *array(size_t n)
{
    double *made = calloc(n, sizeof *made);
    if (made == NULL) {
        (void)fprintf(stderr, "out of memory\n");
        exit(1);
    }
    return made;
}

static void must(jko_status status)
{
    if (status < 0) {
        (void)fprintf(stderr, "%s: %s\n", jko_status_name(status), jko_error_detail());
        exit(1);
    }
}

// The source's initial density and labour.
static void fill(size_t n, arrays *a)
{
    double total_y = 0.0;
    double total_l = 0.0;
    for (size_t i = 0; i < n; i++) {
        const double mirrored = (double)(i < n / 2 ? i : n - 1 - i) / (double)n;
        a->mass[i] = 30.0 - tan(5.5 * (mirrored - 0.25));
        a->labour[i] = 1.5 + 0.5 * sin(2.0 * PI * ((double)i / (double)n - 0.25));
        total_y += a->mass[i];
        total_l += a->labour[i];
    }
    for (size_t i = 0; i < n; i++) {
        a->mass[i] /= total_y;
        a->labour[i] *= (double)n / total_l;
    }
}

// One run of the library. False if it is not certified, or does not know the method.
static bool run_library(const bench_problem *p, jko_flow *flow,
                        const jko_advance_settings *settings, double *mass, bench_run *run)
{
    jko_advance_report report = {.struct_size = sizeof report};
    memcpy(mass, p->mass, p->n * sizeof *mass);
    const double began = bench_seconds();
    for (int k = 0; k < 1; k++) {
        const jko_status status =
            jko_flow_advance(flow, settings, 0.0, 2, p->times, mass, run->saved[0], NULL, &report);
        must(status);
        if (status != JKO_OK) {
            return false;
        }
    }
    run->seconds = bench_seconds() - began;
    run->steps = (long)report.steps;
    run->solves = (long)report.inner_steps;
    run->iterations = (long)report.iterations;
    return true;
}

typedef struct contender {
    const char *name;
    jko_step_method method;
    jko_scheme scheme;
    int rival;      // 1: CVODE with KLU, 2: with GMRES; 0: the library
    double loosest; // tolerance to begin with
} contender;

static const contender contenders[] = {
    {"cvode-klu", JKO_STEP_FV, JKO_SCHEME_AUTO, 1, 1e-3},
    {"cvode-gmres-band", JKO_STEP_FV, JKO_SCHEME_AUTO, 2, 1e-3},
    {"fv multistep", JKO_STEP_FV, JKO_SCHEME_MULTISTEP, 0, 1e-4},
    {"fv extrapolated", JKO_STEP_FV, JKO_SCHEME_EXTRAPOLATED, 0, 1e-3},
    {"exact1d extrapolated", JKO_STEP_EXACT1D, JKO_SCHEME_EXTRAPOLATED, 0, 1e-3},
};
#define CONTENDERS (sizeof contenders / sizeof contenders[0])

static bool run_once(const bench_problem *p, const contender *c, jko_flow *flow, double tolerance,
                     double tau, double *scratch, bench_run *run)
{
    if (c->rival > 0) {
        return bench_cvode(p, c->rival == 1, tolerance, run);
    }
    jko_advance_settings settings;
    jko_advance_settings_default(&settings);
    settings.scheme = c->scheme;
    settings.tolerance = tolerance;
    settings.tau = tau;
    return run_library(p, flow, &settings, scratch, run);
}

static double distance(size_t n, const double *a, const double *b)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        sum += fabs(a[i] - b[i]); // |difference of densities| over n
    }
    return sum;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times)
{
    qsort(times, REPEATS, sizeof *times, by_value);
    return times[REPEATS / 2];
}

static jko_flow *flow_of(const bench_problem *p, jko_step_method method)
{
    jko_grid *grid = NULL;
    jko_flow *flow = NULL;
    jko_flow_settings settings;
    jko_flow_settings_default(&settings);
    settings.method = method;
    must(jko_grid_create_circle(&grid, p->n, 1.0));
    if (jko_flow_create_1d(&flow, grid, &p->energy, &settings) < 0) {
        flow = NULL; // not in this version
    }
    jko_grid_free(grid);
    return flow;
}

static void print(const char *name, size_t n, const char *what, double value, const bench_run *run,
                  const double *errors, double seconds, double ratio)
{
    (void)printf("%s,%zu,%s,%.3g,%ld,%ld,%ld,%.2g,%.2g,%.3g,%.1f,%.2f\n", name, n, what, value,
                 run->steps, run->solves, run->iterations, errors[0], errors[1], seconds,
                 1e9 * seconds / (double)n / (double)(run->steps > 0 ? run->steps : 1), ratio);
    (void)fflush(stdout);
}

// The fastest tolerance that meets the wanted error; returns its time, NAN if there is none.
static double search(const bench_problem *p, const arrays *a, const contender *c, double rival,
                     bench_run *run)
{
    jko_flow *flow = c->rival > 0 ? NULL : flow_of(p, c->method);
    double best = INFINITY;
    double best_tolerance = NAN;
    double best_errors[2] = {NAN, NAN};
    bench_run best_run = *run;
    if (c->rival == 0 && flow == NULL) {
        return NAN;
    }
    int after = 0; // tolerances tried below the first that will do
    for (double tolerance = c->loosest; tolerance > 1e-8 && after < 4; tolerance *= 0.7) {
        double times[REPEATS] = {0.0};
        double errors[2];
        if (!run_once(p, c, flow, tolerance, 0.0, a->scratch, run)) {
            break;
        }
        for (int k = 0; k < 2; k++) {
            errors[k] = distance(p->n, run->saved[k], a->exact[k]);
        }
        if (!(errors[0] <= WANTED && errors[1] <= WANTED)) {
            continue;
        }
        after++;
        for (int k = 0; k < REPEATS; k++) {
            (void)run_once(p, c, flow, tolerance, 0.0, a->scratch, run);
            times[k] = run->seconds;
        }
        const double middle = median(times);
        if (middle < best) {
            best = middle;
            best_tolerance = tolerance;
            best_run = *run;
            memcpy(best_errors, errors, sizeof errors);
        }
    }
    jko_flow_free(flow);
    if (isinf(best)) {
        return NAN;
    }
    const double ratio = isnan(rival) ? 1.0 : rival / best;
    print(c->name, p->n, "tolerance", best_tolerance, &best_run, best_errors, best, ratio);
    return best;
}

// Schemes with a fixed tau.
static void fixed(const bench_problem *p, const arrays *a, bench_run *run)
{
    static const contender kinds[] = {
        {"fv fixed", JKO_STEP_FV, JKO_SCHEME_FIXED, 0, 0.0},
        {"fv bdf2", JKO_STEP_FV, JKO_SCHEME_BDF2, 0, 0.0},
        {"exact1d fixed", JKO_STEP_EXACT1D, JKO_SCHEME_FIXED, 0, 0.0},
    };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        jko_flow *flow = flow_of(p, kinds[k].method);
        for (double tau = 0.1; flow != NULL && tau > 0.02; tau *= 0.5) {
            double times[REPEATS];
            double errors[2];
            bool good = true;
            for (int j = 0; j < REPEATS; j++) {
                good = good && run_once(p, &kinds[k], flow, 0.0, tau, a->scratch, run);
                times[j] = run->seconds;
            }
            for (int j = 0; j < 2; j++) {
                errors[j] = distance(p->n, run->saved[j], a->exact[j]);
            }
            if (good) {
                print(kinds[k].name, p->n, "tau", tau, run, errors, median(times), NAN);
            }
        }
        jko_flow_free(flow);
    }
}

static void bench(size_t n)
{
    arrays a = {array(n), array(n), {NULL, NULL}, array(n)};
    double *saved = array(2 * n);
    double *exact = array(2 * n);
    bench_run run = {.saved = {saved, saved + n}};
    bench_problem p = {.n = n, .mass = a.mass, .times = {0.2, 2.0}};
    jko_economy_parameters parameters;
    jko_economy *economy = NULL;
    fill(n, &a);
    jko_economy_parameters_default(&parameters);
    parameters.labour_distribution = a.labour;
    must(jko_economy_create(&economy, n, 1.0 / (double)n, &parameters));
    p.energy = (jko_energy){.struct_size = sizeof p.energy};
    must(jko_economy_energy(economy, JKO_ENERGY_LOG, &p.energy));
    a.exact[0] = exact;
    a.exact[1] = exact + n;

    // The truth: the library at a tight tolerance, and CVODE beside it.
    jko_flow *flow = flow_of(&p, JKO_STEP_FV);
    jko_advance_settings settings;
    jko_advance_settings_default(&settings);
    settings.tolerance = TIGHT;
    run.saved[0] = exact;
    run.saved[1] = exact + n;
    if (!run_library(&p, flow, &settings, a.scratch, &run)) {
        (void)fprintf(stderr, "the run to compare with was not certified\n");
        exit(1);
    }
    jko_flow_free(flow);
    run.saved[0] = saved;
    run.saved[1] = saved + n;
    if (bench_cvode(&p, true, TIGHT, &run)) {
        (void)printf(
            "# N = %zu: CVODE at tolerance %g is at L1 %.2g and %.2g from the run compared "
            "with\n",
            n, TIGHT, distance(n, saved, a.exact[0]), distance(n, saved + n, a.exact[1]));
    }
    double rival = NAN;
    for (size_t k = 0; k < CONTENDERS; k++) {
        const double seconds = search(&p, &a, &contenders[k], rival, &run);
        if (contenders[k].rival > 0 && !isnan(seconds)) {
            rival = isnan(rival) ? seconds : fmin(rival, seconds);
        }
    }
    fixed(&p, &a, &run);
    jko_economy_free(economy);
    free(a.mass);
    free(a.labour);
    free(a.scratch);
    free(saved);
    free(exact);
}

int main(int argc, char **argv)
{
    (void)printf("method,n,setting,value,steps,solves,iterations,l1_at_0.2,l1_at_2,seconds,"
                 "ns_per_cell_and_step,ratio\n");
    if (argc < 2) {
        bench(200);
        bench(2000);
        bench(20000);
    }
    for (int k = 1; k < argc; k++) {
        bench((size_t)strtoul(argv[k], NULL, 10));
    }
    return 0;
}
