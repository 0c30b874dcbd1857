// SPDX-License-Identifier: BSD-3-Clause
#include "merge.h"

#include "base/clones.h"

#include <stdbool.h>

#define PARTS ((size_t)6)

// How many rows are among the first `passed` ends.
static size_t rows_among(size_t passed, size_t m, const int64_t *rows, size_t n,
                         const int64_t *columns)
{
    size_t low = passed > n ? passed - n : 0;
    size_t high = passed < m ? passed : m;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rows[middle] < columns[passed - 1 - middle]) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// The first number from `low` on that is at least (or, strictly, more than) `than`; n if none is.
static size_t find(size_t low, size_t n, const int64_t *ends, int64_t than, bool strictly)
{
    size_t high = n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ends[middle] < than || (strictly && ends[middle] == than)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// all: set row and near_row too.
JKO_I_PART void merge(bool all, size_t steps, size_t m, const int64_t *restrict rows, size_t n,
                      const int64_t *restrict columns, uint32_t *restrict row,
                      uint32_t *restrict near_row, uint32_t *restrict near_column)
{
    const size_t length = steps / PARTS;
    size_t first_row[PARTS] = {0};
    size_t first_column[PARTS] = {0};
    size_t i[PARTS];
    size_t j[PARTS];
    for (size_t s = 0; s < PARTS; s++) {
        i[s] = first_row[s] = rows_among(s * length, m, rows, n, columns);
        j[s] = first_column[s] = s * length - i[s];
    }
    // Without a branch: which end is next cannot be foretold.
    for (size_t k = 0; k < length; k++) {
        for (size_t s = 0; s < PARTS; s++) {
            near_column[j[s]] = (uint32_t)i[s];
            if (all) {
                row[s * length + k] = (uint32_t)i[s];
                near_row[i[s]] = (uint32_t)j[s];
            }
            const size_t passes = rows[i[s]] < columns[j[s]];
            i[s] += passes;
            j[s] += 1 - passes;
        }
    }
    size_t at_row = length > 0 ? i[PARTS - 1] : 0;
    size_t at_column = length > 0 ? j[PARTS - 1] : 0;
    for (size_t k = PARTS * length; k < steps; k++) {
        near_column[at_column] = (uint32_t)at_row;
        if (all) {
            row[k] = (uint32_t)at_row;
            near_row[at_row] = (uint32_t)at_column;
        }
        const size_t passes = rows[at_row] < columns[at_column];
        at_row += passes;
        at_column += 1 - passes;
    }
    // Where one part gives way to the next, both have written, and the later one may have come first.
    for (size_t s = 1; s < PARTS && length > 0; s++) {
        const size_t r = first_row[s];
        const size_t c = first_column[s];
        near_column[c] = (uint32_t)find(r, m - 1, rows, columns[c], false);
        if (all) {
            near_row[r] = (uint32_t)find(c, n - 1, columns, rows[r], true);
        }
    }
}

void jko_i_merge(size_t steps, size_t m, const int64_t *rows, size_t n, const int64_t *columns,
                 uint32_t *row, uint32_t *near_row, uint32_t *near_column)
{
    merge(true, steps, m, rows, n, columns, row, near_row, near_column);
}

void jko_i_merge_columns(size_t steps, size_t m, const int64_t *rows, size_t n,
                         const int64_t *columns, uint32_t *near_column)
{
    merge(false, steps, m, rows, n, columns, NULL, NULL, near_column);
}
