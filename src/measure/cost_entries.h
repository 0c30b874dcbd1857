// SPDX-License-Identifier: BSD-3-Clause
/* From a squared distance to a cost. Internal. */
#ifndef JKO_SRC_MEASURE_COST_ENTRIES_H
#define JKO_SRC_MEASURE_COST_ENTRIES_H

/* d^power of d squared, to the bit what jko_i_cost_compute_row() makes of it. */
double jko_i_cost_of_square(double square, double power);

#endif
