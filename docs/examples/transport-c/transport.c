// SPDX-License-Identifier: BSD-3-Clause
/*
 * The distance W2 between three points and two points in the plane, with proof.
 */
#include <jko/jko.h>
#include <math.h>
#include <stdio.h>

#define M 3
#define N 2

int main(void)
{
    const double x[] = {0, 0, 1, 0, 0, 1}; // M points, two coordinates each
    const double y[] = {1, 1, 2, 0};       // N points
    const double a[M] = {0.5, 0.25, 0.25}; // their masses; both totals are 1
    const double b[N] = {0.5, 0.5};

    jko_grid *from = NULL;
    jko_grid *to = NULL;
    jko_cost *cost = NULL;
    jko_ot *ot = NULL;
    double plan[M * N]; // mass from point i to point j at i * N + j
    jko_ot_report report = {.struct_size = sizeof report};

    jko_status status = jko_grid_create_points(&from, M, 2, x, NULL);
    if (status >= 0) {
        status = jko_grid_create_points(&to, N, 2, y, NULL);
    }
    if (status >= 0) {
        status = jko_cost_create_squared(&cost, from, to);
    }
    if (status >= 0) {
        status = jko_ot_create(&ot, cost, NULL); // NULL: the default settings
    }
    if (status >= 0) {
        status = jko_ot_solve(ot, a, b, plan, &report);
    }
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", jko_status_name(status), jko_error_detail());
    } else { // positive: stopped early, and the bounds say how far it came
        printf("W2 = %.6f, proved to lie between %.6f and %.6f\n", sqrt(report.transport_cost),
               sqrt(fmax(report.lower, 0.0)), sqrt(report.upper));
        for (int i = 0; i < M; i++) {
            for (int j = 0; j < N; j++) {
                printf("  %.2f from (%g, %g) to (%g, %g)\n", plan[i * N + j], x[2 * i],
                       x[2 * i + 1], y[2 * j], y[2 * j + 1]);
            }
        }
    }
    jko_ot_free(ot);
    jko_cost_free(cost);
    jko_grid_free(to);
    jko_grid_free(from);
    return status == JKO_OK ? 0 : 1;
}
