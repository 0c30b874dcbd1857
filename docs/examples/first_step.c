// SPDX-License-Identifier: BSD-3-Clause
/*
 * Twenty steps of the sector economy on a circle of 200 sectors, with proof of each.
 */
#include <jko/jko.h>
#include <math.h>
#include <stdio.h>

#define N 200

int main(void)
{
    jko_grid *sectors = NULL;
    jko_cost *cost = NULL;
    jko_economy *economy = NULL;
    jko_flow *flow = NULL;
    jko_energy energy = {.struct_size = sizeof energy};
    jko_flow_settings settings;
    jko_step_report report = {.struct_size = sizeof report};
    double mass[N], x = 0.0;

    for (int i = 0; i < N; i++) { // firms crowd around sector 0
        mass[i] = (1.0 + 0.5 * cos(6.283185307179586 * i / N)) / N;
    }
    jko_flow_settings_default(&settings);
    settings.method = JKO_STEP_ENTROPIC;
    settings.blur = 2.0 / N; // two cells

    int good = jko_grid_create_circle(&sectors, N, 1.0) >= 0 &&
               jko_cost_create_squared(&cost, sectors, sectors) >= 0 &&
               jko_economy_create(&economy, N, 1.0 / N, NULL) >= 0 &&
               jko_economy_energy(economy, JKO_ENERGY_LOG, &energy) >= 0 &&
               jko_flow_create(&flow, cost, &energy, &settings) >= 0;
    for (int k = 1; good && k <= 20; k++) {
        good = jko_flow_step(flow, 0.1, mass, &report) >= 0 &&
               report.gap <= 1e-6 * report.released && // proved, not hoped
               jko_economy_consumption(economy, mass, &x) >= 0;
        if (good && k % 5 == 0) {
            printf("t = %.1f  aggregate consumption %.6f\n", 0.1 * k, x);
        }
    }
    if (!good) {
        fprintf(stderr, "%s\n", jko_error_detail());
    }
    jko_flow_free(flow);
    jko_economy_free(economy);
    jko_cost_free(cost);
    jko_grid_free(sectors);
    return good ? 0 : 1;
}
