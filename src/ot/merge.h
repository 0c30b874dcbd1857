// SPDX-License-Identifier: BSD-3-Clause
/* The merged order of two staircases. Internal. */
#ifndef JKO_SRC_OT_MERGE_H
#define JKO_SRC_OT_MERGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Pass the ends of rows and columns in ascending order, a column before a row of the same end.
 *
 * rows, columns: strictly ascending each. steps: how many ends are passed; the last of them must
 * be within both arrays, and so must the row and the column that stand when it passes. row [steps]:
 * set, the row that stands as each end passes; the column is then its number less the row. It is
 * the row's end that passes if it is below the column's.
 *
 * Source: Green, McColl and Bader, GPU merge path (2012), for the parts that are merged side by
 * side, as each comparison waits for the one before.
 */
void jko_i_merge(size_t steps, size_t m, const int64_t *rows, size_t n, const int64_t *columns,
                 uint32_t *row);

/* For each column that passes, the row that stands then: near_column [columns]; and unless NULL, for
   each row that passes the column: near_row [rows]. */
void jko_i_merge_near(size_t steps, const uint32_t *row, uint32_t *near_column, uint32_t *near_row);

#endif
