// SPDX-License-Identifier: BSD-3-Clause
/*
 * An energy of your own: the entropy E = sum m log(m/h), whose flow is the heat equation. One certified
 * step, then the flow to given times, beside the solution 1 + a exp(-4 pi^2 t) cos(2 pi x).
 */
#include <jko/jko.h>
#include <math.h>
#include <stdio.h>

#define N 400
#define TURN 6.283185307179586

// E and dE/dm; the flow moves along minus the gradient of the latter.
static int entropy(void *user, size_t n, const double *mass, double *value, double *variation)
{
    const double *h = user;
    *value = 0.0;
    for (size_t i = 0; i < n; i++) {
        *value += mass[i] > 0.0 ? mass[i] * log(mass[i] / *h) : 0.0;
        if (variation != NULL) {
            variation[i] = log(mass[i] / *h) + 1.0;
        }
    }
    return 0;
}

// The Hessian is diagonal: steps then take O(n).
static int curvature(void *user, size_t n, const double *mass, const double *variation,
                     double *diagonal, double *vector, double *weight)
{
    (void)user;
    (void)variation;
    for (size_t i = 0; i < n; i++) {
        diagonal[i] = 1.0 / mass[i];
        vector[i] = 0.0;
    }
    *weight = 0.0;
    return 0;
}

// The part of cos(2 pi x) in the density.
static double amplitude(const double *mass)
{
    double sum = 0.0;
    for (int i = 0; i < N; i++) {
        sum += 2.0 * mass[i] * cos(TURN * i / N);
    }
    return sum;
}

int main(void)
{
    jko_grid *circle = NULL;
    jko_flow *flow = NULL;
    double h = 1.0 / N;
    jko_energy energy = {.struct_size = sizeof energy,
                         .user = &h,
                         .eval = entropy,
                         .convex = true,
                         .hessian_parts = curvature};
    jko_flow_settings settings;
    jko_step_report step = {.struct_size = sizeof step};
    jko_advance_report path = {.struct_size = sizeof path};
    const double times[] = {0.01, 0.02, 0.05};
    double mass[N], one[N], saved[3][N];

    for (int i = 0; i < N; i++) {
        mass[i] = one[i] = (1.0 + 0.5 * cos(TURN * i / N)) * h;
    }
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_FV;
    int good = jko_grid_create_circle(&circle, N, 1.0) >= 0 &&
               jko_flow_create_1d(&flow, circle, &energy, &settings) >= 0 &&
               jko_flow_step(flow, 0.01, one, &step) == JKO_OK && // proved
               jko_flow_advance(flow, NULL, 0.0, 3, times, mass, saved[0], NULL, &path) == JKO_OK;
    if (good) {
        printf("one step of 0.01: energy falls by %.4f, %s\n", step.released,
               step.gap <= 1e-10 * step.released ? "proved to ten digits" : "not proved");
        for (int k = 0; k < 3; k++) {
            printf("t = %.2f  amplitude %.3f  exact %.3f\n", times[k], amplitude(saved[k]),
                   0.5 * exp(-TURN * TURN * times[k]));
        }
    } else {
        fprintf(stderr, "%s\n", jko_error_detail());
    }
    jko_flow_free(flow);
    jko_grid_free(circle);
    return good ? 0 : 1;
}
