// SPDX-License-Identifier: BSD-3-Clause
#include "merge.h"

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

void jko_i_merge(size_t steps, size_t m, const int64_t *rows, size_t n, const int64_t *columns,
                 uint32_t *row)
{
    const size_t length = steps / PARTS;
    size_t i[PARTS] = {0};
    size_t j[PARTS] = {0};
    for (size_t s = 1; s < PARTS; s++) {
        i[s] = rows_among(s * length, m, rows, n, columns);
        j[s] = s * length - i[s];
    }
    // Without a branch: which end is next cannot be foretold.
    for (size_t k = 0; k < length; k++) {
        for (size_t s = 0; s < PARTS; s++) {
            row[s * length + k] = (uint32_t)i[s];
            const size_t passes = rows[i[s]] < columns[j[s]];
            i[s] += passes;
            j[s] += 1 - passes;
        }
    }
    size_t last_row = length > 0 ? i[PARTS - 1] : 0;
    size_t last_column = length > 0 ? j[PARTS - 1] : 0;
    for (size_t k = PARTS * length; k < steps; k++) {
        row[k] = (uint32_t)last_row;
        const size_t passes = rows[last_row] < columns[last_column];
        last_row += passes;
        last_column += 1 - passes;
    }
}

void jko_i_merge_near(size_t steps, const uint32_t *row, uint32_t *near_column, uint32_t *near_row)
{
    for (size_t k = 0; k < steps; k++) {
        near_column[k - row[k]] = row[k];
    }
    for (size_t k = 0; k < steps && near_row != NULL; k++) {
        near_row[row[k]] = (uint32_t)(k - row[k]);
    }
}
