// SPDX-License-Identifier: BSD-3-Clause
/*
 * Fuzzing target: any bytes as a CSV file.
 *
 * Beyond what the sanitizers see, a table must keep its promises: every row has every cell, lines
 * ascend, names are found where they are, a number is finite, and a failure gives no table.
 */
#include <jko/io.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static void check_row(const jko_csv *csv, size_t row)
{
    require(row == 0 || jko_csv_line(csv, row) > jko_csv_line(csv, row - 1));
    for (size_t column = 0; column < jko_csv_columns(csv); column++) {
        double value = 0.5;
        require(jko_csv_text(csv, row, column) != NULL);
        const jko_status status = jko_csv_number(csv, row, column, &value);
        require(status == JKO_OK || status == JKO_ERR_FORMAT || status == JKO_ERR_NONFINITE);
        require(isfinite(value) && (status == JKO_OK || value == 0.5));
        require(status == JKO_OK || strlen(jko_error_detail()) > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jko_csv *csv = NULL;
    const jko_status status = jko_csv_parse(&csv, "fuzz.csv", size, (const char *)data);
    if (status < 0) {
        require(csv == NULL && strstr(jko_error_detail(), "fuzz.csv") != NULL);
        require(status == JKO_ERR_FORMAT || status == JKO_ERR_EMPTY);
        return 0;
    }
    require(status == JKO_OK && jko_csv_columns(csv) > 0);
    for (size_t column = 0; jko_csv_has_names(csv) && column < jko_csv_columns(csv); column++) {
        require(jko_csv_find(csv, jko_csv_name(csv, column)) == column);
    }
    for (size_t row = 0; row < jko_csv_rows(csv); row++) {
        check_row(csv, row);
    }
    jko_csv_free(csv);
    return 0;
}
