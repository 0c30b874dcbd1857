// SPDX-License-Identifier: BSD-3-Clause
/* The merged order of two staircases. Internal. */
#ifndef JKO_SRC_OT_MERGE_H
#define JKO_SRC_OT_MERGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Pass the ends of m rows and n columns in ascending order, a column before a row of the same end.
 *
 * rows, columns: strictly ascending each. steps: how many ends are passed; the row and the column
 * that stand when the last of them passes must be within both arrays, and it is a column's. row
 * [steps]: set, the row that stands as each end passes; the column is then the number of the step
 * less the row. near_row [m], near_column [n]: set for those that pass, the column that stands as
 * each row's end passes and the row that stands as each column's does; and for the last row, if it
 * stands at the end.
 *
 * Source: Green, McColl and Bader, GPU merge path (2012), for the parts that are merged side by
 * side, as each comparison waits for the one before.
 */
void jko_i_merge(size_t steps, size_t m, const int64_t *rows, size_t n, const int64_t *columns,
                 uint32_t *row, uint32_t *near_row, uint32_t *near_column);

/* The same for near_column alone. */
void jko_i_merge_columns(size_t steps, size_t m, const int64_t *rows, size_t n,
                         const int64_t *columns, uint32_t *near_column);

#endif
