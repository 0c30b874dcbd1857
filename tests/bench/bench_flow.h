// SPDX-License-Identifier: BSD-3-Clause
/* What the two halves of the flow benchmark share. */
#ifndef JKO_TESTS_BENCH_FLOW_H
#define JKO_TESTS_BENCH_FLOW_H

#include <jko/jko.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* The baseline on a circle of n cells, followed to two times. */
typedef struct bench_problem {
    size_t n;
    const double *mass; // [n] at t = 0
    jko_energy energy;
    double times[2];
} bench_problem;

/* What one run took and gave. */
typedef struct bench_run {
    long steps;
    long solves;      // minimisations; of CVODE right-hand sides
    long iterations;  // of Newton's method; of CVODE factorisations or preconditioners
    double seconds;   // without creating and freeing
    double *saved[2]; // [n] masses at the times
} bench_run;

static inline double bench_seconds(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* One run of CVODE's BDF at rtol = atol = tolerance (in densities), with KLU or with GMRES and a
   banded preconditioner. False if it failed, or is not in this build. */
bool bench_cvode(const bench_problem *p, bool klu, double tolerance, bench_run *run);

#endif
