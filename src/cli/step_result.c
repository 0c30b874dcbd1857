// SPDX-License-Identifier: BSD-3-Clause
/*
 * The results of a step under the names of the case format.
 */
#include "step_result.h"

#include "text.h"

#include <math.h>
#include <stdlib.h>

void step_result(json_t *result, size_t n, double cell, const double *mass,
                 const jko_step_report *report)
{
    double *density = cli_alloc(n, sizeof *density);
    for (size_t i = 0; i < n; i++) {
        density[i] = mass[i] / cell;
    }
    result_numbers(result, "next_mass", n, mass);
    result_numbers(result, "next_density", n, density);
    free(density);
    result_number(result, "energy_before", report->energy_before);
    result_number(result, "energy_after", report->energy_after);
    if (!isnan(report->divergence)) {
        result_number(result, "divergence", report->divergence);
    }
    result_number(result, "transport_cost", report->transport_cost);
    result_number(result, "step_cost", report->step_cost);
    result_number(result, "objective", report->objective);
    if (!isnan(report->objective_kl)) {
        result_number(result, "objective_kl", report->objective_kl);
    }
    if (!isnan(report->gap)) {
        result_number(result, "gap_max", fabs(report->gap));
        return;
    }
    result_number(result, "objective_max", report->objective);
    if (!isnan(report->stationarity)) {
        result_number(result, "stationarity_max", report->stationarity);
    }
}
